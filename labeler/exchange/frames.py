"""Which picture a rectangle was drawn on: the stored one, or the upright one that people see.

The Metadata Working Group (Guidelines for Handling Image Metadata 2.0, 5.9) says that regions lie
on the picture as it is stored, before its EXIF orientation is applied, and that
AppliedToDimensions is the size of that picture. digiKam, Picasa and ExifTool keep to it; some
programs do not, and their sizes, or the faces that are really there, give them away.

Rectangles here are fractions: 0…1 from the left and from the top of a picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from labeler.geometry import SIDEWAYS
from labeler.types import Box

_BACK = {6: 8, 8: 6}
ROUNDING = 0.02
"""Sides in proportions that differ by less belong to one picture, scaled."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in fractions of a picture's width and height."""

    left: float
    top: float
    width: float
    height: float


def upright(area: Area, orientation: int) -> Area:
    """Return where an area of the stored picture is on the upright one.

    Args:
        orientation: EXIF's, 1…8.
    """
    corners = ((area.left, area.top), (area.left + area.width, area.top + area.height))
    (x1, y1), (x2, y2) = (_turned(x, y, orientation) for x, y in corners)
    return Area(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def stored(area: Area, orientation: int) -> Area:
    """Return where an area of the upright picture is on the stored one; undoes `upright`."""
    return upright(area, _BACK.get(orientation, orientation))


def stored_size(width: int, height: int, orientation: int) -> tuple[int, int]:
    """Return the size of the stored picture from that of the upright one, and the reverse."""
    return (height, width) if orientation in SIDEWAYS else (width, height)


def readings(
    applied_to: tuple[float, float] | None, size: tuple[int, int], orientation: int
) -> tuple[int, ...]:
    """Return the orientations that may turn areas upright, the likeliest first.

    Orientation 1 among them means that the areas may be drawn on the upright picture already.
    None is left when the picture has other proportions than the one on which they were drawn:
    it was cropped since, and nobody can know how (the guidelines say not to use them then).

    Args:
        applied_to: width and height that the areas claim to be for; None = they say nothing.
        size: of the stored picture.
    """
    both = tuple(dict.fromkeys((orientation, 1)))
    if applied_to is None:
        return both
    as_stored = _alike(applied_to, size)
    if orientation not in SIDEWAYS:
        return both if as_stored else ()
    as_upright = _alike(applied_to, size[::-1])
    if as_stored and as_upright:  # a square
        return both
    return (orientation,) if as_stored else (1,) if as_upright else ()


def box_of(area: Area, width: int, height: int) -> Box:
    """Return an area of the upright picture in its pixels."""
    return Box(area.left * width, area.top * height, area.width * width, area.height * height)


def area_of(box: Box, width: int, height: int) -> Area:
    """Return a box in upright pixels as fractions; undoes `box_of`."""
    return Area(box.left / width, box.top / height, box.width / width, box.height / height)


def clipped(area: Area) -> Area | None:
    """Return the part of an area that is on the picture; None if there is none.

    What is not a number is not on it either.
    """
    sides = (area.left, area.top, area.width, area.height)
    if not all(map(math.isfinite, sides)) or area.width <= 0 or area.height <= 0:
        return None
    left, top = max(area.left, 0.0), max(area.top, 0.0)
    right, bottom = min(area.left + area.width, 1.0), min(area.top + area.height, 1.0)
    return Area(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _alike(one: tuple[float, float], other: tuple[float, float]) -> bool:
    if not min(*one, *other) > 0:
        return False
    rounding = max(ROUNDING, 1.5 / min(*one, *other))  # a pixel more or less on a tiny picture
    return abs(math.log(one[0] / one[1] * other[1] / other[0])) <= rounding


def _turned(x: float, y: float, orientation: int) -> tuple[float, float]:
    return {
        1: (x, y),
        2: (1 - x, y),
        3: (1 - x, 1 - y),
        4: (x, 1 - y),
        5: (y, x),
        6: (1 - y, x),
        7: (1 - y, 1 - x),
        8: (y, 1 - x),
    }[orientation]
