"""Learn people from reference folders: one sub-folder per person, a few photos in each."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Literal

import numpy as np

from labeler import journal
from labeler.errors import LabelerError
from labeler.faces.io.face_finder import FaceFinder
from labeler.faces.steps import library_finder
from labeler.faces.steps.index import Progress, index
from labeler.groups.steps import group
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people import names
from labeler.people.folder_person import person_on_photos
from labeler.people.nobody import is_nobody
from labeler.people.steps import naming
from labeler.photos.left_out import NOTHING, LeftOut
from labeler.photos.steps import left_out
from labeler.photos.unused import Kind
from labeler.types import Box, FaceTable, Failure, Labels

Why = Literal["another name", "rejected", "ignored", "two folders"]


@dataclass(frozen=True, slots=True)
class LearntPerson:
    """named: the faces that got the person's name now. before: how many reference photos were
    settled already. told_apart: those of `named` that are on a photo with others, and were told
    from these by the folder's other photos."""

    person: str
    named: tuple[int, ...]
    before: int
    told_apart: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceFace:
    """A face on a reference photo, and the name that the user gave it before, if any."""

    face: int
    box: Box
    name: str | None


@dataclass(frozen=True, slots=True)
class ReferenceQuestion:
    """A photo of a person with several faces: which one is it? Faces from left to right.

    may_be: those among the faces of which the user has not said yet who they are, or are not.
    """

    person: str
    photo: str
    faces: tuple[ReferenceFace, ...]
    may_be: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReferenceConflict:
    """A photo in a person's folder that the user, or another folder, says somebody else is on.

    why: all that could be the person's face has another name, was rejected as this person, or is
    ignored; or the photo is also in the folder of somebody else. said: that other name, if any.
    """

    person: str
    photo: str
    faces: tuple[int, ...]
    why: Why
    said: str | None


