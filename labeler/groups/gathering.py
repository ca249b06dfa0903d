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

import numpy as np
from numpy.typing import NDArray

from labeler.groups.cohort import cohort
from labeler.groups.linkage import Apart
from labeler.groups.parts import Bar, joined, nearness_to_wholes
from labeler.types import FloatArray, IntArray

LIKELY = (Bar(0.005, average=-0.04), *[Bar(0.014, average=-0.04)] * 3)
"""What is likely the same person; the first time levels are still too high."""
SURE = Bar(0.022)
REACH = -0.02
"""What is not as close as this at first will not come over a bar either."""


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
) -> IntArray:
    """Return the labels, (n,), after what was left has joined the large clusters.

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
    nearness = nearness_to_wholes(X, labels, levels, single, LIKELY[0].average)
    is_whole, number = np.isposinf(nearness), len(nearness)
    some = np.flatnonzero((nearness > REACH)[labels])
    if is_whole[labels[some]].all():
        return labels
    theirs, now = labels[some], levels[some]
    within = Apart(_among(some, apart.never, len(X)), _among(some, apart.photo, len(X)))
    became = np.arange(number)
    for bar in (*LIKELY, SURE):
        # The levels of a large cluster change where something may be a part of it.
        changed = (~is_whole | (np.bincount(became)[became] > 1))[theirs]
        rows, people = some[changed], became[labels]
        highest = None if most is None else most[rows]
        now[changed] = cohort(X, people, strangers).levels(X[rows], people[rows], highest)
        found = joined(X[some], theirs, now, within, names[some], stricter, bar, single[some])
        became = np.arange(number)
        became[theirs] = number + found
    return became[labels]


def _among(faces: IntArray, pairs: IntArray, n: int) -> IntArray:
    """Return those pairs, (p, 2), of which both are among some faces, by their places there."""
    places = np.full(n, -1)
    places[faces] = np.arange(len(faces))
    found = places[pairs]
    return found[(found >= 0).all(axis=1)]
