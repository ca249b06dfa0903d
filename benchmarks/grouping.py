"""Grouping beside its peers on the same descriptors, and how it grows with the library.

    python -m benchmarks.grouping peers LIBRARY PHOTOS
    python -m benchmarks.grouping scale LFW_LIBRARY LFW_PHOTOS FAMILIES_LIBRARY FAMILIES_PHOTOS
        [--sizes 10000 100000 1000000] [--seed 0]

LIBRARY is made of PHOTOS by benchmarks.library; it is only read. Everything runs in a process of
its own: seconds are those of the grouping alone, peak memory that of the whole process.

`peers` groups all faces of the library, bystanders included, and scores those that the truth knows.
Each peer gets its usual setting and a grid; 'best' is the one of the grid with the highest mean of
pair F and BCubed F, chosen with the truth in hand, which nobody has who groups their photos.

`scale` draws libraries as benchmarks.synthetic describes, after it has shown that such a library
of the size of a real one has the distances of the real one.
"""

from __future__ import annotations

import argparse
import itertools
import math
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import Setting, ours_in_steps, settings, timed
from benchmarks.process import alone, peak_mb
from labeler.metrics.evaluation import ClusterScores, cluster_scores

TOLERANCE = {0.05: 0.05, 0.25: 0.03, 0.5: 0.025, 0.75: 0.02, 0.95: 0.04}
"""How far the quantiles of a synthetic library's distances may lie from the real one's."""
SAMPLED = 1000
STEPS = ("graph", "clusters")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    peers = commands.add_parser("peers")
    peers.add_argument("paths", nargs=2, type=Path, metavar="LIBRARY PHOTOS")
    scale = commands.add_parser("scale")
    scale.add_argument("paths", nargs=4, type=Path, metavar="LIBRARY PHOTOS")
    scale.add_argument("--sizes", nargs="+", type=int, default=[10_000, 100_000, 1_000_000])
    scale.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    from benchmarks.truth import in_pairs  # here, so that what is measured does not load it

    paths = [path.absolute() for path in arguments.paths]
    with tempfile.TemporaryDirectory() as folder:
        if arguments.command == "peers":
            compare_peers(paths[0], paths[1], Path(folder))
        else:
            compare_sizes(in_pairs(paths), sorted(arguments.sizes), arguments.seed, Path(folder))


def compare_peers(library: Path, photos: Path, folder: Path) -> None:
    file = folder / "faces.npz"
    (faces, true), _ = alone(read_faces, library, photos, file)
    print(f"{photos.name}: {faces} faces, {true} of them with a known person")
    print(f"{'method':22}{'setting':64}{'s':>7}{'MB':>6}  {TITLES}", flush=True)
    tried = []
    for setting in settings(faces):
        title = f"{setting.method:22}{setting!s:64}"
        try:
            (scores, seconds), peak = alone(run_peer, setting, file)
        except TypeError as error:  # scikit-learn 1.9's HDBSCAN with an epsilon, from NumPy 2.4 on
            print(f"{title}   fails: {error}", flush=True)
            continue
        line = f"{title}{seconds:7.1f}{peak:6.0f}  {in_row(scores)}"
        tried.append((setting, scores, line))
        print(line + ("  usual" if setting.usual else ""), flush=True)
    print("\nbest setting of each")
    for method in dict.fromkeys(setting.method for setting, _, _ in tried):
        print(max((quality(s), line) for setting, s, line in tried if setting.method == method)[1])


def compare_sizes(
    pairs: list[tuple[Path, Path]], sizes: list[int], seed: int, folder: Path
) -> None:
    (files, worst), _ = alone(fit, pairs, folder)
    if worst > 1:
        raise SystemExit("The synthetic libraries do not match the real ones: see SMOOTHING.")
    rows: list[dict[str, float]] = []
    for n in sizes:
        drawn = folder / "library"
        seconds, peak = alone(draw, files, n, seed, drawn)
        print(f"\n{n:,} faces (drawn in {seconds:.0f} s, {peak:.0f} MB)", flush=True)
        (figures, scores), _ = alone(run_size, drawn)
        rows.append({"faces": n, **figures, "both": sum(figures[step] for step in STEPS)})
        for step in STEPS:
            print(f"{step}: {figures[step]:.1f} s, peak memory {figures[step + ' MB']:.0f} MB")
        print(
            f"{TITLES}\n{in_row(scores)}\nrecall of the graph {figures['recall']:.4f}", flush=True
        )
    for small, large in itertools.pairwise(rows):
        found = ", ".join(f"{name} {exponent(small, large, name):.2f}" for name in (*STEPS, "both"))
        print(f"\nseconds grow from {small['faces']:,} to {large['faces']:,} as n to the: {found}")


TITLES = "pair P      R      F   BCubed P    R      F"


def in_row(scores: ClusterScores) -> str:
    pair = (scores.pair_precision, scores.pair_recall, scores.pair_f)
    bcubed = (scores.bcubed_precision, scores.bcubed_recall, scores.bcubed_f)
    return "   ".join(
        " ".join("     –" if value is None else f"{value:6.4f}" for value in three)
        for three in (pair, bcubed)
    )


