"""Let a model look at photos and faces that it has not seen yet, and keep its vectors."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from labeler import geometry
from labeler.errors import UnreadablePhotoError
from labeler.faces.io.encoders import BATCH, Encoders
from labeler.io.files import alone
from labeler.io.parallel import in_parallel
from labeler.library.image_embeddings import Seen
from labeler.library.store import Library
from labeler.photos.io.indexed import indexed_pixels
from labeler.search.steps.clip_model import MeaningModel
from labeler.types import Box, Failure, FloatArray, Image, Photo

KEPT_AT_ONCE = 64
"""Vectors per transaction: about what an interruption can cost."""
FACE_MARGIN = 2.0
"""Side of the square around a face, relative to its box: enough to see a frame or a pedestal."""

Progress = Callable[[int, int], None]
"""Called with photos done and photos to do."""


@dataclass(frozen=True, slots=True)
class _View:
    """What to look at on a photo: the box of a face, or None for all of it."""

    id: int
    box: Box | None


_Task = list[tuple[Photo, list[_View]]]


@dataclass
class Looked:
    """What a run stored, and the photos that could not be read."""

    new: int = 0
    failed: list[Failure] = field(default_factory=list)


def look_at_photos(
    library: Library, model: MeaningModel, progress: Progress | None = None, jobs: int = -1
) -> Looked:
    """Store a vector for every present photo that has none, or that was changed since.

    What was stored stays stored when the run is interrupted; the next one goes on from there.

    Raises:
        LabelerError: another run is at work on the library.
    """
    present = library.photos()
    missing = library.without_meaning("photo", model.id)
    views = [(present[one], [_View(one, None)]) for one in missing if one in present]
    return _look(library, model, "photo", views, progress, jobs)


def look_at_faces(
    library: Library,
    model: MeaningModel,
    faces: Sequence[int],
    progress: Progress | None = None,
    jobs: int = -1,
) -> Looked:
    """Store a vector for the surroundings of those of some faces that have none.

    Raises:
        LabelerError: another run is at work on the library.
    """
    present, table = library.photos(), library.faces()
    missing = set(library.without_meaning("face", model.id)) & set(faces)
    of_photo: dict[tuple[int, float | None], list[_View]] = {}
    columns = (table.ids, table.photo_ids, table.boxes, table.at)
    for face, photo, box, at in zip(*(one.tolist() for one in columns), strict=True):
        if face in missing and photo in present:
            when = None if math.isnan(at) else at
            of_photo.setdefault((photo, when), []).append(_View(face, Box(*box)))
    views = [(replace(present[photo], at=when), some) for (photo, when), some in of_photo.items()]
    return _look(library, model, "face", views, progress, jobs)


def _look(
    library: Library,
    model: MeaningModel,
    seen: Seen,
    to_do: _Task,
    progress: Progress | None,
    jobs: int,
) -> Looked:
    looked, pending, done = Looked(), list[tuple[int, FloatArray]](), 0

    def store() -> None:
        if pending:
            library.add_meanings(seen, model.id, pending)
            looked.new += len(pending)
            pending.clear()

    busy = "Another `labeler embed` is at work on this library"
    with alone(library.folder / "meaning.lock", busy):
        results = in_parallel(partial(_vectors, model.encoders), _tasks(to_do), jobs)
        try:
            for vectors, failed, count in results:
                pending += vectors
                looked.failed += failed
                done += count
                if len(pending) >= KEPT_AT_ONCE:
                    store()
                if progress:
                    progress(done, len(to_do))
        finally:  # also when interrupted
            store()
    return looked


def _tasks(to_do: _Task) -> Iterator[_Task]:
    for start in range(0, len(to_do), BATCH):
        yield to_do[start : start + BATCH]


def _vectors(
    encoders: Encoders, task: _Task
) -> tuple[list[tuple[int, FloatArray]], list[Failure], int]:
    """Return the vectors by id, the photos that cannot be read, and how many photos these were."""
    ids: list[int] = []
    pictures: list[Image] = []
    failed = []
    for photo, views in task:
        try:
            cut = _pictures(encoders, photo, [view.box for view in views])
        except UnreadablePhotoError as error:
            failed.append(Failure(photo.path, str(error)))
            continue
        ids += [view.id for view in views]
        pictures += cut
    vectors = encoders.embed_pictures(pictures) if pictures else ()
    return list(zip(ids, vectors, strict=True)), failed, len(task)


def _pictures(encoders: Encoders, photo: Photo, boxes: Sequence[Box | None]) -> list[Image]:
    """Return the parts of a photo, prepared for the network."""
    width, height = photo.facts.width, photo.facts.height
    whole = (0, 0, width, height)
    parts = [
        whole if box is None else geometry.square_around(box, FACE_MARGIN, width, height)
        for box in boxes
    ]
    # As fine as the smallest part needs it; `pixels` never gives more than there is.
    side = min(min(right - left, bottom - top) for left, top, right, bottom in parts)
    longest = -(-encoders.described.size * max(width, height) // max(side, 1))
    pixels = indexed_pixels(photo, longest)
    x, y = pixels.shape[1] / width, pixels.shape[0] / height
    return [
        encoders.prepared(
            pixels[
                int(top * y) : max(round(bottom * y), int(top * y) + 1),
                int(left * x) : max(round(right * x), int(left * x) + 1),
            ]
        )
        for left, top, right, bottom in parts
    ]
