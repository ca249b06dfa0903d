"""Put new faces into the groups that are there, without grouping everybody again.

The work grows with the new faces (times the number of all, for the search of their neighbours).
A new face joins the group of its nearest neighbours, as `groups.attachment` judges; those that
join none are grouped among themselves. Groups never merge, and nobody leaves one: that is what the
next full grouping may do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.groups.attachment import attached
from labeler.groups.clusters import cluster_faces, on_one_photo, one_label_each
from labeler.groups.cohort import Cohort, cohort, crowding
from labeler.groups.linkage import Apart
from labeler.groups.neighbours import NeighbourGraph, neighbour_graph, neighbours_of
from labeler.groups.pairs import row_pairs
from labeler.types import FloatArray, IntArray


@dataclass(frozen=True)
class Crowd:
    """All n faces, those that were grouped and the new ones.

    X: (n, d) float32. photos: (n,) int64. clusters: (n,) int64, −1 = alone or new. levels: (n,)
    float32, see `labeler.groups.cohort`; what stands there for new faces does not matter.
    """

    X: FloatArray
    photos: IntArray
    clusters: IntArray
    levels: FloatArray


@dataclass(frozen=True)
class Newcomers:
    """What became of m new faces, in the order in which they were given.

    clusters: (m,) int64, −1 = alone; ids that the crowd did not have are new groups, numbered on.
    levels: (m,) float32. graph: their neighbours among everybody.
    """

    clusters: IntArray
    levels: FloatArray
    graph: NeighbourGraph


def welcome(
    crowd: Crowd,
    new: IntArray,
    weak: NDArray[np.bool_],
    strangers: FloatArray | None = None,
    next_cluster: int = 0,
) -> Newcomers:
    """Find a group for each new face.

    Args:
        new: (m,) int64, their positions.
        weak: (m,) faces of which little can be told: they join only what they are very near to.
        strangers: (s, d) descriptors of people who are not in the library.
        next_cluster: the lowest id for a new group.
    """
    is_new = np.zeros(len(crowd.X), dtype=bool)
    is_new[new] = True
    is_weak = np.zeros(len(crowd.X), dtype=bool)
    is_weak[new] = weak
    graph = neighbours_of(new, crowd.X)
    labels = one_label_each(crowd.clusters)
    company = cohort(crowd.X[~is_new], labels[~is_new], strangers)
    levels = crowd.levels.astype(np.float32)
    levels[new] = company.levels(crowd.X[new], _likeliest(labels, graph, is_new))
    pairs, apart = row_pairs(new, graph, len(labels)), _on_their_photos(crowd, new)
    stricter = crowding(labels[~is_new])
    clusters = attached(crowd.clusters, pairs, apart, levels, is_weak, ~is_new, stricter)[new]
    first = max(next_cluster, int(crowd.clusters.max(initial=-1)) + 1)
    left = np.flatnonzero((clusters < 0) & ~weak)
    groups = _among_themselves(crowd, new[left], company)
    clusters[left] = np.where(groups >= 0, first + groups, -1)
    return Newcomers(clusters, levels[new], graph)


def _likeliest(labels: IntArray, graph: NeighbourGraph, is_new: NDArray[np.bool_]) -> IntArray:
    """Return the label of each new face's nearest neighbour that is not new, −2 = there is none."""
    old = ~is_new[graph.indices]
    if not graph.indices.shape[1]:
        return np.full(len(graph), -2, dtype=np.int64)
    nearest = graph.indices[np.arange(len(graph)), old.argmax(axis=1)]
    return np.where(old.any(axis=1), labels[nearest], -2)


def _on_their_photos(crowd: Crowd, new: IntArray) -> Apart:
    nobody = np.empty((0, 2), dtype=np.int64)
    there = np.flatnonzero(np.isin(crowd.photos, crowd.photos[new]))
    return Apart(nobody, there[on_one_photo(crowd.X[there], crowd.photos[there])])


def _among_themselves(crowd: Crowd, faces: IntArray, company: Cohort) -> IntArray:
    """Return the groups, numbered from 0, that some faces make; −1 = alone."""
    X = crowd.X[faces]
    return cluster_faces(
        X, neighbour_graph(X), crowd.photos[faces], strangers=company.faces
    ).clusters
