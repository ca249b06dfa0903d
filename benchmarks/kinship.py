"""Who takes after whom? How well the likeness of kin is told from that of other people.

    python -m benchmarks.kinship FAMILIES LIBRARY [--lfw LFW-LIBRARY] [--fit]

FAMILIES, LIBRARY: see benchmarks.families. Each pair of kin is compared with the same relation
where the relative is swapped for another family's (benchmarks.kin_pairs); printed is the area under
the ROC curve (AUC) of the means of people, for the metric that comes with the program and for raw
cosine similarity. With `--lfw`, the metric is fitted again to four fifths of the families and
measured on the last fifth, all in turn, its three numbers chosen anew inside the four fifths; that
alone is a fair figure for the families that it was fitted to. `--fit` writes what all teach.

How often is the right one of two couples known for a child's parents? The other couple is that of
any other child of another family.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks import kin_pairs
from benchmarks.families import Families, read, sexes
from benchmarks.kin_fit import Choices, directions, fit
from benchmarks.kin_pairs import GROUPS, LEAST_PAIRS, Score, Trials, area
from labeler.faces.steps.library_finder import descriptors
from labeler.family.io.kin_constants import FILE
from labeler.family.io.kin_constants import read as shipped
from labeler.library.store import Library

FOLDS, INNER = 5, 3
GRID = tuple(
    Choices(shrinkage, strength, noise)
    for shrinkage, strength, noise in product((0.15, 0.3, 0.45), (0.25, 0.35, 0.45), (0.25, 0.5, 1))
)
Kinds = dict[str, Trials]
DRAWS = 100


def measured(
    found: Kinds, parts: Sequence[tuple[np.ndarray, Score]], families: Families
) -> dict[str, float]:
    """Return the AUC by kind of kin, averaged over parts of the people with a score for each."""
    areas: dict[str, list[tuple[float, int]]] = {}
    for people, score in parts:
        for name, trials in found.items():
            part = trials[people[trials.pairs[:, 1]]]
            if len(part.pairs) >= LEAST_PAIRS:
                areas.setdefault(name, []).append((area(part, score), len(part.pairs)))
    return kin_pairs.mean_areas(areas)


def best_choice(families: Families, looks: np.ndarray, found: Kinds, rows: np.ndarray) -> Choices:
    """Return the numbers with the best mean AUC of the groups, by folds of some of the families."""

    def quality(chosen: Choices) -> float:
        parts = []
        for held_out in kin_pairs.folds(families, INNER, seed=1):
            metric = fit(families, looks, rows & ~held_out, chosen)
            parts.append((rows & held_out, kin_pairs.learned(metric, chosen.noise)))
        areas = measured(found, parts, families)
        return float(np.mean([areas[group] for group in GROUPS]))

    return max(GRID, key=quality)


def cross_validated(
    families: Families, looks: np.ndarray, found: Kinds
) -> list[tuple[np.ndarray, Score]]:
    parts = []
    for held_out in kin_pairs.folds(families, FOLDS):
        chosen = best_choice(families, looks, found, ~held_out)
        print(f"chosen inside: {chosen}", flush=True)
        metric = fit(families, looks, ~held_out, chosen)
        parts.append((held_out, kin_pairs.learned(metric, chosen.noise)))
    return parts


def right_couples(families: Families, people: np.ndarray, score: Score) -> tuple[float, int]:
    """Return how often the right couple of two is known for the parents, and of how many."""
    parents: dict[int, list[int]] = {}
    for parent, child in families.kin["parent"].tolist():
        parents.setdefault(child, []).append(parent)
    children = [one for one, both in parents.items() if len(both) == 2 and people[one]]
    couples = np.array([sorted(parents[one]) for one in children])
    means, counts = families.means, families.counts
    total = sum(
        score(means[couples[:, side]], counts[couples[:, side]], means[children], counts[children])
        for side in (0, 1)
    )
    family = families.family[children]
    others = family[:, None] != family
    return float((np.diag(total) > total)[others].mean()), int(others.sum())


def tell(name: str, areas: dict[str, float], found: Kinds) -> None:
    for group, kinds in GROUPS.items():
        each = ", ".join(
            f"{kind} {areas[kind]:.3f} ({len(found[kind].pairs)})"
            for kind in kinds
            if kind in areas
        )
        print(f"{name}: {group} {areas[group]:.3f}: {each}", flush=True)


def by_chance(families: Families, found: Kinds, score: Score) -> str:
    """Say how far the AUCs of the groups would go in other families: a bootstrap over families."""
    random = np.random.default_rng(0)
    groups: dict[str, list[float]] = {group: [] for group in GROUPS}
    numbers = np.unique(families.family)
    for _ in range(DRAWS):
        times = np.bincount(random.choice(numbers, len(numbers)), minlength=len(numbers))
        drawn = {
            name: one[np.repeat(np.arange(len(one.pairs)), times[one.family])]
            for name, one in found.items()
        }
        areas = kin_pairs.mean_areas(
            {name: [(area(one, score), len(one.pairs))] for name, one in drawn.items()}
        )
        for group in GROUPS:
            groups[group].append(areas[group])
    return ", ".join(
        f"{group} {np.quantile(values, 0.05):.3f} to {np.quantile(values, 0.95):.3f}"
        for group, values in groups.items()
    )


def trials_of(families: Families, is_male: np.ndarray, apart: bool) -> Kinds:
    pairs = kin_pairs.kinds(families, is_male)
    return {name: kin_pairs.trials(families, some, apart) for name, some in pairs.items()}


def report(families: Families, is_male: np.ndarray, scores: dict[str, list]) -> None:
    for apart in (False, True):
        found = trials_of(families, is_male, apart)
        for name, parts in scores.items():
            where = "no photo in common" if apart else "all photos"
            tell(f"{name}, {where}", measured(found, parts, families), found)
    for name, parts in scores.items():
        rights = [right_couples(families, people, score) for people, score in parts]
        shares, counts = zip(*rights, strict=True)
        print(f"{name}: the right couple of two {np.average(shares, weights=counts):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", type=Path)
    parser.add_argument("library", type=Path)
    parser.add_argument("--lfw", type=Path, help="a library of LFW, a folder per person")
    parser.add_argument("--fit", action="store_true", help="write kin.npz")
    arguments = parser.parse_args()
    families = read(arguments.families, arguments.library)
    everybody = np.ones(len(families.means), dtype=bool)
    if arguments.lfw is None:
        metric = shipped()
        is_male = sexes(families, metric.looks(families.means))
        both = {"cosine": kin_pairs.cosine, "as shipped": kin_pairs.learned(metric)}
        report(families, is_male, {name: [(everybody, score)] for name, score in both.items()})
        found = trials_of(families, is_male, apart=False)
        spread = by_chance(families, found, both["as shipped"])
        print(f"as shipped, 90 % of draws of families: {spread}")
        return
    library = Library(arguments.lfw)
    ids, X = descriptors(library)
    looks = directions(families, X, first_names(library, ids))
    is_male = sexes(families, fit(families, looks, everybody, Choices()).looks(families.means))
    found = trials_of(families, is_male, apart=False)
    if arguments.fit:
        chosen = best_choice(families, looks, found, everybody)
        metric = fit(families, looks, everybody, chosen)
        np.savez_compressed(FILE, **{k: v.astype(np.float32) for k, v in vars(metric).items()})
        print(f"{FILE}: {chosen}, {len(metric.rho)} coordinates; set PHOTO_NOISE to its noise")
        return
    parts = cross_validated(families, looks, found)
    cosine = [(people, kin_pairs.cosine) for people, _ in parts]
    report(families, is_male, {"cosine": cosine, "cross-validated": parts})


def first_names(library: Library, ids: np.ndarray) -> np.ndarray:
    photos, faces = library.photos(), library.faces()
    assert np.array_equal(ids, faces.ids)
    folders = [Path(photos[photo].path).parent.name for photo in faces.photo_ids.tolist()]
    return np.array([folder.split("_")[0] for folder in folders])


if __name__ == "__main__":
    main()
