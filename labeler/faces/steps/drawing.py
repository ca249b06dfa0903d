"""Faces that the user draws because no detector found them."""

from __future__ import annotations

import os
from pathlib import Path

from labeler import journal
from labeler.errors import LabelerError
from labeler.faces.io.face_finder import FaceFinder
from labeler.faces.steps import library_finder as finders
from labeler.library.store import Library
from labeler.photos.io import decoding
from labeler.types import Box, FaceKey, Photo, PhotoFacts

LEAST_SIDE = 10
"""Pixels: a smaller box is a slip of the hand."""


def draw_face(library: Library, path: Path, box: Box, finder: FaceFinder | None = None) -> int:
    """Note that there is a face in a box, upright pixels, on a photo; return the face's id.

    Raises:
        LabelerError: the library does not have the photo, there is a face already, or the box is
            too small or not on the photo.
    """
    ids = {os.path.realpath(known): photo for known, photo in library.photo_ids_by_path().items()}
    photo_id = ids.get(os.path.realpath(path))
    if photo_id is None:
        raise LabelerError(f"{path} is not in the library; run `labeler index` on it first.")
    return draw_on(library, photo_id, box, finder)


def draw_on(library: Library, photo_id: int, box: Box, finder: FaceFinder | None = None) -> int:
    """Do what `draw_face` does, for the photo with an id.

    Raises:
        LabelerError: as there, or the photo cannot be read; then the face waits until it can.
    """
    photo = library.photo(photo_id)
    if photo is None:
        raise LabelerError(f"There is no photo {photo_id}, or its file is gone.")
    content = library.first_contents()[photo_id]
    key = FaceKey(content, on_photo(box, photo.facts))
    there = journal.FaceIdentifier(library.face_keys({content}))(key)
    if there is not None:
        raise LabelerError(f"Face {there} is there already; name or ignore that one.")
    library.append(journal.DRAW, [key])
    settle(library, finder)
    face = {drawn: face for face, drawn in library.face_keys({content}, drawn=True)}.get(key)
    if face is None:
        raise LabelerError(
            f"{photo.path} cannot be read just now; the face appears as soon as it can."
        )
    return face


def on_photo(box: Box, facts: PhotoFacts) -> Box:
    """Return the part of a box that is on a photo.

    Raises:
        LabelerError: it is too small.
    """
    left, top = max(box.left, 0.0), max(box.top, 0.0)
    right, bottom = min(box.right, facts.width), min(box.bottom, facts.height)
    if right - left < LEAST_SIDE or bottom - top < LEAST_SIDE:
        raise LabelerError(
            f"The box has to have at least {LEAST_SIDE} × {LEAST_SIDE} pixels on the photo, which "
            f"has {facts.width} × {facts.height}."
        )
    return Box(left, top, right - left, bottom - top)


def _is_on(box: Box, facts: PhotoFacts) -> bool:
    """Tell whether a box is one that can have been drawn on a photo, up to a rounding."""
    try:
        inside = on_photo(box, facts)
    except LabelerError:
        return False
    sides = zip(inside.as_tuple(), box.as_tuple(), strict=True)
    return all(abs(one - other) <= 1 for one, other in sides)


def settle(library: Library, finder: FaceFinder | None = None) -> None:
    """Make the drawn faces of the library those that the journal says now.

    To be called when a drawing was made, taken back or done again, and when photos were indexed:
    another detector may have found the face, and another network wants to see it.
    """
    standing = journal.standing(library.journal(contents=()))
    drawings = library.entries([e.id for e in standing if e.action == journal.DRAW])
    wanted = {key for entry in drawings for key in entry.faces}
    gone = [face for face, key in library.face_keys(drawn=True) if key not in wanted]
    if gone:
        library.remove_faces(gone)
    if not wanted:
        return
    identify = journal.FaceIdentifier(library.face_keys({key.content_hash for key in wanted}))
    missing = sorted((k for k in wanted if identify(k) is None), key=lambda k: k.box.as_tuple())
    present, contents = library.photos(), library.first_contents()
    by_content = {contents[photo_id]: photo for photo_id, photo in present.items()}
    for key in missing:
        if key.content_hash in by_content:
            finder = finder or finders.library_finder(library)
            _embed(library, key, by_content[key.content_hash], finder)


def _embed(library: Library, key: FaceKey, photo: Photo, finder: FaceFinder) -> None:
    if not _is_on(key.box, photo.facts):
        return  # nobody drew this here: somebody else wrote it into the journal
    try:
        most_pixels = photo.facts.width * photo.facts.height
        picture = decoding.OpenedPhoto(decoding.read_bytes(photo.path), photo.path, most_pixels)
        face = finder.face_in(picture, key.box)
    except (OSError, LabelerError):
        return  # the photo went away: the drawing waits until it is back
    library.add_drawn(key.content_hash, face, finder.embedder.model.id)
