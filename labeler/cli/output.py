"""What the commands share: opening the library, faces, JSON, sentences, progress bars, plurals."""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from labeler.cli.streams import write
from labeler.errors import UsageError
from labeler.faces.steps.watching import Watched
from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.steps.doubts import doubts
from labeler.photos import unused
from labeler.photos.left_out import LeftOut
from labeler.photos.steps import folders
from labeler.photos.unused import Kind
from labeler.types import Failure
from labeler.wording import count, spelled

MOST_NAMED = 8
"""So many of what was left out are named."""
MOST_ENDINGS = 6
FAILURES = 20
"""So many files that could not be read are listed one by one."""
Clusters = Annotated[
    list[int] | None,
    typer.Option("--cluster", help="All faces of this cluster; may be repeated."),
]
Faces = Annotated[list[int] | None, typer.Option("--face", help="This face; may be repeated.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of sentences.")]


def open_library(context: typer.Context, create: bool = False) -> Library:
    """Open the library that the user chose before the command's name.

    Args:
        create: make it if there is none.

    Raises:
        LibraryError: there is none, or it cannot be used.
    """
    return opened(context, Library.create(context.obj) if create else Library(context.obj))


def opened(context: typer.Context, library: Library) -> Library:
    """Tell what was found on opening a library, and leave it in order however the command ends."""
    for note in library.notes:
        complain(note)
    context.call_on_close(library.close)
    folders.look(library)
    return library


def chosen_faces(
    context: typer.Context, clusters: list[int] | None, faces: list[int] | None
) -> tuple[Library, list[int]]:
    """Open the library and return with it the faces that `--cluster` and `--face` name.

    Raises:
        UsageError: there is neither.
        LabelerError: there is no such cluster.
    """
    if not clusters and not faces:
        raise UsageError("Say which faces: --cluster N or --face N.")
    library = open_library(context)
    return library, numbering.cluster_members(library, clusters or []) + (faces or [])


def print_json(value: Any) -> None:
    """Print one document; dataclasses become objects, dates ISO 8601, paths strings."""
    write(json.dumps(value, default=_jsonable, ensure_ascii=True, indent=2))


def say(text: str = "") -> None:
    """Print lines for a person. What is in a name or a caption cannot move the cursor."""
    write(spelled(text, "\n\t"))


def complain(text: str) -> None:
    """Print lines on standard error; see `say`."""
    write(spelled(text, "\n\t"), to_stderr=True)


def tell_decision(
    library: Library,
    entries: Sequence[int],
    json: bool,
    document: Mapping[str, object],
    sentence: str,
) -> None:
    """Tell what was decided, and what speaks against it.

    Args:
        entries: of the journal, just made. document: what is printed with `json`, besides the
            doubts. sentence: what is said without.
    """
    against = doubts(library, entries)
    if json:
        print_json({**document, "doubts": against})
        return
    say(sentence)
    tell_doubts(against)


def tell_doubts(sentences: Sequence[str]) -> None:
    """Complain about what speaks against a decision; it was made all the same."""
    for sentence in sentences:
        complain(sentence)
    if sentences:
        complain("If that is wrong, `labeler undo` takes it back.")


def tell_next(library: Library, labeler: str) -> None:
    """Say what to do next, which follows from what is left to do in the library.

    Args:
        labeler: see `beginning`.
    """
    from labeler.people.steps.next_step import left, next_step

    say(f"Next: {next_step(left(library), labeler)}")


def tell_left_out(found: LeftOut, but: str = "a line !NAME in a .labelerignore") -> None:
    """Say once what was not looked at.

    Args:
        but: what changes that.
    """
    if found.machines:
        say(
            f"Left out: {count(found.folders, 'folder')} that programs make "
            f"({_numbered(found.machines)}); {but} looks there, too."
        )
    if found.wished:
        say(f"Left out as you wished: {_numbered(found.wished)}.")
    if found.known:
        say(
            f"{count(found.known, 'photo')} of an earlier run are left out now; the names that you "
            "gave on them are kept."
        )


