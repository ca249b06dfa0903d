"""Are faces on different photos one person? Of some photos, and measured on lists of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labeler.errors import LabelerError, UsageError
from labeler.faces.descriptors import REFERENCE_THRESHOLD
from labeler.faces.io.face_finder import DLIB_MODELS, FaceFinder
from labeler.faces.steps import library_finder as finders
from labeler.faces.steps import outside
from labeler.faces.steps.index import Progress
from labeler.family.steps.pair_lists import PhotoPair, read_pairs
from labeler.family.verification import EVEN, false_accept_rate, probability_same
from labeler.library.store import Library
from labeler.metrics import pair_scores
from labeler.metrics.pair_scores import PairConfusion, RateAt
from labeler.types import Box, Failure, FloatArray

MOST_PHOTOS = 200


@dataclass(frozen=True, slots=True)
class AskedFace:
    """A face on one of the photos; number: from the left, from 1 on, of `of` faces there."""

    photo: str
    number: int
    of: int
    box: Box


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two faces by their places in the list: Euclidean distance of their descriptors (length 1).

    probability: that they are one person, if that was as likely as not before; same: that is more
    likely than not. false_accept_rate: the share of pairs of different people in LFW that are as
    close, or closer.
    """

    one: int
    other: int
    distance: float
    cosine: float
    same: bool
    probability: float
    false_accept_rate: float


@dataclass(frozen=True)
class Verification:
    """All pairs of faces of different photos.

    threshold: below this distance two faces are rather one person than two: the probability is more
    than a half. false_accept_rate: the share of
    pairs of different people in LFW below it. measured: with this very network; otherwise the
    probabilities are those of dlib's at the same distance from its threshold.
    """

    model: str
    threshold: float
    false_accept_rate: float
    measured: bool
    faces: tuple[AskedFace, ...]
    pairs: tuple[Verdict, ...]
    without_face: tuple[str, ...]


@dataclass(frozen=True)
class PairsReport:
    """What a list of pairs says; shares 0…1, None = cannot be measured.

    compared: pairs with a face on both photos; of several, the one nearest to the middle counts.
    The other pairs count as wrong in the accuracies, and nowhere else. cross_validated: the
    threshold of each tenth of the pairs is the best one on the others. at_threshold: the counts at
    the threshold that the program uses.
    """

    model: str
    pairs: int
    same: int
    compared: int
    photos: int
    threshold: float
    cross_validated: float | None
    accuracy: float | None
    best_threshold: float | None
    auc: float | None
    equal_error_rate: float | None
    rates: tuple[RateAt, ...]
    at_threshold: PairConfusion
    without_face: tuple[str, ...]
    failed: tuple[Failure, ...]


def verify(
    library: Library, paths: Sequence[Path], finder: FaceFinder | None = None
) -> Verification:
    """Compare the faces of two or more photos, which need not be in the library.

    Raises:
        UsageError: there are fewer than two different paths, or too many.
        LabelerError: one cannot be read, or fewer than two of the photos show a face.
    """
    wanted = list(dict.fromkeys(map(str, paths)))
    if not 2 <= len(wanted) <= MOST_PHOTOS:
        raise UsageError(
            f"Give two photos to compare, or up to {MOST_PHOTOS}; --pairs FILE takes longer lists."
        )
    finder = finder or finders.library_finder(library)
    seen = outside.look(finder, wanted)
    for failure in seen.failed:
        raise LabelerError(f"{failure.path}: {failure.reason}")
    faces = [face for path in wanted for face in seen.photos[path].faces]
    if sum(bool(seen.photos[path].faces) for path in wanted) < 2:
        empty = ", ".join(path for path in wanted if not seen.photos[path].faces)
        raise LabelerError(f"No face was found on {empty}; choose other photos.")
    asked = tuple(
        AskedFace(path, number, len(seen.photos[path].faces), face.box)
        for path in wanted
        for number, face in enumerate(seen.photos[path].faces, start=1)
    )
    X = outside.comparable_descriptors(finder, faces)
    model = finder.embedder.model
    return Verification(
        model=model.id,
        threshold=EVEN * model.threshold / REFERENCE_THRESHOLD,
        false_accept_rate=float(false_accept_rate(EVEN)),
        measured=model in DLIB_MODELS.values(),
        faces=asked,
        pairs=tuple(_verdicts(asked, X, model.threshold / REFERENCE_THRESHOLD)),
        without_face=tuple(path for path in wanted if not seen.photos[path].faces),
    )


