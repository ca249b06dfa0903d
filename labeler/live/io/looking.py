"""The two networks at work on the pictures of a camera: where faces are, and how they look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image as PILImage

from labeler.faces import quality
from labeler.faces.io.face_finder import FaceFinder
from labeler.types import Detection, FloatArray, Image, WholePicture

SIDE = 480
"""Longer side of what is searched, in pixels (benchmarks/live.py)."""
COARSE = 48, 32
"""Width and height of a picture in which only movement is to be seen."""
PATTERN = 16
"""Pixels of a side of a face in which only its look is to be seen."""
ROOM = 0.7
"""Around a face, in parts of its longer side, for turning it upright and for the embedder."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A face on a picture.

    quality: of the look, higher is better. pattern: (n,) its brightness in few pixels, with mean 0
    and length 1.
    """

    face: Detection
    quality: float
    pattern: FloatArray


class Looker:
    """Looks at pictures, (h, w, 3) uint8 sRGB, upright. May be used from several threads."""

    def __init__(self, finder: FaceFinder, side: int = SIDE) -> None:
        self._finder = finder
        self._side = side

    @property
    def threshold(self) -> float:
        """Return the distance of descriptors of length 1 up to which two faces are one person."""
        return self._finder.embedder.model.threshold

    def find(self, image: Image) -> list[Sight]:
        """Return the faces on a picture, the surest first, in its pixels."""
        side = min(self._side, max(image.shape[:2]))
        small = _reduced(image, side)
        across, down = image.shape[1] / small.shape[1], image.shape[0] / small.shape[0]
        found = self._finder.detector.detect(small, side)
        whole = [face.scaled(across, down) for face in found]
        return [Sight(face, quality.of_look(face, image), _pattern(face, image)) for face in whole]

    def describe(self, image: Image, faces: Sequence[Detection]) -> list[FloatArray]:
        """Return a descriptor (d,) for each of some faces on a picture."""
        if not faces:
            return []
        located = []
        for face in faces:
            part, inside = _around(image, face)
            located.append(self._finder.located(WholePicture(part), inside))
        return [one.descriptor for one in self._finder.embed([located])[0]]


def coarse(image: Image) -> Image:
    """Return the brightness of a picture in few pixels, (h, w) uint8."""
    step = max(min(image.shape[0] // COARSE[1], image.shape[1] // COARSE[0]), 1)
    few = PILImage.fromarray(
        np.ascontiguousarray(image[:: max(step // 2, 1), :: max(step // 2, 1)])
    )
    return np.asarray(few.convert("L").resize(COARSE, PILImage.Resampling.BOX))


def _pattern(face: Detection, image: Image) -> FloatArray:
    box = face.box
    height, width = image.shape[:2]
    rows = np.linspace(box.top, box.bottom, PATTERN).clip(0, height - 1).astype(int)
    columns = np.linspace(box.left, box.right, PATTERN).clip(0, width - 1).astype(int)
    few = image[rows[:, None], columns[None], 1].astype(np.float32).ravel()  # green: brightness
    few -= few.mean()
    return few / max(float(np.linalg.norm(few)), 1e-6)


def _reduced(image: Image, side: int) -> Image:
    """Return a picture whose longer side has so many pixels."""
    height, width = image.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return image
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    small = PILImage.fromarray(image).resize(size, PILImage.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(small)


def _around(image: Image, face: Detection) -> tuple[Image, Detection]:
    """Return the part of a picture around a face, and where the face is on it."""
    box = face.box
    room = ROOM * max(box.width, box.height)
    left, top = max(int(box.left - room), 0), max(int(box.top - room), 0)
    part = image[top : int(box.bottom + room) + 1, left : int(box.right + room) + 1]
    return np.ascontiguousarray(part), face.moved(-left, -top)
