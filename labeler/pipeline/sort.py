"""Sort new photos into one folder per person."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from labeler import export
from labeler.classifier import OpenSetKNN
from labeler.descriptors import DescriptorModel, comparable
from labeler.errors import LabelerError
from labeler.faces import FaceFinder
from labeler.pipeline import finder as finders
from labeler.pipeline import naming
from labeler.pipeline.analyse import Task, analyse
from labeler.pipeline.parallel import in_parallel
from labeler.pipeline.recognize import confident, once_per_photo, train
from labeler.store import Library
from labeler.types import AnalysedPhoto, Box, Failure, PhotoCopy, PhotoFile
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
    classifier = train(*finders.descriptors(library), naming.labels(library))
    model = finders.descriptor_model(library)
    into = Path(os.path.abspath(into))
    if os.path.realpath(into) == os.path.realpath(inbox):
        raise LabelerError("The inbox and the folder to sort into are the same; choose another.")
    if into.exists() and not into.is_dir():
        raise LabelerError(f"{into} is a file; choose a folder for --into.")
    files = list(walk([inbox], skip=into))
    finder = finder or finders.library_finder(library)
    if finder.embedder.model != model:
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
            plan.append(_decide(item, classifier, model, into, taken, method))
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


def _decide(
    item: AnalysedPhoto | Failure,
    classifier: OpenSetKNN,
    model: DescriptorModel,
    into: Path,
    taken: set[Path],
    method: export.Method,
) -> SortedPhoto:
    if isinstance(item, Failure):
        return SortedPhoto(item.path, error=item.reason)
    numbers = range(len(item.faces))
    X = np.array([face.descriptor for face in item.faces], dtype=np.float32)
    sure = confident(classifier, numbers, comparable(X, model) if len(X) else X)
    found = once_per_photo(sure, dict.fromkeys(numbers, 0))
    people = tuple(
        RecognizedPerson(one.person, one.probability, item.faces[one.face_id].box) for one in found
    )
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
