"""Sort new photos into one folder per person."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from labeler import export
from labeler.bands import automatic_from
from labeler.calibration import at_share
from labeler.classifier import OpenSetKNN
from labeler.descriptors import DescriptorModel, comparable
from labeler.errors import LabelerError
from labeler.faces import FaceFinder
from labeler.pipeline import bands, naming
from labeler.pipeline import finder as finders
from labeler.pipeline.analyse import Task, analyse
from labeler.pipeline.parallel import in_parallel
from labeler.pipeline.recognize import once_per_photo, train
from labeler.store import Library
from labeler.types import (
    AnalysedPhoto,
    Box,
    Failure,
    FoundFace,
    PhotoCopy,
    PhotoFile,
    Recognition,
)
from labeler.walk import walk


@dataclass(frozen=True, slots=True)
class RecognizedPerson:
    """A person on a new photo: where, and how surely."""

    person: str
    probability: float
    box: Box


@dataclass(frozen=True, slots=True)
class SortedPhoto:
    """What is to be done with one photo: `unknown` counts its other faces.

    A photo without a known person has no targets and stays where it is. `there` counts the targets
    that hold the photo already. `error` says why a photo could not be read or placed.
    """

    photo: str
    people: tuple[RecognizedPerson, ...] = ()
    unknown: int = 0
    targets: tuple[str, ...] = ()
    there: int = 0
    error: str | None = None


@dataclass(frozen=True)
class _Judge:
    """What tells who is on a photo, and from which probability on that counts."""

    classifier: OpenSetKNN
    model: DescriptorModel
    known_share: float
    least_probability: float


def _judge(library: Library) -> _Judge:
    ids, X = finders.descriptors(library)
    labels, table = naming.labels(library), library.faces()
    classifier = train(library, ids, X, labels, table)
    share = bands.known_share(library, labels, table)
    trials = classifier.trials_
    probabilities = at_share(classifier.calibration_.probability(trials.scores), share)
    precision = bands.wanted_precision(library)
    least = automatic_from(probabilities, precision, trials.weights(share))
    return _Judge(classifier, finders.descriptor_model(library), share, least)


def plan_sort(
    library: Library,
    inbox: Path,
    into: Path,
    progress: Callable[[int, int], None] | None = None,
    finder: FaceFinder | None = None,
    jobs: int = -1,
    method: export.Method = "copy",
) -> list[SortedPhoto]:
    """Return where each photo in `inbox` belongs. Nothing is written.

    Args:
        into: gets a folder per person; photos that are in it already are not looked at.
        progress: told the number of photos done and to do.

    Raises:
        LabelerError: nobody has a name yet, or the inbox does not exist.
    """
    judge = _judge(library)
    into = Path(os.path.abspath(into))
    if os.path.realpath(into) == os.path.realpath(inbox):
        raise LabelerError("The inbox and the folder to sort into are the same; choose another.")
    if into.exists() and not into.is_dir():
        raise LabelerError(f"{into} is a file; choose a folder for --into.")
    files = list(walk([inbox], skip=into))
    finder = finder or finders.library_finder(library)
    if finder.embedder.model != judge.model:
        raise LabelerError(
            "The library was made by an older version; run `labeler index` on your photos first."
        )
    taken: set[Path] = set()
    plan: list[SortedPhoto] = []

    def analyse_one(file: PhotoFile | Failure) -> AnalysedPhoto | Failure:
        if isinstance(file, Failure):
            return file
        (result,) = analyse([Task(file)], finder)
        assert not isinstance(result, PhotoCopy)  # nothing was given as known
        return result

    for item in in_parallel(analyse_one, files, jobs):
        try:
            plan.append(_decide(item, judge, into, taken, method))
        except OSError as error:  # the photo, or what is in its place, went away meanwhile
            path = item.path if isinstance(item, Failure) else item.file.path
            plan.append(SortedPhoto(path, error=f"It cannot be read: {error.strerror}."))
        taken.update(map(Path, plan[-1].targets))
        if progress:
            progress(len(plan), len(files))
    return plan


def apply_sort(plan: Sequence[SortedPhoto], method: export.Method) -> list[SortedPhoto]:
    """Copy, move or link the photos to their targets; return the plan with what went wrong."""
    done = []
    for item in plan:
        try:
            export.place(Path(item.photo), [Path(target) for target in item.targets], method)
            done.append(item)
        except OSError as error:
            reason = f"It could not be placed: {error.strerror or error}."
            done.append(replace(item, error=reason))
    return done


def _recognized(faces: Sequence[FoundFace], judge: _Judge) -> tuple[RecognizedPerson, ...]:
    """Return the people on a photo, in the order of the faces."""
    if not faces:
        return ()
    X = comparable(np.array([face.descriptor for face in faces], dtype=np.float32), judge.model)
    best, probability = judge.classifier.identify(X)
    found = [
        Recognition(number, str(judge.classifier.classes_[person]), float(p))
        for number, (person, p) in enumerate(
            zip(best, at_share(probability, judge.known_share), strict=True)
        )
        if p >= judge.least_probability
    ]
    kept = once_per_photo(found, dict.fromkeys(range(len(faces)), 0))
    return tuple(RecognizedPerson(r.person, r.probability, faces[r.face_id].box) for r in kept)


def _decide(
    item: AnalysedPhoto | Failure,
    judge: _Judge,
    into: Path,
    taken: set[Path],
    method: export.Method,
) -> SortedPhoto:
    if isinstance(item, Failure):
        return SortedPhoto(item.path, error=item.reason)
    people = _recognized(item.faces, judge)
    source = Path(item.file.path)
    folders = [into / export.folder_name(person.person) for person in people]
    targets = [export.free_target(source, folder, method, taken) for folder in folders]
    return SortedPhoto(
        photo=item.file.path,
        people=people,
        unknown=len(item.faces) - len(people),
        targets=tuple(map(str, targets)),
        there=sum(export.is_placed(source, target, method) for target in targets),
    )
