"""dlib's detector of frontal faces, run only where CenterFace sees what may be a face.

dlib looks at a picture in many sizes, each 5/6 of the one before, and in each at every eighth
pixel. That is the most expensive part of recognising faces with it. Here CenterFace, which is much
faster, says where and how large a face may be; dlib's detector then decides, on a small part of
the few sizes that fit, cut out on the very grid of pixels on which dlib would have looked. So most
faces get the box that dlib gives them to the pixel (benchmarks/face_recognition.py counts).

What differs: dlib makes each size from the one before, which blurs a little differently, so a face
that fits two sizes equally well may get the box of the other one; and what dlib's detector takes
for a face where CenterFace sees nothing at all is not found.

How dlib makes its sizes is stated in its image_pyramid.h and scan_fhog_pyramid.h.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image as PILImage

from labeler import geometry
from labeler.faces.io.detectors import CenterFaceDetector, hog
from labeler.faces.networks.runtime import OncePerThread
from labeler.types import Box, Detection, Image

Rectangle = tuple[int, int, int, int]
"""Left, top, right, bottom, as dlib has them: the last two are the last pixels inside."""

FACTOR = 6 / 5
"""How much larger each size is than the next."""
SMALLEST = 64
"""dlib goes on to the next size while the shorter side has so many pixels."""
CELL = 8
"""dlib looks at every eighth pixel."""
WINDOW, BOX = 80, 72
"""Pixels of what dlib looks at, and of the box of a face that fills it."""
LARGEST_BOX = BOX + CELL + 2
"""Over the left or top edge, a box is a cell larger; those of the next size are by a fifth."""
AROUND = 72
"""Pixels cut out on every side of a face's centre: half a window, what is next to it, which counts
at its edges, and how far CenterFace's centre may be from dlib's."""
REACH = 1.25
"""So many sizes up and down from the one that fits CenterFace's box are looked at."""
MOST_OVERLAP = 0.3
SEEN = 14
"""Pixels of a face that CenterFace sees well enough."""
LEAST_SIDE, MOST_SIDE = 384, 2400
"""Bounds of the longer side of the picture that CenterFace sees."""


class _Guide(CenterFaceDetector):
    LEAST_SCORE = 0.2  # dlib's detector decides


class FocusedHog:
    """Finds frontal faces as dlib's detector does; see the module. May be used by several threads.

    Args:
        threads: cores that one call of this network may use.
    """

    def __init__(self, threads: int = 1) -> None:
        self._guide = _Guide(threads=threads)
        self._detector = OncePerThread(hog)

    def detect(self, image: Image, upsample: int = 1) -> list[Rectangle]:
        """Return the boxes of the faces, best first. They may reach over the picture's edges.

        Args:
            image: (height, width, 3) uint8.
            upsample: how often dlib would double the picture: faces count from 80 / 2^upsample
                pixels on.
        """
        if not image.size:
            return []
        sizes = _Sizes(image, upsample)
        faces = self._guide.detect(image, _side(image, upsample))
        found = [one for face in faces for one in self._looked_at(sizes, face.box)]
        boxes = np.array([face.box.as_tuple() for face in found]).reshape(-1, 4)
        scores = np.array([face.score for face in found], dtype=np.float32)
        kept = geometry.suppress_doubles(boxes, scores, MOST_OVERLAP)
        return [sizes.on_picture(found[index].box) for index in kept]

    def _looked_at(self, sizes: _Sizes, box: Box) -> Iterator[Detection]:
        """Let dlib's detector look where CenterFace saw a face; yield boxes in the largest size."""
        for part in sizes.parts(geometry.dlib_square_exact(box)):
            rectangles, scores, _ = self._detector().run(part.pixels, 0, 0.0)
            for one, score in zip(rectangles, scores, strict=True):
                if one.width() <= LARGEST_BOX:
                    yield Detection(part.in_largest(one), float(score))


