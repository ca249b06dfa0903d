"""Reading files of every kind, the broken ones included."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labeler import photos
from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.types import Failure, PhotoFile


def picture(width: int = 40, height: int = 20) -> Image.Image:
    """Red on the left, blue on the right, with a green top-left corner."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[:, : width // 2, 0] = 255
    pixels[:, width // 2 :, 2] = 255
    pixels[: height // 4, : width // 8] = (0, 255, 0)
    return Image.fromarray(pixels)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


# What each orientation's camera stored, so that undoing it gives the upright picture.
STORED_AS = {
    1: [],
    2: [Image.Transpose.FLIP_LEFT_RIGHT],
    3: [Image.Transpose.ROTATE_180],
    4: [Image.Transpose.FLIP_TOP_BOTTOM],
    5: [Image.Transpose.TRANSPOSE],
    6: [Image.Transpose.ROTATE_90],
    7: [Image.Transpose.TRANSVERSE],
    8: [Image.Transpose.ROTATE_270],
}


@pytest.mark.parametrize("orientation", STORED_AS)
def test_all_orientations_come_out_upright(orientation: int) -> None:
    stored = picture()
    for step in STORED_AS[orientation]:
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels, facts = photos.decode(encoded(stored, "PNG", exif=exif))
    assert np.array_equal(pixels, np.asarray(picture()))
    assert (facts.width, facts.height) == (40, 20)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "HEIF", "AVIF"])
def test_formats_give_the_same_picture(kind: str) -> None:
    photos.decode(encoded(picture(), "PNG"))  # registers HEIF
    options = {"quality": 95} if kind in ("JPEG", "WEBP", "HEIF", "AVIF") else {}
    pixels, _ = photos.decode(encoded(picture(64, 64), kind, **options))
    assert pixels.shape == (64, 64, 3)
    assert pixels.dtype == np.uint8
    difference = np.abs(pixels.astype(int) - np.asarray(picture(64, 64)).astype(int))
    assert np.median(difference) <= 6


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1", "I;16"])
def test_colour_modes_become_rgb(mode: str) -> None:
    level = 255 if mode == "1" else 204  # both are in every palette, so nothing is dithered
    grey = np.full((8, 8), level, dtype=np.uint8)
    if mode == "I;16":
        image = Image.fromarray((grey.astype(np.uint16) << 8) + 7)
    else:
        image = Image.fromarray(grey).convert("RGB").convert(mode)
    pixels, _ = photos.decode(encoded(image, "TIFF" if mode in ("CMYK", "LA") else "PNG"))
    assert pixels.shape == (8, 8, 3)
    assert np.abs(pixels.astype(int) - level).max() <= 1


def test_date_and_caption() -> None:
    exif = Image.Exif()
    exif[270] = "At the lake\0"
    exif[306] = "2011:01:02 03:04:05"
    assert photos.decode(encoded(picture(), "JPEG", exif=exif))[1].taken == datetime(
        2011, 1, 2, 3, 4, 5
    )
    exif.get_ifd(0x8769)[0x9003] = "2010:07:08 09:10:11"
    facts = photos.decode(encoded(picture(), "JPEG", exif=exif))[1]
    assert (facts.taken, facts.caption) == (datetime(2010, 7, 8, 9, 10, 11), "At the lake")
    exif[270] = "Großmutter".encode()
    assert photos.decode(encoded(picture(), "JPEG", exif=exif))[1].caption == "Großmutter"
    exif[306] = exif.get_ifd(0x8769)[0x9003] = "0000:00:00 00:00:00"
    assert photos.decode(encoded(picture(), "JPEG", exif=exif))[1].taken is None


def test_damaged_files_are_one_sentence_each(demo_album: Path, tmp_path: Path) -> None:
    broken = demo_album / "photos" / "2008 Lake holiday" / "IMG_broken.jpg"
    with pytest.raises(UnreadablePhotoError, match="truncated"):
        photos.decode(broken.read_bytes())
    with pytest.raises(UnreadablePhotoError, match="not a picture"):
        photos.decode(b"Dear diary, this is not a picture.")
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(UnreadablePhotoError, match="empty"):
        photos.read_bytes(str(tmp_path / "empty.jpg"))
    with pytest.raises(UnreadablePhotoError, match="cannot be read"):
        photos.read_bytes(str(tmp_path / "absent.jpg"))


def test_huge_pictures_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MOST_PIXELS", 40 * 20 - 1)
    with pytest.raises(UnreadablePhotoError, match="more than the limit"):
        photos.decode(encoded(picture(), "PNG"))


def test_walk_finds_photos_in_order_and_skips_the_rest(tmp_path: Path) -> None:
    for name in (
        "b/2.JPG",
        "b/1.jpeg",
        "a.png",
        "notes.txt",
        ".hidden/x.jpg",
        "b/.x.jpg",
        "lib/t.jpg",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    found = list(photos.walk([tmp_path], skip=tmp_path / "lib"))
    names = [os.path.relpath(file.path, tmp_path) for file in found]
    assert names == ["a.png", "b/1.jpeg", "b/2.JPG"]
    assert all(isinstance(file, PhotoFile) and file.size == 1 for file in found)


def test_walk_reports_dangling_links_and_missing_roots(tmp_path: Path) -> None:
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    (failure,) = photos.walk([tmp_path])
    assert isinstance(failure, Failure)
    assert failure.reason.startswith("The file cannot be read")
    with pytest.raises(LabelerError, match="does not exist"):
        list(photos.walk([tmp_path / "nowhere"]))


def test_walk_reports_unreadable_folders(tmp_path: Path, refuse_locked: Callable[[], None]) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "open.jpg").write_bytes(b"x")
    refuse_locked()
    found = list(photos.walk([tmp_path]))
    failures = [item for item in found if isinstance(item, Failure)]
    assert [failure.reason for failure in failures] == [
        "The folder cannot be read: Permission denied."
    ]
    assert failures[0].path == str(tmp_path / "locked")
    assert len(found) == 2
