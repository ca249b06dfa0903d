"""The pages of an SQLite file, read one by one, whatever became of the others.

See https://sqlite.org/fileformat2.html#b_tree_pages. SQLite itself stops at the first page that is
damaged; here each page stands for itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from labeler.library.repair.wal import Frame

Value = int | float | str | bytes | None
LEAF, INNER, INDEX_LEAF, INDEX_INNER = 13, 5, 10, 2
_HEADER = 100
"""Bytes of the file's header, before what the first page holds."""
_SIZES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
"""Bytes of a value by its kind: NULL, integers, float, 0 and 1; text and bytes are higher kinds."""
_MOST_PAYLOAD = 100_000_000


@dataclass(frozen=True, slots=True)
class PageCell:
    """A row, or what leads to others. key: the rowid, None in an index. child: a page below."""

    key: int | None
    values: tuple[Value, ...] | None
    child: int | None


@dataclass(frozen=True, slots=True)
class DatabasePage:
    """kind: see above. children: the pages below, in order. bad: cells that cannot be read."""

    kind: int
    cells: tuple[PageCell, ...]
    children: tuple[int, ...]
    bad: int


class Pages:
    """The pages of a file, numbered from 1, with those of its log instead of those they replace."""

    def __init__(
        self,
        stream: BinaryIO,
        log: BinaryIO | None = None,
        frames: tuple[Frame, ...] = (),
    ) -> None:
        self._stream, self._log = stream, log
        self._replaced: Mapping[int, Frame] = {frame.page: frame for frame in frames}
        stream.seek(0, 2)
        length = stream.tell()
        self.size = frames[0].page_size if frames else _page_size(stream)
        head = self.raw(1) or b""
        kept_free = head[20] if head[:6] == b"SQLite" and head[20] < 32 else 0
        self._usable = self.size - kept_free
        self.count = max([length // self.size, *self._replaced])

    def raw(self, number: int) -> bytes | None:
        """Return the bytes of a page, None if there are none."""
        if frame := self._replaced.get(number):
            assert self._log is not None
            self._log.seek(frame.offset)
            return self._log.read(self.size)
        self._stream.seek((number - 1) * self.size)
        data = self._stream.read(self.size)
        return data if len(data) == self.size else None

    def free(self) -> set[int]:
        """Return the pages that hold nothing any more, as far as they are known."""
        found: set[int] = set()
        head = self.raw(1) or bytes(_HEADER)
        trunk = int.from_bytes(head[32:36], "big")
        while 1 < trunk <= self.count and trunk not in found:
            data = self.raw(trunk)
            if data is None:
                break
            following, number = struct.unpack(">2I", data[:8])
            if number > self.size // 4 - 2:
                break
            leaves = struct.unpack(f">{number}I", data[8 : 8 + 4 * number])
            if not all(1 < leaf <= self.count for leaf in leaves):
                break
            found |= {trunk, *leaves}
            trunk = following
        return found

    def page(self, number: int) -> DatabasePage | None:
        """Read a page of a table or an index, None if it is none."""
        data = self.raw(number) if 1 <= number <= self.count else None
        if data is None:
            return None
        start = _HEADER if number == 1 else 0
        kind = data[start]
        inner = kind in (INNER, INDEX_INNER)
        if kind not in (LEAF, INNER, INDEX_LEAF, INDEX_INNER):
            return None
        cells = int.from_bytes(data[start + 3 : start + 5], "big")
        first = start + (12 if inner else 8)
        if first + 2 * cells > self.size:
            return None
        places = struct.unpack(f">{cells}H", data[first : first + 2 * cells])
        read = list(self._cells(data, places, kind, first + 2 * cells))
        found = tuple(cell for cell in read if cell is not None)
        children = [cell.child for cell in found if cell.child]
        if inner:
            children.append(int.from_bytes(data[start + 8 : start + 12], "big"))
        return DatabasePage(kind, found, tuple(children), len(read) - len(found))

    def _cells(
        self, data: bytes, places: tuple[int, ...], kind: int, least: int
    ) -> Iterator[PageCell | None]:
        for place in places:
            try:
                if not least <= place < self._usable:
                    raise ValueError
                yield self._cell(data, place, kind)
            except (ValueError, IndexError, struct.error, OverflowError):
                yield None

    def _cell(self, data: bytes, at: int, kind: int) -> PageCell:
        child = key = None
        if kind in (INNER, INDEX_INNER):
            child = int.from_bytes(data[at : at + 4], "big")
            at += 4
        if kind == INNER:
            return PageCell(_signed(_varint(data, at)[0]), None, child)
        length, at = _varint(data, at)
        if kind == LEAF:
            key, at = _varint(data, at)
            key = _signed(key)
        return PageCell(key, _record(self._payload(data, at, length, kind)), child)

    def _payload(self, data: bytes, at: int, length: int, kind: int) -> bytes:
        """Return what a cell holds, also that part of it which stands on pages of its own."""
        if not 0 < length < _MOST_PAYLOAD:
            raise ValueError
        usable = self._usable
        most = usable - 35 if kind == LEAF else (usable - 12) * 64 // 255 - 23
        here = length
        if length > most:
            least = (usable - 12) * 32 // 255 - 23
            here = least + (length - least) % (usable - 4)
            here = here if here <= most else least
        parts = [data[at : at + here]]
        if len(parts[0]) < here:
            raise ValueError
        left = length - here
        following = int.from_bytes(data[at + here : at + here + 4], "big") if left else 0
        while left:
            more = self.raw(following) if 1 < following <= self.count else None
            if more is None:
                raise ValueError
            parts.append(more[4 : 4 + min(left, usable - 4)])
            left -= len(parts[-1])
            following = int.from_bytes(more[:4], "big")
        return b"".join(parts)


def _page_size(stream: BinaryIO) -> int:
    stream.seek(0)
    head = stream.read(18)
    size = int.from_bytes(head[16:18], "big") if head[:6] == b"SQLite" else 4096
    return 65536 if size == 1 else size if size in {1 << n for n in range(9, 16)} else 4096


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of one to nine bytes, and where it ends."""
    value = 0
    for place in range(8):
        byte = data[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    return value << 8 | data[at + 8], at + 9


def _signed(value: int) -> int:
    return value - (value >> 63 << 64)


def _record(data: bytes) -> tuple[Value, ...]:
    """Return the values of a row.

    Raises:
        ValueError: it is none.
    """
    head, at = _varint(data, 0)
    kinds = []
    while at < head:
        kind, at = _varint(data, at)
        kinds.append(kind)
    if at != head or not kinds:
        raise ValueError
    values = []
    for kind in kinds:
        size = _SIZES[kind] if kind in _SIZES else (kind - 12) // 2
        if size < 0 or at + size > len(data):
            raise ValueError
        values.append(_value(kind, data[at : at + size]))
        at += size
    if at != len(data):
        raise ValueError
    return tuple(values)


def _value(kind: int, data: bytes) -> Value:
    if kind == 0:
        return None
    if kind == 7:
        return float(struct.unpack(">d", data)[0])
    if kind in (8, 9):
        return kind - 8
    if kind < 7:
        return int.from_bytes(data, "big", signed=True)
    return data.decode("utf-8") if kind % 2 else data
