"""A place as people know it: what it is called, and whether somebody means it by some words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from labeler.folding import plain, says


@dataclass(frozen=True, slots=True)
class Place:
    """An inhabited place and what it belongs to, from the small to the large; '' = not known.

    name: the nearest village, town or part of a city; '' = nothing is near, but the country is
    known. city: the larger city that it is part of, '' = it is none's. also: what the place and the
    city are called in other languages, as `labeler.folding.plain` writes it.
    """

    name: str
    city: str = ""
    county: str = ""
    state: str = ""
    country: str = ""
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return what it and all around it are called, the smallest first, each name once."""
        parts = (self.name, self.city, self.county, self.state, self.country)
        return tuple(dict.fromkeys(part for part in parts if part))


def whole_text(place: Place) -> str:
    """Return all that is known of a place.

    >>> whole_text(Place("Alfama", "Lisbon", "Lisbon", "Lisbon", "Portugal"))
    'Alfama, Lisbon, Portugal'
    """
    return ", ".join(place.names)


def short_text(place: Place) -> str:
    """Return what one says of a photo that was taken there: the city, else the place.

    >>> short_text(Place("Alfama", "Lisbon", "Lisbon", "Lisbon", "Portugal"))
    'Lisbon, Portugal'
    """
    parts = (place.city or place.name, place.country)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def is_called(place: Place, words: str, prefix: bool = False) -> bool:
    """Tell whether a place, or what it belongs to, has these words in its name, in this order.

    Of a name in another language, all must be said: short ones are words of everyday life.

    Args:
        prefix: the last word may go on.
    """
    wanted = plain(words)
    return wanted in place.also or any(says(name, wanted, prefix) for name in place.names)


def all_names(places: Iterable[Place]) -> list[str]:
    """Return what places and all around them are called, each name once, in order."""
    return sorted({name for place in places for name in place.names}, key=str.casefold)
