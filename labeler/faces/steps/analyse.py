"""From photo files to faces: what each worker does, in this process or on another computer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from labeler.errors import PassingTroubleError, UnreadablePhotoError
from labeler.faces.io.face_finder import FaceFinder, LocatedFace
from labeler.photos.io import decoding, gray
from labeler.photos.io.memory import memory
from labeler.types import (
    AnalysedPhoto,
    Failure,
    PassingFailure,
    PhotoCopy,
    PhotoFacts,
    PhotoFile,
    identity,
)

PHOTOS_PER_CALL = 8
"""Photos whose faces are embedded together."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file to analyse.

    known: contents (by `labeler.types.identity`) that need no analysis, and how many faces are on
    each.
    """

    file: PhotoFile
    known: Mapping[str, int] = field(default_factory=dict)


Result = AnalysedPhoto | PhotoCopy | Failure


def analyse(
    tasks: Sequence[Task], finder: FaceFinder, most_pixels: int = decoding.MOST_PIXELS
) -> list[Result]:
    """Read photos, find their faces, and embed the faces of all of them together."""
    read = [_read(task, finder, most_pixels) for task in tasks]
    located = [item for item in read if isinstance(item, _Located)]
    faces = iter(finder.embed([item.faces for item in located]))
    return [
        AnalysedPhoto(
            item.file,
            item.content_hash,
            item.facts,
            next(faces),
            item.pixel_hash,
            item.look,
            item.note,
        )
        if isinstance(item, _Located)
        else item
        for item in read
    ]


@dataclass(frozen=True, slots=True)
class _Located:
    file: PhotoFile
    content_hash: str
    facts: PhotoFacts
    faces: Sequence[LocatedFace]
    pixel_hash: str
    look: str
    note: str


def _read(task: Task, finder: FaceFinder, most_pixels: int) -> _Located | PhotoCopy | Failure:
    try:
        with decoding.room_for_file(task.file.path):
            data, file = decoding.read(task.file)
            with memory.reserved(decoding.needed(data, file.path)):
                # In a function of its own, so that the picture is gone when the next may come.
                return _look(data, file, task.known, finder, most_pixels)
    except PassingTroubleError as error:
        return PassingFailure(task.file.path, str(error))
    except UnreadablePhotoError as error:
        return Failure(task.file.path, str(error))
    except MemoryError:
        return PassingFailure(task.file.path, "There is not enough memory for this picture.")


def _look(
    data: bytes,
    file: PhotoFile,
    known: Mapping[str, int],
    finder: FaceFinder,
    most_pixels: int,
) -> _Located | PhotoCopy:
    content_hash = decoding.content_hash(data)
    photo = decoding.OpenedPhoto(data, file.path, most_pixels)
    facts = decoding.facts(photo, file)
    content = identity(content_hash, facts.metadata.orientation)
    if content in known:
        return PhotoCopy(file, content_hash, facts, known[content])
    pixel_hash = photo.pixel_hash(finder.detector.side)
    look = gray.hash_of_pixels(photo.pixels(decoding.FINGERPRINT_SIDE))
    faces = finder.locate(photo)
    return _Located(file, content_hash, facts, faces, pixel_hash, look, photo.note)
