"""Faces that are one face on several editions of a photo: what is said of one is said of all.

When a photo was cropped, turned or mirrored in place, its new edition has faces of its own, at
other places. Decisions that were made on either edition count for both, in the order in which they
were made: each face stands for the *root* of its set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from labeler.positions import positions
from labeler.types import FaceKey, IntArray, Labels, Link

_Said = TypeVar("_Said")
Identify = Callable[[FaceKey], int | None]


@dataclass(frozen=True)
class SameFaces:
    """roots: of each face that stands for another one. members: of each root, itself included,
    those on present photos first."""

    roots: Mapping[int, int] = field(default_factory=dict)
    members: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def root(self, face: int | None) -> int | None:
        """Return the face for which one stands, itself if it is alone."""
        return None if face is None else self.roots.get(face, face)

    def all_of(self, face: int) -> tuple[int, ...]:
        """Return a face's whole set."""
        root = self.roots.get(face, face)
        return self.members.get(root, (root,))

    def by_root(self, identify: Identify) -> Identify:
        """Return what finds the roots of the faces that another function finds."""
        return (lambda key: self.root(identify(key))) if self.roots else identify

    def roots_of(self, faces: IntArray) -> IntArray:
        """Return the roots of faces, (n,); −1 stays."""
        if not self.roots:
            return faces
        standing = np.array(sorted(self.roots), dtype=np.int64)
        roots = np.array([self.roots[face] for face in standing.tolist()], dtype=np.int64)
        places = positions(standing, faces)
        return np.where(places >= 0, roots[places], faces)

    def spread(self, labels: Labels) -> Labels:
        """Return what was said of roots as said of all that they stand for."""
        if not self.roots:
            return labels
        return replace(
            labels,
            names=self._for_all(labels.names),
            ignored=frozenset(self._all(labels.ignored)),
            rejected=self._for_all(labels.rejected),
            links=tuple(self._link(link) for link in labels.links),
            covers={person: self.all_of(face)[0] for person, face in labels.covers.items()},
        )

    def _all(self, faces: Iterable[int]) -> Iterable[int]:
        return (one for face in faces for one in self.members.get(face, (face,)))

    def _for_all(self, said: Mapping[int, _Said]) -> dict[int, _Said]:
        spread = dict(said)
        for root, members in self.members.items():
            if root in spread:
                spread.update(dict.fromkeys(members, spread[root]))
        return spread

    def _link(self, link: Link) -> Link:
        return tuple(frozenset(self._all(part)) for part in link)
