"""The functions of the package `face_recognition`: they mean, and give, what they do there.

What is expected comes from dlib directly, called as that package calls it.
"""

from __future__ import annotations

import inspect
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import dlib
import numpy as np
import pytest
from PIL import Image as PILImage
from PIL import ImageFile, UnidentifiedImageError

from labeler import face_recognition, geometry
from labeler.io import packages
from labeler.types import Image

pytestmark = pytest.mark.slow

FOUR = "photos/2003 Christmas at home/IMG_1003.jpg"
NOBODY = "photos/2003 Christmas at home/IMG_1002.jpg"
BROKEN = "photos/2008 Lake holiday/IMG_broken.jpg"
SEVERAL = (FOUR, *(f"photos/2003 Christmas at home/IMG_100{n}.jpg" for n in (4, 5, 6, 7)))
# Of face_recognition 1.3: the parameters and their defaults; ... = has to be given.
SIGNATURES: dict[str, dict[str, Any]] = {
    "load_image_file": {"file": ..., "mode": "RGB"},
    "face_locations": {"img": ..., "number_of_times_to_upsample": 1, "model": "hog"},
    "batch_face_locations": {"images": ..., "number_of_times_to_upsample": 1, "batch_size": 128},
    "face_landmarks": {"face_image": ..., "face_locations": None, "model": "large"},
    "face_encodings": {
        "face_image": ...,
        "known_face_locations": None,
        "num_jitters": 1,
        "model": "small",
    },
    "compare_faces": {"known_face_encodings": ..., "face_encoding_to_check": ..., "tolerance": 0.6},
    "face_distance": {"face_encodings": ..., "face_to_compare": ...},
}


@pytest.fixture(scope="module", autouse=True)
def _networks(models_folder: Path) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(face_recognition, "_models", lambda: models_folder)
        yield


@pytest.fixture(scope="module")
def four(demo_album: Path) -> Image:
    """Four faces."""
    return face_recognition.load_image_file(demo_album / FOUR)


@pytest.fixture(scope="module")
def locations(four: Image) -> list[tuple[int, int, int, int]]:
    return face_recognition.face_locations(four)


def by_dlib(image: Image, upsample: int) -> list[tuple[int, int, int, int]]:
    height, width = image.shape[:2]
    return [
        (max(one.top(), 0), min(one.right(), width), min(one.bottom(), height), max(one.left(), 0))
        for one in dlib.get_frontal_face_detector()(image, upsample)
    ]


def shapes_by_dlib(image: Image, locations: list, weights: Path) -> list[Any]:
    predictor = dlib.shape_predictor(str(weights))
    return [
        predictor(image, dlib.rectangle(left, top, right, bottom))
        for top, right, bottom, left in locations
    ]


def sides(locations: list) -> np.ndarray:
    rows = [(left, top, right - left, bottom - top) for top, right, bottom, left in locations]
    return np.array(rows, dtype=float).reshape(-1, 4)


@pytest.mark.parametrize("name", SIGNATURES)
def test_parameters_are_those_of_the_package(name: str) -> None:
    parameters = inspect.signature(getattr(face_recognition, name)).parameters.values()
    found = {one.name: ... if one.default is one.empty else one.default for one in parameters}
    assert list(found.items()) == list(SIGNATURES[name].items())
    assert all(one.kind is one.POSITIONAL_OR_KEYWORD for one in parameters)
    assert set(face_recognition.__all__) == set(SIGNATURES)


def test_a_picture_is_loaded_as_it_is_stored(demo_album: Path) -> None:
    with PILImage.open(demo_album / FOUR) as image:
        stored = np.array(image)
    data = (demo_album / FOUR).read_bytes()
    for file in (demo_album / FOUR, str(demo_album / FOUR), io.BytesIO(data)):
        loaded = face_recognition.load_image_file(file)
        assert loaded.dtype == np.uint8
        assert loaded.flags.writeable
        assert np.array_equal(loaded, stored)
    assert face_recognition.load_image_file(demo_album / FOUR, "L").shape == stored.shape[:2]
    assert face_recognition.load_image_file(demo_album / FOUR, mode=None).shape == stored.shape


