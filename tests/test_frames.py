"""A face is where it is, whichever way round the picture is stored."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from labeler.exchange import frames
from labeler.exchange.frames import Area
from labeler.photos.io.decoding import TURNS

from .exchanging import ORIENTATIONS

fractions = st.floats(0, 1)
areas = st.builds(
    lambda left, top, across, down: Area(left, top, across * (1 - left), down * (1 - top)),
    *[fractions] * 4,
)


@given(areas, st.sampled_from(ORIENTATIONS))
def test_turning_there_and_back(area: Area, orientation: int) -> None:
    back = frames.stored(frames.upright(area, orientation), orientation)
    assert (back.left, back.top, back.width, back.height) == pytest.approx(
        (area.left, area.top, area.width, area.height), abs=1e-9
    )


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_turning_agrees_with_the_pixels(orientation: int) -> None:
    stored = np.zeros((60, 100), dtype=np.uint8)
    stored[6:18, 20:50] = 255
    turn = TURNS.get(orientation)
    picture = Image.fromarray(stored)
    upright = np.asarray(picture if turn is None else picture.transpose(turn))
    rows, columns = np.nonzero(upright)
    height, width = upright.shape
    box = frames.box_of(frames.upright(Area(0.2, 0.1, 0.3, 0.2), orientation), width, height)
    assert box.as_tuple() == pytest.approx(
        (columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)
    )
    assert frames.stored_size(width, height, orientation) == (100, 60)


@pytest.mark.parametrize(
    ("applied_to", "size", "orientation", "expected"),
    [
        ((4000, 3000), (4000, 3000), 1, (1,)),
        ((2000, 1500), (4000, 3000), 1, (1,)),  # the same, scaled
        ((3999, 3000), (4000, 3000), 1, (1,)),
        ((3000, 3000), (4000, 3000), 1, ()),  # cropped
        ((3000, 4000), (4000, 3000), 1, ()),
        ((4000, 3000), (4000, 3000), 3, (3, 1)),
        ((4000, 3000), (4000, 3000), 6, (6,)),  # as the standard says
        ((3000, 4000), (4000, 3000), 6, (1,)),  # as some programs do
        ((3000, 2900), (4000, 3000), 6, ()),
        ((500, 500), (500, 500), 8, (8, 1)),
        (None, (4000, 3000), 6, (6, 1)),
        ((0, 0), (4000, 3000), 6, ()),
        ((5, 4), (1000, 751), 1, (1,)),  # a pixel of a tiny picture is much
    ],
)
def test_sizes_tell_which_picture_was_drawn_on(
    applied_to: tuple[float, float] | None,
    size: tuple[int, int],
    orientation: int,
    expected: tuple[int, ...],
) -> None:
    assert frames.readings(applied_to, size, orientation) == expected


def test_what_is_outside_is_cut_off() -> None:
    assert frames.clipped(Area(-0.25, 0.5, 0.5, 1)) == Area(0, 0.5, 0.25, 0.5)
    for nowhere in (Area(1.5, 0, 1, 1), Area(0, 0, 0, 1), Area(float("nan"), 0, 1, 1)):
        assert frames.clipped(nowhere) is None
