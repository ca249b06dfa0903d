"""Whom does a face look like? The nearest people of the library, or of a folder of references."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from labeler.errors import UsageError
from labeler.faces.descriptors import comparable, distances
from labeler.faces.io.face_finder import FaceFinder
from labeler.faces.steps import library_finder as finders
from labeler.faces.steps import outside
from labeler.faces.steps.index import Progress
from labeler.faces.steps.same_photos import NEARLY_THE_SAME
from labeler.family.verification import LOOK_ALIKE, chance_of_nearest
from labeler.library.store import Library
from labeler.people.steps import references
from labeler.people.steps.on_photo import Judge, make_judge, people_on
from labeler.people.steps.recognize import BURST_SECONDS, has_time
from labeler.people.steps.references import ReferencesReport
from labeler.types import AnalysedPhoto, Box, Failure, FloatArray, IntArray

RECOGNIZED = 0.5
"""A face is rather this person than anybody else from this probability on."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Somebody whom a face resembles: the nearest face of so many, and its photo.

    similarity: the share of strangers with as many photos who would not come as close, 0…1.
    """

    person: str
    distance: float
    similarity: float
    face: int
    photo: str
    faces: int


@dataclass(frozen=True, slots=True)
class Resembling:
    """A face of the photo; number: from the left, from 1 on, None = the box was given.

    person: who it is, if that is somebody among those compared; probability: how surely.
    own_photo: the photo, or one of the same moment, is in the library, and was left out.
    known: the library says who this face is, on this very photo.
    """

    number: int | None
    box: Box
    person: str | None
    probability: float | None
    own_photo: bool
    look_alikes: tuple[LookAlike, ...]
    known: bool = False


@dataclass(frozen=True)
class LookAlikes:
    """Whom the faces of a photo resemble, out of so many people; nobody further than max_distance.

    folder: of the references; None = the library. unclear: photos there with several faces, which
    nobody said who they are, and which were left out. failed: files there that cannot be used.
    """

    photo: str
    folder: str | None
    people: int
    unclear: int
    max_distance: float
    of: int
    faces: tuple[Resembling, ...]
    failed: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class People:
    """Everybody with a name, by face: ids, descriptors X, names, photos, (n, …) each.

    judge: tells who is on a photo.
    """

    library: Library
    ids: IntArray
    X: FloatArray
    names: np.ndarray
    photos: IntArray
    judge: Judge


def look_alikes(
    library: Library,
    photo: Path,
    top: int = 3,
    max_distance: float = LOOK_ALIKE,
    folder: Path | None = None,
    number: int | None = None,
    box: Box | None = None,
    progress: Progress | None = None,
    finder: FaceFinder | None = None,
    read: Callable[[Library], People] | None = None,
) -> LookAlikes:
    """Tell for each face on a photo who resembles it most.

    The photo itself, copies of it, and photos of the same burst are never compared with it; whoever
    a face shows is told apart from the look-alikes.

    Args:
        max_distance: Euclidean, on the common scale of descriptors.
        folder: compare with the people in its sub-folders instead; see `references`.
        number: only this face, from the left, from 1 on. box: only the face in it.
        read: returns the people of the library, where `people_of` need not read them each time.

    Raises:
        UsageError: there is no such face.
        LabelerError: the photo cannot be read or shows no face, or nobody has a name.
    """
    finder = finder or finders.library_finder(library)
    seen = outside.look_at(finder, photo, least_faces=1 if box is None else 0)
    of = len(seen.faces)
    seen, chosen = _chosen(finder, seen, number, box)
    source, report = library, None
    if folder is not None:
        source, report = _references(library, folder, finder, progress)
        read = None
    with source.reading():
        people = (read or people_of)(source)
        answers = _answers(people, seen, list(chosen), top, max_distance)
    return LookAlikes(
        photo=str(photo),
        folder=None if folder is None else str(folder),
        people=len(np.unique(people.names)),
        unclear=0 if report is None else len(report.to_ask),
        max_distance=max_distance,
        of=of,
        failed=() if report is None else report.failed,
        faces=tuple(
            Resembling(face, seen.faces[place].box, *answer)
            for (place, face), answer in zip(chosen.items(), answers, strict=True)
        ),
    )


def _chosen(
    finder: FaceFinder, photo: AnalysedPhoto, number: int | None, box: Box | None
) -> tuple[AnalysedPhoto, dict[int, int | None]]:
    """Return the photo, with the face in the box, and by place the numbers from the left of the
    faces that are asked about."""
    if box is not None:
        face = outside.face_in_box(finder, photo, box)
        for place, one in enumerate(photo.faces):
            if one is face:
                return photo, {place: None}
        return replace(photo, faces=(*photo.faces, face)), {len(photo.faces): None}
    if number is not None and number > len(photo.faces):
        faces = "one face only" if len(photo.faces) == 1 else f"{len(photo.faces)} faces"
        raise UsageError(f"{photo.file.path} shows {faces}; there is no face {number}.")
    return photo, {
        place: place + 1 for place in range(len(photo.faces)) if number in (None, place + 1)
    }


def _references(
    library: Library, folder: Path, finder: FaceFinder, progress: Progress | None
) -> tuple[Library, ReferencesReport]:
    """Return the library of a reference folder, and what is in it."""
    side = reference_library(library, folder)
    finders.remember(side, None, finder.embedder.model)
    return side, references.learn(side, folder, progress, finder)


def reference_library(library: Library, folder: Path) -> Library:
    """Return where what is known of a reference folder is kept: in the cache of the library."""
    name = hashlib.sha256(os.path.realpath(folder).encode("utf-8", "surrogateescape")).hexdigest()
    return Library.create(library.cache / "references" / name[:16])


def people_of(library: Library) -> People:
    """Read everybody whom a face may resemble.

    Raises:
        LabelerError: nobody has a name.
    """
    judge = make_judge(library)
    names = {face: one.person for face, one in judge.automatic.items()} | dict(judge.labels.names)
    named = np.array([face in names for face in judge.ids.tolist()], dtype=bool)
    ids = judge.ids[named]
    who = np.array([names[face] for face in ids.tolist()])
    return People(library, ids, judge.X[named], who, judge.photos[named], judge)


_Answer = tuple[str | None, float | None, bool, tuple[LookAlike, ...], bool]


def _answers(
    people: People, photo: AnalysedPhoto, places: Sequence[int], top: int, most: float
) -> list[_Answer]:
    """Return the answers for the faces in some places of a photo."""
    same = people.judge.same_photos.of(photo)
    on_it = people_on(people.judge, photo, RECOGNIZED, same)
    own = set(same) | _same_moment(people, photo)
    X = comparable(np.array([face.descriptor for face in photo.faces]), people.judge.model)
    apart = distances(X, people.X)
    # A copy of the face alone, such as a part of its photo, is no look-alike either.
    excluded = np.isin(people.photos, list(own)) | (apart < NEARLY_THE_SAME)
    answers: list[_Answer] = []
    for place in places:
        who = on_it.get(place)
        others = ~excluded[place] & (people.names != (who.person if who else ""))
        nearest = tuple(_nearest(people, np.where(others, apart[place], np.inf), top, most))
        if who is None:
            answers.append((None, None, bool(own), nearest, False))
        else:
            answers.append((who.person, who.probability, bool(own), nearest, who.known))
    return answers


def _same_moment(people: People, photo: AnalysedPhoto) -> set[int]:
    """Return the photos that were taken within a few seconds of this one."""
    taken = photo.facts.metadata.date
    if taken is None or not has_time(taken):
        return set()
    return {
        one
        for one, other in people.library.dates().items()
        if abs((other - taken).total_seconds()) <= BURST_SECONDS
    }


def _nearest(people: People, distances: np.ndarray, top: int, most: float) -> Sequence[LookAlike]:
    """Return the nearest people; inf = not to be compared."""
    order = np.argsort(distances, kind="stable")
    order = order[distances[order] < np.inf]
    names, first, counts = np.unique(people.names[order], return_index=True, return_counts=True)
    found = []
    for person, place, count in zip(names.tolist(), first.tolist(), counts.tolist(), strict=True):
        nearest = int(order[place])
        apart = float(distances[nearest])
        if apart <= most:
            chance = float(chance_of_nearest(apart, count))
            photo = people.library.photo(int(people.photos[nearest]))
            path, face = photo.path if photo else "", int(people.ids[nearest])
            found.append(LookAlike(person, apart, 1 - chance, face, path, count))
    return sorted(found, key=lambda one: (-one.similarity, one.distance))[:top]
