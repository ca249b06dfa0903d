"""Lay the neighbour graph out in the plane: the map of faces."""

from __future__ import annotations

import warnings

import numpy as np

from labeler.neighbours import NeighbourGraph
from labeler.types import FloatArray

SEED = 20
MAP_NEIGHBOURS = 15
FEW_FACES = 2_000
MIN_DIST_OF_FEW, MIN_DIST_OF_MANY = 0.8, 0.15
"""A small map has room to show each face by itself. On a large one that room would cost the
neighbourhoods: on LFW, the nearest point of 83 % of the faces in larger groups is of their group
at 0.15, but of 70 % only at 0.8."""
LEAST_FACES = 12
"""With fewer faces there is no neighbourhood structure to draw: principal components are used."""
MANY_FACES = 10_000


def project(X: FloatArray, graph: NeighbourGraph) -> FloatArray:
    """Return map coordinates (n, 2) float32 of descriptors X, (n, d) float32.

    UMAP on the given graph, started from the first two principal components and seeded: the same
    input gives the same map on the same machine. Coordinates have no unit.
    """
    start = _principal_components(X)
    if len(X) < LEAST_FACES:
        return start
    with warnings.catch_warnings():
        # UMAP announces that a seed means one thread, and that precomputed neighbours cannot
        # place new points; we know both.
        warnings.simplefilter("ignore")
        from umap import UMAP

        mapper = UMAP(
            n_components=2,
            n_neighbors=min(MAP_NEIGHBOURS, graph.indices.shape[1] + 1),
            min_dist=MIN_DIST_OF_FEW if len(X) < FEW_FACES else MIN_DIST_OF_MANY,
            n_epochs=100 if len(X) > MANY_FACES else None,
            init=start * 10,
            random_state=SEED,
            precomputed_knn=(*_with_self(graph), None),
        )
        return np.asarray(mapper.fit_transform(X), dtype=np.float32)


def _with_self(graph: NeighbourGraph) -> tuple[np.ndarray, FloatArray]:
    """UMAP counts every point as its own first neighbour."""
    n = len(graph)
    indices = np.concatenate([np.arange(n)[:, None], graph.indices], axis=1)
    distances = np.concatenate([np.zeros((n, 1), np.float32), graph.distances], axis=1)
    return indices, distances


def _principal_components(X: FloatArray) -> FloatArray:
    """Return the first two principal components, scaled to a largest coordinate of 1."""
    components = np.zeros((len(X), 2), dtype=np.float32)
    if len(X) < 2:
        return components
    centred = X - X.mean(axis=0)
    # Eigenvectors of the d × d covariance: cheap at any n. Their signs are fixed for repeatability.
    _, vectors = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    axes = vectors[:, ::-1][:, :2]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    components[:, : axes.shape[1]] = centred @ axes
    largest = np.abs(components).max()
    return components / largest if largest > 0 else components
