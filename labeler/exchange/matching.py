"""Which regions of other programs are which faces, though each program draws its own boxes.

Boxes are (n, 4) arrays of left, top, width, height in any one frame of pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler import geometry
from labeler.geometry import Boxes
from labeler.journal import LEAST_OVERLAP

MOST_APART = 0.45
"""Of two boxes for one face: distance of the centres over the smaller one's size (the root of its
area). Benchmark: benchmarks/regions.py."""
MOST_LARGER = 3.0
"""And the larger size over the smaller one."""


def match(regions: Boxes, faces: Boxes) -> list[tuple[int, int]]:
    """Pair regions with faces one to one, the closest first; what fits nowhere is left out.

    A pair overlaps as much as two boxes of one face always do (`journal.LEAST_OVERLAP`), or has
    nearly one centre and sizes that different programs may well give to one face.
    """
    closeness = _closeness(regions, faces)
    pairs: list[tuple[int, int]] = []
    while closeness.size and closeness.max() > 0:
        i, j = np.unravel_index(int(closeness.argmax()), closeness.shape)
        pairs.append((int(i), int(j)))
        closeness[i, :] = closeness[:, j] = 0
    return pairs


def _closeness(regions: Boxes, faces: Boxes) -> NDArray[np.float64]:
    """Return (n, m) numbers, higher for what is closer, 0 where a pair cannot be one face."""
    a = np.asarray(regions, dtype=np.float64).reshape(-1, 1, 4)
    b = np.asarray(faces, dtype=np.float64).reshape(1, -1, 4)
    overlap = geometry.intersection_over_union(regions, faces)
    sizes = np.sqrt(a[..., 2] * a[..., 3]), np.sqrt(b[..., 2] * b[..., 3])
    smaller = np.maximum(np.minimum(*sizes), 1e-9)
    between = (a[..., :2] + a[..., 2:] / 2) - (b[..., :2] + b[..., 2:] / 2)
    apart = np.hypot(between[..., 0], between[..., 1]) / smaller
    larger = np.maximum(*sizes) / smaller
    may_be = (overlap >= LEAST_OVERLAP) | ((apart <= MOST_APART) & (larger <= MOST_LARGER))
    return np.where(may_be, overlap / (1 + apart), 0.0)
