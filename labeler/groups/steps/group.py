"""Group all faces and draw the map; put new faces into groups and onto the map that are there."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

from labeler.faces import quality
from labeler.faces.io.impostors import strangers
from labeler.faces.steps import library_finder
from labeler.groups import constraints, newcomers
from labeler.groups.clusters import Grouping, cluster_faces, matched
from labeler.groups.cohesion import fits
from labeler.groups.links import regrouped
from labeler.groups.newcomers import Crowd
from labeler.groups.placement import place_new
from labeler.groups.projection import project
from labeler.groups.steps import numbering
from labeler.groups.steps.graphs import add_vectors, current_graph, vectors_of
from labeler.io.files import alone
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.positions import positions_of_all
from labeler.types import FaceTable, FloatArray, GroupedFaces, IntArray, Labels, MergeCandidates

MOST_CANDIDATES = 5000
"""So many pairs of groups that may be one person are kept."""
MOST_NEW = 0.25
"""A larger share of new faces is not put into the groups that are there."""
OUTDATED = 0.1
"""From this share of faces on that came after all were grouped, the groups have become worse."""
WELCOMED = "welcomed"
"""Setting: how many faces have joined groups since all were grouped."""


@dataclass(frozen=True)
class ClusterReport:
    """`unclustered` faces are in no cluster: nobody else looks like them."""

    faces: int
    clusters: int
    unclustered: int
    seconds: float


def cluster(library: Library) -> ClusterReport:
    """Replace clusters and map by new ones that respect what the user has said so far.

    Clusters keep the ids that most of their faces had, and the map lies as the last one did.
    """
    with _alone(library):
        return _cluster(library)


def _cluster(library: Library) -> ClusterReport:
    started = time.monotonic()
    with library.reading():
        ids, X = library_finder.descriptors(library)
        labels, table = standing.labels(library), library.faces(with_away=True)
        model = library_finder.descriptor_model(library)
    rows = positions_of_all(table.ids, ids)
    graph = current_graph(library, ids, X)
    grouping = cluster_faces(
        X,
        graph,
        table.moments[rows],
        constraints.constraints(ids, labels),
        quality.weak(table.sizes[rows], table.sharpness[rows]),
        strangers=strangers(model) if len(ids) else None,
    )
    fit = fits(X, grouping.clusters, grouping.levels)
    xy = project(X, graph, table.xy[rows])
    with library.writing():
        clusters = _with_ids_of_before(library, grouping.clusters, table, labels, rows)
        library.write_clusters(GroupedFaces(ids, clusters, grouping.levels, fit))
        library.write_merge_candidates(_candidates(ids, grouping))
        library.write_setting(WELCOMED, 0)
        library.write_map(ids, xy)
    return ClusterReport(
        faces=len(ids),
        clusters=len(np.unique(clusters[clusters >= 0])),
        unclustered=int((clusters < 0).sum()),
        seconds=time.monotonic() - started,
    )


@dataclass(frozen=True)
class WelcomeReport:
    """What became of the new faces: `joined` a group that was there, are `alone`, or neither: they
    make up `new_groups`. outdated: so many are new that all should be grouped again."""

    faces: int
    joined: int
    new_groups: int
    alone: int
    outdated: bool
    seconds: float


def welcome(library: Library) -> WelcomeReport | None:
    """Put the faces that no grouping has seen into the groups that are there, and onto the map.

    The work grows with the new faces. Returns None if there are none, if nothing was ever grouped,
    or if there are too many for the groups to be right: `cluster` is what they need.
    """
    with _alone(library):
        return _welcome(library)


def _welcome(library: Library) -> WelcomeReport | None:
    started = time.monotonic()
    with library.reading():
        grouped, their_moments, xy = library.grouping()
        faces = library_finder.ungrouped(library)
        n, ids, X = len(grouped.ids), faces.ids, faces.X
        if not n or not len(ids) or len(ids) > MOST_NEW * n:
            return None
        labels = standing.labels(library)
        before = vectors_of(library, grouped.ids, X.shape[1])
        model = library_finder.descriptor_model(library)
    following = numbering.next_cluster(library)
    seen = regrouped(grouped.ids, grouped.clusters, labels.links, following)
    crowd = Crowd(
        np.concatenate([before, X]),
        np.concatenate([their_moments, faces.moments]),
        np.concatenate([seen, np.full(len(ids), -1)]),
        np.concatenate([np.nan_to_num(grouped.levels), np.zeros(len(ids), np.float32)]),
    )
    new = n + np.arange(len(ids))
    weak = quality.weak(faces.sizes, faces.sharpness)
    known = strangers(model)
    found = newcomers.welcome(crowd, new, weak, known, following)
    # What the user split off has no number of its own before the next grouping.
    unknown = (found.clusters <= seen.max(initial=-1)) & ~np.isin(found.clusters, grouped.clusters)
    clusters = np.where(unknown, -1, found.clusters)
    everywhere = np.concatenate([xy, np.full((len(ids), 2), np.nan, dtype=np.float32)])
    places = place_new(found.graph.indices, found.graph.distances, everywhere, new)
    fitted = _with_fits(crowd, ids, clusters, found.levels)
    add_vectors(library, ids, X)
    following = max(following, int(clusters.max(initial=-1)) + 1)
    with library.writing():  # whoever has a row among the clusters is never looked at again
        library.add_to_map(ids, places)
        library.write_setting(numbering.NEXT_CLUSTER, following)
        library.add_clusters(fitted)
        welcomed = _count_welcomed(library, len(ids))
    old = np.isin(clusters, grouped.clusters)
    return WelcomeReport(
        faces=len(ids),
        joined=int((old & (clusters >= 0)).sum()),
        new_groups=len(np.unique(clusters[~old & (clusters >= 0)])),
        alone=int((clusters < 0).sum()),
        outdated=welcomed > OUTDATED * (n + len(ids)),
        seconds=time.monotonic() - started,
    )


def is_outdated(library: Library, faces: int) -> bool:
    """Tell whether so many faces came after all were grouped that the groups have become worse.

    Args:
        faces: how many there are on present photos.
    """
    welcomed = library.setting(WELCOMED)
    return isinstance(welcomed, int) and welcomed > OUTDATED * faces


def _with_fits(crowd: Crowd, ids: IntArray, clusters: IntArray, levels: FloatArray) -> GroupedFaces:
    """Return the new faces, which are the last of the crowd, with how well they fit."""
    n = len(crowd.X) - len(ids)
    all_clusters = np.concatenate([crowd.clusters[:n], clusters])
    all_levels = np.concatenate([crowd.levels[:n], levels])
    mates = np.isin(all_clusters, clusters[clusters >= 0])
    mates[n:] = True
    known = fits(crowd.X[mates], all_clusters[mates], all_levels[mates])
    return GroupedFaces(ids, clusters, levels, known[len(known) - len(ids) :])


def _count_welcomed(library: Library, more: int) -> int:
    """Return how many faces have joined since all were grouped."""
    before = library.setting(WELCOMED)
    welcomed = more + (before if isinstance(before, int) else 0)
    library.write_setting(WELCOMED, welcomed)
    return welcomed


def _alone(library: Library) -> AbstractContextManager[None]:
    return alone(library.folder / "group.lock", "Another `labeler cluster` is at work")


def _with_ids_of_before(
    library: Library, clusters: IntArray, table: FaceTable, labels: Labels, rows: IntArray
) -> IntArray:
    """Return the new clusters under the ids of those before; an id never means somebody else."""
    following = numbering.next_cluster(library)
    before = numbering.clusters(library, table, labels)[rows]
    clusters = matched(clusters, before, following)
    used = max(int(clusters.max(initial=-1)), int(before.max(initial=-1))) + 1
    library.write_setting(numbering.NEXT_CLUSTER, max(used, following))
    return clusters


def _candidates(ids: IntArray, grouping: Grouping) -> MergeCandidates:
    closest = slice(MOST_CANDIDATES)
    return MergeCandidates(ids[grouping.candidates[closest]], grouping.closeness[closest])
