"""The neighbour graph: for every descriptor the k nearest others.

Computed once; clusters, map and suggestions read it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.types import FloatArray, IntArray

NEIGHBOURS = 40
_BLOCK = 4096


@dataclass(frozen=True)
class NeighbourGraph:
    """Directed k-nearest-neighbour graph without self-edges.

    indices: (n, k) int64, nearest first. distances: (n, k) float32, Euclidean, ascending.
    k is smaller than asked for when there are fewer than k + 1 points; with one point it is 0.
    """

    indices: IntArray
    distances: FloatArray

    def __len__(self) -> int:
        return len(self.indices)


def neighbour_graph(X: FloatArray, k: int = NEIGHBOURS) -> NeighbourGraph:
    """Return the exact graph of descriptors X, (n, d) float32. Memory grows with n·k, not n²."""
    n = len(X)
    k = min(k, max(n - 1, 0))
    indices = np.empty((n, k), dtype=np.int64)
    distances = np.empty((n, k), dtype=np.float32)
    if k == 0:
        return NeighbourGraph(indices, distances)
    import faiss

    index = faiss.IndexFlatL2(X.shape[1])
    index.add(np.ascontiguousarray(X, dtype=np.float32))
    for start in range(0, n, _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, n))
        squared, found = index.search(np.ascontiguousarray(X[rows], dtype=np.float32), k + 1)
        squared, found = _without_self(squared, found, rows)
        indices[rows] = found
        distances[rows] = np.sqrt(np.maximum(squared, 0))
    return NeighbourGraph(indices, distances)


def _without_self(
    squared: FloatArray, found: IntArray, rows: IntArray
) -> tuple[FloatArray, IntArray]:
    """Drop each row's own index; among exact duplicates it may be absent: then drop the last."""
    own = found == rows[:, None]
    own[~own.any(axis=1), -1] = True
    shape = (len(rows), found.shape[1] - 1)
    return squared[~own].reshape(shape), found[~own].reshape(shape)
