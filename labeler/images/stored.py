"""A photo file as it is stored: its size before it is turned upright, and the XMP inside it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from labeler.geometry import SIDEWAYS
from labeler.images.photos import (
    MOST_PIXELS,
    damage_as_one_sentence,
    open_picture,
    orientation,
    stored_size,
)

_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_HEAD = len(_EXTENDED) + 32 + 4 + 4
"""Before each part of extended XMP: its GUID, the length of the whole, and the part's place."""
MOST_EXTENDED = 4_000_000


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """width, height: of the stored picture. orientation: EXIF's, 1 where nothing is said.

    packets: the XMP in the file, the main one first. extended: there is XMP beside the main one.
    """

    width: int
    height: int
    orientation: int
    packets: tuple[bytes, ...]
    extended: bool = False


def look_into(path: str) -> StoredPhoto:
    """Return what the head of a file says; pixels are decoded only where XMP may stand behind them.

    Raises:
        UnreadablePhotoError: it is no picture, or damaged.
        OSError: it cannot be read.
    """
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(number, "rb") as stream, damage_as_one_sentence():
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError("it is not an ordinary file")
        image = open_picture(stream, path)
        if image.format == "PNG" and image.width * image.height <= MOST_PIXELS:
            image.load()  # XMP may stand behind the pixels
        packet = image.info.get("xmp") or b""
        packet = packet.encode("utf-8", "replace") if isinstance(packet, str) else bytes(packet)
        # libheif turns the picture itself, and its EXIF is changed to say so.
        turned = image.info.get("original_orientation")
        turn = turned if isinstance(turned, int) and 1 <= turned <= 8 else orientation(image) or 1
        width, height = stored_size(image)
        if isinstance(turned, int) and turned in SIDEWAYS:
            width, height = height, width
        more = _extended(getattr(image, "applist", ()))
        packets = tuple(one for one in (packet, more) if one)
        return StoredPhoto(width, height, turn, packets, bool(more))


def _extended(segments: object) -> bytes:
    """Return the XMP of a JPEG that did not fit into one segment; b'' if there is none."""
    parts: dict[bytes, dict[int, bytes]] = {}
    for name, data in segments if isinstance(segments, list) else ():
        if name == "APP1" and data.startswith(_EXTENDED) and len(data) > _HEAD:
            guid = data[len(_EXTENDED) : len(_EXTENDED) + 32]
            offset = int.from_bytes(data[_HEAD - 4 : _HEAD], "big")
            parts.setdefault(guid, {})[offset] = data[_HEAD:]
    if not parts:
        return b""
    largest = max(parts.values(), key=len)
    whole = b"".join(largest[offset] for offset in sorted(largest))
    return whole[:MOST_EXTENDED]
