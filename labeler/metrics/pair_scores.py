"""Measure verification: are two faces one person, or not? Pure; higher scores are more alike.

All measures are those of ISO/IEC 19795-1 and of the protocol of Labeled Faces in the Wild (Huang
and others 2007): an empty denominator gives None.
"""

from __future__ import annotations

import zlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from labeler.types import IntArray

from .evaluation import Flags, Scores

FOLDS, DRAWS = 10, 20
FARS = (0.1, 0.01, 0.001)


@dataclass(frozen=True, slots=True)
class PairConfusion:
    """How many pairs of one person were accepted and refused, and how many pairs of two."""

    same_accepted: int
    same_refused: int
    different_accepted: int
    different_refused: int

    @property
    def accuracy(self) -> float | None:
        right = self.same_accepted + self.different_refused
        total = right + self.same_refused + self.different_accepted
        return right / total if total else None


@dataclass(frozen=True, slots=True)
class RateAt:
    """tar: the share of pairs of one person accepted where at most `far` of pairs of two are."""

    far: float
    tar: float


@dataclass(frozen=True)
class RocCurve:
    """The outcomes of all thresholds, strictest first, (m,) float64: inf, then each score, falling.

    tar, far: shares of the pairs of one person, and of two, whose score is ≥ the threshold.
    """

    thresholds: Scores
    tar: Scores
    far: Scores


def auc(scores: ArrayLike, same: ArrayLike) -> float:
    """Return the area under the ROC curve: the chance that a true pair scores above a false one.

    Ties count half. NaN if there are no pairs of either kind.

    Examples
    --------
    >>> auc([0.9, 0.8, 0.8, 0.1], [1, 1, 0, 0])
    0.875
    """
    values, true = _checked(scores, same)
    right, wrong = np.sort(values[true]), values[~true]
    if not len(right) or not len(wrong):
        return float("nan")
    below = np.searchsorted(right, wrong, side="left") + np.searchsorted(right, wrong, side="right")
    return float(1 - below.sum() / 2 / len(right) / len(wrong))


def roc(scores: ArrayLike, same: ArrayLike) -> RocCurve:
    """Return the curve. See `RocCurve`.

    Raises:
        ValueError: there are no pairs of one of the kinds, or a score is NaN.
    """
    values, true = _checked(scores, same)
    if true.all() or not true.any():
        raise ValueError("the curve needs pairs of one person and pairs of two")
    thresholds = np.append(np.inf, np.unique(values[values < np.inf])[::-1])
    tar, far = (
        (len(part) - np.searchsorted(np.sort(part), thresholds, side="left")) / len(part)
        for part in (values[true], values[~true])
    )
    return RocCurve(thresholds, tar, far)


def equal_error(curve: RocCurve) -> float:
    """Return the error rate where as many true pairs are refused as false ones are accepted.

    Between two thresholds, the straight line between them counts.

    Examples
    --------
    >>> equal_error(roc([0.9, 0.6, 0.7, 0.1], [1, 1, 0, 0]))
    0.5
    """
    gap = curve.far - (1 - curve.tar)  # rises from −1 to 1
    after = int(np.searchsorted(gap, 0, side="left"))
    if gap[after] == 0 or after == 0:
        return float(curve.far[after])
    share = -gap[after - 1] / (gap[after] - gap[after - 1])
    return float(curve.far[after - 1] + share * (curve.far[after] - curve.far[after - 1]))


def rates_at(curve: RocCurve, fars: Sequence[float] = FARS) -> list[RateAt]:
    """Return the true accept rates at false accept rates."""
    places = np.searchsorted(curve.far, fars, side="right") - 1
    return [RateAt(far, float(curve.tar[place])) for far, place in zip(fars, places, strict=True)]


def confusion(scores: ArrayLike, same: ArrayLike, threshold: float) -> PairConfusion:
    """Return how many pairs are accepted, score ≥ `threshold`, and refused."""
    values, true = _checked(scores, same)
    accepted = values >= threshold
    return PairConfusion(
        int((accepted & true).sum()),
        int((~accepted & true).sum()),
        int((accepted & ~true).sum()),
        int((~accepted & ~true).sum()),
    )


def best_threshold(scores: ArrayLike, same: ArrayLike) -> float:
    """Return the threshold with the fewest errors, in the middle between two scores.

    Of several that are equally good, it is the one in the middle.
    """
    values, true = _checked(scores, same)
    order = np.argsort(values)
    values, true = values[order], true[order]
    # Cutting before place i refuses i pairs: the true ones among them, and the false ones behind.
    errors = np.append(0, np.cumsum(true)) + np.append(np.cumsum(~true[::-1])[::-1], 0)
    distinct = np.append(np.append(True, values[1:] > values[:-1]), True)
    best = np.flatnonzero(distinct & (errors == errors[distinct].min()))
    place = int(best[len(best) // 2])
    if place == len(values):
        return float(np.nextafter(values[-1], np.inf))
    return float(values[0] if place == 0 else (values[place - 1] + values[place]) / 2)


def cross_validated_accuracy(
    scores: ArrayLike, same: ArrayLike, groups: Sequence[Hashable], draws: int = DRAWS
) -> float | None:
    """Return the share of right answers where each tenth is judged by the other nine's threshold.

    Args:
        groups: (n,) pairs of one group, such as those that begin with one person, are in the same
            tenth. draws: the tenths are drawn so often, and the mean is returned.

    Returns:
        0…1; None if there are fewer than two groups.
    """
    values, true = _checked(scores, same)
    names, codes = np.unique([str(group) for group in groups], return_inverse=True)
    if len(names) < 2:
        return None
    return float(np.mean([_right(values, true, _folds(names, d)[codes]) for d in range(draws)]))


def _folds(names: np.ndarray, draw: int) -> IntArray:
    """Return the tenth of each group; of few groups, each makes one."""
    order = np.argsort([zlib.crc32(f"{draw}{name}".encode()) for name in names], kind="stable")
    fold = np.empty(len(names), dtype=np.int64)
    fold[order] = np.arange(len(names)) % FOLDS
    return fold


def _right(values: Scores, true: Flags, fold: IntArray) -> float:
    right = 0
    for held_out in np.unique(fold):
        test = fold == held_out
        threshold = best_threshold(values[~test], true[~test])
        right += int(((values[test] >= threshold) == true[test]).sum())
    return right / len(true)


def _checked(scores: ArrayLike, same: ArrayLike) -> tuple[Scores, Flags]:
    values, true = np.asarray(scores, dtype=np.float64), np.asarray(same, dtype=bool)
    if values.shape != true.shape or values.ndim != 1:
        raise ValueError("scores and same must be (n,) and of one length")
    if np.isnan(values).any():
        raise ValueError("a score is NaN; −inf stands for a pair that cannot be compared")
    return values, true
