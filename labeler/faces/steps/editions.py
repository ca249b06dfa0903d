"""Lets what the user said of a photo's faces follow the photo when it is edited in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from labeler import geometry
from labeler.faces import editions
from labeler.faces.descriptors import DescriptorModel, comparable
from labeler.faces.editions import Comparison, Edition
from labeler.faces.steps.library_finder import descriptor_model
from labeler.library.editions import StoredEdition
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.types import AnalysedPhoto, Box, FoundFace


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
            0,
            (photo.facts.width, photo.facts.height),
            "",
            dict(enumerate(photo.faces)),
            frozenset(),
        )
        if editions.is_saved_again(_as_edition(old, model), _as_edition(new, model)):
            found[photo.file.path] = before
    return found


def follow(library: Library) -> int:
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
            said = editions.compare(_as_edition(old, model), _as_edition(new, model))
            ids, others = list(old.faces), list(new.faces)
            links += [(ids[i], others[j]) for i, j in said.pairs]
            if said.transform is None:
                continue
            if spoken_of is None:
                spoken_of = _spoken_of(library)
            kept = _kept(old, new, said, spoken_of)
            for face, where in kept.items():
                added = library.add_carried(photo, where, model.id)
                links.append((face, added))
            if kept:
                new = library.edition(photo, model.id)
        library.write_comparison(photo, links)
        number += len({face for _, face in links})
    return number


def _kept(
    old: StoredEdition, new: StoredEdition, said: Comparison, spoken_of: set[int]
) -> dict[int, FoundFace]:
    """Return the faces, by their id in the old edition, that must still be on the new one."""
    assert said.transform is not None
    matched = {i for i, _ in said.pairs}
    there = [face.box.as_tuple() for face in new.faces.values()]
    kept = {}
    for place, (number, face) in enumerate(old.faces.items()):
        if place in matched or number not in old.drawn | spoken_of or not len(face.descriptor):
            continue
        box = editions.placed(said.transform, np.array([face.box.as_tuple()]))[0]
        # Where there is another face already, that one is meant, or none is.
        if editions.is_inside(box, new.size) and not _is_taken(box, there):
            points = editions.placed_points(said.transform, face.landmarks)
            kept[number] = replace(face, box=_clipped(box, new.size), landmarks=points)
    return kept


def _is_taken(box: np.ndarray, there: Sequence[tuple[float, ...]]) -> bool:
    if not there:
        return False
    overlaps = geometry.intersection_over_union(box[None], np.array(there))
    return bool(overlaps.max() >= editions.LEAST_OVERLAP)


def _clipped(box: np.ndarray, size: tuple[int, int]) -> Box:
    low, high = np.clip(box[:2], 0, size), np.clip(box[:2] + box[2:], 0, size)
    return Box(*low.tolist(), *(high - low).tolist())


def _spoken_of(library: Library) -> set[int]:
    """Return the faces that have a name, or that somebody is said not to be."""
    labels = standing.labels(library)
    return {*labels.names, *labels.rejected, *labels.ignored}


def _as_edition(stored: StoredEdition, model: DescriptorModel) -> Edition:
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
    )
