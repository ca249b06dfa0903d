"""Average linkage on the pairs that a neighbour graph proposes.

Contract: a linkage starts with every face as a cluster of its own, known by the index of one of
its members. `run(cut)` merges, round after round, all pairs of clusters that are each other's
closest, until no allowed pair is closer than `cut`; it can be called again with a lower cut.
The outcome depends on nothing but the input: ties go to the pair with the lower indices.

How close two clusters A and B are is exact, though only pairs that the graph knows are ever looked
at, because sums are enough for the average over all pairs of their members:

    closeness(A, B) = mean similarity(a, b) − (level(A) + level(B)) / 2 − SINGLE / max(|A|, |B|)

Similarity is 1 − d²/2 (the cosine, for vectors of length 1). The level of a face says how similar
its nearest strangers are (`labeler.cohort`), a cluster's level is the mean of its faces'. The last
term asks for more where two single faces meet: there one accident decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

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
class Pairs:
    """Pairs of faces or clusters: first < second, each pair once, sorted. All arrays (p,).

    similarity: mean similarity of the members.
    """

    first: IntArray
    second: IntArray
    similarity: FloatArray

    def __len__(self) -> int:
        return len(self.first)

    def where(self, chosen: NDArray[np.bool_]) -> Pairs:
        return Pairs(self.first[chosen], self.second[chosen], self.similarity[chosen])


@dataclass(frozen=True)
class Apart:
    """Pairs of faces, each (p, 2), that must not be in one cluster, in any order.

    never: the user said so. photo: they are on one photo, which allows an exception.
    """

    never: IntArray
    photo: IntArray


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
        self._never = _keys(apart.never, n)
        self._photo = _keys(apart.photo, n)
        self._pairs = pairs
        self._bonus = np.zeros(len(pairs), dtype=np.float32)
        self._closeness = self._closeness_of(pairs) + self._bonus
        if together is not None:
            self._unite(together)

    def run(self, cut: float) -> None:
        """Merge until no allowed pair is closer than `cut`."""
        open_ = self._closeness > cut
        open_[open_] = self._allowed(np.flatnonzero(open_))
        while (merging := self._mutually_closest(np.flatnonzero(open_))).size:
            into, gone = self._merge(self._pairs.first[merging], self._pairs.second[merging])
            to = np.arange(len(self.roots))
            to[gone] = into
            changed = self._rewire(to, into, gone)
            kept = open_[~changed]
            open_ = np.concatenate([kept, self._closeness[len(kept) :] > cut])
            fresh = len(kept) + np.flatnonzero(open_[len(kept) :])
            open_[fresh] = self._allowed(fresh)

    def welcome_company(self) -> None:
        """Let pairs count as closer whose clusters share companions: others on their photos.

        A shared companion counts 1 / log(2 + number of its own companions), as in Adamic and Adar
        (2003), "Friends and neighbors on the web": whoever is with everybody says little. More than
        1 in all does not count. How much it counts depends on the library, by the information in
        it: where most people share companions anyway, as in the album of one family, none.
        """
        n = len(self.roots)
        first, second = np.divmod(self._photo, n)
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
        self._closeness += bonus - self._bonus
        self._bonus = bonus

    def labels(self) -> IntArray:
        """Return the cluster of each face, (n,), by the index of one of its members."""
        return self.roots.copy()

    def open_pairs(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Return the pairs of clusters that may be merged, and how close each is; all (p,)."""
        allowed = self._allowed(np.arange(len(self._pairs)))
        pairs = self._pairs.where(allowed)
        return pairs.first, pairs.second, self._closeness[allowed]

    def _closeness_of(self, pairs: Pairs) -> FloatArray:
        a, b = pairs.first, pairs.second
        levels = self.levels / self.sizes
        single = SINGLE / np.maximum(self.sizes[a], self.sizes[b])
        return (pairs.similarity - (levels[a] + levels[b]) / 2 - single).astype(np.float32)

    def _similarities(self, a: IntArray, b: IntArray) -> FloatArray:
        result = np.empty(len(a), dtype=np.float32)
        for start in range(0, len(a), _BLOCK):
            i, j = a[start : start + _BLOCK], b[start : start + _BLOCK]
            dots = np.einsum("ij,ij->i", self.sums[i], self.sums[j])
            result[start : start + _BLOCK] = dots / (self.sizes[i] * self.sizes[j]) + self._shift
        return result

    def _allowed(self, chosen: IntArray) -> NDArray[np.bool_]:
        a, b = self._pairs.first[chosen], self._pairs.second[chosen]
        keys = a * len(self.roots) + b
        named = (self.names[a] >= 0) & (self.names[b] >= 0) & (self.names[a] != self.names[b])
        on_photo = _among(keys, self._photo) & (self._closeness[chosen] < EXCEPTION)
        return ~(named | on_photo | _among(keys, self._never))

    def _mutually_closest(self, chosen: IntArray) -> IntArray:
        """Return those of the chosen pairs that are the closest for both of their clusters."""
        a, b = self._pairs.first[chosen], self._pairs.second[chosen]
        close = self._closeness[chosen]
        best = np.full(len(self.roots), -np.inf, dtype=np.float32)
        np.maximum.at(best, a, close)
        np.maximum.at(best, b, close)
        mutual = chosen[(close == best[a]) & (close == best[b])]
        # Equally close pairs may share a cluster: of those, the first one goes ahead.
        earliest = np.full(len(self.roots), len(self._pairs))
        a, b = self._pairs.first[mutual], self._pairs.second[mutual]
        np.minimum.at(earliest, a, mutual)
        np.minimum.at(earliest, b, mutual)
        return mutual[(earliest[a] == mutual) & (earliest[b] == mutual)]

    def _merge(self, a: IntArray, b: IntArray) -> tuple[IntArray, IntArray]:
        """Merge each a with its b into the larger of the two; return (remaining, gone)."""
        smaller = self.sizes[a] < self.sizes[b]
        into, gone = np.where(smaller, b, a), np.where(smaller, a, b)
        self.sums[into] += self.sums[gone]
        self.levels[into] += self.levels[gone]
        self.sizes[into] += self.sizes[gone]
        self.names[into] = np.maximum(self.names[into], self.names[gone])
        return into, gone

    def _rewire(self, to: IntArray, into: IntArray, gone: IntArray) -> NDArray[np.bool_]:
        """Let everything that knew a merged cluster know what it became.

        Returns which of the former pairs changed: they are replaced by new ones at the end.
        """
        self.roots = to[self.roots]
        self._never, self._photo = (_moved(keys, to) for keys in (self._never, self._photo))
        hot = np.zeros(len(to), dtype=bool)
        hot[into] = hot[gone] = True
        changed = hot[self._pairs.first] | hot[self._pairs.second]
        a, b = to[self._pairs.first[changed]], to[self._pairs.second[changed]]
        keys, bonus = _unique_pairs(a, b, self._bonus[changed], len(to))
        a, b = np.divmod(keys, len(to))
        fresh = Pairs(a, b, self._similarities(a, b))
        closeness = self._closeness_of(fresh) + bonus
        self._pairs = _joined(self._pairs.where(~changed), fresh)
        self._bonus = np.concatenate([self._bonus[~changed], bonus])
        self._closeness = np.concatenate([self._closeness[~changed], closeness])
        return changed

    def _unite(self, together: IntArray) -> None:
        """Merge the faces that carry the same label."""
        _, first, inverse = np.unique(together, return_index=True, return_inverse=True)
        to: IntArray = first[inverse.reshape(-1)].astype(np.int64)
        gone = np.flatnonzero(to != np.arange(len(to)))
        if not len(gone):
            return
        into = to[gone]
        np.add.at(self.sums, into, self.sums[gone])
        np.add.at(self.levels, into, self.levels[gone])
        np.add.at(self.sizes, into, 1)
        np.maximum.at(self.names, into, self.names[gone])
        self._rewire(to, into, gone)


