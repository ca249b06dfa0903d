"""From photos and videos to faces: what each worker does, here or on another computer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from labeler.errors import PassingTroubleError, UnreadablePhotoError
from labeler.faces.io import watched_so_far
from labeler.faces.io.face_finder import FaceFinder, LocatedFace
from labeler.faces.io.video_faces import watch
from labeler.faces.steps.watching import NowWatched
from labeler.photos.io import decoding, frames, gray
from labeler.photos.io.memory import memory
from labeler.photos.steps.changes import AS_BEFORE, Ways
from labeler.photos.video_names import is_video
from labeler.types import (
    AnalysedPhoto,
    Failure,
    PassingFailure,
    PhotoCopy,
    PhotoFacts,
    PhotoFile,
    WatchedVideo,
    Watching,
    identity,
)

PHOTOS_PER_CALL = 8
"""Photos whose faces are embedded together."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file to analyse.

    known: contents (by `labeler.types.identity`) that need no analysis, and how many faces are on
    each. so_far: folder in which what was seen of a video is kept, so that it can be gone on with;
    None = it is not. ways: how a video shall be watched; before: how the file was watched before;
    watched: how contents were.
    """

    file: PhotoFile
    known: Mapping[str, int] = field(default_factory=dict)
    so_far: Path | None = None
    ways: Ways = AS_BEFORE
    before: Watching | None = None
    watched: Mapping[str, Watching] = field(default_factory=dict)


Result = AnalysedPhoto | PhotoCopy | Failure


def analyse(
    tasks: Sequence[Task],
    finder: FaceFinder,
    most_pixels: int = decoding.MOST_PIXELS,
    now: NowWatched | None = None,
) -> list[Result]:
    """Read photos, find their faces, and embed the faces of all of them together.

    Args:
        now: is told how far each video is.
    """
    read = [_read(task, finder, most_pixels, now) for task in tasks]
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


def _read(
    task: Task, finder: FaceFinder, most_pixels: int, now: NowWatched | None
) -> _Located | AnalysedPhoto | PhotoCopy | Failure:
    try:
        if is_video(task.file.path):
            return _watched(task, finder, now)
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
    finally:
        if now is not None:
            now.ended(task.file.path)


def _watched(task: Task, finder: FaceFinder, now: NowWatched | None) -> AnalysedPhoto | PhotoCopy:
    """Follow the faces of a video through its shots, unless its content is known."""
    content_hash, file = decoding.hashed(task.file)
    facts = frames.Footage(file.path).facts
    size = (facts.width, facts.height)
    known = replace(decoding.known_of(facts.metadata, size, file), orientation=None)
    seen = PhotoFacts(*size, known, facts.seconds)
    before = task.watched.get(content_hash)
    how = task.ways.of(before or task.before)
    if content_hash in task.known and (before is None or before == how):
        return PhotoCopy(file, content_hash, seen, task.known[content_hash])
    see = partial(watch, file.path, finder, how)
    if now is not None:
        see = partial(see, progress=partial(now.told, file.path))
    if task.so_far is None:
        video = see()
    else:
        video = _watched_on(see, kept_of(task.so_far, content_hash, finder, how))
    faces = tuple(track.face for track in video.tracks)
    seen = replace(seen, seconds=video.facts.seconds)
    return AnalysedPhoto(file, content_hash, seen, faces, note=video.note, video=video)


def kept_of(folder: Path, content_hash: str, finder: FaceFinder, how: Watching) -> Path:
    """Return the file in which what was seen of a video so far is kept."""
    return watched_so_far.file_of(folder, content_hash, f"{finder.id} {how}")


def _watched_on(see: Callable[..., WatchedVideo], kept: Path) -> WatchedVideo:
    """Watch a video from where an earlier run was stopped, and keep each shot that is seen."""
    keep = partial(watched_so_far.add, kept)
    before = watched_so_far.read(kept)
    rest = see(since=before[-1][0][1] if before else 0.0, on_shot=keep)
    if before and not rest.shots:  # nothing is left, or it can be read from its start only
        watched_so_far.forget(kept)
        return see(on_shot=keep)
    return replace(
        rest,
        shots=(*(shot for shot, _ in before), *rest.shots),
        tracks=(*(track for _, tracks in before for track in tracks), *rest.tracks),
    )


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
