"""Accuracy on pairs of photos in the format of LFW's pairs.txt.

    python -m benchmarks.verification LFW PAIRS [--views 1 2 8] [--exact]

LFW: a folder per person with files `Name_0001.jpg`. PAIRS: lines `name, n, m` for two photos of one
person and `name, n, other, m` for two people, tab-separated. Of several faces on a photo the one
in the middle counts; a photo without a face makes its pairs wrong. The threshold of each tenth is
the best one on the other nine. All pairs that begin with one person are in the same tenth; the
mean over twenty draws of the tenths is reported.
"""

from __future__ import annotations

import argparse
import tempfile
import zlib
from pathlib import Path

import numpy as np

from labeler.images.photos import OpenedPhoto, read_bytes
from labeler.pipeline.parallel import in_parallel
from labeler.vision.faces import DLIB_MODELS, FaceFinder, FinderSettings, make_finder

FOLDS, DRAWS = 10, 20
AT_ONCE = 16


def read_pairs(folder: Path, table: Path) -> list[tuple[str, str, str, bool]]:
    """Return (group, path, path, is it one person?) of every pair."""

    def path(name: str, number: str) -> str:
        return str(folder / name / f"{name}_{int(number):04}.jpg")

    pairs = []
    for line in table.read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) == 3:
            name, first, second = fields
            pairs.append((name, path(name, first), path(name, second), True))
        elif len(fields) == 4:
            name, first, other, second = fields
            pairs.append((name, path(name, first), path(other, second), False))
    return pairs


def central_descriptors(finder: FaceFinder, paths: list[str]) -> dict[str, np.ndarray]:
    """Return the normalised descriptor of the face in the middle of each photo that shows one."""

    def embed(some: list[str]) -> list[tuple[str, np.ndarray]]:
        opened = [OpenedPhoto(read_bytes(path), path) for path in some]
        found = []
        for path, photo, faces in zip(
            some, opened, finder.embed([finder.locate(photo) for photo in opened]), strict=True
        ):
            middle = np.array([photo.width / 2, photo.height / 2])
            if faces:
                face = min(
                    faces,
                    key=lambda face: float(
                        np.hypot(
                            face.box.left + face.box.width / 2 - middle[0],
                            face.box.top + face.box.height / 2 - middle[1],
                        )
                    ),
                )
                found.append((path, face.descriptor / np.linalg.norm(face.descriptor)))
        return found

    calls = [paths[start : start + AT_ONCE] for start in range(0, len(paths), AT_ONCE)]
    return dict(pair for found in in_parallel(embed, calls) for pair in found)


def accuracy(distances: np.ndarray, same: np.ndarray, groups: list[str]) -> float:
    """Return the cross-validated share of right answers, averaged over draws of the folds."""
    scores = []
    for draw in range(DRAWS):
        fold = np.array([zlib.crc32(f"{draw}{name}".encode()) % FOLDS for name in groups])
        right = 0
        for held_out in range(FOLDS):
            test = fold == held_out
            threshold = best_threshold(distances[~test], same[~test])
            right += int(((distances[test] < threshold) == same[test]).sum())
        scores.append(right / len(same))
    return float(np.mean(scores))


def best_threshold(distances: np.ndarray, same: np.ndarray) -> float:
    """Return the middle of the thresholds with the fewest errors. NaN, no face, is always wrong."""
    candidates = np.arange(0.30, 0.60, 0.001)
    errors = [int(((distances < value) != same).sum()) for value in candidates]
    return float(candidates[np.flatnonzero(np.array(errors) == min(errors))].mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lfw", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--views", type=int, nargs="+", default=sorted(DLIB_MODELS))
    parser.add_argument("--exact", action="store_true")
    arguments = parser.parse_args()
    pairs = read_pairs(arguments.lfw, arguments.pairs)
    paths = sorted({path for _, first, second, _ in pairs for path in (first, second)})
    same = np.array([one_person for *_, one_person in pairs])
    for views in arguments.views:
        with tempfile.TemporaryDirectory() as models:
            settings = FinderSettings(views=views, exact=arguments.exact)
            found = central_descriptors(make_finder(Path(models), settings), paths)
        distances = np.array(
            [
                np.linalg.norm(found[first] - found[second])
                if first in found and second in found
                else (np.inf if one_person else -np.inf)
                for _, first, second, one_person in pairs
            ]
        )
        print(
            f"{views} views: accuracy {accuracy(distances, same, [pair[0] for pair in pairs]):.4f} "
            f"on {len(pairs)} pairs, best threshold {best_threshold(distances, same):.3f}, "
            f"photos without a face {len(paths) - len(found)} of {len(paths)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
