"""Pictures that come as JPEG files from elsewhere, and are small."""

from __future__ import annotations

import io
from datetime import datetime

import numpy as np
from PIL import Image as PILImage
from PIL import UnidentifiedImageError

from labeler.errors import UnreadablePhotoError
from labeler.types import Image

MOST_BYTES = 6_000_000
MOST_PIXELS = 4096 * 2304
"""What a browser's camera gives at most; beyond, it is none."""
_TAKEN, _TAKEN_BY = 0x9003, 0x0131
_EXIF_IFD = 0x8769
_APP1 = b"\xff\xe1"


def decoded(jpeg: bytes) -> Image:
    """Return a picture, (h, w, 3) uint8 sRGB.

    Raises:
        UnreadablePhotoError: it is no JPEG, damaged, or too large.
    """
    try:
        with PILImage.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            _check(picture)
            return np.asarray(picture.convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise UnreadablePhotoError("This is no picture of a camera.") from error


def dated(jpeg: bytes, taken: datetime) -> bytes:
    """Return the same JPEG, to the pixel, with the time at which it was taken.

    Raises:
        UnreadablePhotoError: it is no JPEG, damaged, or too large.
    """
    decoded(jpeg)
    exif = PILImage.Exif()
    exif[_TAKEN_BY] = "face labeler"
    exif.get_ifd(_EXIF_IFD)[_TAKEN] = f"{taken:%Y:%m:%d %H:%M:%S}"
    segment = exif.tobytes()
    # Behind the first marker; to store the picture anew would change its pixels a little.
    return jpeg[:2] + _APP1 + (len(segment) + 2).to_bytes(2, "big") + segment + jpeg[2:]


def _check(picture: PILImage.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise UnreadablePhotoError(
            f"The picture has {picture.width} × {picture.height} pixels, which is too many."
        )
