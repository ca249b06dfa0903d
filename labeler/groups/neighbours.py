"""The neighbour graph: for every descriptor the k nearest others.

Computed once and kept up to date; clusters, map and suggestions read it. Up to `MOST_EXACT` faces
the search is exact. Above, faces are looked for in the cells of a partition (an inverted file,
Jégou et al. 2011, "Product quantization for nearest neighbor search", without the quantization):
each face in the `CELLS_SEARCHED` cells whose centres are nearest to it. Against HNSW this finds
more neighbours in the same time, and the same ones every time (benchmarks/RESULTS.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from labeler.types import FloatArray, IntArray

NEIGHBOURS = 40
MOST_EXACT = 50_000
"""Two cores search so many exactly in some seconds; the time grows with the square."""
FACES_A_CELL = 200
CELLS_SEARCHED = 64
_TRAINING_FACES_A_CELL = 60
_SEED = 20
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
    """Return the graph of descriptors X, (n, d) float32. Memory grows with n·k, not n²."""
    return _searched(X, np.arange(len(X)), min(k, max(len(X) - 1, 0)))


def updated(
    graph: NeighbourGraph, X: FloatArray, before: IntArray, k: int = NEIGHBOURS
) -> NeighbourGraph:
    """Return the graph of X, (n, d) float32, from that of the faces that were there before.

    New faces are searched exactly, and are found by the others; so are faces one of whose
    neighbours has gone. From an exact graph, the result is the exact graph. The work grows with
    (new faces + faces that have lost a neighbour) · n.

    Args:
        graph: the former graph, of any number of faces.
        before: (n,) int64, the position of each face in it; −1 = the face is new.
    """
    k = min(k, max(len(X) - 1, 0))
    old = np.flatnonzero(before >= 0)
    if graph.indices.shape[1] < k or not len(old):
        return neighbour_graph(X, k)
    now = np.full(len(graph), -1, dtype=np.int64)
    now[before[old]] = old
    indices = np.full((len(X), k), -1, dtype=np.int64)
    distances = np.full((len(X), k), np.inf, dtype=np.float32)
    indices[old] = now[graph.indices[before[old], :k]]
    distances[old] = graph.distances[before[old], :k]
    lacking = np.flatnonzero((indices < 0).any(axis=1))
    again = neighbours_of(lacking, X, k)
    indices[lacking], distances[lacking] = again.indices, again.distances
    result = NeighbourGraph(indices, distances)
    _let_find(result, X, np.setdiff1d(old, lacking), np.flatnonzero(before < 0))
    return result


def neighbours_of(rows: IntArray, X: FloatArray, k: int = NEIGHBOURS) -> NeighbourGraph:
    """Return the graph's rows, exactly, for some of the faces of X; rows is (m,) int64."""
    return _searched(X, rows, min(k, max(len(X) - 1, 0)), exact=True)


def nearest(X: FloatArray, among: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
    """Return positions (m, k) int64 and distances (m, k) float32 of the k nearest others of X.

    Exact and blocked. Nearest first; k is bounded by the number of the others.

    Args:
        X: (m, d) float32. among: (n, d) float32.
    """
    import faiss

    k = min(k, len(among))
    if not len(X) or not k:
        return np.empty((len(X), k), dtype=np.int64), np.empty((len(X), k), dtype=np.float32)
    squared, found = faiss.knn(_rows(X), _rows(among), k)
    return found, np.sqrt(np.maximum(squared, 0))


def _searched(X: FloatArray, rows: IntArray, k: int, exact: bool = False) -> NeighbourGraph:
    """Return the neighbours of some rows of X among all of it."""
    indices = np.empty((len(rows), k), dtype=np.int64)
    distances = np.empty((len(rows), k), dtype=np.float32)
    if k == 0 or not len(rows):
        return NeighbourGraph(indices, distances)
    exact = exact or len(X) <= MOST_EXACT
    index = _exact_index(X) if exact else _cell_index(X)
    for start in range(0, len(rows), _BLOCK):
        some = rows[start : start + _BLOCK]
        squared, found = index.search(_rows(X[some]), k + 1)
        squared, found = _without_self(squared, found, some)
        indices[start : start + _BLOCK] = found
        distances[start : start + _BLOCK] = np.sqrt(np.maximum(squared, 0))
    # The cells that were searched may have held too few.
    if not exact and (lacking := np.flatnonzero((indices < 0).any(axis=1))).size:
        again = neighbours_of(rows[lacking], X, k)
        indices[lacking], distances[lacking] = again.indices, again.distances
    return NeighbourGraph(indices, distances)


def _exact_index(X: FloatArray) -> Any:
    import faiss

    index = faiss.IndexFlatL2(X.shape[1])
    index.add(_rows(X))
    return index


def _cell_index(X: FloatArray) -> Any:
    """Return an index of X by cells, with the same cells for the same X."""
    import faiss

    n, d = X.shape
    cells = 1 << round(np.log2(n / FACES_A_CELL))
    index = faiss.IndexIVFFlat(faiss.IndexFlatL2(d), d, cells)
    index.cp.niter, index.cp.seed = 6, _SEED
    sample = np.random.default_rng(_SEED).choice(n, min(n, cells * _TRAINING_FACES_A_CELL), False)
    index.train(_rows(X[sample]))
    for start in range(0, n, _BLOCK):
        index.add(_rows(X[start : start + _BLOCK]))
    index.nprobe = min(CELLS_SEARCHED, cells)
    return index


def _let_find(graph: NeighbourGraph, X: FloatArray, rows: IntArray, new: IntArray) -> None:
    """Put new faces into the rows of others where they are nearer than who is there."""
    k = graph.indices.shape[1]
    for start in range(0, len(rows), _BLOCK):
        some = rows[start : start + _BLOCK]
        found, distances = nearest(X[some], X[new], k)
        if not found.shape[1]:
            return
        nearer = distances[:, 0] < graph.distances[some, -1]
        some, found, distances = some[nearer], new[found[nearer]], distances[nearer]
        everybody = np.concatenate([graph.indices[some], found], axis=1)
        distances = np.concatenate([graph.distances[some], distances], axis=1)
        order = np.argsort(distances, axis=1, kind="stable")[:, :k]
        graph.indices[some] = np.take_along_axis(everybody, order, axis=1)
        graph.distances[some] = np.take_along_axis(distances, order, axis=1)


def _without_self(
    squared: FloatArray, found: IntArray, rows: IntArray
) -> tuple[FloatArray, IntArray]:
    """Drop each row's own index; among exact duplicates it may be absent: then drop the last."""
    own = found == rows[:, None]
    own[~own.any(axis=1), -1] = True
    shape = (len(rows), found.shape[1] - 1)
    return squared[~own].reshape(shape), found[~own].reshape(shape)


def _rows(X: FloatArray) -> FloatArray:
    return np.ascontiguousarray(X, dtype=np.float32)
