"""Faces that the user draws because no detector found them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from labeler import journal
from labeler.errors import LabelerError
from labeler.faces.io.face_finder import FaceFinder
from labeler.faces.steps import library_finder as finders
from labeler.library.store import Library
from labeler.photos.io import decoding
from labeler.types import Box, FaceKey, FoundFace, Photo, PhotoFacts

LEAST_SIDE = 10
"""Pixels: a smaller box is a slip of the hand."""
_BATCH = 32
"""So many faces are seen again before they are stored: about what an interruption can cost."""


def draw_face(
    library: Library,
    path: Path,
    box: Box,
    finder: FaceFinder | None = None,
    person: str | None = None,
) -> int:
    """Note that there is a face in a box, upright pixels, on a photo; return the face's id.

    Args:
        person: the face's name, if it is known; it is a part of the answer.

    Raises:
        LabelerError: the library does not have the photo, there is a face already, or the box is
            too small or not on the photo.
    """
    real = os.path.realpath(path)
    photo_id = library.photo_at(real)
    if photo_id is None:  # unless the library knows it by a link
        known = library.photo_ids_by_path().items()
        photo_id = next((photo for one, photo in known if os.path.realpath(one) == real), None)
    if photo_id is None:
        raise LabelerError(f"{path} is not in the library; run `labeler index` on it first.")
    return draw_on(library, photo_id, box, finder, person)


def draw_on(
    library: Library,
    photo_id: int,
    box: Box,
    finder: FaceFinder | None = None,
    person: str | None = None,
) -> int:
    """Do what `draw_face` does, for the photo with an id.

    Raises:
        LabelerError: as there, or the photo cannot be read; then the face waits until it can.
    """
    with library.reading():
        photo = library.photo(photo_id)
        if photo is None:
            raise LabelerError(f"There is no photo {photo_id}, or its file is gone.")
        if photo.facts.is_video:
            raise LabelerError(f"{photo.path} is a video; faces can be drawn on photos only.")
        content = library.first_content(photo_id)
        assert content is not None
        key = FaceKey(content, on_photo(box, photo.facts))
        there = journal.FaceIdentifier(library.face_keys({content}))(key)
    if there is not None:
        raise LabelerError(f"Face {there} is there already; name or ignore that one.")
    seen = look(library, [key], finder)
    with library.answer():
        library.append(journal.DRAW, [key])
        if person is not None:
            library.append(journal.NAME, [key], person)
        put(library, seen)
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

    To be called when a drawing was done again, and when photos were indexed: another detector may
    have found the face, and another network wants to see it.
    """
    forget_undrawn(library)
    found = _seen(library, _wanted(library), finder)
    while some := dict(islice(found, _BATCH)):
        put(library, some)


def forget_undrawn(library: Library) -> None:
    """Remove the drawn faces whose drawing was taken back, on all editions of the photo."""
    with library.reading():
        wanted, same = _wanted(library), library.same_faces()
        drawn = dict(library.face_keys(drawn=True))
        # A face that was found, or that is drawn still, keeps the one that stands for it.
        gone = [
            face
            for face in drawn
            if not any(one not in drawn or drawn[one] in wanted for one in same.all_of(face))
        ]
    if gone:
        library.remove_faces(gone)


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A drawn face as a network sees it. model: id of its descriptor's model."""

    face: FoundFace
    model: str


def look(
    library: Library, drawn: Iterable[FaceKey], finder: FaceFinder | None = None
) -> dict[FaceKey, SeenFace]:
    """See those of some drawn faces that the library does not have; writes nothing.

    Left out are faces on photos that cannot be read just now: they wait until these are back.
    """
    return dict(_seen(library, drawn, finder))


def _seen(
    library: Library, drawn: Iterable[FaceKey], finder: FaceFinder | None
) -> Iterator[tuple[FaceKey, SeenFace]]:
    with library.reading():
        lacking = _lacking(library, drawn)
        if not lacking:
            return
        ids = library.photo_ids_with(sorted({key.content_hash for key in lacking}))
        present = library.photos_with(list(ids.values()))
    by_content = {content: present[photo] for content, photo in ids.items() if photo in present}
    for key in lacking:
        if key.content_hash in by_content:
            finder = finder or finders.library_finder(library)
            face = see(key, by_content[key.content_hash], finder)
            if face is not None:
                yield key, SeenFace(face, finder.embedder.model.id)


def put(library: Library, seen: Mapping[FaceKey, SeenFace]) -> None:
    """Store faces that were seen, as far as they are drawn and lacking still."""
    if not seen:
        return
    with library.writing():
        for key in _lacking(library, _wanted(library) & seen.keys()):
            library.add_drawn(key.content_hash, seen[key].face, seen[key].model)


def _wanted(library: Library) -> set[FaceKey]:
    """Return the faces that stand in the journal as drawn."""
    with library.reading():
        standing = journal.standing(library.journal(contents=()))
        drawings = library.entries([e.id for e in standing if e.action == journal.DRAW])
    return {key for entry in drawings for key in entry.faces}


def _lacking(library: Library, drawn: Iterable[FaceKey]) -> list[FaceKey]:
    """Return those of some drawn faces that the library does not have, in a steady order."""
    wanted = set(drawn)
    if not wanted:
        return []
    identify = journal.FaceIdentifier(library.face_keys({key.content_hash for key in wanted}))
    lacking = (key for key in wanted if identify(key) is None)
    return sorted(lacking, key=lambda key: (key.box.as_tuple(), key.content_hash))


def see(key: FaceKey, photo: Photo, finder: FaceFinder) -> FoundFace | None:
    """Return the face in a place on a photo; None if it is not on it or cannot be read just now."""
    if photo.facts.is_video or not _is_on(key.box, photo.facts):
        return None  # nobody drew this here: somebody else wrote it into the journal
    try:
        most_pixels = photo.facts.width * photo.facts.height
        data, turn = decoding.read_bytes(photo.path), photo.facts.metadata.orientation
        picture = decoding.OpenedPhoto(data, photo.path, most_pixels, turn)
        return finder.face_in(picture, key.box)
    except (OSError, LabelerError):
        return None
