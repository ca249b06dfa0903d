"""Whom does a face look like? The nearest people of the library, or of a folder of references."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labeler.errors import LabelerError, UsageError
from labeler.faces.descriptors import REFERENCE_THRESHOLD
from labeler.faces.io.face_finder import FaceFinder
from labeler.faces.steps import library_finder as finders
from labeler.faces.steps import outside
from labeler.faces.steps.index import Progress
from labeler.family.verification import LOOK_ALIKE, Values, chance_of_nearest
from labeler.library.store import Library
from labeler.people.classifier import PersonClassifier
from labeler.people.steps import references
from labeler.people.steps.recognize import BURST_SECONDS, has_time, train
from labeler.people.steps.references import ReferencesReport
from labeler.people.steps.stand import stand
from labeler.positions import positions_of_all
from labeler.types import AnalysedPhoto, Box, Failure, FloatArray, FoundFace, IntArray

NEARLY_THE_SAME = 0.13
"""Copies of a photo, saved again at half the size or a third of the quality, are closer; 99 % of
the pairs of photos of one person in LFW are not."""
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
    """

    number: int | None
    box: Box
    person: str | None
    probability: float | None
    own_photo: bool
    look_alikes: tuple[LookAlike, ...]


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

    classifier: of those whom the user has named.
    """

    library: Library
    ids: IntArray
    X: FloatArray
    names: np.ndarray
    photos: IntArray
    classifier: PersonClassifier


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
    faces = _chosen(finder, seen, number, box)
    source, report = library, None
    if folder is not None:
        source, report = _references(library, folder, finder, progress)
        read = None
    X = outside.comparable_descriptors(finder, [face for _, face in faces])
    with source.reading():
        people = (read or people_of)(source)
        answers = _answers(people, seen, X, top, max_distance)
    return LookAlikes(
        photo=str(photo),
        folder=None if folder is None else str(folder),
        people=len(np.unique(people.names)),
        unclear=0 if report is None else len(report.to_ask),
        max_distance=max_distance,
        of=len(seen.faces),
        failed=() if report is None else report.failed,
        faces=tuple(
            Resembling(place, face.box, *answer)
            for (place, face), answer in zip(faces, answers, strict=True)
        ),
    )


def _chosen(
    finder: FaceFinder, photo: AnalysedPhoto, number: int | None, box: Box | None
) -> list[tuple[int | None, FoundFace]]:
    """Return the faces that are asked about, and their numbers from the left."""
    if box is not None:
        return [(None, outside.face_in_box(finder, photo, box))]
    if number is not None and number > len(photo.faces):
        faces = "one face only" if len(photo.faces) == 1 else f"{len(photo.faces)} faces"
        raise UsageError(f"{photo.file.path} shows {faces}; there is no face {number}.")
    numbered = enumerate(photo.faces, start=1)
    return [one for one in numbered if number in (None, one[0])]


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
    with library.reading():
        ids, X = finders.descriptors(library)
        now = stand(library, with_away=True)
    names, table = now.people, now.table
    named = np.array([face in names for face in ids.tolist()], dtype=bool)
    if not named.any():
        raise LabelerError(
            "Nobody has a name yet; name a few faces first, or compare with a folder of people."
        )
    photos = table.photo_ids[positions_of_all(table.ids, ids)]
    who = np.array([names[face] for face in ids[named].tolist()])
    classifier = train(library, ids, X, now.labels, table)
    return People(library, ids[named], X[named], who, photos[named], classifier)


_Answer = tuple[str | None, float | None, bool, tuple[LookAlike, ...]]


def _answers(
    people: People, photo: AnalysedPhoto, X: FloatArray, top: int, most: float
) -> list[_Answer]:
    distances = _distances(X, people.X)
    own = _own_photos(people, photo, distances)
    excluded = np.isin(people.photos, list(own))
    recognized = _recognized(people, X)
    answers: list[_Answer] = []
    for row, (name, probability) in zip(distances, recognized, strict=True):
        there = np.flatnonzero(excluded & (row < REFERENCE_THRESHOLD))
        if len(there):  # the same face, of whom a person or the program has said who it is
            name, probability = str(people.names[there[row[there].argmin()]]), 1.0
        others = ~excluded & (people.names != (name or ""))
        nearest = _nearest(people, np.where(others, row, np.inf), top, most)
        answers.append((name, probability, bool(own), tuple(nearest)))
    return answers


def _own_photos(people: People, photo: AnalysedPhoto, distances: np.ndarray) -> set[int]:
    """Return the photos that are this one, nearly this one, or of the same moment."""
    own = set(people.photos[(distances < NEARLY_THE_SAME).any(axis=0)].tolist())
    like = people.library.photo_like(photo)
    own |= set() if like is None else {like}
    taken = photo.facts.metadata.date
    if taken is not None and has_time(taken):
        for one, other in people.library.dates().items():
            if abs((other - taken).total_seconds()) <= BURST_SECONDS:
                own.add(one)
    return own


def _recognized(people: People, X: FloatArray) -> list[tuple[str | None, float | None]]:
    best, probability = people.classifier.identify(X)
    return [
        (str(people.classifier.classes_[who]), float(chance))
        if chance >= RECOGNIZED
        else (None, None)
        for who, chance in zip(best, probability, strict=True)
    ]


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


def _distances(X: FloatArray, Y: FloatArray) -> Values:
    """Return the Euclidean distances of (n, d) and (m, d) descriptors, (n, m)."""
    x, y = X.astype(np.float64), Y.astype(np.float64)
    squares = (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * x @ y.T
    return np.asarray(np.sqrt(np.maximum(squares, 0)))
