"""What the user said about faces, as the linkage wants it: which go together, which stay apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from labeler.groups.links import regrouped
from labeler.types import IntArray, Labels, Link

MOST_OF_A_PART = 1000
"""Of a larger part, this many faces, evenly spread, are kept apart from the other parts."""


@dataclass(frozen=True)
class Constraints:
    """Constraints on n faces, by their positions.

    together: (n,) label; faces with the same one are in one cluster.
    names: (n,) code of the person that the user called each face, −1 = nobody.
    apart: (p, 2) pairs of faces that must not be in one cluster.
    """

    together: IntArray
    names: IntArray
    apart: IntArray


def none(n: int) -> Constraints:
    """Return the constraints on n faces of which the user has said nothing."""
    alone = np.full(n, -1, dtype=np.int64)
    return Constraints(np.arange(n), alone, np.empty((0, 2), dtype=np.int64))


def constraints(ids: IntArray, labels: Labels) -> Constraints:
    """Return what the user's decisions mean for the faces with these ids, (n,) in rising order.

    A name goes before everything else; of contradicting links, the later one counts.
    """
    names, codes = _name_codes(ids, labels)
    rejections = _rejections(ids, labels, codes)
    together = _together(ids, labels.links, names, rejections)
    apart = [_different(ids, link) for link in labels.links if len(link) > 1]
    carriers = _carriers(names)
    apart.append(np.array([(i, carriers[c]) for i, c in rejections], np.int64).reshape(-1, 2))
    pairs = np.concatenate(apart)
    return Constraints(together, names, pairs[together[pairs[:, 0]] != together[pairs[:, 1]]])


def _name_codes(ids: IntArray, labels: Labels) -> tuple[IntArray, dict[str, int]]:
    names = [labels.names.get(face) for face in ids.tolist()]
    codes = {name: code for code, name in enumerate(sorted({n for n in names if n is not None}))}
    return np.array([-1 if n is None else codes[n] for n in names], dtype=np.int64), codes


def _rejections(ids: IntArray, labels: Labels, codes: dict[str, int]) -> list[tuple[int, int]]:
    """Return (position of a face, code of a name that it does not have)."""
    position = {face: i for i, face in enumerate(ids.tolist())} if labels.rejected else {}
    return [
        (position[face], codes[person])
        for face, people in sorted(labels.rejected.items())
        for person in sorted(people)
        if face in position and person in codes
    ]


def _together(
    ids: IntArray, links: Sequence[Link], names: IntArray, rejections: Iterable[tuple[int, int]]
) -> IntArray:
    """Return the label of each face: names unite, links unite where no name contradicts."""
    n = len(ids)
    linked = regrouped(ids, np.full(n, -1, dtype=np.int64), links)
    linked[linked < 0] = linked.max(initial=-1) + 1 + np.arange((linked < 0).sum())
    # Each linked set gets the name that its faces carry, unless they carry several.
    lowest = np.full(linked.max(initial=-1) + 1, np.iinfo(np.int64).max)
    highest = np.full(len(lowest), -1)
    named = names >= 0
    np.minimum.at(lowest, linked[named], names[named])
    np.maximum.at(highest, linked[named], names[named])
    shared = np.where(lowest == highest, highest, -1)
    name = np.where(named, names, shared[linked])
    people = names.max(initial=-1) + 1
    label = np.where(name >= 0, name, people + linked)
    # Without its own name, a face leaves a set that contradicts what was said of it.
    loose = ~named & (lowest < highest)[linked]
    contradicted = [i for i, code in rejections if names[i] < 0 and name[i] == code]
    loose[contradicted] = True
    label[loose] = people + len(lowest) + np.flatnonzero(loose)
    return label


def _different(ids: IntArray, link: Link) -> IntArray:
    """Return the pairs (p, 2) of faces of different parts."""
    parts = []
    for faces in link:
        places = np.flatnonzero(np.isin(ids, np.fromiter(faces, np.int64, len(faces))))
        step = -(-len(places) // MOST_OF_A_PART) or 1
        parts.append(places[::step])
    pairs = [
        np.stack([axis.ravel() for axis in np.meshgrid(one, other)], axis=1)
        for i, one in enumerate(parts)
        for other in parts[i + 1 :]
    ]
    return np.concatenate(pairs).astype(np.int64)


def _carriers(names: IntArray) -> dict[int, int]:
    """Return one face that carries each name."""
    codes, first = np.unique(names, return_index=True)
    return dict(zip(codes.tolist(), first.tolist(), strict=True))
