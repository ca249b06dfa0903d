"""The albums that the places of photos are in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from labeler.io.files import legible
from labeler.library.store import Library
from labeler.library.whereabouts import FilePlace
from labeler.photos.albums import ANYWHERE, WantedPlace
from labeler.photos.steps import folders
from labeler.types import Photo


def album_names(folder: Path, roots: Iterable[Path]) -> set[str]:
    """Return the names of a folder and of those around it, up to the one that was indexed."""
    around = [
        outer
        for outer in (folder, *folder.parents)
        if any(root == outer or root in outer.parents for root in roots)
    ]
    return {legible(f.name) for f in (folder, *around) if f.name}


def albums_of(library: Library, photos: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return by photo id the names of the albums that the present places of photos are in."""
    roots, found = folders.folders(library), {}
    names: dict[str, set[str]] = {}
    for photo, places in library.places_of(list(photos)).items():
        around = {os.path.dirname(place.path) for place in places}
        for folder in around - names.keys():
            names[folder] = album_names(Path(folder), roots)
        found[photo] = tuple(sorted(set().union(*(names[folder] for folder in around))))
    return found


def where_asked(
    library: Library, photos: Mapping[int, Photo], wanted: WantedPlace
) -> dict[int, Photo]:
    """Return photos at those of their places that are asked for."""
    if wanted == ANYWHERE:
        return dict(photos)
    roots = folders.folders(library)
    places = library.places_of([*photos])
    return {id_: _at(photo, places.get(id_, ()), roots, wanted) for id_, photo in photos.items()}


def _at(photo: Photo, places: Iterable[FilePlace], roots: list[Path], wanted: WantedPlace) -> Photo:
    found = list(places)
    if len(found) < 2:
        return photo
    fitness = [
        wanted.fitness(
            album_names(Path(os.path.dirname(place.path)), roots), os.path.basename(place.path)
        )
        for place in found
    ]
    best = [place for place, fits in zip(found, fitness, strict=True) if fits == max(fitness)]
    if any(place.path == photo.path for place in best):
        return photo
    one = next((place for place in best if os.access(place.path, os.R_OK)), None)
    return photo if one is None else replace(photo, path=one.path, content_hash=one.content_hash)
