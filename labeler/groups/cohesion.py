"""How well does a face fit into its group, and does a group hold together?

The fit of a face is its closeness (see `groups.linkage`) to the others of its cluster: the mean
similarity with them, less the mean of its own level and theirs, which say how similar strangers
are. Above 0 it resembles them more than strangers, the more the surer. NaN = it is alone.
"""

from __future__ import annotations

import numpy as np

from labeler.types import FloatArray, IntArray


def fits(X: FloatArray, clusters: IntArray, levels: FloatArray) -> FloatArray:
    """Return the fit of each face, (n,) float32.

    Args:
        X: (n, d) float32 descriptors, all of about the same length.
        clusters: (n,) int64, −1 = alone.
        levels: (n,) float32, see `labeler.groups.cohort`.
    """
    result = np.full(len(X), np.nan, dtype=np.float32)
    grouped = clusters >= 0
    if not grouped.any():
        return result
    x, own = X[grouped].astype(np.float64), clusters[grouped]
    squares = np.einsum("ij,ij->i", x, x)
    sums = np.zeros((own.max() + 1, X.shape[1]))
    np.add.at(sums, own, x)
    level = levels[grouped].astype(np.float64)
    others = np.bincount(own)[own] - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        similarity = (np.einsum("ij,ij->i", sums[own], x) - squares) / others + 1 - squares.mean()
        their_level = (np.bincount(own, weights=level)[own] - level) / others
    result[grouped] = np.where(others > 0, similarity - (level + their_level) / 2, np.nan)
    return result
