"""The loop of a script for `face_recognition`, as that package runs it and as ours does.

    python -m benchmarks.face_recognition [PHOTOS] [--most 300] [--threads 2]

For every photo: load_image_file, face_locations, face_encodings. The package's part is dlib itself,
called as the package calls it, which is all that it does. Both take turns with every photo, so that
a busy machine is busy for both; loading the networks is not counted. What both give is compared:
boxes, and encodings. PHOTOS is the demo album, unless another folder is given.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import dlib
import numpy as np
from PIL import Image as PILImage

from labeler import face_recognition, geometry
from labeler.io import packages
from labeler.people.steps.demo import album
from labeler.photos.io.walk import walk
from labeler.types import PhotoFile

SEED = 20
OVERLAP = 0.4
"""From this overlap on, two boxes are of one face; dlib's next size overlaps by 0.69."""

Found = tuple[list[tuple[int, int, int, int]], list[np.ndarray]]


class Theirs:
    """What face_recognition/api.py does, with its defaults."""

    def __init__(self) -> None:
        self._detector = dlib.get_frontal_face_detector()
        self._predictor = dlib.shape_predictor(str(packages.five_landmarks_weights()))
        self._network = dlib.face_recognition_model_v1(str(packages.dlib_resnet_weights()))

    def __call__(self, path: Path) -> Found:
        image = np.array(PILImage.open(path).convert("RGB"))
        height, width = image.shape[:2]
        boxes = [
            (max(r.top(), 0), min(r.right(), width), min(r.bottom(), height), max(r.left(), 0))
            for r in self._detector(image, 1)
        ]
        return boxes, self.encodings(image, boxes)

    def encodings(
        self, image: np.ndarray, boxes: list[tuple[int, int, int, int]]
    ) -> list[np.ndarray]:
        shapes = [
            self._predictor(image, dlib.rectangle(left, top, right, bottom))
            for top, right, bottom, left in boxes
        ]
        return [np.array(self._network.compute_face_descriptor(image, one, 1)) for one in shapes]


def ours(path: Path) -> Found:
    image = face_recognition.load_image_file(path)
    boxes = face_recognition.face_locations(image)
    return boxes, face_recognition.face_encodings(image, boxes)


@dataclass
class Clock:
    """Seconds that passed, and seconds that cores were busy."""

    passed: float = 0
    busy: float = 0

    def time(self, work: Callable[[Path], Found], path: Path) -> Found:
        passed, busy = time.perf_counter(), time.process_time()
        found = work(path)
        self.passed += time.perf_counter() - passed
        self.busy += time.process_time() - busy
        return found


@dataclass
class Comparison:
    theirs: int = 0
    ours: int = 0
    of_both: int = 0
    same: list[float] = field(default_factory=list)
    """Largest difference of the encodings, for each face whose boxes are the same."""
    near: list[float] = field(default_factory=list)
    """Distance of the encodings, for each face whose boxes are not."""

    def add(self, theirs: Found, ours: Found) -> None:
        self.theirs += len(theirs[0])
        self.ours += len(ours[0])
        for i, j in geometry.match_boxes(_sides(theirs[0]), _sides(ours[0]), OVERLAP):
            self.of_both += 1
            apart = theirs[1][i] - ours[1][j]
            if theirs[0][i] == ours[0][j]:
                self.same.append(float(np.abs(apart).max()))
            else:
                self.near.append(float(np.linalg.norm(apart)))


def _sides(boxes: list[tuple[int, int, int, int]]) -> np.ndarray:
    rows = [(left, top, right - left, bottom - top) for top, right, bottom, left in boxes]
    return np.array(rows, dtype=float).reshape(-1, 4)


def main(folder: Path, most: int) -> None:
    files = [item.path for item in walk([folder]) if isinstance(item, PhotoFile)]
    chosen = np.sort(np.random.default_rng(SEED).permutation(len(files))[:most])
    theirs, clocks, both = Theirs(), (Clock(), Clock()), Comparison()
    face_recognition.face_encodings(np.zeros((90, 90, 3), np.uint8), [(5, 80, 80, 5)])
    face_recognition.face_locations(np.zeros((90, 90, 3), np.uint8))
    photos = 0
    for path in (Path(files[index]) for index in chosen):
        try:
            by_them = clocks[0].time(theirs, path)
        except OSError:  # truncated
            continue
        both.add(by_them, clocks[1].time(ours, path))
        photos += 1
    report(photos, clocks, both)


def report(photos: int, clocks: tuple[Clock, Clock], both: Comparison) -> None:
    theirs, ours = clocks
    print(f"{photos} photos; our networks may use {face_recognition.THREADS} cores")
    for name, clock in (("face_recognition", theirs), ("ours", ours)):
        print(
            f"{name:17} {clock.passed:7.2f} s, {clock.passed / photos * 1000:6.0f} ms a photo; "
            f"cores were busy {clock.busy:7.2f} s"
        )
    print(
        f"ratio: {theirs.passed / ours.passed:.1f} × as fast; "
        f"{theirs.busy / ours.busy:.1f} × less of a core"
    )
    print(
        f"faces: theirs {both.theirs}, ours {both.ours}, of both {both.of_both}; "
        f"the same box {len(both.same)} ({len(both.same) / max(both.theirs, 1):.1%} of theirs)"
    )
    if both.same:
        print(f"same box: largest difference of a number {max(both.same):.1e}")
    if both.near:
        print(
            f"another box: {len(both.near)}; distance of the encodings: median "
            f"{np.median(both.near):.2f}, largest {max(both.near):.2f}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path, nargs="?", default=None)
    parser.add_argument("--most", type=int, default=300, help="so many photos, drawn at random")
    parser.add_argument("--threads", type=int, default=face_recognition.THREADS)
    arguments = parser.parse_args()
    face_recognition.THREADS = arguments.threads
    main(arguments.photos or album() / "photos", arguments.most)
