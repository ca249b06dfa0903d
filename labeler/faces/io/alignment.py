"""From a face's box to landmarks, and from landmarks to the chips that a network wants to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage

from labeler import geometry
from labeler.faces.networks.runtime import Once
from labeler.io import packages
from labeler.types import Detection, FloatArray, Image


class Aligner(Protocol):
    """Finds landmarks and cuts out normalised chips. May be used by several threads, and pickled.

    chip_span: side of dlib's square around a face, in pixels of a chip: so many pixels the square
    should have on the picture, so that nothing is lost.
    """

    chip_span: int

    def landmarks(self, image: Image, face: Detection) -> FloatArray:
        """Return (k, 2) float32 pixels of `image`; the first five are dlib's five landmarks."""

    def chips(self, image: Image, landmarks: FloatArray) -> Sequence[Image]:
        """Return the face as the embedder expects it, once or in several views, (s, s, 3) uint8."""


FIVE = np.array(
    [
        (0.8595674595992, 0.2134981538014),
        (0.6460604764104, 0.2289674387677),
        (0.1205750620789, 0.2137274526848),
        (0.3340850613712, 0.2290642403242),
        (0.4901123135679, 0.6277975316475),
    ]
)
"""The landmarks of dlib's mean face, in a square of side 1 (from dlib's get_face_chip_details)."""


@dataclass(frozen=True, slots=True)
class View:
    """One way to cut out a face: room around it (relative to dlib's mean shape), how many pixels of
    the chip it is moved down, and whether it is mirrored."""

    padding: float = 0.25
    down: int = 0
    mirrored: bool = False


# Chosen on Labeled Faces in the Wild and families with held-out halves (benchmarks/RESULTS.md).
VIEWS: dict[int, tuple[View, ...]] = {
    1: (View(),),
    2: (View(0.20), View(0.25, mirrored=True)),
    8: (
        *(
            View(padding, 0, mirrored)
            for padding in (0.20, 0.25, 0.30)
            for mirrored in (False, True)
        ),
        View(0.25, 4),
        View(0.25, -4, mirrored=True),
    ),
}


class DlibAligner:
    """dlib's five landmarks and dlib's chip, which one view gives to the pixel."""

    SIZE = 150

    def __init__(self, views: Sequence[View] = VIEWS[1]) -> None:
        self.chip_span = 100
        self.views = tuple(views)
        self._predictor = Once(_five_landmarks)

    def landmarks(self, image: Image, face: Detection) -> FloatArray:
        import dlib

        shape = self._predictor()(image, dlib.rectangle(*geometry.dlib_square(face.box)))
        return np.array([(point.x, point.y) for point in shape.parts()], dtype=np.float32)

    def chips(self, image: Image, landmarks: FloatArray) -> list[Image]:
        import dlib

        points = [dlib.point(round(float(x)), round(float(y))) for x, y in landmarks]
        (left, top), (right, bottom) = landmarks.min(axis=0), landmarks.max(axis=0)
        around = dlib.rectangle(int(left), int(top), int(right), int(bottom))
        shape = dlib.full_object_detection(around, dlib.points(points))
        return [self._chip(image, shape, view) for view in self.views]

    def _chip(self, image: Image, shape: Any, view: View) -> Image:
        import dlib

        # A moved chip is cut from one with so much more room, at the same scale.
        room = abs(view.down)
        scale = self.SIZE / (1 + 2 * view.padding)
        size = self.SIZE + 2 * room
        chip = dlib.get_face_chip(image, shape, size=size, padding=(size / scale - 1) / 2)
        top = room - view.down
        chip = chip[top : top + self.SIZE, room : room + self.SIZE]
        return chip[:, ::-1] if view.mirrored else chip


def cut_out(image: Image, points: FloatArray, on_chip: NDArray[np.float64], size: int) -> Image:
    """Return the (size, size, 3) picture on which `points` lie as closely as possible on `on_chip`.

    The picture is turned, scaled and moved, not distorted. What lies outside it is black.
    """
    back = geometry.similarity(on_chip, points)  # from pixels of the chip to pixels of the picture
    scale = float(np.hypot(back[0, 0], back[1, 0]))
    corners = np.array([(0, 0), (size, 0), (0, size), (size, size)]) @ back[:, :2].T + back[:, 2]
    height, width = image.shape[:2]
    low = np.clip(np.floor(corners.min(axis=0)).astype(int) - 2, 0, (width - 1, height - 1))
    high = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 3, low + 1, (width, height))
    part = PILImage.fromarray(image[low[1] : high[1], low[0] : high[0]])
    reduction = max(int(scale), 1)
    if reduction > 1:  # average first, so that no pixel is skipped
        part = part.reduce(reduction)
    # Pillow counts from the corners of pixels: the first one's centre is at 0.5, 0.5.
    turn = back[:, :2] / reduction
    shift = (back[:, 2] + 0.5 - low) / reduction - turn @ (0.5, 0.5)
    matrix = (*turn[0], shift[0], *turn[1], shift[1])
    affine, bilinear = PILImage.Transform.AFFINE, PILImage.Resampling.BILINEAR
    return np.asarray(part.transform((size, size), affine, matrix, resample=bilinear))


def _five_landmarks() -> Any:
    import dlib

    return dlib.shape_predictor(str(packages.five_landmarks_weights()))
