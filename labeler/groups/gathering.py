"""Gather what is left of people on many photos, single faces too, once it is no stranger to them.

Whoever is on thousands of photos and changes in the course of years is in hundreds of pieces at
first: one large cluster, and many small ones and single faces from times when there were few
photos. All of those count as strangers, to each other above all; so their levels are too high, and
nothing joins. With levels that know the truth, they join easily, but the truth is what we look for.

So there are two bars. What comes over the lower one is likely the same person: it becomes nobody's
yet, but it is left out of the strangers, of the large cluster's faces and of its own. With the
levels that follow, the same is asked again, a few times. What comes over the higher one in the end
is taken. A real stranger who got over the lower bar gains little by that: one face of the ten that
make a level goes, where of a person in pieces all ten do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.groups.cohort import cohort
from labeler.groups.linkage import Apart
from labeler.groups.parts import LEAST_WHOLE, Bar, joined, nearness
from labeler.types import FloatArray, IntArray

FIRST, LIKELY = Bar(0.005, average=-0.04), Bar(0.014, average=-0.04)
"""What is likely the same person; the first time levels are still too high."""
ROUNDS = 3
"""So often at most it is asked again who is likely; more often changed nothing."""
SURE = Bar(0.022)
OPEN = 0.005
"""What is at least so close to a large cluster in the end may still be a part of it."""
FEW_NEARER = 0.014
"""The nearest few are so much closer than all are on average where both are as likely the same
person: between 0.018 and 0.022, 110 of 140 are (benchmarks/RESULTS.md)."""
REACH = -0.02
"""What is not as close as this at first will not come over a bar either."""


@dataclass(frozen=True)
class Gathered:
    """labels: (n,) faces with the same one are one cluster. candidates: (m, 2) faces of parts and
    of large clusters that may be one person; closeness: (m,), see `labeler.groups.linkage`."""

    labels: IntArray
    candidates: IntArray
    closeness: FloatArray


def gathered(
    X: FloatArray,
    labels: IntArray,
    levels: FloatArray,
    apart: Apart,
    names: IntArray,
    single: NDArray[np.bool_],
    strangers: FloatArray | None = None,
    most: FloatArray | None = None,
    stricter: float = 0.0,
) -> Gathered:
    """Let what was left join the large clusters.

    Args:
        X: (n, d) float32 descriptors.
        labels: (n,) 0…c−1; faces with the same one are one cluster.
        levels: (n,) float32, as they are before.
        apart: the pairs of faces that must not be in one cluster.
        names: (n,) code of the person that the user called each face, −1 = nobody.
        single: (n,) the faces that may join by themselves.
        strangers: (s, d) descriptors of people who are not in the library.
        most: (n,) the highest level of each; see `labeler.groups.cohort.highest_levels`.
        stricter: how much nearer everybody must be; see `labeler.groups.cohort.crowding`.
    """
    parts, _, close = nearness(X, labels, levels, single, FIRST.average)
    is_whole = np.bincount(labels) >= LEAST_WHOLE
    number, reached = len(is_whole), is_whole.copy()
    reached[parts[close > REACH]] = True
    if not (close > REACH).any():
        return Gathered(labels, np.empty((0, 2), np.int64), np.empty(0, np.float32))
    some = np.flatnonzero(reached[labels])
    theirs = labels[some]
    within = Apart(_among(some, apart.never, len(X)), _among(some, apart.photo, len(X)))

    def became(who: IntArray) -> IntArray:
        """Return what each cluster becomes where those that were reached are one by `who`."""
        result = np.arange(number)
        result[theirs] = number + who
        return result

    def levels_if(
        likely: IntArray, changed: NDArray[np.bool_], otherwise: FloatArray
    ) -> FloatArray:
        """Return the levels where those who are likely one are one."""
        rows, people = some[changed], became(likely)[labels]
        highest = None if most is None else most[rows]
        found = otherwise.copy()
        found[changed] = cohort(X, people, strangers).levels(X[rows], people[rows], highest)
        return found

    def one(now: FloatArray, bar: Bar) -> IntArray:
        """Return who is one by a bar."""
        return joined(X[some], theirs, now, within, names[some], stricter, bar, single[some])

    likely, sizes = theirs, np.bincount(theirs)[theirs]
    alone = now = levels_if(theirs, ~is_whole[theirs], levels[some])
    for bar in (FIRST, *[LIKELY] * ROUNDS):
        before, likely = likely, one(now, bar)
        if np.array_equal(before, likely):
            break
        # A level changes only where something else may be the same person.
        now = levels_if(likely, np.bincount(likely)[likely] > sizes, alone)
    found = one(now, SURE)
    parts, wholes, close = nearness(X[some], found, now, single[some], SURE.average)
    is_open = close > OPEN + stricter
    first = some[np.unique(found, return_index=True)[1]]
    candidates = np.stack([first[parts], first[wholes]], axis=1)[is_open]
    return Gathered(became(found)[labels], candidates, close[is_open] - np.float32(FEW_NEARER))


def _among(faces: IntArray, pairs: IntArray, n: int) -> IntArray:
    """Return those pairs, (p, 2), of which both are among some faces, by their places there."""
    places = np.full(n, -1)
    places[faces] = np.arange(len(faces))
    found = places[pairs]
    return found[(found >= 0).all(axis=1)]
