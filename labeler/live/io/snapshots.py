"""Pictures of who came, in a folder of the user's choice."""

from __future__ import annotations

import io
import os
from datetime import datetime
from pathlib import Path

from PIL import Image as PILImage

from labeler.io.files import whole_file
from labeler.sorting.layout import folder_name
from labeler.types import Image

_QUALITY = 90
_MOST_ALIKE = 1000
"""Pictures of one second and one person."""


def as_jpeg(image: Image) -> bytes:
    """Return a picture, (h, w, 3) uint8 sRGB, as a JPEG file."""
    stream = io.BytesIO()
    PILImage.fromarray(image).save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()


def free_path(folder: Path, taken: datetime, person: str) -> Path:
    """Return a path for a picture, such as '2026-12-01 08.15.30 Rosa.jpg', that nothing has yet."""
    stem = " ".join(filter(None, [f"{taken:%Y-%m-%d %H.%M.%S}", person and folder_name(person)]))
    for number in range(1, _MOST_ALIKE):
        path = folder / (f"{stem}.jpg" if number == 1 else f"{stem} ({number}).jpg")
        if not os.path.lexists(path):
            return path
    return folder / f"{stem} {taken:%f}.jpg"


def keep(folder: Path, image: Image, taken: datetime, person: str) -> Path:
    """Write a picture into a folder, and return where it is. Nothing is written over.

    Raises:
        LabelerError: it cannot be written.
    """
    path = free_path(folder, taken, person)
    with whole_file(path, private=True) as temporary:
        temporary.write_bytes(as_jpeg(image))
    return path
