"""What camera RAW files say beside their pictures: EXIF, XMP, and where the sensor's data is.

Nothing here raises, and nothing reads more than the few entries that are wanted: a whole RAW file
in Pillow's hands could be made to cost gigabytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

Tags = dict[tuple[int, int], tuple[int, int, bytes]]
"""(directory, tag) → (type, count, little-endian value)."""
_Fields = dict[int, tuple[int, int, memoryview]]
"""tag → (type, count, value as it is in the file)."""

MAIN, EXIF, GPS = 0, 0x8769, 0x8825
ORIENTATION = 0x112
_WIDTH, _HEIGHT, _PHOTOMETRIC, _STRIPS, _TILES = 0x100, 0x101, 0x106, 0x111, 0x144
_SUBDIRECTORIES, _XMP = 0x14A, 0x2BC
_KEPT = {
    MAIN: {0x10E, 0x10F, 0x110, ORIENTATION, 0x131, 0x132, 0x13B, 0x8298, *range(0x9C9B, 0x9CA0)},
    EXIF: {0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9286, 0x9290, 0x9291, 0x9292},
    GPS: set(range(32)),
}
"""Descriptions, camera, dates and places. Other entries point into the file or are the maker's."""
_PICTURES = {0, 1, 2, 6}
"""Grey, RGB and YCbCr; what else a DNG holds are the sensor's data, masks and depths."""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_RATIONALS = (5, 10)

# Bounds on the work for files made to be slow, far above what cameras write.
_MOST_ENTRIES = 500
_MOST_DIRECTORIES = 50
_MOST_NUMBERS = 50_000
_MOST_BYTES = 65_536

_TIFF_HEADS = (b"II*\0", b"MM\0*", b"IIRO", b"IIRS", b"MMOR", b"IIU\0")  # Olympus, Panasonic
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_CANON_BOXES = {b"CMT1": MAIN, b"CMT2": EXIF, b"CMT4": GPS}


@dataclass(frozen=True)
class Container:
    """What a RAW file says.

    sensor: width and height of its largest picture, as it is stored.
    no_previews: where data begins that is no preview, even if it is JPEG.
    """

    tags: Tags = field(default_factory=dict)
    xmp: bytes = b""
    sensor: tuple[int, int] = (0, 0)
    no_previews: frozenset[int] = frozenset()


def read(data: bytes) -> Container | None:
    """Return what a RAW file says, or None if it is no RAW file."""
    view = memoryview(data)
    if data.startswith(_TIFF_HEADS):
        return _of_tiff(view)
    if data[4:12] == b"ftypcrx ":
        return Container(_canon_tags(view))
    if data.startswith(b"\0MRM"):  # Minolta
        return Container(_of_tiff(view[data.find(b"\0TTW", 0, 4096) + 8 :]).tags)
    if data.startswith((b"FUJIFILMCCD-RAW", b"FOVb")):
        return Container()  # the preview has the EXIF
    return None


def of_jpeg(block: bytes) -> Tags:
    """Return the tags of a JPEG's EXIF block."""
    return _of_tiff(memoryview(block)[6:]).tags


def orientation(tags: Tags) -> int | None:
    """Return EXIF's orientation, 1 to 8, or None if it is absent or something else."""
    kind, _, value = tags.get((MAIN, ORIENTATION), (0, 0, b""))
    number = int.from_bytes(value[: _SIZES.get(kind, 0)], "little")
    return number if 1 <= number <= 8 else None


def block(tags: Tags, orientation: int) -> bytes:
    """Return a JPEG's EXIF block of these tags, with this orientation."""
    tags = {**tags, (MAIN, ORIENTATION): (3, 1, struct.pack("<H", orientation))}
    main = {tag: value for (place, tag), value in tags.items() if place == MAIN}
    body = b""
    for directory in (EXIF, GPS):
        fields = {tag: value for (place, tag), value in tags.items() if place == directory}
        if fields:
            main[directory] = (4, 1, struct.pack("<I", 8 + len(body)))
            body += _packed(fields, 8 + len(body))
    head = struct.pack("<4sI", b"II*\0", 8 + len(body))
    return b"Exif\0\0" + head + body + _packed(main, 8 + len(body))


def _packed(fields: dict[int, tuple[int, int, bytes]], start: int) -> bytes:
    """Return a directory that begins at `start`, and its long values behind it."""
    entries, values = b"", b""
    first = start + 2 + 12 * len(fields) + 4
    for tag, (kind, count, value) in sorted(fields.items()):
        is_long = len(value) > 4
        place = struct.pack("<I", first + len(values)) if is_long else value
        entries += struct.pack("<HHI4s", tag, kind, count, place)
        values += value if is_long else b""
    return struct.pack("<H", len(fields)) + entries + bytes(4) + values


