"""Pairs of faces or clusters as arrays, and sets of pairs as sorted numbers.

A pair (a, b) of n things, a < b, is the number a · n + b: its key.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.groups.neighbours import NeighbourGraph
from labeler.types import FloatArray, IntArray

_BLOCK = 1 << 12


@dataclass(frozen=True)
class Pairs:
    """Pairs of faces or clusters: first < second, each pair once. All arrays (p,).

    similarity: mean similarity of the members, 1 − d²/2 (the cosine, for vectors of length 1).
    bonus: what counts for the pair besides.
    """

    first: IntArray
    second: IntArray
    similarity: FloatArray
    bonus: FloatArray

    def __len__(self) -> int:
        return len(self.first)

    def where(self, chosen: NDArray[np.bool_]) -> Pairs:
        return Pairs(
            self.first[chosen], self.second[chosen], self.similarity[chosen], self.bonus[chosen]
        )

    def joined(self, other: Pairs) -> Pairs:
        """Return the pairs of both, which must have none in common."""
        return Pairs(
            np.concatenate([self.first, other.first]),
            np.concatenate([self.second, other.second]),
            np.concatenate([self.similarity, other.similarity]),
            np.concatenate([self.bonus, other.bonus]),
        )


def graph_pairs(graph: NeighbourGraph) -> Pairs:
    """Return each pair of neighbours once, without a bonus."""
    n, k = graph.indices.shape
    kept = np.empty((n, k), dtype=bool)
    for start in range(0, n, _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, n))[:, None]
        found = graph.indices[rows[:, 0]]
        # A pair that both know is kept where the lower one knows it.
        kept[rows[:, 0]] = (rows < found) | (graph.indices[found] != rows[:, :, None]).all(axis=2)
    first, place = np.nonzero(kept)
    second = graph.indices[first, place]
    similarity = _similarity(graph.distances[first, place])
    return Pairs(
        np.minimum(first, second),
        np.maximum(first, second),
        similarity,
        np.zeros(len(similarity), dtype=np.float32),
    )


def row_pairs(rows: IntArray, graph: NeighbourGraph, n: int) -> Pairs:
    """Return each pair of neighbours once, where the graph knows only some faces' neighbours.

    Args:
        rows: (m,) int64, the faces whose neighbours the m rows of the graph are.
        n: the number of all faces.
    """
    first, second = np.repeat(rows, graph.indices.shape[1]), graph.indices.ravel()
    keys, places = np.unique(pair_keys(first, second, n), return_index=True)
    similarity = _similarity(graph.distances.ravel()[places])
    lower, higher = np.divmod(keys, max(n, 1))
    return Pairs(lower, higher, similarity, np.zeros(len(keys), dtype=np.float32))


def _similarity(distances: FloatArray) -> FloatArray:
    return (1 - distances**2 / 2).astype(np.float32)


def without(pairs: Pairs, faces: NDArray[np.bool_]) -> Pairs:
    """Return the pairs of which neither is one of the faces, a mask (n,)."""
    return pairs.where(~(faces[pairs.first] | faces[pairs.second]))


def pair_keys(a: IntArray, b: IntArray, n: int) -> IntArray:
    """Return the key of each pair; the order of a and b does not matter."""
    return np.minimum(a, b) * n + np.maximum(a, b)


def unique_pairs(
    a: IntArray, b: IntArray, bonus: FloatArray, n: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the different pairs, sorted, with the largest bonus of each; a face is no pair."""
    different = a != b
    keys, bonus = pair_keys(a[different], b[different], n), bonus[different]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])
    if len(starts):
        keys, bonus = keys[starts], np.maximum.reduceat(bonus[order], starts)
    return *np.divmod(keys, n), bonus


class PairSet:
    """Pairs of n clusters that must stay apart, while clusters merge.

    first, second: (p,), first < second, each pair once, sorted.
    """

    def __init__(self, a: IntArray, b: IntArray, n: int) -> None:
        self._n = n
        self._keys = np.unique(pair_keys(a, b, n)[a != b])
        self.first, self.second = np.divmod(self._keys, n) if n else (self._keys, self._keys)

    def has(self, a: IntArray, b: IntArray) -> NDArray[np.bool_]:
        """Tell which pairs, a < b, are in the set."""
        if not len(self._keys):
            return np.zeros(len(a), dtype=bool)
        keys = a * self._n + b
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return self._keys[places] == keys

    def among(self, clusters: NDArray[np.bool_]) -> PairSet:
        """Return the pairs of which both are among the clusters, a mask (n,)."""
        return self._where(clusters[self.first] & clusters[self.second])

    def moved(self, to: IntArray, gone: NDArray[np.bool_]) -> PairSet:
        """Return the pairs after some clusters, a mask (n,), have become others, to (n,)."""
        touched = gone[self.first] | gone[self.second]
        if not touched.any():
            return self
        rest = self._where(~touched)
        fresh = PairSet(to[self.first[touched]], to[self.second[touched]], self._n)
        fresh = fresh._where(~rest.has(fresh.first, fresh.second))
        places = np.searchsorted(rest._keys, fresh._keys)
        rest._keys = np.insert(rest._keys, places, fresh._keys)
        rest.first = np.insert(rest.first, places, fresh.first)
        rest.second = np.insert(rest.second, places, fresh.second)
        return rest

    def _where(self, chosen: NDArray[np.bool_]) -> PairSet:
        some = object.__new__(PairSet)
        some._n, some._keys = self._n, self._keys[chosen]
        some.first, some.second = self.first[chosen], self.second[chosen]
        return some
