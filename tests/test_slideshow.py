from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PILImage

from labeler.shows import lettering, motion, slide_images, slideshow
from labeler.shows.slideshow import Candidate
from labeler.types import Box

NOON = datetime(2020, 5, 1, 12, 0, 0)
SMALL = (320, 180)


def candidate(
    path: str, taken: datetime | None = NOON, side: float = 100, **more: Any
) -> Candidate:
    facts: dict[str, Any] = {
        "caption": "",
        "album": "Lake",
        "width": 1000,
        "height": 800,
        "score": 0.9,
    }
    facts |= {"face": Box(10, 10, side, side)} | more
    return Candidate(photo_path=path, taken=taken, **facts)


def paths(candidates: Iterable[Candidate]) -> list[str]:
    return [chosen.photo_path for chosen in candidates]


# -- selection -------------------------------------------------------------------------------


def test_slides_are_chronological_and_undated_photos_come_last() -> None:
    album = [
        candidate("z", None),
        candidate("b", NOON),
        candidate("a", None),
        candidate("c", NOON - timedelta(days=1)),
    ]
    show = slideshow.plan("Rosa", album, most=10)
    assert paths(slide.candidate for slide in show.slides) == ["c", "b", "a", "z"]


def test_a_photo_with_two_faces_of_one_person_counts_once_with_the_larger_face() -> None:
    both = [candidate("a", side=50), candidate("a", side=80), candidate("a", side=60)]
    assert slideshow.one_per_photo(both) == [both[1]]


def test_a_burst_keeps_the_photo_with_the_largest_face() -> None:
    burst = [
        candidate("a", NOON, 50),
        candidate("b", NOON + timedelta(seconds=2), 90),
        candidate("c", NOON + timedelta(seconds=4), 70),
        candidate("d", NOON + timedelta(seconds=7), 20),
    ]
    assert paths(slideshow.thin_bursts(burst)) == ["b", "d"]


def test_scanned_photos_dated_midnight_and_undated_photos_are_no_burst() -> None:
    scans = [candidate(path, datetime(1974, 1, 1)) for path in "abc"]
    assert paths(slideshow.thin_bursts(scans)) == ["a", "b", "c"]
    undated = [candidate(path, None) for path in "abc"]
    assert paths(slideshow.thin_bursts(undated)) == ["a", "b", "c"]


def test_years_share_the_slides_and_the_best_of_each_run_is_kept() -> None:
    album = [candidate("old", datetime(1999, 1, 1))]
    album += [
        candidate(f"new{day:02}", datetime(2020, 1, day), 90 if day in (3, 5, 12) else 30)
        for day in range(1, 13)
    ]
    assert paths(slideshow.spread(album, 4)) == ["old", "new03", "new05", "new12"]


@pytest.mark.parametrize(
    ("sizes", "places", "expected"),
    [
        ([1, 9, 9], 7, [1, 3, 3]),
        ([5, 5, 5, 5], 2, [0, 1, 0, 1]),
        ([2, 3], 99, [2, 3]),
        ([], 5, []),
    ],
)
def test_shares(sizes: list[int], places: int, expected: list[int]) -> None:
    assert slideshow.share(sizes, places) == expected


@given(st.lists(st.integers(0, 30), max_size=12), st.integers(0, 80))
def test_shares_are_used_up_and_even(sizes: list[int], places: int) -> None:
    given_out = slideshow.share(sizes, places)
    assert sum(given_out) == min(places, sum(sizes))
    assert all(0 <= got <= size for got, size in zip(given_out, sizes, strict=True))
    hungry = [got for got, size in zip(given_out, sizes, strict=True) if got < size]
    assert not hungry or max(given_out) - min(hungry) <= 1


dates = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2003, 1, 1)).map(
    lambda date: date.replace(microsecond=0)
)
albums = st.lists(
    st.builds(
        candidate,
        st.integers(0, 40).map(str),
        dates,
        st.floats(1, 500),
        score=st.floats(0.1, 1),
    ),
    min_size=1,
    max_size=40,
).map(lambda album: [c for c in album if c.taken == first_date(album, c.photo_path)])


def first_date(album: list[Candidate], path: str) -> datetime | None:
    return next(c.taken for c in album if c.photo_path == path)


@given(albums, st.integers(1, 12), st.randoms())
def test_every_show_keeps_its_promises(album: list[Candidate], most: int, random: Random) -> None:
    show = slideshow.plan("Rosa", album, most)
    shown = [slide.candidate for slide in show.slides]
    assert 1 <= len(shown) <= most
    assert len({photo.photo_path for photo in shown}) == len(shown)
    keys = [(photo.taken is None, photo.taken or NOON, photo.photo_path) for photo in shown]
    assert keys == sorted(keys)
    for slide, following in zip(show.slides, show.slides[1:], strict=False):
        assert following.start == slide.start + slide.duration - show.crossfade
    assert show.slides[0].start == slideshow.TITLE_SECONDS - show.crossfade
    assert show.seconds == show.slides[-1].start + show.slides[-1].duration
    assert show.seconds == slideshow.length(len(shown))
    mixed = list(album)
    random.shuffle(mixed)
    assert slideshow.plan("Rosa", mixed, most) == show


def test_nothing_to_show_and_no_slides_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one photo"):
        slideshow.plan("Rosa", [], 5)
    with pytest.raises(ValueError, match="most"):
        slideshow.plan("Rosa", [candidate("a")], 0)