def test_what_cannot_be_loaded_raises_what_pillow_raises(demo_album: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        face_recognition.load_image_file(tmp_path / "none.jpg")
    with pytest.raises(UnidentifiedImageError):
        face_recognition.load_image_file(io.BytesIO(b"no picture"))
    with pytest.raises(ValueError, match="no mode 'XYZ'; use 'RGB' or 'L'"):
        face_recognition.load_image_file(demo_album / FOUR, "XYZ")


def test_a_truncated_picture_is_loaded_and_others_still_hear_of_damage(demo_album: Path) -> None:
    assert face_recognition.load_image_file(demo_album / BROKEN).ndim == 3
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
    with PILImage.open(demo_album / BROKEN) as image, pytest.raises(OSError, match="truncated"):
        image.load()


@pytest.mark.parametrize("upsample", [0, 1])
def test_boxes_are_those_of_dlib(demo_album: Path, upsample: int) -> None:
    """Most of them to the pixel; nothing is missed, and nothing is added."""
    same = total = 0
    for name in SEVERAL:
        image = face_recognition.load_image_file(demo_album / name)
        wanted, found = by_dlib(image, upsample), face_recognition.face_locations(image, upsample)
        assert len(geometry.match_boxes(sides(wanted), sides(found))) == len(wanted) == len(found)
        same += len(set(wanted) & set(found))
        total += len(wanted)
    assert total >= 10
    assert same / total >= 0.8


def test_small_faces_are_found_when_the_picture_is_doubled_twice(four: Image) -> None:
    small = np.asarray(PILImage.fromarray(four).resize((180, 135)))
    wanted = by_dlib(small, 2)
    found = face_recognition.face_locations(small, 2)
    assert len(wanted) == 4
    assert len(geometry.match_boxes(sides(wanted), sides(found))) == 4
    assert len(face_recognition.face_locations(small, 0)) < 4


def test_the_whole_picture_gives_the_boxes_of_dlib(
    four: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_recognition, "WHOLE_PICTURE", True)
    assert face_recognition.face_locations(four) == by_dlib(four, 1)


def test_a_location_is_top_right_bottom_left_in_whole_numbers(locations: list) -> None:
    assert len(locations) == 4
    for location in locations:
        assert type(location) is tuple
        assert all(type(edge) is int for edge in location)
        top, right, bottom, left = location
        assert 0 <= top < bottom <= 900
        assert 0 <= left < right <= 1200


def test_boxes_end_at_the_edges_of_the_picture(four: Image) -> None:
    """The box of a face that is cut off reaches over the edge, by a cell more than others do."""
    cut = np.ascontiguousarray(four[265:, 91:])
    raw = dlib.get_frontal_face_detector()(cut, 1)
    assert min(one.left() for one in raw) < 0
    assert min(one.top() for one in raw) < 0
    found = face_recognition.face_locations(cut)
    assert sorted(found) == sorted(by_dlib(cut, 1))
    assert min(min(location) for location in found) == 0


@pytest.mark.parametrize("shape", [(0, 0, 3), (1, 1, 3), (5, 5, 3), (7, 300, 3), (64, 64)])
def test_nothing_is_found_on_next_to_nothing(shape: tuple[int, ...]) -> None:
    blank = np.zeros(shape, np.uint8)
    for model in ("hog", "cnn"):
        assert face_recognition.face_locations(blank, 0, model) == []
    assert face_recognition.face_locations(blank) == []
    assert face_recognition.face_encodings(blank) == face_recognition.face_landmarks(blank) == []


def test_nobody_is_found_where_nobody_is(demo_album: Path) -> None:
    image = face_recognition.load_image_file(demo_album / NOBODY)
    assert face_recognition.face_locations(image) == []
    assert face_recognition.face_encodings(image) == []


def test_the_network_is_that_of_dlib(four: Image) -> None:
    image = np.ascontiguousarray(four[200:480, 600:900])
    network = dlib.cnn_face_detection_model_v1(str(packages.cnn_detector_weights()))
    rectangles = [one.rect for one in network(image, 0)]
    wanted = [(one.top(), one.right(), one.bottom(), one.left()) for one in rectangles]
    assert len(wanted) == 1
    assert face_recognition.face_locations(image, 0, "cnn") == wanted
    other = np.zeros((50, 60, 3), np.uint8)
    assert face_recognition.batch_face_locations([image, other], 0) == [wanted, []]
    assert face_recognition.batch_face_locations([]) == []


def test_landmarks_are_those_of_dlib(four: Image, locations: list) -> None:
    shapes = shapes_by_dlib(four, locations, packages.sixty_eight_landmarks_weights())
    found = face_recognition.face_landmarks(four, locations)
    for shape, parts in zip(shapes, found, strict=True):
        points = [(point.x, point.y) for point in shape.parts()]
        assert {part: len(some) for part, some in parts.items()} == {
            "chin": 17,
            "left_eyebrow": 5,
            "right_eyebrow": 5,
            "nose_bridge": 4,
            "nose_tip": 5,
            "left_eye": 6,
            "right_eye": 6,
            "top_lip": 12,
            "bottom_lip": 12,
        }
        assert parts["chin"] + parts["left_eyebrow"] == points[:22]
        assert parts["nose_bridge"] + parts["nose_tip"] + parts["left_eye"] == points[27:42]
        assert parts["top_lip"] == [*points[48:55], *points[64:59:-1]]
        assert parts["bottom_lip"] == [*points[54:60], points[48], points[60], *points[67:63:-1]]
        assert set().union(*parts.values()) == set(points)
    assert found == face_recognition.face_landmarks(four)


def test_the_small_landmarks_are_those_of_dlib(four: Image, locations: list) -> None:
    shapes = shapes_by_dlib(four, locations, packages.five_landmarks_weights())
    found = face_recognition.face_landmarks(four, locations, "small")
    for shape, parts in zip(shapes, found, strict=True):
        a, b, c, d, e = [(point.x, point.y) for point in shape.parts()]
        assert parts == {"nose_tip": [e], "left_eye": [c, d], "right_eye": [a, b]}


@pytest.mark.parametrize("model", ["small", "large"])
def test_encodings_are_those_of_dlib(four: Image, locations: list, model: str) -> None:
    weights = {
        "small": packages.five_landmarks_weights,
        "large": packages.sixty_eight_landmarks_weights,
    }[model]()
    network = dlib.face_recognition_model_v1(str(packages.dlib_resnet_weights()))
    wanted = [
        np.array(network.compute_face_descriptor(four, shape, 1))
        for shape in shapes_by_dlib(four, locations, weights)
    ]
    found = face_recognition.face_encodings(four, locations, model=model)
    assert [(one.shape, one.dtype) for one in found] == [((128,), np.float64)] * 4
    assert np.abs(np.array(found) - wanted).max() < 1e-5
    assert np.array_equal(found, face_recognition.face_encodings(four, model=model))


JITTERED = """
import sys
from pathlib import Path
import dlib
import numpy as np
from labeler import face_recognition
from labeler.io import packages

face_recognition._models = lambda: Path(sys.argv[1])
image = face_recognition.load_image_file(sys.argv[2])
boxes = [(236, 820, 391, 666), (305, 236, 460, 81)]
found = face_recognition.face_encodings(image, boxes, 3)
network = dlib.face_recognition_model_v1(str(packages.dlib_resnet_weights()))
predictor = dlib.shape_predictor(str(packages.five_landmarks_weights()))
shapes = [predictor(image, dlib.rectangle(l, t, r, b)) for t, r, b, l in boxes]
wanted = [np.array(network.compute_face_descriptor(image, shape, 3)) for shape in shapes]
plain = face_recognition.face_encodings(image, boxes)
print(np.abs(np.array(found) - wanted).max(), np.abs(np.array(found) - plain).max())
"""


def test_variations_of_a_face_are_those_of_dlib(models_folder: Path, demo_album: Path) -> None:
    """In a process of its own, in which nobody else has asked dlib for variations yet."""
    command = [sys.executable, "-c", JITTERED, str(models_folder), str(demo_album / FOUR)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    to_dlib, to_plain = map(float, done.stdout.split())
    assert to_dlib < 1e-5 < 1e-3 < to_plain


def test_a_grey_picture_is_one_of_equal_colours(four: Image, locations: list) -> None:
    grey = np.asarray(PILImage.fromarray(four).convert("L"))
    colours = np.dstack([grey] * 3)
    found = face_recognition.face_locations(grey)
    assert found == face_recognition.face_locations(colours)
    assert len(found) == len(locations)
    encodings = [face_recognition.face_encodings(one, locations) for one in (grey, colours)]
    assert np.array_equal(*encodings)


def test_a_turned_view_is_seen_as_it_is(four: Image) -> None:
    view = four[:, ::-1]
    assert not view.flags.c_contiguous
    copy = np.ascontiguousarray(view)
    found = face_recognition.face_encodings(view)
    assert np.array_equal(found, face_recognition.face_encodings(copy))


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "photo.jpg",
        np.zeros((40, 40, 4), np.uint8),
        np.zeros((40, 40, 3)),
        np.zeros((40, 40, 3), np.int64),
        np.zeros(40, np.uint8),
        np.zeros((1, 40, 40, 3), np.uint8),
    ],
    ids=["None", "path", "RGBA", "float", "int64", "row", "batch"],
)
def test_what_is_no_picture_is_refused(wrong: Any) -> None:
    for function in (
        face_recognition.face_locations,
        face_recognition.face_landmarks,
        face_recognition.face_encodings,
    ):
        with pytest.raises(ValueError, match=r"^A picture is an array of uint8 .*\.$"):
            function(wrong)


