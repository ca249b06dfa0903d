"""Indexing: incremental, safe against bad files and interruptions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labeler.errors import LabelerError
from labeler.faces import FaceFinder
from labeler.pipeline import naming
from labeler.pipeline.index import index
from labeler.store import Library
from labeler.types import Box, Detection
from labeler.types import Image as Pixels


class OneFace:
    """Detector, aligner and embedder in one: a face per photo, its mean colour the descriptor."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.id = "one-face"
        self.seen = 0
        self.stop_after = stop_after

    def detect(self, image: Pixels) -> list[Detection]:
        self.seen += 1
        if self.stop_after is not None and self.seen > self.stop_after:
            raise KeyboardInterrupt
        height, width = image.shape[:2]
        return [Detection(Box(0, 0, width, height), 0.9)]

    def landmarks(self, image: Pixels, box: Box) -> np.ndarray:
        return np.zeros((5, 2), dtype=np.float32)

    def chip(self, image: Pixels, landmarks: np.ndarray) -> Pixels:
        return image

    def embed(self, chips: list[Pixels]) -> np.ndarray:
        return np.array([chip.mean(axis=(0, 1)) for chip in chips], dtype=np.float32)


def finder(stop_after: int | None = None) -> FaceFinder:
    parts = OneFace(stop_after)
    return FaceFinder(parts, parts, parts)


