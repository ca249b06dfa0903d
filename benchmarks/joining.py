"""New faces that join a library which is grouped: how well, and how fast.

    python -m benchmarks.joining LIBRARY PHOTOS [LIBRARY PHOTOS …] [--faces 100000] [--new 100]
                                 [--keep FOLDER]

Well: of each library named, some photos are held back while the others are grouped, and join then;
beside that stands a grouping of all. Fast: a library of made-up faces (see benchmarks.synthetic,
which takes its people from the real ones) is written to SQLite and grouped; then the last photos
are added. Reported: seconds of the first grouping with its map, of the new faces joining, and of
grouping everybody again.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.grouping import TITLES, draw, fit, in_row, read_faces
from benchmarks.truth import in_pairs
from labeler.faces.io.face_finder import DLIB_MODELS, FinderSettings
from labeler.faces.io.impostors import strangers
from labeler.faces.steps import library_finder
from labeler.groups.clusters import cluster_faces
from labeler.groups.neighbours import neighbour_graph
from labeler.groups.newcomers import Crowd, welcome
from labeler.groups.steps import group
from labeler.library.store import Library
from labeler.metrics.evaluation import cluster_scores
from tests.crowd import add_photos

SHARES = (0.02, 0.05, 0.1, 0.25)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="LIBRARY PHOTOS")
    parser.add_argument("--faces", type=int, default=100_000)
    parser.add_argument("--new", type=int, default=100)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    pairs = in_pairs(arguments.paths)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for library, photos in pairs:
            compare(library, photos, folder)
        files, _ = fit(pairs, folder)
        draw(files, arguments.faces + arguments.new, 0, folder / "drawn")
        X, photos = (np.load(folder / "drawn" / f"{part}.npy") for part in ("X", "photos"))
        library = Library.create(folder / "library")
        library_finder.remember(library, None, DLIB_MODELS[FinderSettings().views])
        new = np.arange(len(X)) >= arguments.faces
        add_photos(library, X[~new], photos[~new])
        print(f"{arguments.faces:,} faces grouped: {group.cluster(library)}", flush=True)
        add_photos(library, X[new], photos[new])
        started = time.perf_counter()
        print(f"{arguments.new:,} new: {group.welcome(library)}", flush=True)
        print(f"seconds: {time.perf_counter() - started:.2f}", flush=True)
        print(f"all again: {group.cluster(library)}", flush=True)
        if arguments.keep:
            shutil.copytree(library.folder, arguments.keep)


def compare(library: Path, photos: Path, folder: Path) -> None:
    """Print the quality of groups that some of the photos joined, beside a grouping of all."""
    read_faces(library, photos, folder / "faces.npz")
    faces = np.load(folder / "faces.npz")
    X, on, found = faces["X"], faces["photos"], faces["found"]
    known = strangers(DLIB_MODELS[FinderSettings().views])
    print(f"{photos.name}\n{'new photos':12}{TITLES}")

    def tell(what: str, clusters: np.ndarray) -> None:
        print(f"{what:12}{in_row(cluster_scores(clusters[found], faces['names'].tolist()))}")

    tell("none", cluster_faces(X, neighbour_graph(X), on, strangers=known).clusters)
    for share in SHARES:
        random = np.random.default_rng(1)
        ids = np.unique(on)
        new = np.isin(on, random.choice(ids, round(share * len(ids)), replace=False))
        old = ~new
        grouping = cluster_faces(X[old], neighbour_graph(X[old]), on[old], strangers=known)
        clusters, levels = np.full(len(X), -1), np.zeros(len(X), dtype=np.float32)
        clusters[old], levels[old] = grouping.clusters, grouping.levels
        crowd, rows = Crowd(X, on, clusters.copy(), levels), np.flatnonzero(new)
        joined = welcome(crowd, rows, np.zeros(len(rows), dtype=bool), known)
        clusters[rows] = joined.clusters
        tell(f"{share:.0%}", clusters)


if __name__ == "__main__":
    main()
