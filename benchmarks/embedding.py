"""dlib's descriptor, by dlib and by onnxruntime: seconds per face on one core, and the difference.

python -m benchmarks.embedding
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import dlib
import numpy as np

from labeler import faces, photos
from labeler.models import locate
from labeler.pipeline.demo import album

FACES = 24


def main() -> None:
    with tempfile.TemporaryDirectory() as models:
        finder = faces.default_finder(Path(models))
        plain = faces.DlibEmbedder(Path(models), mirror=False)
    chips: list[np.ndarray] = []
    for path in sorted((album() / "photos" / "2003 Christmas at home").iterdir()):
        image = photos.decode_file(str(path))
        for found in finder.detector.detect(image):
            chips.append(finder.aligner.chip(image, finder.aligner.landmarks(image, found.box)))
    chips = (chips * 2)[:FACES]
    original = dlib.face_recognition_model_v1(str(locate.dlib_resnet_weights()))
    plain.embed(chips)  # warm up
    started = time.perf_counter()
    expected = np.array([original.compute_face_descriptor(chip) for chip in chips])
    by_dlib = (time.perf_counter() - started) / FACES
    started = time.perf_counter()
    found_descriptors = plain.embed(chips)
    ours = (time.perf_counter() - started) / FACES
    difference = np.abs(expected - found_descriptors).max()
    print(f"dlib: {by_dlib * 1000:.0f} ms a face; onnxruntime: {ours * 1000:.1f} ms a face")
    print(f"ratio {by_dlib / ours:.0f}; largest difference of a coordinate {difference:.1e}")


if __name__ == "__main__":
    main()
