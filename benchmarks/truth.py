"""The truth about a folder of photos, shared by the benchmarks.

A folder with a `faces.csv` (file, left, top, width, height, person) is taken at its word.
Otherwise it must be laid out like Labeled Faces in the Wild: a folder per person, photos of
250 × 250 pixels with that person in the middle; LFW has no boxes, so the median of CenterFace's
boxes there stands for each.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from labeler import geometry
from labeler.faces.steps.library_finder import descriptors
from labeler.library.store import Library
from labeler.metrics.steps.evaluate import LEAST_OVERLAP

LFW_BOX = (79, 65, 95, 125)


def in_pairs(arguments: Iterable[str | Path]) -> list[tuple[Path, Path]]:
    """Return what was given in turn, such as LIBRARY PHOTOS, as pairs of whole paths."""
    paths = [Path(argument).absolute() for argument in arguments]
    return list(zip(paths[::2], paths[1::2], strict=True))


def truth_table(photos: Path, folder: Path) -> Path:
    """Return the path of a table for `labeler evaluate`, written into `folder` if there is none."""
    if (photos / "faces.csv").is_file():
        return photos / "faces.csv"
    table = folder / "faces.csv"
    with open(table, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "left", "top", "width", "height", "person"])
        for path in sorted(photos.glob("*/*.jpg")):
            writer.writerow([path.absolute(), *LFW_BOX, path.parent.name])
    return table


def named_descriptors(
    library: Library, table: Path
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return descriptors (n, d), names (n,), clusters (n,) and photos (n,) of the true faces."""
    X, photos, found, names = all_descriptors(library, table)
    return X[found], names, library.faces().clusters[found], photos[found]


def all_descriptors(
    library: Library, table: Path
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return descriptors (n, d) and photos (n,) of all faces, positions (m,) and names of the true.

    The faces that the table does not know, of bystanders mostly, have no position in `found`.
    """
    faces = library.faces()
    ids, X = descriptors(library)
    assert np.array_equal(ids, faces.ids)
    by_photo: dict[int, list[int]] = {}
    for index, photo in enumerate(faces.photo_ids.tolist()):
        by_photo.setdefault(photo, []).append(index)
    truth: dict[int, list[tuple[tuple[float, ...], str]]] = {}
    photo_ids = {os.path.realpath(p): i for p, i in library.photo_ids_by_path().items()}
    with open(table, newline="") as file:
        for row in csv.DictReader(file):
            box = tuple(float(row[key]) for key in ("left", "top", "width", "height"))
            path = os.path.realpath(table.parent / row["file"])
            truth.setdefault(photo_ids[path], []).append((box, row["person"]))
    found, names = [], []
    for photo, rows in truth.items():
        members = by_photo.get(photo, [])
        boxes = np.array([box for box, _ in rows])
        for i, j in geometry.match_boxes(boxes, faces.boxes[members], LEAST_OVERLAP):
            found.append(members[j])
            names.append(rows[i][1])
    return X, faces.photo_ids, np.array(found, dtype=np.int64), np.array(names)
