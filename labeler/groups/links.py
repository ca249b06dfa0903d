"""What the user says about who is the same person, laid over the clusters that were computed.

The clusters in the library are what the last grouping found. Decisions made since then must show
at once, and must vanish when they are undone: so what the user sees is a function of the two, and
nothing of it is stored.

−1 = in no cluster: such a face is alone. A link is one set of faces that are the same person, or
two or more sets of which no two are the same person. A later link wins over an earlier one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from labeler.positions import positions
from labeler.types import IntArray, Link


def regrouped(
    ids: IntArray, clusters: IntArray, links: Sequence[Link], next_cluster: int = 0
) -> IntArray:
    """Return the clusters, (n,) int64, that hold after all links, applied one after the other.

    One set unites the clusters of its faces under the id of the largest (of equally large ones the
    smallest id); faces in none join it, and if all are in none they become a new cluster.
    Two or more sets divide each cluster that holds faces of several: the set with most faces in it
    (of equally large ones the first) keeps the id and all faces that the link does not mention;
    each other set becomes a new cluster. Whatever is left with a single face by a division becomes
    −1. Clusters that a link is true of already stay as they are.

    Args:
        ids: (n,) int64, unique, in any order. Faces of links that are not among them are left out.
        clusters: (n,) int64, −1 = in none.
        links: see `labeler.types.Link`.
        next_cluster: new clusters are numbered from here on, and beyond all ids in use.

    Examples
    --------
    >>> ids, clusters = np.arange(5), np.array([0, 0, 1, 1, -1])
    >>> regrouped(ids, clusters, [(frozenset({0, 2, 4}),)]).tolist()
    [0, 0, 0, 0, 0]
    >>> regrouped(ids, clusters, [(frozenset({0}), frozenset({1}))]).tolist()
    [-1, -1, 1, 1, -1]
    """
    linked, places = _places(ids, links)
    # The faces of a cluster that no link mentions always stay together: one node stands for them.
    touched, blocks, rests = _rests(clusters, linked)
    nodes = _Nodes(
        np.concatenate([clusters[linked], touched]),
        np.concatenate([np.ones(len(linked), dtype=np.int64), rests]),
        max(next_cluster, int(clusters.max(initial=-1)) + 1),
    )
    for sets in places:
        if len(sets) == 1:
            nodes.unite(sets[0])
        else:
            nodes.divide(sets)
    result = np.array(clusters, dtype=np.int64)
    result[blocks >= 0] = nodes.labels[len(linked) :][blocks[blocks >= 0]]
    result[linked] = nodes.labels[: len(linked)]
    return result


def _places(ids: IntArray, links: Sequence[Link]) -> tuple[IntArray, list[list[IntArray]]]:
    """Return the positions in `ids` of the faces in links, and each link's positions in those."""
    mentioned = np.fromiter(chain.from_iterable(chain.from_iterable(links)), dtype=np.int64)
    linked = np.flatnonzero(np.isin(ids, mentioned))
    linked = linked[np.argsort(ids[linked])]
    known = ids[linked]

    def place(faces: frozenset[int]) -> IntArray:
        found = positions(known, np.fromiter(faces, dtype=np.int64, count=len(faces)))
        return found[found >= 0]

    return linked, [[place(faces) for faces in link] for link in links]


def _rests(clusters: IntArray, linked: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return the clusters with linked faces, (c,); each face's place among them, (n,), −1 = none;
    and how many faces of each are not linked, (c,)."""
    touched = np.unique(clusters[linked])
    touched = touched[touched >= 0]
    blocks = np.full(len(clusters), -1, dtype=np.int64)
    inside = np.isin(clusters, touched)
    blocks[inside] = np.searchsorted(touched, clusters[inside])
    blocks[linked] = -1
    rests = np.bincount(blocks[blocks >= 0], minlength=len(touched))
    return touched, blocks, rests


class _Nodes:
    """Faces and blocks of faces, the cluster of each, and what one link does to them.

    labels: (m,) int64, −1 = in no cluster. weights: (m,) int64, the number of faces.
    fresh: the next id for a new cluster.
    """

    def __init__(self, labels: IntArray, weights: IntArray, fresh: int) -> None:
        self.labels = labels
        self.weights = weights
        self.fresh = fresh
        order = np.argsort(labels, kind="stable")
        starts = np.flatnonzero(np.diff(labels[order])) + 1
        parts = np.split(order, starts)
        self.members = {int(labels[part[0]]): part for part in parts if len(part)}
        self.members.pop(-1, None)

    def unite(self, nodes: IntArray) -> None:
        """Put some nodes, and the clusters that they are in, into one cluster."""
        if len(nodes) < 2:
            return
        found = sorted(set(self.labels[nodes].tolist()) - {-1})
        if found:
            kept = min(found, key=lambda cluster: (-self._size(cluster), cluster))
        else:
            kept = self._new_id()
        moving = [self.members.pop(cluster) for cluster in found if cluster != kept]
        loose = nodes[self.labels[nodes] < 0]
        staying = [self.members[kept]] if found else []
        self.members[kept] = np.concatenate([*staying, *moving, loose])
        self.labels[self.members[kept]] = kept

    def divide(self, sets: Sequence[IntArray]) -> None:
        """Let no cluster hold nodes of two sets."""
        nodes = np.concatenate(sets)
        numbers = np.repeat(np.arange(len(sets)), [len(part) for part in sets])
        grouped = self.labels[nodes] >= 0
        nodes, keys = nodes[grouped], (self.labels[nodes] * len(sets) + numbers)[grouped]
        shares, share_of, counts = np.unique(keys, return_inverse=True, return_counts=True)
        clusters = shares // len(sets)
        largest_first = np.lexsort((shares, -counts, clusters))
        leaves = np.zeros(len(shares), dtype=bool)
        leaves[largest_first[1:]] = np.diff(clusters[largest_first]) == 0
        for share in np.flatnonzero(leaves):
            part = nodes[share_of == share]
            self.labels[part] = -1
            if len(part) > 1:
                self.labels[part] = new = self._new_id()
                self.members[new] = part
        for cluster in np.unique(clusters[leaves]).tolist():
            left = self.members[cluster]
            self.members[cluster] = left[self.labels[left] == cluster]
            if self._size(cluster) == 1:
                self.labels[self.members.pop(cluster)] = -1

    def _size(self, cluster: int) -> int:
        return int(self.weights[self.members[cluster]].sum())

    def _new_id(self) -> int:
        self.fresh += 1
        return self.fresh - 1
