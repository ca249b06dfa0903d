"""The format of SQLite's write-ahead log, as far as its pages have to be found in it.

See https://sqlite.org/fileformat2.html#the_write_ahead_log.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

_HEAD, _FRAME = 32, 24
_MAGIC = {0x377F0682: "<", 0x377F0683: ">"}
"""Which bytes come first in the numbers that the checksums add up."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A page, numbered from 1, in the log; its bytes begin at `offset`."""

    page: int
    offset: int
    page_size: int


def committed(stream: BinaryIO) -> list[Frame]:
    """Return the frames that SQLite would replay: whole, in order, up to the last commit."""
    head = stream.read(_HEAD)
    if len(head) < _HEAD or int.from_bytes(head[:4], "big") not in _MAGIC:
        return []
    order = _MAGIC[int.from_bytes(head[:4], "big")]
    page_size = int.from_bytes(head[8:12], "big")
    sums = _added(head[:24], (0, 0), order)
    if struct.unpack(">2I", head[24:]) != sums or not 512 <= page_size <= 65536:
        return []
    frames: list[Frame] = []
    ended = 0
    while len(frame := stream.read(_FRAME + page_size)) == _FRAME + page_size:
        page, size_after = struct.unpack(">2I", frame[:8])
        sums = _added(frame[_FRAME:], _added(frame[:8], sums, order), order)
        if frame[8:16] != head[16:24] or struct.unpack(">2I", frame[16:24]) != sums:
            break
        frames.append(Frame(page, stream.tell() - page_size, page_size))
        if size_after:
            ended = len(frames)
    return frames[:ended]


def _added(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = sums
    numbers = struct.unpack(f"{order}{len(data) // 4}I", data)
    for x, y in zip(numbers[::2], numbers[1::2], strict=True):
        first = (first + x + second) & 0xFFFFFFFF
        second = (second + y + first) & 0xFFFFFFFF
    return first, second
