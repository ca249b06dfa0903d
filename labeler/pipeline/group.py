"""Group all faces and draw the map."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from labeler import constraints
from labeler.clusters import cluster_faces, matched
from labeler.models.strangers import strangers
from labeler.neighbours import neighbour_graph
from labeler.pipeline import finder, naming
from labeler.projection import project
from labeler.store import Library

NEXT_CLUSTER = "next_cluster"


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
    following = library.setting(NEXT_CLUSTER)
    before = naming.clusters(library, table, labels)[rows]
    clusters = matched(grouping.clusters, before, following if isinstance(following, int) else 0)
    library.write_clusters(ids, clusters)
    used = max(int(clusters.max(initial=-1)), int(before.max(initial=-1))) + 1
    library.write_setting(NEXT_CLUSTER, max(used, following if isinstance(following, int) else 0))
    library.write_map(ids, project(X, graph, table.xy[rows]))
    return ClusterReport(
        faces=len(ids),
        clusters=len(np.unique(clusters[clusters >= 0])),
        unclustered=int((clusters < 0).sum()),
        seconds=time.monotonic() - started,
    )
