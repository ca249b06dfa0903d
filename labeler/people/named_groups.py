"""What groups of faces say about who is who: those with named faces, and those without."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from labeler.groups.cohort import MOST_OWN
from labeler.positions import positions
from labeler.types import FloatArray, IntArray

_ENOUGH = 0.5
"""A group in which this share of somebody's named faces are says as much as one with all."""

_IMPURE = 0.2
"""So many of a group's named faces that are of others make it say nothing."""


class NamedGroups:
    """How many of the named faces in each group are each person's.

    Args:
        groups: (n,) of the named faces; −1 = in no group.
        people: (n,) codes, 0…count − 1, of whom they show.
        apart: (k, 2) a group, and somebody who was seen beside a face of it, so is not in it.
    """

    def __init__(self, groups: IntArray, people: IntArray, count: int, apart: IntArray) -> None:
        grouped = groups >= 0
        self._count = max(count, 1)
        self._groups, self._sizes = np.unique(groups[grouped], return_counts=True)
        keys = groups[grouped] * self._count + people[grouped]
        self._keys, self._faces = np.unique(keys, return_counts=True)
        self._apart = np.unique(apart @ np.array([self._count, 1]))
        self._of_person = np.maximum(np.bincount(people, minlength=self._count), 1)

    def weights(self, groups: IntArray, people: IntArray) -> FloatArray:
        """Return how much the groups of faces speak for people, −1…1, (n, m) float32.

        1 where all named faces of the group are called after a person. Of a group that holds two
        people who look alike, the larger part says little about the next face: where a fifth of its
        named faces are of others, it says nothing. Where most faces of the person are elsewhere,
        one of them may be here by mistake, and that says less. −1 where the person was seen beside
        somebody of the group.

        Args:
            groups: (n,) of the faces. people: (n, m) codes of people whom they may be.
        """
        keys = groups[:, None] * self._count + people
        faces = _found(self._keys, self._faces, keys)
        sizes = np.maximum(_found(self._groups, self._sizes, groups), 1)[:, None]
        there = np.minimum(faces / (_ENOUGH * self._of_person[people]), 1)
        pure = np.maximum(1 - (1 - faces / sizes) / _IMPURE, 0)
        says = np.where(np.isin(keys, self._apart), -1, pure * there)
        return np.where(groups[:, None] >= 0, says, 0).astype(np.float32)


def seen_apart(photos: IntArray, groups: IntArray, people: IntArray) -> IntArray:
    """Return the groups that somebody is not in, being on a photo beside a face of theirs, (k, 2).

    Who has a name on a photo counts, and who is there as the only person named in a group.

    Args:
        photos, groups: (n,) of all faces; −1 = in no group. people: (n,) codes of the named; −1.
    """
    named = people >= 0
    pairs = np.unique(np.stack([groups, people], axis=1)[named & (groups >= 0)], axis=0)
    numbers, first, times = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    only = dict(
        zip(numbers[times == 1].tolist(), pairs[first[times == 1], 1].tolist(), strict=True)
    )
    who = np.where(named, people, [only.get(group, -1) for group in groups.tolist()])
    there: dict[int, set[int]] = defaultdict(set)
    for photo, person in zip(photos[who >= 0].tolist(), who[who >= 0].tolist(), strict=True):
        there[photo].add(person)
    own = {(group, person) for group, person in pairs.tolist()}
    found = {
        (group, person)
        for photo, group, face in zip(photos.tolist(), groups.tolist(), who.tolist(), strict=True)
        for person in there.get(photo, ())
        if group >= 0 and person != face and (group, person) not in own
    }
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)


def _found(keys: IntArray, values: IntArray, wanted: IntArray) -> IntArray:
    """Return the values of the wanted ones among some keys, which ascend; 0 = not among them."""
    found: IntArray = np.append(values, 0)[positions(keys, wanted.ravel())]
    return found.reshape(wanted.shape)


def people_without_name(X: FloatArray, groups: IntArray) -> FloatArray:
    """Return the mean face of each group of two or more, (g, d) float32; at most `MOST_OWN`.

    Args:
        X: (n, d) descriptors of faces that nobody has named. groups: (n,) theirs; −1 = in none.
    """
    numbers, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    total = np.zeros((len(numbers), X.shape[1]), dtype=np.float32)
    np.add.at(total, codes, X)
    largest = np.argsort(-sizes, kind="stable")
    kept = largest[(numbers[largest] >= 0) & (sizes[largest] > 1)][:MOST_OWN]
    means = total[kept] / np.maximum(np.linalg.norm(total[kept], axis=1, keepdims=True), 1e-12)
    return means * np.float32(np.linalg.norm(X, axis=1).mean() if len(X) else 1)
