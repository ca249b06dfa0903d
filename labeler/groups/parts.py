"""Join what is left in parts of people who are on many photos.

Over twenty years and thousands of photos nobody resembles everything that they ever were: the
average over all pairs, by which clusters grow, comes out too low between a large cluster and the
rest of its person. But each face of such a part finds some in the large cluster that it resembles
more than it ever resembles strangers. So a part is judged by the nearest few of each of its faces.

How much is asked falls with the size of the large cluster: the more photos somebody is on, the
likelier it is that a group of yet unknown faces is theirs. Small clusters are left to the average,
which does as well there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.groups.linkage import Apart
from labeler.groups.neighbours import nearest
from labeler.groups.pairs import pair_keys
from labeler.positions import positions
from labeler.types import FloatArray, IntArray

LEAST_WHOLE = 40
"""Clusters of fewer faces have no parts to be joined here."""
NEAREST = 5
LOOKED_AT = 15
"""For each part, the clusters whose means are nearest."""
CONFLICTS = 0.02
"""Of a part, so many faces may be on photos that the person is on already: mirrors, posters."""
ROUNDS = 5
_MOST_OF_A_PART, _MOST_OF_A_WHOLE = 30, 5000
_BLOCK = 512


@dataclass(frozen=True)
class Bar:
    """How close a part must be, on average over its faces, to what is nearest in a cluster.

    cut: in a cluster of `LEAST_WHOLE` faces. falls: the cut is so much lower where the cluster has
    ten times as many faces; lowest: but never lower than this. average: so close must the two be
    on average over all pairs: a brother or a sister has a look in common, but not all.
    """

    cut: float
    falls: float = 0.0
    lowest: float = -1.0
    average: float = -0.018

    def least(self, sizes: IntArray) -> FloatArray:
        """Return the cut for clusters of so many faces; both (c,)."""
        cut = self.cut - self.falls * np.log10(sizes / LEAST_WHOLE)
        result: FloatArray = np.maximum(cut, self.lowest).astype(np.float32)
        return result


USUAL = Bar(0.0205, falls=0.0055, lowest=0.013)


def joined(
    X: FloatArray,
    labels: IntArray,
    levels: FloatArray,
    apart: Apart,
    names: IntArray,
    stricter: float = 0.0,
    bar: Bar = USUAL,
    single: NDArray[np.bool_] | None = None,
) -> IntArray:
    """Return the labels, (n,) from 0 on, after parts have joined the cluster that they belong to.

    Args:
        X: (n, d) float32 descriptors.
        labels: (n,) faces with the same one are one cluster.
        levels: (n,) float32, see `labeler.groups.cohort`.
        apart: the pairs of faces that must not be in one cluster.
        names: (n,) code of the person that the user called each face, −1 = nobody.
        stricter: how much nearer everybody must be; see `labeler.groups.cohort.crowding`.
        bar: how near that is otherwise.
        single: (n,) the faces that are a part even by themselves; None = none is.
    """
    labels = np.unique(labels, return_inverse=True)[1].reshape(-1)
    known = _NOTHING
    for _ in range(ROUNDS):
        clusters = _Clusters.of(X, labels, levels)
        parts, wholes = _candidates(clusters, labels, single, bar.average)
        known = _Scores(parts, wholes, _nearness(X, levels, clusters, parts, wholes, known))
        scores = known.scores
        good = scores > bar.least(clusters.sizes[wholes]) + stricter
        order = np.argsort(-scores[good], kind="stable")
        pairs = np.stack([parts[good][order], wholes[good][order]], axis=1)
        into = _chosen(pairs, clusters, _Conflicts(labels, apart, names))
        if (into == np.arange(len(into))).all():
            break
        became = np.unique(into, return_inverse=True)[1].reshape(-1)
        labels, known = became[labels], known.after(became)
    return labels


def nearness(
    X: FloatArray,
    labels: IntArray,
    levels: FloatArray,
    single: NDArray[np.bool_],
    least: float,
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return pairs of a part and a large cluster, and how close the part is to its nearest faces.

    Args:
        labels: (n,) 0…c−1. single: (n,), levels: (n,) float32, see `joined`.
        least: so close must the two be on average over all pairs.
    """
    clusters = _Clusters.of(X, labels, levels)
    parts, wholes = _candidates(clusters, labels, single, least)
    return parts, wholes, _nearness(X, levels, clusters, parts, wholes, _NOTHING)


