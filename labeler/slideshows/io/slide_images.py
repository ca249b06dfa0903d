"""What a video of a show is drawn from: stages to move over, captions, the title card.

Sizes are (width, height) in pixels of the frame, both even.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import ImageDraw

from labeler import geometry
from labeler.slideshows import motion
from labeler.slideshows.io import lettering, planes
from labeler.slideshows.io.planes import Planes
from labeler.slideshows.io.slide_photos import FILL_BRIGHTNESS, Sights, blurred
from labeler.types import Box

Picture = PILImage.Image
Size = tuple[int, int]

WHITE = (255, 255, 255)
SOFT_WHITE = (222, 222, 226)
TITLE_BRIGHTNESS = 0.38
SCRIM = 0.78
"""Opacity of the shade behind a caption, at the bottom edge of the frame."""
PORTRAIT_MARGIN = 2.0
"""Side of the round portrait on the title card, relative to the longer side of the face."""
MOST_PORTRAITS = 6
SMOOTH = 4
"""Round shapes are drawn this many times larger and then reduced."""


@dataclass(frozen=True)
class Stage:
    """A photo as its wide view shows it, fine enough for the close view, to be moved over."""

    picture: Planes
    wide: Box
    close: Box

    def frame(self, size: Size, nearness: float) -> Planes:
        """Return what is seen at a nearness of 0 (wide view) to 1 (close view).

        The part that is shown need not begin at a whole pixel, so that the motion is smooth.
        """
        view = motion.between(self.wide, self.close, nearness)
        width, height = self.picture.size
        across, down = width / self.wide.width, height / self.wide.height
        left = max((view.left - self.wide.left) * across, 0.0)
        top = max((view.top - self.wide.top) * down, 0.0)
        right = min(left + view.width * across, width)
        bottom = min(top + view.height * down, height)
        return self.picture.part((left, top, right, bottom), size)


@dataclass(frozen=True)
class Caption:
    """Text on a shade that covers the frame from `top`, an even number, down to its bottom edge."""

    colours: Planes
    opacity: Picture
    top: int

    def drawn_on(self, frame: Planes, strength: float = 1.0) -> Planes:
        """Return the frame with the text on it, at a strength of 0 (not to be seen) to 1."""
        opacity = self.opacity
        if strength < 1:
            opacity = opacity.point([round(value * strength) for value in range(256)])
        return frame.covered(self.colours, opacity, self.top)


def stage(photo: Picture, sights: Sights, size: Size) -> Stage:
    """Prepare a photo for the slide; around a photo that does not fill the frame is its blur."""
    aspect = size[0] / size[1]
    wide, close = motion.views(photo.width, photo.height, sights.faces, aspect, sights.others)
    fineness = max(wide.width / close.width, 1.0)
    canvas = (_even(size[0] * fineness), _even(size[1] * fineness))
    if wide.width <= photo.width and wide.height <= photo.height:
        part = (wide.left, wide.top, wide.right, wide.bottom)
        return Stage(planes.converted(_resized(photo, canvas, part)), wide, close)
    across, down = canvas[0] / wide.width, canvas[1] / wide.height
    whole = _resized(photo, (round(photo.width * across), round(photo.height * down)))
    picture = blurred(photo, canvas, FILL_BRIGHTNESS)
    picture.paste(whole, (round(-wide.left * across), round(-wide.top * down)))
    return Stage(planes.converted(picture), wide, close)


MOST_ROWS = 25
"""Of a caption; a picture has no room for more."""


def caption(lines: tuple[str, ...], size: Size, centred: bool = False) -> Caption | None:
    """Draw the lines of a slide, the first one larger; None if there is nothing to say.

    centred: below the middle, the first line larger still; otherwise at the left.
    """
    (width, height), scale = size, min(size)
    margin = scale / 18
    rows: list[tuple[str, lettering.Font, tuple[int, int, int]]] = []
    for place, line in enumerate(lines[:MOST_ROWS]):
        share = 30 if place else 12 if centred else 22
        font = lettering.font_for(" ".join(lines), scale / share)
        fitting = lettering.fitted(line, font, width - 2 * margin, 1 if place else 2)
        rows += [(text, font, SOFT_WHITE if place else WHITE) for text in fitting if text]
    if not rows:
        return None
    text_height = sum(font.size * 1.35 for _, font, _ in rows)
    shade_height = min(_even(text_height + margin * 3), height)
    colours = PILImage.new("RGB", (width, shade_height))
    letters = PILImage.new("L", colours.size)
    x, anchor = (width / 2, "ms") if centred else (margin, "ls")
    y = shade_height - margin - text_height
    for text, font, colour in rows:
        colours.paste(colour, (0, round(y), width, shade_height))
        y += font.size * 1.35
        ImageDraw.Draw(letters).text((x, y - font.size * 0.3), text, 255, font, anchor)
    return _over_shade(colours, letters, height - shade_height)


def title_card(
    title: str, subtitle: str, photo: Picture, faces: Sequence[Box], size: Size
) -> Picture:
    """Draw the title under round portraits of the faces on a photo."""
    (width, height), scale = size, min(size)
    card, middle = blurred(photo, size, TITLE_BRIGHTNESS), height / 2 + scale * 0.24
    room = width * 0.86 / min(len(faces), MOST_PORTRAITS)
    pictures = portraits(photo, faces, round(min(scale * 0.42, room * 0.92)))
    for place, picture in enumerate(pictures):
        x = width / 2 + (place - (len(pictures) - 1) / 2) * picture.width / 0.92
        _draw_round(card, picture, (x, height / 2 - scale * 0.13))
    draw = ImageDraw.Draw(card)
    letters, widest = f"{title} {subtitle}", width * 0.86
    large = lettering.narrowed(title, lettering.font_for(letters, scale / 9), widest)
    small = lettering.font_for(letters, scale / 26)
    for line in lettering.fitted(title, large, widest, 1):
        draw.text((width / 2, middle), line, WHITE, large, "mm")
    for line in lettering.fitted(subtitle, small, widest, 1):
        draw.text((width / 2, middle + scale * 0.11), line, SOFT_WHITE, small, "mm")
    return card


def portraits(photo: Picture, faces: Sequence[Box], side: int) -> list[Picture]:
    """Return square pictures of the faces, from left to right, MOST_PORTRAITS of them at most."""
    shown = sorted(faces, key=lambda face: face.left)[:MOST_PORTRAITS]
    squares = [
        geometry.square_around(face, PORTRAIT_MARGIN, photo.width, photo.height) for face in shown
    ]
    return [_resized(photo, (side, side), square) for square in squares]


def _draw_round(card: Picture, face: Picture, centre: tuple[float, float]) -> None:
    diameter = face.width
    ring = max(round(diameter / 60), 1)
    place = (round(centre[0] - diameter / 2), round(centre[1] - diameter / 2))
    card.paste(WHITE, (place[0] - ring, place[1] - ring), _disc(diameter + 2 * ring))
    card.paste(face, place, _disc(diameter))


def _disc(diameter: int) -> Picture:
    disc = PILImage.new("L", (diameter * SMOOTH, diameter * SMOOTH))
    ImageDraw.Draw(disc).ellipse((0, 0, disc.width - 1, disc.height - 1), fill=255)
    return disc.resize((diameter, diameter), PILImage.Resampling.BOX)


def _over_shade(colours: Picture, letters: Picture, top: int) -> Caption:
    """Lay letters in their colours over a shade that grows from nothing at the top."""
    depth = np.linspace(0, 1, letters.height)[:, None]
    shade = SCRIM * depth * depth * (3 - 2 * depth)
    ink = np.asarray(letters) / 255
    opacity = ink + shade * (1 - ink)
    share = np.divide(ink, opacity, out=np.zeros_like(ink), where=opacity > 0)
    mixed = np.asarray(colours) * share[:, :, None]
    return Caption(planes.converted(_picture(mixed)), _picture(opacity * 255), top)


def _even(length: float) -> int:
    return round(length / 2) * 2


def _picture(values: NDArray[np.float64]) -> Picture:
    return PILImage.fromarray(values.round().astype(np.uint8))


def _resized(
    picture: Picture, size: Size, part: tuple[float, float, float, float] | None = None
) -> Picture:
    return picture.resize(size, PILImage.Resampling.LANCZOS, box=part, reducing_gap=3.0)