def _shared(weighted: Any, with_: Any, a: IntArray, b: IntArray) -> FloatArray:
    """Return the weight of the companions that each a shares with its b, at most 1."""
    result = np.empty(len(a), dtype=np.float32)
    for start in range(0, len(a), _BLOCK):
        block = slice(start, start + _BLOCK)
        shared = weighted[a[block]].multiply(with_[b[block]]).sum(axis=1)
        result[block] = np.minimum(np.asarray(shared).reshape(-1), 1)
    return result


def without(pairs: Pairs, faces: NDArray[np.bool_]) -> Pairs:
    """Return the pairs of which neither is one of the faces, a mask (n,)."""
    return pairs.where(~(faces[pairs.first] | faces[pairs.second]))


def near(pairs: Pairs, levels: FloatArray, cut: float) -> Pairs:
    """Return the pairs that can matter above a cut: an average is never above its largest part."""
    closeness = pairs.similarity - (levels[pairs.first] + levels[pairs.second]) / 2
    return pairs.where(closeness > cut - COMPANY)


def _joined(first: Pairs, second: Pairs) -> Pairs:
    return replace(
        first,
        first=np.concatenate([first.first, second.first]),
        second=np.concatenate([first.second, second.second]),
        similarity=np.concatenate([first.similarity, second.similarity]),
    )


def _unique_pairs(
    a: IntArray, b: IntArray, bonus: FloatArray, n: int
) -> tuple[IntArray, FloatArray]:
    """Return the keys of the different pairs, sorted, and the largest bonus of each."""
    different = a != b
    a, b, bonus = a[different], b[different], bonus[different]
    keys = np.minimum(a, b) * n + np.maximum(a, b)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])
    if not len(starts):
        return keys, bonus
    return keys[starts], np.maximum.reduceat(bonus[order], starts)


def _keys(pairs: IntArray, n: int) -> IntArray:
    """Return pairs (p, 2) as sorted numbers, smaller index · n + larger index."""
    low, high = pairs.min(axis=1, initial=n), pairs.max(axis=1, initial=-1)
    return np.unique((low * n + high)[low != high])


def _moved(keys: IntArray, to: IntArray) -> IntArray:
    return _keys(np.stack([to[part] for part in np.divmod(keys, len(to))], axis=1), len(to))


def _among(keys: IntArray, among: IntArray) -> NDArray[np.bool_]:
    """Tell which keys are among others, which are sorted."""
    if not len(among):
        return np.zeros(len(keys), dtype=bool)
    places = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    return among[places] == keys
