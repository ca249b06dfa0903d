"""Photos with what belongs to them: found in their folders, read and looked at together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from labeler.faces.io.face_finder import FaceFinder
from labeler.faces.steps.analyse import Task, analyse
from labeler.io.parallel import in_parallel
from labeler.photos import video_names
from labeler.photos.io import decoding, raw
from labeler.photos.io.left_out import LeavingOut
from labeler.photos.io.walk import walk
from labeler.sorting.io import transfer
from labeler.sorting.steps.plan import Companion
from labeler.types import AnalysedPhoto, Failure, PhotoCopy, PhotoFile


@dataclass(frozen=True, slots=True)
class Beside:
    """A file that belongs to a photo, as it was seen. shared_with: other photos it belongs to."""

    path: str
    size: int
    modified_ns: int
    shared_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoSet:
    """A photo and what belongs to it. Two are equal if no file of it has changed."""

    photo: PhotoFile | Failure
    beside: tuple[Beside, ...] = ()

    @property
    def path(self) -> str:
        return self.photo.path


@dataclass(frozen=True, slots=True)
class Seen:
    """A set that was looked at: what is on the photo, and the content of the rest."""

    photo: AnalysedPhoto
    companions: tuple[Companion, ...]


def find_sets(
    inbox: Path, into: Path | None, leaving_out: LeavingOut | None = None
) -> list[PhotoSet]:
    """Return the photos in a folder, each with what belongs to it, in the order of their names.

    A RAW file beside its developed picture belongs to that, and is no photo of its own.

    Args:
        into: is not looked into. leaving_out: see `labeler.photos.io.walk`.

    Raises:
        LabelerError: the inbox does not exist.
    """
    files = walk([inbox], into, leaving_out)
    return [
        found
        for folder, inside in groupby(files, key=lambda file: os.path.dirname(file.path))
        for found in _sets_of(folder, list(inside))
    ]


def look(finder: FaceFinder, sets: Iterable[PhotoSet], jobs: int = -1) -> Iterator[Seen | Failure]:
    """Yield what is on each photo and the content of what belongs to it, in the same order."""

    def look_at(one: PhotoSet) -> Seen | Failure:
        if isinstance(one.photo, Failure):
            return one.photo
        (result,) = analyse([Task(one.photo)], finder)
        assert not isinstance(result, PhotoCopy)  # nothing was given as known
        return result if isinstance(result, Failure) else _with_companions(result, one.beside)

    return in_parallel(look_at, sets, jobs)


def _with_companions(photo: AnalysedPhoto, beside: Iterable[Beside]) -> Seen | Failure:
    """Read what belongs to a photo; without it, the photo is not taken away from it."""
    read = []
    for one in beside:
        name = os.path.basename(one.path)
        try:
            content = transfer.digest(Path(one.path))
            if _beside(one.path, one.shared_with) != one:
                reason = f"{name}, which belongs to it, is being written; run the command again."
                return Failure(photo.file.path, reason)
        except OSError as error:
            reason = f"{name}, which belongs to it, cannot be read: {error.strerror}."
            return Failure(photo.file.path, reason)
        read.append(Companion(one.path, shared_with=one.shared_with, sha256=content, size=one.size))
    return Seen(photo, tuple(read))


def _sets_of(folder: str, files: list[PhotoFile | Failure]) -> Iterator[PhotoSet]:
    names = file_names(folder)
    owned = video_names.looked_at(names, decoding.SUFFIXES, raw.SUFFIXES).owners(names)
    of: dict[str, list[Beside]] = {}
    for name, photos_of_it in owned.items():
        for photo in photos_of_it:
            others = tuple(os.path.join(folder, one) for one in photos_of_it if one != photo)
            if (found := _beside(os.path.join(folder, name), others)) is not None:
                of.setdefault(photo, []).append(found)
    here = {os.path.basename(file.path) for file in files}
    for file in files:
        name = os.path.basename(file.path)
        if not here & set(owned.get(name, ())):
            yield PhotoSet(file, tuple(of.get(name, ())))


def file_names(folder: str) -> list[str]:
    """Return the names of the files in a folder, as `walk` sees them, from one listing."""
    try:
        with os.scandir(folder) as entries:
            return [one.name for one in entries if not one.name.startswith(".") and one.is_file()]
    except OSError:  # `walk` has said so
        return []


def _beside(path: str, others: tuple[str, ...]) -> Beside | None:
    try:
        status = os.stat(path)
    except OSError:  # it has gone meanwhile
        return None
    return Beside(path, status.st_size, status.st_mtime_ns, others)
