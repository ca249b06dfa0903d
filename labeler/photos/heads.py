"""What a picture file would cost to decode, told from its structure before a decoder sees it.

A small file can keep a decoder busy for minutes or make it fill the memory, by claiming more than
it holds. Each bound here is far above what cameras, phones, scanners and programs write. Of a
file that is damaged otherwise, nothing is said: the decoder finds the better words.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from labeler.errors import UnreadablePhotoError

MOST_SIDE = 300_000
"""Pixels. JPEG ends at 65,535, panoramas of many photos stay below it; each row costs as well."""
MOST_SCANS = 100
"""Of a JPEG that is stored coarse to fine. Programs write 3 to 20."""
MOST_SCANNED = 5_000_000_000
"""Pixels of a JPEG times its scans: each of them goes through the whole picture."""
MOST_SCANNED_BYTES = 80_000_000
"""Of a JPEG of several scans, which is decoded at 25 MB a second."""
MOST_BYTES_PER_PIXEL = 16
"""Of a JPEG, beside `LEAST_BYTES`. Noise in the best quality has 4."""
LEAST_BYTES = 30_000_000
"""So many bytes any JPEG may have, of which most may be a film or maker's data."""
MOST_SEGMENTS = 5_000
"""Before a JPEG's picture: 64 KB each."""
MOST_EXIF_SEGMENTS = 20
"""Cameras write one."""
MOST_JUNK = 100_000
"""Bytes between the segments of a JPEG, which Pillow skips one by one."""
MOST_CHUNKS = 200_000
"""Of a PNG. The smallest usual ones have 8 KB, of which 500 MB are 60,000."""
MOST_BLOCKS = 50_000
"""Before a GIF's picture, of 255 bytes at most."""
MOST_STRIPS = 300_000
"""Of a TIFF: its strips, tiles, or the numbers of one tag."""
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


@dataclass(frozen=True, slots=True)
class Head:
    """What the structure of a file tells.

    working: bytes of memory beside the picture itself. behind: where in a PNG the chunks begin
    that stand behind the pixels.
    """

    working: int = 0
    behind: int = 0


def read(data: bytes) -> Head:
    """Return what a file's structure tells.

    Raises:
        UnreadablePhotoError: decoding it would take much too long.
    """
    try:
        if data[:2] == b"\xff\xd8":
            return _jpeg(data)
        if data[:8] == b"\x89PNG\r\n\x1a\n":
            return _png(data)
        if data[:4] == b"GIF8":
            return _gif(data)
        if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
            return _tiff(data)
    except (struct.error, IndexError, OverflowError):  # cut off, or a place that is none
        pass
    return Head()


def check_side(width: int, height: int) -> None:
    """Refuse a picture that is much longer than any.

    Raises:
        UnreadablePhotoError: it is.
    """
    if max(width, height) > MOST_SIDE:
        raise _too_much(f"it is {width:,} × {height:,} pixels")


def check_bytes(size: int, most: int) -> None:
    """Refuse a file that is larger than is usual for its format.

    Raises:
        UnreadablePhotoError: it is.
    """
    if size > most:
        raise _too_much(f"{size // 10**6} MB in this format")


def _too_much(what: str) -> UnreadablePhotoError:
    return UnreadablePhotoError(
        f"The picture would take too long to read ({what}); save it anew with another program."
    )


def is_whole_head(data: bytes) -> bool:
    """Tell whether a JPEG's picture begins within the beginning of a file.

    Raises:
        UnreadablePhotoError: as `read` does.
    """
    try:
        return data[:2] == b"\xff\xd8" and _jpeg(data) is not None
    except (struct.error, IndexError, OverflowError):
        return False


# --- JPEG