@pytest.mark.parametrize("number", [-1, 1.0, "1", None])
def test_a_wrong_number_is_refused(four: Image, number: Any) -> None:
    with pytest.raises(ValueError, match="number_of_times_to_upsample is a whole number"):
        face_recognition.face_locations(four, number)
    with pytest.raises(ValueError, match="num_jitters is a whole number"):
        face_recognition.face_encodings(four, [], number)
    with pytest.raises(ValueError, match="batch_size is a whole number"):
        face_recognition.batch_face_locations([four], 1, number)


def test_a_wrong_model_is_refused(four: Image) -> None:
    with pytest.raises(ValueError, match="no model 'huge' here; use 'hog' or 'cnn'"):
        face_recognition.face_locations(four, model="huge")
    for function in (face_recognition.face_landmarks, face_recognition.face_encodings):
        with pytest.raises(ValueError, match="no model 'cnn' here; use 'large' or 'small'"):
            function(four, [], model="cnn")


@pytest.mark.parametrize("location", [(1, 2, 3), (1.5, 9, 9, 1), "abcd", None, 7])
def test_a_wrong_location_is_refused(four: Image, location: Any) -> None:
    with pytest.raises(ValueError, match=r"four whole numbers \(top, right, bottom, left\)"):
        face_recognition.face_encodings(four, [location])


