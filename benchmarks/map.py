"""How well the map keeps groups together, how long it takes, and how much of it stays in place.

python -m benchmarks.map LIBRARY
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from labeler.faces.steps.library_finder import descriptors
from labeler.groups import projection
from labeler.groups.neighbours import NeighbourGraph, neighbour_graph
from labeler.groups.placement import place_new
from labeler.library.store import Library
from labeler.positions import positions_of_all
from labeler.types import FloatArray, IntArray

LARGEST_GROUPS = 100
HELD_OUT = 0.1
FEW_HELD_OUT = 100
MIN_DISTS = (0.15, 0.5, 0.8, 1.0)


def main(folder: Path) -> None:
    library = Library(folder)
    ids, X = descriptors(library)
    table = library.faces()
    clusters = table.clusters[positions_of_all(table.ids, ids)]
    graph = neighbour_graph(X)
    projection.project(X, graph)  # compiles
    started = time.perf_counter()
    fresh = projection.project(X, graph)
    print(f"{len(X):,} faces, fresh in {time.perf_counter() - started:.1f} s without compiling")
    print(f"  of the same group: {same_group(fresh, clusters):.3f}")
    by_distance(X, graph, clusters)
    random = np.random.default_rng(0)
    held_out(X, graph, clusters, fresh, random.choice(len(X), FEW_HELD_OUT, replace=False))
    share = round(HELD_OUT * len(X))
    held_out(X, graph, clusters, fresh, random.choice(len(X), share, replace=False))
    again = projection.project(X, graph, fresh)
    print(f"grouped again without a change: {same_group(again, clusters):.3f} of the same group")
    print(f"  {moved(again, fresh)}")


def by_distance(X: FloatArray, graph: NeighbourGraph, clusters: IntArray) -> None:
    """Print how the minimum distance of UMAP changes the neighbourhoods."""
    kept = projection.MIN_DIST_OF_FEW, projection.MIN_DIST_OF_MANY
    for least in MIN_DISTS:
        projection.MIN_DIST_OF_FEW = projection.MIN_DIST_OF_MANY = least
        print(f"  {same_group(projection.project(X, graph), clusters):.3f} at distance {least}")
    projection.MIN_DIST_OF_FEW, projection.MIN_DIST_OF_MANY = kept


def held_out(
    X: FloatArray, graph: NeighbourGraph, clusters: IntArray, fresh: FloatArray, new: IntArray
) -> None:
    """Print what becomes of faces that join a map, and of those that were on it."""
    old = np.setdiff1d(np.arange(len(X)), new)
    before = np.full((len(X), 2), np.nan, dtype=np.float32)
    before[old] = projection.project(X[old], neighbour_graph(X[old]))
    started = time.perf_counter()
    placed = before.copy()
    placed[new] = place_new(graph.indices[new], graph.distances[new], before, new)
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    refit = projection.project(X, graph, before)
    print(f"{len(new)} faces join: placed in {seconds:.2f} s, ", end="")
    print(f"refitted in {time.perf_counter() - started:.1f} s")
    for how, xy in (("placed", placed), ("refitted", refit), ("fresh", fresh)):
        joined = same_group(xy, clusters, new)
        print(f"  {how}: {joined:.3f} of them, {same_group(xy, clusters):.3f} of all")
    print(f"  refitted: {moved(refit[old], before[old])}")
    print(f"  fresh, aligned: {moved(projection.align(fresh, before)[old], before[old])}")


def same_group(xy: FloatArray, clusters: IntArray, rows: IntArray | None = None) -> float:
    """Return the share of faces whose nearest point on the map is of their group.

    Counted among the `LARGEST_GROUPS`, or among all grouped faces of some rows.
    """
    nearest = neighbour_graph(xy, 1).indices[:, 0]
    same = clusters[nearest] == clusters
    if rows is not None:
        return float(same[rows][clusters[rows] >= 0].mean())
    return float(same[(clusters >= 0) & (clusters < LARGEST_GROUPS)].mean())


def moved(xy: FloatArray, before: FloatArray) -> str:
    """Say how far faces are from where they were, in percent of the map's diagonal."""
    far = 100 * np.linalg.norm(xy - before, axis=1) / np.linalg.norm(np.ptp(before, axis=0))
    return f"moved by {np.median(far):.1f} % (median), {np.percentile(far, 90):.1f} % (9 of 10)"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
