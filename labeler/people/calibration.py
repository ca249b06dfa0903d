"""Turn scores into probabilities that mean what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import NDArray

from labeler.types import FloatArray, IntArray

_SLOPE, _INTERCEPT = 105.0, -26.9
"""Fitted by benchmarks/openset.py to scores of `PersonClassifier` (dlib's descriptors), as if one
person had a name. Of more people, the likeliest is alike by chance more often: the odds fall with
their number, as by Bayes's rule where each is as likely as the others."""
_EVEN = 0.5
"""The share of known people among the faces that the probabilities were calibrated for."""
_FACES_BEFORE = 20
"""The even share counts as much as so many faces."""
_SHARES = (0.0005, 0.95)
_WRONG_NAMES = (0.0005, 0.002, 0.005, 0.01, 0.02, 0.04)
"""People make mistakes: which of these shares of the answers contradicts the truth, the answers
themselves tell."""
_SLOPE_PRIOR, _LEAST_SLOPE_PRIOR, _SHIFT_PRIOR = 50.0, 0.5, 0.5
"""Weights of the general calibration against the user's answers, that of the slope divided by the
number of people: two or three are no sample of how much strangers look like them. On people of LFW
and families, the slope differed by a fifth, the log-odds by one or two."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve; `answers` of the user's own faces it is based on, 0 = on others' only."""

    slope: float
    intercept: float
    answers: int = 0

    def probability(self, scores: FloatArray) -> FloatArray:
        """Return the chance that what has this score is right, 0…1."""
        log_odds = np.clip(self.slope * scores + self.intercept, -50, 50)
        return (1 / (1 + np.exp(-log_odds))).astype(np.float32)


def general(people: int) -> Calibration:
    """Return what is known before anybody's own faces were tried, where so many have a name."""
    return Calibration(_SLOPE, _INTERCEPT - log(max(people, 1)))


@dataclass(frozen=True)
class Trials:
    """What named faces were told when they asked who they are, (n,) each.

    scores: of the likeliest person. right: is it the person?
    mated: was the face asked as one of a known person? False = as a stranger's: nothing is right.
    rows, people: which of the named faces asked, −1 = another one, and the index in `classes_` of
    who it was told to be; empty where nobody needs to know.
    """

    scores: FloatArray
    right: NDArray[np.bool_]
    mated: NDArray[np.bool_]
    rows: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    people: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def weights(self, share: float = _EVEN) -> NDArray[np.float64]:
        """Return how much each counts where a share of the faces is of known people; sum 1."""
        known, strange = self.mated.sum(), (~self.mated).sum()
        return np.where(self.mated, share / max(known, 1), (1 - share) / max(strange, 1))


def calibrated(trials: Trials, people: int) -> Calibration:
    """Return the calibration for so many people, fitted to trials (Platt 1999, with a prior).

    Of the shares of wrong names that are possible, the one counts that makes the trials likeliest.
    Known people and strangers weigh the same, however many of each were asked.
    """
    from scipy.optimize import minimize

    before = general(people)
    prior = np.array([max(_SLOPE_PRIOR / max(people, 1), _LEAST_SLOPE_PRIOR), _SHIFT_PRIOR])
    if trials.mated.all() or not trials.mated.any():
        return before
    number, right = len(trials.mated), trials.right
    weights = trials.weights() * number
    known = before.slope * trials.scores.astype(np.float64) + before.intercept

    def loss(change: NDArray[np.float64], wrong: float) -> tuple[float, NDArray[np.float64]]:
        slope, shift = change
        log_odds = np.clip((1 + slope) * known + shift, -50, 50)
        p = 1 / (1 + np.exp(-log_odds))
        # A wrong name among the user's is no error of the classifier's.
        told = wrong + (1 - 2 * wrong) * p
        as_told = np.where(right, told, 1 - told)
        error = np.where(right, -1, 1) * (1 - 2 * wrong) * p * (1 - p) * weights / as_told
        gradient = np.array([error @ known, error.sum()])
        value = -(weights * np.log(as_told)).sum()
        return float(value + prior / 2 @ change**2), gradient + prior * change

    fits = [
        minimize(loss, np.zeros(2), args=(wrong,), jac=True, method="L-BFGS-B")
        for wrong in _WRONG_NAMES
    ]
    slope, shift = min(fits, key=lambda fit: fit.fun).x
    # However odd the answers: who resembles a person more is not less likely to be the person.
    slope = max(1 + slope, 0.1)
    return Calibration(float(slope * before.slope), float(slope * before.intercept + shift), number)


def known_share(probabilities: FloatArray) -> float:
    """Estimate the share of known people among faces, from the probability of each one's best.

    Where nine of ten are strangers, what resembles Rosa a little is rarely Rosa. The share follows
    from the probabilities themselves, by expectation maximization (Saerens et al. 2002, "Adjusting
    the outputs of a classifier to new a priori probabilities").

    Args:
        probabilities: (n,) calibrated for an even share.
    """
    share = _EVEN
    for _ in range(100):
        known = float(at_share(probabilities, share).sum()) + _EVEN * _FACES_BEFORE
        found = np.clip(known / (len(probabilities) + _FACES_BEFORE), *_SHARES)
        before, share = share, float(found)
        if abs(share - before) < 1e-5:
            break
    return share


def at_share(probabilities: FloatArray, share: float) -> FloatArray:
    """Return what probabilities, calibrated for an even share of known people, are at another."""
    known = probabilities.astype(np.float64) * share
    return (known / (known + (1 - probabilities) * (1 - share))).astype(np.float32)
