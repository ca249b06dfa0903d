"""Do people on many photos come in one group, and does grouping hold up from half to half?

    python -m benchmarks.large_people halves LIBRARY PHOTOS [LIBRARY PHOTOS …] [--peers]
    python -m benchmarks.large_people multiplied LFW_LIBRARY LFW_PHOTOS [LIBRARY PHOTOS …]
    python -m benchmarks.large_people years LIBRARY PHOTOS [LIBRARY PHOTOS …] [--others 30000]
    python -m benchmarks.large_people batches LIBRARY PHOTOS [LIBRARY PHOTOS …]

Libraries are made by benchmarks.library; they are only read.

`halves` draws ten random halves of the people of each library (of families where people are called
FAMILY/PERSON) and prints mean and spread of the scores; with --peers also in how many of them ours
is ahead of each method of benchmarks.peers at the best setting for that half.

`multiplied` makes 500, 2,000 and 5,000 faces of people with many photos: crops, light, colour,
blur, size and JPEG quality of their photos are varied, and what comes out is embedded anew (PHOTOS
must be laid out like LFW). All other faces of the libraries stand beside them.

`years` puts a made-up family beside a library of benchmarks.synthetic: five relatives with 8,000 to
2,000 faces in twenty years, two of whom grow up.

`batches` lets the photos of each library come in ten batches, in any order. Each joins the groups
that are there, then all are grouped again; printed after both are mean and least share in their
largest group, of the ten people with most faces, and the scores of all.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from PIL import Image, ImageEnhance, ImageFilter

from benchmarks import synthetic
from benchmarks.grouping import TITLES, in_row, quality
from benchmarks.peers import METHODS, ours, settings
from benchmarks.truth import LFW_BOX, all_descriptors, in_pairs, truth_table
from labeler.faces.io.face_finder import DLIB_MODELS, FinderSettings, make_finder
from labeler.faces.io.impostors import strangers
from labeler.groups.clusters import cluster_faces
from labeler.groups.neighbours import neighbour_graph
from labeler.groups.newcomers import Crowd, welcome
from labeler.library.store import Library
from labeler.metrics.evaluation import ClusterScores, cluster_scores
from labeler.types import Box, Detection

HALVES = 10
LARGE = ((5000,), (2000, 2000), (500, 500))
"""So many faces get those with most photos, in three libraries."""
FAMILY = (8000, 5000, 4000, 3000, 2000)
CHILDREN = 2
"""So many of the family, the first ones, are children when the twenty years begin."""
CHANGE, GROWN_UP = 0.6, 0.35
"""How far children get from where they were, in units of what tells people apart; and grown-ups, as
a share of that. A child's first and last tenth are then as similar as 0.92, strangers as 0.84."""
YEARS, EVENTS = 20, 400
BATCHES = 10


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("halves", "multiplied", "years", "batches"):
        one = commands.add_parser(name)
        one.add_argument("paths", nargs="+", type=Path, metavar="LIBRARY PHOTOS")
        if name == "halves":
            one.add_argument("--peers", action="store_true")
        if name == "years":
            one.add_argument("--others", type=int, default=30_000)
    arguments = parser.parse_args()
    pairs = in_pairs(arguments.paths)
    if arguments.command == "halves":
        for library, photos in pairs:
            compare_halves(*read(library, photos), photos.name, arguments.peers)
    elif arguments.command == "batches":
        for library, photos in pairs:
            print(photos.name)
            in_batches(*read(library, photos))
    elif arguments.command == "multiplied":
        multiply(pairs)
    else:
        grow_up(pairs, arguments.others)


