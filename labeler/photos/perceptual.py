"""What a picture looks like, in a few bits: tells resized, recompressed and repeated shots.

The fingerprint is a difference hash (dHash, N. Krawetz 2013, "Kind of like that"): the picture is
reduced to 16 rows of 17 cells, and each bit tells whether a cell is clearly brighter than its left
neighbour. It is blind to size, compression, brightness and contrast, and not to what is seen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.types import Image

SIDE = 16
BITS = SIDE * SIDE
FLAT = 0.05
"""Differences below this part of the cells' deviation count as none, so that skies are no noise."""
COPY = 0.2
"""Fingerprints that are no farther apart are of one picture. Of 250 family photos and the demo
album, copies of half and a quarter of the size, saved as JPEG of quality 60 and 85, are 0.09 from
their original at most; any two of the photos are 0.40 apart at least."""
ALIKE = 0.35
"""Fingerprints that are no farther apart look alike: the same people in the same place."""

_LUMA = np.array([0.299, 0.587, 0.114])


def fingerprint(image: Image) -> int:
    """Return the BITS bits of an upright RGB picture, (height, width, 3) uint8, as a number."""
    cells = _cells(image @ _LUMA, SIDE, SIDE + 1)
    brighter = np.diff(cells, axis=1) > FLAT * cells.std()
    return int.from_bytes(np.packbits(brighter).tobytes(), "big")


def distance(first: int, second: int) -> float:
    """Return how far apart two fingerprints are: 0 = the same look, 1 = nothing in common.

    It is the share of the bits set in only one of them, of those set in either (P. Jaccard 1901).
    Of a picture with large even areas few bits are set, so that mere counts would be too small.
    """
    either = (first | second).bit_count()
    return (first ^ second).bit_count() / either if either else 0.0


def _cells(grey: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float64]:
    """Return the means of rows × columns equal parts of a picture, of any size."""
    return _means(_means(grey, rows).T, columns).T


def _means(values: NDArray[np.float64], parts: int) -> NDArray[np.float64]:
    """Return the means of `parts` equal stretches along the first axis, cut inside cells if needed.

    The integral of a step function is linear between its steps, so it can be read off anywhere.
    """
    length = len(values)
    zero = np.zeros((1, *values.shape[1:]))
    integral = np.concatenate([zero, np.cumsum(values, axis=0)])
    edges = np.linspace(0, length, parts + 1)
    below = np.minimum(edges.astype(int), length - 1)
    share = (edges - below)[:, None]
    at_edges = integral[below] * (1 - share) + integral[below + 1] * share
    return np.diff(at_edges, axis=0) / (length / parts)
