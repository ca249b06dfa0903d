"""Find the rows of a library in a damaged file: all those whose page can be read.

Tables are followed from their first page. Pages that no readable page leads to are known by what
is in them; so nothing is lost but what stands on the damaged pages themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from labeler.journal import ACTIONS
from labeler.library.connecting import mark_of
from labeler.library.repair import marks, wal
from labeler.library.repair.aftermath import log_beside
from labeler.library.repair.pages import (
    INDEX_INNER,
    INDEX_LEAF,
    INNER,
    LEAF,
    DatabasePage,
    Pages,
    Value,
)

Row = tuple[int | None, tuple[Value, ...]]
"""The rowid, None in a table without, and the values; fewer than columns if these came later."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the rows of a table look like.

    types: the declared types of the columns. needed: which must not be NULL. alias: the column
    that is the rowid, and NULL in the file. keyed: it has no rowids. least: columns that each row
    has. is_wanted: its rows cannot be computed, so that pages without a way to them are used.
    """

    name: str
    types: tuple[str, ...]
    needed: tuple[bool, ...]
    alias: int | None
    keyed: bool
    least: int
    is_wanted: bool

    def fits(self, row: Row) -> bool:
        """Tell whether a row may be of this table."""
        key, values = row
        if (key is None) != self.keyed or not self.least <= len(values) <= len(self.types):
            return False
        for place, value in enumerate(values):
            if place == self.alias:
                if value is not None:
                    return False
            elif value is None:
                if self.needed[place]:
                    return False
            elif not isinstance(value, _PYTHON[self.types[place]]):
                return False
        return self.name != "journal" or _is_decision(values)


_PYTHON: dict[str, tuple[type, ...]] = {
    "INTEGER": (int,),
    "REAL": (int, float),  # SQLite keeps whole numbers as such
    "TEXT": (str, bytes),  # a path that is not UTF-8
    "BLOB": (bytes,),
    "": (int, float, str, bytes),
}


_DECISIONS = ("journal", "journal_faces")


def _is_decision(values: tuple[Value, ...]) -> bool:
    at, action = values[1:3]
    if action not in ACTIONS:
        return False
    try:
        datetime.fromisoformat(str(at))
    except ValueError:
        return False
    return True


@dataclass
class Found:
    """The rows of one table: by a path from its first page, or not (`strays`).

    leaves: pages with rows. bad_leaves, bad_rows: that were led to and cannot be read.
    """

    rows: list[Row] = field(default_factory=list)
    strays: list[Row] = field(default_factory=list)
    leaves: int = 0
    bad_leaves: int = 0
    bad_rows: int = 0

    @property
    def lost(self) -> int:
        """About how many rows were lost."""
        whole = len(self.rows) + len(self.strays)
        missing = self.bad_leaves * max(round(whole / max(self.leaves, 1)), 1)
        return self.bad_rows + missing


def salvage(path: Path, shapes: Sequence[Shape]) -> dict[str, Found]:
    """Return the rows of each table of a library's file, its log included if it is its own.

    Args:
        shapes: of the tables, those that matter most first.

    Raises:
        OSError: the file cannot be read.
    """
    with ExitStack() as stack:
        stream = stack.enter_context(open(path, "rb"))
        log = None
        frames: tuple[wal.Frame, ...] = ()
        beside = log_beside(path)
        mark = mark_of(path)  # None: the first page is damaged, and may be whole in the log
        if beside.is_file() and (mark is None or marks.fits(mark, beside) is not False):
            log = stack.enter_context(open(beside, "rb"))
            frames = tuple(wal.committed(log))
        return _Search(Pages(stream, log, frames), shapes).found()


class _Search:
    def __init__(self, pages: Pages, shapes: Sequence[Shape]) -> None:
        self._pages = pages
        self._shapes = {shape.name: shape for shape in shapes}
        self._found = {shape.name: Found() for shape in shapes}
        self._claimed: set[int] = {1}

    def found(self) -> dict[str, Found]:
        roots = self._roots()
        for name, root in roots.items():
            if name in self._shapes:
                self._follow(self._shapes[name], root)
            else:
                self._claim(root)
        free = self._pages.free()
        for number in range(2, self._pages.count + 1):
            if number not in self._claimed and number not in free:
                self._look_at_stray(number)
        for name, found in self._found.items():
            if name not in roots and not found.strays:
                found.bad_leaves += 1
        return self._found

    def _roots(self) -> dict[str, int]:
        """Return the first page of each table and index, as far as they are known."""
        roots: dict[str, int] = {}
        waiting, seen = [1], set()
        while waiting:
            number = waiting.pop()
            page = None if number in seen else self._pages.page(number)
            seen.add(number)
            if page is None or page.kind not in (LEAF, INNER):
                continue
            self._claimed.add(number)
            waiting += page.children
            for cell in page.cells:
                if cell.values and len(cell.values) == 5 and isinstance(cell.values[3], int):
                    roots[str(cell.values[1])] = cell.values[3]
        return {name: root for name, root in roots.items() if root > 1}

    def _claim(self, root: int) -> None:
        """Leave out what belongs to indexes and to tables that are made again."""
        waiting = [root]
        while waiting:
            number = waiting.pop()
            page = None if number in self._claimed else self._pages.page(number)
            # Decisions do not belong there: damage has led to them.
            if page is not None and not any(_all_fit(self._shapes[j], page) for j in _DECISIONS):
                self._claimed.add(number)
                waiting += page.children

    def _follow(self, shape: Shape, root: int) -> None:
        """Read a table from its first page on."""
        kinds = (INDEX_LEAF, INDEX_INNER) if shape.keyed else (LEAF, INNER)
        found, seen = self._found[shape.name], set()
        waiting = [(root, 0)]
        bad: list[int] = []
        depth_of_leaves = 0
        while waiting:
            number, depth = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            page = self._pages.page(number)
            if page is None or page.kind not in kinds or not _some_fit(shape, page):
                bad.append(depth)
                continue
            self._claimed.add(number)
            if page.kind in (LEAF, INDEX_LEAF):
                found.leaves += 1
                depth_of_leaves = depth
            found.bad_rows += page.bad
            rows = _rows(page)
            good = [row for row in rows if shape.fits(row)]
            found.rows += good
            found.bad_rows += len(rows) - len(good)
            waiting += [(child, depth + 1) for child in reversed(page.children)]
        found.bad_leaves += sum(depth >= depth_of_leaves for depth in bad)
        if not shape.keyed:  # a page that stands in the place of another one, too
            found.bad_rows += len(found.rows) - len({key for key, _ in found.rows})

    def _look_at_stray(self, number: int) -> None:
        page = self._pages.page(number)
        if page is None or not page.cells or page.kind == INNER:
            return
        for shape in self._shapes.values():
            if shape.is_wanted and _all_fit(shape, page):
                found = self._found[shape.name]
                found.strays += _rows(page)
                found.leaves += 1
                return


def _rows(page: DatabasePage) -> list[Row]:
    return [(cell.key, cell.values) for cell in page.cells if cell.values is not None]


def _some_fit(shape: Shape, page: DatabasePage) -> bool:
    """Tell whether a page may be of a table: it leads to others, is empty, or has such a row."""
    is_empty = not page.cells and not page.bad
    return page.kind == INNER or is_empty or any(map(shape.fits, _rows(page)))


def _all_fit(shape: Shape, page: DatabasePage) -> bool:
    rows = _rows(page)
    return bool(rows) and all(map(shape.fits, rows))
