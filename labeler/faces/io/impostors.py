"""Descriptors of people who do not exist, as far apart from each other as real people are.

A small library tells little about how similar strangers can be. So the mean and the covariance of
the descriptors of some 14,000 faces come with the program (`strangers.npz`, two arrays, written by
`python -m benchmarks.strangers`), and people are drawn from the normal distribution that has them.
No descriptor of a real person is in it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from labeler.faces.descriptors import DescriptorModel
from labeler.faces.io.face_finder import DLIB_MODELS
from labeler.types import FloatArray

NUMBER = 1000
FILE = Path(__file__).with_name("impostors.npz")
_SEED = 20


def strangers(model: DescriptorModel) -> FloatArray | None:
    """Return made-up descriptors, (1000, 128) float32 of length 1; None for unknown models."""
    return _drawn() if model in DLIB_MODELS.values() else None


@cache
def _drawn() -> FloatArray:
    with np.load(FILE, allow_pickle=False) as file:
        mean, covariance = file["mean"].astype(np.float64), file["covariance"].astype(np.float64)
    rng = np.random.default_rng(_SEED)
    # By eigenvectors, not by a decomposition that may fail on rounded numbers.
    values, vectors = np.linalg.eigh(covariance)
    drawn = rng.standard_normal((NUMBER, len(mean))) * np.sqrt(np.maximum(values, 0))
    X = drawn @ vectors.T + mean
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)
