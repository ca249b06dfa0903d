"""From photo files to faces: what each worker does, in this process or on another computer."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from labeler.errors import PassingTroubleError, UnreadablePhotoError
from labeler.images import photos
from labeler.types import AnalysedPhoto, Failure, PassingFailure, PhotoCopy, PhotoFacts, PhotoFile
from labeler.vision.faces import FaceFinder, LocatedFace

PHOTOS_PER_CALL = 8
"""Photos whose faces are embedded together."""
_WORTH_RETURNING = 30_000_000
"""Pixels of a picture after which freed memory is given back at once."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file to analyse.

    known: contents (SHA-256) that need no analysis, and how many faces are on each.
    """

    file: PhotoFile
    known: Mapping[str, int] = field(default_factory=dict)


Result = AnalysedPhoto | PhotoCopy | Failure


def analyse(
    tasks: Sequence[Task], finder: FaceFinder, most_pixels: int = photos.MOST_PIXELS
) -> list[Result]:
    """Read photos, find their faces, and embed the faces of all of them together."""
    read = [_read(task, finder, most_pixels) for task in tasks]
    located = [item for item in read if isinstance(item, _Located)]
    faces = iter(finder.embed([item.faces for item in located]))
    return [
        AnalysedPhoto(item.file, item.content_hash, item.facts, next(faces), item.pixel_hash)
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


def _read(task: Task, finder: FaceFinder, most_pixels: int) -> _Located | PhotoCopy | Failure:
    try:
        data, file = photos.read(task.file)
        content_hash = photos.content_hash(data)
        with _memory.reserved(photos.count_pixels(data, file.path), most_pixels):
            # In a function of its own, so that the picture is gone when the next one may come.
            return _look(data, file, content_hash, task.known, finder, most_pixels)
    except PassingTroubleError as error:
        return PassingFailure(task.file.path, str(error))
    except UnreadablePhotoError as error:
        return Failure(task.file.path, str(error))
    except MemoryError:
        return PassingFailure(task.file.path, "There is not enough memory for this picture.")


def _look(
    data: bytes,
    file: PhotoFile,
    content_hash: str,
    known: Mapping[str, int],
    finder: FaceFinder,
    most_pixels: int,
) -> _Located | PhotoCopy:
    photo = photos.OpenedPhoto(data, file.path, most_pixels)
    facts = photos.facts(photo, file)
    if content_hash in known:
        return PhotoCopy(file, content_hash, facts, known[content_hash])
    pixel_hash = photo.pixel_hash()
    return _Located(file, content_hash, facts, finder.locate(photo), pixel_hash)


class _Memory:
    """Lets photos in as long as all of them together have no more pixels than one may have."""

    def __init__(self) -> None:
        self._used = 0
        self._changed = threading.Condition()

    @contextmanager
    def reserved(self, pixels: int, limit: int) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: self._used == 0 or self._used + pixels <= limit)
            self._used += pixels
        try:
            yield
        finally:
            if pixels > _WORTH_RETURNING:
                _return_memory()
            with self._changed:
                self._used -= pixels
                self._changed.notify_all()


_memory = _Memory()


def _return_memory() -> None:
    """Give what was freed back to the system; glibc would keep a large picture's for the thread."""
    with suppress(OSError, AttributeError, TypeError):  # other systems do it by themselves
        ctypes.CDLL(None).malloc_trim(0)
