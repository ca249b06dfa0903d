"""Videos: their frames upright and in time, and the faces in them followed through each shot."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PILImage

from labeler import geometry
from labeler.faces.io.face_finder import FaceFinder, make_finder
from labeler.faces.io.video_faces import watch
from labeler.photos.io.decoding import OpenedPhoto
from labeler.photos.io.frames import Footage
from labeler.types import Box, Image

from .filming import film, panned

ALBUM = Path(__file__).parent.parent / "data" / "demo" / "photos"
CHRISTMAS = ALBUM / "2003 Christmas at home"


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> FaceFinder:
    return make_finder(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def two_shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two photos, 1.6 seconds of each: one person, then three others."""
    out = tmp_path_factory.mktemp("film") / "christmas.mp4"
    first = panned(CHRISTMAS / "IMG_1000.jpg", 40, (640, 360))
    second = panned(CHRISTMAS / "IMG_1002.jpg", 40, (640, 360))
    return film(out, (frame for part in (first, second) for frame in part))


def test_frames_come_in_time(two_shots: Path) -> None:
    footage = Footage(two_shots)
    times = [frame.at for frame in footage.frames()]
    assert times == pytest.approx([number / 25 for number in range(80)])
    assert (footage.facts.width, footage.facts.height, footage.facts.fps) == (640, 360, 25)
    assert footage.facts.seconds == pytest.approx(3.2)
    assert footage.note == ""


def test_faces_are_followed_through_their_shots(two_shots: Path, finder: FaceFinder) -> None:
    told: list[tuple[tuple[float, float], int]] = []
    seen = watch(two_shots, finder, on_shot=lambda shot, tracks: told.append((shot, len(tracks))))
    assert [pytest.approx(shot) for shot in seen.shots] == [(0, 1.6), (1.6, 3.2)]
    assert [(track.start, track.end) for track in seen.tracks] == [
        pytest.approx(shot) for shot in ((0, 1.6), (1.6, 3.2), (1.6, 3.2), (1.6, 3.2))
    ]
    assert told == [(seen.shots[0], 1), (seen.shots[1], 3)]
    boxes = seen.tracks[0].boxes
    assert boxes[0, 1] > boxes[-1, 1]  # the camera moves to the right
    data = (CHRISTMAS / "IMG_1001.jpg").read_bytes()
    rosa = finder.find(OpenedPhoto(data))[0].descriptor
    likeness = [float(rosa @ track.face.descriptor) for track in seen.tracks]
    assert likeness.index(max(likeness)) == 0


def test_who_takes_the_place_of_another_is_somebody_else(
    tmp_path: Path, finder: FaceFinder
) -> None:
    """A face that changes in a large still picture is no cut, but not the same face either."""
    still = next(iter(panned(CHRISTMAS / "IMG_1001.jpg", 1, (960, 540))))
    still = np.ascontiguousarray(still[:, ::-1] // 4 + 60)  # no face to be found in it
    frames = []
    for number in (1000, 1007):
        picture = still.copy()
        picture[200:320, 700:820] = close_up(CHRISTMAS / f"IMG_{number}.jpg")
        frames += [picture] * 50
    seen = watch(film(tmp_path / "a.mp4", frames), finder)
    assert len(seen.shots) == 1
    first, second = (track for track in seen.tracks if track.face.box.left > 650)
    assert (first.start, second.end) == (0, pytest.approx(4.0))
    assert 1.5 < first.end <= second.start < 2.5
    distance = float(np.linalg.norm(first.face.descriptor - second.face.descriptor))
    assert distance > finder.embedder.model.threshold


def close_up(photo: Path) -> Image:
    """Return the square around the first face of a photo."""
    picture = OpenedPhoto(photo.read_bytes()).pixels()
    with (ALBUM.parent / "faces.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["file"].endswith(photo.name))
    left, top, width, height = (int(row[key]) for key in ("left", "top", "width", "height"))
    box = Box(left, top, width, height)
    x1, y1, x2, y2 = geometry.square_around(box, 1.5, picture.shape[1], picture.shape[0])
    part = PILImage.fromarray(picture[y1:y2, x1:x2])
    return np.asarray(part.resize((120, 120), PILImage.Resampling.BILINEAR))
