"""Measure what named faces were told when they asked who they are.

Each face asks as a known person, without the photo that it is on, and as a stranger, without its
person. How much the answers to strangers weigh follows from the share of strangers among the faces
that are to be named: a precision is that of the names such faces would get. Pure: arrays in,
numbers out; an empty denominator gives None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.metrics.evaluation import f_score
from labeler.people.bands import automatic_from
from labeler.types import FloatArray, IntArray

WANTED = (0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999)
"""The wanted precisions that are tried out."""
THRESHOLDS = (*(step / 20 for step in range(20)), 0.98, 0.99, 0.995, 0.999)
BINS = 10


@dataclass(frozen=True)
class Answers:
    """What n faces were told, (n,) each.

    truth, people: whose face it is, −1 = of nobody who has a name, and who it was told to be;
    indices of people.
    probability: stated, that the answer is right. weights: sum 1.
    mated: False = the face asked as a stranger: whatever it was told is wrong.
    """

    truth: IntArray
    people: IntArray
    probability: FloatArray
    mated: NDArray[np.bool_]
    weights: NDArray[np.float64]

    @property
    def right(self) -> NDArray[np.bool_]:
        return self.mated & (self.people == self.truth)

    def given(self, threshold: float) -> NDArray[np.bool_]:
        """Tell which answers become names."""
        return self.probability.astype(np.float64) >= threshold


@dataclass(frozen=True, slots=True)
class Rates:
    """What happens where answers of at least the probability `threshold` become names.

    precision: share of right ones among the names. recall: share of known people's faces that get
    their name. strangers_named: share of strangers that get any name.
    """

    threshold: float
    precision: float | None
    recall: float | None
    strangers_named: float | None


@dataclass(frozen=True, slots=True)
class KnobRates:
    """The rates at the threshold that follows from a wanted precision."""

    wanted: float
    rates: Rates


@dataclass(frozen=True, slots=True)
class PersonScores:
    """Precision and recall of one person's name; `asked` faces could ask, having other photos."""

    person: str
    asked: int
    precision: float | None
    recall: float | None
    f: float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """So many faces of a person were given a name; answered: None = no name."""

    person: str
    answered: str | None
    faces: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """Faces of a person that were named as another one: `as_known`, when the person was known too,
    and `as_stranger`, when only the other one was."""

    person: str
    taken_for: str
    as_known: int
    as_stranger: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose probability is between `least` and `most`: how many, the mean of their
    probabilities, and the share of them that is right; the latter weighted."""

    least: float
    most: float
    answers: int
    probability: float | None
    right: float | None


def rates(answers: Answers, threshold: float) -> Rates:
    """Return what happens at a threshold."""
    given = answers.given(threshold)
    of_known = int(answers.mated.sum())
    of_strangers = len(answers.mated) - of_known
    return Rates(
        threshold=float(threshold),
        precision=_share(answers.weights, given, answers.right),
        recall=int((given & answers.right).sum()) / of_known if of_known else None,
        strangers_named=int((given & ~answers.mated).sum()) / of_strangers
        if of_strangers
        else None,
    )


def threshold_for(answers: Answers, wanted: float) -> float:
    """Return the probability from which on names are given, as for faces without a name."""
    return automatic_from(answers.probability, wanted, answers.weights)


def knob_curve(answers: Answers, wanted: Sequence[float] = WANTED) -> tuple[KnobRates, ...]:
    """Return what each wanted precision leads to."""
    return tuple(KnobRates(one, rates(answers, threshold_for(answers, one))) for one in wanted)


def people_scores(answers: Answers, threshold: float, names: Sequence[str]) -> list[PersonScores]:
    """Return how well each person is recognized, the worst first, those who cannot tell last."""
    given = answers.given(threshold)
    n = len(names)
    asked = np.bincount(answers.truth[answers.mated], minlength=n)
    hits = np.bincount(answers.truth[given & answers.right], minlength=n)
    told = np.bincount(answers.people[given], answers.weights[given], n)
    rightly = given & answers.right
    right = np.bincount(answers.people[rightly], answers.weights[rightly], n)
    found = []
    for person, name in enumerate(names):
        precision = float(right[person] / told[person]) if told[person] > 0 else None
        recall = float(hits[person] / asked[person]) if asked[person] else None
        # Who never gets a name has no precision, and is as bad as can be.
        f = f_score(precision if hits[person] else 0.0, recall)
        found.append(PersonScores(name, int(asked[person]), precision, recall, f))
    return sorted(found, key=lambda one: (one.f is None, one.f, one.person))


def confusion_cells(answers: Answers, threshold: float, names: Sequence[str]) -> list[Cell]:
    """Return the cells of the confusion matrix that are not empty, by person, largest first."""
    given = answers.given(threshold)
    counts: Counter[tuple[int, int]] = Counter()
    for row in np.flatnonzero(answers.mated):
        counts[int(answers.truth[row]), int(answers.people[row]) if given[row] else -1] += 1
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    return [
        Cell(names[person], None if told < 0 else names[told], faces)
        for (person, told), faces in ordered
    ]


def confusions(answers: Answers, threshold: float, names: Sequence[str]) -> list[Confusion]:
    """Return who is taken for whom, most often first; what happens to known people goes first."""
    wrong = np.flatnonzero(answers.given(threshold) & ~answers.right & (answers.truth >= 0))
    counts: dict[tuple[int, int], list[int]] = {}
    for row in wrong:
        pair = counts.setdefault((int(answers.truth[row]), int(answers.people[row])), [0, 0])
        pair[0 if answers.mated[row] else 1] += 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
    return [
        Confusion(names[person], names[told], known, strange)
        for (person, told), (known, strange) in ordered
    ]


def reliability(answers: Answers, bins: int = BINS) -> tuple[tuple[Bin, ...], float]:
    """Compare stated probabilities with the share that is right.

    Returns the bins, and the expected calibration error (Naeini et al. 2015): the mean difference
    between the two, weighted by the answers in each bin.
    """
    places = np.minimum((answers.probability * bins).astype(np.int64), bins - 1)
    found, error = [], 0.0
    for place in range(bins):
        inside = places == place
        weights = answers.weights * inside
        stated = _mean(answers.probability, weights)
        right = _mean(answers.right, weights)
        if stated is not None and right is not None:
            error += abs(stated - right) * float(weights.sum() / answers.weights.sum())
        found.append(Bin(place / bins, (place + 1) / bins, int(inside.sum()), stated, right))
    return tuple(found), error


def likely_mislabelled(answers: Answers, faces: IntArray, least: float) -> IntArray:
    """Return the rows of answers that speak for a wrong name, (k,), the surest first.

    A face that could ask as a known person says most when it does; one that is the only one of its
    person has only the answer that it got as a stranger.

    Args:
        faces: (n,) which face asked. least: probability of the other person.
    """
    only = ~np.isin(faces, faces[answers.mated]) & (answers.truth >= 0)
    other = (answers.people != answers.truth) & (answers.probability >= least)
    rows = np.flatnonzero(other & (answers.mated | only))
    return rows[np.lexsort((faces[rows], -answers.probability[rows]))]


def _share(
    weights: NDArray[np.float64], whole: NDArray[np.bool_], part: NDArray[np.bool_]
) -> float | None:
    total = float(weights[whole].sum())
    return float(weights[whole & part].sum()) / total if total > 0 else None


def _mean(values: NDArray[Any], weights: NDArray[np.float64]) -> float | None:
    total = float(weights.sum())
    return float((values * weights).sum() / total) if total > 0 else None