def _jpeg(data: bytes) -> Head:
    """Walk the segments before the picture, then count the scans if there are several."""
    at, junk, exif = 2, 0, 0
    frame: tuple[int, int, int, list[int]] | None = None
    for _ in range(MOST_SEGMENTS):
        if data[at] != 0xFF or data[at + 1] in (0, 0xFF):
            found = _next_marker(data, at)
            junk += found - at
            if junk > MOST_JUNK:
                raise _too_much("what should be its head is no picture's")
            at = found
        marker = data[at + 1]
        at += 2
        if marker in (0x01, 0xD8, 0xD9) or 0xD0 <= marker <= 0xD7:
            continue
        length = struct.unpack_from(">H", data, at)[0]
        if marker == 0xDA:
            return _scans(data, at, frame) if frame else Head()
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width, colours = struct.unpack_from(">HHB", data, at + 3)
            frame = (marker, width, height, list(data[at + 9 : at + 8 + 3 * colours : 3]))
        exif += marker == 0xE1 and data.startswith(b"Exif\0\0", at + 2)
        if exif > MOST_EXIF_SEGMENTS:
            raise _too_much(f"more than {MOST_EXIF_SEGMENTS} parts of EXIF")
        at += max(length, 2)
    raise _too_much(f"more than {MOST_SEGMENTS:,} parts in its head")


def _next_marker(data: bytes, at: int) -> int:
    """Return where the next marker begins, or where so much junk ends as is looked through."""
    end = at + MOST_JUNK + 2
    while 0 <= (at := data.find(b"\xff", at, end)) < end - 1:
        if data[at + 1] not in (0, 0xFF):
            return at
        at += 1
    if end >= len(data):
        raise IndexError
    return end


def _scans(data: bytes, start: int, frame: tuple[int, int, int, list[int]]) -> Head:
    """Tell what the picture costs whose first scan begins at `start`."""
    marker, width, height, sampling = frame
    pixels = width * height
    if len(data) - start > LEAST_BYTES + MOST_BYTES_PER_PIXEL * pixels:
        raise _too_much(f"{len(data) // 10**6} MB for so few pixels")
    if marker != 0xC2 and data[start + 2] == len(sampling):
        return Head()  # all colours in one scan: what follows is not looked at
    check_bytes(len(data) - start, MOST_SCANNED_BYTES)
    scans = _count_scans(data, start - 2)
    if scans > MOST_SCANS or scans * pixels > MOST_SCANNED:
        raise _too_much(f"{scans:,} scans of {width} × {height} pixels")
    # Two bytes for each value of each colour, until the last scan has been read.
    shares = [(one >> 4) * (one & 15) for one in sampling]
    return Head(round(2 * pixels * sum(shares) / max([*shares, 1])))


def _count_scans(data: bytes, at: int) -> int:
    """Return how many scans a picture has, but no more than one too many."""
    # Quickly first: among compressed pixels, these bytes cannot stand; but behind the picture.
    if (scans := data.count(b"\xff\xda", at)) <= MOST_SCANS // 10:
        return scans
    scans = 0
    while scans <= MOST_SCANS and (found := _MARKER.search(data, at)):
        marker, at = data[found.start() + 1], found.end()
        if marker == 0xD9:
            break
        scans += marker == 0xDA
        if marker not in (0x01, 0xD8):
            at += struct.unpack_from(">H", data, at)[0]
    return scans


# --- PNG, GIF


def _png(data: bytes) -> Head:
    at, behind, is_behind = 8, 0, False
    for _ in range(MOST_CHUNKS):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            behind, is_behind = 0, True
        elif is_behind and not behind:
            behind = at
        if kind == b"IEND":
            return Head(behind=behind)
        at += 12 + length
    raise _too_much(f"more than {MOST_CHUNKS:,} parts")


def _gif(data: bytes) -> Head:
    flags = data[10]
    at = 13 + (3 << (flags & 7) + 1 if flags & 128 else 0)
    blocks = 0
    while data[at] not in b",;":  # the picture, the end
        if data[at] == 0x21:  # an extension: blocks with their length, until an empty one
            at += 2
            while data[at] and blocks <= MOST_BLOCKS:
                at += 1 + data[at]
                blocks += 1
        at, blocks = at + 1, blocks + 1  # all else is skipped, one by one
        if blocks > MOST_BLOCKS:
            raise _too_much(f"more than {MOST_BLOCKS:,} parts in its head")
    return Head()


