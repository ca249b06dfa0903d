"""Group all faces and draw the map."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from labeler.clusters import cluster_faces
from labeler.faces import DESCRIPTOR_MODEL
from labeler.neighbours import neighbour_graph
from labeler.pipeline import naming
from labeler.projection import project
from labeler.store import Library


@dataclass(frozen=True)
class ClusterReport:
    """`unclustered` faces are in no cluster: nobody else looks like them."""

    faces: int
    clusters: int
    unclustered: int
    seconds: float


def cluster(library: Library) -> ClusterReport:
    """Replace clusters and map by new ones that respect the names given so far."""
    started = time.monotonic()
    ids, X = library.descriptors(DESCRIPTOR_MODEL)
    table = library.faces()
    photos = table.photo_ids[np.searchsorted(table.ids, ids)]
    names = naming.labels(library).names
    graph = neighbour_graph(X)
    clusters = cluster_faces(X, graph, photos, [names.get(face_id) for face_id in ids.tolist()])
    library.write_clusters(ids, clusters)
    library.write_map(ids, project(X, graph))
    return ClusterReport(
        faces=len(ids),
        clusters=len(np.unique(clusters[clusters >= 0])),
        unclustered=int((clusters < 0).sum()),
        seconds=time.monotonic() - started,
    )
