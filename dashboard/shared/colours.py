"""Colours for people and groups that stay the same from one visit to the next."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable
from functools import cache

UNNAMED = "#8d949e"
IGNORED = "#b4b9c0"
SLOTS = 48
"""Colours before hues come too close to be told apart, and each costs the map some time."""

_GOLDEN_ANGLE = 137.508
_LIGHTNESS = (0.62, 0.72, 0.54)
_CHROMA = 0.145
_FIRST_HUE, _LAST_HUE = 265.0, 50.0


def people_colours(people: Iterable[str]) -> dict[str, str]:
    """Return the colour of each person.

    It follows from the name alone, and stays whoever else is named; some people share one.
    """
    return {name: person_colour(name) for name in people}


def person_colour(name: str) -> str:
    """Return the colour of somebody.

    >>> person_colour("Rosa") == people_colours(["Emil", "Rosa", "Ada"])["Rosa"]
    True
    """
    return slot_colour(zlib.crc32(name.encode("utf-8", "surrogatepass")) % SLOTS)


def year_colours(years: Iterable[int]) -> dict[int, str]:
    """Return a colour per year, from blue for the first over green to orange for the last.

    >>> sorted(year_colours([2003, 2019, 2003]))
    [2003, 2019]
    """
    known = set(years)
    first, span = min(known, default=0), max(max(known, default=0) - min(known, default=0), 1)
    hues = {year: _FIRST_HUE - (_FIRST_HUE - _LAST_HUE) * (year - first) / span for year in known}
    return {year: oklch_to_hex(_LIGHTNESS[0], _CHROMA, hue) for year, hue in hues.items()}


def group_colour(cluster: int | None) -> str:
    """Return the colour of a cluster; grey for faces in none."""
    return UNNAMED if cluster is None else slot_colour(cluster)


@cache
def slot_colour(slot: int) -> str:
    """Return the colour with a number as #rrggbb: hues a golden angle apart, three lightnesses."""
    slot %= SLOTS
    return oklch_to_hex(_LIGHTNESS[slot % 3], _CHROMA, slot * _GOLDEN_ANGLE % 360)


def oklch_to_hex(lightness: float, chroma: float, hue: float) -> str:
    """Convert OKLCH (lightness and chroma as in CSS, hue in degrees) to sRGB, clipped.

    The matrices are those of Björn Ottosson, "A perceptual color space for image processing"
    (2020), https://bottosson.github.io/posts/oklab/.

    >>> oklch_to_hex(1, 0, 0)
    '#ffffff'
    """
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(value)):02x}" for value in linear)


def _gamma(linear: float) -> float:
    value = min(max(linear, 0.0), 1.0)
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
