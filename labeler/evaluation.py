"""Measure detection, clusters and names against the truth.

All functions are pure; an empty denominator gives None, never a division by zero.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.types import IntArray


@dataclass(frozen=True, slots=True)
class ClusterScores:
    """Agreement of clusters with true identities, each 0…1 or None where undefined.

    Pair scores look at all pairs of faces: is a pair in one cluster one person, and the reverse.
    BCubed (Bagga and Baldwin 1998) averages precision and recall over faces instead, so that large
    clusters do not drown small ones.
    """

    pair_precision: float | None
    pair_recall: float | None
    pair_f: float | None
    bcubed_f: float | None


@dataclass(frozen=True, slots=True)
class NameScores:
    """Open-set naming. See `name_scores`."""

    precision: float | None
    recall: float | None
    unknown_rejected: float | None


def cluster_scores(clusters: Sequence[int] | IntArray, truth: Sequence[Hashable]) -> ClusterScores:
    """Compare clusters, −1 = alone, with the true identity of each face."""
    predicted = _alone_apart(np.asarray(clusters, dtype=np.int64))
    actual = _codes(truth)
    if not len(predicted):
        return ClusterScores(None, None, None, None)
    table = _contingency(predicted, actual)
    in_cluster, in_truth = _sizes(predicted), _sizes(actual)
    shared = np.array(list(table.values()), dtype=np.float64)
    both = float((shared * (shared - 1)).sum())
    precision = _ratio(both, float((in_cluster * (in_cluster - 1)).sum()))
    recall = _ratio(both, float((in_truth * (in_truth - 1)).sum()))
    rows = np.array([in_cluster[cluster] for cluster, _ in table], dtype=np.float64)
    columns = np.array([in_truth[person] for _, person in table], dtype=np.float64)
    bcubed_precision = float((shared**2 / rows).sum() / len(predicted))
    bcubed_recall = float((shared**2 / columns).sum() / len(predicted))
    return ClusterScores(
        precision, recall, f_score(precision, recall), f_score(bcubed_precision, bcubed_recall)
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


def _sizes(codes: IntArray) -> NDArray[np.float64]:
    return np.bincount(codes).astype(np.float64)


def _contingency(rows: IntArray, columns: IntArray) -> dict[tuple[int, int], int]:
    pairs, counts = np.unique(np.stack([rows, columns], axis=1), axis=0, return_counts=True)
    return {(int(a), int(b)): int(c) for (a, b), c in zip(pairs, counts, strict=True)}
