"""Automatic names: each face judged alone, and together with its group.

    python -m benchmarks.recognition PHOTOS LIBRARY [PHOTOS LIBRARY …]

For each folder of photos and the library made of it by benchmarks.library: half of the people are
named with three photos each; the other half are strangers to the library.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.truth import in_pairs, named_descriptors, truth_table
from labeler.classifier import OpenSetKNN
from labeler.pipeline.recognize import confident, confident_in_groups
from labeler.store import Library
from labeler.types import Recognition

TRIALS = 5
PHOTOS_PER_PERSON = 3


def main(photos: Path, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        table = truth_table(photos, Path(temporary))
        X, y, clusters, _ = named_descriptors(Library(folder), table)
    totals = {"alone": np.zeros(3), "with its group": np.zeros(3)}
    for seed in range(TRIALS):
        random = np.random.default_rng(seed)
        people = np.unique(y)
        known = random.permutation(people)[: len(people) // 2]
        named = np.zeros(len(y), dtype=bool)
        for person in known:
            named[random.permutation(np.flatnonzero(y == person))[:PHOTOS_PER_PERSON]] = True
        asked = np.flatnonzero(~named)
        model = OpenSetKNN().fit(X[named], y[named])
        answers = {
            "alone": confident(model, asked, X[asked]),
            "with its group": confident_in_groups(model, asked, X[asked], clusters[asked]),
        }
        for way, found in answers.items():
            totals[way] += outcome(found, y, int(np.isin(y[asked], known).sum()))
    for way, (given, right, possible) in totals.items():
        print(f"{photos.name}, {way}: precision {right / given:.4f}, recall {right / possible:.4f}")


def outcome(found: list[Recognition], y: np.ndarray, possible: int) -> np.ndarray:
    """Return the numbers of names given, right names, and names that could have been given."""
    right = sum(one.person == y[one.face_id] for one in found)
    return np.array([len(found), right, possible], dtype=float)


if __name__ == "__main__":
    for pair in in_pairs(sys.argv[1:]):
        main(*pair)
