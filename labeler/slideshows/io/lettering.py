"""Fonts and lines of text for pictures, without asking the network.

Pillow's own font knows hardly more than ASCII. So a text gets the first of these fonts that has
all its letters: Source Sans Pro, if the package `font-source-sans-pro` is installed; Pillow's; then
those that come with Linux, macOS and Windows. Letters that none of them has are spelled plainly.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont

SYSTEM_FONTS = (
    "NotoSans-Regular.ttf",
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
    "segoeui.ttf",
    "Arial Unicode.ttf",
    "Arial.ttf",
    "NotoSansCJK-Regular.ttc",
    "PingFang.ttc",
    "msyh.ttc",
    "malgun.ttf",
)
PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "Oe"}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ð": "d", "þ": "th", "Þ": "Th"}
)
PLAIN_SIGNS = str.maketrans(
    {"–": "-", "—": "-", "‘": "'", "’": "'", "„": '"', "«": '"', "»": '"', "\u00a0": " "}
)
"""Signs that may well be written otherwise: no reason to take another font."""
MOST_LETTERS = 1000
"""Of a text, no more are looked at: no picture has room for them, and measuring takes its time."""


def font_for(text: str, size: float) -> Font:
    """Return the first font that has all letters of the text, else the one that lacks fewest."""
    needed = text[:MOST_LETTERS].translate(PLAIN_SIGNS)
    best, fewest = pillows_font(size), len(needed) + 1
    for font in _fonts(size):
        lacking = len(missing(needed, font))
        if lacking < fewest:
            best, fewest = font, lacking
        if not lacking:
            break
    return best


@lru_cache(maxsize=16)
def pillows_font(size: float) -> Font:
    """Return the font that is part of Pillow: Aileron, with little more than ASCII's letters."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType, so it cannot draw text.")
    return font


def missing(text: str, font: Font) -> set[str]:
    """Return the letters of the text that the font would draw as a box."""
    return {letter for letter in text if not letter.isspace() and not _has(font, letter)}


def spelled(text: str, font: Font) -> str:
    """Return the text with the letters that the font lacks spelled plainly, or else left out.

    Example:
        >>> spelled("Jürgen", ImageFont.load_default(20))
        'Jurgen'
    """
    lacking = missing(text, font)
    plain = "".join(_plainly(letter, font) if letter in lacking else letter for letter in text)
    return " ".join(plain.split())


def fitted(text: str, font: Font, width: float, most_lines: int) -> list[str]:
    """Break a text into at most `most_lines` lines of `width` pixels; what is too long ends in …"""
    lines: list[str] = []
    for word in spelled(text[:MOST_LETTERS], font).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    kept = lines[:most_lines]
    if len(lines) > most_lines:
        kept[-1] += "…"
    return [_shortened(line, font, width) for line in kept]


def narrowed(text: str, font: Font, width: float) -> Font:
    """Return the font in a size in which the text is not wider than `width`, if half will do."""
    length = font.getlength(spelled(text[:MOST_LETTERS], font))
    if length <= width:
        return font
    return font.font_variant(size=font.size * max(width / length * 0.99, 0.5))


def _shortened(line: str, font: Font, width: float) -> str:
    while font.getlength(line) > width and len(line) > 2:
        line = line[:-2].rstrip(" ,;:…") + "…"
    return line


def _plainly(letter: str, font: Font) -> str:
    base = unicodedata.normalize("NFKD", letter.translate(PLAIN_LETTERS | PLAIN_SIGNS))
    return "".join(part for part in base if not unicodedata.combining(part) and _has(font, part))


def _fonts(size: float) -> Iterator[Font]:
    """Yield the fonts in order of preference."""
    spec = find_spec("font_source_sans_pro")
    for folder in spec.submodule_search_locations or [] if spec else []:
        bundled = _open(str(Path(folder) / "files" / "SourceSansPro-Regular.ttf"), size)
        if bundled:
            yield bundled
    yield pillows_font(size)
    yield from (font for font in (_open(name, size) for name in SYSTEM_FONTS) if font)


@lru_cache(maxsize=64)
def _open(name: str, size: float) -> Font | None:
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None


@lru_cache(maxsize=4096)
def _has(font: Font, letter: str) -> bool:
    if unicodedata.category(letter) in ("Cf", "Mn", "Cc"):  # invisible, or part of its neighbour
        return True
    return bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))
