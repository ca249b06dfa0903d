"""Searching photos: when a second look is taken, which way is up, and where the faces are."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PILImage

from labeler import geometry
from labeler.faces.io import face_finder
from labeler.faces.io.detectors import CenterFaceDetector
from labeler.faces.io.face_search import (
    CROWD_SIDE,
    FRAMED_SIDE,
    LEAST_SURE,
    LEAST_TURNED,
    MARKED_SIDE,
    TURNED_SIDE,
    search,
    turned_size,
)
from labeler.photos.io import decoding
from labeler.types import Box, Detection, FoundFace, Image, WholePicture


@dataclass
class Halving:
    """A photo that can be decoded at 1/2, 1/4 and 1/8 of its size, as a JPEG."""

    image: Image
    may_be_turned: bool = False
    is_marked: bool = False

    @property
    def width(self) -> int:
        return self.image.shape[1]

    @property
    def height(self) -> int:
        return self.image.shape[0]

    def pixels(self, longest_side: int | None = None) -> Image:
        whole = max(self.image.shape)
        step = max(s for s in (1, 2, 4, 8) if s == 1 or whole / s >= (longest_side or whole))
        return self.image[::step, ::step]


class Colours:
    """Sees every painted rectangle (its number is in the red channel) of `least` pixels or more.

    score: how sure it is of a rectangle, from its number and the side of the look.
    """

    def __init__(
        self,
        side: int,
        crowd_side: int | None = None,
        least: float = 1,
        score: Callable[[int, int], float] = lambda number, side: 0.9,
    ) -> None:
        self.id, self.side, self.crowd_side = "colours", side, crowd_side
        self.least, self.score = least, score
        self.looks: list[tuple[int, tuple[int, int]]] = []

    def detect(self, image: Image, side: int) -> list[Detection]:
        self.looks.append((side, image.shape[:2]))
        scale = side / max(image.shape[:2])
        found = []
        for number in set(image[..., 0].ravel().tolist()) - {0}:
            box = extent(image[..., 0] == number)
            if min(box.width, box.height) * scale >= self.least:
                found.append(Detection(box, self.score(number, side)))
        return sorted(found, key=lambda face: -face.score)


class UprightOnly:
    """Sees the one face of `portrait`, if its green hair is above the red skin.

    score: how sure it is, from the number of the look.
    """

    def __init__(self, side: int, score: Callable[[int], float] = lambda look: 0.9) -> None:
        self.id, self.side, self.crowd_side = "upright-only", side, None
        self.score = score
        self.looks: list[tuple[int, tuple[int, int]]] = []

    def detect(self, image: Image, side: int) -> list[Detection]:
        self.looks.append((side, image.shape[:2]))
        hair, skin = extent(image[..., 1] > 0), extent(image[..., 0] > 0)
        if hair.bottom > skin.top:
            return []
        return [Detection(extent(image.any(axis=2)), self.score(len(self.looks)))]


class Scripted:
    """Gives fixed faces by the side of the look, whatever it looks at."""

    def __init__(self, looks: dict[int, list[Detection]]) -> None:
        self.id, self.side, self.crowd_side = "scripted", min(looks), max(looks)
        self.answers = looks

    def detect(self, image: Image, side: int) -> list[Detection]:
        return self.answers[side]


def extent(mask: np.ndarray) -> Box:
    rows, columns = np.nonzero(mask)
    top, left = int(rows.min()), int(columns.min())
    return Box(left, top, int(columns.max()) + 1 - left, int(rows.max()) + 1 - top)


def painted(width: int, height: int, boxes: list[Box]) -> Image:
    image = np.zeros((height, width, 3), np.uint8)
    for number, box in enumerate(boxes, 1):
        image[int(box.top) : int(box.bottom), int(box.left) : int(box.right), 0] = number
    return image


def row_of(count: int, side: int) -> list[Box]:
    return [Box(number * (side + 16), 80, side, side) for number in range(count)]


def by_place(found: list[Detection]) -> list[Box]:
    return sorted((face.box for face in found), key=lambda box: (box.left, box.top))


def portrait() -> Image:
    """A tall photo, 240 × 400, with a face out of the middle."""
    image = np.zeros((400, 240, 3), np.uint8)
    image[40:56, 144:208, 1] = 255
    image[56:120, 144:208, 0] = 255
    return image


@pytest.mark.parametrize(
    ("size", "side", "decoded"),
    [
        ((1600, 800), 400, (200, 400)),
        ((1400, 1000), 400, (500, 700)),
        ((300, 200), 300, (200, 300)),
    ],
)
def test_one_quick_look_in_the_detectors_size_and_never_larger_than_the_photo(
    size: tuple[int, int], side: int, decoded: tuple[int, int]
) -> None:
    boxes = [Box(40, 60, 80, 120), Box(160, 20, 40, 80)]
    detector = Colours(400, crowd_side=800)
    turns, found = search(detector, Halving(painted(*size, boxes)))
    assert detector.looks == [(side, decoded)]
    assert turns == 0
    assert by_place(found) == boxes


def test_a_crowd_is_looked_at_again_in_double_size() -> None:
    """The second look finds a face that the first one cannot see; every face is there once."""
    boxes = [*row_of(5, 80), Box(1200, 1400, 40, 48)]
    detector = Colours(400, crowd_side=1600, least=10)
    turns, found = search(detector, Halving(painted(2400, 1600, boxes)))
    assert detector.looks == [(400, (400, 600)), (800, (800, 1200))]
    assert (turns, by_place(found)) == (0, boxes)


def test_the_second_look_is_no_larger_than_the_detector_allows() -> None:
    detector = Colours(400, crowd_side=500)
    _, found = search(detector, Halving(painted(2400, 1600, row_of(5, 80))))
    assert [side for side, _ in detector.looks] == [400, 500]
    assert by_place(found) == row_of(5, 80)


def test_the_surer_look_tells_where_a_face_is() -> None:
    quick = [Box(10 + 40 * number, 20, 20, 20) for number in range(5)]
    closer = [Box(22 + 80 * number, 44, 40, 40) for number in range(6)]
    sure = [0.9, 0.5, 0.8, 0.6, 0.7]
    detector = Scripted(
        {
            400: [Detection(box, s) for box, s in zip(quick, sure, strict=True)],
            800: [Detection(box, 0.65) for box in closer],
        }
    )
    # Pictures of 400 × 300 and 800 × 600 pixels of a photo of 3200 × 2400.
    _, found = search(detector, Halving(np.zeros((2400, 3200, 3), np.uint8)))
    first = [Box(80 + 320 * number, 160, 160, 160) for number in range(5)]
    second = [Box(88 + 320 * number, 176, 160, 160) for number in range(6)]
    assert by_place(found) == [first[0], second[1], first[2], second[3], first[4], second[5]]
    scores = [face.score for face in found]
    assert scores == sorted(scores, reverse=True) == [0.9, 0.8, 0.7, 0.65, 0.65, 0.65]


def test_points_are_scaled_with_their_boxes() -> None:
    points = np.arange(10, dtype=np.float32).reshape(5, 2)
    detector = Scripted({400: [Detection(Box(1, 2, 3, 4), 0.9, points)]})
    _, (face,) = search(detector, Halving(np.zeros((1200, 1600, 3), np.uint8)))
    assert face.box == Box(4, 8, 12, 16)
    assert face.points is not None
    assert np.array_equal(face.points, points * 4)


# The photo of 2400 × 1600 pixels is decoded in 600 × 400, for a quick look in 400 × 267.
@pytest.mark.parametrize(
    ("boxes", "crowd_side", "looks"),
    [
        (row_of(4, 80), 800, 1),  # not enough
        (row_of(5, 80), None, 1),  # a detector that sees small faces anyway
        (row_of(5, CROWD_SIDE * 6), 800, 1),  # large enough: just 48 pixels of the quick look
        (row_of(5, CROWD_SIDE * 6 - 4), 800, 2),  # a bit smaller; 71 pixels of what is decoded
        ([*row_of(2, 400), *(Box(100 * x, 900, 40, 40) for x in range(3))], 800, 2),
        ([*row_of(3, 400), *(Box(100 * x, 900, 40, 40) for x in range(2))], 800, 1),
    ],
)
def test_a_crowd_is_many_faces_most_of_them_small(
    boxes: list[Box], crowd_side: int | None, looks: int
) -> None:
    detector = Colours(400, crowd_side)
    _, found = search(detector, Halving(painted(2400, 1600, boxes)))
    assert len(detector.looks) == looks
    assert by_place(found) == sorted(boxes, key=lambda box: (box.left, box.top))


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("side", [100, 1000])
def test_a_turned_photo_is_looked_at_upright(turns: int, side: int) -> None:
    """The face comes back where it is on the photo as it lies, in pixels of the whole photo."""
    photo = Halving(np.rot90(portrait(), -turns), may_be_turned=True)
    detector = UprightOnly(side)
    found_turns, (face,) = search(detector, photo)
    assert found_turns == turns
    assert turned_size(photo, turns) == (240, 400)
    assert face.box == Box(144, 40, 64, 80)
    back = geometry.box_turned_back(face.box, turns, photo.width, photo.height)
    assert back == extent(photo.image.any(axis=2))


def test_the_other_directions_are_tried_in_a_small_picture() -> None:
    large = np.kron(portrait(), np.ones((8, 8, 1), np.uint8))
    detector = UprightOnly(1000)
    search(detector, Halving(np.rot90(large, -1), may_be_turned=True))
    sides = [side for side, _ in detector.looks]
    assert sides == [1000, FRAMED_SIDE, TURNED_SIDE, TURNED_SIDE, TURNED_SIDE, 1000]


def test_pixels_without_a_file_are_never_turned() -> None:
    detector = UprightOnly(400)
    assert search(detector, Halving(np.rot90(portrait(), 2))) == (0, [])
    assert [side for side, _ in detector.looks] == [400, FRAMED_SIDE]


def test_a_mark_in_the_file_is_no_proof_where_nothing_stands_upright() -> None:
    small = portrait()[:MARKED_SIDE]
    detector = UprightOnly(MARKED_SIDE)
    turns, (face,) = search(detector, Halving(np.rot90(small, 2), is_marked=True))
    assert (turns, face.box) == (2, Box(144, 40, 64, 80))
    # Nobody was seen at first, as on most marked photos: the directions cost little.
    looks = [MARKED_SIDE, FRAMED_SIDE, *[MARKED_SIDE] * 3, MARKED_SIDE]
    assert [side for side, _ in detector.looks] == looks
    assert search(UprightOnly(400), Halving(portrait(), is_marked=True))[0] == 0


@pytest.mark.parametrize(("score", "looks"), [(LEAST_SURE, 1), (LEAST_SURE - 0.01, 4)])
def test_one_sure_face_proves_that_a_photo_is_upright(score: float, looks: int) -> None:
    detector = UprightOnly(400, lambda look: score)
    turns, found = search(detector, Halving(portrait(), may_be_turned=True))
    assert (turns, len(detector.looks)) == (0, looks)
    assert [(face.box, face.score) for face in found] == [(Box(144, 40, 64, 80), score)]


@pytest.mark.parametrize(("score", "expected"), [(LEAST_TURNED, 2), (LEAST_TURNED - 0.01, 0)])
def test_a_weak_find_does_not_turn_a_photo(score: float, expected: int) -> None:
    detector = UprightOnly(400, lambda look: score)
    turns, found = search(detector, Halving(np.rot90(portrait(), 2), may_be_turned=True))
    assert turns == expected
    assert len(found) == (1 if expected else 0)


def test_the_surest_direction_wins() -> None:
    class Everywhere(UprightOnly):
        def detect(self, image: Image, side: int) -> list[Detection]:
            self.looks.append((side, image.shape[:2]))
            box = extent(image.any(axis=2))
            return [Detection(box, self.score(len(self.looks)))]

    # The quick look, a quarter, a half and three quarters of a turn, and the chosen one.
    detector = Everywhere(400, lambda look: (0.3, 0.8, 0.9, 0.85, 0.95)[look - 1])
    turns, (face,) = search(detector, Halving(portrait(), may_be_turned=True))
    assert turns == 2
    assert (face.score, face.box) == (0.95, Box(240 - 208, 400 - 120, 64, 80))


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_sure_face_that_lies_does_not_prove_that_a_photo_is_upright(turns: int) -> None:
    """CenterFace is nearly as sure of such faces; their points tell how they lie."""

    class SeesAll(UprightOnly):
        def detect(self, image: Image, side: int) -> list[Detection]:
            self.looks.append((side, image.shape[:2]))
            box, hair = extent(image.any(axis=2)), extent(image[..., 1] > 0)
            middle = np.array([box.left + box.width / 2, box.top + box.height / 2])
            up = np.array([hair.left + hair.width / 2, hair.top + hair.height / 2]) - middle
            right = np.array([-up[1], up[0]])
            places = [up - right, up + right, 0 * up, -up - right, -up + right]
            return [Detection(box, 0.9, (middle + np.array(places) / 2).astype(np.float32))]

    upright = SeesAll(400)
    assert search(upright, Halving(portrait(), may_be_turned=True))[0] == 0
    assert len(upright.looks) == 1
    photo = Halving(np.rot90(portrait(), -turns), may_be_turned=True)
    found_turns, (face,) = search(SeesAll(400), photo)
    assert (found_turns, face.box) == (turns, Box(144, 40, 64, 80))
    marked = Halving(photo.image, is_marked=True)
    assert search(SeesAll(400), marked)[0] == turns
    assert search(SeesAll(400), Halving(photo.image))[0] == 0


def turned_png(upright: Image, turns: int) -> decoding.OpenedPhoto:
    """Return a photo as if it were a PNG without EXIF that was turned clockwise."""
    file = io.BytesIO()
    PILImage.fromarray(np.rot90(upright, -turns)).save(file, "PNG", compress_level=1)
    return decoding.OpenedPhoto(file.getvalue(), "turned.png")


def matched(
    upright: tuple[FoundFace, ...], turned: tuple[FoundFace, ...], turns: int, size: tuple[int, int]
) -> list[tuple[FoundFace, FoundFace, np.ndarray]]:
    """Pair the faces, and turn the landmarks of the second back onto the upright photo."""
    back = -turns % 4
    boxes = [geometry.box_turned_back(face.box, back, *size).as_tuple() for face in turned]
    pairs = geometry.match_boxes(
        np.array([face.box.as_tuple() for face in upright]), np.array(boxes), 0.7
    )
    assert len(pairs) == len(upright) == len(turned)
    return [
        (upright[i], turned[j], geometry.turned_back(turned[j].landmarks, back, *size))
        for i, j in pairs
    ]


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("detector", ["centerface", "hog"])
def test_faces_of_a_turned_photo_are_those_of_the_upright_one(
    demo_album: Path, models_folder: Path, detector: face_finder.DetectorName, turns: int
) -> None:
    path = demo_album / "photos" / "2003 Christmas at home" / "IMG_1004.jpg"
    finder = face_finder.make_finder(models_folder, face_finder.FinderSettings(detector))
    upright = np.asarray(PILImage.fromarray(decoding.decode_file(str(path))).reduce(2))
    expected = finder.find(WholePicture(upright))
    photo = turned_png(upright, turns)
    assert photo.may_be_turned
    found = finder.find(photo)
    assert len(expected) == 2
    # The turned photo is `turns` quarters clockwise; seen from it, the upright one is −turns.
    for face, other, landmarks in matched(expected, found, turns, upright.shape[1::-1]):
        assert np.linalg.norm(face.descriptor - other.descriptor) < 0.25
        apart = np.linalg.norm(face.landmarks - landmarks, axis=1)
        assert apart.max() < 0.06 * face.box.width


# -- pictures at the edges ------------------------------------------------------------------------

GROUP = "photos/2003 Christmas at home/IMG_1003.jpg"
"""Four people, whose faces have 160 to 180 pixels."""


@pytest.fixture(scope="module")
def group(demo_album: Path) -> PILImage.Image:
    return PILImage.fromarray(decoding.decode_file(str(demo_album / GROUP)))


@pytest.mark.parametrize("size", [(12_000, 2_000), (8_000, 1_200), (2_000, 12_000)])
def test_faces_on_a_panorama_are_found(
    group: PILImage.Image, size: tuple[int, int], models_folder: Path
) -> None:
    finder = face_finder.make_finder(models_folder)
    panorama = PILImage.new("RGB", size, (120, 150, 190))
    places = [(300, 200), (size[0] - 1500, size[1] - 1000)]
    for place in places:
        panorama.paste(group, place)
    file = io.BytesIO()
    panorama.save(file, "JPEG", quality=80)
    found = finder.find(decoding.OpenedPhoto(file.getvalue(), "panorama.jpg"))
    expected = finder.find(WholePicture(np.asarray(group)))
    assert len(found) == 2 * len(expected) == 8
    for left, top in places:
        boxes = [[f.box.left + left, f.box.top + top, f.box.width, f.box.height] for f in expected]
        pairs = geometry.match_boxes(
            np.array([face.box.as_tuple() for face in found]), np.array(boxes), 0.5
        )
        assert len(pairs) == 4


def test_what_a_large_photo_costs_follows_from_its_size() -> None:
    detector = Colours(800, crowd_side=1600)
    looks = []
    for width, height in ((6_000, 4_000), (9_504, 6_336), (12_000, 2_400), (12_000, 9_000)):
        detector.looks.clear()
        photo = Halving(painted(width, height, [Box(100, 80, 2000, 2000)]))
        search(detector, photo)
        looks.append([side for side, _ in detector.looks])
    # No usual camera's photo is looked at twice.
    assert looks == [[800], [800], [800, 1600], [800, 1600]]


def around(face: FoundFace, part: float) -> tuple[int, int, int, int]:
    """Return the edges of a part of a face's box, in the middle of it."""
    box = face.box
    across, down = box.left + box.width / 2, box.top + box.height / 2
    edges = (-box.width, -box.height, box.width, box.height)
    left, top, right, bottom = (round(edge * part / 2) for edge in edges)
    return round(across) + left, round(down) + top, round(across) + right, round(down) + bottom


