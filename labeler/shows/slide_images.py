"""The pictures that a slideshow is made of: stages to move over, captions, the title card.

Sizes are (width, height) in pixels of the frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import ImageDraw, ImageFilter

from labeler import geometry
from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.images import photos
from labeler.shows import lettering, motion
from labeler.shows.slideshow import Candidate
from labeler.types import Box

Picture = PILImage.Image
Size = tuple[int, int]

BACKGROUND = (16, 17, 20)
WHITE = (255, 255, 255)
SOFT_WHITE = (222, 222, 226)
FILL_BRIGHTNESS = 0.5
"""Of the blurred photo beside and behind a photo that does not fill the frame."""
TITLE_BRIGHTNESS = 0.38
SCRIM = 0.78
"""Opacity of the shade behind a caption, at the bottom edge of the frame."""
PORTRAIT_MARGIN = 2.0
"""Side of the round portrait on the title card, relative to the longer side of the face."""
SMOOTH = 4
"""Round shapes are drawn this many times larger and then reduced."""


@dataclass(frozen=True)
class Stage:
    """A photo as its wide view shows it, fine enough for the close view, to be moved over."""

    picture: Picture
    wide: Box
    close: Box

    def frame(self, size: Size, nearness: float) -> Picture:
        """Return what is seen at a nearness of 0 (wide view) to 1 (close view).

        The part that is shown need not begin at a whole pixel, so that the motion is smooth.
        """
        view = motion.between(self.wide, self.close, nearness)
        across, down = self.picture.width / self.wide.width, self.picture.height / self.wide.height
        left = max((view.left - self.wide.left) * across, 0.0)
        top = max((view.top - self.wide.top) * down, 0.0)
        right = min(left + view.width * across, self.picture.width)
        bottom = min(top + view.height * down, self.picture.height)
        return self.picture.resize(
            size, PILImage.Resampling.BICUBIC, box=(left, top, right, bottom)
        )


@dataclass(frozen=True)
class Caption:
    """Text on a shade that covers the frame from `top` down to its bottom edge."""

    colours: Picture
    opacity: Picture
    top: int

    def draw_on(self, frame: Picture) -> None:
        frame.paste(self.colours, (0, self.top), self.opacity)


def load(candidate: Candidate) -> Picture:
    """Return the upright photo.

    Raises:
        UnreadablePhotoError: it cannot be read, or is no longer the photo that was indexed.
    """
    data = photos.read_bytes(candidate.photo_path)
    # A larger one than usual is taken, too: it was accepted when it was indexed.
    limit = max(candidate.width * candidate.height, photos.MOST_PIXELS)
    pixels = photos.OpenedPhoto(data, candidate.photo_path, limit).pixels()
    if pixels.shape[:2] != (candidate.height, candidate.width):
        raise UnreadablePhotoError("The picture has changed; index it again.")
    return PILImage.fromarray(pixels)


def none_readable(person: str) -> LabelerError:
    """Return the error for a show of which no slide is left."""
    return LabelerError(
        f"None of the photos of {person} can be read any more; index the folder again."
    )


def stage(photo: Picture, candidate: Candidate, size: Size) -> Stage:
    """Prepare a photo for the slide; around a photo that does not fill the frame is its blur."""
    wide, close = motion.views(photo.width, photo.height, candidate.face, size[0] / size[1])
    fineness = max(wide.width / close.width, 1.0)
    canvas = (round(size[0] * fineness), round(size[1] * fineness))
    if wide.width <= photo.width and wide.height <= photo.height:
        part = (wide.left, wide.top, wide.right, wide.bottom)
        return Stage(_resized(photo, canvas, part), wide, close)
    across, down = canvas[0] / wide.width, canvas[1] / wide.height
    whole = _resized(photo, (round(photo.width * across), round(photo.height * down)))
    picture = blurred(photo, canvas, FILL_BRIGHTNESS)
    picture.paste(whole, (round(-wide.left * across), round(-wide.top * down)))
    return Stage(picture, wide, close)


def blurred(photo: Picture, size: Size, brightness: float) -> Picture:
    """Return the middle of the photo, filling `size`, out of focus and darkened."""
    aspect = size[0] / size[1]
    width, height = min(photo.width, photo.height * aspect), min(photo.height, photo.width / aspect)
    left, top = (photo.width - width) / 2, (photo.height - height) / 2
    small = _resized(
        photo, (max(round(40 * aspect), 1), 40), (left, top, left + width, top + height)
    )
    soft = small.filter(ImageFilter.GaussianBlur(2.5)).point(lambda value: value * brightness)
    return soft.resize(size, PILImage.Resampling.BICUBIC)


def caption(lines: tuple[str, ...], size: Size) -> Caption | None:
    """Draw the lines of a slide, the first one larger; None if there is nothing to say."""
    width, height = size
    margin = height / 18
    rows: list[tuple[str, lettering.Font, tuple[int, int, int]]] = []
    for place, line in enumerate(lines):
        font = lettering.font_for(" ".join(lines), height / (22 if place == 0 else 30))
        colour = WHITE if place == 0 else SOFT_WHITE
        fitting = lettering.fitted(line, font, width - 2 * margin, 2 if place == 0 else 1)
        rows += [(text, font, colour) for text in fitting if text]
    if not rows:
        return None
    text_height = sum(font.size * 1.35 for _, font, _ in rows)
    shade_height = min(round(text_height + margin * 3), height)
    colours = PILImage.new("RGB", (width, shade_height))
    letters = PILImage.new("L", colours.size)
    y = shade_height - margin - text_height
    for text, font, colour in rows:
        colours.paste(colour, (0, round(y), width, shade_height))
        y += font.size * 1.35
        ImageDraw.Draw(letters).text((margin, y - font.size * 0.3), text, 255, font, "ls")
    return _over_shade(colours, letters, height - shade_height)


def title_card(title: str, subtitle: str, cover: tuple[Picture, Box] | None, size: Size) -> Picture:
    """Draw the person's name under their portrait; without a cover, the name alone."""
    width, height = size
    if cover is None:
        card, middle = PILImage.new("RGB", size, BACKGROUND), height * 0.5
    else:
        card, middle = blurred(cover[0], size, TITLE_BRIGHTNESS), height * 0.74
        _draw_portrait(card, cover[0], cover[1], round(height * 0.42), (width / 2, height * 0.37))
    draw = ImageDraw.Draw(card)
    letters, widest = f"{title} {subtitle}", width * 0.86
    large = lettering.narrowed(title, lettering.font_for(letters, height / 9), widest)
    small = lettering.font_for(letters, height / 26)
    for line in lettering.fitted(title, large, widest, 1):
        draw.text((width / 2, middle), line, WHITE, large, "mm")
    for line in lettering.fitted(subtitle, small, widest, 1):
        draw.text((width / 2, middle + height * 0.11), line, SOFT_WHITE, small, "mm")
    return card


def _draw_portrait(
    card: Picture, photo: Picture, face: Box, diameter: int, centre: tuple[float, float]
) -> None:
    square = geometry.square_around(face, PORTRAIT_MARGIN, photo.width, photo.height)
    ring = max(round(diameter / 60), 1)
    place = (round(centre[0] - diameter / 2), round(centre[1] - diameter / 2))
    card.paste(WHITE, (place[0] - ring, place[1] - ring), _disc(diameter + 2 * ring))
    card.paste(_resized(photo, (diameter, diameter), square), place, _disc(diameter))


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
    return Caption(_picture(mixed), _picture(opacity * 255), top)


def _picture(values: NDArray[np.float64]) -> Picture:
    return PILImage.fromarray(values.round().astype(np.uint8))


def _resized(
    picture: Picture, size: Size, part: tuple[float, float, float, float] | None = None
) -> Picture:
    return picture.resize(size, PILImage.Resampling.LANCZOS, box=part, reducing_gap=3.0)
