"""Lists of photos through which one can walk: what a search found, the photos of a person.

The address of a photo's page says in which list it stands: /photo/12?q=lisbon, or
/photo/12?of=Rosa&year=2008&with=Henrik, or /photo/12?in=videos. So a reloaded page, and one that
is gone back to, has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.photos.steps.album import PhotoInAlbum

from ..person import views as person_views
from ..search import views as search_views
from ..search.searcher import Searcher
from ..shared import addresses
from ..shell.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class PhotoList:
    """Photos in an order, what they are called, and the address of the page that shows them all.

    ending: what the address of each photo's page ends with.
    """

    title: str
    photos: Sequence[int]
    back: str
    ending: str


def ending_of_search(text: str) -> str:
    """Return the end of the address of a photo that a search has found.

    >>> ending_of_search("rosa 2008")
    '?q=rosa+2008'
    """
    return "?" + urlencode({"q": text})


ALL_PHOTOS, ALL_VIDEOS = "photos", "videos"
"""The pages that show everything, and what an address calls their lists."""


def ending_in(page: str) -> str:
    """Return the end of the address of a photo on the page of all photos, or of all videos.

    >>> ending_in(ALL_VIDEOS)
    '?in=videos'
    """
    return "?" + urlencode({"in": page})


def all_in(searcher: Searcher, snapshot: Snapshot, page: str) -> PhotoList | None:
    """Return all photos, or all videos, newest first; None = the page has no such list."""
    photos = {ALL_PHOTOS: searcher.everything, ALL_VIDEOS: searcher.videos}.get(page)
    if photos is None:
        return None
    return PhotoList(page.capitalize(), photos(snapshot), f"/{page}", ending_in(page))


def ending_of_person(person: str, year: int | None = None, company: str | None = None) -> str:
    """Return the end of the address of a photo of a person.

    >>> ending_of_person("Rosa", 2008, "Henrik")
    '?of=Rosa&year=2008&with=Henrik'
    """
    more = addresses.ending(year, company)
    return "?" + urlencode({"of": person}) + (f"&{more[1:]}" if more else "")


def list_in(searcher: Searcher, snapshot: Snapshot, ending: str | None) -> PhotoList | None:
    """Return the list that an address names; None = none, or there is no such list any more."""
    text, person = addresses.asked(ending, "q"), addresses.asked(ending, "of")
    if text:
        try:
            photos: Sequence[int] = searcher.find(snapshot, text).photo_ids
        except LabelerError:
            return None
        return PhotoList(text, photos, search_views.address(text), ending_of_search(text))
    if not person:
        return all_in(searcher, snapshot, addresses.asked(ending, "in"))
    year, company = addresses.year_of(ending), addresses.company_of(ending)
    photos = person_views.photos_in_time(snapshot, person, year, company)
    words = [person]
    words += [f"with {company}"] if company else []
    words += [person_views.year_name(year)] if year is not None else []
    return PhotoList(
        " · ".join(words),
        photos,
        addresses.address(person) + addresses.ending(year, company),
        ending_of_person(person, year, company),
    )


def within(library: Library, found: PhotoInAlbum, photos: PhotoList) -> PhotoInAlbum:
    """Return a photo of a list with its neighbours there instead of those in its album."""
    at = list(photos.photos).index(found.photo.id)
    around = [
        library.photo(photos.photos[one]) if 0 <= one < len(photos.photos) else None
        for one in (at - 1, at + 1)
    ]
    return replace(
        found, number=at + 1, count=len(photos.photos), previous=around[0], next=around[1]
    )
