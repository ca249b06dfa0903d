"""Find out where the photos of a library were taken: positions → places → stored names."""

from __future__ import annotations

from labeler.library.store import Library
from labeler.photos.io.gazetteer import gazetteer_version, load_gazetteer
from labeler.photos.nearest import Finder
from labeler.place import Place
from labeler.types import Photo


def find_places(library: Library) -> int:
    """Name the places of all photos with a position that has none yet; return of how many.

    The gazetteer is read only if there are such photos. No photo file is read. In a library that
    can only be read, those that have none yet go without.
    """
    if not library.can_write or not library.has_positions():
        return 0
    library.forget_other_places(gazetteer_version())
    ids, positions = library.without_place()
    if len(ids):
        found = Finder(load_gazetteer()).places_at(positions)
        library.put_places(ids, positions, found)
    return len(ids)


def place_of(library: Library, photo: Photo) -> Place | None:
    """Return where a photo was taken, None = not known, or far from everything."""
    if photo.facts.metadata.latitude is None:
        return None
    found = library.place_of(photo.id)
    if found is None and find_places(library):
        found = library.place_of(photo.id)
    return found


def places_by_photo(library: Library) -> dict[int, Place]:
    """Return where photos were taken, by their ids, as far as it is known."""
    find_places(library)
    return {photo: place for place, photos in library.places() for photo in photos.tolist()}
