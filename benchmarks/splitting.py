"""How well does a group of several people come apart?

    python -m benchmarks.splitting LIBRARY PHOTOS [LIBRARY PHOTOS …] [--mixes 300] [--seed 0]

Each LIBRARY is made of PHOTOS by benchmarks.library; it is only read. The faces of two or three
people with five faces at least are mixed as one group, which is then divided: into as many parts
as there are people, and into as many as `labeler.groups.splitting` chooses. People who are called
FAMILY/PERSON are mixed with their relatives, too. A mix is perfect if the parts are the people;
the adjusted Rand index is 1 for those, and 0 on average for parts drawn at random. 'number right':
it was divided into as many parts as there are people. 'and a stranger': one person and a single
face of somebody else; perfect means that this face alone came off.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_rand_score

from benchmarks.grouping import read_faces
from benchmarks.truth import in_pairs
from labeler.groups.splitting import split

LEAST_FACES = 5


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="LIBRARY PHOTOS")
    parser.add_argument("--mixes", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(f"{'faces of':44}{'mixes':>6}{'parts':>8}{'perfect':>9}{'ARI':>7}{'number right':>14}")
    for library, photos in in_pairs(arguments.paths):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "faces.npz"
            read_faces(library, photos, file)
            faces = dict(np.load(file))
        names, people = np.unique(faces["names"], return_inverse=True)
        X, on = faces["X"][faces["found"]], faces["photos"][faces["found"]]
        for kind in ("two people", "three people", "two of a family", "one and a stranger"):
            rng = np.random.default_rng(arguments.seed)
            mixes = list(mixed(names, people, kind, arguments.mixes, rng))
            for known in (True, False) if mixes else ():
                print_row(f"{photos.name}, {kind}", X, on, people, mixes, known)


def mixed(
    names: np.ndarray, people: np.ndarray, kind: str, number: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Yield the positions of the faces of each mix."""
    enough = np.flatnonzero(np.bincount(people) >= LEAST_FACES)
    if kind == "two of a family":
        families = np.array([name.split("/")[0] if "/" in name else "" for name in names])
        pairs = [
            (one, other)
            for i, one in enumerate(enough)
            for other in enough[i + 1 :]
            if families[one] and families[one] == families[other]
        ]
        for place in rng.permutation(len(pairs))[:number]:
            yield np.flatnonzero(np.isin(people, pairs[place]))
        return
    for _ in range(number):
        if kind == "one and a stranger":
            one = rng.choice(enough)
            stranger = rng.choice(np.flatnonzero(people != one))
            yield np.sort(np.r_[np.flatnonzero(people == one), stranger])
        else:
            chosen = rng.choice(enough, 3 if kind == "three people" else 2, replace=False)
            yield np.flatnonzero(np.isin(people, chosen))


def print_row(
    title: str,
    X: np.ndarray,
    on: np.ndarray,
    people: np.ndarray,
    mixes: list[np.ndarray],
    known: bool,
) -> None:
    scores, right = [], []
    for rows in mixes:
        number = len(np.unique(people[rows]))
        parts = split(X[rows], on[rows], number if known else None)
        scores.append(adjusted_rand_score(people[rows], parts))
        right.append(parts.max() + 1 == number)
    asked = "given" if known else "chosen"
    perfect = np.mean(np.array(scores) == 1)
    print(
        f"{title:44}{len(mixes):6}{asked:>8}{perfect:9.3f}{np.mean(scores):7.3f}"
        f"{np.mean(right):14.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
