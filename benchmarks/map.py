"""How well the map keeps groups together at different minimum distances of UMAP.

python -m benchmarks.map LIBRARY
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from labeler import projection
from labeler.faces import DESCRIPTOR_MODEL
from labeler.neighbours import neighbour_graph
from labeler.store import Library

LARGEST_GROUPS = 100


def main(folder: Path) -> None:
    library = Library(folder)
    _, X = library.descriptors(DESCRIPTOR_MODEL)
    clusters = library.faces().clusters
    counted = (clusters >= 0) & (clusters < LARGEST_GROUPS)
    graph = neighbour_graph(X)
    for least in (0.15, 0.5, 0.8, 1.0):
        projection.MIN_DIST_OF_FEW = projection.MIN_DIST_OF_MANY = least
        nearest = neighbour_graph(projection.project(X, graph), 1).indices[:, 0]
        same = (clusters[nearest] == clusters)[counted]
        print(f"minimum distance {least}: {np.mean(same):.3f}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