def read(library: Path, photos: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return X (n, d), photos (n,), and the names of all faces (n,), "" where nobody knows."""
    table = truth_table(photos, library)
    X, on, found, names = all_descriptors(Library(library), table)
    known = np.full(len(X), "", dtype=object)
    known[found] = names
    return X, on, known


def halves(names: np.ndarray, photos: np.ndarray) -> Iterator[np.ndarray]:
    """Yield masks (n,): the faces on the photos of half of the people, but nobody of the others."""
    unit = np.array([name.split("/")[0] for name in names.tolist()])
    units = np.unique(unit[unit != ""])
    for seed in range(HALVES):
        chosen = np.random.default_rng(1000 + seed).permutation(units)[: len(units) // 2]
        inside = np.isin(unit, chosen)
        yield np.isin(photos, photos[inside]) & (inside | (unit == ""))


def compare_halves(
    X: np.ndarray, photos: np.ndarray, names: np.ndarray, title: str, peers: bool
) -> None:
    rows, ahead = [], dict.fromkeys(list(METHODS)[2:], (0, 0))  # without our own two
    for half in halves(names, photos):
        score = partial(scored, X[half], photos[half], names[half])
        mine = score("ours", {})
        rows.append(mine)
        if peers:
            for method in ahead:
                best = best_of(method, int(half.sum()), score)
                pair, bcubed = ahead[method]
                ahead[method] = (
                    pair + (mine.pair_f > best.pair_f),
                    bcubed + (mine.bcubed_f > best.bcubed_f),
                )
    F = np.array([(row.pair_f, row.bcubed_f) for row in rows])
    print(f"{title}, {HALVES} halves: pair F {F[:, 0].mean():.4f} ± {F[:, 0].std():.4f}", end="")
    print(f", BCubed F {F[:, 1].mean():.4f} ± {F[:, 1].std():.4f}", flush=True)
    for method, (pair, bcubed) in ahead.items() if peers else ():
        print(f"  ahead of {method} in pair F {pair}, in BCubed F {bcubed} of {HALVES}")
    print(f"  all of it: {TITLES}\n  {in_row(scored(X, photos, names, 'ours', {}))}", flush=True)


def best_of(
    method: str, n: int, score: Callable[[str, dict[str, object]], ClusterScores]
) -> ClusterScores:
    """Return the best scores that a method reaches with any setting of its grid."""
    found = []
    for setting in settings(n):
        # scikit-learn 1.9's HDBSCAN fails with an epsilon from NumPy 2.4 on.
        with suppress(TypeError):
            if setting.method == method:
                found.append(score(method, setting.values))
    return max(found, key=quality)


def scored(
    X: np.ndarray, photos: np.ndarray, names: np.ndarray, method: str, values: dict[str, object]
) -> ClusterScores:
    known = names != ""
    return cluster_scores(METHODS[method](X, photos, **values)[known], names[known].tolist())


def multiply(pairs: Sequence[tuple[Path, Path]]) -> None:
    parts = [read(*pair) for pair in pairs]
    X = np.concatenate([part[0] for part in parts])
    firsts = np.cumsum([0, *(part[1].max() + 1 for part in parts)])
    photos = np.concatenate([part[1] + first for part, first in zip(parts, firsts, strict=False)])
    names = np.concatenate([part[2] for part in parts])
    people, counts = np.unique(parts[0][2], return_counts=True)
    frequent = people[np.argsort(-counts * (people != ""), kind="stable")]
    for sizes in LARGE:
        whole = X, photos, names
        for rank, size in enumerate(sizes):
            person = str(frequent[rank * 3])
            files = sorted((pairs[0][1] / person).glob("*.jpg"))
            print(f"{size:,} faces of {len(files)} photos of one person", flush=True)
            jobs = (delayed(variants)(pairs[0][0], files, size // 4, seed) for seed in range(4))
            whole = put_in(whole, person, np.concatenate(Parallel(2)(jobs)))
        report(*whole, [str(frequent[rank * 3]) for rank in range(len(sizes))])


def put_in(
    whole: tuple[np.ndarray, np.ndarray, np.ndarray], person: str, faces: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Replace the photos of a person by these faces, each on a photo of its own."""
    X, photos, names = whole
    kept = ~np.isin(photos, photos[names == person])
    fresh = photos.max() + 1 + np.arange(len(faces))
    theirs = np.full(len(faces), person, dtype=object)
    return (
        np.concatenate([X[kept], faces]),
        np.concatenate([photos[kept], fresh]),
        np.concatenate([names[kept], theirs]),
    )


def variants(library: Path, files: Sequence[Path], n: int, seed: int) -> np.ndarray:
    """Return descriptors (n, d) of varied photos."""
    finder = make_finder(Library(library).models)
    random = np.random.default_rng(seed)
    chips = []
    for _ in range(n):
        with Image.open(files[random.integers(len(files))]) as photo:
            image, box = varied(photo.convert("RGB"), random)
        points = finder.aligner.landmarks(image, Detection(box, 1.0))
        chips.append(finder.aligner.chips(image, points))
    return finder.embedder.embed(chips)


def varied(photo: Image.Image, random: np.random.Generator) -> tuple[np.ndarray, Box]:
    """Return a photo turned, zoomed, moved, lit, blurred, shrunk and compressed, and the face."""
    width, height = photo.size
    zoom, (right, down) = random.uniform(0.85, 1.2), random.normal(0, 6, 2)
    photo = photo.rotate(random.normal(0, 7), resample=Image.Resampling.BICUBIC)
    left, top = width / 2 - width / 2 / zoom + right, height / 2 - height / 2 / zoom + down
    photo = photo.transform(
        (width, height),
        Image.Transform.AFFINE,
        (1 / zoom, 0, left, 0, 1 / zoom, top),
        resample=Image.Resampling.BICUBIC,
    )
    photo = ImageEnhance.Brightness(photo).enhance(float(np.exp(random.normal(0, 0.3))))
    photo = ImageEnhance.Contrast(photo).enhance(float(np.exp(random.normal(0, 0.25))))
    photo = ImageEnhance.Color(photo).enhance(random.uniform(0, 1.4))
    if random.random() < 0.6:
        photo = photo.filter(ImageFilter.GaussianBlur(random.uniform(0, 1.6)))
    size = random.uniform(0.4, 1)
    photo = photo.resize((int(width * size), int(height * size)), Image.Resampling.BILINEAR)
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=int(random.integers(25, 95)))
    with Image.open(file) as compressed:
        image = np.ascontiguousarray(compressed.convert("RGB"))
    x, y, w, h = LFW_BOX
    scale = zoom * size
    return image, Box((x - left) * scale, (y - top) * scale, w * scale, h * scale)


