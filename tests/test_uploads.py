"""What is dropped on a page is a picture, and is kept as nothing else."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dashboard.lookalike.dropped_photos import DroppedPhotos
from dashboard.lookalike.uploads import ENDINGS, Uploads, _clean, _fitting
from dashboard.shell.jobs import Jobs
from dashboard.shell.networks import Networks
from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.library.store import Library
from labeler.photos.io import decoding, opening


def picture(kind: str = "JPEG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (16, 12), "teal").save(stream, kind)
    return stream.getvalue()


@pytest.fixture
def desk(tmp_path: Path) -> DroppedPhotos:
    library = Library.create(tmp_path / "library")
    return DroppedPhotos(library, Uploads(), Jobs(), Networks(library))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kept").mkdir()
    return tmp_path / "kept"


@pytest.mark.parametrize(
    ("kind", "name", "kept"),
    [
        ("JPEG", "photo.JPG", "photo.JPG"),
        ("JPEG", "photo.jfif", "photo.jfif"),
        ("JPEG", "x.sh", "x.jpg"),
        ("JPEG", "x.jpg.exe", "x.jpg.jpg"),
        ("JPEG", "x.nef", "x.jpg"),
        ("JPEG", "x.png", "x.jpg"),
        ("PNG", "x.html", "x.png"),
        ("PNG", "x.jpg", "x.png"),
        ("WEBP", "x.desktop", "x.webp"),
        ("TIFF", "x.lnk", "x.tif"),
        ("TIFF", "x.DNG", "x.DNG"),
        ("GIF", ".bashrc", "bashrc.gif"),
        ("BMP", "autorun.inf", "autorun.bmp"),
        ("JPEG", "../../.ssh/authorized_keys", "authorized_keys.jpg"),
        ("JPEG", "CON", "_CON.jpg"),
        ("JPEG", "nul.tar.gz", "_nul.tar.jpg"),
        ("JPEG", "x.sh. . .", "x.jpg"),
        ("JPEG", "a" * 300 + ".jpg", "a" * 100 + ".jpg"),
        ("JPEG", "x.jpg\u202egpj.sh", "x.jpg_gpj.jpg"),
        ("JPEG", "", "photo.jpg"),
    ],
)
def test_the_ending_is_that_of_the_picture(kind: str, name: str, kept: str) -> None:
    assert _fitting(_clean(name), picture(kind)) == kept


@given(st.text(max_size=400) | st.sampled_from(["con", "Lpt1.x", "aux .jpg", "~", "a/b\\c:d"]))
def test_no_name_is_hidden_reserved_or_leads_elsewhere(name: str) -> None:
    kept = _fitting(_clean(name), JPEG)
    assert kept.lower().endswith(ENDINGS["JPEG"])
    assert PurePosixPath(kept).name == PureWindowsPath(kept).name == kept
    assert not PureWindowsPath(kept).is_reserved()
    assert not kept.startswith((".", " ", "-"))
    assert len(kept.encode()) <= 255 * 2  # UTF-16 counts on Windows


JPEG = picture()


def test_all_formats_have_their_endings() -> None:
    assert set(opening.FORMATS) == set(ENDINGS)
    assert {ending for all_ in ENDINGS.values() for ending in all_} <= decoding.SUFFIXES


def test_what_is_no_picture_is_not_taken() -> None:
    for data in (b"#!/bin/sh\n", b"", JPEG[:-40][:200]):
        with pytest.raises(UnreadablePhotoError):
            Uploads().add(data, "x.jpg")


def test_a_photo_is_kept_as_a_picture_that_nobody_executes(
    desk: DroppedPhotos, folder: Path
) -> None:
    token = desk.uploads.add(JPEG, "x.sh").token
    out = desk.keep(token, folder)
    assert out == folder / "x.jpg"
    assert out.read_bytes() == JPEG
    if os.name == "posix":
        assert not out.stat().st_mode & 0o133


def test_nothing_is_written_over_or_through_a_link(
    desk: DroppedPhotos, folder: Path, tmp_path: Path
) -> None:
    token = desk.uploads.add(JPEG, "x.jpg").token
    (folder / "x.jpg").symlink_to(tmp_path / "elsewhere")  # which is not there
    with pytest.raises(LabelerError, match="exists already"):
        desk.keep(token, folder)
    assert not (tmp_path / "elsewhere").exists()
    (folder / "x.jpg").unlink()
    (folder / "x.jpg").write_text("mine")
    with pytest.raises(LabelerError, match="exists already"):
        desk.keep(token, folder)
    assert (folder / "x.jpg").read_text() == "mine"
    assert [path.name for path in folder.iterdir()] == ["x.jpg"]


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such bounds")
def test_of_what_cannot_be_written_nothing_is_left(desk: DroppedPhotos, folder: Path) -> None:
    import resource

    token = desk.uploads.add(JPEG, "x.jpg").token
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(LabelerError, match="cannot be written"):
            desk.keep(token, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(folder.iterdir()) == []