@dataclass(frozen=True)
class ReferencesReport:
    """What became of the photos in reference folders.

    without_face: photos on which no face was found. loose: photos that lie in no person's folder,
    or in one that is called *Unknown* or the like.
    empty: sub-folders without a photo. failed: files that could not be used. left_out: folders that
    are nobody's. not_used: what was met besides photos, see `labeler.photos.unused`.
    """

    people: tuple[LearntPerson, ...]
    to_ask: tuple[ReferenceQuestion, ...]
    conflicts: tuple[ReferenceConflict, ...]
    without_face: tuple[str, ...]
    loose: tuple[str, ...]
    empty: tuple[str, ...]
    failed: tuple[Failure, ...]
    left_out: LeftOut = NOTHING
    not_used: Mapping[Kind, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reference:
    """A photo in a person's folder. shared_with: somebody else in whose folder it is, too."""

    person: str
    photo: int
    path: str
    shared_with: str | None


def learn(
    library: Library,
    folder: Path,
    progress: Progress | None = None,
    finder: FaceFinder | None = None,
) -> ReferencesReport:
    """Index the photos in `folder`, and name the faces in its sub-folders after these.

    A person is called as the sub-folder is, or as the library spells that name; folders inside it
    belong to the same person. A face that is alone on its photo is named; of several, the one that
    the folder's photos share, where that is clear (`folder_person`). What the user has said before
    about a face stands. A second run changes nothing.

    Args:
        finder: takes the place of the one of the library's last run.

    Raises:
        LabelerError: there is no such folder, it has no sub-folder, or one cannot be a name.
    """
    folders = _people(library, folder)
    people = {path: person for path, person in folders.items() if not is_nobody(person)}
    found = index(library, [folder], progress, finder=finder)
    with suppress(LabelerError):  # somebody is grouping just now; then the next run puts them in
        group.welcome(library)
    paths = _paths_under(library, folder)
    with library.reading():
        labels, table = standing.labels(library), library.faces()
        answers = [_answer(one, labels, table) for one in _references(paths, people, folder)]
        answers = _told_apart(library, answers, labels)
    return ReferencesReport(
        people=_name(library, people, answers),
        to_ask=tuple(one for one in answers if isinstance(one, ReferenceQuestion)),
        conflicts=tuple(one for one in answers if isinstance(one, ReferenceConflict)),
        without_face=tuple(one.path for one in answers if isinstance(one, _NoFace)),
        loose=tuple(
            path
            for path in paths
            if (top := _top(path, folder)) == path or top in folders.keys() - people.keys()
        ),
        empty=tuple(sorted(set(folders) - {_top(path, folder) for path in paths})),
        failed=found.failed,
        left_out=found.left_out,
        not_used=found.not_used,
    )


def _people(library: Library, folder: Path) -> dict[str, str]:
    """Return the person of each sub-folder, by its path.

    Raises:
        LabelerError: as for `learn`.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise LabelerError(f"{folder} {what}; give a folder with one sub-folder per person.")
    people: dict[str, str] = {}
    own = os.path.realpath(library.folder)
    root, leaving_out = os.path.abspath(folder), left_out.leaving_out(library)
    leaving_out.enter(root)
    known = journal.people_named(library.journal(contents=()))
    with_faces = cache(partial(naming.people_with_faces, library))
    for entry, is_folder in leaving_out.inside(root):
        path = os.path.join(root, entry)
        if is_folder and os.path.realpath(path) != own:
            name = _person(entry, known, with_faces)
            people[path] = next(iter(names.same(name, people.values())), name)
    if not people:
        raise LabelerError(
            f"{folder} has no sub-folder; make one for each person, with a few photos in it."
        )
    return people


def _person(folder: str, known: Collection[str], with_faces: Callable[[], Collection[str]]) -> str:
    try:
        return naming.spelled(folder, known, with_faces)
    except LabelerError as error:
        raise LabelerError(f"The sub-folder {folder!r} cannot be a person: {error}") from error


def _paths_under(library: Library, folder: Path) -> dict[str, int]:
    """Return the ids of the photos in `folder`, by path, in the order of the paths.

    Videos are no references: who is in one, and when, nobody has said.
    """
    inside = os.path.join(os.path.abspath(folder), "")
    found = {
        path: photo
        for path, photo in sorted(library.photo_ids_by_path().items())
        if path.startswith(inside)
    }
    photos = library.photos_with(list(found.values()))
    return {path: id_ for path, id_ in found.items() if not photos[id_].facts.is_video}


def _top(path: str, folder: Path) -> str:
    """Return what a path goes through directly inside `folder`: a sub-folder, or the file."""
    root = os.path.abspath(folder)
    return os.path.join(root, os.path.relpath(path, root).split(os.sep)[0])


def _references(
    paths: Mapping[str, int], people: Mapping[str, str], folder: Path
) -> Iterator[_Reference]:
    """Yield each photo once for each person in whose folder it, or a copy of it, is."""
    first: dict[tuple[str, int], str] = {}
    whose: dict[int, set[str]] = defaultdict(set)
    for path, photo in paths.items():
        person = people.get(_top(path, folder))
        if person is not None:
            first.setdefault((person, photo), path)
            whose[photo].add(person)
    for (person, photo), path in first.items():
        others = sorted(whose[photo] - {person})
        yield _Reference(person, photo, path, others[0] if others else None)


@dataclass(frozen=True, slots=True)
class _NoFace:
    path: str


@dataclass(frozen=True, slots=True)
class _Settled:
    person: str
    face: int


@dataclass(frozen=True, slots=True)
class _Sure:
    person: str
    face: int
    told_apart: bool = False


_Answer = ReferenceQuestion | ReferenceConflict | _NoFace | _Settled | _Sure


def _answer(one: _Reference, labels: Labels, table: FaceTable) -> _Answer:
    """Tell which face of a reference photo is the person, as far as that is plain."""
    places = np.flatnonzero(table.photo_ids == one.photo)
    places = places[np.argsort(table.boxes[places, 0], kind="stable")]
    faces = tuple(table.ids[places].tolist())
    if not faces:
        return _NoFace(one.path)
    theirs = [face for face in faces if labels.names.get(face) == one.person]
    if theirs:
        return _Settled(one.person, theirs[0])
    may_be = tuple(face for face in faces if _is_open(face, one.person, labels))
    if not may_be:
        return _conflict(one, faces, labels)
    if len(faces) > 1:
        shown = (
            ReferenceFace(face, Box(*table.boxes[place].tolist()), labels.names.get(face))
            for face, place in zip(faces, places, strict=True)
        )
        return ReferenceQuestion(one.person, one.path, tuple(shown), may_be)
    if one.shared_with is not None:
        return ReferenceConflict(one.person, one.path, faces, "two folders", one.shared_with)
    return _Sure(one.person, faces[0])


def _told_apart(library: Library, answers: list[_Answer], labels: Labels) -> list[_Answer]:
    """Answer questions about whose face is which by the faces that a folder's photos share."""
    found: dict[tuple[str, int], int] = {}
    asked = [one for one in answers if isinstance(one, ReferenceQuestion)]
    for person in sorted({one.person for one in asked}):
        own = [one for one in asked if one.person == person]
        known = [
            one.face
            for one in answers
            if isinstance(one, _Settled | _Sure) and one.person == person
        ]
        # Faces of somebody else may be alike, too: then the photo is not clear.
        photos = {row.face: -number for number, one in enumerate(own) for row in one.faces}
        photos |= {face: number for number, face in enumerate(known, start=1)}
        ids, X = library_finder.descriptors(library, list(photos))
        places = np.array([photos[face] for face in ids.tolist()], dtype=np.int64)
        rows = person_on_photos(X, places, np.isin(ids, known))
        found.update(((person, -int(places[row])), int(ids[row])) for row in rows)
    answered: list[_Answer] = []
    numbers: Counter[str] = Counter()
    for one in answers:
        if isinstance(one, ReferenceQuestion):
            face = found.get((one.person, numbers[one.person]))
            numbers[one.person] += 1
            answered.append(_Sure(one.person, face, True) if face in one.may_be else one)
        else:
            answered.append(one)
    return answered


def _is_open(face: int, person: str, labels: Labels) -> bool:
    refused = person in labels.rejected.get(face, ())
    return not (refused or face in labels.names or face in labels.ignored)


def _conflict(one: _Reference, faces: tuple[int, ...], labels: Labels) -> ReferenceConflict:
    said = next((labels.names[face] for face in faces if face in labels.names), None)
    refused = any(one.person in labels.rejected.get(face, ()) for face in faces)
    why: Why = "another name" if said else "rejected" if refused else "ignored"
    return ReferenceConflict(one.person, one.path, faces, why, said)


def _name(
    library: Library, people: Mapping[str, str], answers: list[_Answer]
) -> tuple[LearntPerson, ...]:
    """Name the faces that are sure: one decision per person, all of them one answer."""
    learnt = []
    for person in sorted(set(people.values())):
        sure = tuple(a.face for a in answers if isinstance(a, _Sure) and a.person == person)
        before = sum(isinstance(a, _Settled) and a.person == person for a in answers)
        told_apart = tuple(a.face for a in answers if isinstance(a, _Sure) and a.told_apart)
        told_apart = tuple(face for face in sure if face in told_apart)
        learnt.append(LearntPerson(person, sure, before, told_apart))
    new = [one for one in learnt if one.named]
    if new:
        with library.answer():
            for one in new:
                naming.name_faces(library, one.named, one.person)
    return tuple(learnt)
