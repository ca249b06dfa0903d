"""Find faces of paintings, statues, dolls and screens, for the user to ignore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.search import zero_shot
from labeler.search.steps.clip_model import chosen
from labeler.search.steps.embed_images import Progress, look_at_faces
from labeler.search.steps.image_search import text_vectors
from labeler.types import Failure, FloatArray


@dataclass(frozen=True)
class NotLiving:
    """A face that seems to belong to no living person, what it seems to be, and the chance."""

    face: int
    photo: str
    kind: str
    chance: float


@dataclass(frozen=True)
class NotLivingReport:
    """The suspects, surest first, how many faces were asked about, and the photos not read."""

    faces: int
    suspects: tuple[NotLiving, ...]
    failed: tuple[Failure, ...]


def not_living(
    library: Library,
    progress: Progress | None = None,
    least: float = zero_shot.LEAST_NOT_LIVING,
    kinds: Mapping[str, tuple[str, ...]] = zero_shot.KINDS,
    jobs: int = -1,
) -> NotLivingReport:
    """Return the faces that look like pictures or statues; nothing is said about them by that.

    Those that the user has named or ignored are not asked about.

    Args:
        least: chance that it is not `zero_shot.LIVING`.
        kinds: what a face may belong to, with texts for it.

    Raises:
        LabelerError: there is no model, or it does not work.
    """
    model = chosen(library)
    labels, table = standing.labels(library), library.faces()
    open_faces = {
        face for face in table.ids.tolist() if face not in labels.names.keys() | labels.ignored
    }
    looked = look_at_faces(library, model, sorted(open_faces), progress, jobs)
    ids, X = library.meaning("face", model.id)
    asked = np.isin(ids, sorted(open_faces))
    ids, X = ids[asked], X[asked]
    suspects: list[NotLiving] = []
    if len(ids):
        texts = text_vectors(model, list(kinds.values()), X.shape[1])
        chance = zero_shot.chances(X @ texts.T, model.scale)
        suspects = _suspects(library, ids.tolist(), chance, list(kinds), least)
    return NotLivingReport(len(ids), tuple(suspects), tuple(looked.failed))


def _suspects(
    library: Library, ids: list[int], chance: FloatArray, kinds: list[str], least: float
) -> list[NotLiving]:
    """Return the faces with a high chance (n, kinds) of all kinds but the living together."""
    table, photos = library.faces(), library.photos()
    photo_of = dict(zip(table.ids.tolist(), table.photo_ids.tolist(), strict=True))
    living = kinds.index(zero_shot.LIVING)
    found = []
    for face, row in zip(ids, chance, strict=True):
        sure = 1 - float(row[living])
        if sure >= least and photo_of.get(face) in photos:
            kind = kinds[int(np.argmax(np.where(np.arange(len(kinds)) == living, -1, row)))]
            found.append(NotLiving(face, photos[photo_of[face]].path, kind, sure))
    return sorted(found, key=lambda suspect: (-suspect.chance, suspect.face))
