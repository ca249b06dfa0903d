"""Small files that claim much: one for each way to keep a reader busy, or to fill its memory.

Each function makes the content of one file in code; nothing large is kept anywhere. They are read
by `benchmarks.fuzz`, each in a process of its own, and, smaller, by tests/test_bounds.py.
"""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np
import pillow_heif
from PIL import Image

Bomb = tuple[str, Callable[[], bytes]]


def all_bombs() -> Iterator[Bomb]:
    """Yield the name of a file, and what makes its content."""
    yield "scans.jpg", lambda: jpeg_of_scans(8000, 3009)
    yield "scans-large.jpg", lambda: jpeg_of_scans(14000, 12)
    yield "zeros.jpg", lambda: jpeg_head() + bytes(499_000_000)
    yield "zeros-behind-scan.jpg", lambda: jpeg(1000, 1000)[:-2] + bytes(499_000_000)
    yield "fill.jpg", lambda: b"\xff\xd8" + b"\xff" * 499_000_000
    yield "progressive.jpg", lambda: jpeg(14000, 14000, progressive=True, subsampling=0)
    yield "baseline.jpg", lambda: jpeg(14000, 14000)
    yield "cmyk.jpg", lambda: flat("CMYK", 14000, 14000, "JPEG")
    yield "exif-segments.jpg", lambda: jpeg_of_segments(b"Exif\0\0" + bytes(65_000), 6_000)
    yield "exif-overlaps.jpg", lambda: jpeg_with_exif(overlapping_exif(65_000))
    yield "noise.jpg", lambda: jpeg_of_noise(6_000)
    for name, width, height in (
        ("square", 14_000, 14_000),
        ("narrow", 64, 3_100_000),
        ("line", 1, 199_000_000),
        ("wide", 3_100_000, 64),
    ):
        yield f"{name}.png", lambda w=width, h=height: png(w, h)
    yield "deep.png", lambda: png(14_000, 14_000, colour=6, bits=16)
    yield "interlaced.png", lambda: png(14_000, 14_000, interlaced=True)
    yield "grey16.png", lambda: png(14_000, 14_000, colour=0, bits=16)
    yield "chunks.png", lambda: png(10, 10, before=chunk(b"teSt", b"") * 4_000_000)
    yield "idats.png", lambda: png_of_small_parts(4_000_000)
    yield "text.png", lambda: png(10, 10, before=chunk(b"zTXt", b"a\0\0" + zeros(10**9)))
    yield "texts.png", lambda: png(10, 10, before=chunk(b"zTXt", b"a\0\0" + zeros(10**6)) * 10_000)
    yield "profile.png", lambda: png(10, 10, before=chunk(b"iCCP", b"a\0\0" + zeros(10**9)))
    yield "exif.png", lambda: png(10, 10, before=chunk(b"eXIf", overlapping_exif(400_000)))
    yield "comments.gif", lambda: gif(10, 10, extensions=b"!\xfe" + (b"\xff" + b"a" * 255) * 10**6)
    yield "extensions.gif", lambda: gif(10, 10, extensions=b"!\xfe\0" * 30_000_000)
    yield "junk.gif", lambda: gif(10, 10)[:13] + bytes(400_000_000)
    yield "square.gif", lambda: flat("P", 14_000, 14_000, "GIF")
    yield "square.webp", lambda: WEBP
    yield "square.avif", lambda: flat("RGB", 14_000, 14_000, "AVIF", speed=10, subsampling="4:4:4")
    yield "square.heic", lambda: flat("RGB", 8_500, 8_500, "HEIF", quality=10)
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits", "lzma"):
        yield (
            f"{compression}.tif",
            lambda c=compression: flat("RGB", 10_000, 10_000, "TIFF", compression=c),
        )
    yield "group4.tif", lambda: flat("1", 14_000, 14_000, "TIFF", compression="group4")
    yield "deep.tif", lambda: tiff(14_000, 14_000, samples=4, bits=16, rows=14_000)
    yield "strips.tif", lambda: tiff_of_strips(30_000_000)
    yield "overlaps.tif", lambda: overlapping_exif(60_000_000)
    yield "directories.tif", lambda: tiff_of_directories(1_000_000)
    yield "rle.bmp", lambda: bmp_rle(14_000, 14_000)
    yield "raw.bmp", lambda: flat("RGB", 12_000, 12_000, "BMP")
    yield "starts.cr2", lambda: b"II*\0\x08\0\0\0" + b"\xff\xd8\xff\xe0" * 100_000_000
    yield "scans.nef", lambda: b"II*\0\x08\0\0\0" + bytes(8) + jpeg_of_scans(8000, 3009)


# --- JPEG


def jpeg(width: int, height: int, **options: object) -> bytes:
    return flat("RGB", width, height, "JPEG", **options)


def flat(mode: str, width: int, height: int, kind: str, **options: object) -> bytes:
    """Return a picture of one colour."""
    pillow_heif.register_heif_opener()
    stream = io.BytesIO()
    Image.new(mode, (width, height), 3 if mode in "1P" else None or 0).save(stream, kind, **options)
    return stream.getvalue()


