from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PILImage

from labeler.photos import perceptual
from labeler.photos.io import decoding

DEMO = Path(__file__).parent.parent / "data" / "demo" / "photos"
NAMES = ["IMG_1000.jpg", "IMG_1012.jpg", "IMG_1024.jpg", "IMG_1048.jpg", "IMG_1073.jpg"]


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    paths = [next(DEMO.rglob(name)) for name in NAMES]
    return [decoding.decode_file(str(path)) for path in paths]


def saved(picture: np.ndarray, width: int, height: int, quality: int) -> np.ndarray:
    data = io.BytesIO()
    resized = PILImage.fromarray(picture).resize((width, height), PILImage.Resampling.LANCZOS)
    resized.save(data, "JPEG", quality=quality)
    return np.asarray(PILImage.open(data).convert("RGB"))


@pytest.mark.parametrize(("width", "height", "quality"), [(600, 450, 60), (201, 151, 85)])
def test_copies_are_known_and_other_photos_are_not(
    pictures: list[np.ndarray], width: int, height: int, quality: int
) -> None:
    marks = [perceptual.fingerprint(picture) for picture in pictures]
    for number, picture in enumerate(pictures):
        copy = perceptual.fingerprint(saved(picture, width, height, quality))
        distances = [perceptual.distance(copy, mark) for mark in marks]
        assert distances.pop(number) <= perceptual.COPY / 2
        assert min(distances) > perceptual.ALIKE


def test_brightness_and_contrast_do_not_matter(pictures: list[np.ndarray]) -> None:
    for picture in pictures:
        darker = (picture * 0.6 + 20).astype(np.uint8)
        marks = perceptual.fingerprint(picture), perceptual.fingerprint(darker)
        assert perceptual.distance(*marks) <= perceptual.COPY / 2


def test_cells_are_means_of_equal_parts() -> None:
    grey = np.arange(35, dtype=float).reshape(5, 7)
    enlarged = np.kron(grey, np.ones((3, 4)))  # into 15 × 28, which 3 × 4 parts cut evenly
    expected = enlarged.reshape(3, 5, 4, 7).mean(axis=(1, 3))
    assert perceptual._cells(grey, 3, 4) == pytest.approx(expected)


@given(st.integers(1, 60), st.integers(1, 60))
def test_any_size_will_do(width: int, height: int) -> None:
    ramp = np.linspace(0, 255, width).astype(np.uint8)
    picture = np.broadcast_to(ramp[None, :, None], (height, width, 3))
    mark = perceptual.fingerprint(picture)
    assert 0 <= mark < 1 << perceptual.BITS
    mirrored = perceptual.fingerprint(picture[:, ::-1])
    if width >= 2 * perceptual.SIDE:
        assert mark == (1 << perceptual.BITS) - 1, "each cell is brighter than its left neighbour"
        assert mirrored == 0
