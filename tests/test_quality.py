"""Sharpness and frontality against their definitions."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PILImage
from PIL import ImageFilter

from labeler.faces import quality
from labeler.photos.io import decoding

FRONTAL = np.array([(90, 40), (70, 42), (10, 40), (30, 42), (50, 75)], dtype=np.float32)
"""Outer and inner corner of the eye on the right of the picture, of the other eye, the nose."""
MIRRORED = [2, 3, 0, 1, 4]
"""The same places on a mirrored face."""

coordinates = st.floats(-100, 100, allow_nan=False, width=32)
eyes_apart = st.lists(st.tuples(coordinates, coordinates), min_size=5, max_size=5).filter(
    lambda points: np.linalg.norm(np.subtract(points[0], points[2])) > 1
)


def nose_at(part: float, down: float = 35) -> np.ndarray:
    """Return a face whose nose divides the eyes' line in this ratio."""
    points = FRONTAL.copy()
    points[4] = (10 + 80 * part, 40 + down)
    return points


def test_sharpness_is_the_variance_of_the_laplacian() -> None:
    chip = np.random.default_rng(1).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    grey = [[0.299 * r + 0.587 * g + 0.114 * b for r, g, b in row] for row in chip.tolist()]
    laplacian = [
        grey[y - 1][x] + grey[y + 1][x] + grey[y][x - 1] + grey[y][x + 1] - 4 * grey[y][x]
        for y in range(1, 4)
        for x in range(1, 6)
    ]
    mean = sum(laplacian) / 15
    expected = sum((value - mean) ** 2 for value in laplacian) / 15
    assert quality.sharpness(chip) == pytest.approx(expected, rel=1e-5)


def test_sharpness_of_a_single_bright_pixel() -> None:
    chip = np.zeros((5, 5, 3), np.uint8)
    chip[2, 2] = 100  # the Laplacian is −400 there and 100 at four of the nine inner pixels
    assert quality.sharpness(chip) == pytest.approx((400**2 + 4 * 100**2) / 9, rel=1e-5)


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_one_colour_has_no_sharpness(colour: tuple[int, int, int]) -> None:
    chip = np.full((20, 20, 3), colour, np.uint8)
    assert quality.sharpness(chip) == pytest.approx(0, abs=1e-6)


def test_an_even_slope_has_no_sharpness() -> None:
    slope = np.arange(0, 200, 5, dtype=np.uint8)
    chip = np.broadcast_to(slope[:, None, None], (40, 30, 3))
    assert quality.sharpness(chip) == pytest.approx(0, abs=1e-6)


def test_sharpness_falls_with_every_blur(demo_album: Path) -> None:
    image = decoding.decode_file(
        str(demo_album / "photos" / "2003 Christmas at home" / "IMG_1000.jpg")
    )
    face = PILImage.fromarray(image[199:490, 486:735]).resize((150, 150))
    blurred = [face.filter(ImageFilter.GaussianBlur(radius)) for radius in (0, 0.5, 1, 2, 4)]
    values = [quality.sharpness(np.asarray(one)) for one in blurred]
    assert all(sharper > softer for sharper, softer in pairwise(values))


def test_a_small_face_enlarged_counts_as_blurred() -> None:
    chip = np.random.default_rng(2).integers(0, 256, (150, 150, 3), dtype=np.uint8)
    small = PILImage.fromarray(chip).reduce(4).resize((150, 150), PILImage.Resampling.BILINEAR)
    assert quality.sharpness(np.asarray(small)) < 0.02 * quality.sharpness(chip)


def test_a_symmetric_face_is_seen_from_the_front() -> None:
    assert quality.frontality(FRONTAL) == pytest.approx(1)


@pytest.mark.parametrize(
    ("part", "expected"), [(0.4, 2 / 3), (0.25, 1 / 3), (0.8, 1 / 4), (0, 0), (1, 0), (1.3, 0)]
)
def test_frontality_is_the_ratio_of_the_parts(part: float, expected: float) -> None:
    assert quality.frontality(nose_at(part)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("side", [-1, 1])
def test_frontality_falls_as_the_nose_moves_aside(side: int) -> None:
    values = [quality.frontality(nose_at(0.5 + side * moved)) for moved in np.linspace(0, 0.5, 30)]
    assert all(a > b for a, b in pairwise(values))
    assert values[-1] == pytest.approx(0, abs=1e-6)


@given(st.floats(-200, 200))
def test_nodding_does_not_matter(down: float) -> None:
    assert quality.frontality(nose_at(0.4, down)) == pytest.approx(2 / 3, rel=1e-5)


@given(eyes_apart)
def test_frontality_is_that_of_the_mirrored_face(points: list[tuple[float, float]]) -> None:
    face = np.array(points, dtype=np.float32)
    mirrored = (face * np.array([-1, 1], np.float32))[MIRRORED]
    value = quality.frontality(face)
    assert 0 <= value <= 1
    assert quality.frontality(mirrored) == pytest.approx(value, abs=1e-4)


@given(
    st.floats(-1, 2),
    st.floats(-np.pi, np.pi),
    st.floats(0.1, 20),
    st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000)),
)
def test_turning_scaling_and_moving_a_face_does_not_matter(
    part: float, angle: float, scale: float, shift: tuple[float, float]
) -> None:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    face = nose_at(part).astype(np.float64)
    expected = quality.frontality(face)
    assert quality.frontality(face @ turn.T + shift) == pytest.approx(expected, abs=1e-6)


def test_a_face_without_width_tells_nothing() -> None:
    assert quality.frontality(np.zeros((5, 2), np.float32)) == 0.0
    points = FRONTAL.copy()
    points[0] = points[2]
    assert quality.frontality(points) == 0.0
