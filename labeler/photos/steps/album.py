"""A photo among those of its folder, in the order in which they were taken."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

from labeler.library.store import Library
from labeler.photos.steps.places import place_of
from labeler.place import Place
from labeler.types import Photo


@dataclass(frozen=True, slots=True)
class PhotoInAlbum:
    """A photo, those before and after it (None at the ends), and that it is `number` of `count`.

    place: where it was taken, None = not known.
    """

    photo: Photo
    previous: Photo | None
    next: Photo | None
    number: int
    count: int
    place: Place | None = None


def find_photo(library: Library, photo_id: int) -> PhotoInAlbum | None:
    """Return a photo in its album, or None if there is no such photo or its file is gone."""
    with library.reading():
        photo = library.photo(photo_id)
        if photo is None:
            return None
        folder = os.path.dirname(photo.path)
        # A photo of which copies lie in several folders belongs to the one that its path names.
        beside = {**library.photos_in(folder), photo_id: photo}.values()
    album = sorted((p for p in beside if os.path.dirname(p.path) == folder), key=_by_date)
    number = [other.id for other in album].index(photo_id) + 1
    before = album[number - 2] if number > 1 else None
    after = album[number] if number < len(album) else None
    return PhotoInAlbum(photo, before, after, number, len(album), place_of(library, photo))


def _by_date(photo: Photo) -> tuple[bool, datetime, str]:
    """Order photos by date; those without one follow by name."""
    date = photo.facts.metadata.date
    return date is None, date or datetime.min, photo.path
