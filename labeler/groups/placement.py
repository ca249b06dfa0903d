"""Put new faces on a map that is drawn already, beside the faces that they look like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.types import FloatArray, IntArray

MAP_NEIGHBOURS = 14
"""The neighbours that the map is made from: UMAP's default of 15, which counts the face itself."""
NUDGE = 0.03
"""Radius of the disc over which new faces are strewn around the places found for them, in units of
the map: no two of them hide each other, and nobody is moved away from a neighbour."""
SHARPNESS = 2
"""How steeply a neighbour's pull falls with its distance from the others. On LFW and the family
photos, the nearest point of as many faces is of their group as on a map that is made anew."""
PULL_ROUNDS = 5
"""So often do new faces that were placed apart come together: more does not change anything."""
LEAST_WEIGHT = 1e-6
_BISECTIONS = 40
_BLOCK = 4096

Places = NDArray[np.float64]


def memberships(distances: FloatArray) -> FloatArray:
    """Return how strongly each face holds to each of its neighbours, (m, k) float32 in 0 … 1.

    UMAP's fuzzy set: 1 for the nearest neighbour, falling exponentially with the distance beyond
    it, at such a rate that a row adds up to log2(k + 1). After algorithm 3 of McInnes, Healy &
    Melville, "UMAP" (2018); computed here because umap-learn compiles for seconds before it does.

    Args:
        distances: (m, k) float32, ascending. Zeros are not taken for the nearest neighbour's.
    """
    if distances.size == 0:
        return np.zeros(distances.shape, dtype=np.float32)
    nearest = np.where(distances > 0, distances, np.inf).min(axis=1, keepdims=True)
    beyond = np.maximum(distances - np.where(np.isinf(nearest), 0, nearest), 0)
    wanted = np.log2(distances.shape[1] + 1)
    low, high = np.zeros_like(beyond[:, :1]), np.full_like(beyond[:, :1], np.inf)
    scale = np.ones_like(low)
    for _ in range(_BISECTIONS):
        too_much = np.exp(-beyond / scale).sum(axis=1, keepdims=True) > wanted
        high, low = np.where(too_much, scale, high), np.where(too_much, low, scale)
        scale = np.where(np.isinf(high), 2 * scale, (low + high) / 2)
    least = np.maximum(1e-3 * distances.mean(axis=1, keepdims=True), 1e-12)  # umap-learn's bound
    return np.exp(-beyond / np.maximum(scale, least)).astype(np.float32)


def place_new(
    indices: IntArray, distances: FloatArray, xy: FloatArray, rows: IntArray
) -> FloatArray:
    """Return places (m, 2) float32 on the map for faces that joined the graph after it was drawn.

    Each goes where most of its neighbours lie together, and not between two groups. Neighbours
    that are new themselves are placed first if more is known of them. Faces that resemble nobody
    on the map go beside its right edge, look-alikes together. While nobody has a place, all are
    NaN. The work grows with m; of the map only the extent is looked at.

    Args:
        indices: (m, k), the neighbours of each new face, as positions in xy.
        distances: (m, k) float32, ascending.
        xy: (n, 2), the map; NaN where a face has no place.
        rows: (m,), the positions of the new faces in xy.
    """
    indices = indices[:, :MAP_NEIGHBOURS]
    places = xy.astype(np.float64)
    places[rows] = np.nan
    if not np.isfinite(places).any():
        return places[rows].astype(np.float32)
    weights = np.maximum(memberships(distances[:, :MAP_NEIGHBOURS]), LEAST_WEIGHT)
    _place_in_turn(indices, weights, places, rows)
    for _ in range(PULL_ROUNDS if indices.shape[1] else 0):
        places[rows] = _densest(places[indices], weights)
    return (places[rows] + NUDGE * _disc(len(rows))).astype(np.float32)


def _place_in_turn(indices: IntArray, weights: FloatArray, places: Places, rows: IntArray) -> None:
    """Fill in the rows of places, those with the best known neighbourhood first."""
    waiting = np.arange(len(rows))
    while len(waiting):
        placed = np.isfinite(places[indices[waiting], 0])
        known = (weights[waiting] * placed).sum(axis=1)
        if not known.any():
            places[rows[waiting]] = _beside(indices[waiting], places, rows[waiting])
            return
        first = known >= known.max() / 2
        now = waiting[first]
        places[rows[now]] = _densest(places[indices[now]], weights[now])
        waiting = waiting[~first]


def _densest(near: Places, weights: FloatArray) -> Places:
    """Return (m, 2) the middle of where most neighbours, by weight, lie together.

    Together means UMAP's similarity of two points of a map, 1 / (1 + distance²).

    Args:
        near: (m, k, 2), the places of the neighbours; NaN = not yet. At least one of them has one.
        weights: (m, k), positive.
    """
    found = np.empty((len(near), 2))
    for start in range(0, len(near), _BLOCK):
        points = near[start : start + _BLOCK]
        there = np.isfinite(points[..., 0])
        points = np.where(there[..., None], points, 0)
        weight = weights[start : start + _BLOCK] * there
        squared = ((points[:, :, None] - points[:, None]) ** 2).sum(axis=-1)
        pull = weight[:, None] / (1 + squared) ** SHARPNESS  # of neighbour j around neighbour i
        densest = np.where(there, pull.sum(axis=-1), 0).argmax(axis=1)
        pull = np.take_along_axis(pull, densest[:, None, None], axis=1)[:, 0]
        middle = (pull[..., None] * points).sum(axis=1) / pull.sum(axis=1, keepdims=True)
        found[start : start + _BLOCK] = middle
    return found


def _beside(indices: IntArray, places: Places, rows: IntArray) -> Places:
    """Return places (m, 2) in a column right of the map, one for each set of connected faces."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    m, k = indices.shape
    order = np.argsort(rows)
    to = order[np.searchsorted(rows, indices, sorter=order).clip(max=m - 1)]
    edge = rows[to] == indices
    ends = np.broadcast_to(np.arange(m)[:, None], (m, k))[edge], to[edge]
    graph = coo_matrix((np.ones(int(edge.sum())), ends), shape=(m, m))
    sets, number = connected_components(graph, directed=False)
    (_, low), (right, high) = np.nanmin(places, axis=0), np.nanmax(places, axis=0)
    heights = high - (np.arange(sets) + 0.5) / sets * (high - low)
    return np.column_stack([np.full(m, right + 1), heights[number]])


def _disc(m: int) -> Places:
    """Return m points (m, 2) strewn evenly over the unit disc, like a sunflower's seeds."""
    seed = np.arange(m)
    angle, radius = seed * np.pi * (3 - np.sqrt(5)), np.sqrt((seed + 0.5) / max(m, 1))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
