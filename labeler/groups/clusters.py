"""Group faces into people: average linkage in three passes, then the parts of those who are on
many photos (`groups.parts`, `groups.gathering`), then the single faces.

Contract: cluster ids are 0…c−1 by falling size (ties: by the smallest member); −1 is a face that
is alone. What the user said holds without exception; two faces on one photo are two people, unless
they are one picture twice or far more alike than strangers ever are.

The first pass joins only what is surely one person, by plain similarity and made-up strangers. The
others compare similarities with what each face reaches with strangers (`groups.cohort`), which
takes clusters to know who is one: so each pass stands on the one before. Within a pass, pairs in
the same company get ahead only after the surest merges, when it is known who the companions are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.groups import constraints
from labeler.groups.attachment import attached
from labeler.groups.cohort import cohort, crowding, highest_levels
from labeler.groups.constraints import Constraints
from labeler.groups.gathering import gathered
from labeler.groups.linkage import Apart, Linkage, near
from labeler.groups.neighbours import NeighbourGraph
from labeler.groups.pairs import graph_pairs, without
from labeler.groups.parts import joined
from labeler.types import FloatArray, IntArray

PLAIN_CUT = 0.942
"""Similarity, so a distance of 0.34."""
SURELY_BELOW = 0.005
"""Nor need they be more similar than what is so far below the highest level of strangers."""
CUT = 0.0065
SURER = (0.010, 0.005, 0.0)
"""How much closer than CUT clusters must be, in three steps; in the later two, company counts."""
PASSES = 2
DOUBLE = 0.98
"""Similarity (a distance of 0.2) from which on two faces on one photo are one picture twice."""
MERGE_RANGE = 0.04
"""Clusters are offered for a merge when they missed CUT by less than this."""


@dataclass(frozen=True)
class Grouping:
    """Clusters of n faces, and what else came out.

    clusters: (n,) int64. levels: (n,) float32, see `labeler.groups.cohort`.
    candidates: (m, 2) pairs of faces whose clusters (or selves) might be the same person;
    closeness: (m,) by how much, closest first; see `labeler.groups.linkage`.
    """

    clusters: IntArray
    levels: FloatArray
    candidates: IntArray
    closeness: FloatArray


def cluster_faces(
    X: FloatArray,
    graph: NeighbourGraph,
    photos: IntArray,
    said: Constraints | None = None,
    weak: NDArray[np.bool_] | None = None,
    strangers: FloatArray | None = None,
) -> Grouping:
    """Group faces.

    Args:
        X: (n, d) float32 descriptors, comparable (see `labeler.faces.descriptors`).
        graph: their neighbour graph.
        photos: (n,) the photo that each face is on.
        said: what the user said about them.
        weak: (n,) faces of which little can be told; they join, but never hold others together.
        strangers: (s, d) descriptors of people who are not in the library.
    """
    n = len(X)
    said = said or constraints.none(n)
    weak = np.zeros(n, dtype=bool) if weak is None else weak
    pairs = graph_pairs(graph)
    strong = without(pairs, weak & (said.names < 0)) if weak.any() else pairs
    apart = Apart(said.apart, on_one_photo(X, photos))

    def linkage(cut: float, levels: FloatArray) -> Linkage:
        chosen = near(strong, levels, cut)
        return Linkage(X, chosen, apart, levels, said.together, said.names)

    most = None if strangers is None else highest_levels(X, strangers)
    levels = np.full(n, PLAIN_CUT, dtype=np.float32)
    if most is not None:
        levels = np.minimum(levels, most - np.float32(SURELY_BELOW))
    forest = linkage(0, levels)
    forest.run(0)
    for _ in range(PASSES):
        people = forest.labels()
        levels = cohort(X, people, strangers).levels(X, people, most)
        stricter = crowding(people)
        cut = CUT + stricter
        forest = linkage(cut - MERGE_RANGE, levels)
        for step, surer in enumerate(SURER):
            if step:
                forest.welcome_company()
            forest.run(cut + surer)
        forest.unite(joined(X, forest.labels(), levels, apart, said.names, stricter))
    people, single = by_size(forest.labels()), ~weak & (said.names < 0)
    whole = gathered(X, people, levels, apart, said.names, single, strangers, most, stricter)
    forest.unite(whole.labels)
    first, second, closeness = forest.open_pairs()
    clusters = numbered(forest.labels())
    clusters = attached(clusters, pairs, apart, levels, weak, said.names >= 0, stricter)
    candidates = np.concatenate([np.stack([first, second], axis=1), whole.candidates])
    closeness = np.concatenate([closeness, whole.closeness])
    order = np.lexsort((candidates[:, 1], candidates[:, 0], -closeness))
    return Grouping(numbered(one_label_each(clusters)), levels, candidates[order], closeness[order])


def numbered(labels: IntArray) -> IntArray:
    """Number clusters by falling size, then by first member; single faces get −1."""
    numbers = by_size(labels)
    return np.where(np.bincount(numbers)[numbers] > 1, numbers, -1)


def by_size(labels: IntArray) -> IntArray:
    """Return labels under new numbers from 0 on: by falling size, then by first member."""
    _, first, inverse, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    numbers = np.empty(len(first), dtype=np.int64)
    numbers[np.lexsort((first, -sizes))] = np.arange(len(first))
    return numbers[inverse.reshape(-1)]


def matched(clusters: IntArray, before: IntArray, following: int = 0) -> IntArray:
    """Return the clusters, (n,), under the ids that most of their members had before.

    Pairs of an old and a new cluster are matched by falling overlap (ties: lower ids first), each
    cluster once. New ids begin at `following`, beyond all that were ever used, in the order of
    the new numbers; so an id never comes to mean somebody else.

    Args:
        before: (n,) the former clusters, −1 = none.
        following: first id that was never used.
    """
    if clusters.max(initial=-1) < 0:
        return clusters.copy()
    following = max(following, int(before.max(initial=-1)) + 1)
    both = (clusters >= 0) & (before >= 0)
    pairs, overlap = np.unique(
        np.stack([clusters[both], before[both]], axis=1), axis=0, return_counts=True
    )
    ids = np.full(int(clusters.max(initial=-1)) + 1, -1, dtype=np.int64)
    taken: set[int] = set()
    for new, old in pairs[np.argsort(-overlap, kind="stable")].tolist():
        if ids[new] < 0 and old not in taken:
            ids[new] = old
            taken.add(old)
    fresh = np.flatnonzero(ids < 0)
    ids[fresh] = following + np.arange(len(fresh))
    return np.where(clusters >= 0, ids[clusters], -1)


def one_label_each(clusters: IntArray) -> IntArray:
    """Return labels in which every face that is alone (−1) has one of its own."""
    labels = clusters.copy()
    alone = np.flatnonzero(clusters < 0)
    labels[alone] = clusters.max(initial=-1) + 1 + np.arange(len(alone))
    return labels


def on_one_photo(X: FloatArray, photos: IntArray) -> IntArray:
    """Return the pairs (p, 2) of faces on one photo that are not the same picture twice."""
    order = np.argsort(photos, kind="stable")
    ordered = photos[order]
    found = [np.empty((0, 2), dtype=np.int64)]
    step = 1
    while step < len(order) and (same := ordered[step:] == ordered[:-step]).any():
        places = np.flatnonzero(same)
        found.append(np.stack([order[places], order[places + step]], axis=1))
        step += 1
    pairs = np.concatenate(found)
    squared = ((X[pairs[:, 0]] - X[pairs[:, 1]]) ** 2).sum(axis=1)
    return pairs[1 - squared / 2 < DOUBLE]
