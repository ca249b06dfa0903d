"""Photo files: read them, decode them as finely as needed, upright and in sRGB."""

from __future__ import annotations

import hashlib
import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from typing import BinaryIO

import numpy as np
from PIL import ExifTags, UnidentifiedImageError
from PIL import Image as PILImage

from labeler.errors import PassingTroubleError, UnreadablePhotoError
from labeler.files import read_regular
from labeler.geometry import SIDEWAYS
from labeler.images import metadata, raw, rgb, xmp
from labeler.types import Image, Metadata, Photo, PhotoFacts, PhotoFile

SUFFIXES = raw.SUFFIXES | frozenset(
    ".jpg .jpeg .jpe .jfif .png .webp .heic .heif .avif .tif .tiff .bmp .gif".split()  # noqa: SIM905
)
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "DIB", "GIF")
"""Pillow knows more, some of which start other programs; a file's name proves nothing."""
MOST_BYTES = 500_000_000
"""Larger files are refused; they are hardly photos."""
MOST_PIXELS = 200_000_000
"""Larger pictures are refused unless the user raises the limit: Pillow needs 0.8 GB for so many."""
MOST_RLE = 5_000_000
"""Pixels of a compressed BMP, which Pillow decodes byte by byte."""
FINGERPRINT_SIDE = 800
"""Longer side, at least, of the picture whose pixels are hashed."""
RAW_PIXELS = 60_000_000
"""What a RAW file counts for while it is decoded; its head does not tell."""
_REDUCED_AT_ONCE = 40_000_000
"""Larger pictures are reduced before anything else is done to them, to spare memory."""
PILImage.MAX_IMAGE_PIXELS = None  # we check the size ourselves, against MOST_PIXELS

# Pillow warns about broken EXIF, line by line; what matters of it is reported as a Failure.
warnings.filterwarnings("ignore", module=r"PIL\.")

TURNS = {
    2: PILImage.Transpose.FLIP_LEFT_RIGHT,
    3: PILImage.Transpose.ROTATE_180,
    4: PILImage.Transpose.FLIP_TOP_BOTTOM,
    5: PILImage.Transpose.TRANSPOSE,
    6: PILImage.Transpose.ROTATE_270,
    7: PILImage.Transpose.TRANSVERSE,
    8: PILImage.Transpose.ROTATE_90,
}
"""What undoes an EXIF orientation."""


def read(file: PhotoFile) -> tuple[bytes, PhotoFile]:
    """Return a file's content, and the file as it was while it was read.

    Raises:
        UnreadablePhotoError: it cannot be read, is empty, or changed meanwhile.
    """
    try:
        data, status = read_regular(file.path, MOST_BYTES)
    except OSError as error:
        raise PassingTroubleError(f"The file cannot be read: {error.strerror}.") from error
    if not data:
        raise UnreadablePhotoError("The file is empty; restore it from a backup.")
    return data, replace(file, size=status.st_size, modified_ns=nanoseconds(status))


def nanoseconds(status: os.stat_result) -> int:
    """Return a file's modification time as the database can hold it."""
    return max(min(status.st_mtime_ns, 2**63 - 1), -(2**63))


def read_bytes(path: str) -> bytes:
    """Return a file's content; see `read`."""
    return read(PhotoFile(path, -1, 0))[0]


