"""Measure clusters, names and identification against the truth.

All functions are pure; an empty denominator gives None, never a division by zero.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labeler.types import IntArray

Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ClusterScores:
    """Agreement of clusters with true identities, each 0…1 or None where undefined.

    Pair scores look at all pairs of faces: is a pair in one cluster one person, and the reverse.
    BCubed (Bagga and Baldwin 1998) averages over faces instead, so that large clusters do not drown
    small ones: which share of a face's cluster is its person (precision), and which share of its
    person is in its cluster (recall); the face itself counts.
    """

    pair_precision: float | None
    pair_recall: float | None
    pair_f: float | None
    bcubed_precision: float | None
    bcubed_recall: float | None
    bcubed_f: float | None


@dataclass(frozen=True, slots=True)
class NameScores:
    """Open-set naming. See `name_scores`."""

    precision: float | None
    recall: float | None
    unknown_rejected: float | None


@dataclass(frozen=True, slots=True)
class IdentificationRates:
    """Open-set identification at a threshold, each 0…1 or None where there are no such probes.

    After ISO/IEC 19795-1 and Grother, Phillips and others, 'Open-set identification':
    tpir: share of the mated probes whose best candidate is right and accepted. It is called true
    positive identification rate, or detection and identification rate at rank 1.
    fnir: its complement, the misses.
    fpir: share of the non-mated probes, strangers, for whom anybody at all is accepted.
    """

    threshold: float
    tpir: float | None
    fnir: float | None
    fpir: float | None


@dataclass(frozen=True)
class IdentificationCurve:
    """All the different outcomes that thresholds can have, from the strictest on, (m,) float64.

    thresholds: inf, then every distinct score, falling. tpir, fpir: rising; None where there are no
    mated probes, or no strangers.
    """

    thresholds: Scores
    tpir: Scores | None
    fpir: Scores | None


def cluster_scores(clusters: Sequence[int] | IntArray, truth: Sequence[Hashable]) -> ClusterScores:
    """Compare clusters, −1 = alone, with the true identity of each face.

    Examples
    --------
    Of the pair in cluster 0 and the pair in cluster 1 one is right; 'a' has three pairs:

    >>> scores = cluster_scores([0, 0, 1, 1], ["a", "a", "a", "b"])
    >>> scores.pair_precision, scores.pair_recall
    (0.5, 0.3333333333333333)

    Precision of the faces: 1, 1, 1/2, 1/2. Recall: 2/3, 2/3, 1/3, 1.

    >>> scores.bcubed_precision, round(scores.bcubed_recall, 4)
    (0.75, 0.6667)
    """
    predicted = _alone_apart(np.asarray(clusters, dtype=np.int64))
    actual = _codes(truth)
    if len(predicted) != len(actual):
        raise ValueError(f"{len(predicted)} clusters, but {len(actual)} identities")
    if not len(predicted):
        return ClusterScores(None, None, None, None, None, None)
    rows, columns, shared = _contingency(predicted, actual)
    in_cluster, in_truth = _sizes(predicted), _sizes(actual)
    both = float((shared * (shared - 1)).sum())
    precision = _ratio(both, float((in_cluster * (in_cluster - 1)).sum()))
    recall = _ratio(both, float((in_truth * (in_truth - 1)).sum()))
    bcubed_precision = float((shared**2 / in_cluster[rows]).sum() / len(predicted))
    bcubed_recall = float((shared**2 / in_truth[columns]).sum() / len(predicted))
    return ClusterScores(
        pair_precision=precision,
        pair_recall=recall,
        pair_f=f_score(precision, recall),
        bcubed_precision=bcubed_precision,
        bcubed_recall=bcubed_recall,
        bcubed_f=f_score(bcubed_precision, bcubed_recall),
    )


def name_scores(
    named: Sequence[str | None], truth: Sequence[str], known: frozenset[str]
) -> NameScores:
    """Compare names with the truth.

    precision: share of right names among the faces that have a name.
    recall: share of faces with the right name among the faces of known people.
    unknown_rejected: share of faces without a name among the faces of everybody else.

    Args:
        named: name of each face, None = no name (or not found at all).
        truth: its true name.
        known: people who have been named in the library; all others are strangers to it.
    """
    right = sum(name == true for name, true in zip(named, truth, strict=True))
    of_known = sum(true in known for true in truth)
    strangers = [name for name, true in zip(named, truth, strict=True) if true not in known]
    return NameScores(
        precision=_ratio(right, sum(name is not None for name in named)),
        recall=_ratio(right, of_known),
        unknown_rejected=_ratio(sum(name is None for name in strangers), len(strangers)),
    )


def identification_curve(
    scores: ArrayLike, right: ArrayLike, mated: ArrayLike
) -> IdentificationCurve:
    """Return the rates at every threshold that makes a difference.

    Args:
        scores: (n,) how much each probe resembles its best candidate; higher is more alike (negate
            distances). −inf = no candidate: such a probe is never accepted.
        right: (n,) bool, is that candidate the right person? Without meaning for strangers.
        mated: (n,) bool, is the probe a known person? False = a stranger.

    A probe is accepted where score ≥ threshold; probes of equal score are accepted together.

    Raises:
        ValueError: the lengths differ, or a score is NaN or +inf.

    Examples
    --------
    >>> curve = identification_curve([0.9, 0.8, 0.8, 0.3], [1, 1, 0, 0], [1, 1, 0, 1])
    >>> curve.thresholds.tolist(), curve.fpir.tolist()
    ([inf, 0.9, 0.8, 0.3], [0.0, 0.0, 1.0, 1.0])
    >>> curve.tpir.round(2).tolist()
    [0.0, 0.33, 0.67, 0.67]
    """
    values, hits, known = _probes(scores, right, mated)
    thresholds = np.append(np.inf, np.unique(values[values > -np.inf])[::-1])
    return IdentificationCurve(
        thresholds,
        tpir=_shares_accepted(values[hits], thresholds, int(known.sum())),
        fpir=_shares_accepted(values[~known], thresholds, int((~known).sum())),
    )


def identification_rates(
    scores: ArrayLike, right: ArrayLike, mated: ArrayLike, threshold: float
) -> IdentificationRates:
    """Return the rates when scores ≥ `threshold` are accepted. See `identification_curve`."""
    values, hits, known = _probes(scores, right, mated)
    accepted = (values >= threshold) & (values > -np.inf)
    tpir = _ratio(int((accepted & hits).sum()), int(known.sum()))
    return IdentificationRates(
        threshold=float(threshold),
        tpir=tpir,
        fnir=None if tpir is None else 1 - tpir,
        fpir=_ratio(int((accepted & ~known).sum()), int((~known).sum())),
    )


def threshold_at_fpir(curve: IdentificationCurve, fpir: float) -> float | None:
    """Return the lowest score whose acceptance keeps the false positives ≤ `fpir`.

    inf = even the highest score would let too many strangers in. None = there are no strangers, so
    nothing can be said. `fpir` is 0…1.
    """
    if not 0 <= fpir <= 1:
        raise ValueError(f"{fpir} is not a share")
    if curve.fpir is None:
        return None
    return float(curve.thresholds[np.searchsorted(curve.fpir, fpir, side="right") - 1])


def identification_at_fpir(
    scores: ArrayLike, right: ArrayLike, mated: ArrayLike, fpir: float
) -> IdentificationRates | None:
    """Return the rates at `threshold_at_fpir`; None = there are no strangers.

    The `fpir` of the result is the rate that is reached: with few strangers, or with ties, less
    than asked for.

    Examples
    --------
    One stranger in two scores 0.8, as does a known person: they can only be accepted together.

    >>> probes = [0.9, 0.8, 0.8, 0.1], [1, 1, 0, 0], [1, 1, 0, 0]
    >>> identification_at_fpir(*probes, fpir=0.4)
    IdentificationRates(threshold=0.9, tpir=0.5, fnir=0.5, fpir=0.0)
    >>> identification_at_fpir(*probes, fpir=0.5)
    IdentificationRates(threshold=0.8, tpir=1.0, fnir=0.0, fpir=0.5)
    """
    threshold = threshold_at_fpir(identification_curve(scores, right, mated), fpir)
    if threshold is None:
        return None
    return identification_rates(scores, right, mated, threshold)


def f_score(precision: float | None, recall: float | None) -> float | None:
    """Return the harmonic mean, 0 if both are 0, None if either is undefined."""
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _alone_apart(clusters: IntArray) -> IntArray:
    """Give every −1 a cluster of its own, and number the clusters from 0."""
    alone = clusters == -1
    codes = clusters.copy()
    codes[alone] = clusters.max(initial=-1) + 1 + np.arange(alone.sum())
    return np.unique(codes, return_inverse=True)[1].reshape(-1)


def _codes(values: Sequence[Hashable]) -> IntArray:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)


def _sizes(codes: IntArray) -> Scores:
    return np.bincount(codes).astype(np.float64)


def _contingency(rows: IntArray, columns: IntArray) -> tuple[IntArray, IntArray, Scores]:
    """Return row, column and count of each cell that is not empty."""
    width = int(columns.max(initial=0)) + 1
    cells, counts = np.unique(rows * width + columns, return_counts=True)
    return cells // width, cells % width, counts.astype(np.float64)


def _probes(scores: ArrayLike, right: ArrayLike, mated: ArrayLike) -> tuple[Scores, Flags, Flags]:
    """Return scores, whether each probe would be a hit if accepted, and whether it is known."""
    values = np.asarray(scores, dtype=np.float64)
    known, correct = np.asarray(mated, dtype=bool), np.asarray(right, dtype=bool)
    if not values.shape == known.shape == correct.shape or values.ndim != 1:
        raise ValueError("scores, right and mated must be (n,) and of one length")
    if not (values < np.inf).all():
        raise ValueError("a score is NaN or +inf; −inf stands for 'no candidate'")
    return values, known & correct, known


def _shares_accepted(values: Scores, thresholds: Scores, of: int) -> Scores | None:
    """Return for each threshold how many of the values reach it, as shares; None of nobody."""
    if not of:
        return None
    return (len(values) - np.searchsorted(np.sort(values), thresholds, side="left")) / of
