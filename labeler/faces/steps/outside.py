"""Faces on photos that need not be in the library. Nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from labeler import geometry
from labeler.errors import LabelerError
from labeler.faces.descriptors import comparable
from labeler.faces.io.face_finder import FaceFinder
from labeler.faces.steps.analyse import Task, analyse
from labeler.faces.steps.drawing import on_photo
from labeler.faces.steps.index import Progress
from labeler.io.parallel import in_parallel
from labeler.journal import LEAST_OVERLAP
from labeler.photos.io.decoding import OpenedPhoto, read_bytes
from labeler.types import AnalysedPhoto, Box, Failure, FloatArray, FoundFace, PhotoFile

_AT_ONCE = 8


@dataclass(frozen=True)
class LookedAt:
    """Photos with their faces from left to right, by path; and the files that cannot be used."""

    photos: dict[str, AnalysedPhoto]
    failed: tuple[Failure, ...]


def look(finder: FaceFinder, paths: Sequence[str], progress: Progress | None = None) -> LookedAt:
    """Find the faces on photos, each path once."""
    wanted = list(dict.fromkeys(paths))
    calls = [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
    found: dict[str, AnalysedPhoto] = {}
    failed: list[Failure] = []
    done = 0
    for results in in_parallel(
        lambda some: analyse([Task(PhotoFile(path, -1, 0)) for path in some], finder), calls
    ):
        for result in results:
            if isinstance(result, AnalysedPhoto):
                found[result.file.path] = _left_to_right(result)
            elif isinstance(result, Failure):
                failed.append(result)
        done += len(results)
        if progress:
            progress(done, len(wanted), sum(len(photo.faces) for photo in found.values()))
    return LookedAt(found, tuple(failed))


def look_at(finder: FaceFinder, path: Path, least_faces: int = 1) -> AnalysedPhoto:
    """Find the faces on one photo, from left to right.

    Raises:
        LabelerError: it cannot be read, or shows fewer faces.
    """
    seen = look(finder, [str(path)])
    for failure in seen.failed:
        raise LabelerError(f"{failure.path}: {failure.reason}")
    photo = seen.photos[str(path)]
    if len(photo.faces) < least_faces:
        raise LabelerError(f"No face was found on {path}; choose another photo.")
    return photo


def face_in_box(finder: FaceFinder, photo: AnalysedPhoto, box: Box) -> FoundFace:
    """Return the face in a box, upright pixels, on a photo: one that is found, or the box itself.

    Raises:
        LabelerError: the photo cannot be read any more, or the box is too small or not on it.
    """
    wanted = on_photo(box, photo.facts)
    if photo.faces:
        boxes = np.array([face.box.as_tuple() for face in photo.faces])
        overlaps = geometry.intersection_over_union(np.array([wanted.as_tuple()]), boxes)[0]
        if overlaps.max() >= LEAST_OVERLAP:
            return photo.faces[int(overlaps.argmax())]
    path = photo.file.path
    return finder.face_in(OpenedPhoto(read_bytes(path), path), wanted)


def in_the_middle(photo: AnalysedPhoto) -> FoundFace | None:
    """Return the face nearest to the middle of a photo, None if there is none."""
    middle = np.array([photo.facts.width / 2, photo.facts.height / 2])

    def distance(face: FoundFace) -> float:
        box = face.box
        return float(
            np.hypot(*(np.array([box.left + box.width / 2, box.top + box.height / 2]) - middle))
        )

    return min(photo.faces, key=distance, default=None)


def comparable_descriptors(finder: FaceFinder, faces: Sequence[FoundFace]) -> FloatArray:
    """Return the descriptors of faces, (n, d), on the common scale."""
    return comparable(np.array([face.descriptor for face in faces]), finder.embedder.model)


def _left_to_right(photo: AnalysedPhoto) -> AnalysedPhoto:
    return replace(photo, faces=tuple(sorted(photo.faces, key=lambda face: face.box.left)))