def quality(scores: ClusterScores) -> float:
    return (scores.pair_f or 0.0) + (scores.bcubed_f or 0.0)


def exponent(small: dict[str, float], large: dict[str, float], name: str) -> float:
    return math.log(large[name] / small[name]) / math.log(large["faces"] / small["faces"])


# What follows runs in processes of its own.


def read_faces(library: Path, photos: Path, file: Path) -> tuple[int, int]:
    """Write X, photos, found, names to a file; return the number of faces, and of true ones."""
    from benchmarks.truth import all_descriptors, truth_table
    from labeler.library.store import Library

    with tempfile.TemporaryDirectory() as temporary:
        table = truth_table(photos, Path(temporary))
        X, on, found, names = all_descriptors(Library(library), table)
    np.savez(file, X=X, photos=on, found=found, names=names)
    return len(X), len(found)


def run_peer(setting: Setting, file: Path) -> tuple[ClusterScores, float]:
    faces = np.load(file)
    clusters, seconds = timed(setting, faces["X"], faces["photos"])
    return cluster_scores(clusters[faces["found"]], faces["names"].tolist()), seconds


def fit(pairs: list[tuple[Path, Path]], folder: Path) -> tuple[list[Path], float]:
    """Write a population for each real library, and return the files; print how well they match.

    The second result is the largest difference of a quantile in units of what is tolerated.
    """
    from benchmarks import synthetic

    files, worst = [], 0.0
    for number, (library, photos) in enumerate(pairs):
        faces = folder / "real.npz"
        read_faces(library, photos, faces)
        real = np.load(faces)
        X = real["X"][real["found"]]
        names, people = np.unique(real["names"], return_inverse=True)
        # People who are called FAMILY/PERSON are relatives.
        families = [name.split("/")[0] for name in names.tolist()]
        households = np.unique(families, return_inverse=True)[1]
        model = synthetic.population(X, people, households)
        random = np.random.default_rng(number)
        again = synthetic.draw_faces([model], people, households, random)
        print(f"{photos.name}, kinship {model.kinship:.2f}: real and synthetic distances")
        worst = max(worst, mismatch(synthetic.profile(X, people), synthetic.profile(again, people)))
        files.append(folder / f"population{number}.npz")
        np.savez(files[-1], **asdict(model))
    return files, worst


def mismatch(real: dict[str, np.ndarray], drawn: dict[str, np.ndarray]) -> float:
    """Print quantiles side by side; return the largest difference in units of the tolerance."""
    print(f"{'quantile':24}" + "".join(f"{quantile:>16.0%}" for quantile in TOLERANCE))
    for name, values in real.items():
        both = zip(values, drawn[name], strict=True)
        print(f"{name:24}" + "".join(f"   {a:.3f} · {b:.3f}" for a, b in both), flush=True)
    tolerated = np.array(list(TOLERANCE.values()))
    return max(float((abs(real[name] - drawn[name]) / tolerated).max()) for name in real)


def draw(files: list[Path], n: int, seed: int, folder: Path) -> float:
    """Write a synthetic library to a folder; return the seconds that drawing it took."""
    from benchmarks import synthetic

    models = []
    for file in files:
        values = dict(np.load(file))
        models.append(synthetic.Population(**{**values, "kinship": float(values["kinship"])}))
    started = time.perf_counter()
    drawn = synthetic.draw_library(models, n, seed)
    seconds = time.perf_counter() - started
    folder.mkdir(exist_ok=True)
    for name, values in asdict(drawn).items():
        np.save(folder / f"{name}.npy", values)
    return seconds


def run_size(folder: Path) -> tuple[dict[str, float], ClusterScores]:
    """Return seconds, memory and the recall of the graph, and the scores."""
    X, people, photos = (np.load(folder / f"{name}.npy") for name in ("X", "people", "photos"))
    ours_in_steps(X[:SAMPLED], photos[:SAMPLED])  # loads and compiles what there is
    figures: dict[str, float] = {}
    clock = time.perf_counter()

    def note(step: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        figures[step], figures[f"{step} MB"] = now - clock, peak_mb()
        clock = now

    graph, clusters = ours_in_steps(X, photos, note)
    figures["recall"] = graph_recall(X, graph)
    return figures, cluster_scores(clusters, people.tolist())


def graph_recall(X: np.ndarray, graph: Any) -> float:
    """Return the share of the true nearest neighbours of a sample of rows that the graph has."""
    import faiss

    rows = np.random.default_rng(0).choice(len(X), min(SAMPLED, len(X)), replace=False)
    found = np.asarray(graph.indices)[rows]
    index = faiss.IndexFlatL2(X.shape[1])
    index.add(X)
    _, exact = index.search(X[rows], found.shape[1] + 1)
    shares = [
        len(np.intersect1d(own, true[true != row])) / len(own)
        for row, own, true in zip(rows, found, exact, strict=True)
    ]
    return float(np.mean(shares))


if __name__ == "__main__":
    main()
