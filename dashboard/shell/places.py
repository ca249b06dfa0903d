"""The five places of the dashboard, of which each page but a few is in one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place: what its link in the navigation says, its icon (a class of icons.css), and the
    page to which it leads, as the first word of its path."""

    link: str
    glyph: str
    address: str


HOME = Place("Home", "home", "")
PEOPLE = Place("People", "people", "people")
PHOTOS = Place("Photos", "pictures", "photos")
NAME = Place("Name", "faces", "groups")
MAKE = Place("Make", "make", "slideshow")
PLACES = (HOME, PEOPLE, PHOTOS, NAME, MAKE)
"""In the order of their links."""
