"""Videos: their frames upright and in time, and the faces in them followed through each shot."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.faces.io.face_finder import FaceFinder, make_finder
from labeler.faces.io.video_faces import watch
from labeler.photos.io.decoding import OpenedPhoto
from labeler.photos.io.frames import Footage

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
