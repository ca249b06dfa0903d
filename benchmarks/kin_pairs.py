"""Kin and, to compare, the same relation with the relative of another family: the trials.

All that tells a person's kin from other people of that sex and generation is left; sex and age, of
which raw distances say most, tell nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.families import Families
from labeler.family.metric import PHOTO_NOISE, KinMetric
from labeler.metrics.pair_scores import auc

GROUPS = {
    "parent–child": ("fd", "ms", "fs", "md"),
    "grandparent–grandchild": ("gf gd", "gf gs", "gm gd", "gm gs"),
    "siblings": ("ss", "bb", "sb"),
}
"""f = father, m = mother, d = daughter, s = son; of siblings, s = sister, b = brother."""
LEAST_PAIRS = 3
Score = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""From means (n, d) and numbers of photos (n,) of relatives, and those (m, d), (m,) of people, to
how alike they are, (n, m)."""


@dataclass(frozen=True)
class Trials:
    """Pairs of one kind of kin, the relative first, (m, 2); means (m, d) and photos (m,) of each.

    family: (m,) of both.
    """

    pairs: np.ndarray
    relatives: np.ndarray
    of_relatives: np.ndarray
    people: np.ndarray
    of_people: np.ndarray
    family: np.ndarray

    def __getitem__(self, rows: np.ndarray) -> Trials:
        return Trials(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def kinds(families: Families, is_male: np.ndarray) -> dict[str, np.ndarray]:
    """Return the pairs of kin, (m, 2) with the relative first, by relation and sexes."""
    found = {}
    for relation, names in (
        ("parent", ("fs", "fd", "ms", "md")),
        ("grandparent", ("gf gs", "gf gd", "gm gs", "gm gd")),
    ):
        pairs = families.kin[relation]
        male = is_male[pairs]
        for name, sexes in zip(names, ((1, 1), (1, 0), (0, 1), (0, 0)), strict=True):
            found[name] = pairs[(male == np.array(sexes, bool)).all(axis=1)]
    pairs = families.kin["sibling"]
    men = is_male[pairs].sum(axis=1)
    found["ss"], found["bb"] = pairs[men == 0], pairs[men == 2]
    mixed = pairs[men == 1]
    found["sb"] = np.where(is_male[mixed[:, :1]], mixed[:, ::-1], mixed)
    return found


def trials(families: Families, pairs: np.ndarray, apart: bool) -> Trials:
    """Return the pairs with their means.

    Args:
        apart: of photos on which only one of the two is; pairs without such are left out.
    """
    rows = [found for one, other in pairs if (found := _means(families, one, other, apart))]
    chosen, *rest = zip(*rows, strict=True)
    family = families.family[np.array(chosen)[:, 1]]
    return Trials(np.array(chosen), *(np.array(column) for column in rest), family)  # type: ignore[arg-type]


def _means(families: Families, one: int, other: int, apart: bool) -> tuple | None:
    first, second = families.faces_of(one), families.faces_of(other)
    if apart:
        both = np.intersect1d(families.photos[first], families.photos[second])
        first, second = (faces[~np.isin(families.photos[faces], both)] for faces in (first, second))
        if not len(first) or not len(second):
            return None
    X = families.X
    return (one, other), X[first].mean(0), len(first), X[second].mean(0), len(second)


def area(found: Trials, score: Score) -> float:
    """Return the AUC of the kin against the swapped pairs."""
    values = score(found.relatives, found.of_relatives, found.people, found.of_people)
    swapped = found.family[:, None] != found.family[None]
    same = np.eye(len(values), dtype=bool)
    return auc(values[same | swapped], same[same | swapped])


def cosine(one: np.ndarray, _: np.ndarray, other: np.ndarray, __: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(one, axis=1)[:, None] * np.linalg.norm(other, axis=1)
    return np.asarray(one @ other.T / lengths)


def learned(metric: KinMetric, noise: float = PHOTO_NOISE) -> Score:
    def score(one: np.ndarray, n: np.ndarray, other: np.ndarray, m: np.ndarray) -> np.ndarray:
        some = metric.coordinates(one) * (n / (n + noise))[:, None]
        others = metric.coordinates(other) * (m / (m + noise))[:, None]
        return metric.likenesses(some, others)

    return score


def mean_areas(areas: dict[str, list[tuple[float, int]]]) -> dict[str, float]:
    """Return the AUC of each kind and group of kin, from those of the folds and their sizes."""
    joined = {}
    for group, names in GROUPS.items():
        joined[group] = _mean([one for name in names for one in areas.get(name, [])])
        joined |= {name: _mean(areas[name]) for name in names if areas.get(name)}
    return joined


def _mean(areas: list[tuple[float, int]]) -> float:
    values, weights = zip(*areas, strict=True)
    return float(np.average(values, weights=weights))


def folds(families: Families, number: int, seed: int = 0) -> Iterator[np.ndarray]:
    """Yield masks (p,) of the people of some of the families, each family once."""
    count = int(families.family.max()) + 1
    fold = np.random.default_rng(seed).permutation(count) % number
    for held_out in range(number):
        yield fold[families.family] == held_out
