"""Rank the pairs of groups that may be one person, for the user to say whether they are.

The pairs come from the last grouping, each told by two faces. What the user has said since then
counts: the groups are those of today, and what is settled is not asked again. A pair is settled

- if the two are one group by now, or both carry names that the user gave (the same or not);
- if a link keeps them apart, that is, two parts of it have a face in the one and in the other;
- if a face of the one is known not to be the person that the other is;
- if at least half of a group is ignored.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from labeler.library.store import Library
from labeler.people.steps.stand import Stand, stand
from labeler.types import IntArray, Labels, Link, MergeCandidates

# Logistic calibration, fitted by benchmarks/merging.py; the sizes of the groups add nothing to it.
_INTERCEPT, _CLOSENESS = -1.43, 272.7


@dataclass(frozen=True, slots=True)
class Merge:
    """Two groups that may be one person; one may be a single face, which is in no cluster.

    clusters: None = a single face. people: the name that most faces of each carry, given by the
    user or automatically; None = nobody has named them. faces: how many each has. examples: a face
    of each, of those the one that the grouping went by. closeness: see `labeler.groups.linkage`.
    probability: calibrated, the chance that the two are one person.
    """

    clusters: tuple[int | None, int | None]
    people: tuple[str | None, str | None]
    faces: tuple[int, int]
    examples: tuple[int, int]
    closeness: float
    probability: float


@dataclass
class _Group:
    """A cluster, or a single face, and what the user has said about its faces.

    names: those that the user gave. parts: by the number of a link, the parts of it in here.
    """

    cluster: int | None
    faces: list[int] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)
    guessed: Counter[str] = field(default_factory=Counter)
    rejected: set[str] = field(default_factory=set)
    ignored: int = 0
    parts: dict[int, set[int]] = field(default_factory=dict)

    def add(
        self, face: int, labels: Labels, guessed: str | None, parts: Sequence[tuple[int, int]]
    ) -> None:
        self.faces.append(face)
        name = labels.names.get(face)
        if name is not None:
            self.names[name] += 1
        elif guessed is not None:
            self.guessed[guessed] += 1
        self.rejected |= labels.rejected.get(face, frozenset())
        self.ignored += face in labels.ignored
        for link, part in parts:
            self.parts.setdefault(link, set()).add(part)

    @property
    def person(self) -> str | None:
        counts = self.names or self.guessed
        return min(counts, key=lambda name: (-counts[name], name)) if counts else None

    @property
    def people(self) -> set[str]:
        """Everybody whom the user has named in here, and whom it is taken for."""
        return {*self.names, *([] if self.person is None else [self.person])}


def merges(library: Library, top: int | None = None, now: Stand | None = None) -> list[Merge]:
    """Return the pairs of groups that may be one person and are not settled, likeliest first.

    Each pair once. Of a pair the group with more faces is first.

    Args:
        top: so many at most; None = all.
        now: how things stand, if that was read already.
    """
    with library.reading():
        candidates = library.merge_candidates()
        if not len(candidates.faces):
            return []
        groups = _groups(now or stand(library), candidates.faces)
    found = [_merge(*pair) for pair in _open_pairs(candidates, groups)]
    found.sort(key=lambda merge: (-merge.closeness, merge.examples))
    return found[:top]


def probability(closeness: float) -> float:
    """Return the chance that two groups that a grouping left apart are one person."""
    return 1 / (1 + math.exp(-_INTERCEPT - _CLOSENESS * closeness))


def _groups(now: Stand, asked: IntArray) -> dict[int, _Group]:
    """Return the groups of some faces, by each face that is in one of them."""
    ids, clusters = now.table.ids, now.clusters
    wanted = np.isin(ids, asked)
    wanted |= np.isin(clusters, clusters[wanted & (clusters >= 0)])
    parts = _parts(now.labels.links)
    by_cluster: dict[int, _Group] = {}
    groups: dict[int, _Group] = {}
    for face, cluster in zip(ids[wanted].tolist(), clusters[wanted].tolist(), strict=True):
        group = by_cluster.get(cluster) or _Group(cluster if cluster >= 0 else None)
        if cluster >= 0:
            by_cluster[cluster] = group
        one = now.automatic.get(face)
        guessed = None if one is None else one.person
        group.add(face, now.labels, guessed, parts.get(face, ()))
        groups[face] = group
    return groups


def _parts(links: Sequence[Link]) -> dict[int, list[tuple[int, int]]]:
    """Return the number of each link, and of its part, that a face is in; of 'different' only."""
    found: dict[int, list[tuple[int, int]]] = {}
    for number, link in enumerate(links):
        for part, faces in enumerate(link if len(link) > 1 else ()):
            for face in faces:
                found.setdefault(face, []).append((number, part))
    return found


def _open_pairs(
    candidates: MergeCandidates, groups: dict[int, _Group]
) -> Iterator[tuple[_Group, _Group, tuple[int, int], float]]:
    """Yield the pairs of groups that are not settled, once each, with their faces and closeness."""
    seen: set[tuple[int, int]] = set()
    for (a, b), closeness in zip(
        candidates.faces.tolist(), candidates.closeness.tolist(), strict=True
    ):
        if a not in groups or b not in groups:
            continue  # its photo is missing
        if (-len(groups[a].faces), a) > (-len(groups[b].faces), b):
            a, b = b, a
        one, other = groups[a], groups[b]
        pair = (one.faces[0], other.faces[0])
        if pair not in seen and not _settled(one, other):
            yield one, other, (a, b), closeness
        seen.add(pair)


def _settled(one: _Group, other: _Group) -> bool:
    if one is other or (one.names and other.names):
        return True
    if one.rejected & other.people or other.rejected & one.people:
        return True
    if any(2 * group.ignored >= len(group.faces) for group in (one, other)):
        return True
    shared = one.parts.keys() & other.parts.keys()
    return any(len(one.parts[link] | other.parts[link]) > 1 for link in shared)


def _merge(one: _Group, other: _Group, examples: tuple[int, int], closeness: float) -> Merge:
    return Merge(
        clusters=(one.cluster, other.cluster),
        people=(one.person, other.person),
        faces=(len(one.faces), len(other.faces)),
        examples=examples,
        closeness=closeness,
        probability=probability(closeness),
    )