@pytest.mark.parametrize("part", [0.85, 0.7])
def test_a_face_larger_than_the_photo_is_one(
    group: PILImage.Image, part: float, models_folder: Path
) -> None:
    finder = face_finder.make_finder(models_folder)
    whole = finder.find(WholePicture(np.asarray(group)))[0]
    near = group.crop(around(whole, part)).resize((960, 1200))
    assert not finder.detector.detect(np.asarray(near), finder.detector.side)
    (face,) = finder.find(WholePicture(np.asarray(near)))
    assert 0 <= face.box.left < face.box.right <= 960
    assert 0 <= face.box.top < face.box.bottom <= 1200
    assert face.box.width * face.box.height > 0.8 * 960 * 1200
    apart = np.linalg.norm(face.descriptor - whole.descriptor)
    assert apart < finder.embedder.model.threshold


NEAR = (
    ("photos/2003 Christmas at home/IMG_1002.jpg", (927, 274, 1092, 469)),
    ("photos/2019 Lisbon trip/IMG_1053.jpg", (172, 191, 397, 455)),
    ("photos/2023 Rosa 80th birthday/IMG_1079.jpg", (809, 226, 998, 446)),
)
"""Close-ups of one face on which the quick look shows two or three, one over the other."""


@pytest.mark.parametrize(("photo", "box"), NEAR)
def test_a_close_up_shows_one_face(
    demo_album: Path, photo: str, box: tuple[int, int, int, int]
) -> None:
    picture = PILImage.fromarray(decoding.decode_file(str(demo_album / photo)))
    near = np.asarray(picture.crop(box).resize((960, 1120)))
    detector = CenterFaceDetector()
    assert len(detector.detect(near, detector.side)) > 1
    _, (face,) = search(detector, WholePicture(near))
    assert face.score > 0.75
    assert min(face.box.width / 960, face.box.height / 1120) > 0.8


def test_two_faces_close_together_stay_two(demo_album: Path, group: PILImage.Image) -> None:
    detector = CenterFaceDetector()
    found = search(detector, WholePicture(np.asarray(group)))[1]
    close = PILImage.new("RGB", (400, 260))
    for left, face in ((0, found[0]), (200, found[1])):
        across, down = face.box.left + face.box.width / 2, face.box.top + face.box.height / 2
        place = [round(across) - 100, round(down) - 130]
        close.paste(group.crop((*place, place[0] + 200, place[1] + 260)), (left, 0))
    assert len(search(detector, WholePicture(np.asarray(close)))[1]) == 2