def album(folder: Path, number: int) -> Path:
    folder.mkdir(exist_ok=True)
    for index_ in range(number):
        colour = (index_ % 256, index_ // 256, 7)
        Image.new("RGB", (16, 16), colour).save(folder / f"{index_:04}.png")
    return folder


def test_second_run_looks_at_nothing(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 5), Library(tmp_path / "library")
    first = index(library, [photos], finder=finder())
    assert (first.photos, first.new, first.unchanged, first.faces) == (5, 5, 0, 5)
    again = finder()
    second = index(library, [photos, photos / "0001.png"], finder=again)
    assert (second.photos, second.new, second.unchanged, second.faces) == (5, 0, 5, 5)
    assert again.detector.seen == 0  # type: ignore[attr-defined]


def test_changed_moved_and_deleted_photos(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 4), Library(tmp_path / "library")
    index(library, [photos], finder=finder())
    naming.name_faces(library, library.faces().ids.tolist(), "Rosa")
    (photos / "sub").mkdir()
    (photos / "0000.png").rename(photos / "sub" / "renamed.png")
    (photos / "0001.png").unlink()
    Image.new("RGB", (16, 16), "red").save(photos / "0002.png")
    os.utime(photos / "0003.png")  # touched, same content
    looking = finder()
    report = index(library, [photos], finder=looking)
    assert (report.photos, report.new, report.faces) == (3, 3, 3)
    assert looking.detector.seen == 1  # type: ignore[attr-defined]
    names = naming.labels(library).names
    paths = {photo.id: Path(photo.path).name for photo in library.photos().values()}
    table = library.faces()
    named = {
        paths[p]
        for p, f in zip(table.photo_ids.tolist(), table.ids.tolist(), strict=True)
        if f in names
    }
    assert named == {"renamed.png", "0003.png"}
    # The deleted photo comes back, with its name.
    shutil.copy(photos / "sub" / "renamed.png", tmp_path / "copy.png")
    Image.new("RGB", (16, 16), (1, 0, 7)).save(photos / "0001.png")
    index(library, [photos], finder=finder())
    assert len(set(library.faces().ids.tolist()) & set(naming.labels(library).names)) == 3


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    first, second = album(tmp_path / "a", 2), album(tmp_path / "ab", 3)
    index(library, [first, second], finder=finder())
    shutil.rmtree(second)
    index(library, [first], finder=finder())
    assert sum(known.missing for known in library.known_files().values()) == 0


def test_bad_files_are_reported_and_nothing_is_lost(tmp_path: Path, demo_album: Path) -> None:
    photos, library = album(tmp_path / "photos", 3), Library(tmp_path / "library")
    index(library, [photos], finder=finder())
    broken = demo_album / "photos" / "2008 Lake holiday" / "IMG_broken.jpg"
    shutil.copy(broken, photos / "0001.png")  # a good photo was overwritten by a broken one
    shutil.copy(broken, photos / "broken.jpg")
    (photos / "text.jpg").write_text("not a photo")
    (photos / "empty.jpg").touch()
    report = index(library, [photos], finder=finder())
    reasons = {Path(failure.path).name: failure.reason for failure in report.failed}
    assert sorted(reasons) == ["0001.png", "broken.jpg", "empty.jpg", "text.jpg"]
    assert "truncated" in reasons["broken.jpg"]
    assert "not a picture" in reasons["text.jpg"]
    assert "empty" in reasons["empty.jpg"]
    assert (report.photos, report.new) == (2, 0)
    assert len(library.faces()) == 3


def test_odd_files_neither_hang_nor_stop_the_run(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 2), Library(tmp_path / "library")
    os.mkfifo(photos / "pipe.jpg")
    os.utime(photos / "0001.png", (2**34, 2**34))  # the year 2514
    with open(photos / "huge.tif", "wb") as file:
        file.truncate(10**13)
    report = index(library, [photos], finder=finder())
    assert sorted(Path(failure.path).name for failure in report.failed) == ["huge.tif", "pipe.jpg"]
    assert report.new == 2


def test_the_librarys_own_thumbnails_are_no_photos(tmp_path: Path) -> None:
    photos = album(tmp_path / "photos", 2)
    library = Library(photos / "sub" / ".." / "library")
    album(library.cache, 3)
    (tmp_path / "link").symlink_to(photos)
    for root in (photos, tmp_path / "link", library.folder):
        index(library, [root], finder=finder())
    assert len(library.photos()) == 2


def test_an_unreadable_folder_is_not_taken_for_gone(
    tmp_path: Path, refuse_locked: Callable[[], None]
) -> None:
    library = Library(tmp_path / "library")
    photos = album(tmp_path / "photos", 1)
    album(photos / "locked", 2)
    index(library, [photos], finder=finder())
    refuse_locked()
    report = index(library, [photos], finder=finder())
    assert len(report.failed) == 1
    assert not any(known.missing for known in library.known_files().values())


def test_an_interrupted_run_keeps_its_batches_and_goes_on(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 100), Library(tmp_path / "library")
    with pytest.raises(KeyboardInterrupt):
        index(library, [photos], finder=finder(stop_after=70), jobs=1)
    assert len(library.faces()) == 64
    rest = finder()
    report = index(library, [photos], finder=rest)
    assert (report.new, report.unchanged, report.faces) == (36, 64, 100)
    assert rest.detector.seen == 36  # type: ignore[attr-defined]


def test_another_finder_looks_again(tmp_path: Path) -> None:
    photos, library = album(tmp_path / "photos", 3), Library(tmp_path / "library")
    index(library, [photos], finder=finder())
    ids = library.faces().ids.tolist()
    other = finder()
    other.id = "another"
    report = index(library, [photos], finder=other)
    assert report.new == 3
    assert library.faces().ids.tolist() == ids


def test_missing_roots_are_an_error_before_any_work(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    with pytest.raises(LabelerError, match="does not exist"):
        index(library, [album(tmp_path / "photos", 1), tmp_path / "nowhere"], finder=finder())
    assert len(library.faces()) == 0


def test_the_demo_album_is_found_whole(demo_library_folder: Path) -> None:
    library = Library(demo_library_folder)
    assert library.counts() == {"photos": 84, "faces": 189, "missing": 0, "decisions": 0}
    _, X = library.descriptors("dlib-resnet-v1-mirrored")
    assert np.allclose(np.linalg.norm(X, axis=1), 1, atol=1e-5)
