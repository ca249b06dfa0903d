"""Group all faces and draw the map."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from labeler import constraints
from labeler.clusters import Grouping, cluster_faces, matched
from labeler.cohesion import fits
from labeler.models.strangers import strangers
from labeler.neighbours import neighbour_graph
from labeler.pipeline import finder, naming
from labeler.projection import project
from labeler.store import Library
from labeler.types import FaceTable, FloatArray, GroupedFaces, IntArray, Labels, MergeCandidates

NEXT_CLUSTER = "next_cluster"
MOST_CANDIDATES = 5000
"""So many pairs of groups that may be one person are kept."""


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
    started = time.monotonic()
    ids, X = finder.descriptors(library)
    table = library.faces()
    rows = np.searchsorted(table.ids, ids)
    labels = naming.labels(library)
    graph = neighbour_graph(X)
    grouping = cluster_faces(
        X,
        graph,
        table.photo_ids[rows],
        constraints.constraints(ids, labels),
        strangers=strangers(finder.descriptor_model(library)),
    )
    clusters = _with_ids_of_before(library, grouping.clusters, table, labels, rows)
    _write(library, ids, X, clusters, grouping)
    library.write_map(ids, project(X, graph, table.xy[rows]))
    return ClusterReport(
        faces=len(ids),
        clusters=len(np.unique(clusters[clusters >= 0])),
        unclustered=int((clusters < 0).sum()),
        seconds=time.monotonic() - started,
    )


def _with_ids_of_before(
    library: Library, clusters: IntArray, table: FaceTable, labels: Labels, rows: IntArray
) -> IntArray:
    """Return the new clusters under the ids of those before; an id never means somebody else."""
    stored = library.setting(NEXT_CLUSTER)
    following = stored if isinstance(stored, int) else 0
    before = naming.clusters(library, table, labels)[rows]
    clusters = matched(clusters, before, following)
    used = max(int(clusters.max(initial=-1)), int(before.max(initial=-1))) + 1
    library.write_setting(NEXT_CLUSTER, max(used, following))
    return clusters


def _write(
    library: Library, ids: IntArray, X: FloatArray, clusters: IntArray, grouping: Grouping
) -> None:
    fit = fits(X, grouping.clusters, grouping.levels)
    library.write_clusters(GroupedFaces(ids, clusters, grouping.levels, fit))
    closest = slice(MOST_CANDIDATES)
    library.write_merge_candidates(
        MergeCandidates(ids[grouping.candidates[closest]], grouping.closeness[closest])
    )