def jpeg_head() -> bytes:
    """Return a JPEG's first segments, without a picture."""
    data = jpeg(1000, 1000)
    return data[: data.index(b"\xff\xc0")]


def jpeg_of_noise(side: int) -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (512, side, 3), dtype=np.uint8)
    picture = Image.fromarray(np.tile(noise, (side // 512, 1, 1)))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=90, progressive=True)
    return stream.getvalue()


def jpeg_of_scans(side: int, scans: int) -> bytes:
    """Return a progressive JPEG whose last scan is repeated, each almost empty."""
    data = jpeg(side, side, progressive=True)
    first = data.index(b"\xff\xda")
    head, body = data[:first], data[first:-2]
    last = body[body.rindex(b"\xff\xda") :]
    return head + body + last[:14] * scans + b"\xff\xd9"


def jpeg_of_segments(content: bytes, number: int) -> bytes:
    data = jpeg(1000, 1000)
    segment = b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content
    return data[:2] + segment * number + data[2:]


def jpeg_with_exif(block: bytes) -> bytes:
    return jpeg_of_segments(b"Exif\0\0" + block, 1)


def overlapping_exif(size: int) -> bytes:
    """Return a TIFF directory whose entries all hold the whole block."""
    entries = min((size - 20) // 12, 65_000)
    rows = b"".join(struct.pack("<HHII", tag, 7, size - 8, 8) for tag in range(entries))
    return (b"II*\0\x08\0\0\0" + struct.pack("<H", entries) + rows).ljust(size, b"\0")


# --- PNG


def chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def zeros(size: int) -> bytes:
    """Return so many zeros, compressed."""
    packer, out = zlib.compressobj(9), io.BytesIO()
    for start in range(0, size, 1 << 20):
        out.write(packer.compress(bytes(min(1 << 20, size - start))))
    return out.getvalue() + packer.flush()


def png(
    width: int,
    height: int,
    colour: int = 2,
    bits: int = 8,
    interlaced: bool = False,
    before: bytes = b"",
) -> bytes:
    """Return a black picture."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    size = height * (1 + width * samples * bits // 8)
    size += 8 * height if interlaced else 0
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))
    content = chunk(b"IDAT", zeros(size))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + content + chunk(b"IEND", b"")


def png_of_small_parts(parts: int) -> bytes:
    """Return a PNG whose pixels are in thousands of chunks, most of them empty."""
    data = png(100, 100)
    at = data.index(b"IDAT") - 4
    return data[:at] + chunk(b"IDAT", b"") * parts + data[at:]


# --- GIF, BMP, TIFF


def gif(width: int, height: int, extensions: bytes = b"") -> bytes:
    data = flat("P", width, height, "GIF")
    at = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    return data[:at] + extensions + b"\0" + data[at:]


WEBP = bytes.fromhex("524946461a000000574542505650384c0e0000002faff6ab0d071011fd0f4444ff03")
"""14,000 × 14,000 black pixels."""


def bmp_rle(width: int, height: int) -> bytes:
    pixels = b"\xff\x01" * (width * height // 255 + 1)
    palette = bytes(1024)
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(pixels), 0, 0, 256, 0)
    start = 14 + len(head) + len(palette)
    return struct.pack("<2sIHHI", b"BM", start + len(pixels), 0, 0, start) + head + palette + pixels


def directory(entries: list[tuple[int, int, int, int]], following: int = 0) -> bytes:
    rows = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return struct.pack("<H", len(entries)) + rows + struct.pack("<I", following)


def tiff(
    width: int, height: int, samples: int, bits: int, rows: int, content: bytes | None = None
) -> bytes:
    """Return a black picture, compressed with deflate in one strip, or with other content."""
    content = zeros(width * height * samples * bits // 8) if content is None else content
    entries = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, samples, 8),
        (259, 3, 1, 8),
        (262, 3, 1, 2),
        (273, 4, 1, 16),
        (277, 3, 1, samples),
        (278, 4, 1, rows),
        (279, 4, 1, len(content)),
        (338, 3, 1, 2),
    ]
    return (
        b"II*\0"
        + struct.pack("<I", 16 + len(content))
        + struct.pack("<4H", *[bits] * 4)
        + content
        + directory(entries)
    )


def tiff_of_strips(strips: int) -> bytes:
    entries = [
        (256, 4, 1, 1),
        (257, 4, 1, strips),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, strips, 200),
        (277, 3, 1, 1),
        (278, 4, 1, 1),
        (279, 4, strips, 200),
    ]
    return (b"II*\0\x08\0\0\0" + directory(entries)).ljust(200, b"\0") + b"\x01\0\0\0" * strips


def tiff_of_directories(number: int) -> bytes:
    data = bytearray(tiff(10, 10, 3, 8, 10))
    start = len(data) - 4
    struct.pack_into("<I", data, start, len(data))
    parts = [directory([(256, 4, 1, 1)], len(data) + 18 * (n + 1)) for n in range(number)]
    return bytes(data) + b"".join(parts)


# --- texts


def backup_of_lists(size: int) -> bytes:
    """Return a packed JSON document of empty lists: each is some 60 bytes in memory."""
    return gzip.compress(b"[" + b"[]," * (size // 3) + b"0]", 9)
