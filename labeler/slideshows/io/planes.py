"""Pictures as video stores them: brightness, and two colours of half its width and height.

Moving, fading and writing on these planes is half the work of doing it in RGB, and nothing has to
be converted for each frame. The conversion is linear, so blending before or after it is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image as PILImage

from labeler.types import Image

Picture = PILImage.Image
Size = tuple[int, int]
_R, _G, _B = 0.2126, 0.7152, 0.0722
"""The weights of red, green and blue in brightness (Rec. ITU-R BT.709-6)."""
_LIGHT, _COLOUR = 219 / 255, 224 / 255 / 2
"""How much of the range of bytes television uses."""
_FROM_RGB = (
    *(_LIGHT * _R, _LIGHT * _G, _LIGHT * _B, 16.0),
    *(-_COLOUR * _R / (1 - _B), -_COLOUR * _G / (1 - _B), _COLOUR, 128.0),
    *(_COLOUR, -_COLOUR * _G / (1 - _R), -_COLOUR * _B / (1 - _R), 128.0),
)
Edges = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the brightness; need not be whole."""


@dataclass(frozen=True)
class Planes:
    """A picture in YUV 4:2:0 with BT.709's colours in television's range of 16…235.

    light: of the whole size, which is even. blue, red: half as wide and high. All are mode 'L'.
    """

    light: Picture
    blue: Picture
    red: Picture

    @property
    def size(self) -> Size:
        return self.light.size

    def part(self, edges: Edges, size: Size) -> Planes:
        """Return a part of the picture, scaled to `size`, of two even numbers."""
        half = (size[0] // 2, size[1] // 2)
        left, top, right, bottom = (edge / 2 for edge in edges)
        colour_edges = left, top, min(right, self.blue.width), min(bottom, self.blue.height)
        return Planes(
            self.light.resize(size, PILImage.Resampling.BICUBIC, box=edges),
            self.blue.resize(half, PILImage.Resampling.BICUBIC, box=colour_edges),
            self.red.resize(half, PILImage.Resampling.BICUBIC, box=colour_edges),
        )

    def blended(self, other: Planes, share: float) -> Planes:
        """Return the mixture with so much, 0…1, of the other picture, which has the same size."""
        return self._with(other, lambda own, theirs: PILImage.blend(own, theirs, share))

    def covered(self, other: Planes, opacity: Picture, top: int) -> Planes:
        """Return the picture with another laid over it from row `top`, an even number, downwards.

        opacity: mode 'L', of the other's size.
        """
        faint = opacity.resize(other.blue.size, PILImage.Resampling.BOX)

        def laid(own: Picture, theirs: Picture) -> Picture:
            result, is_light = own.copy(), theirs.size == opacity.size
            place = (0, top if is_light else top // 2)
            result.paste(theirs, place, opacity if is_light else faint)
            return result

        return self._with(other, laid)

    def stacked(self) -> Image:
        """Return (height × 3/2, width) uint8: the three planes as `av.VideoFrame` takes them."""
        width, height = self.size
        parts = [np.asarray(plane).reshape(-1) for plane in (self.light, self.blue, self.red)]
        return np.concatenate(parts).reshape(height * 3 // 2, width)

    def _with(self, other: Planes, join: Callable[[Picture, Picture], Picture]) -> Planes:
        return Planes(
            join(self.light, other.light), join(self.blue, other.blue), join(self.red, other.red)
        )


def converted(picture: Picture) -> Planes:
    """Return an RGB picture, whose width and height are even, as planes."""
    light, blue, red = picture.convert("RGB", _FROM_RGB).split()
    return Planes(light, blue.reduce(2), red.reduce(2))


def black(size: Size) -> Planes:
    """Return darkness."""
    colour = PILImage.new("L", (size[0] // 2, size[1] // 2), 128)
    return Planes(PILImage.new("L", size, 16), colour, colour)
