"""What the page of a search says: examples of the library's own, and how a search may go on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sized
from datetime import datetime
from urllib.parse import urlencode

from labeler.folding import fold
from labeler.place import Place
from labeler.search.grammar import written
from labeler.search.tree import quoted
from labeler.types import Photo

from ..person import views as person_views
from ..shell.snapshot import Snapshot

PATH = "/search"
MOST_COMPLETIONS = 8
_STARTS = re.compile(r"(?<![^\s(|+-])[^\s(|+-]")
"""Where a name may begin: at the start of a word, or behind a sign."""


def address(text: str) -> str:
    """Return the address of the page of a search.

    >>> address("rosa + henrik")
    '/search?q=rosa+%2B+henrik'
    """
    return f"{PATH}?" + urlencode({"q": text})


def in_place(name: str) -> str:
    """Return the search for photos that were taken in a town, region or country.

    >>> in_place("Lisbon"), in_place("New York")
    ('in:Lisbon', 'in:"New York"')
    """
    return f"in:{written(name)}"


def examples(
    snapshot: Snapshot, albums: Mapping[str, Sized], places: Mapping[Place, Sized]
) -> list[tuple[str, str]]:
    """Return searches with what each means; nearly all find something in this library.

    albums, places: the photos in each, however they are given.
    """
    people = [row.person for row in snapshot.people if not row.hidden]
    found = [(written(name), f"photos of {name}") for name in people[:1]]
    found += _of_two(snapshot, people)
    if any(row.person is None and not row.ignored for row in snapshot.faces):
        found.append(("unnamed", "somebody has no name yet"))
    found.append(("faces>=3", "three faces or more; faces:0 for none"))
    found += _of_time([row.taken for row in snapshot.faces if row.taken])
    parts = [name for name in albums if len(albums[name]) < snapshot.photos]
    if parts:
        largest = max(parts, key=lambda name: (len(albums[name]), name))
        found.append((f"album:{quoted(largest)}", "a folder; * stands for any letters"))
    found += [(in_place(name), "a town, a region or a country") for name in _most_often(places)]
    found.append(("gps", "with a position; near:38.72,-9.14 for 25 km around"))
    return found


def _most_often(places: Mapping[Place, Sized]) -> list[str]:
    """Return the name of the town where most photos were taken, if there is one."""
    photos: Counter[str] = Counter()
    for place, own in places.items():
        photos[place.city or place.name or place.country] += len(own)
    return [name for name, _ in photos.most_common(1)]


def _of_two(snapshot: Snapshot, people: list[str]) -> list[tuple[str, str]]:
    """Return examples of people together, of whom there are such photos."""
    if not people:
        return []
    first, others = people[0], person_views.together(snapshot, people[0])
    found = [(f"only {written(first)}", f"{first} and nobody else")]
    if others:
        other = others[0][0]
        found.insert(0, (f"{written(first)} + {written(other)}", "both on one photo"))
        found.append((f"{written(first)} -{written(other)}", f"{first} without {other}"))
        found.append((f"{written(first)} | {written(other)}", "one of them, or both"))
    return found


def _of_time(taken: list[datetime]) -> list[tuple[str, str]]:
    """Return examples of when: the month with most faces, and all before the last year."""
    if not taken:
        return []
    month = Counter((date.year, date.month) for date in taken).most_common(1)[0][0]
    first, last = min(taken).year, max(taken).year
    found = [(f"{datetime(*month, 1):%B %Y}", "or a day, a year, summer 2008")]
    if first < last:
        found.append((f"before {last}", f"or after; {first}..{last} for all between"))
    return found


def completions(names: Iterable[str], text: str) -> list[str]:
    """Return how a search may go on whose end is the beginning of a name, or of a part of one."""
    folded = [(name, fold(name)) for name in names]
    for start in (match.start() for match in _STARTS.finditer(text)):
        end = text[start:].lstrip('"')
        begun = fold(end) + " " * (end != end.rstrip())
        fitting = [name for name, plain in folded if begun and f" {plain}".find(f" {begun}") >= 0]
        if fitting:
            whole = [text[:start] + written(name) for name in fitting[:MOST_COMPLETIONS]]
            return [one for one in whole if one != text]
    return []


def caption(photo: Photo) -> str:
    """Return when a photo was taken: '24 December 2003'."""
    taken = photo.facts.metadata.date
    return person_views.long_date(taken.date()) if taken else "No date"
