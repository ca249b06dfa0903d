"""Search photos by what they show: `rank` and `about` answer, `look` prepares."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from labeler.errors import LabelerError, ModelError, UsageError
from labeler.faces.io.encoders import mismatch
from labeler.library.store import Library
from labeler.search import zero_shot
from labeler.search.steps.clip_model import MeaningModel, choose, chosen
from labeler.search.steps.embed_images import Progress, look_at_photos
from labeler.types import Failure, FloatArray


@dataclass(frozen=True)
class LookReport:
    """`photos` have a vector of the `model` now, `new` of them since this run."""

    model: str
    photos: int
    new: int
    failed: tuple[Failure, ...]
    seconds: float


class Match(NamedTuple):
    """A photo, its cosine with a text, and the chance that it is about the text.

    chance: a softmax, see `search.zero_shot`; not calibrated, so good for a cut only.
    """

    photo_id: int
    cosine: float
    chance: float


def look(
    library: Library, file: Path | None = None, progress: Progress | None = None, jobs: int = -1
) -> LookReport:
    """Let a model look at all photos of the library that it has not seen yet.

    Args:
        file: the TOML file of the model; by default that of the last run.
        jobs: photos looked at at the same time; −1 = one per core.

    Raises:
        LabelerError: the model is missing or wrong, or another run is at work.
    """
    started = time.monotonic()
    model = chosen(library) if file is None else choose(library, file)
    looked = look_at_photos(library, model, progress, jobs)
    unseen = len(library.without_meaning("photo", model.id))
    return LookReport(
        model.id,
        library.counts()["photos"] - unseen,
        looked.new,
        tuple(looked.failed),
        time.monotonic() - started,
    )


def unseen(library: Library) -> int:
    """Return how many present photos the library's model has not seen; see `chosen` for errors."""
    return len(library.without_meaning("photo", chosen(library).id))


def rank(library: Library, text: str) -> list[tuple[int, float]]:
    """Return all seen photos with their cosine with a text, the highest first.

    Raises:
        LabelerError: there is no model, it does not work, or no photo was looked at.
    """
    return [(match.photo_id, match.cosine) for match in matches(library, text)]


def about(library: Library, text: str, least: float = zero_shot.LEAST_CHANCE) -> set[int]:
    """Return the ids of the photos that a text describes.

    Args:
        least: chance that it is this text, and none that fits every photo; see
            `search.zero_shot`.

    Raises:
        LabelerError: as `rank`.
    """
    return {match.photo_id for match in matches(library, text) if match.chance >= least}


def matches(library: Library, text: str) -> list[Match]:
    """Return all seen photos, those with the highest cosine first.

    Raises:
        LabelerError: as `rank`.
    """
    if not text.strip():
        raise UsageError("Say what the photos should show, such as “birthday cake”.")
    model = chosen(library)
    ids, X = library.meaning("photo", model.id)
    if not len(ids):
        raise LabelerError("No photo was looked at yet; `labeler embed` does that.")
    wordings = zero_shot.wordings(text.strip())
    texts = text_vectors(
        model, [wordings, *([neutral] for neutral in zero_shot.NEUTRAL)], X.shape[1]
    )
    cosines = X @ texts.T
    chance = zero_shot.chance_of_text(cosines[:, 0], cosines[:, 1:], model.scale)
    order = np.lexsort((ids, -cosines[:, 0]))
    columns = (ids[order], cosines[order, 0], chance[order])
    return [Match(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def text_vectors(
    model: MeaningModel, groups: Sequence[Sequence[str]], dimensions: int
) -> FloatArray:
    """Return for each of k groups of texts their mean vector, (k, dimensions).

    Raises:
        ModelError: the text network does not work, or does not fit the stored vectors.
    """
    vectors = model.encoders.embed_texts([text for group in groups for text in group])
    if vectors.shape[1] != dimensions:
        raise ModelError(mismatch(model.encoders.described, dimensions, vectors.shape[1]))
    return zero_shot.mean_vectors(vectors, [len(group) for group in groups])
