"""dlib's descriptor by dlib and by us: time per face on one core, and how much they differ.

python -m benchmarks.embedding [PHOTOS]

The faces are those of the demo album, or of the first photos in PHOTOS.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import dlib
import numpy as np

from labeler.faces.io import face_finder
from labeler.faces.io.embedders import DlibEmbedder
from labeler.io import packages
from labeler.people.steps.demo import album
from labeler.photos.io import decoding
from labeler.photos.io.walk import walk
from labeler.types import Image, PhotoFile

TIMED, COMPARED, ROUNDS = 16, 1000, 5


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        models = Path(name)
        finder = face_finder.make_finder(models, face_finder.FinderSettings(views=1))
        embedders = {
            "exact": DlibEmbedder(models, face_finder.DLIB_MODELS[1], exact=True),
            "fast": DlibEmbedder(models, face_finder.DLIB_MODELS[1]),
        }
        chips: list[list[Image]] = []
        for item in walk([folder]):
            if isinstance(item, PhotoFile) and len(chips) < COMPARED:
                photo = decoding.OpenedPhoto(decoding.read_bytes(item.path), item.path)
                try:
                    chips += [list(face.chips) for face in finder.locate(photo)]
                except decoding.UnreadablePhotoError:
                    continue
        original = dlib.face_recognition_model_v1(str(packages.dlib_resnet_weights()))
        timed = [original.compute_face_descriptor(chip) for (chip,) in chips[:TIMED]]
        expected = np.array(timed)
        by_dlib = fastest(
            lambda: [original.compute_face_descriptor(chip) for (chip,) in chips[:TIMED]]
        )
        print(f"dlib: {by_dlib * 1000:.1f} ms a face")
        exact = embedders["exact"].embed(chips)
        print(f"exact: largest difference of a coordinate to dlib {gap(exact, expected):.1e}")
        for kind, embedder in embedders.items():
            ours = fastest(lambda embedder=embedder: embedder.embed(chips[:TIMED]))
            distance = cosine_distances(embedder.embed(chips), exact)
            print(
                f"{kind}: {ours * 1000:.2f} ms a face, {by_dlib / ours:.1f} × as fast; cosine "
                f"distance to exact on {len(chips)} faces: mean {distance.mean():.1e}, "
                f"99 % {np.quantile(distance, 0.99):.1e}, largest {distance.max():.1e}"
            )


def fastest(work: Callable[[], object]) -> float:
    """Return seconds per face, of the fastest round: the machine may be busy with other things."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times) / TIMED


def gap(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(found[: len(expected)] - expected).max())


def cosine_distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return 1 - (first * second).sum(axis=1) / lengths


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else album() / "photos")