def content_hash(data: bytes) -> str:
    """Return the SHA-256 of a file's content, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def count_pixels(data: bytes, name: str = "") -> int:
    """Return how many pixels decoding a photo may need, from the head of the file.

    Raises:
        UnreadablePhotoError: it is no picture.
    """
    if _is_raw(name):
        return RAW_PIXELS
    with damage_as_one_sentence():
        width, height = _open(data, name).size
        return width * height


class OpenedPhoto:
    """A photo file in memory: a `Picture` that is decoded as finely as asked for.

    A JPEG is decoded at 1/2, 1/4 or 1/8 of its size where that is enough, which takes a fraction
    of the time and memory. The finest decoding so far is kept.

    width, height: upright pixels of the whole photo. metadata: what the file itself says.

    Raises:
        UnreadablePhotoError: it is no picture, damaged, or larger than `most_pixels`. Damage to
            the pixels is found when they are asked for.
    """

    def __init__(self, data: bytes, name: str = "", most_pixels: int = MOST_PIXELS) -> None:
        self._data = data
        self._name = name
        self._decoded: Image | None = None
        self._fineness = 0
        with damage_as_one_sentence():
            image = _open(data, name)
            across, down = stored_size(image)
            _check_size(image, most_pixels)
            if image.format == "PNG":  # its metadata may stand behind the pixels
                image.load()
            self.metadata: Metadata = metadata.embedded(image)
            turn = orientation(image)
            self.may_be_turned = turn is None
            self.width, self.height = (down, across) if turn in SIDEWAYS else (across, down)
            self._opened: PILImage.Image | None = image

    def pixels(self, longest_side: int | None = None) -> Image:
        """Return the upright picture, (height, width, 3) uint8, in sRGB.

        Of a picture of more than 40 million pixels, half of `longest_side` may be all there is.

        Raises:
            UnreadablePhotoError: the file is damaged.
        """
        whole = max(self.width, self.height)
        wanted = whole if longest_side is None else min(longest_side, whole)
        if self._decoded is None or wanted > self._fineness:
            with damage_as_one_sentence():
                self._decoded = self._decode(wanted)
                self._fineness = max(wanted, *self._decoded.shape[:2])
        return self._decoded

    def pixel_hash(self) -> str:
        """Return a hash of the upright picture that no change of the metadata changes.

        It depends on nothing that was decoded before. Finding faces needs the same coarse pixels.

        Raises:
            UnreadablePhotoError: the file is damaged.
        """
        if self._decoded is None:
            pixels = self.pixels(FINGERPRINT_SIDE)
        else:
            pixels = OpenedPhoto(self._data, self._name, self.width * self.height).pixels(
                FINGERPRINT_SIDE
            )
        digest = hashlib.sha256(repr((self.width, self.height, pixels.shape)).encode())
        digest.update(pixels.tobytes())
        return digest.hexdigest()

    def _decode(self, longest_side: int) -> Image:
        image, self._opened = self._opened or _open(self._data, self._name), None
        profile = image.info.get("icc_profile")
        longer = max(image.size)
        least = tuple(max(side * longest_side // longer, 1) for side in image.size)
        # draft() gives at least `least`, for JPEG only; it leaves the colours as they are stored.
        image.draft(None, (least[0], least[1]))
        image.load()
        turn = TURNS.get(orientation(image) or 1)  # Pillow has turned a TIFF by now, and says so
        factor = -(-max(image.size) // longest_side)
        if image.width * image.height > _REDUCED_AT_ONCE and factor > 1:
            image = rgb.reduced_by_strips(image, factor, profile)
        else:
            image = rgb.srgb(rgb.eight_bits(image), profile)
        return np.asarray(image if turn is None else image.transpose(turn))


def decode_file(path: str, longest_side: int | None = None) -> Image:
    """Return the upright pixels of a file; see `OpenedPhoto.pixels`."""
    return OpenedPhoto(read_bytes(path), path).pixels(longest_side)


def indexed_pixels(photo: Photo, longest_side: int) -> Image:
    """Return the upright pixels of a photo of the library that is still the one it was.

    Raises:
        UnreadablePhotoError: it cannot be read, or has changed since it was indexed.
    """
    data = read_bytes(photo.path)
    if content_hash(data) != photo.content_hash:
        raise UnreadablePhotoError("The photo has changed since it was indexed; index it again.")
    most_pixels = photo.facts.width * photo.facts.height
    return OpenedPhoto(data, photo.path, most_pixels).pixels(longest_side)


def facts(photo: OpenedPhoto, file: PhotoFile) -> PhotoFacts:
    """Return what the photo, its XMP sidecar, and its name and time say about it."""
    sidecar = None
    if file.sidecar is not None:
        with suppress(OSError):  # an unreadable sidecar must not cost the photo
            packet, _ = read_regular(file.sidecar, xmp.MOST_BYTES + 1)
            sidecar = metadata.from_xmp(packet)
    known = metadata.combined(
        photo.metadata, sidecar, os.path.basename(file.path), file.modified_ns
    )
    return PhotoFacts(photo.width, photo.height, known)


def _is_raw(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in raw.SUFFIXES


def open_picture(stream: BinaryIO, name: str) -> PILImage.Image:
    """Open a photo file without decoding its pixels; Pillow's and other errors may come.

    The format is told from the content, except that of RAW files, which their name tells.
    """
    if _is_raw(name):
        return raw.open_raw(stream.read())
    return PILImage.open(stream, formats=_formats())


def _open(data: bytes, name: str) -> PILImage.Image:
    return open_picture(io.BytesIO(data), name)


def _check_size(image: PILImage.Image, most_pixels: int) -> None:
    pixels = image.width * image.height
    if pixels > most_pixels:
        raise PassingTroubleError(
            f"The picture has {image.width} × {image.height} pixels, more than the limit of "
            f"{most_pixels // 10**6} million; --max-megapixels raises it."
        )
    if image.format in ("BMP", "DIB") and image.info.get("compression") and pixels > MOST_RLE:
        raise UnreadablePhotoError(
            "It is a compressed BMP, which takes long to read in this size; save it as PNG."
        )


@contextmanager
def damage_as_one_sentence() -> Iterator[None]:
    """Make one UnreadablePhotoError of whatever a decoder raises.

    Raises:
        UnreadablePhotoError: the file is no picture, or damaged.
    """
    try:
        yield
    except UnidentifiedImageError as error:
        raise UnreadablePhotoError(
            "The file is not a picture in a format that can be read, whatever its name says."
        ) from error
    except UnreadablePhotoError:
        raise
    except Exception as error:  # decoders raise what they like on damaged files
        raise UnreadablePhotoError(_damage(error)) from error


def _damage(error: Exception) -> str:
    if "truncated" in str(error).lower():
        return "The picture is truncated: the end of the file is missing; restore it from a backup."
    cause = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return f"The picture is damaged; restore it from a backup ({cause})."


def orientation(image: PILImage.Image) -> int | None:
    """Return EXIF's orientation, 1 to 8, or None where nothing sensible is said."""
    try:
        # The base class's method, because that of a PNG would decode the pixels.
        value = PILImage.Image.getexif(image).get(ExifTags.Base.Orientation)
    except Exception:  # broken EXIF must not cost the photo
        return None
    return value if value == 1 or value in TURNS else None


def stored_size(image: PILImage.Image) -> tuple[int, int]:
    """Return width and height before the orientation is applied.

    Pillow turns TIFF files itself, and gives the size that they will have.
    """
    if image.format == "TIFF":
        tags = getattr(image, "tag_v2", {})
        across, down = tags.get(ExifTags.Base.ImageWidth), tags.get(ExifTags.Base.ImageLength)
        if isinstance(across, int) and isinstance(down, int):
            return across, down
    return image.size


@cache
def _formats() -> list[str]:
    """Return those of FORMATS that this Pillow can read."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    PILImage.init()
    return [name for name in FORMATS if name in PILImage.OPEN]
