"""Degrees → the place where somebody would say that they are.

The nearest inhabited place is looked for on the globe, not on a map, on which the poles are wide
and the date line is an edge. It may be part of a larger city, though a gazetteer knows cities as
points: how far a city reaches is guessed from how many people live there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from labeler.folding import plain
from labeler.photos.sphere import chord_of_km, distances_km, km_of_chords, unit_vectors
from labeler.place import Place
from labeler.types import IntArray

NEAR_KM = 30.0
"""What is farther away is not where a photo was taken; only its country is said."""
COUNTRY_KM = 100.0
"""Farther away from everybody, as on an ocean, nothing is said."""
PEOPLE_PER_KM2 = 3000.0
"""How closely people live in a city: 500,000 within 7 km, 9 million within 31 km of its middle."""
MOST_CITY_KM = 35.0
PART_KM = 2.0
"""Within this, one is in a part of a city, however few people live there."""
CITY_PEOPLE = 50_000
"""Fewer make no city that swallows the places around it."""
TIMES_LARGER = 2.0
"""A city must have so many times the people of a place that is said to be part of it."""

NO_CITY = -1


@dataclass(frozen=True)
class Gazetteer:
    """n inhabited places, in parallel.

    places: (n, 2) float64, latitude and longitude in degrees. people: (n,) int64, how many live
    there, 0 = not known. countries, states: (n,) int64, equal numbers for places of one country, or
    of one state of it; state −1 = not known. names: name, county, state and country of each, '' =
    not known. also: by position, what a place is called in other languages and writings.
    also_countries: by name, what else countries are called, folded.
    """

    places: NDArray[np.float64]
    people: IntArray
    countries: IntArray
    states: IntArray
    names: Sequence[tuple[str, str, str, str]]
    also: Mapping[int, Sequence[str]]
    also_countries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Finder:
    """Finds places; makes its trees once."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._all = gazetteer
        self._tree = cKDTree(unit_vectors(gazetteer.places))
        self._cities = np.flatnonzero(gazetteer.people >= CITY_PEOPLE)
        self._city_tree = cKDTree(unit_vectors(gazetteer.places[self._cities]))

    def places_at(self, coordinates: NDArray[np.float64]) -> list[Place | None]:
        """Return the place at each of m positions (m, 2), in degrees; None = nobody lives near."""
        if not len(coordinates):
            return []
        rows, distances = self.nearest(coordinates)
        cities = self._cities_of(rows)
        # Who is outside the nearest part of a city, but not of the city, is somewhere else in it.
        outside = (
            (cities != NO_CITY)
            & (distances > np.maximum(self._reach(rows), PART_KM))
            & (self._distances(coordinates, cities) <= self._reach(cities))
        )
        rows, cities = np.where(outside, cities, rows), np.where(outside, NO_CITY, cities)
        kinds = np.digitize(distances, [NEAR_KM, COUNTRY_KM], right=True)
        found: dict[tuple[int, int, int], Place | None] = {}
        for key in zip(kinds.tolist(), rows.tolist(), cities.tolist(), strict=True):
            if key not in found:
                found[key] = self._place(*key)
        return [found[k] for k in zip(kinds.tolist(), rows.tolist(), cities.tolist(), strict=True)]

    def nearest(self, coordinates: NDArray[np.float64]) -> tuple[IntArray, NDArray[np.float64]]:
        """Return the nearest place of the gazetteer, (m,) int64, and its distance in km, (m,)."""
        chords, rows = self._tree.query(unit_vectors(coordinates))
        return rows.astype(np.int64), km_of_chords(chords)

    def city_of(self, row: int) -> int:
        """Return the largest city that a place of the gazetteer is part of, or NO_CITY."""
        everything, here = self._all, self._all.places[row]
        around = self._city_tree.query_ball_point(
            unit_vectors(here[np.newaxis])[0], chord_of_km(MOST_CITY_KM)
        )
        cities = self._cities[around]
        people, states = everything.people[cities], everything.states[cities]
        fits = (
            (everything.countries[cities] == everything.countries[row])
            & ((states == everything.states[row]) | (states < 0))
            & (people >= TIMES_LARGER * everything.people[row])
            & (distances_km(everything.places[cities], (here[0], here[1])) <= self._reach(cities))
        )
        return int(cities[fits][people[fits].argmax()]) if fits.any() else NO_CITY

    def _cities_of(self, rows: IntArray) -> IntArray:
        different, which = np.unique(rows, return_inverse=True)
        return np.array([self.city_of(row) for row in different.tolist()], dtype=np.int64)[which]

    def _distances(self, coordinates: NDArray[np.float64], rows: IntArray) -> NDArray[np.float64]:
        """Return how many km each position (m, 2) is away from one place, (m,)."""
        apart = unit_vectors(coordinates) - unit_vectors(self._all.places[rows])
        return km_of_chords(np.linalg.norm(apart, axis=1))

    def _reach(self, rows: IntArray) -> NDArray[np.float64]:
        """Return how many km places reach from their middles."""
        radius = np.sqrt(self._all.people[rows] / PEOPLE_PER_KM2 / np.pi)
        return np.asarray(np.minimum(radius, MOST_CITY_KM))

    def _place(self, kind: int, row: int, city: int) -> Place | None:
        """Return a place; kind: 0 = it is near, 1 = only its country is sure, 2 = not even that."""
        name, county, state, country = self._all.names[row]
        short = self._all.also_countries.get(country, ())
        if kind:
            return Place("", country=country, also=short) if kind == 1 else None
        whole = "" if city == NO_CITY else self._all.names[city][0]
        also = [other for one in (row, city) for other in self._all.also.get(one, ())]
        others = other_names(also, (name, whole)) + short
        return Place(name, whole, county, state, country, others)


def other_names(names: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return those of a place's names that people write, as `plain` writes them, each once.

    GeoNames lists sounds of other scripts, in small letters ('li si ben'), and codes of airports
    ('LIS') among them.

    Args:
        known: the names that are known already.
    """
    written = [
        name
        for name in names
        if not (name[:1].isascii() and name[:1].islower())
        and not (len(name) <= 4 and name.isascii() and name.isupper())
    ]
    found = dict.fromkeys(map(plain, written))
    return tuple(name for name in found if name and name not in map(plain, known))