def _numbered(counts: Mapping[str, int], most: int = MOST_NAMED) -> str:
    parts = [f"{shown(what)} {number:,}" for what, number in counts.items()]
    more = [f"{len(parts) - most:,} more"] if len(parts) > most else []
    return ", ".join(parts[:most] + more)


def tell_not_used(found: Mapping[Kind, Mapping[str, int]]) -> None:
    """Say what was met besides photos, by kind, and how to have it."""
    for kind, by_ending in found.items():
        _, advice = unused.NAMES[kind]
        endings = _numbered({end: n for end, n in by_ending.items() if end}, MOST_ENDINGS)
        which = f" ({endings})" if endings else ""
        also = f"; {advice}" if advice else ""
        say(f"Not used: {unused.amount(kind, by_ending)}{which}{also}.")


def tell_failures(
    failed: Sequence[Failure], what: str = "photo", trouble: str = "could not be looked at"
) -> None:
    """Complain about photos, or other things, one by one.

    Args:
        what: one of them. trouble: what is said of all.
    """
    if failed:
        complain(f"{count(len(failed), what)} {trouble}:")
    for failure in failed[:FAILURES]:
        complain(f"  {shown(failure.path)}: {failure.reason}")
    if len(failed) > FAILURES:
        complain(f"  … and {len(failed) - FAILURES:,} more; --json lists all.")


def shown(path: str) -> str:
    """Return a path on one line: what would move the cursor or colour the terminal is spelled."""
    return "".join(
        letter if letter.isprintable() or "\udc80" <= letter <= "\udcff" else repr(letter)[1:-1]
        for letter in path
    )


def beginning(context: typer.Context) -> str:
    """Return how a command begins that is about the same library, to be copied by the user."""
    parent = context.parent
    source = parent.get_parameter_source("library") if parent else None
    given = source is not None and source.name == "COMMANDLINE"
    return f"labeler --library {argument(str(context.obj))}" if given else "labeler"


def argument(text: str) -> str:
    """Return a word of a command line that is to be copied: quoted, and never an option."""
    quoted = subprocess.list2cmdline([text]) if os.name == "nt" else shlex.quote(text)
    return f"-- {quoted}" if text.startswith("-") else quoted


class Bar:
    """Takes how far something is, as (done, total) or (done, total, faces), and shows it.

    Args:
        show: called with what is done, what is to do, and all else to be said.
        per_second: the unit of a speed to be shown.
    """

    def __init__(self, show: Callable[[float, int, str], None], per_second: str | None) -> None:
        self._show = show
        self._per_second = per_second
        self._started = time.monotonic()
        self._done = self._total = 0
        self._parts: list[str] = []

    def __call__(self, done: int, total: int, faces: int | None = None) -> None:
        self._done, self._total = done, total
        self._parts = [] if faces is None else [count(faces, "face")]
        if self._per_second and done:
            speed = done / max(time.monotonic() - self._started, 0.1)
            self._parts.append(f"{speed:.1f} {self._per_second}")
        self._show(done, total, " · ".join(self._parts))

    def watched(self, now: Watched) -> None:
        """Show how far videos are that are watched meanwhile."""
        parts = [*self._parts, *filter(None, [now.sentence()])]
        self._show(min(self._done + now.parts, self._total), self._total, " · ".join(parts))


@contextmanager
def progress_bar(what: str, per_second: str | None = None) -> Iterator[Bar]:
    """Yield what shows how far something is, on standard error, and only on a terminal.

    Args:
        per_second: the unit of a speed to be shown.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Bar(lambda *_: None, None)
        return
    columns = (
        TextColumn(what),
        BarColumn(),
        TextColumn("{task.fields[done]:,}/{task.total:,.0f}"),
        TextColumn("{task.fields[extra]}"),
        TimeElapsedColumn(),
        TextColumn("· left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None, extra="", done=0, visible=False)

        def show(done: float, total: int, extra: str) -> None:
            whole = int(done + 1e-6)
            bar.update(task, completed=done, total=total, extra=extra, done=whole, visible=True)

        yield Bar(show, per_second)


def _jsonable(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
