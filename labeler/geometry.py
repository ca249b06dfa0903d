"""Boxes as plain numbers: overlap, suppression of doubles, and the square that dlib expects.

Boxes are (n, 4) float arrays of left, top, width, height in any one frame of pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.types import Box, FloatArray, IntArray

Boxes = NDArray[np.floating]
SIDEWAYS = frozenset({5, 6, 7, 8})
"""EXIF orientations with which width and height change places."""
_UPRIGHT = {
    1: ((1, 0), (0, 1)),
    2: ((-1, 0), (0, 1)),
    3: ((-1, 0), (0, -1)),
    4: ((1, 0), (0, -1)),
    5: ((0, 1), (1, 0)),
    6: ((0, -1), (1, 0)),
    7: ((0, -1), (-1, 0)),
    8: ((0, 1), (-1, 0)),
}
"""How each EXIF orientation brings a stored picture upright, about its middle."""
FACE_SHAPE = 0.744
"""Width over height of a face box: CenterFace's median over Labeled Faces in the Wild."""


def intersection_over_union(first: Boxes, second: Boxes) -> NDArray[np.float64]:
    """Return the (n, m) overlaps, 0…1, of n with m boxes. Boxes without area overlap nothing."""
    a = np.asarray(first, dtype=np.float64).reshape(-1, 1, 4)
    b = np.asarray(second, dtype=np.float64).reshape(1, -1, 4)
    top_left = np.maximum(a[..., :2], b[..., :2])
    bottom_right = np.minimum(a[..., :2] + a[..., 2:], b[..., :2] + b[..., 2:])
    overlap = np.clip(bottom_right - top_left, 0, None).prod(axis=-1)
    union = a[..., 2:].prod(axis=-1) + b[..., 2:].prod(axis=-1) - overlap
    return np.divide(overlap, union, out=np.zeros_like(overlap), where=union > 0)


def suppress_doubles(boxes: Boxes, scores: FloatArray, most_overlap: float) -> IntArray:
    """Greedy non-maximum suppression: return the indices to keep, best score first."""
    order = np.argsort(-scores, kind="stable")
    overlaps = intersection_over_union(boxes, boxes)
    kept: list[int] = []
    for index in order:
        if not kept or overlaps[index, kept].max() <= most_overlap:
            kept.append(int(index))
    return np.array(kept, dtype=np.int64)


def match_boxes(first: Boxes, second: Boxes, least_overlap: float = 0.5) -> list[tuple[int, int]]:
    """Pair boxes one to one, largest overlap first, and leave out pairs below `least_overlap`."""
    return paired(intersection_over_union(first, second), least_overlap)


def paired(overlaps: NDArray[np.float64], least: float) -> list[tuple[int, int]]:
    """Pair n with m things one to one by their overlaps (n, m), largest first, from `least` on."""
    left = overlaps.copy()
    pairs: list[tuple[int, int]] = []
    while left.size and left.max() >= least:
        i, j = np.unravel_index(int(left.argmax()), left.shape)
        pairs.append((int(i), int(j)))
        left[i, :] = left[:, j] = -1
    return pairs


def dlib_square(box: Box) -> tuple[int, int, int, int]:
    """Return `dlib_square_exact` in whole pixels."""
    left, top, right, bottom = dlib_square_exact(box)
    return round(left), round(top), round(right), round(bottom)


def dlib_square_exact(box: Box) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of the square on which dlib's landmark predictor was trained.

    The centre moves down by 5 % of the box's height and the side is 0.97·√(width·height): the
    medians over Labeled Faces in the Wild of dlib's own detector against CenterFace.
    """
    half = 0.97 * float(np.sqrt(box.width * box.height)) / 2
    x = box.left + box.width / 2
    y = box.top + box.height * 0.55
    return x - half, y - half, x + half, y + half


def similarity(source: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the (2, 3) turn, scaling and shift that brings points (n, 2) closest to others.

    Closest in the sum of squared distances; without mirroring (Umeyama 1991).
    """
    from_mean, to_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = source - from_mean, target - to_mean
    cosine, sine = (a * b).sum(), (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()
    spread = (a * a).sum() or 1.0
    turn = np.array([[cosine, -sine], [sine, cosine]]) / spread
    return np.column_stack([turn, to_mean - turn @ from_mean])


def box_of_dlib_square(square: Box) -> Box:
    """Return the box whose `dlib_square` is the given one, with the usual shape of a face."""
    height = square.width / (0.97 * float(np.sqrt(FACE_SHAPE)))
    width = FACE_SHAPE * height
    x = square.left + square.width / 2
    y = square.top + square.height / 2 - 0.05 * height
    return Box(x - width / 2, y - height / 2, width, height)


def clipped(box: Box, width: int, height: int) -> Box:
    """Return the part of a box that is on a picture; the box itself if it is but for a rounding."""
    left, top = max(box.left, 0.0), max(box.top, 0.0)
    right, bottom = min(box.right, float(width)), min(box.bottom, float(height))
    if max(left - box.left, top - box.top, box.right - right, box.bottom - bottom) < 1e-6:
        return box
    return Box(left, top, max(right - left, 0.0), max(bottom - top, 0.0))


def turned_back(
    points: NDArray[np.floating], turns: int, width: int, height: int
) -> NDArray[np.float64]:
    """Undo quarter turns, counter-clockwise as `numpy.rot90` makes them.

    points: (…, 2) in the turned picture. width, height: of the picture before it was turned.
    """
    x, y = points[..., 0], points[..., 1]
    back = {
        0: (x, y),
        1: (width - y, x),
        2: (width - x, height - y),
        3: (y, height - x),
    }[turns % 4]
    return np.stack(back, axis=-1).astype(np.float64)


def box_turned_back(box: Box, turns: int, width: int, height: int) -> Box:
    """Undo quarter turns of a box; see `turned_back`."""
    corners = np.array([[box.left, box.top], [box.right, box.bottom]])
    (x1, y1), (x2, y2) = turned_back(corners, turns, width, height).tolist()
    return Box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def square_around(box: Box, margin: float, width: int, height: int) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of a square around a face, `margin` × its longer side wide.

    It is moved, and if need be shrunk, to lie inside a picture of width × height pixels.
    """
    side = min(max(box.width, box.height) * margin, width, height)
    left = min(max(box.left + box.width / 2 - side / 2, 0), width - side)
    top = min(max(box.top + box.height / 2 - side / 2, 0), height - side)
    return round(left), round(top), round(left + side), round(top + side)


def orientation_left(wanted: int, done: int) -> int:
    """Return the EXIF orientation of a picture that was brought upright as another one wants it.

    >>> orientation_left(6, 1), orientation_left(6, 6), orientation_left(6, 8)
    (6, 1, 3)
    """
    left = np.array(_UPRIGHT[wanted]) @ np.array(_UPRIGHT[done]).T
    return next(one for one, turn in _UPRIGHT.items() if np.array_equal(turn, left))
