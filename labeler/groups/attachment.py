"""Put faces that are alone beside the cluster whose nearest members they resemble.

In a large cluster nobody resembles everybody. A profile that three others of the cluster resemble
belongs to it, though the average over all of its faces says no. So a single face is judged by the
nearest few; that would be too bold between clusters, which one resemblance could then glue
together, but a single face that goes wrong harms nobody else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.groups.linkage import Apart
from labeler.groups.pairs import Pairs
from labeler.types import FloatArray, IntArray

NEAREST = 5
CUT = 0.013
CUT_OF_WEAK = 0.03
"""A small or blurred face must be this near."""
ROUNDS = 3
_ABSENT = -0.02
"""Closeness of a pair that the graph does not know: it is beyond a face's nearest neighbours."""


def attached(
    clusters: IntArray,
    pairs: Pairs,
    apart: Apart,
    levels: FloatArray,
    weak: NDArray[np.bool_],
    fixed: NDArray[np.bool_],
    stricter: float = 0.0,
) -> IntArray:
    """Return the clusters, (n,), after single faces have joined the cluster that they resemble.

    Nobody joins a cluster that has a face of the same photo, or one that the user kept apart.
    Clusters never merge.

    Args:
        clusters: (n,), −1 = alone.
        pairs: pairs of faces with their similarity.
        levels: (n,) see `labeler.groups.cohort`.
        weak: (n,) faces of which little can be told.
        fixed: (n,) single faces that stay where they are, because the user has named them.
        stricter: how much nearer everybody must be; see `labeler.groups.cohort.crowding`.
    """
    clusters = clusters.copy()
    halves = (levels[pairs.first] + levels[pairs.second]) / 2
    closeness = (pairs.similarity - halves).astype(np.float32)
    never = np.concatenate([apart.never, apart.photo])
    for _ in range(ROUNDS):
        alone = (clusters < 0) & ~fixed
        faces, targets, scores = _best_targets(alone, clusters, pairs, closeness, never)
        good = scores > np.where(weak[faces], CUT_OF_WEAK, CUT) + stricter
        faces, targets, scores = faces[good], targets[good], scores[good]
        if not len(faces):
            break
        kept = _compatible(faces, targets, scores, never, len(clusters))
        clusters[faces[kept]] = targets[kept]
    return clusters


def _best_targets(
    alone: NDArray[np.bool_],
    clusters: IntArray,
    pairs: Pairs,
    closeness: FloatArray,
    never: IntArray,
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return single faces, the allowed cluster that each resembles most, and how much."""
    faces = np.concatenate([pairs.first, pairs.second])
    others = np.concatenate([pairs.second, pairs.first])
    close = np.concatenate([closeness, closeness])
    chosen = alone[faces] & (clusters[others] >= 0)
    faces, targets, close = faces[chosen], clusters[others[chosen]], close[chosen]
    if not len(faces):
        return faces, targets, close
    sizes = np.bincount(clusters[clusters >= 0])
    order = np.lexsort((-close, targets, faces))
    faces, targets, close = faces[order], targets[order], close[order]
    starts = np.flatnonzero(np.r_[True, (np.diff(faces) != 0) | (np.diff(targets) != 0)])
    counts = np.diff(np.r_[starts, len(faces)])
    rank = np.arange(len(faces)) - np.repeat(starts, counts)
    nearest = np.where(rank < NEAREST, close, 0)
    wanted = np.minimum(NEAREST, sizes[targets[starts]])
    known = np.minimum(counts, wanted)
    scores = (np.add.reduceat(nearest, starts) + (wanted - known) * _ABSENT) / wanted
    faces, targets = faces[starts], targets[starts]
    allowed = ~np.isin(faces * len(sizes) + targets, _forbidden(clusters, never, len(sizes)))
    faces, targets, scores = faces[allowed], targets[allowed], scores[allowed]
    order = np.lexsort((targets, -scores, faces))
    best = order[np.r_[True, np.diff(faces[order]) != 0][: len(order)]]
    return faces[best], targets[best], scores[best]


def _forbidden(clusters: IntArray, never: IntArray, number: int) -> IntArray:
    """Return face · number + cluster for each face that must not be in a cluster."""
    faces = np.concatenate([never[:, 0], never[:, 1]])
    others = clusters[np.concatenate([never[:, 1], never[:, 0]])]
    return faces[others >= 0] * number + others[others >= 0]


def _compatible(
    faces: IntArray, targets: IntArray, scores: FloatArray, never: IntArray, n: int
) -> NDArray[np.bool_]:
    """Tell who may join: of two that exclude each other and want the same, the nearer one."""
    target, score = np.full(n, -1), np.full(n, -np.inf)
    target[faces], score[faces] = targets, scores
    a, b = never[:, 0], never[:, 1]
    rivals = (target[a] >= 0) & (target[a] == target[b])
    a, b = a[rivals], b[rivals]
    second = (score[a] < score[b]) | ((score[a] == score[b]) & (a > b))
    losers = np.zeros(n, dtype=bool)
    losers[np.where(second, a, b)] = True
    return ~losers[faces]
