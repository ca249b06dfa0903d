"""A photo file as it is stored: its size before it is turned upright, and the XMP inside it."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.io.files import read_regular
from labeler.photos import heads
from labeler.photos.io.decoding import (
    MOST_BYTES,
    orientation_of,
    room_for_file,
    stored_size,
    turned_already,
)
from labeler.photos.io.opening import damage_as_one_sentence, is_raw, opened

_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_HEAD = len(_EXTENDED) + 32 + 4 + 4
"""Before each part of extended XMP: its GUID, the length of the whole, and the part's place."""
MOST_EXTENDED = 4_000_000
_MOST_HEAD = 1_000_000
"""Bytes at the beginning of a file in which the head of most JPEG files ends."""


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


def look_into(path: str, orientation: int | None = None) -> StoredPhoto:
    """Return what a file says, without decoding its pixels.

    Args:
        orientation: by which it is turned upright, unless that is the file's own.

    Raises:
        UnreadablePhotoError: it is no picture, or damaged.
        OSError: it cannot be read.
    """
    with room_for_file(path):
        data = _beginning(path)
        with damage_as_one_sentence():
            image, _ = opened(data, path)
        packet = image.info.get("xmp") or b""
        packet = packet.encode("utf-8", "replace") if isinstance(packet, str) else bytes(packet)
        turn = orientation or max(turned_already(image), orientation_of(image) or 1)
        width, height = stored_size(image)
        more = _extended(getattr(image, "applist", ()))
        packets = tuple(one for one in (packet, more) if one)
        return StoredPhoto(width, height, turn, packets, bool(more))


def _beginning(path: str) -> bytes:
    """Return a file's content, or of a JPEG no more than what stands before its pixels."""
    data, _ = read_regular(path, _MOST_HEAD)
    if len(data) == _MOST_HEAD and (is_raw(path) or not heads.is_whole_head(data)):
        data, _ = read_regular(path, MOST_BYTES)
    return data


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