def grow_up(pairs: Sequence[tuple[Path, Path]], others: int) -> None:
    models = []
    for pair in pairs:
        X, _, names = read(*pair)
        known = names != ""
        people, owners = np.unique(names[known].astype(str), return_inverse=True)
        families = [name.split("/")[0] for name in people.tolist()]
        households = np.unique(families, return_inverse=True)[1]
        models.append(synthetic.population(X[known], owners, households))
    library = synthetic.draw_library(models, others, seed=0)
    X, photos, ages = family(models[-1])
    owners = np.repeat(np.arange(len(FAMILY)), FAMILY)
    print(f"{others:,} others; similarity of first and last tenth of the two who grow up:", end="")
    for child in range(CHILDREN):
        own = X[owners == child][np.argsort(ages[owners == child])]
        print(f" {(own[: len(own) // 10] @ own[-len(own) // 10 :].T).mean():.3f}", end="")
    print(flush=True)
    names = np.array([f"family {i}" for i in owners.tolist()], dtype=object)
    theirs = np.array([f"person {i}" for i in library.people.tolist()], dtype=object)
    report(
        np.concatenate([library.X, X]),
        np.concatenate([library.photos, library.photos.max() + 1 + photos]),
        np.concatenate([theirs, names]),
        [f"family {i}" for i in range(len(FAMILY))],
    )


def family(model: synthetic.Population) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return faces (n, d) of a family, the photos that they share (n,), and the year of each."""
    random = np.random.default_rng(77)
    centres = synthetic.draw_people(model, np.zeros(len(FAMILY), dtype=np.int64), random)
    shared = int(max(FAMILY) * 1.5)
    days = random.choice(random.uniform(0, YEARS, EVENTS), shared)
    faces, photos = [], []
    for member, size in enumerate(FAMILY):
        on = random.choice(shared, size, replace=False)
        year = days[on]
        ways = np.stack([np.exp(-year / 5), year / YEARS, np.sin(np.pi * year / YEARS) / 2], axis=1)
        speed = CHANGE * (1 if member < CHILDREN else GROWN_UP)
        directions = random.standard_normal((3, len(model.mean))) @ model.between.T
        residuals = synthetic.draw_residuals(model, size, random) * random.choice(model.spreads)
        X = centres[member] + speed * ways @ directions + residuals
        faces.append((X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32))
        photos.append(on)
    on = np.concatenate(photos)
    return np.concatenate(faces), on, days[on]


def in_batches(X: np.ndarray, photos: np.ndarray, names: np.ndarray) -> None:
    known = strangers(DLIB_MODELS[FinderSettings().views])
    people, counts = np.unique(names[names != ""].astype(str), return_counts=True)
    frequent = people[np.argsort(-counts, kind="stable")[:10]]
    batch = np.random.default_rng(1).integers(BATCHES, size=photos.max() + 1)[photos]
    clusters, levels = np.full(len(X), -1), np.zeros(len(X), dtype=np.float32)
    for last in range(BATCHES):
        here, new = np.flatnonzero(batch <= last), np.flatnonzero(batch[batch <= last] == last)
        if last:
            crowd = Crowd(X[here], photos[here], clusters[here], levels[here])
            joined = welcome(crowd, new, np.zeros(len(new), dtype=bool), known)
            clusters[here[new]] = joined.clusters
            tell_batch(f"batch {last + 1} joined ", clusters[here], names[here], frequent)
        grouping = cluster_faces(X[here], neighbour_graph(X[here]), photos[here], strangers=known)
        clusters[here], levels[here] = grouping.clusters, grouping.levels
        tell_batch(f"batch {last + 1} grouped", clusters[here], names[here], frequent)


def tell_batch(title: str, clusters: np.ndarray, names: np.ndarray, people: np.ndarray) -> None:
    shares = []
    for person in people:
        theirs = clusters[names == person]
        shares.append(np.bincount(theirs[theirs >= 0], minlength=1).max() / max(len(theirs), 1))
    row = in_row(cluster_scores(clusters[names != ""], names[names != ""].tolist()))
    print(f"{title}  {np.mean(shares):.3f} {np.min(shares):.3f}  {row}", flush=True)


def report(X: np.ndarray, photos: np.ndarray, names: np.ndarray, people: Sequence[str]) -> None:
    """Print the scores of all, and in how many groups some people come."""
    clusters = ours(X, photos)
    known = names != ""
    print(f"{len(X):,} faces: {TITLES}\n  {in_row(cluster_scores(clusters[known], names[known]))}")
    for person in people:
        theirs = clusters[names == person]
        sizes = np.sort(np.bincount(theirs[theirs >= 0]))[::-1]
        groups, alone = int((sizes > 0).sum()), int((theirs < 0).sum())
        share = sizes[0] / len(theirs)
        print(f"  of {len(theirs):,}: {share:.3f} in one of {groups} groups, {alone} alone")


if __name__ == "__main__":
    main()
