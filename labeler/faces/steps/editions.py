"""Lets what the user said of a photo's faces follow the photo when it is edited in place."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from labeler import geometry
from labeler.faces import editions
from labeler.faces.descriptors import DescriptorModel, comparable
from labeler.faces.editions import Comparison, Edition
from labeler.faces.io.face_finder import FaceFinder
from labeler.faces.steps import drawing
from labeler.faces.steps.library_finder import descriptor_model
from labeler.library.editions import StoredEdition
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.library.whereabouts import GONE, FilePlace
from labeler.photos import likeness
from labeler.types import AnalysedPhoto, Box, FaceKey, FoundFace

MOST_LOST = 0.1
"""Seconds that a video may be shorter or longer after it was saved again."""


def saved_again(
    library: Library, photos: Sequence[AnalysedPhoto], model: DescriptorModel
) -> dict[str, int]:
    """Return by path the photos that files showed before and show again, in other pixels."""
    found = {}
    for photo in photos:
        before = library.photo_at(photo.file.path)
        if before is None:
            continue
        old = library.edition(before, model.id)
        new = StoredEdition(
            (photo.facts.width, photo.facts.height),
            "",
            dict(enumerate(photo.faces)),
            frozenset(),
            photo.facts.seconds,
        )
        if _as_long(old, new) and editions.is_saved_again(
            as_edition(old, model), as_edition(new, model)
        ):
            found[photo.file.path] = before
    return found


def _as_long(old: StoredEdition, new: StoredEdition) -> bool:
    """Tell whether two videos are equally long, or both are photos; what is shorter was cut."""
    if old.seconds is None or new.seconds is None:
        return old.seconds is new.seconds
    return abs(old.seconds - new.seconds) <= MOST_LOST


def succeed(
    library: Library, paths: Collection[str], lost: Collection[str], model: DescriptorModel
) -> set[str]:
    """Note which new photos are editions of photos that are gone, though called otherwise.

    Either looks alike, or has the same name in the same folder but for the suffix; and what is on
    it has to agree. Photos that are out of reach are not gone.

    Args:
        paths: files that were found for the first time. lost: those that were not found again.

    Returns the files of the photos that have such editions with the same faces; without faces,
    pictures that are alike prove nothing.
    """
    new = {photo: path for path in paths if (photo := library.photo_at(path)) is not None}
    gone = _gone(library, lost) if new else {}
    if not gone:
        return set()
    succeeded: set[str] = set()
    looks = library.looks([*gone, *new])
    stems = defaultdict(list)
    for photo, before in gone.items():
        for path in before:
            stems[os.path.splitext(path)[0]].append(photo)
    turned = [
        (photo, likeness.turned(looks[photo], *how))
        for photo in gone
        if looks[photo]
        for how in editions.ORIENTATIONS
    ]
    table = likeness.packed([text for _, text in turned])
    for photo, path in new.items():
        near = set(stems.get(os.path.splitext(path)[0], ()))
        if looks[photo] and len(table):
            away = likeness.distances(looks[photo], table)
            near |= {turned[at][0] for at in np.flatnonzero(away <= likeness.MOST_DIFFERENT)}
        edition = as_edition(library.edition(photo, model.id), model)
        for former in sorted(near - {photo}):
            old = as_edition(library.edition(former, model.id), model)
            said = editions.compare(old, edition)
            if said.transform is not None or (edition.is_video and said.pairs):
                library.note_replaced(former, photo)
            if len(said.pairs):
                succeeded.update(gone[former])
    return succeeded


def _gone(library: Library, lost: Collection[str]) -> dict[int, list[str]]:
    """Return the photos all of whose files are gone, or among those just lost, with their paths."""
    files: dict[int, list[FilePlace]] = defaultdict(list)
    for file in library.file_places():
        files[file.photo_id].append(file)
    just_lost = set(lost)
    return {
        photo: [file.path for file in own]
        for photo, own in files.items()
        if all(file.state == GONE or file.path in just_lost for file in own)
    }


def follow(library: Library, finder: FaceFinder) -> int:
    """Find the faces of former editions on the photos that took their place.

    What the user said of a face is then said of it on every edition. Faces that the user spoke of,
    or drew, and that no detector sees any more, are kept where they must be on the new edition.

    Returns how many faces were found.
    """
    number = 0
    spoken_of: set[int] | None = None
    for photo in library.to_compare():
        model = descriptor_model(library)
        new = library.edition(photo, model.id)
        links: list[tuple[int, int]] = []
        for former in library.before(photo):
            old = library.edition(former, model.id)
            said = editions.compare(as_edition(old, model), as_edition(new, model))
            ids, others = list(old.faces), list(new.faces)
            links += [(ids[i], others[j]) for i, j in said.pairs]
            if said.transform is None:
                continue
            if spoken_of is None:
                spoken_of = _spoken_of(library)
            kept = _kept(old, new, said, spoken_of)
            for face, where in kept.items():
                seen = where if len(where.descriptor) else _seen(library, photo, where, finder)
                if seen is not None:
                    links.append((face, library.add_carried(photo, seen, model.id)))
            if kept:
                new = library.edition(photo, model.id)
        library.write_comparison(photo, links)
        number += len({face for _, face in links})
    return number


def _seen(library: Library, photo_id: int, face: FoundFace, finder: FaceFinder) -> FoundFace | None:
    """Return a face as the finder sees it in its place, None if the photo cannot be read."""
    photo = library.photo(photo_id)
    return None if photo is None else drawing.see(FaceKey("", face.box), photo, finder)


def _kept(
    old: StoredEdition, new: StoredEdition, said: Comparison, spoken_of: set[int]
) -> dict[int, FoundFace]:
    """Return the faces, by their id in the old edition, that must still be on the new one."""
    assert said.transform is not None
    matched = {i for i, _ in said.pairs}
    there = [face.box.as_tuple() for face in new.faces.values()]
    kept = {}
    for place, (number, face) in enumerate(old.faces.items()):
        if place in matched or number not in old.drawn | spoken_of:
            continue
        box = editions.placed(said.transform, np.array([face.box.as_tuple()]))[0]
        # Where there is another face already, that one is meant, or none is.
        if editions.is_inside(box, new.size) and not _is_taken(box, there):
            points = editions.placed_points(said.transform, face.landmarks)
            seen = geometry.clipped(Box(*box.tolist()), *new.size)
            kept[number] = replace(face, box=seen, landmarks=points)
    return kept


def _is_taken(box: np.ndarray, there: Sequence[tuple[float, ...]]) -> bool:
    if not there:
        return False
    overlaps = geometry.intersection_over_union(box[None], np.array(there))
    return bool(overlaps.max() >= editions.LEAST_OVERLAP)


def _spoken_of(library: Library) -> set[int]:
    """Return the faces that have a name, or that somebody is said not to be."""
    labels = standing.labels(library)
    return {*labels.names, *labels.rejected, *labels.ignored}


def as_edition(stored: StoredEdition, model: DescriptorModel) -> Edition:
    """Return what two editions are compared by."""
    faces = list(stored.faces.values())
    length = max((len(face.descriptor) for face in faces), default=0)
    X = np.full((len(faces), length), np.nan, dtype=np.float32)
    for row, face in zip(X, faces, strict=True):
        if len(face.descriptor):
            row[:] = comparable(face.descriptor[None], model)[0]
    return Edition(
        stored.size,
        np.array([face.box.as_tuple() for face in faces], dtype=np.float64).reshape(-1, 4),
        np.array([face.landmarks for face in faces], dtype=np.float32).reshape(-1, 5, 2),
        X,
        stored.look,
        stored.seconds is not None,
    )
