"""How much more like each of some relatives is a person, and how sure is that?

Raw likeness says mostly that two people are of one sex, age and origin. So the likeness of person
and relative is compared with that of the same person and other people who look about as old, as
male, and from about the same part of the world, as the relative does, the cohort: a standardised
likeness of 1 is as much more than the cohort's mean as its members differ from each other.

Who would be on other photos of the same people? What is uncertain is drawn again and again: each
person's mean moves as the mean of so many photos moves, by the differences among the person's own
photos (a bootstrap over photos with normal weights) together with those that photos of one person
have elsewhere, which count like `STEADY` photos more: two photos alone say little about how photos
differ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from labeler.family.metric import PHOTO_NOISE, Coordinates, KinMetric
from labeler.types import IntArray

LEVEL = 0.9
"""How often an interval holds what it is about."""
STEADY = 4
DRAWS = 1000
PRIOR = 0.8
"""How much more like one parent than like the other children are, by standard deviation: what is
known before anybody looks at photos (benchmarks/resemblance.py)."""
COHORT = 200
"""So many comparable people are enough."""
LEAST_COHORT = 30
"""With fewer people in the library, made-up ones are compared."""
COMPARABLE = 1.5
"""Two people of the library are comparable who are no further apart in sex, age and origin, all in
standard deviations."""
ORIGIN = 3
"""So many coordinates, those that run most strongly in families, tell chiefly from which part of
the world somebody's forebears came: with people of everywhere, all of one's own region, the spouse
too, seem alike (benchmarks/resemblance.py)."""
_SEED = 20
_MADE_UP = 20_000
_NORMAL_TAIL = NormalDist().inv_cdf((1 + LEVEL) / 2)


@dataclass(frozen=True)
class CohortOfPeople:
    """People to compare a relative with: coordinates (m, k) as `metric.person` gives them.

    made_up: they are drawn from the packaged distribution, not people of the library.
    """

    people: Coordinates
    made_up: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a person is like one relative.

    score: standardised, see above. share: of comparable people who are less like the person, 0…1.
    low, high: of the share, `LEVEL` of the time.
    """

    score: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much more like the first than the second, standardised; low, high: `LEVEL` interval.

    confidence: that the first is the one who is more alike, 0…1; see `confidence`.
    """

    value: float
    low: float
    high: float
    confidence: float


@dataclass(frozen=True)
class ResemblanceAnswer:
    """The likeness to each relative, and the differences of any two by their places."""

    likenesses: tuple[Likeness, ...]
    differences: dict[tuple[int, int], Difference]


def per_occasion(faces: Coordinates, occasions: IntArray) -> Coordinates:
    """Return the mean of the faces of each occasion, (m, k): photos of one burst say it once."""
    _, codes = np.unique(occasions, return_inverse=True)
    total = np.zeros((int(codes.max(initial=-1)) + 1, faces.shape[1]))
    np.add.at(total, codes, faces)
    return np.asarray(total / np.bincount(codes)[:, None])


def made_up_people(metric: KinMetric) -> tuple[Coordinates, Coordinates]:
    """Return coordinates (m, k) and `kinds` (m, c) of people who do not exist."""
    k = len(metric.rho)
    drawn = _normal(metric.spread, _MADE_UP, np.random.default_rng(_SEED))
    # They are as those known from a handful of photos.
    people = drawn[:, :k] * _reliability(4)
    return people, kinds(people, drawn[:, k:])


def kinds(people: Coordinates, looks: Coordinates) -> Coordinates:
    """Return what comparable people have in common, (n, 2 + `ORIGIN`): sex, age and origin.

    Args:
        people: (n, k) as `metric.person` gives them. looks: (n, 2) how male and old they look.
    """
    return np.hstack([looks, people[:, :ORIGIN]])


def comparable(kind: Coordinates, others: Coordinates, most_apart: float = np.inf) -> IntArray:
    """Return the places of the people who are most of one's kind, the nearest first.

    Args:
        kind: (c,) of one, others: (m, c); see `kinds`.
    """
    apart = np.linalg.norm(others - kind, axis=1)
    order = np.argsort(apart, kind="stable")
    return order[apart[order] <= most_apart][:COHORT]


def answer(
    metric: KinMetric,
    person: Coordinates,
    relatives: Sequence[Coordinates],
    cohorts: Sequence[CohortOfPeople],
    draws: int = DRAWS,
) -> ResemblanceAnswer:
    """Compare a person with relatives.

    Args:
        person: (n, k) coordinates of photos. relatives: (m, k) each. cohorts: one for each.
    """
    rng = np.random.default_rng(_SEED)
    drawn = _draws(metric, person, draws, rng)
    middle = _mean(person)[None]
    scores, moved = [], []
    for relative, cohort in zip(relatives, cohorts, strict=True):
        of_relative = _draws(metric, relative, draws, rng)
        scores.append(_standardised(metric, middle, _mean(relative)[None], cohort)[0])
        some = _standardised(metric, drawn, of_relative, cohort)
        # Draws are noisier than the photos themselves, hence less alike on the whole: only how
        # far they spread is used.
        moved.append(scores[-1] + some - some.mean())
    tails = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    likenesses = []
    for score, some, cohort in zip(scores, moved, cohorts, strict=True):
        others = _of_cohort(metric, middle[0], cohort)
        share, low, high = (
            float((others < value).mean()) for value in (score, *np.quantile(some, tails))
        )
        likenesses.append(Likeness(float(score), share, low, high))
    differences = {}
    for one in range(len(scores)):
        for other in range(len(scores)):
            if one != other:
                gap = moved[one] - moved[other]
                low, high = (float(end) for end in np.quantile(gap, tails))
                value = float(scores[one] - scores[other])
                sure = confidence(value, (high - low) / 2 / _NORMAL_TAIL)
                differences[one, other] = Difference(value, low, high, sure)
    return ResemblanceAnswer(tuple(likenesses), differences)


def confidence(difference: float, error: float) -> float:
    """Return the probability that a difference is above 0 in truth, 0…1.

    After Bayes, with normal distributions: of the differences of people, by `PRIOR`, and of what is
    measured around them, by `error`. Large differences are rarer than measured ones suggest.
    """
    trust = PRIOR**2 / (PRIOR**2 + error**2)
    return NormalDist().cdf(math.sqrt(trust) * difference / max(error, 1e-9))


def score(
    metric: KinMetric, person: Coordinates, relative: Coordinates, cohort: CohortOfPeople
) -> float:
    """Return the standardised likeness of two people from the coordinates of their photos."""
    one, other = _mean(person)[None], _mean(relative)[None]
    return float(_standardised(metric, one, other, cohort)[0])


def share(
    metric: KinMetric, person: Coordinates, relative: Coordinates, cohort: CohortOfPeople
) -> float:
    """Return the share of comparable people who are less like the person than the relative is."""
    others = _of_cohort(metric, _mean(person), cohort)
    return float((others < score(metric, person, relative, cohort)).mean())


def _standardised(
    metric: KinMetric, people: Coordinates, relatives: Coordinates, cohort: CohortOfPeople
) -> Coordinates:
    """Return for rows (n, k) of both how much more alike they are than the cohort, (n,)."""
    others = metric.likenesses(people, cohort.people)
    own = metric.likeness(people, relatives)
    return np.asarray((own - others.mean(axis=1)) / others.std(axis=1))


def _of_cohort(metric: KinMetric, one: Coordinates, cohort: CohortOfPeople) -> Coordinates:
    others = metric.likenesses(one[None], cohort.people)[0]
    return np.asarray((others - others.mean()) / others.std())


def _mean(photos: Coordinates) -> Coordinates:
    return np.asarray(photos.mean(axis=0) * _reliability(len(photos)))


def _reliability(photos: int) -> float:
    return photos / (photos + PHOTO_NOISE)


def _draws(
    metric: KinMetric, photos: Coordinates, draws: int, rng: np.random.Generator
) -> Coordinates:
    """Return means (draws, k) that as many other photos of the person might have."""
    n = len(photos)
    apart = photos - photos.mean(axis=0)
    own = rng.standard_normal((draws, n)) @ apart  # its covariance is n − 1 times that of photos
    usual = _normal(metric.photos, draws, rng) * np.sqrt(STEADY)
    freedom = n - 1 + STEADY
    # How much photos differ is not known exactly either: Student's distribution, not the normal.
    wider = np.sqrt(freedom / rng.chisquare(freedom, draws))[:, None]
    moved = (own + usual) * wider / np.sqrt(freedom * n)
    return np.asarray((photos.mean(axis=0) + moved) * _reliability(n))


def _normal(covariance: Coordinates, number: int, rng: np.random.Generator) -> Coordinates:
    # By eigenvectors, not by a decomposition that may fail on rounded numbers.
    values, vectors = np.linalg.eigh(covariance)
    drawn = rng.standard_normal((number, len(values))) * np.sqrt(np.maximum(values, 0))
    return np.asarray(drawn @ vectors.T)
