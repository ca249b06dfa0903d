"""Group faces by average linkage on their neighbour graph.

Contract: cluster ids are 0…c−1 by falling size (ties: by the smallest member); −1 is a face that
is alone. Two faces on one photo are never put together unless the user named both the same;
faces that carry the same name are together, faces with different names never.

The linkage between two clusters is a blend of
  * the exact root-mean-square distance between their members, which cluster sums give for free
    because descriptors have length 1: mean‖a − b‖² = 2 − 2·ΣA·ΣB / (|A|·|B|);
  * the mean length of the graph's edges between them, where missing edges count as long. It is
    what keeps look-alikes apart: true pairs of clusters share most of their neighbours.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from labeler.neighbours import NeighbourGraph
from labeler.types import FloatArray, IntArray

CUT = 0.355
EXACT_SHARE = 0.2
ABSENT_QUANTILE = 0.98
MOST_EDGES = 40
"""Between clusters of sizes a ≤ b, more than this × a edges are not expected to be in the graph."""


def cluster_faces(
    X: FloatArray,
    graph: NeighbourGraph,
    photos: IntArray,
    names: Sequence[str | None] | None = None,
    cut: float = CUT,
) -> IntArray:
    """Return the cluster of each face, (n,) int64; −1 = in no cluster.

    Args:
        X: (n, d) float32 descriptors of length 1.
        graph: their neighbour graph.
        photos: (n,) the photo that each face is on.
        names: what the user called each face, if anything.
        cut: linkage at which merging stops.
    """
    forest = _Agglomeration(X, graph, photos, names or [None] * len(X))
    forest.merge_same_names()
    forest.merge_below(cut)
    return _numbered(forest.roots())


class _Agglomeration:
    """Clusters under construction; each is known by one of its members."""

    def __init__(
        self,
        X: FloatArray,
        graph: NeighbourGraph,
        photos: IntArray,
        names: Sequence[str | None],
    ) -> None:
        n = len(X)
        self.parent = list(range(n))
        self.sums = X.astype(np.float64)
        self.sizes = [1] * n
        self.photos = [{int(photo)} for photo in photos]
        self.names = list(names)
        self.versions = [0] * n
        self.edges = _symmetric_edges(graph)
        lengths = graph.distances.ravel()
        self.absent = float(np.quantile(lengths, ABSENT_QUANTILE)) if lengths.size else 0.0

    def merge_same_names(self) -> None:
        first: dict[str, int] = {}
        for index, name in enumerate(self.names):
            if name is not None:
                root = first.setdefault(name, index)
                if root != index:
                    first[name] = self._merge(root, index)

    def merge_below(self, cut: float) -> None:
        """Merge the closest allowed pair again and again, until none is closer than `cut`."""
        heap: list[tuple[float, int, int, int, int]] = []
        for a, others in enumerate(self.edges):
            for b in others:
                if a < b:
                    self._offer(heap, a, b, cut)
        heapq.heapify(heap)
        while heap:
            _, a, b, version_a, version_b = heapq.heappop(heap)
            if self.versions[a] != version_a or self.versions[b] != version_b:
                continue  # one of them has grown since: a newer offer is in the heap
            root = self._merge(a, b)
            offers: list[tuple[float, int, int, int, int]] = []
            for other in self.edges[root]:
                self._offer(offers, root, other, cut)
            for offer in offers:
                heapq.heappush(heap, offer)

    def roots(self) -> IntArray:
        return np.array([self._root(index) for index in range(len(self.parent))], dtype=np.int64)

    def linkage(self, a: int, b: int) -> float:
        pairs = self.sizes[a] * self.sizes[b]
        similarity = float(self.sums[a] @ self.sums[b]) / pairs
        exact = max(2 - 2 * similarity, 0.0) ** 0.5
        length, count = self.edges[a][b]
        expected = max(min(pairs, MOST_EDGES * min(self.sizes[a], self.sizes[b])), count)
        through_graph = (length + (expected - count) * self.absent) / expected
        return EXACT_SHARE * exact + (1 - EXACT_SHARE) * through_graph

    def _offer(
        self, heap: list[tuple[float, int, int, int, int]], a: int, b: int, cut: float
    ) -> None:
        if self._may_merge(a, b) and (distance := self.linkage(a, b)) < cut:
            heap.append((distance, a, b, self.versions[a], self.versions[b]))

    def _may_merge(self, a: int, b: int) -> bool:
        if self.names[a] is not None and self.names[b] is not None:
            return self.names[a] == self.names[b]
        return self.photos[a].isdisjoint(self.photos[b])

    def _merge(self, a: int, b: int) -> int:
        """Merge two clusters into the larger, which inherits the other's edges; return it."""
        if len(self.edges[a]) + self.sizes[a] < len(self.edges[b]) + self.sizes[b]:
            a, b = b, a
        self.parent[b] = a
        self.sums[a] += self.sums[b]
        self.sizes[a] += self.sizes[b]
        self.photos[a] |= self.photos[b]
        self.names[a] = self.names[a] if self.names[a] is not None else self.names[b]
        for other, (length, count) in self.edges[b].items():
            del self.edges[other][b]
            if other == a:
                continue
            old_length, old_count = self.edges[a].get(other, (0.0, 0))
            merged = (old_length + length, old_count + count)
            self.edges[a][other] = self.edges[other][a] = merged
        self.edges[b] = {}
        self.versions[a] += 1
        self.versions[b] += 1
        return a

    def _root(self, index: int) -> int:
        while self.parent[index] != index:
            self.parent[index] = self.parent[self.parent[index]]
            index = self.parent[index]
        return index


def _symmetric_edges(graph: NeighbourGraph) -> list[dict[int, tuple[float, int]]]:
    """Return for each face its neighbours in either direction: other → (length, 1)."""
    edges: list[dict[int, tuple[float, int]]] = [{} for _ in range(len(graph))]
    for a, (others, lengths) in enumerate(
        zip(graph.indices.tolist(), graph.distances.tolist(), strict=True)
    ):
        for b, length in zip(others, lengths, strict=True):
            edges[a][b] = edges[b][a] = (length, 1)
    return edges


def _numbered(roots: IntArray) -> IntArray:
    """Number clusters by falling size, then by first member; single faces get −1."""
    unique, first, inverse, sizes = np.unique(
        roots, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -sizes))
    numbers = np.empty(len(unique), dtype=np.int64)
    numbers[order] = np.arange(len(unique))
    numbers[sizes == 1] = -1
    return numbers[inverse.reshape(-1)]