class _Tiff:
    """A TIFF in either order of bytes. Pictures need not be in it."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.order: Literal["big", "little"] = "big" if bytes(data[:1]) == b"M" else "little"
        self.main = self.number(4, 4) if bytes(data[:4]).startswith(_TIFF_HEADS) else 0

    def number(self, at: int, size: int) -> int:
        return int.from_bytes(self.data[at : at + size], self.order)

    def directory(self, start: int) -> tuple[_Fields, int]:
        """Return the entries of a directory and the place of the next one."""
        fields: _Fields = {}
        count = self.number(start, 2) if start else 0
        for at in range(start + 2, start + 2 + 12 * min(count, _MOST_ENTRIES), 12):
            kind, items = self.number(at + 2, 2), self.number(at + 4, 4)
            size = items * _SIZES.get(kind, 0)
            place = at + 8 if size <= 4 else self.number(at + 8, 4)
            value = self.data[place : place + size]
            if size and len(value) == size:
                fields[self.number(at, 2)] = (kind, items, value)
        return fields, self.number(start + 2 + 12 * count, 4) if count else 0

    def directories(self) -> Iterator[_Fields]:
        """Yield all directories of pictures, those below others included."""
        todo, seen = [self.main], {0}
        while todo and len(seen) <= _MOST_DIRECTORIES:
            start = todo.pop(0)
            if start not in seen:
                seen.add(start)
                fields, following = self.directory(start)
                yield fields
                todo += [*self.numbers(fields, _SUBDIRECTORIES)[:_MOST_DIRECTORIES], following]

    def numbers(self, fields: _Fields, tag: int) -> list[int]:
        kind, count, value = fields.get(tag, (1, 0, memoryview(b"")))
        size = _SIZES[kind]
        steps = range(0, size * min(count, _MOST_NUMBERS), size)
        return [int.from_bytes(value[at : at + size], self.order) for at in steps]

    def kept(self, start: int, place: int) -> Tags:
        """Return a directory's entries that we keep, as those of the directory `place`."""
        return {
            (place, tag): (kind, count, self.little(kind, bytes(value)))
            for tag, (kind, count, value) in self.directory(start)[0].items()
            if tag in _KEPT[place] and len(value) <= _MOST_BYTES
        }

    def little(self, kind: int, value: bytes) -> bytes:
        """Return a value with the bytes of its numbers in little-endian order."""
        size = 4 if kind in _RATIONALS else _SIZES[kind]
        if self.order == "little" or size == 1:
            return value
        return b"".join(value[at : at + size][::-1] for at in range(0, len(value), size))


def _of_tiff(data: memoryview) -> Container:
    tiff = _Tiff(data)
    tags = tiff.kept(tiff.main, MAIN)
    main, _ = tiff.directory(tiff.main)
    for place in (EXIF, GPS):
        for start in tiff.numbers(main, place)[:1]:
            tags |= tiff.kept(start, place)
    sensor, no_previews = (0, 0), set[int]()
    for fields in tiff.directories():
        size = tiff.numbers(fields, _WIDTH)[:1] + tiff.numbers(fields, _HEIGHT)[:1]
        if len(size) == 2 and size[0] * size[1] > sensor[0] * sensor[1]:
            sensor = (size[0], size[1])
        no_previews.update(tiff.numbers(fields, _TILES))
        if not set(tiff.numbers(fields, _PHOTOMETRIC)) <= _PICTURES:
            no_previews.update(tiff.numbers(fields, _STRIPS))
    xmp = bytes(main[_XMP][2]) if _XMP in main else b""
    return Container(tags, xmp, sensor, frozenset(no_previews))


def _canon_tags(data: memoryview) -> Tags:
    """Return the tags of a CR3, whose boxes hold one TIFF for each directory."""
    tags: Tags = {}
    movies = (content for kind, content in _boxes(data) if kind == b"moov")
    for content in (inner for movie in movies for kind, inner in _boxes(movie) if kind == b"uuid"):
        if content[:16] == _CANON:
            for kind, box in _boxes(content[16:]):
                if kind in _CANON_BOXES:
                    tiff = _Tiff(box)
                    tags |= tiff.kept(tiff.main, _CANON_BOXES[kind])
    return tags


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    return islice(_all_boxes(data), _MOST_DIRECTORIES)


def _all_boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 16 if size == 1 else 8  # 1: the size is in 8 bytes of its own
        size = int.from_bytes(data[at + 8 : at + 16], "big") if size == 1 else size
        if size < head:
            return
        yield kind, data[at + head : at + size]
        at += size
