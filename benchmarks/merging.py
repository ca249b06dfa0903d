"""Fit the constants of `labeler.people.steps.merging` that turn closeness into a probability.

    python -m benchmarks.merging LIBRARY PHOTOS [LIBRARY PHOTOS …]

Each LIBRARY is made of PHOTOS by benchmarks.library; its groups must be fresh (`labeler cluster`),
and nothing said about them. A pair is right if the same person has the majority of the known faces
in both groups; pairs of which a group has no known face are left out. Every library is judged by
the curve that was fitted on the others, too. All libraries weigh the same.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

from benchmarks.truth import all_descriptors, in_pairs, truth_table
from labeler.library.store import Library
from labeler.people.steps.merging import merges

FEATURES = {"closeness": [0], "closeness, log sizes": [0, 1, 2]}
BINS = (0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.001)


def main(pairs: list[tuple[Path, Path]]) -> None:
    tasks = {photos.name: task(library, photos) for library, photos in pairs}
    for name, (X, right, now) in tasks.items():
        print(f"{name}: {len(X):,} pairs, {right.mean():.1%} of them right")
        top = np.argsort(-now, kind="stable")[:20]
        print(f"  of the 20 that are listed first, right: {right[top].sum()}")
        report("  constants in the program", right, now)
    for title, columns in FEATURES.items():
        for name, (X, right, _) in tasks.items():
            others = [made for other, made in tasks.items() if other != name]
            if others:
                curve = fitted(others, columns)
                report(
                    f"{title}, fitted on the others: {name}", right, predicted(curve, X, columns)
                )
        curve = fitted(list(tasks.values()), columns)
        print(f"{title}, fitted on all: {curve.intercept_[0]:.2f} {curve.coef_[0].round(2)}")


def task(library: Path, photos: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return closeness and log sizes (m, 3), right or wrong (m,), probability today (m,)."""
    opened = Library(library)
    with tempfile.TemporaryDirectory() as folder:
        _, _, found, names = all_descriptors(opened, truth_table(photos, Path(folder)))
    faces = opened.faces()
    known = dict(zip(faces.ids[found].tolist(), names.tolist(), strict=True))
    votes: dict[int, Counter[str]] = {}
    for face, cluster in zip(faces.ids.tolist(), faces.clusters.tolist(), strict=True):
        if face in known:
            votes.setdefault(cluster if cluster >= 0 else -face, Counter())[known[face]] += 1
    rows, right = [], []
    for merge in merges(opened):
        sides = zip(merge.clusters, merge.examples, strict=True)
        who = [votes.get(-face if cluster is None else cluster) for cluster, face in sides]
        if all(who):
            smaller, larger = np.log(sorted(merge.faces))
            rows.append((merge.closeness, smaller, larger, merge.probability))
            one, other = (side.most_common(1)[0][0] for side in who if side)
            right.append(one == other)
    table = np.array(rows)
    return table[:, :3], np.array(right), table[:, 3]


def fitted(
    tasks: list[tuple[np.ndarray, np.ndarray, np.ndarray]], columns: list[int]
) -> LogisticRegression:
    X = np.concatenate([made[0] for made in tasks])[:, columns]
    right = np.concatenate([made[1] for made in tasks])
    weights = np.concatenate([np.full(len(made[0]), 1000 / len(made[0])) for made in tasks])
    # Closeness is small; without a penalty to speak of its size does not matter.
    return LogisticRegression(C=1e9, max_iter=10_000).fit(X, right, weights)


def predicted(curve: LogisticRegression, X: np.ndarray, columns: list[int]) -> np.ndarray:
    return curve.predict_proba(X[:, columns])[:, 1]


def report(title: str, right: np.ndarray, chance: np.ndarray) -> None:
    """Print how well the chances rank, and what share of those in each range is right."""
    print(
        f"{title}: AUC {roc_auc_score(right, chance):.3f}, log loss {log_loss(right, chance):.3f}"
    )
    for low, high in itertools.pairwise(BINS):
        some = (chance >= low) & (chance < high)
        if some.any():
            said, true = chance[some].mean(), right[some].mean()
            print(f"    {low:.2f}…{high:.2f}: {some.sum():5}, said {said:.3f}, right {true:.3f}")


if __name__ == "__main__":
    main(in_pairs(sys.argv[1:]))
