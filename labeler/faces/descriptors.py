"""Descriptors of different networks, brought to one scale.

Every threshold and probability of this program was calibrated on one model, dlib's network with
a mirrored second view. Another model's distances are scaled so that its own best threshold for
telling two people apart falls on that of the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.types import FloatArray

REFERENCE_THRESHOLD = 0.43
"""Best threshold of the reference model on LFW's pairs (normalised vectors, cross-validated)."""


@dataclass(frozen=True, slots=True)
class DescriptorModel:
    """Where descriptors come from.

    threshold: the distance between vectors of length 1 below which two faces are rather one person.
    """

    id: str
    threshold: float


def comparable(X: FloatArray, model: DescriptorModel) -> FloatArray:
    """Return descriptors (n, d) on the common scale: all of the same length."""
    lengths = np.linalg.norm(X, axis=1, keepdims=True)
    scale = np.float32(REFERENCE_THRESHOLD / model.threshold)
    return X * np.divide(scale, lengths, out=np.zeros_like(lengths), where=lengths > 0)


def distances(X: FloatArray, Y: FloatArray) -> NDArray[np.float64]:
    """Return the Euclidean distances of (n, d) and (m, d) descriptors, (n, m)."""
    x, y = X.astype(np.float64), Y.astype(np.float64)
    squares = (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * x @ y.T
    return np.asarray(np.sqrt(np.maximum(squares, 0)))


def mean_direction(descriptors: Sequence[FloatArray]) -> FloatArray:
    """Return the mean direction of descriptors (d,), as long as these are in the mean."""
    total = np.mean(descriptors, axis=0)
    length = float(np.linalg.norm(total))
    usual = float(np.mean([np.linalg.norm(one) for one in descriptors]))
    return (total * (usual / length if length else 0.0)).astype(np.float32)
