"""How much a face can tell: is it sharp, does it look at the camera?

Its size is in its box, and how sure the detector was in its score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.types import Detection, FloatArray, Image

LEAST_SIZE = 30
"""Pixels; faces of less are weak. On LFW and the family photos, calling more faces weak costs more
recall than it gains precision (benchmarks/RESULTS.md)."""
LEAST_SHARPNESS = 2
"""One in a thousand of the faces that somebody cared to name is less sharp than 3."""

USUAL_SIZE = 120.0
"""Pixels of a face from which on more of them tell nothing new."""
USUAL_SHARPNESS = 40.0
_FEWEST_PIXELS = 3

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)


def weak(sizes: NDArray[np.float64], sharpness: FloatArray) -> NDArray[np.bool_]:
    """Tell of which faces (n,) so little can be told that they must not hold a group together.

    Args:
        sizes: (n,) the geometric mean of a box's width and height, in pixels of the whole photo.
        sharpness: (n,) 0 = it was not measured.
    """
    return (sizes < LEAST_SIZE) | ((sharpness > 0) & (sharpness < LEAST_SHARPNESS))


def sharpness(chip: Image) -> float:
    """Return the variance of the Laplacian of an aligned face's brightness (0 = one colour).

    Measured on the chip, after scaling: a small face, enlarged, counts as the blurred one that it
    is. (Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy".)
    """
    grey = chip.astype(np.float32) @ _LUMA
    inner = grey[1:-1, 1:-1]
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * inner
    return float(laplacian.var())


def frontality(landmarks: FloatArray) -> float:
    """Return 1 for a face seen from the front, towards 0 for one seen from the side.

    landmarks: (5, 2) in dlib's order. Along the line of the eyes, the base of the nose divides the
    distance between the outer corners; the smaller part over the larger.
    """
    outer_left, outer_right, nose = landmarks[0], landmarks[2], landmarks[4]
    axis = outer_left - outer_right
    length = float(axis @ axis)
    if length == 0:
        return 0.0
    part = float((nose - outer_right) @ axis) / length
    nearer, farther = min(part, 1 - part), max(part, 1 - part)
    return max(nearer / farther, 0.0)


def of_look(face: Detection, image: Image) -> float:
    """Return how good a look at a face is: its size × sharpness × how far it faces the camera.

    Args:
        face: in pixels of the image, (h, w, 3) uint8, of which only the face is looked at.
    """
    box = face.box
    size = float(np.sqrt(box.width * box.height))
    step = max(int(size / 60), 1)
    inner = image[
        max(int(box.top), 0) : int(box.bottom) + 1 : step,
        max(int(box.left), 0) : int(box.right) + 1 : step,
    ]
    if min(inner.shape[:2]) < _FEWEST_PIXELS:
        return 0.0
    sharp = sharpness(inner)
    front = 0.5
    if face.points is not None:
        right, left, nose = face.points[:3]
        front = frontality(np.stack([left, left, right, right, nose]))
    return min(size / USUAL_SIZE, 1.0) * sharp / (sharp + USUAL_SHARPNESS) * (0.3 + front)
