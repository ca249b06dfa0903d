"""Open a picture without decoding it, refuse what would cost too much, and name what is wrong."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache

from PIL import Image as PILImage
from PIL import PngImagePlugin, UnidentifiedImageError

from labeler.errors import PassingTroubleError, UnreadablePhotoError
from labeler.photos import heads
from labeler.photos.io import raw
from labeler.photos.io.memory import MOST_BYTES as MOST_MEMORY

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "DIB", "GIF")
"""Pillow knows more, some of which start other programs; a file's name proves nothing."""
MOST_PIXELS = 200_000_000
"""Larger pictures are refused unless the user raises the limit: Pillow needs 0.8 GB for so many."""
MOST_RLE = 5_000_000
"""Pixels of a compressed BMP, which Pillow decodes byte by byte."""
RAW_MEMORY = 420_000_000
"""What a RAW file counts for while it is decoded; its head does not tell."""
_PER_PIXEL = {"WEBP": 16, "AVIF": 20, "HEIF": 16}
"""Bytes of memory that decoding takes at most, measured: planes, copies and frames of a film."""
_MOST_BYTES = {"AVIF": 80_000_000, "HEIF": 60_000_000}
"""Ten seconds of decoding noise, measured. Pictures of 100 million pixels have 50 MB at most."""
_PER_PIXEL_OF_MODE = {"1": 1, "L": 1, "P": 1, "I;16": 3, "I;16B": 3, "I": 5, "F": 5}


class _OwnBound:
    """Lifts Pillow's bound on the size of pictures while one is being opened here.

    We check the size ourselves, against MOST_PIXELS. Other code of the process keeps that bound.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._theirs: int | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._theirs, PILImage.MAX_IMAGE_PIXELS = PILImage.MAX_IMAGE_PIXELS, None
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                PILImage.MAX_IMAGE_PIXELS = self._theirs


_own_bound = _OwnBound()


def opened(data: bytes, name: str = "") -> tuple[PILImage.Image, heads.Head]:
    """Open a photo file without decoding its pixels; Pillow's and other errors may come.

    The format is told from the content, except that of RAW files, which their name tells.

    Raises:
        UnreadablePhotoError: it would take much too long, or a RAW file is none.
    """
    if is_raw(name):
        return raw.open_raw(data), heads.Head(RAW_MEMORY)
    head = heads.read(data)
    with _own_bound:
        image = PILImage.open(io.BytesIO(data), formats=_formats())
    heads.check_side(*image.size)
    heads.check_bytes(len(data), _MOST_BYTES.get(image.format or "", len(data)))
    if image.format == "PNG" and head.behind:
        image.info.update(_behind(data, head.behind))
    return image, head


def is_raw(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in raw.SUFFIXES


@dataclass(frozen=True, slots=True)
class Cost:
    """The memory that decoding a picture takes.

    fixed: bytes, with the file itself. per_pixel: bytes. size: width and height. drafts: a coarser
    picture has fewer pixels from the start.
    """

    fixed: int
    per_pixel: int = 0
    size: tuple[int, int] = (1, 1)
    drafts: bool = False

    def at(self, longest_side: int) -> int:
        """Return the bytes for a picture that is wanted with this longer side."""
        pixels = self.size[0] * self.size[1]
        if self.drafts:  # less than twice as fine as asked for
            pixels = min(pixels, pixels * (2 * longest_side) ** 2 // max(self.size) ** 2)
        return self.fixed + self.per_pixel * pixels


def cost(data: bytes, image: PILImage.Image, head: heads.Head) -> Cost:
    """Return what decoding a picture takes."""
    usual = _PER_PIXEL_OF_MODE.get(image.mode, 4)
    return Cost(
        len(data) + head.working,
        _PER_PIXEL.get(image.format or "", usual),
        image.size,
        image.format in ("JPEG", "MPO"),
    )


def check_size(image: PILImage.Image, most_pixels: int) -> None:
    """Refuse a picture that is too large.

    Raises:
        UnreadablePhotoError: it is.
    """
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


def check_memory(needs: int, most_pixels: int) -> None:
    """Refuse what cannot be decoded within the memory; more pixels that are allowed raise that.

    Raises:
        UnreadablePhotoError: it cannot.
    """
    if needs > MOST_MEMORY * max(most_pixels / MOST_PIXELS, 1):
        raise PassingTroubleError(
            f"So large a picture of this kind needs {needs / 10**9:.1f} GB of memory; "
            "save it smaller, or raise --max-megapixels."
        )


def _behind(data: bytes, start: int) -> dict[str, object]:
    """Return what the chunks of a PNG say that stand behind the pixels.

    Pillow reads these when it has decoded the pixels; of a broken one, and what follows, nothing.
    """
    file = io.BytesIO(data)
    stream = PngImagePlugin.PngStream(file)
    file.seek(start)
    with suppress(Exception):  # it raises what it likes
        while True:
            kind, place, length = stream.read()
            if kind in (b"IEND", b"fcTL"):  # the next picture of a film
                break
            if hasattr(stream, f"chunk_{kind.decode('ascii')}"):
                stream.call(kind, place, length)
            file.seek(place + length + 4)
    return {str(key): value for key, value in stream.im_info.items()}


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
    except MemoryError as error:
        raise PassingTroubleError("There is not enough memory for this picture.") from error
    except Exception as error:  # decoders raise what they like on damaged files
        raise UnreadablePhotoError(_damage(error)) from error


def _damage(error: Exception) -> str:
    if "truncated" in str(error).lower():
        return "The picture is truncated: the end of the file is missing; restore it from a backup."
    cause = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return f"The picture is damaged; restore it from a backup ({cause})."


@cache
def _formats() -> list[str]:
    """Return those of FORMATS that this Pillow can read."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    PILImage.init()
    return [name for name in FORMATS if name in PILImage.OPEN]
