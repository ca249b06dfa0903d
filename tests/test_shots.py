"""Shots: cuts and fades are found, and what only looks like one is not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PILImage
from PIL import ImageOps

from labeler.photos.shots import HEIGHT, WIDTH, Change, ShotFinder
from labeler.types import Image

ALBUM = Path(__file__).parent.parent / "data" / "demo" / "photos" / "2003 Christmas at home"
RATE = 25


def shot(number: int, frames: int = 50, along: float = 0.15, light: float = 1.0) -> list[Image]:
    """Return a photo of the album over which a camera moves, in brightness and colours."""
    with PILImage.open(ALBUM / f"IMG_100{number}.jpg") as image:
        picture = ImageOps.exif_transpose(image).convert("YCbCr")
    width, height = picture.size
    pictures = []
    for step in np.linspace(0, along, frames):
        box = (step * width, 0, (step + 1 - along) * width, height * (1 - along))
        small = picture.resize((WIDTH, HEIGHT), PILImage.Resampling.BOX, box)
        bright = np.asarray(small).astype(np.float32)
        bright[..., 0] *= light
        pictures.append(np.clip(bright, 0, 255).astype(np.uint8))
    return pictures


def faded(first: Sequence[Image], second: Sequence[Image], frames: int) -> list[Image]:
    """Return two shots, one after the other, which for so many frames are both seen."""
    parts = (np.arange(frames) + 1) / (frames + 1)
    both = [
        (one * (1 - part) + other * part).astype(np.uint8)
        for one, other, part in zip(first[-frames:], second[:frames], parts, strict=True)
    ]
    return [*first[:-frames], *both, *second[frames:]]


def one_colour(brightness: int, frames: int) -> list[Image]:
    picture = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    picture[..., 0] = brightness
    return [picture] * frames


def found(pictures: Sequence[Image], rate: float = RATE) -> list[Change]:
    finder, changes = ShotFinder(), []
    for number, picture in enumerate(pictures):
        changes += finder.feed(number / rate, picture)
    return changes + finder.finish()


def test_a_cut_is_found_at_its_frame() -> None:
    changes = found([*shot(0), *shot(2), *shot(3, frames=200), *shot(4)])
    assert [(change.at, change.kind) for change in changes] == [
        (2.0, "cut"),
        (4.0, "cut"),
        (12.0, "cut"),
    ]


@pytest.mark.parametrize(("frames", "near"), [(10, 0.12), (20, 0.12), (35, 0.35)])
def test_a_fade_is_found_in_its_middle(frames: int, near: float) -> None:
    (change,) = found(faded(shot(0, 80), shot(2, 80), frames))
    assert change.kind == "fade"
    assert change.at == pytest.approx((80 - frames / 2) / RATE, abs=near)


def test_a_moving_camera_changes_nothing() -> None:
    assert found(shot(3, frames=60, along=0.4)) == []
    assert found(shot(3, frames=400, along=0.4)) == []


def test_a_flash_changes_nothing() -> None:
    camera = shot(0, 100)
    brighter = np.array([90, 0, 0])
    lit = [np.minimum(picture + brighter, 255).astype(np.uint8) for picture in camera]
    assert found([*camera[:50], *one_colour(255, 2), *camera[52:]]) == []
    assert found([*camera[:50], *lit[50:52], *camera[52:]]) == []


def test_a_flash_may_hide_a_cut() -> None:
    (change,) = found([*shot(0), *one_colour(255, 2), *shot(2)])
    assert change == Change(2.0, "cut")


def test_the_new_shot_begins_where_the_black_ends() -> None:
    (change,) = found([*shot(0), *one_colour(16, 5), *shot(2)])
    assert change == Change(2.2, "cut")
    dark = one_colour(16, 50)
    (change,) = found(faded(faded(shot(0), dark[:30], 12), shot(2), 12))
    assert change.kind == "fade"
    assert change.at == pytest.approx((50 + 30 - 12 - 12) / RATE, abs=0.2)


def test_long_black_is_a_shot_of_its_own() -> None:
    changes = found([*shot(0), *one_colour(16, 60), *shot(0)])
    assert [change.at for change in changes] == [2.0, 4.4]


def test_the_rate_does_not_matter() -> None:
    slow = [*shot(0, 40), *shot(2, 40)]
    assert [change.at for change in found(slow, 5)] == [8.0]
    fast = faded(shot(0, 200), shot(2, 200), 50)
    (change,) = found(fast, 100)
    assert change.at == pytest.approx(1.75, abs=0.1)


def test_a_stream_is_decided_as_it_comes() -> None:
    """However long it is, only the last seconds of it are undecided."""
    finder, told = ShotFinder(), []
    for number, picture in enumerate([*shot(0, 300), *shot(2, 300), *shot(4, 300)]):
        told += [(number / RATE, change.at) for change in finder.feed(number / RATE, picture)]
        assert number / RATE - finder.settled < 9
    assert [at for _, at in told] == [12.0, 24.0]
    assert all(when - at < 9 for when, at in told)


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_few_frames_are_one_shot(count: int) -> None:
    assert found(shot(0)[:count]) == []
