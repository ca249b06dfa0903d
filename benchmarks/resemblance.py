"""Is the child more like the father or the mother, and do the intervals hold the truth?

    python -m benchmarks.resemblance FAMILIES LIBRARY LFW-LIBRARY

The metric is fitted to four fifths of the families, and asked about the last fifth, all in turn.

Coverage: of child, father and mother, each with at least 4 photos, a random half of each one's
photos gives the interval of the difference; the answer that it is compared with comes from the
other halves, which is as uncertain as the first one: the interval is widened for that by √2. Where
all three have at least 9 photos, 3 of each give an interval that is compared with the answer of all
others as it stands.

Do confidences tell the truth? How often the other half agrees on who is more alike, beside how
often it should, its own error reckoned in, by confidence.
Shares of comparable people: for people of other families in the place of the relative, all shares
should be equally frequent; for kin, they should be high. Spouses are no kin, but of one origin
mostly: their shares should not be high. (Photos with both are left out where 2 others are left.)
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import NormalDist

import numpy as np

from benchmarks.families import Families, read, sexes
from benchmarks.kin_fit import Choices, directions, fit
from benchmarks.kin_pairs import folds
from benchmarks.kinship import first_names
from labeler.faces.steps.library_finder import descriptors
from labeler.family import resemblance
from labeler.family.metric import KinMetric, person
from labeler.family.resemblance import CohortOfPeople, comparable, kinds, made_up_people
from labeler.library.store import Library

DRAWS = 5
CHOICES = Choices(shrinkage=0.3, strength=0.25, noise=0.5)
FEW, MANY = 3, 9
TAIL = NormalDist().inv_cdf((1 + resemblance.LEVEL) / 2)


def cohort_of(
    metric: KinMetric, made_up: tuple[np.ndarray, np.ndarray], faces: np.ndarray
) -> CohortOfPeople:
    people, theirs = made_up
    place = person(metric.coordinates(faces))[None]
    kind = kinds(place, metric.looks(faces).mean(axis=0, keepdims=True))[0]
    return CohortOfPeople(people[comparable(kind, theirs)], made_up=True)


def triples(families: Families, rows: np.ndarray, is_male: np.ndarray) -> list[tuple[int, ...]]:
    """Return child, father and mother."""
    parents: dict[int, list[int]] = {}
    for parent, child in families.kin["parent"].tolist():
        parents.setdefault(child, []).append(parent)
    found = []
    for child, both in parents.items():
        if rows[child] and len(both) == 2 and is_male[both[0]] != is_male[both[1]]:
            found.append((child, *sorted(both, key=lambda one: -int(is_male[one]))))
    return found


class Halves:
    """What an interval said, and what came of it."""

    def __init__(self) -> None:
        self.held: list[bool] = []
        self.plain: list[bool] = []
        self.sure: list[float] = []
        self.agrees: list[bool] = []
        self.should: list[float] = []
        self.pairs: list[tuple[float, float]] = []

    def add(self, gap: resemblance.Difference, truth: float, widened: float) -> None:
        low, high = (gap.value + (end - gap.value) * widened for end in (gap.low, gap.high))
        self.held.append(low <= truth <= high)
        self.plain.append(gap.low <= truth <= gap.high)
        self.sure.append(max(gap.confidence, 1 - gap.confidence))
        self.agrees.append((gap.confidence > 0.5) == (truth > 0))
        error = (gap.high - gap.low) / 2 / TAIL
        trust = resemblance.PRIOR**2 / (resemblance.PRIOR**2 + error**2)
        spread = error * np.sqrt(trust + (widened > 1))
        self.should.append(NormalDist().cdf(trust * abs(gap.value) / spread))
        self.pairs.append((gap.value, truth))

    def tell(self, name: str) -> None:
        if not self.held:
            print(f"{name}: no such people")
            return
        sure, agrees, should = map(np.array, (self.sure, self.agrees, self.should))
        bins = ", ".join(
            f"{low:.0%} to {high:.0%}: {agrees[inside].mean():.0%} of {inside.sum()} (should "
            f"{should[inside].mean():.0%})"
            for low, high in ((0.5, 0.65), (0.65, 0.8), (0.8, 0.9), (0.9, 0.97), (0.97, 1.01))
            if (inside := (sure >= low) & (sure < high)).any()
        )
        held = f"held {np.mean(self.held):.3f} of {len(self.held)}"
        plain = f"not widened {np.mean(self.plain):.3f}"
        print(f"{name}: {held} ({plain}); agreed at confidence {bins}")
        common = np.cov(np.array(self.pairs).T)[0, 1]
        print(f"  standard deviation of what both have in common: {np.sqrt(max(common, 0)):.2f}")


def one_trial(
    metric: KinMetric,
    views: list[np.ndarray],
    cohorts: list[CohortOfPeople],
    rng: np.random.Generator,
    few: int | None,
) -> tuple[resemblance.Difference, float]:
    first, second = [], []
    for faces in views:
        order = rng.permutation(len(faces))
        cut = few or len(faces) // 2
        first.append(faces[order[:cut]])
        second.append(faces[order[cut:]] if few else faces[order[cut : 2 * cut]])
    gap = resemblance.answer(metric, first[0], first[1:], cohorts).differences[0, 1]
    scores = [
        resemblance.score(metric, second[0], other, cohort)
        for other, cohort in zip(second[1:], cohorts, strict=True)
    ]
    return gap, scores[0] - scores[1]


def spouse_share(
    families: Families,
    metric: KinMetric,
    made_up: tuple[np.ndarray, np.ndarray],
    one: int,
    other: int,
) -> float:
    own, theirs = families.faces_of(one), families.faces_of(other)
    apart = theirs[~np.isin(families.photos[theirs], families.photos[own])]
    theirs = apart if len(apart) >= 2 else theirs
    views = [metric.coordinates(families.X[some]) for some in (own, theirs)]
    return resemblance.share(metric, *views, cohort_of(metric, made_up, families.X[theirs]))


def main(arguments: list[str]) -> None:
    families = read(Path(arguments[0]), Path(arguments[1]))
    library = Library(Path(arguments[2]))
    ids, X = descriptors(library)
    looks = directions(families, X, first_names(library, ids))
    everybody = np.ones(len(families.means), dtype=bool)
    is_male = sexes(families, fit(families, looks, everybody, CHOICES).looks(families.means))
    rng = np.random.default_rng(0)
    halves, many = Halves(), Halves()
    kin_shares, other_shares, spouse_shares, fathers = [], [], [], []
    for held_out in folds(families, 5):
        metric = fit(families, looks, ~held_out, CHOICES)
        made_up = made_up_people(metric)
        known = triples(families, held_out, is_male)
        pairs = families.kin["spouse"]
        for one, other in pairs[held_out[pairs].all(axis=1)]:
            spouse_shares.append(spouse_share(families, metric, made_up, one, other))
        for place, three in enumerate(known):
            faces = [families.X[families.faces_of(one)] for one in three]
            views = [metric.coordinates(some) for some in faces]
            cohorts = [cohort_of(metric, made_up, some) for some in faces[1:]]
            told = resemblance.answer(metric, views[0], views[1:], cohorts)
            kin_shares += [one.share for one in told.likenesses]
            fathers.append(told.differences[0, 1].confidence)
            stranger = known[(place + 7) % len(known)]
            if families.family[stranger[0]] != families.family[three[0]]:
                swapped = [families.X[families.faces_of(one)] for one in stranger[1:]]
                others = [metric.coordinates(some) for some in swapped]
                told = resemblance.answer(
                    metric, views[0], others, [cohort_of(metric, made_up, some) for some in swapped]
                )
                other_shares += [one.share for one in told.likenesses]
            least = min(len(some) for some in faces)
            for _ in range(DRAWS if least >= 4 else 0):
                halves.add(*one_trial(metric, views, cohorts, rng, None), widened=np.sqrt(2))
            for _ in range(DRAWS if least >= MANY else 0):
                many.add(*one_trial(metric, views, cohorts, rng, FEW), widened=1.0)
    halves.tell("half of the photos against the other half")
    many.tell(f"{FEW} photos against {MANY - FEW} or more others")
    for name, shares in (
        ("kin", kin_shares),
        ("people of other families", other_shares),
        ("spouses", spouse_shares),
    ):
        counts = np.histogram(shares, np.linspace(0, 1, 11))[0] / len(shares)
        print(f"{name}: median {np.median(shares):.2f}; by tenths {np.round(counts, 3).tolist()}")
    sure = np.array(fathers)
    print(
        f"of {len(sure)} children: {(sure > 0.8).mean():.0%} more like the father, "
        f"{(sure < 0.2).mean():.0%} the mother, at 80 %; the photos cannot tell of the others"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
