"""Accuracy on pairs of photos in the format of LFW's pairs.txt, and what distances mean.

    python -m benchmarks.verification LFW PAIRS [--views 1 2 8] [--exact]
    python -m benchmarks.verification LFW PAIRS --fit LIBRARY

LFW: a folder per person with files `Name_0001.jpg`. PAIRS: lines `name, n, m` for two photos of one
person and `name, n, other, m` for two people. Of several faces on a photo the one in the middle
counts; a photo without a face makes its pairs wrong. The threshold of each tenth is the best one on
the other nine. All pairs that begin with one person are in the same tenth; the mean over twenty
draws of the tenths is reported. The code is that of `labeler verify --pairs`.

`--fit` prints the constants of `recognition.verification`, from all pairs of the faces in the
library of LFW: pairs of different people count alike, and so do people of whom there are several
photos.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.truth import named_descriptors, truth_table
from labeler.faces.io.face_finder import DLIB_MODELS, FinderSettings, make_finder
from labeler.family.steps.verification import measure
from labeler.family.verification import FAR, FAR_FROM, FAR_STEP
from labeler.library.store import Library

BINS = np.arange(0, 2.001, 0.005)
BLOCK = 1000


def histograms(X: np.ndarray, names: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many pairs of one person, each person weighing 1, and of two are how far apart."""
    codes = np.unique(names, return_inverse=True)[1]
    pairs = np.bincount(codes) * (np.bincount(codes) - 1) / 2
    same, different = np.zeros(len(BINS) - 1), np.zeros(len(BINS) - 1)
    for start in range(0, len(X), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(X)))
        apart = np.sqrt(np.maximum(2 - 2 * X[rows] @ X.T, 0))
        later = np.arange(len(X)) > rows[:, None]
        one_person = codes[rows][:, None] == codes
        weights = np.broadcast_to(1 / np.maximum(pairs[codes[rows]], 1)[:, None], apart.shape)
        both = later & one_person
        same += np.histogram(apart[both], BINS, weights=weights[both])[0]
        different += np.histogram(apart[later & ~one_person], BINS)[0]
    return same, different


def fit(photos: Path, folder: Path) -> None:
    from sklearn.linear_model import LogisticRegression

    with tempfile.TemporaryDirectory() as temporary:
        X, names, _, _ = named_descriptors(Library(folder), truth_table(photos, Path(temporary)))
    same, different = histograms(X, names)
    middles = np.tile((BINS[1:] + BINS[:-1]) / 2, 2)[:, None]
    weights = np.concatenate([same / same.sum(), different / different.sum()]) * 1e4
    is_same = np.repeat([True, False], len(same))
    curve = LogisticRegression(C=1e6, max_iter=5000).fit(middles, is_same, weights)
    print(f"slope {curve.coef_[0, 0]:.2f}, intercept {curve.intercept_[0]:.2f}")
    share = np.cumsum(different) / different.sum()
    at = FAR_FROM + FAR_STEP * np.arange(len(FAR))
    print(f"{different.sum():,.0f} pairs of two; share at most so far apart:")
    print(", ".join(f"{share[round(d / 0.005) - 1]:.3g}" for d in at))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lfw", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--views", type=int, nargs="+", default=sorted(DLIB_MODELS))
    parser.add_argument("--exact", action="store_true")
    parser.add_argument("--fit", type=Path, metavar="LIBRARY")
    arguments = parser.parse_args()
    if arguments.fit is not None:
        fit(arguments.lfw, arguments.fit)
        return
    with tempfile.TemporaryDirectory() as folder:
        library = Library.create(Path(folder))
        for views in arguments.views:
            settings = FinderSettings(views=views, exact=arguments.exact)
            finder = make_finder(library.models, settings)
            found = measure(library, arguments.pairs, arguments.lfw, finder=finder)
            print(
                f"{views} views: accuracy {found.cross_validated:.4f} on {found.pairs} pairs, best "
                f"threshold {found.best_threshold:.3f}, AUC {found.auc:.4f}, EER "
                f"{found.equal_error_rate:.4f}, photos without a face {len(found.without_face)} "
                f"of {found.photos}",
                flush=True,
            )


if __name__ == "__main__":
    main()
