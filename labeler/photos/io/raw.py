"""Camera RAW files: the preview that the camera put inside, else developed by LibRaw."""

from __future__ import annotations

import io
import re
import struct
from itertools import islice
from typing import TYPE_CHECKING

from PIL import Image as PILImage
from PIL.JpegImagePlugin import JpegImageFile

from labeler.errors import PassingTroubleError, UnreadablePhotoError
from labeler.photos import heads
from labeler.photos.io import raw_exif
from labeler.photos.io.raw_exif import Container

if TYPE_CHECKING:
    import numpy as np
    import rawpy
    from numpy.typing import NDArray

# Without .raw, which is the ending of disk images and of sound as well, and without .crw: the
# orientation of such pictures is where only LibRaw finds it.
SUFFIXES = frozenset(
    ".3fr .arw .cr2 .cr3 .dcr .dng .erf .fff .gpr .iiq .kdc .mef .mos .mrw "  # noqa: SIM905
    ".nef .nrw .orf .pef .raf .rw2 .rwl .sr2 .srf .srw .x3f".split()
)
LEAST_SIDE = 640
"""The longer side of a preview that is used. On smaller ones, faces in a group are a few pixels."""
HALF_FROM = 4000
"""Sensors with a longer side like this are developed at half the size, which is much faster."""
MOST_PIXELS = 300_000_000
MOST_PIXELS_PER_BYTE = 16
"""No camera compresses so well; a small file that claims a huge sensor would fill the memory."""

# Bounds on the work for files made to be slow, far above what cameras write.
_MOST_STARTS = 5_000
_MOST_SEGMENTS = 100
_MOST_TRIES = 8

_START = re.compile(rb"\xff\xd8\xff[\xc0-\xc2\xc4\xdb\xdd\xe0-\xef\xfe]")


def open_raw(data: bytes) -> PILImage.Image:
    """Return a RAW file's picture, not necessarily loaded nor upright, with the file's EXIF.

    Read that with `PIL.Image.Image.getexif(picture)`. Damage to the pixels of a preview may come
    out only when it is loaded.

    Raises:
        UnreadablePhotoError: it is no RAW file, damaged, or LibRaw is needed and not installed.
    """
    container = raw_exif.read(data)
    preview = _preview(data, container.no_previews if container else frozenset())
    if preview is not None:
        return _labelled(preview, container or Container())
    if container is None:
        raise UnreadablePhotoError(
            "The file is not a camera RAW file in a format that can be read, "
            "whatever its name says."
        )
    return _from_libraw(data, container)


def _labelled(picture: PILImage.Image, container: Container) -> PILImage.Image:
    """Give a preview the container's EXIF, and what that lacks from the preview's own.

    Who turns a RAW file in a program changes the container, so its orientation goes first.
    Fujifilm's and Sigma's containers have none. A few programs turn the preview's pixels instead:
    then it lies across the sensor's picture.
    """
    own = raw_exif.of_jpeg(picture.info.get("exif", b""))
    orientation = raw_exif.orientation(container.tags) or raw_exif.orientation(own) or 1
    across = (picture.width - picture.height) * (container.sensor[0] - container.sensor[1]) < 0
    if orientation >= 5 and across:
        orientation = 1
    return _with_exif(picture, own | container.tags, orientation, container.xmp)


def _with_exif(
    picture: PILImage.Image, tags: raw_exif.Tags, orientation: int, xmp: bytes
) -> PILImage.Image:
    picture.info["exif"] = raw_exif.block(tags, orientation)
    if xmp:
        picture.info["xmp"] = xmp
    picture.getexif().load(picture.info["exif"])  # Pillow may have read the preview's own already
    return picture


# --- previews


