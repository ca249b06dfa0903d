"""Are two faces one person? What a distance between two descriptors means, measured on LFW.

Distances are those of comparable descriptors (`labeler.faces.descriptors`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]

# Fitted and measured by `python -m benchmarks.verification LFW PAIRS --fit LIBRARY` on 20 million
# pairs of different people in Labeled Faces in the Wild and all pairs of one person there, each
# person counting the same (benchmarks/RESULTS.md).
SLOPE, INTERCEPT = -67.75, 28.55
"""The logit of the probability at distance d is SLOPE · d + INTERCEPT, if one person and two people
are equally likely before one looks."""
EVEN = -INTERCEPT / SLOPE
"""At this distance, one person and two people are equally likely."""
FAR_FROM, FAR_STEP = 0.26, 0.02
FAR = (
    7.3e-7, 1.5e-6, 8.2e-6, 3.4e-5, 1.3e-4, 4.3e-4, 1.3e-3, 3.7e-3, 9.6e-3, 0.0226, 0.0476, 0.0905,
    0.155, 0.244, 0.352, 0.474, 0.599, 0.716, 0.815, 0.891, 0.942, 0.973, 0.989, 0.996, 0.999, 1.0,
)  # fmt: skip
"""The share of pairs of different people that are at most so far apart, from FAR_FROM on."""
LEAST_FAR = 1e-6
"""Rarer cannot be told from 20 million pairs, a few of which have wrong names."""
LOOK_ALIKE = 0.46
"""Of pairs of different people, one in twenty is as close as this: look-alikes."""


def probability_same(distances: ArrayLike) -> Values:
    """Return the probability that faces so far apart are one person, of any shape, 0…1.

    Both are taken to be equally likely before: for pairs picked at random, it is less.
    """
    logits = SLOPE * np.asarray(distances, dtype=np.float64) + INTERCEPT
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -700, 700))))


def false_accept_rate(distances: ArrayLike) -> Values:
    """Return the share of pairs of different people who are at most so far apart, any shape, 0…1.

    Between the measured distances, the logarithm is linear; the least that is told is one in a
    million.
    """
    measured = FAR_FROM + FAR_STEP * np.arange(len(FAR))
    logs = np.interp(np.asarray(distances, dtype=np.float64), measured, np.log(FAR))
    return np.asarray(np.maximum(np.exp(logs), LEAST_FAR))


def chance_of_nearest(distances: ArrayLike, faces: ArrayLike) -> Values:
    """Return how likely a stranger with so many faces has one at most so far away, 0…1.

    After Šidák: the faces of one person resemble each other, so that it is less in truth.
    """
    missed = np.log1p(-np.minimum(false_accept_rate(distances), 1 - 1e-12))
    return np.asarray(-np.expm1(np.asarray(faces, dtype=np.float64) * missed))
