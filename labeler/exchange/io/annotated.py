"""A photo with a box around each face and the name below it, as a picture that says nothing else.

The picture is drawn anew from the pixels, so that no date, place, camera or profile of the photo
is in the file.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image as PILImage
from PIL import ImageDraw

from labeler.slideshows.io import lettering
from labeler.types import Box, Image

VERSION = 1
"""Raise it when pictures of the same faces come to look another way."""
WHITE, SHADE, LINE = (255, 255, 255), (16, 17, 20), (255, 255, 255)
QUALITY = 90
LETTERS = 38
"""The longer side of the photo has room for so many lines of text."""
LEAST_LETTERS = 13
"""Pixels: smaller letters cannot be read."""


def draw(pixels: Image, faces: Sequence[tuple[Box, str]]) -> PILImage.Image:
    """Return the upright photo with its faces marked; names that would cover another move."""
    picture = PILImage.fromarray(pixels)
    pen = ImageDraw.Draw(picture)
    size = max(max(picture.size) / LETTERS, LEAST_LETTERS)
    line = max(round(size / 9), 2)
    for box, _ in faces:
        corners = (box.left, box.top, box.right, box.bottom)
        pen.rectangle(_grown(corners, line), outline=SHADE, width=line * 2)
        pen.rectangle(corners, outline=LINE, width=line)
    taken: list[Box] = []
    for box, name in faces:
        font = lettering.font_for(name, size)
        text = "".join(lettering.fitted(name, font, picture.width * 0.9, 1))
        label = _place(box, font.getlength(text) + size * 0.8, size * 1.5, picture.size, taken)
        taken.append(label)
        pen.rectangle((label.left, label.top, label.right, label.bottom), fill=SHADE)
        middle = (label.left + label.width / 2, label.top + label.height / 2)
        pen.text(middle, text, WHITE, font, "mm")
    return picture


def jpeg(picture: PILImage.Image) -> bytes:
    """Return the picture as a JPEG without any metadata."""
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=QUALITY)
    return stream.getvalue()


def _place(
    face: Box, width: float, height: float, size: tuple[int, int], taken: Sequence[Box]
) -> Box:
    """Return where a name goes: below the face, else above it, else where it covers least."""
    left = min(max(face.left + face.width / 2 - width / 2, 0), max(size[0] - width, 0))
    lowest = max(size[1] - height, 0)
    tops = (face.bottom, face.top - height, face.bottom + height, face.top - 2 * height)
    places = [Box(left, min(max(top, 0), lowest), width, height) for top in tops]
    return min(places, key=lambda place: sum(_shared(place, other) for other in taken))


def _shared(one: Box, other: Box) -> float:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(across, 0) * max(down, 0)


def _grown(corners: tuple[float, ...], by: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = corners
    return left - by, top - by, right + by, bottom + by