# --- TIFF

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES, _ROWS, _PLANES = 256, 257, 258, 259, 277, 278, 284
_TILE_WIDTH, _TILE_HEIGHT = 322, 323
_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES = 273, 279, 324, 325
_SHAPE = (_WIDTH, _HEIGHT, _BITS, _SAMPLES, _ROWS, _PLANES, _TILE_WIDTH, _TILE_HEIGHT)
_USED = frozenset((*_SHAPE, _COMPRESSION, _STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES))
_BYTES = (1, 2, 6, 7)
_LETTERS = {3: "H", 4: "I", 16: "Q"}
_JPEG = (6, 7)
_Values = dict[int, tuple[int, ...]]


def _tiff(data: bytes) -> Head:
    """Look at the first directory: that is the picture that is shown."""
    order = "<" if data[:1] == b"I" else ">"
    big = 43 in data[2:4]
    offset = order + ("Q" if big else "I")
    start = struct.unpack_from(offset, data, 8 if big else 4)[0]
    number = struct.unpack_from(order + ("Q" if big else "H"), data, start)[0]
    entry, head = (order + "HHQ", 20) if big else (order + "HHI", 12)
    first = start + (8 if big else 2)
    values: _Values = {}
    held = 0
    for place in range(first, first + head * min(number, MOST_STRIPS), head):
        tag, kind, count = struct.unpack_from(entry, data, place)
        held += min(count * _SIZES.get(kind, 0), len(data))  # Pillow may read each by itself
        if kind not in _BYTES and count > MOST_STRIPS:
            raise _too_much(f"{count:,} numbers in one place")
        if kind in _LETTERS and tag in _USED and tag not in values:
            width = count * _SIZES[kind]
            at = place + struct.calcsize(entry)
            at = at if width <= (8 if big else 4) else struct.unpack_from(offset, data, at)[0]
            values[tag] = struct.unpack_from(f"{order}{count}{_LETTERS[kind]}", data, at)
    if number > MOST_STRIPS:
        raise _too_much(f"{number:,} entries in its directory")
    part = _part(values)
    if _first(values, _COMPRESSION) in _JPEG:
        _check_parts(data, values, part // 4)
    return Head(held + part)


def _first(values: _Values, tag: int, default: int = 0) -> int:
    return next(iter(values.get(tag, ())), 0) or default


def _part(values: _Values) -> int:
    """Return the bytes of one strip or tile, which is unpacked as a whole."""
    compression = _first(values, _COMPRESSION, 1)
    if compression == 1:
        return 0
    height = _first(values, _HEIGHT)
    across = _first(values, _TILE_WIDTH) or _first(values, _WIDTH)
    down = _first(values, _TILE_HEIGHT) or min(_first(values, _ROWS, height), height)
    samples = 1 if _first(values, _PLANES) == 2 else _first(values, _SAMPLES, 1)
    bits = 32 if compression in _JPEG else samples * _first(values, _BITS, 1)
    return across * down * bits // 8


def _check_parts(data: bytes, values: _Values, pixels: int) -> None:
    """Refuse a picture of which a part is a JPEG of too many scans, as `_scans` does."""
    starts = values.get(_TILES) or values.get(_STRIPS, ())
    sizes = values.get(_TILE_SIZES) or values.get(_STRIP_SIZES, ())
    for start, size in zip(starts, sizes):  # noqa: B905 - one may be shorter
        scans = data.count(b"\xff\xda", start, start + size)
        if scans > MOST_SCANS or scans * pixels > MOST_SCANNED:
            raise _too_much(f"{scans:,} scans of {pixels:,} pixels")
