"""Put an XMP packet into the bytes of a JPEG, PNG or WebP; all else in the file stays as it is.

Sources: ISO 16684-3 (XMP in files); the XMP of a JPEG that does not fit into one segment, and of
other formats, belongs into a sidecar.
"""

from __future__ import annotations

import struct
import zlib

_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
MOST_IN_SEGMENT = 65_533 - len(_XMP_SEGMENT)
_XMP_TEXT = b"XML:com.adobe.xmp\0\0\0\0\0"


def with_xmp(data: bytes, packet: bytes) -> bytes | None:
    """Return a file with the packet in place of the one that it has; None if that cannot be done:
    another format, damaged, or too much XMP for one segment.
    """
    try:
        if data.startswith(_JPEG):
            return _jpeg(data, packet)
        if data.startswith(_PNG):
            return _png(data, packet)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data, packet)
    except (struct.error, IndexError, OverflowError, ValueError):
        return None
    return None


def _jpeg(data: bytes, packet: bytes) -> bytes | None:
    if len(packet) > MOST_IN_SEGMENT:
        return None
    segment = b"\xff\xe1" + struct.pack(">H", 2 + len(_XMP_SEGMENT) + len(packet))
    segment += _XMP_SEGMENT + packet
    kept, after_exif = [], 0
    place = 2
    while data[place] == 0xFF and (marker := data[place + 1]) not in (0xDA, 0xD9):
        if marker == 0xFF:  # filling before a marker
            place += 1
            continue
        length = struct.unpack_from(">H", data, place + 2)[0]
        part = data[place : place + 2 + length]
        if marker == 0xE1 and part[4:].startswith(_EXTENDED):
            return None
        if not (marker == 0xE1 and part[4:].startswith(_XMP_SEGMENT)):
            kept.append(part)
            if marker == 0xE0 or (marker == 0xE1 and part[4:].startswith(b"Exif\0")):
                after_exif = len(kept)
        place += 2 + length
    if data[place] != 0xFF:
        return None
    head = b"".join((*kept[:after_exif], segment, *kept[after_exif:]))
    return _JPEG + head + data[place:]


def _png(data: bytes, packet: bytes) -> bytes:
    body = _XMP_TEXT + packet
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body
    chunk += struct.pack(">I", zlib.crc32(b"iTXt" + body))
    parts, place = [_PNG], len(_PNG)
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        part = data[place : place + 12 + length]
        if len(part) != 12 + length:
            raise ValueError("the file is truncated")
        if not (kind == b"iTXt" and part[8:].startswith(_XMP_TEXT[:18])):
            parts.append(part)
        if kind == b"IHDR":
            parts.append(chunk)
        place += 12 + length
        if kind == b"IEND":
            break
    return b"".join((*parts, data[place:]))


def _webp(data: bytes, packet: bytes) -> bytes | None:
    chunks = []
    place, end = 12, 8 + struct.unpack_from("<I", data, 4)[0]
    while place + 8 <= min(end, len(data)):
        kind, length = struct.unpack_from("<4sI", data, place)
        chunks.append((kind, data[place + 8 : place + 8 + length]))
        if len(chunks[-1][1]) != length:
            raise ValueError("the file is truncated")
        place += 8 + length + length % 2
    if not chunks:
        return None
    if chunks[0][0] != b"VP8X":
        header = _extended_header(*chunks[0])
        if header is None:
            return None
        chunks.insert(0, (b"VP8X", header))
    flags = chunks[0][1]
    chunks[0] = (b"VP8X", bytes([flags[0] | 0x04]) + flags[1:])
    chunks = [chunk for chunk in chunks if chunk[0] != b"XMP "] + [(b"XMP ", packet)]
    body = b"".join(
        kind + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2)
        for kind, part in chunks
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _extended_header(kind: bytes, part: bytes) -> bytes | None:
    """Return the VP8X chunk that a simple WebP file lacks, from its picture's own head."""
    alpha = 0
    if kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", part, 6))
    elif kind == b"VP8L":
        bits = struct.unpack_from("<I", part, 1)[0]
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        alpha = 0x10 if bits >> 28 & 1 else 0
    else:
        return None
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes([alpha, 0, 0, 0]) + sides