@dataclass(frozen=True)
class _Scores:
    """How close parts and wholes are, (p,) each; those of clusters that do not change stay."""

    parts: IntArray
    wholes: IntArray
    scores: FloatArray

    def after(self, became: IntArray) -> _Scores:
        """Return what is still true after clusters became others, (c,), under their new numbers."""
        grown = np.bincount(became) > 1
        parts, wholes = became[self.parts], became[self.wholes]
        kept = ~(grown[parts] | grown[wholes])
        return _Scores(parts[kept], wholes[kept], self.scores[kept])

    def of(self, parts: IntArray, wholes: IntArray) -> FloatArray:
        """Return the scores of some pairs, (p,); NaN = not known."""
        n = int(max(wholes.max(initial=0), self.wholes.max(initial=0))) + 1
        keys = self.parts * n + self.wholes
        order = np.argsort(keys)
        places = positions(keys[order], parts * n + wholes)
        return np.append(self.scores[order], np.float32(np.nan))[places]


_NOTHING = _Scores(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))


@dataclass(frozen=True)
class _Clusters:
    """c clusters: means (c, d), mean level and number of their faces (c,), and who they are.

    The faces of cluster i are order[starts[i] : starts[i + 1]]. The product of two means, plus the
    shift, is the mean similarity of all pairs; see `labeler.groups.linkage`.
    """

    means: FloatArray
    levels: FloatArray
    sizes: IntArray
    order: IntArray
    starts: IntArray
    shift: float

    @classmethod
    def of(cls, X: FloatArray, labels: IntArray, levels: FloatArray) -> _Clusters:
        sizes = np.bincount(labels)
        order = np.argsort(labels, kind="stable")
        starts = np.r_[0, np.cumsum(sizes)]
        sums = np.add.reduceat(X[order], starts[:-1], axis=0, dtype=np.float32)
        mean_levels = (np.bincount(labels, levels) / sizes).astype(np.float32)
        shift = 1 - float(np.einsum("ij,ij->", X, X, dtype=np.float64)) / max(len(X), 1)
        means = (sums / sizes[:, None]).astype(np.float32)
        return cls(means, mean_levels, sizes, order, starts, shift)

    def faces(self, clusters: IntArray, most: int) -> tuple[IntArray, IntArray]:
        """Return the faces of some clusters, one cluster after the other, and how many each has.

        Of a cluster of more than `most` faces, some that are evenly spread stand for all.
        """
        sizes = self.sizes[clusters]
        step = -(-sizes // most)
        number = -(-sizes // step)
        within = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
        places = np.repeat(self.starts[clusters], number) + within * np.repeat(step, number)
        return self.order[places], number


def _candidates(
    clusters: _Clusters, labels: IntArray, single: NDArray[np.bool_] | None, least: float
) -> tuple[IntArray, IntArray]:
    """Return pairs of a part and a cluster that is larger, or as large and before it."""
    sizes = clusters.sizes
    is_part = sizes > 1
    if single is not None:
        is_part[labels[single]] = True
    parts = np.flatnonzero(is_part)
    wholes = np.flatnonzero(sizes >= LEAST_WHOLE)
    found, distances = nearest(clusters.means[parts], clusters.means[wholes], LOOKED_AT)
    one, other = np.repeat(parts, found.shape[1]), wholes[found.ravel()]
    squares = (clusters.means**2).sum(axis=1)
    average = (squares[one] + squares[other] - distances.ravel() ** 2) / 2 + clusters.shift
    average -= (clusters.levels[one] + clusters.levels[other]) / 2
    smaller = (sizes[one] < sizes[other]) | ((sizes[one] == sizes[other]) & (one > other))
    kept = smaller & (average > least)
    return one[kept], other[kept]


def _nearness(
    X: FloatArray,
    levels: FloatArray,
    clusters: _Clusters,
    parts: IntArray,
    wholes: IntArray,
    known: _Scores,
) -> FloatArray:
    """Return how close the faces of each part are to the nearest few of its whole, on average."""
    scores = known.of(parts, wholes)
    new = np.flatnonzero(np.isnan(scores))
    for whole in np.unique(wholes[new]).tolist():
        theirs, _ = clusters.faces(np.array([whole]), _MOST_OF_A_WHOLE)
        asked = new[wholes[new] == whole]
        faces, number = clusters.faces(parts[asked], _MOST_OF_A_PART)
        closeness = _nearest_few(X, levels, faces, theirs)
        scores[asked] = np.add.reduceat(closeness, np.cumsum(number) - number) / number
    return scores


def _nearest_few(X: FloatArray, levels: FloatArray, faces: IntArray, among: IntArray) -> FloatArray:
    """Return the mean closeness of each face to the nearest few of the others."""
    result = np.empty(len(faces), dtype=np.float32)
    others, halves = X[among], levels[among] / 2
    lengths = (others**2).sum(axis=1) / 2 + halves
    for start in range(0, len(faces), _BLOCK):
        some = faces[start : start + _BLOCK]
        own = 1 - (X[some] ** 2).sum(axis=1) / 2 - levels[some] / 2
        closeness = X[some] @ others.T - lengths + own[:, None]
        few = min(NEAREST, len(among))
        nearest_few = np.partition(closeness, len(among) - few, axis=1)[:, len(among) - few :]
        result[start : start + _BLOCK] = nearest_few.mean(axis=1)
    return result


class _Conflicts:
    """What speaks against two clusters being one: what the user said, and photos with both."""

    def __init__(self, labels: IntArray, apart: Apart, names: IntArray) -> None:
        self._n = int(labels.max(initial=-1)) + 1
        self._never = set(self._between(labels, apart.never).tolist())
        keys, counts = np.unique(self._between(labels, apart.photo), return_counts=True)
        self._photos = Counter(dict(zip(keys.tolist(), counts.tolist(), strict=True)))
        self._names = np.full(self._n, -1)
        np.maximum.at(self._names, labels, names)

    def _between(self, labels: IntArray, pairs: IntArray) -> IntArray:
        return pair_keys(labels[pairs[:, 0]], labels[pairs[:, 1]], self._n)

    def between(self, part: int, members: list[int], tolerated: float) -> bool:
        """Tell whether a part must not join these clusters, which are one already."""
        keys = [min(part, one) * self._n + max(part, one) for one in members]
        if any(key in self._never for key in keys):
            return True
        known = {int(self._names[one]) for one in [part, *members]} - {-1}
        return len(known) > 1 or sum(self._photos[key] for key in keys) > tolerated


def _chosen(pairs: IntArray, clusters: _Clusters, conflicts: _Conflicts) -> IntArray:
    """Return what each cluster becomes a part of, (c,), itself if of none.

    Args:
        pairs: (p, 2) parts and their wholes, surest first. A part that has itself taken in others
            joins nobody in this round.
    """
    into = np.arange(len(clusters.sizes))
    members: defaultdict[int, list[int]] = defaultdict(list)
    for part, whole in pairs.tolist():
        if into[part] != part or into[whole] != whole or part in members:
            continue
        tolerated = CONFLICTS * float(clusters.sizes[part])
        if not conflicts.between(part, [whole, *members[whole]], tolerated):
            into[part] = whole
            members[whole].append(part)
    return into