def _preview(data: bytes, no_previews: frozenset[int] = frozenset()) -> JpegImageFile | None:
    """Return the largest JPEG picture in the file that is large enough and has an end."""
    found = []
    starts = (match.start() for match in _START.finditer(data))
    for start in islice((at for at in starts if at not in no_previews), _MOST_STARTS):
        width, height, frame = _frame(data, start)
        if max(width, height) >= LEAST_SIDE:
            found.append((width * height, start, frame))
    found.sort(key=lambda item: -item[0])
    for _, start, frame in found[:_MOST_TRIES]:
        end = data.find(b"\xff\xd9", frame)  # cannot occur among the compressed pixels
        if end < 0:
            continue
        try:
            preview = data[start : end + 2]
            heads.read(preview)
            # Not PIL.Image.open: of some previews it makes a sequence of several pictures.
            return JpegImageFile(io.BytesIO(preview))
        except Exception:  # the next one may be sound
            continue
    return None


def _frame(data: bytes, start: int) -> tuple[int, int, int]:
    """Return a JPEG's width, height and where its frame header is; zeros if it is no preview.

    Lossless pictures and those of more than 8 bits are the sensor's data.
    """
    at = start + 2
    for _ in range(_MOST_SEGMENTS):
        head = data[at : at + 10]
        if len(head) < 10 or head[0] != 0xFF:
            break
        marker, length, bits, height, width, colours = struct.unpack(">xBHBHHB", head)
        if marker in (0xC0, 0xC1, 0xC2) and bits == 8 and colours in (1, 3):
            return width, height, at
        if (0xC0 <= marker <= 0xDA and marker not in (0xC4, 0xCC)) or length < 2:
            break
        at += 1 if marker == 0xFF else 2 + length  # FF may be repeated, to fill
    return 0, 0, 0


# --- LibRaw


def _from_libraw(data: bytes, container: Container) -> PILImage.Image:
    """Return LibRaw's picture: a preview in a format of its own, else the developed sensor data."""
    try:
        import rawpy
    except ImportError as error:
        raise PassingTroubleError(
            "This RAW file carries no usable preview; "
            "install the extra `face-labeler[raw]` to develop it."
        ) from error
    try:
        with rawpy.RawPy() as raw:
            raw.open_buffer(io.BytesIO(data))
            width, height = raw.sizes.raw_width, raw.sizes.raw_height
            if width * height > min(MOST_PIXELS, MOST_PIXELS_PER_BYTE * len(data)):
                raise ValueError(f"it claims {width} × {height} pixels, more than it can hold")
            preview = _preview_by(raw)
            if preview is not None:
                return _labelled(preview, container)
            half = max(width, height) >= HALF_FROM
            picture = _picture(raw.postprocess(use_camera_wb=True, half_size=half, output_bps=8))
    except rawpy.LibRawFileUnsupportedError as error:
        raise UnreadablePhotoError(
            "This RAW file carries no usable preview, and LibRaw does not know its kind; "
            "save it as DNG or JPEG with a program that does."
        ) from error
    except rawpy.LibRawIOError as error:
        raise UnreadablePhotoError(
            "The RAW file is truncated: the end of the file is missing; restore it from a backup."
        ) from error
    except Exception as error:  # LibRaw's own, and what rawpy and NumPy make of bad data
        raise UnreadablePhotoError(
            f"The RAW file is damaged ({_words(error)}); restore it from a backup."
        ) from error
    # LibRaw has turned it upright.
    return _with_exif(picture, container.tags, 1, container.xmp)


def _preview_by(raw: rawpy.RawPy) -> PILImage.Image | None:
    """Return a preview that LibRaw finds: uncompressed, or JPEG that the camera has altered."""
    try:
        thumb = raw.extract_thumb()
    except Exception:  # there is none, or none that LibRaw can read
        return None
    if isinstance(thumb.data, bytes):
        return _preview(thumb.data)
    return _picture(thumb.data) if max(thumb.data.shape[:2]) >= LEAST_SIDE else None


def _picture(pixels: NDArray[np.uint8]) -> PILImage.Image:
    """Return an array of LibRaw's as a picture; those of grey sensors have one colour."""
    return PILImage.fromarray(pixels[..., 0] if pixels.shape[2:] == (1,) else pixels)


def _words(error: Exception) -> str:
    """Return what an error says; LibRaw's speak in bytes."""
    text = error.args[0] if error.args else ""
    text = text.decode("latin-1") if isinstance(text, bytes) else str(text)
    return text.rstrip(".") or type(error).__name__
