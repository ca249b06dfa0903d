"""Which photos of a library a resolved search means: one truth value for every photo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from labeler.folding import fold, matches
from labeler.photos.sphere import distances_km
from labeler.place import Place, is_called
from labeler.positions import positions
from labeler.search.tree import (
    About,
    Album,
    All,
    Either,
    Faces,
    In,
    Located,
    Near,
    Node,
    Not,
    Only,
    Period,
    Person,
    Text,
    Unnamed,
)
from labeler.types import IntArray

Mask = NDArray[np.bool_]
NEAR_KM = 25.0


@dataclass(frozen=True)
class PhotoFields:
    """What is known of n photos besides their faces, in parallel arrays.

    ids: (n,) int64, ascending. days: (n,) int64, proleptic ordinal of the day taken, 0 = not known.
    places: (n, 2) float64 latitude and longitude in degrees, NaN = not known.
    albums: by the name of every folder, the positions of the photos in it, (m,) int64; a photo of
    which there are copies is in several. located: by place, the positions of the photos of it.
    """

    ids: IntArray
    days: IntArray
    places: NDArray[np.float64]
    albums: Mapping[str, IntArray]
    located: Mapping[Place, IntArray] = field(default_factory=dict)

    def of(self, rows: IntArray) -> PhotoFields:
        """Return fields of the photos at some positions, (k,), in this order, each maybe often."""
        order = np.argsort(rows, kind="stable")

        def at(own: IntArray) -> IntArray:
            first, end = (np.searchsorted(rows, own, side, order) for side in ("left", "right"))
            parts = [order[i:j] for i, j in zip(first.tolist(), end.tolist(), strict=True)]
            return np.concatenate([np.empty(0, np.int64), *parts])

        return PhotoFields(
            self.ids[rows],
            self.days[rows],
            self.places[rows],
            {name: at(own) for name, own in self.albums.items()},
            {place: at(own) for place, own in self.located.items()},
        )


@dataclass(frozen=True)
class PeopleFields:
    """Who is on n photos.

    photos: by person, the positions of the photos, (m,) int64 without doubles.
    faces: (n,) int64, the number of faces. unnamed: (n,) bool, somebody has no name (and is not
    ignored). company: (n,) int64, how many different people with a name are on it.
    """

    photos: Mapping[str, IntArray]
    faces: IntArray
    unnamed: Mask
    company: IntArray


def people_fields(ids: IntArray, faces: Iterable[tuple[int, str | None, bool]]) -> PeopleFields:
    """Return who is on the photos with some ids (ascending).

    Args:
        faces: of each face its photo's id, its person (None = no name), and whether it is ignored.
            Those on other photos are left out.
    """
    rows = list(faces)
    photo_ids = np.array([row[0] for row in rows], dtype=np.int64)
    places = positions(ids, photo_ids)
    there = places >= 0
    unnamed = np.zeros(len(ids), dtype=bool)
    photos: dict[str, set[int]] = {}
    for place, known, (_, person, ignored) in zip(
        places.tolist(), there.tolist(), rows, strict=True
    ):
        if known and person is not None:
            photos.setdefault(person, set()).add(place)
        elif known and not ignored:
            unnamed[place] = True
    photos_of = {person: np.array(sorted(own), np.int64) for person, own in photos.items()}
    company = np.zeros(len(ids), dtype=np.int64)
    for own in photos_of.values():
        company[own] += 1
    return PeopleFields(photos_of, np.bincount(places[there], minlength=len(ids)), unnamed, company)


@dataclass(frozen=True)
class Searched:
    """All that a search is judged by.

    texts, about: the ids of the photos with a text, and of those that show something, in any order.
    said: which of n have a text in another way, (n,) bool; None = none of them.
    """

    photos: PhotoFields
    people: PeopleFields
    texts: Callable[[Text], Iterable[int]]
    about: Callable[[About], Iterable[int]]
    said: Callable[[Text], Mask] | None = None

    def evaluate(self, tree: Node) -> Mask:
        """Return whether each photo is meant, (n,) bool."""
        if isinstance(tree, All):
            return reduce(np.logical_and, map(self.evaluate, tree.parts))
        if isinstance(tree, Either):
            return reduce(np.logical_or, map(self.evaluate, tree.parts))
        if isinstance(tree, Not):
            return ~self.evaluate(tree.part)
        return self._leaf(tree)

    def _leaf(self, tree: Node) -> Mask:
        photos, people = self.photos, self.people
        match tree:
            case Person():
                return self._anybody(tree.names)
            case Only():
                return self._only(tree)
            case Unnamed():
                return people.unnamed
            case Faces():
                most = np.inf if tree.most is None else tree.most
                return (people.faces >= tree.least) & (people.faces <= most)
            case Period():
                first = tree.first.toordinal() if tree.first else 1
                last = tree.last.toordinal() if tree.last else np.inf
                return (photos.days >= first) & (photos.days <= last)
            case Album():
                own = [where for name, where in photos.albums.items() if _named(tree, name)]
                return self._mask(own)
            case Located():
                return ~np.isnan(photos.places[:, 0])
            case In():
                there = photos.located.items()
                return self._mask(own for at, own in there if is_called(at, tree.name, tree.prefix))
            case Near():
                return distances_km(photos.places, (tree.latitude, tree.longitude)) <= NEAR_KM
            case Text():
                found = np.isin(photos.ids, np.fromiter(self.texts(tree), dtype=np.int64))
                return found if self.said is None else found | self.said(tree)
            case About():
                return np.isin(photos.ids, np.fromiter(self.about(tree), dtype=np.int64))
        raise TypeError(f"{tree!r} has no meaning yet; resolve it first.")

    def _anybody(self, names: Iterable[str]) -> Mask:
        return self._mask(self.people.photos[name] for name in names if name in self.people.photos)

    def _only(self, tree: Only) -> Mask:
        names = {name for part in tree.people if isinstance(part, Person) for name in part.names}
        wanted = reduce(np.logical_and, map(self.evaluate, tree.people))
        among = np.zeros(len(self.photos.ids), dtype=np.int64)
        for name in names & self.people.photos.keys():
            among[self.people.photos[name]] += 1
        return wanted & ~self.people.unnamed & (self.people.company == among)

    def _mask(self, positions: Iterable[IntArray]) -> Mask:
        mask = np.zeros(len(self.photos.ids), dtype=bool)
        for some in positions:
            mask[some] = True
        return mask


def _named(tree: Album, name: str) -> bool:
    return matches(fold(tree.pattern), fold(name))