def test_locations_may_be_rows_of_an_array(four: Image, locations: list) -> None:
    found = face_recognition.face_encodings(four, np.array(locations))
    assert np.array_equal(found, face_recognition.face_encodings(four, locations))
    assert face_recognition.face_encodings(four, []) == []
    assert face_recognition.face_landmarks(four, []) == []


def test_distances_and_the_tolerance() -> None:
    known = [np.zeros(128), np.eye(128)[0] * 0.6, np.eye(128)[0] * 0.61]
    distances = face_recognition.face_distance(known, np.zeros(128))
    assert distances.dtype == np.float64
    assert np.allclose(distances, [0, 0.6, 0.61])
    found = face_recognition.compare_faces(known, np.zeros(128))
    assert type(found) is list
    assert found == [True, True, False]
    assert face_recognition.compare_faces(known, np.zeros(128), 0.1) == [True, False, False]
    assert face_recognition.compare_faces(np.array(known), np.zeros(128), tolerance=1) == [True] * 3


def test_nobody_known_is_nobody_found() -> None:
    assert face_recognition.face_distance([], np.zeros(128)).shape == (0,)
    assert face_recognition.compare_faces([], np.zeros(128)) == []


@pytest.mark.parametrize("asked", [np.zeros(12), np.zeros(()), np.zeros(0)])
def test_encodings_of_other_lengths_are_refused(asked: np.ndarray) -> None:
    with pytest.raises(ValueError, match="cannot be compared; give a list of encodings"):
        face_recognition.face_distance([np.zeros(128)], asked)


def test_one_person_is_closer_than_the_tolerance(demo_album: Path) -> None:
    """The encodings of a face at its box and at one a few pixels away are the same person's."""
    image = face_recognition.load_image_file(demo_album / SEVERAL[1])
    boxes = face_recognition.face_locations(image)
    encodings = face_recognition.face_encodings(image, boxes)
    moved = face_recognition.face_encodings(image, [tuple(e + 4 for e in box) for box in boxes])
    assert len(boxes) >= 2
    for number, one in enumerate(moved):
        assert face_recognition.face_distance(encodings, one).argmin() == number
        assert face_recognition.compare_faces(encodings, one)[number]


def test_importing_it_loads_no_network() -> None:
    code = (
        "import sys; from labeler import face_recognition;"
        "print(sorted({'dlib', 'onnxruntime', 'onnx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
