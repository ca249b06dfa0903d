"""Average linkage on the pairs that a neighbour graph proposes.

Contract: a linkage starts with every face as a cluster of its own, known by the index of one of
its members. `run(cut)` merges, round after round, all pairs of clusters that are each other's
closest, until no allowed pair is closer than `cut`; it can be called again with a lower cut.
The outcome depends on nothing but the input: ties go to the pair with the lower indices.

How close two clusters A and B are is exact, though only pairs that the graph knows are ever looked
at, because sums are enough for the average over all pairs of their members:

    closeness(A, B) = mean similarity(a, b) − (level(A) + level(B)) / 2 − SINGLE / max(|A|, |B|)

Similarity is 1 − d²/2 (the cosine, for vectors of length 1). The level of a face says how similar
its nearest strangers are (`groups.cohort`), a cluster's level is the mean of its faces'. The last
term asks for more where two single faces meet: there one accident decides.

Without that term, a merged cluster is as close to a third as its parts are on average. So a pair
that is not close enough without it never matters again during a run: a round looks at the others
only, and there are fewer and fewer of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from labeler.groups.pairs import Pairs, PairSet, unique_pairs
from labeler.types import FloatArray, IntArray

SINGLE = 0.012
EXCEPTION = 0.08
"""Closeness from which on two faces on one photo may be one person, as in mirrors and collages."""
COMPANY = 0.05
"""So much closer count two faces that were seen in the same company."""
RARE = 0.01
"""Where fewer pairs of people than this share companions, doing so counts in full."""
_SAMPLE = 20_000
_SEED = 20
_BLOCK = 1 << 17


@dataclass(frozen=True)
class Apart:
    """Pairs of faces, each (p, 2), that must not be in one cluster, in any order.

    never: the user said so. photo: they are on one photo, which allows an exception.
    """

    never: IntArray
    photo: IntArray


@dataclass
class _Front:
    """What a run still has to do: the pairs that may merge, how close they are, what is apart."""

    pairs: Pairs
    closeness: FloatArray
    never: PairSet
    photo: PairSet

    def narrowed(self, chosen: NDArray[np.bool_]) -> _Front:
        return replace(self, pairs=self.pairs.where(chosen), closeness=self.closeness[chosen])


class Linkage:
    """Clusters under construction.

    Args:
        X: (n, d) float32 descriptors.
        pairs: the pairs of faces that may be merged; see `Pairs`.
        apart: the pairs that may not.
        levels: (n,) see above; None = 0 for all.
        together: (n,) labels of faces that are one cluster from the start; None = none are.
        names: (n,) code of the person that the user called each face, −1 = nobody: two clusters
            with different codes never merge.
    """

    def __init__(
        self,
        X: FloatArray,
        pairs: Pairs,
        apart: Apart,
        levels: FloatArray | None = None,
        together: IntArray | None = None,
        names: IntArray | None = None,
    ) -> None:
        n = len(X)
        self.sums = np.array(X, dtype=np.float32)
        self.levels = np.zeros(n) if levels is None else levels.astype(np.float64)
        self.sizes = np.ones(n)
        self.names = np.full(n, -1) if names is None else names.copy()
        self.roots: IntArray = np.arange(n)
        # 1 − d²/2 = a·b + shift, for descriptors that all have about the same length.
        self._shift = 1 - float(np.einsum("ij,ij->", X, X, dtype=np.float64)) / n if n else 0.0
        self._never = PairSet(apart.never[:, 0], apart.never[:, 1], n)
        self._photo = PairSet(apart.photo[:, 0], apart.photo[:, 1], n)
        self._pairs = pairs
        # Room for one value per cluster, used and cleaned by each round.
        self._best = np.full(n, -np.inf, dtype=np.float32)
        self._earliest = np.full(n, np.iinfo(np.int64).max)
        self._touched = np.zeros(n, dtype=bool)
        if together is not None:
            self.unite(together)

    def run(self, cut: float) -> None:
        """Merge until no allowed pair is closer than `cut`."""
        before = self.sizes.copy()
        front = self._front(cut)
        busy = len(front.pairs)
        while (merging := self._mutually_closest(front, cut)).size:
            into, gone = self._merge(front.pairs.first[merging], front.pairs.second[merging])
            front = self._rewired(front, into, gone, cut)
            if len(front.pairs) < busy / 2:
                busy = len(front.pairs)
                front = self._without_bystanders(front)
        self._settle(changed=self.sizes != before)

    def unite(self, together: IntArray) -> None:
        """Merge all clusters whose faces carry the same label, (n,), into the largest of them."""
        before = self.sizes.copy()
        clusters = np.unique(self.roots)
        clusters = clusters[np.lexsort((-self.sizes[clusters], together[clusters]))]
        labels = together[clusters]
        is_first = np.r_[True, labels[1:] != labels[:-1]][: len(labels)]
        into = clusters[is_first][np.cumsum(is_first) - 1][~is_first]
        gone = clusters[~is_first]
        np.add.at(self.sums, into, self.sums[gone])
        np.add.at(self.levels, into, self.levels[gone])
        np.add.at(self.sizes, into, self.sizes[gone])
        np.maximum.at(self.names, into, self.names[gone])
        self.roots[gone] = into
        self._settle(changed=self.sizes != before)

    def welcome_company(self) -> None:
        """Let pairs count as closer whose clusters share companions: others on their photos.

        A shared companion counts 1 / log(2 + number of its own companions), as in Adamic and Adar
        (2003), "Friends and neighbors on the web": whoever is with everybody says little. More than
        1 in all does not count. How much it counts depends on the library, by the information in
        it: where most people share companions anyway, as in the album of one family, none.
        """
        n = len(self.roots)
        first, second = self._photo.first, self._photo.second
        with_ = sparse.csr_matrix(
            (np.ones(2 * len(first), np.float32), (np.r_[first, second], np.r_[second, first])),
            shape=(n, n),
        )
        weights = (1 / np.log(2 + np.diff(with_.indptr))).astype(np.float32)
        weighted = with_ @ sparse.diags(weights)
        # How often do two people share companions who have nothing else to do with each other?
        social = np.flatnonzero(np.diff(with_.indptr))
        if not len(social):
            return
        strangers = np.random.default_rng(_SEED).choice(social, (2, _SAMPLE))
        strangers = strangers[:, strangers[0] != strangers[1]]
        usual = float(_shared(weighted, with_, *strangers).mean()) if strangers.size else 1.0
        surprise = min(np.log(max(usual, RARE)) / np.log(RARE), 1.0)
        scale = np.float32(COMPANY * surprise)
        bonus = scale * _shared(weighted, with_, self._pairs.first, self._pairs.second)
        self._pairs = replace(self._pairs, bonus=bonus)

    def labels(self) -> IntArray:
        """Return the cluster of each face, (n,), by the index of one of its members."""
        return self.roots.copy()

    def open_pairs(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Return the pairs of clusters that may be merged, and how close each is; all (p,)."""
        closeness = self._closeness_of(self._pairs)
        allowed = self._allowed(self._pairs, closeness, self._never, self._photo)
        pairs = self._pairs.where(allowed)
        return pairs.first, pairs.second, closeness[allowed]

    def _closeness_of(self, pairs: Pairs) -> FloatArray:
        a, b = pairs.first, pairs.second
        levels = (self.levels[a] / self.sizes[a] + self.levels[b] / self.sizes[b]) / 2
        return (pairs.similarity - levels - self._single(pairs) + pairs.bonus).astype(np.float32)

    def _single(self, pairs: Pairs) -> NDArray[np.float64]:
        return SINGLE / np.maximum(self.sizes[pairs.first], self.sizes[pairs.second])

    def _similarities(self, a: IntArray, b: IntArray) -> FloatArray:
        result = np.empty(len(a), dtype=np.float32)
        for start in range(0, len(a), _BLOCK):
            i, j = a[start : start + _BLOCK], b[start : start + _BLOCK]
            dots = np.einsum("ij,ij->i", self.sums[i], self.sums[j])
            result[start : start + _BLOCK] = dots / (self.sizes[i] * self.sizes[j]) + self._shift
        return result

    def _allowed(
        self, pairs: Pairs, closeness: FloatArray, never: PairSet, photo: PairSet
    ) -> NDArray[np.bool_]:
        a, b = pairs.first, pairs.second
        named = (self.names[a] >= 0) & (self.names[b] >= 0) & (self.names[a] != self.names[b])
        on_photo = photo.has(a, b) & (closeness < EXCEPTION)
        return ~(named | on_photo | never.has(a, b))

    def _front(self, cut: float) -> _Front:
        front = _Front(self._pairs, self._closeness_of(self._pairs), self._never, self._photo)
        return self._without_bystanders(front.narrowed(self._may_merge(front, cut)))

    def _may_merge(self, front: _Front, cut: float) -> NDArray[np.bool_]:
        """Tell which pairs of the front may come to be closer than the cut."""
        near = front.closeness + self._single(front.pairs) > cut
        some = front.narrowed(near)
        near[near] = self._allowed(some.pairs, some.closeness, front.never, front.photo)
        return near

    def _without_bystanders(self, front: _Front) -> _Front:
        """Forget what is apart where it is about clusters that no pair of the front has."""
        self._touched[front.pairs.first] = self._touched[front.pairs.second] = True
        never, photo = front.never.among(self._touched), front.photo.among(self._touched)
        self._touched[:] = False
        return replace(front, never=never, photo=photo)

    def _mutually_closest(self, front: _Front, cut: float) -> IntArray:
        """Return the pairs closer than the cut that are the closest for both of their clusters."""
        chosen = np.flatnonzero(front.closeness > cut)
        a, b, close = front.pairs.first[chosen], front.pairs.second[chosen], front.closeness[chosen]
        np.maximum.at(self._best, a, close)
        np.maximum.at(self._best, b, close)
        mutual = (close == self._best[a]) & (close == self._best[b])
        self._best[a] = self._best[b] = -np.inf
        # Equally close pairs may share a cluster: of those, the first one goes ahead.
        a, b, chosen = a[mutual], b[mutual], chosen[mutual]
        keys = a * len(self.roots) + b
        np.minimum.at(self._earliest, a, keys)
        np.minimum.at(self._earliest, b, keys)
        first = (self._earliest[a] == keys) & (self._earliest[b] == keys)
        self._earliest[a] = self._earliest[b] = np.iinfo(np.int64).max
        return chosen[first]

    def _merge(self, a: IntArray, b: IntArray) -> tuple[IntArray, IntArray]:
        """Merge each a with its b into the larger of the two; return (remaining, gone)."""
        smaller = self.sizes[a] < self.sizes[b]
        into, gone = np.where(smaller, b, a), np.where(smaller, a, b)
        self.sums[into] += self.sums[gone]
        self.levels[into] += self.levels[gone]
        self.sizes[into] += self.sizes[gone]
        self.names[into] = np.maximum(self.names[into], self.names[gone])
        self.roots[gone] = into
        return into, gone

    def _rewired(self, front: _Front, into: IntArray, gone: IntArray, cut: float) -> _Front:
        """Let everything in the front that knew a merged cluster know what it became."""
        self._touched[gone] = True
        never = front.never.moved(self.roots, self._touched)
        photo = front.photo.moved(self.roots, self._touched)
        self._touched[into] = True
        changed = self._touched[front.pairs.first] | self._touched[front.pairs.second]
        self._touched[into] = self._touched[gone] = False
        pairs = self._renamed(front.pairs.where(changed))
        fresh = _Front(pairs, self._closeness_of(pairs), never, photo)
        fresh = fresh.narrowed(self._may_merge(fresh, cut))
        kept = front.narrowed(~changed)
        closeness = np.concatenate([kept.closeness, fresh.closeness])
        return _Front(kept.pairs.joined(fresh.pairs), closeness, never, photo)

    def _settle(self, changed: NDArray[np.bool_]) -> None:
        """Let all pairs know what the clusters became; `changed` ones (n,) have other members."""
        while not np.array_equal(self.roots, self.roots[self.roots]):
            self.roots = self.roots[self.roots]
        gone = self.roots != np.arange(len(self.roots))
        self._never = self._never.moved(self.roots, gone)
        self._photo = self._photo.moved(self.roots, gone)
        changed = changed | gone
        touched = changed[self._pairs.first] | changed[self._pairs.second]
        fresh = self._renamed(self._pairs.where(touched))
        self._pairs = self._pairs.where(~touched).joined(fresh)

    def _renamed(self, pairs: Pairs) -> Pairs:
        """Return the pairs of what the clusters of some pairs became."""
        a, b, bonus = unique_pairs(
            self.roots[pairs.first], self.roots[pairs.second], pairs.bonus, len(self.roots)
        )
        return Pairs(a, b, self._similarities(a, b), bonus)


def _shared(weighted: Any, with_: Any, a: IntArray, b: IntArray) -> FloatArray:
    """Return the weight of the companions that each a shares with its b, at most 1."""
    result = np.empty(len(a), dtype=np.float32)
    for start in range(0, len(a), _BLOCK):
        block = slice(start, start + _BLOCK)
        shared = weighted[a[block]].multiply(with_[b[block]]).sum(axis=1)
        result[block] = np.minimum(np.asarray(shared).reshape(-1), 1)
    return result


def near(pairs: Pairs, levels: FloatArray, cut: float) -> Pairs:
    """Return the pairs that can matter above a cut: an average is never above its largest part."""
    closeness = pairs.similarity - (levels[pairs.first] + levels[pairs.second]) / 2
    return pairs.where(closeness > cut - COMPANY)
