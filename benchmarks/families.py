"""People of known kinship: their faces, who is whose kin, and how they look.

A folder of photos with `faces.csv` (see benchmarks.truth; a person is called `family/person`) and
`kin.csv` (person, is, of: parent, grandparent, sibling, spouse), and the library made of it by
benchmarks.library.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.truth import named_descriptors
from labeler.library.store import Library

SYMMETRIC = ("sibling", "spouse")
CHILDISH = -0.2
"""Who looks younger than this, in standard deviations, may well be a child: children look female,
so that of them the more male half counts as boys."""
_NEIGHBOURS = 100


@dataclass(frozen=True)
class Families:
    """People (p) and their faces (n).

    X: (n, d). of_face: (n,) whose each is. photos: (n,). means: (p, d). counts: (p,) faces.
    family: (p,) numbers. kin: for each relation (m, 2) pairs of people, the elder first.
    """

    X: np.ndarray
    of_face: np.ndarray
    photos: np.ndarray
    means: np.ndarray
    counts: np.ndarray
    family: np.ndarray
    kin: dict[str, np.ndarray]

    def faces_of(self, one: int) -> np.ndarray:
        return np.flatnonzero(self.of_face == one)


def read(folder: Path, library: Path) -> Families:
    X, names, _, photos = named_descriptors(Library(library), folder / "faces.csv")
    people, of_face = np.unique(names, return_inverse=True)
    X = X.astype(np.float64)
    counts = np.bincount(of_face)
    means = np.zeros((len(people), X.shape[1]))
    np.add.at(means, of_face, X)
    family = np.unique([name.split("/")[0] for name in people], return_inverse=True)[1]
    kin = _kin(folder / "kin.csv", {name: code for code, name in enumerate(people.tolist())})
    return Families(X, of_face, photos, means / counts[:, None], counts, family, kin)


def _kin(table: Path, codes: dict[str, int]) -> dict[str, np.ndarray]:
    pairs: dict[str, set[tuple[int, int]]] = {}
    with open(table, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["person"] in codes and row["of"] in codes:
                pair = (codes[row["person"]], codes[row["of"]])
                if row["is"] in SYMMETRIC:
                    pair = (min(pair), max(pair))
                pairs.setdefault(row["is"], set()).add(pair)
    return {relation: np.array(sorted(found)) for relation, found in pairs.items()}


def sexes(families: Families, looks: np.ndarray) -> np.ndarray:
    """Return who is male, (p,) bool, as far as faces and marriages tell.

    Args:
        looks: (p, 2) how male and how old people look.
    """
    male, old = looks.T
    level = np.zeros(len(male))
    order = np.argsort(old)
    for place, one in enumerate(order):
        if old[one] < CHILDISH:
            around = order[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS + 1]
            level[one] = np.median(male[around])
    is_male = male > level
    for one, other in couples(families):
        is_male[one], is_male[other] = male[one] > male[other], male[one] <= male[other]
    return is_male


def couples(families: Families) -> list[tuple[int, int]]:
    """Return the spouses, and the two known parents of anybody, each pair once."""
    parents: dict[int, set[int]] = {}
    for parent, child in families.kin["parent"].tolist():
        parents.setdefault(child, set()).add(parent)
    both = {tuple(sorted(found)) for found in parents.values() if len(found) == 2}
    return sorted(both | {tuple(pair) for pair in families.kin["spouse"].tolist()})
