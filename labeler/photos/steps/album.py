"""A photo among those of its folder, in the order in which they were taken."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

from labeler.library.store import Library
from labeler.library.whereabouts import GONE, FilePlace
from labeler.photos.steps.places import place_of
from labeler.place import Place
from labeler.types import Photo


@dataclass(frozen=True, slots=True)
class PhotoInAlbum:
    """A photo, those before and after it (None at the ends), and that it is `number` of `count`.

    place: where it was taken, None = not known. elsewhere: its other files, those included that are
    away just now, but not those that are gone.
    """

    photo: Photo
    previous: Photo | None
    next: Photo | None
    number: int
    count: int
    place: Place | None = None
    elsewhere: tuple[FilePlace, ...] = ()


def find_photo(library: Library, photo_id: int) -> PhotoInAlbum | None:
    """Return a photo in its album, or None if there is no such photo or its file is gone."""
    with library.reading():
        photo = library.photo(photo_id)
        if photo is None:
            return None
        folder = os.path.dirname(photo.path)
        # A photo of which copies lie in several folders belongs to the one that its path names.
        beside = {**library.photos_in(folder), photo_id: photo}.values()
        places = library.all_places_of(photo_id)
    album = sorted((p for p in beside if os.path.dirname(p.path) == folder), key=_by_date)
    number = [other.id for other in album].index(photo_id) + 1
    before = album[number - 2] if number > 1 else None
    after = album[number] if number < len(album) else None
    elsewhere = tuple(p for p in places if p.path != photo.path and p.state != GONE)
    place = place_of(library, photo)
    return PhotoInAlbum(photo, before, after, number, len(album), place, elsewhere)


def _by_date(photo: Photo) -> tuple[bool, datetime, str]:
    """Order photos by date; those without one follow by name."""
    date = photo.facts.metadata.date
    return date is None, date or datetime.min, photo.path
