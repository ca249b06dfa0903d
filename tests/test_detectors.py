"""The three detectors on real pixels, in several threads, and after a journey through pickle."""

from __future__ import annotations

import csv
import pickle
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PILImage

from labeler import geometry
from labeler.faces.io import face_finder
from labeler.faces.io.detectors import CenterFaceDetector, CnnDetector, Detector, HogDetector
from labeler.faces.networks.runtime import Once, OncePerThread
from labeler.photos.io import decoding
from labeler.types import Box, Detection, FoundFace, Image, WholePicture

pytestmark = pytest.mark.slow

KINDS = ("centerface", "centerface exact", "hog", "cnn")
PHOTO = "photos/2003 Christmas at home/IMG_1005.jpg"
SIDE = 400
numbers = st.floats(-500, 5000, allow_nan=False)
sides = st.floats(1, 2000, allow_nan=False)


@pytest.fixture(scope="module")
def detectors() -> dict[str, Detector]:
    return {
        "centerface": CenterFaceDetector(),
        "centerface exact": CenterFaceDetector(exact=True),
        "hog": HogDetector(),
        "cnn": CnnDetector(),
    }


@pytest.fixture(scope="module")
def picture(demo_album: Path) -> Image:
    """Two faces on 400 × 300 pixels, so that dlib's network takes less than a second."""
    image = PILImage.fromarray(decoding.decode_file(str(demo_album / PHOTO)))
    return np.asarray(image.resize((SIDE, SIDE * 3 // 4)))


@pytest.fixture(scope="module")
def truth(demo_album: Path) -> np.ndarray:
    with open(demo_album / "faces.csv", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["file"] == PHOTO]
    keys = ("left", "top", "width", "height")
    return np.array([[float(row[key]) for key in keys] for row in rows]) * (SIDE / 1200)


@pytest.fixture(scope="module")
def single(picture: Image, truth: np.ndarray) -> Image:
    """The surroundings of one of the faces: small enough to look at it often."""
    left, top = truth[0, :2].astype(int)
    return np.ascontiguousarray(picture[max(top - 40, 0) : top + 120, max(left - 50, 0) :][:, :170])


def plain(found: list[Detection]) -> list[tuple[Any, ...]]:
    """Return what can be compared with ==."""
    return [
        (face.box, face.score, None if face.points is None else face.points.tolist())
        for face in found
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_detector_finds_the_true_faces(
    detectors: dict[str, Detector], picture: Image, truth: np.ndarray, kind: str
) -> None:
    found = detectors[kind].detect(picture, SIDE)
    boxes = np.array([face.box.as_tuple() for face in found])
    assert len(found) == len(truth) == 2
    assert len(geometry.match_boxes(boxes, truth, 0.6)) == 2
    assert all(face.box.height > face.box.width for face in found)
    scores = [face.score for face in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0.4 < score <= 1 for score in scores)


def test_fast_and_exact_centerface_agree(detectors: dict[str, Detector], picture: Image) -> None:
    fast, exact = (detectors[kind].detect(picture, SIDE) for kind in KINDS[:2])
    assert [len(fast), len(exact)] == [2, 2]
    boxes = [np.array([face.box.as_tuple() for face in found]) for found in (fast, exact)]
    for i, j in geometry.match_boxes(*boxes, 0.8):
        assert abs(fast[i].score - exact[j].score) < 0.1
    assert len(geometry.match_boxes(*boxes, 0.8)) == 2


@pytest.mark.parametrize("kind", KINDS[:3])
def test_boxes_are_in_pixels_of_the_given_picture(
    detectors: dict[str, Detector], picture: Image, kind: str
) -> None:
    """The same picture, given three times as large, and looked at in the same size."""
    found = detectors[kind].detect(picture, SIDE)
    larger = np.repeat(np.repeat(picture, 3, axis=0), 3, axis=1)
    again = detectors[kind].detect(larger, SIDE)
    boxes = np.array([face.scaled(3, 3).box.as_tuple() for face in found])
    assert len(again) == 2
    pairs = geometry.match_boxes(boxes, np.array([face.box.as_tuple() for face in again]), 0.85)
    assert len(pairs) == 2
    for i, j in pairs:
        points, larger_points = found[i].points, again[j].points
        assert (points is None) is (larger_points is None) is (kind == "hog")
        if points is not None and larger_points is not None:
            assert np.abs(points * 3 - larger_points).max() < 6


@pytest.mark.parametrize("kind", KINDS[:2])
def test_centerface_tells_where_eyes_nose_and_mouth_are(
    detectors: dict[str, Detector], picture: Image, kind: str
) -> None:
    for face in detectors[kind].detect(picture, SIDE):
        assert face.points is not None
        left_eye, right_eye, nose, left_mouth, right_mouth = face.points.tolist()
        assert left_eye[0] < nose[0] < right_eye[0]
        assert left_mouth[0] < right_mouth[0]
        assert max(left_eye[1], right_eye[1]) < nose[1] < min(left_mouth[1], right_mouth[1])
        inside = (face.points - (face.box.left, face.box.top)) / (face.box.width, face.box.height)
        assert inside.min() > 0
        assert inside.max() < 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turned_and_mirrored_views_are_read_as_they_look(
    detectors: dict[str, Detector], single: Image, picture: Image, kind: str, turns: int
) -> None:
    """A view of an array in another order of memory gives what its copy gives."""
    image = single if kind == "cnn" else picture
    views = [
        np.rot90(np.ascontiguousarray(np.rot90(image, -turns)), turns),
        np.ascontiguousarray(image[:, ::-1])[:, ::-1],
    ]
    side = max(image.shape)
    expected = plain(detectors[kind].detect(image, side))
    assert len(expected) == (1 if kind == "cnn" else 2)
    for view in views:
        assert not view.flags.c_contiguous
        assert plain(detectors[kind].detect(view, side)) == expected


class Reader:
    """Stands in for dlib's detectors, and notes how the pixels lie in memory."""

    def __init__(self) -> None:
        self.in_rows: list[bool] = []

    def run(self, image: Image, upsampled: int, least: float) -> tuple[list, list, list]:
        self.in_rows.append(image.flags.c_contiguous)
        return [], [], []

    def __call__(self, image: Image, upsampled: int) -> list:
        return self.run(image, upsampled, 0)[0]


@pytest.mark.parametrize("detector", [HogDetector(), CnnDetector()], ids=["hog", "cnn"])
def test_dlib_gets_pixels_in_rows(detector: Any, picture: Image) -> None:
    """It misreads other orders of memory, though not every time."""
    reader = Reader()
    detector._detector = lambda: reader
    for turns in range(4):
        detector.detect(np.rot90(picture, turns), SIDE)
        detector.detect(np.rot90(picture, turns), SIDE // 2)
    assert reader.in_rows == [True] * 8


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (500, 3), (40, 40)])
def test_no_faces_on_tiny_narrow_and_empty_pictures(
    detectors: dict[str, Detector], kind: str, size: tuple[int, int]
) -> None:
    assert detectors[kind].detect(np.full((*size, 3), 90, np.uint8), max(size)) == []


@given(numbers, numbers, sides)
def test_dlibs_square_comes_back_from_its_box(left: float, top: float, side: float) -> None:
    box = geometry.box_of_dlib_square(Box(left, top, side, side))
    assert box.width / box.height == pytest.approx(geometry.FACE_SHAPE)
    expected = (left, top, left + side, top + side)
    assert geometry.dlib_square_exact(box) == pytest.approx(expected, abs=1e-6)
    assert np.abs(np.subtract(geometry.dlib_square(box), expected)).max() <= 0.5 + 1e-6


@given(numbers, numbers, sides)
def test_a_box_of_the_usual_shape_comes_back_from_its_square(
    left: float, top: float, height: float
) -> None:
    box = Box(left, top, geometry.FACE_SHAPE * height, height)
    x, y, right, bottom = geometry.dlib_square_exact(box)
    assert right - x == pytest.approx(bottom - y, abs=1e-6)
    back = geometry.box_of_dlib_square(Box(x, y, right - x, bottom - y))
    assert back.as_tuple() == pytest.approx(box.as_tuple(), abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_detectors_survive_pickling_used_or_not(
    detectors: dict[str, Detector], single: Image, kind: str
) -> None:
    expected = plain(detectors[kind].detect(single, 170))
    copy = pickle.loads(pickle.dumps(detectors[kind]))
    assert (copy.id, copy.side) == (detectors[kind].id, detectors[kind].side)
    assert len(expected) == 1
    assert plain(copy.detect(single, 170)) == expected
    assert plain(pickle.loads(pickle.dumps(copy)).detect(single, 170)) == expected


@pytest.mark.parametrize("detector", ["centerface", "hog"])
def test_whole_finders_survive_pickling(
    models_folder: Path, picture: Image, detector: face_finder.DetectorName
) -> None:
    finder = face_finder.make_finder(models_folder, face_finder.FinderSettings(detector))
    copy = pickle.loads(pickle.dumps(finder))
    assert copy.id == finder.id
    expected, found = finder.find(WholePicture(picture)), copy.find(WholePicture(picture))
    assert len(found) == len(expected) == 2
    for one, other in zip(found, expected, strict=True):
        assert one.box == other.box
        assert np.array_equal(one.landmarks, other.landmarks)
        assert np.array_equal(one.descriptor, other.descriptor)


@pytest.mark.parametrize("kind", KINDS)
def test_four_threads_find_what_one_finds(
    detectors: dict[str, Detector], single: Image, kind: str
) -> None:
    pictures = [single, single[:, ::-1].copy(), single[8:].copy(), np.zeros_like(single)]
    expected = [plain(detectors[kind].detect(image, 170)) for image in pictures]
    assert [len(found) for found in expected] == [1, 1, 1, 0]
    rounds = 1 if kind == "cnn" else 3
    with ThreadPoolExecutor(4) as threads:
        found = threads.map(lambda image: detectors[kind].detect(image, 170), pictures * rounds)
        assert [plain(one) for one in found] == expected * rounds


def test_a_finder_in_four_threads_finds_what_it_finds_in_one(
    models_folder: Path, picture: Image
) -> None:
    finder = face_finder.make_finder(models_folder)
    photos_ = [WholePicture(picture), WholePicture(picture[:, ::-1].copy())] * 2

    def numbers_of(found: tuple[FoundFace, ...]) -> np.ndarray:
        return np.array(
            [[*face.box.as_tuple(), *face.landmarks.ravel(), *face.descriptor] for face in found]
        )

    expected = [numbers_of(finder.find(photo)) for photo in photos_]
    with ThreadPoolExecutor(4) as threads:
        found = [numbers_of(one) for one in threads.map(finder.find, photos_)]
    assert [one.shape for one in found] == [(2, 4 + 10 + 128)] * 4
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("kind", ["hog", "cnn"])
def test_dlibs_detectors_are_one_object_per_thread(
    detectors: dict[str, Detector], kind: str
) -> None:
    """dlib keeps intermediate results in them: two threads must never use the same one."""
    make = detectors[kind]._detector  # type: ignore[attr-defined]
    found = at_once(2, lambda: (make(), make()))
    assert all(first is second for first, second in found)
    assert len({id(value) for first, second in found for value in (first, second)}) == 2


def at_once(count: int, do: Callable[[], Any]) -> list[Any]:
    """Return what `do` returns in so many threads that begin together."""
    start = threading.Barrier(count)

    def wait_and_do(_: int) -> Any:
        start.wait(10)
        return do()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(wait_and_do, range(count)))


made: list[str] = []
"""What `make_slowly` was asked for."""


@pytest.fixture(autouse=True)
def _nothing_made() -> Iterator[None]:
    made.clear()
    yield
    made.clear()


def make_slowly(name: str) -> object:
    made.append(name)
    time.sleep(0.02)
    return object()


def fail_at_first(name: str) -> object:
    made.append(name)
    if len(made) == 1:
        raise OSError("not yet")
    return object()


class SlowToMeet(Once[object]):
    """Takes its time to arrive, so that several do at once."""

    def _forget(self) -> None:
        time.sleep(0.05)
        super()._forget()


def test_once_makes_its_value_once_however_many_ask() -> None:
    once = Once(make_slowly, "once")
    assert made == []  # nothing is made before it is needed
    values = at_once(8, once)
    assert made == ["once"]
    assert all(value is values[0] for value in values)
    assert once() is values[0]


def test_once_per_thread_makes_one_value_in_each_thread() -> None:
    once = OncePerThread(make_slowly, "per thread")
    values = at_once(4, lambda: (once(), once()))
    assert made == ["per thread"] * 4
    assert all(first is second for first, second in values)
    assert len({id(first) for first, _ in values}) == 4


@pytest.mark.parametrize("kind", [Once, OncePerThread])
def test_a_failure_is_not_kept(kind: type[Once[object]]) -> None:
    once = kind(fail_at_first, "fails")
    with pytest.raises(OSError, match="not yet"):
        once()
    assert once() is once()
    assert made == ["fails"] * 2


@pytest.mark.parametrize("kind", [Once, OncePerThread])
def test_unpickled_copies_share_one_value(kind: type[Once[object]]) -> None:
    parcel = pickle.dumps(kind(make_slowly, f"shared {kind.__name__}"))
    first, second = pickle.loads(parcel), pickle.loads(parcel)
    assert type(first) is kind
    assert first() is second()
    assert len(made) == 1
    other = pickle.loads(pickle.dumps(kind(make_slowly, f"another {kind.__name__}")))
    assert other() is not first()


def test_copies_that_arrive_at_once_share_one_value() -> None:
    parcel = pickle.dumps(SlowToMeet(make_slowly, f"arriving in {sys.version}"))
    values = at_once(4, lambda: pickle.loads(parcel)())
    assert len(made) == 1
    assert all(value is values[0] for value in values)
