"""How much a face can tell: is it sharp, does it look at the camera?

Its size is in its box, and how sure the detector was in its score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.types import FloatArray, Image

LEAST_SIZE = 30
"""Pixels; faces of less are weak. On LFW and the family photos, calling more faces weak costs more
recall than it gains precision (benchmarks/RESULTS.md)."""
LEAST_SHARPNESS = 2
"""One in a thousand of the faces that somebody cared to name is less sharp than 3."""

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