# -- what is written ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ({"caption": "On  the\nboat"}, ("On the boat", "1 May 2020 · Lake")),
        ({"caption": ""}, ("Lake", "1 May 2020")),
        ({"caption": "Boat", "album": "2020 Lake"}, ("Boat", "1 May 2020 · Lake")),
        ({"caption": "Boat", "album": "2020"}, ("Boat", "1 May 2020 · 2020")),
        ({"caption": "Boat", "taken": None, "album": ""}, ("Boat",)),
        ({"taken": None, "album": ""}, ()),
    ],
)
def test_caption_lines(more: dict[str, Any], lines: tuple[str, ...]) -> None:
    assert slideshow.caption_lines(candidate("a", **more)) == lines


def test_subtitle_spans_the_years() -> None:
    album = [candidate("a", datetime(1999, 1, 1)), candidate("b"), candidate("c", None)]
    assert slideshow.plan("Rosa", album, 9).subtitle == "1999 – 2020 · 3 photos"
    assert slideshow.plan("Rosa", album[1:2], 9).subtitle == "2020 · 1 photo"
    assert slideshow.plan("Rosa", album[2:], 9).subtitle == "1 photo"


def test_letters_that_pillows_font_lacks_are_spelled_plainly() -> None:
    font = lettering.pillows_font(20)
    assert lettering.missing("Jürgen", font) == {"ü"}
    assert lettering.spelled("Jürgen Øystein – Groß 李", font) == "Jurgen Oystein - Gross"


@given(st.text(st.sampled_from("abc äßł–\u00a0李"), max_size=60), st.integers(1, 3))
def test_fitted_lines_fit_and_can_be_drawn(text: str, most_lines: int) -> None:
    font = lettering.pillows_font(20)
    lines = lettering.fitted(text, font, 150, most_lines)
    assert len(lines) <= most_lines
    assert all(font.getlength(line) <= 150 and not lettering.missing(line, font) for line in lines)


def test_a_text_that_is_cut_says_so() -> None:
    font = lettering.pillows_font(20)
    assert lettering.fitted("one two three", font, 60, 2) == ["one", "two…"]
    assert lettering.fitted("one two", font, 500, 2) == ["one two"]


# -- motion ------------------------------------------------------------------------------------


@st.composite
def scenes(draw: st.DrawFn) -> tuple[int, int, Box, float]:
    width, height = draw(st.integers(40, 6000)), draw(st.integers(40, 6000))
    left, right = sorted(draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
    top, bottom = sorted(draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
    face = Box(left * width, top * height, (right - left) * width, (bottom - top) * height)
    return width, height, face, draw(st.sampled_from([16 / 9, 4 / 3, 1.0, 9 / 16]))


@given(scenes(), st.floats(0, 1))
def test_the_whole_face_is_in_every_view(
    scene: tuple[int, int, Box, float], progress: float
) -> None:
    width, height, face, aspect = scene
    wide, close = motion.views(width, height, face, aspect)
    slack = 1e-9 * max(wide.width, wide.height)
    for view in (wide, close, motion.between(wide, close, progress)):
        assert_holds(view, face, slack)
        assert view.width / view.height == pytest.approx(aspect)
    assert_holds(wide, close, slack)
    assert wide.width / close.width <= motion.ZOOM + 1e-9


@given(scenes())
def test_a_view_shows_nothing_beyond_the_photo_or_all_of_it(
    scene: tuple[int, int, Box, float],
) -> None:
    width, height, face, aspect = scene
    wide, _ = motion.views(width, height, face, aspect)
    photo = Box(0, 0, width, height)
    slack = 1e-9 * max(wide.width, wide.height)
    if wide.width <= width + slack and wide.height <= height + slack:
        assert_holds(photo, wide, slack)
    else:
        assert_holds(wide, photo, slack)


def assert_holds(outer: Box, inner: Box, slack: float) -> None:
    assert outer.left <= inner.left + slack
    assert outer.top <= inner.top + slack
    assert outer.right >= inner.right - slack
    assert outer.bottom >= inner.bottom - slack


def test_landscape_fills_the_frame_and_portrait_is_shown_whole() -> None:
    assert motion.views(1200, 900, Box(500, 400, 100, 100), 16 / 9)[0] == Box(0, 100, 1200, 675)
    assert motion.views(900, 1200, Box(400, 300, 100, 100), 2.0)[0] == Box(-750, 0, 2400, 1200)


def test_motion_is_steady_below_one_pixel() -> None:
    photo = PILImage.new("RGB", (640, 360))
    photo.paste((255, 255, 255), (100, 60, 140, 100))
    stage = slide_images.stage(photo, candidate("a", face=Box(400, 200, 60, 60)), SMALL)
    columns = np.arange(SMALL[0])
    centres = []
    for step in range(40):
        light = np.asarray(stage.frame(SMALL, step / 39), dtype=float)[..., 0].sum(axis=0)
        centres.append((light * columns).sum() / light.sum())
    moves = np.diff(centres)
    assert 0.5 < abs(moves.mean()) < 1
    assert np.abs(np.diff(moves)).max() < 0.15  # whole pixels would make steps of 1


def test_beside_a_portrait_photo_is_its_own_dark_blur() -> None:
    photo = PILImage.new("RGB", (90, 160), (200, 40, 40))
    stage = slide_images.stage(photo, candidate("a", face=Box(30, 30, 20, 20)), SMALL)
    frame = stage.frame(SMALL, 0.0)
    assert frame.getpixel((160, 90)) == (200, 40, 40)
    assert frame.getpixel((10, 90)) == (100, 20, 20)
