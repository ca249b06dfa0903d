"""Fit the constants of `labeler.classifier` that turn distances into probabilities.

    python -m benchmarks.calibration PHOTOS LIBRARY [PHOTOS LIBRARY …]

For each folder of photos and the library made of it by benchmarks.library: a few people are named
with 1, 3 or 10 photos each, all other faces ask who they are, and strangers weigh as much as the
people who are named. People are split into halves; each half is judged by the curve fitted on the
other.
"""

from __future__ import annotations

import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.truth import in_pairs, named_descriptors, truth_table
from labeler.classifier import _FAR, OpenSetKNN
from labeler.store import Library

PHOTOS_PER_PERSON = (1, 3, 10)
PEOPLE = (1, 3, 10, 40, None)
MOST_STRANGERS = 3000


def task(
    X: np.ndarray, y: np.ndarray, photos: int, people: int | None, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None:
    """Return features (n, 2), right or wrong (n,), weights (n,) and true names (n,)."""
    random = np.random.default_rng(seed)
    names, counts = np.unique(y, return_counts=True)
    known = names[counts > photos]
    if people is not None:
        known = random.choice(known, min(people, len(known)), replace=False)
    named = np.zeros(len(y), dtype=bool)
    for person in known:
        named[random.permutation(np.flatnonzero(y == person))[:photos]] = True
    probes = np.flatnonzero(np.isin(y, known) & ~named)
    strangers = np.flatnonzero(~np.isin(y, known))
    if len(probes) < 3 or not len(strangers):
        return None
    strangers = random.choice(strangers, min(len(strangers), MOST_STRANGERS), replace=False)
    asked = np.concatenate([probes, strangers])
    model = OpenSetKNN().fit(X[named], y[named])
    distances = model._distances_to_people(X[asked])
    two = np.sort(distances, axis=1)[:, :2]
    second = two[:, 1] if two.shape[1] > 1 else np.full(len(two), _FAR)
    margin = np.minimum(second, _FAR) - np.minimum(two[:, 0], _FAR)
    right = model.classes_[distances.argmin(axis=1)] == y[asked]
    weights = np.repeat([500 / len(probes), 500 / len(strangers)], [len(probes), len(strangers)])
    return np.stack([two[:, 0], margin], axis=1), right, weights, y[asked]


def main(pairs: list[tuple[Path, Path]]) -> None:
    tasks = []
    for photos, folder in pairs:
        with tempfile.TemporaryDirectory() as temporary:
            table = truth_table(photos, Path(temporary))
            X, y, _, _ = named_descriptors(Library(folder), table)
        for number in PHOTOS_PER_PERSON:
            for people in PEOPLE:
                for seed in range(3 if people else 1):
                    made = task(X, y, number, people, seed)
                    if made:
                        tasks.append(made)
    features, right, weights, names = (np.concatenate(parts) for parts in zip(*tasks, strict=True))
    half = np.array([zlib.crc32(name.encode()) % 2 for name in names], dtype=bool)
    probability = np.empty(len(right))
    for side in (half, ~half):
        curve = fitted(features[~side], right[~side], weights[~side])
        probability[side] = curve.predict_proba(features[side])[:, 1]
    for least in (0.8, 0.9, 0.95, 0.98):
        given = probability >= least
        precision = (weights * right)[given].sum() / weights[given].sum()
        recall = (weights * right)[given].sum() / (weights * right).sum()
        print(f"probability ≥ {least}: precision {precision:.4f}, recall {recall:.3f}")
    curve = fitted(features, right, weights)
    (distance, margin), (intercept,) = curve.coef_[0], curve.intercept_
    print(f"intercept {intercept:.2f}, distance {distance:.2f}, margin {margin:.2f}")


def fitted(features: np.ndarray, right: np.ndarray, weights: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=1e4, max_iter=1000).fit(features, right, sample_weight=weights)


if __name__ == "__main__":
    main(in_pairs(sys.argv[1:]))
