"""Faces of people who do not exist, as different from each other as the made-up strangers are."""

from __future__ import annotations

import numpy as np

from labeler.faces.io.face_finder import DLIB_MODELS
from labeler.faces.io.impostors import strangers
from labeler.types import FloatArray

MADE_UP = strangers(DLIB_MODELS[2])
assert MADE_UP is not None


def draw(random: np.random.Generator, n: int) -> FloatArray:
    """Return n people who do not exist, (n, 128), as different as the made-up strangers are."""
    assert MADE_UP is not None
    mean, covariance = MADE_UP.mean(axis=0), np.cov(MADE_UP.T)
    return random.multivariate_normal(mean, covariance, n, method="eigh").astype(np.float32)


def faces_of(random: np.random.Generator, centres: FloatArray, vary: float = 0.5) -> FloatArray:
    """Return a face around each centre; it differs as strangers do, by a part of that."""
    X = centres + vary * (draw(random, len(centres)) - draw(random, len(centres))) / np.sqrt(2)
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)
