"""Faces followed through videos, as numbers: where one is at a time, and which are seen together.

Times are seconds from the start of the video; boxes are (n, 5) arrays of time, left, top, width,
height in upright pixels, in order of time (see `labeler.types.Track`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeler import geometry
from labeler.types import Box, FloatArray, IntArray

NEAR = 0.5
"""Seconds before the first and after the last look at a face in which it may still be there."""
LEAST_OVERLAP = 0.3
"""Of two boxes of one face at one time: whoever looked at other frames is a little elsewhere."""


def box_at(boxes: FloatArray, seconds: float) -> Box | None:
    """Return where a face is at a time, between two looks in between; None = it is not there.

    >>> rows = np.array([[1, 0, 0, 10, 20], [2, 4, 0, 10, 20]], dtype=np.float32)
    >>> box_at(rows, 1.5)
    Box(left=2.0, top=0.0, width=10.0, height=20.0)
    >>> box_at(rows, 9)
    """
    times = boxes[:, 0]
    if not len(times) or not times[0] - NEAR <= seconds <= times[-1] + NEAR:
        return None
    sides = (float(np.interp(seconds, times, boxes[:, side])) for side in range(1, 5))
    return Box(*sides)


def seen_together(spans: Sequence[tuple[float, float]]) -> IntArray:
    """Return for each of n tracks of a video the first of those that are seen together with it.

    All tracks with one number are on screen at one time. A track has one number only, so that of
    some pairs that overlap nothing is said.

    Args:
        spans: start and end of each.

    >>> seen_together([(0.0, 4.0), (1.0, 6.0), (5.0, 8.0)])
    array([0, 0, 2])
    """
    starts, ends = np.array(spans, dtype=np.float64).reshape(-1, 2).T
    first = np.full(len(starts), -1, dtype=np.int64)
    for track in np.argsort(ends, kind="stable").tolist():
        if first[track] < 0:
            there = (first < 0) & (starts < ends[track]) & (ends >= ends[track])
            there[track] = True
            first[there] = np.flatnonzero(there)[0]
    return first


def matches(
    places: Sequence[tuple[float, Box]], tracks: Sequence[FloatArray]
) -> list[tuple[int, int]]:
    """Pair faces that were known with tracks that were found again, one to one.

    Args:
        places: when and where each of the known faces is.
        tracks: the boxes of each track.

    Returns: positions in `places` and in `tracks`, those that overlap most first.
    """
    overlaps = np.zeros((len(places), len(tracks)))
    for i, (at, box) in enumerate(places):
        for j, boxes in enumerate(tracks):
            overlaps[i, j] = overlap(box, box_at(boxes, at))
    return geometry.paired(overlaps, LEAST_OVERLAP)


def overlap(box: Box, other: Box | None) -> float:
    """Return the intersection over union of two boxes, 0 where there is no other."""
    if other is None:
        return 0.0
    one, two = (np.array([each.as_tuple()]) for each in (box, other))
    return float(geometry.intersection_over_union(one, two)[0, 0])
