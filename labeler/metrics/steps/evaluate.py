"""Compare a library with a table of true boxes and names."""

from __future__ import annotations

import csv
import io
import math
import os
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labeler import geometry
from labeler.errors import LabelerError
from labeler.io.csv_cells import meant
from labeler.io.files import read_text
from labeler.library.store import Library
from labeler.metrics.evaluation import ClusterScores, NameScores, cluster_scores, name_scores
from labeler.people.steps.listing import FaceRow, list_faces
from labeler.types import Box

LEAST_OVERLAP = 0.3
"""Intersection over union that counts as found: annotators and detectors draw boxes differently."""
STRANGER = "stranger"
"""This name in the table means somebody unidentified: not one person, and to be left unnamed."""
_COLUMNS = ("file", "left", "top", "width", "height")


@dataclass(frozen=True)
class DetectionScores:
    """recall: share of true faces found. precision: share of found faces that are true."""

    recall: float | None
    precision: float | None


@dataclass(frozen=True)
class Evaluation:
    """`clusters` and `names` are None where the table has no names.

    Counted are the photos of the table that the library has; `photos_missing` are the others.
    Faces that were not found count as errors in `names.recall`, but not in `clusters`.
    """

    detection: DetectionScores
    clusters: ClusterScores | None
    names: NameScores | None
    photos: int
    photos_missing: int


@dataclass(frozen=True)
class _TrueFace:
    box: Box
    person: str | None


def evaluate(library: Library, table: Path) -> Evaluation:
    """Compare the library with a CSV file of the columns file, left, top, width, height, person.

    `file` is relative to the CSV's folder; boxes are upright pixels; `person` may be left out.
    Faces of a `stranger` do not count in `clusters`.

    Raises:
        LabelerError: the table cannot be read, or none of its photos is in the library.
    """
    truth = _read_truth(table)
    with library.reading():
        photo_ids = {os.path.realpath(p): i for p, i in library.photo_ids_by_path().items()}
        paths = {photo.id: photo.path for photo in library.photos().values()}
        rows_found = list_faces(library)
    found: dict[str, list[FaceRow]] = {}
    for row in rows_found:
        found.setdefault(row.photo, []).append(row)
    present = {path: faces for path, faces in truth.items() if path in photo_ids}
    if not present:
        raise LabelerError(
            f"None of the photos in {table} is in the library; index their folder first."
        )
    pairs: list[tuple[_TrueFace, FaceRow | None]] = []
    extra = 0
    for path, faces in present.items():
        rows = found.get(paths[photo_ids[path]], [])
        matched = _match(faces, rows)
        pairs += matched
        extra += len(rows) - sum(row is not None for _, row in matched)
    return _scores(pairs, extra, len(present), len(truth) - len(present))


def _scores(
    pairs: Sequence[tuple[_TrueFace, FaceRow | None]], extra: int, photos: int, missing: int
) -> Evaluation:
    hits = [(true, row) for true, row in pairs if row is not None]
    named = [(true.person, row) for true, row in pairs if true.person is not None]
    seen = [(true.person, row) for true, row in hits if true.person not in (None, STRANGER)]
    # A face in no cluster is alone: give it −1.
    clusters = [row.cluster if row.cluster is not None else -1 for _, row in seen]
    known = frozenset(row.person for _, row in hits if row.person is not None)
    return Evaluation(
        detection=DetectionScores(
            recall=len(hits) / len(pairs) if pairs else None,
            precision=len(hits) / (len(hits) + extra) if hits or extra else None,
        ),
        clusters=cluster_scores(clusters, [person for person, _ in seen]) if named else None,
        names=name_scores(
            [row.person if row else None for _, row in named],
            [person for person, _ in named],
            known,
        )
        if named
        else None,
        photos=photos,
        photos_missing=missing,
    )


def _match(
    faces: Sequence[_TrueFace], rows: Sequence[FaceRow]
) -> list[tuple[_TrueFace, FaceRow | None]]:
    true_boxes = np.array([face.box.as_tuple() for face in faces]).reshape(-1, 4)
    found_boxes = np.array([row.box.as_tuple() for row in rows]).reshape(-1, 4)
    matches = dict(geometry.match_boxes(true_boxes, found_boxes, LEAST_OVERLAP))
    return [(face, rows[matches[i]] if i in matches else None) for i, face in enumerate(faces)]


def _read_truth(table: Path) -> dict[str, list[_TrueFace]]:
    rows = csv.DictReader(io.StringIO(read_text(table, "a table of faces"), newline=""))
    truth: dict[str, list[_TrueFace]] = {}
    try:
        lacking = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
        if lacking:
            needed = ", ".join(_COLUMNS)
            raise LabelerError(f"{table} has no column '{lacking[0]}'; it needs {needed}.")
        for row in rows:
            place = os.path.realpath(table.parent / meant(row["file"]))
            person = meant(row.get("person") or "") or None
            truth.setdefault(place, []).append(_TrueFace(_box(row, table), person))
    except csv.Error as error:
        raise LabelerError(f"{table} cannot be read as a table ({error}).") from error
    return truth


def _box(row: Mapping[str, str | None], table: Path) -> Box:
    texts = [row[column] or "" for column in _COLUMNS[1:]]
    try:
        sides = [float(text) for text in texts]
    except ValueError:
        sides = [math.nan]
    if not all(map(math.isfinite, sides)):
        said = ", ".join(reprlib.repr(text) for text in texts)
        raise LabelerError(f"{table} has a box that is not four numbers ({said}).")
    return Box(*sides)