def _side(image: Image, upsample: int) -> int:
    """Return the longer side at which CenterFace sees the smallest face that dlib finds."""
    longest = max(image.shape[:2])
    wanted = round(longest * SEEN * 2**upsample / WINDOW)
    return max(min(wanted, MOST_SIDE), min(longest, LEAST_SIDE))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the picture in one of dlib's sizes, 0 = the largest."""

    size: int
    left: int
    top: int
    pixels: Image

    def in_largest(self, one: Any) -> Box:
        """Return where a rectangle of dlib's is in the largest size; dlib shifts it each time."""
        factor = FACTOR**self.size
        shift = 0.3 * (factor - 1) / (FACTOR - 1)
        left, top = one.left() + self.left, one.top() + self.top
        width, height = one.right() - one.left(), one.bottom() - one.top()
        return Box(left * factor + shift, top * factor + shift, width * factor, height * factor)


class _Sizes:
    """The sizes in which dlib looks at a picture; parts of them are made when asked for."""

    def __init__(self, image: Image, upsample: int) -> None:
        self._picture = PILImage.fromarray(image)
        self._upsample = upsample
        width, height = self._picture.size
        for _ in range(upsample):
            width, height = 2 * width + 2, 2 * height + 1
        self._shapes = [(width, height)]
        while min(width, height) * 5 // 6 >= SMALLEST:
            width, height = width * 5 // 6, height * 5 // 6
            self._shapes.append((width, height))

    def parts(self, square: tuple[float, float, float, float]) -> Iterator[_Part]:
        """Yield the surroundings of a face, whose square is given, in the sizes that fit it."""
        left, top, right, bottom = square
        grown = 2**self._upsample
        fitting = math.log(max(right - left, 1) * grown / BOX, FACTOR)
        first, last = math.ceil(fitting - REACH), math.floor(fitting + REACH)
        for size in range(max(first, 0), min(last, len(self._shapes) - 1) + 1):
            scale = grown / FACTOR**size
            yield self._part(size, (left + right) / 2 * scale, (top + bottom) / 2 * scale)

    def _part(self, size: int, x: float, y: float) -> _Part:
        """Cut out what is around a place; on dlib's grid, that is, at multiples of a cell."""
        (whole_width, whole_height), (width, height) = self._picture.size, self._shapes[size]
        left, right = _cut(x, width)
        top, bottom = _cut(y, height)
        x0, x1 = _from_pixels(left, right, whole_width, width)
        y0, y1 = _from_pixels(top, bottom, whole_height, height)
        part = self._picture.resize(
            (right - left, bottom - top),
            PILImage.Resampling.BILINEAR,
            box=(x0, y0, x1, y1),
            reducing_gap=2.0,
        )
        return _Part(size, left, top, np.asarray(part))

    def on_picture(self, box: Box) -> Rectangle:
        """Return a box in the largest size as dlib returns it."""
        across, down = (box.left, box.right), (box.top, box.bottom)
        left, right = (self._halved(edge, 1.25) for edge in across)
        top, bottom = (self._halved(edge, 0.75) for edge in down)
        return left, top, right, bottom

    def _halved(self, edge: float, shift: float) -> int:
        whole = math.floor(edge + 0.5)
        for _ in range(self._upsample):
            whole = math.floor(whole / 2 - shift + 0.5)
        return whole


def _cut(centre: float, length: int) -> tuple[int, int]:
    """Return the first pixel and the end of a part that begins with a cell."""
    first = min(max(0, math.floor((centre - AROUND) / CELL) * CELL), max(length - CELL, 0))
    return first, min(length, first + 2 * AROUND + CELL)


def _from_pixels(first: int, end: int, length: int, scaled: int) -> tuple[float, float]:
    """Return what pixels first … end of a scaled row cover of the row itself, counted from edges.

    dlib scales so that the centres of the first and of the last pixels stay where they are.
    """
    step = (length - 1) / max(scaled - 1, 1)
    start, stop = (first - 0.5) * step + 0.5, (end - 0.5) * step + 0.5
    return min(max(start, 0.0), length - 1.0), min(stop, float(length))