def _verdicts(asked: Sequence[AskedFace], X: FloatArray, scale: float) -> list[Verdict]:
    """Return the pairs of faces on different photos.

    Args:
        scale: from comparable distances to those of the network.
    """
    verdicts = []
    for one in range(len(asked)):
        for other in range(one + 1, len(asked)):
            if asked[one].photo == asked[other].photo:
                continue
            apart = float(np.linalg.norm(X[one].astype(np.float64) - X[other]))
            verdicts.append(
                Verdict(
                    one,
                    other,
                    distance=apart * scale,
                    cosine=1 - (apart * scale) ** 2 / 2,
                    same=apart < EVEN,
                    probability=float(probability_same(apart)),
                    false_accept_rate=float(false_accept_rate(apart)),
                )
            )
    return verdicts


def measure(
    library: Library,
    table: Path,
    photos: Path | None = None,
    progress: Progress | None = None,
    finder: FaceFinder | None = None,
) -> PairsReport:
    """Tell how well pairs of photos are verified.

    Args:
        table, photos: see `labeler.family.steps.pair_lists.read_pairs`.

    Raises:
        LabelerError: the list makes no sense, or not a single pair can be compared.
    """
    pairs = read_pairs(table, photos)
    finder = finder or finders.library_finder(library)
    paths = [path for pair in pairs for path in (pair.one, pair.other)]
    seen = outside.look(finder, paths, progress)
    middle = {path: outside.in_the_middle(photo) for path, photo in seen.photos.items()}
    faces = {path: face for path, face in middle.items() if face is not None}
    if not faces:
        raise LabelerError(
            "No photo of the list shows a face that can be compared; --photos DIR says where the "
            "photos are."
        )
    X = outside.comparable_descriptors(finder, list(faces.values()))
    row = {path: place for place, path in enumerate(faces)}
    compared = [pair for pair in pairs if pair.one in row and pair.other in row]
    ends = np.array([(row[pair.one], row[pair.other]) for pair in compared]).reshape(-1, 2)
    distances = np.linalg.norm(X[ends[:, 0]].astype(np.float64) - X[ends[:, 1]], axis=1)
    without = tuple(path for path, face in middle.items() if face is None)
    scale = finder.embedder.model.threshold / REFERENCE_THRESHOLD
    return _report(pairs, compared, distances * scale, finder, without, seen)


def _report(
    pairs: Sequence[PhotoPair],
    compared: Sequence[PhotoPair],
    distances: pair_scores.Scores,
    finder: FaceFinder,
    without: tuple[str, ...],
    seen: outside.LookedAt,
) -> PairsReport:
    model = finder.embedder.model
    same = np.array([pair.same for pair in compared], dtype=bool)
    both = bool(same.any() and not same.all())
    curve = pair_scores.roc(-distances, same) if both else None
    at = pair_scores.confusion(-distances, same, np.nextafter(-model.threshold, 0))
    share = len(compared) / len(pairs)
    groups = [pair.group for pair in compared]
    crossed = pair_scores.cross_validated_accuracy(-distances, same, groups) if both else None
    return PairsReport(
        model=model.id,
        pairs=len(pairs),
        same=sum(pair.same for pair in pairs),
        compared=len(compared),
        photos=len(seen.photos) + len(seen.failed),
        threshold=model.threshold,
        cross_validated=None if crossed is None else crossed * share,
        accuracy=None if at.accuracy is None else at.accuracy * share,
        best_threshold=-pair_scores.best_threshold(-distances, same) if both else None,
        auc=pair_scores.auc(-distances, same) if both else None,
        equal_error_rate=pair_scores.equal_error(curve) if curve else None,
        rates=tuple(pair_scores.rates_at(curve)) if curve else (),
        at_threshold=at,
        without_face=without,
        failed=seen.failed,
    )
