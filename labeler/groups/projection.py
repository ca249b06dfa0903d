"""Lay the neighbour graph out in the plane: the map of faces.

A chain of stages: graph → edges with weights → start → layout → alignment to the map before.
Coordinates mean nothing by themselves, only who is beside whom does. Their unit is UMAP's own, in
which faces that belong together are about 1 apart or less. NaN = has no place on the map.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.groups.neighbours import NeighbourGraph
from labeler.groups.placement import MAP_NEIGHBOURS, memberships, place_new
from labeler.types import FloatArray

SEED = 20
FEW_FACES = 2_000
MIN_DIST_OF_FEW, MIN_DIST_OF_MANY = 0.8, 0.15
"""A small map has room to show each face by itself. On a large one that room would cost the
neighbourhoods: on LFW, the nearest point of 83 % of the faces in larger groups is of their group
at 0.15, but of 70 % only at 0.8."""
LEAST_FACES = 12
"""With fewer faces there is no neighbourhood structure to draw: principal components are used."""
FEWEST_EPOCHS, MOST_EPOCHS, WORK = 50, 500, 5_000_000
"""A fresh layout goes round as often as WORK, which is faces × rounds, allows: 500 times up to
10,000 faces as in umap-learn, 50 times from 100,000 on."""
START_SIZE, START_NOISE = 10.0, 1e-4
"""Width and height of a fresh layout's start, and what keeps points apart there: as umap-learn."""
KEPT_SHARE = 0.25
"""From a quarter on, going on from the map before gives neighbourhoods as good as a fresh layout's,
and half the way to look for somebody; fewer faces say little about where all the others belong."""
REFIT_SHARE, FEWEST_REFIT_EPOCHS, REFIT_RATE = 0.2, 20, 0.05
"""A fifth of the rounds, in steps of a twentieth, give as good neighbourhoods as a fresh layout;
larger steps move what the user knows, and need five times the rounds to be as good."""
ALIGNMENT_ROUNDS = 10


@dataclass(frozen=True)
class _Edges:
    """Both directions of each edge of UMAP's graph; weights: (e,) float32 up to 1."""

    heads: NDArray[np.int32]
    tails: NDArray[np.int32]
    weights: FloatArray


def project(X: FloatArray, graph: NeighbourGraph, previous: FloatArray | None = None) -> FloatArray:
    """Return map coordinates (n, 2) float32 of descriptors X, (n, d) float32.

    UMAP on the given graph, started from the first two principal components and seeded: the same
    input gives the same map on the same machine. With a map before, people are found again where
    they were.

    Args:
        previous: (n, 2), the places on the map before, NaN for faces that had none. If it knows
            `KEPT_SHARE` of the faces, the layout goes on from there; if fewer, a fresh one is
            turned, mirrored and moved to lie as it did.
    """
    if previous is None:
        previous = np.full((len(X), 2), np.nan, dtype=np.float32)
    if len(X) < LEAST_FACES:
        return align(_principal_components(X), previous)
    epochs = int(np.clip(WORK // len(X), FEWEST_EPOCHS, MOST_EPOCHS))
    edges = _edges(graph)
    if _known(previous).mean() < KEPT_SHARE:
        xy = _layout(edges, _fresh_start(X), epochs, rate=1.0)
    else:
        epochs = max(round(REFIT_SHARE * epochs), FEWEST_REFIT_EPOCHS)
        xy = _layout(edges, _known_start(graph, previous), epochs, REFIT_RATE)
    return align(xy, previous)


def align(xy: FloatArray, onto: FloatArray) -> FloatArray:
    """Return the map xy (n, 2) turned, mirrored and moved so that it lies as another one does.

    Orthogonal Procrustes over the faces that have a place on both, Schönemann (1966). Faces that
    have moved further than most count less. The scale stays: plots choose their own, and the next
    layout goes on from these coordinates in UMAP's unit.

    Args:
        onto: (n, 2), NaN = no place. With no face in common, xy is returned as it is.
    """
    known = _known(onto) & _known(xy)
    if not known.any():
        return xy
    source, target = xy[known].astype(np.float64), onto[known].astype(np.float64)
    weights = np.ones(len(source))
    for _ in range(ALIGNMENT_ROUNDS):
        middle = np.average(source, axis=0, weights=weights)
        goal = np.average(target, axis=0, weights=weights)
        left, _, right = np.linalg.svd(((source - middle).T * weights) @ (target - goal))
        turn = left @ right
        missed = np.linalg.norm((source - middle) @ turn + goal - target, axis=1)
        weights = 1 / np.maximum(missed, max(float(np.median(missed)), 1e-6))
    return ((xy - middle) @ turn + goal).astype(np.float32)


def _known(xy: FloatArray) -> NDArray[np.bool_]:
    return np.isfinite(xy[:, 0])


def _edges(graph: NeighbourGraph) -> _Edges:
    """Return the fuzzy union of every face's neighbourhood: a + b − ab of both directions."""
    from scipy.sparse import csr_matrix

    indices = graph.indices[:, :MAP_NEIGHBOURS]
    weights = memberships(graph.distances[:, :MAP_NEIGHBOURS])
    n, k = indices.shape
    directed = csr_matrix((weights.ravel(), indices.ravel(), np.arange(n + 1) * k), shape=(n, n))
    reverse = directed.T.tocsr()
    union = (directed + reverse - directed.multiply(reverse)).tocoo()
    return _Edges(union.row.astype(np.int32), union.col.astype(np.int32), union.data)


def _fresh_start(X: FloatArray) -> FloatArray:
    components = _principal_components(X)
    size = np.maximum(np.ptp(components, axis=0), 1e-9)
    return START_SIZE * (components - components.min(axis=0)) / size


def _known_start(graph: NeighbourGraph, previous: FloatArray) -> FloatArray:
    new = np.flatnonzero(~_known(previous))
    start = previous.astype(np.float32)
    start[new] = place_new(graph.indices[new], graph.distances[new], previous, new)
    return start


def _layout(edges: _Edges, start: FloatArray, epochs: int, rate: float) -> FloatArray:
    """Return the places (n, 2) after UMAP's attraction along edges and repulsion elsewhere.

    Called below `UMAP.fit`, which would compile what `memberships` does and stretch the start to
    a square. One thread, for repeatability.

    Args:
        rate: length of the first steps; they become shorter up to the last of the epochs.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # umap-learn is loud about optional packages
        from umap.layouts import optimize_layout_euclidean
        from umap.umap_ import find_ab_params, make_epochs_per_sample
    n = len(start)
    a, b = find_ab_params(1.0, MIN_DIST_OF_FEW if n < FEW_FACES else MIN_DIST_OF_MANY)
    random = np.random.RandomState(SEED)
    xy = (start + random.normal(scale=START_NOISE, size=(n, 2))).astype(np.float32)
    used = edges.weights >= edges.weights.max() / epochs  # the others' turn would not come
    return optimize_layout_euclidean(
        xy,
        xy,
        edges.heads[used],
        edges.tails[used],
        epochs,
        n,
        make_epochs_per_sample(edges.weights[used], epochs),
        a,
        b,
        random.randint(-(2**31) + 1, 2**31 - 1, 3).astype(np.int64),
        initial_alpha=rate,
        move_other=True,
    )


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
