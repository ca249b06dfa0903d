from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PILImage

from labeler.slideshows import captions, motion, selection, slideshow
from labeler.slideshows.io import lettering, slide_images
from labeler.slideshows.io.slide_photos import Sights
from labeler.slideshows.slideshow import Candidate, Show, ShownFace, Slide
from labeler.types import Box

NOON = datetime(2020, 5, 1, 12, 0, 0)
SMALL = (320, 180)


def candidate(
    path: str, taken: datetime | None = NOON, side: float = 100, **more: Any
) -> Candidate:
    face = more.pop("face", Box(10, 10, side, side))
    facts: dict[str, Any] = {"caption": "", "album": "Lake", "width": 1000, "height": 800}
    facts["faces"] = (ShownFace("Rosa", face, more.pop("score", 0.9), more.pop("sharpness", 0)),)
    return Candidate(photo_path=path, taken=taken, **(facts | more))


def paths(candidates: Iterable[Candidate]) -> list[str]:
    return [chosen.photo_path for chosen in candidates]


def show_of(photos: list[Candidate]) -> Show:
    slides = tuple(Slide(photo, 0, 0, ()) for photo in photos)
    show = Show("Rosa", "", ("Rosa",), photos[0], slides)
    return slideshow.evenly_timed(show, slideshow.SLIDE_SECONDS)


# -- selection -------------------------------------------------------------------------------


def test_slides_are_chronological_and_undated_photos_come_last() -> None:
    album = [
        candidate("z", None),
        candidate("b", NOON),
        candidate("a", None),
        candidate("c", NOON - timedelta(days=1)),
    ]
    assert paths(selection.choose(album, 10)) == ["c", "b", "a", "z"]


def test_a_photo_that_is_there_twice_counts_once() -> None:
    twice = [candidate("a", content_hash="x"), candidate("b", content_hash="x"), candidate("c")]
    assert paths(selection.one_per_photo(twice)) == ["b", "c"]


def test_a_burst_keeps_the_photo_with_the_best_face() -> None:
    burst = [
        candidate("a", NOON, 50),
        candidate("b", NOON + timedelta(seconds=2), 90),
        candidate("c", NOON + timedelta(seconds=4), 70),
        candidate("d", NOON + timedelta(seconds=7), 20),
    ]
    assert paths(selection.thin_bursts(burst)) == ["b", "d"]
    burst[2] = candidate("c", NOON + timedelta(seconds=4), 70, content_hash="keep")
    assert paths(selection.thin_bursts(burst, {"keep"})) == ["c", "d"]


def test_of_two_faces_of_one_size_the_sharper_one_is_better() -> None:
    blurred, sharp = candidate("a", sharpness=2.0), candidate("b", sharpness=50.0)
    assert selection.quality(sharp) > selection.quality(blurred)
    assert paths(selection.thin_bursts([blurred, sharp])) == ["b"]


def test_scanned_photos_dated_midnight_and_undated_photos_are_no_burst() -> None:
    scans = [candidate(path, datetime(1974, 1, 1)) for path in "abc"]
    assert paths(selection.thin_bursts(scans)) == ["a", "b", "c"]
    undated = [candidate(path, None) for path in "abc"]
    assert paths(selection.thin_bursts(undated)) == ["a", "b", "c"]


def test_years_share_the_slides_and_the_best_of_each_run_is_kept() -> None:
    album = [candidate("old", datetime(1999, 1, 1))]
    album += [
        candidate(f"new{day:02}", datetime(2020, 1, day), 90 if day in (3, 5, 12) else 30)
        for day in range(1, 13)
    ]
    assert paths(selection.spread(album, 4)) == ["old", "new03", "new05", "new12"]
    best = selection.choose(album, None, best_per_year=2)
    assert paths(best) == ["old", "new05", "new12"]
    assert paths(selection.choose(album, 2, best_per_year=2)) == ["old", "new12"]


def test_photos_that_look_alike_make_room_for_others() -> None:
    half = (1 << 128) - 1
    looks = {"a": half, "b": half - 3, "c": half >> 40, "d": half << 128}
    album = [
        candidate(path, NOON + timedelta(minutes=3 * place), 50 + place)
        for place, path in enumerate("abcd")
    ]
    asked = []

    def look(photo: Candidate) -> int:
        asked.append(photo.photo_path)
        return looks[photo.photo_path]

    # b is a copy of a, and c looks like both and was taken soon after b; a goes, then b.
    assert paths(selection.choose(album, 9, fingerprint=look)) == ["c", "d"]
    assert sorted(asked) == ["a", "b", "c", "d"], "no photo is looked at twice"
    later = [*album[:2], candidate("c", NOON + timedelta(hours=1), 52), album[3]]
    assert paths(selection.choose(later, 9, fingerprint=look)) == ["b", "d", "c"]


def test_what_cannot_be_read_makes_room_and_what_is_pinned_stays() -> None:
    album = [candidate(path, NOON + timedelta(days=place)) for place, path in enumerate("abc")]
    album[0] = candidate("a", NOON, 5, content_hash="a")
    unreadable = selection.choose(album, 1, fingerprint=lambda photo: None)
    assert unreadable == []
    chosen = selection.choose(album, 2, fingerprint=lambda photo: 7, pinned={"a"})
    assert paths(chosen) == ["a"], "the others look like it"
    assert paths(selection.choose(album, 1, pinned={"a"})) == ["a"]


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
    assert selection.share(sizes, places) == expected


@given(st.lists(st.integers(0, 30), max_size=12), st.integers(0, 80))
def test_shares_are_used_up_and_even(sizes: list[int], places: int) -> None:
    given_out = selection.share(sizes, places)
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
        sharpness=st.floats(0, 90),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda photo: photo.photo_path,
)


@given(albums, st.integers(1, 12), st.randoms())
def test_every_choice_keeps_its_promises(album: list[Candidate], most: int, random: Random) -> None:
    def look(photo: Candidate) -> int:
        return 1 << int(photo.photo_path) // 2

    chosen = selection.choose(album, most, fingerprint=look)
    assert 1 <= len(chosen) <= most
    assert len(set(map(look, chosen))) == len(chosen) or len(set(map(look, chosen))) == 1
    keys = [(photo.taken is None, photo.taken or NOON, photo.photo_path) for photo in chosen]
    assert keys == sorted(keys)
    mixed = list(album)
    random.shuffle(mixed)
    assert selection.choose(mixed, most, fingerprint=look) == chosen


def test_no_slides_are_refused() -> None:
    with pytest.raises(ValueError, match="most"):
        selection.choose([candidate("a")], 0)
    with pytest.raises(ValueError, match="count"):
        selection.choose([candidate("a")], 5, best_per_year=0)
    assert selection.choose([], 5) == []


# -- time ----------------------------------------------------------------------------------------


@given(st.integers(1, 12), st.floats(1.3, 20))
def test_slides_follow_one_another(count: int, step: float) -> None:
    show = slideshow.timed(show_of([candidate(str(n)) for n in range(count)]), [step] * count)
    assert show.slides[0].start == slideshow.TITLE_SECONDS - show.crossfade
    for slide, following in zip(show.slides, show.slides[1:], strict=False):
        assert following.start == pytest.approx(slide.start + slide.duration - show.crossfade)
    assert show.seconds == pytest.approx(slideshow.TITLE_SECONDS + count * step)


def test_a_show_can_last_as_long_as_its_music() -> None:
    show = show_of([candidate(str(n)) for n in range(10)])
    assert slideshow.lasting(show, 64.0).seconds == pytest.approx(64)
    with pytest.raises(ValueError, match="too short"):
        slideshow.lasting(show, 15.0)


@given(st.floats(0.3, 1.2), st.floats(0, 1), st.integers(1, 15), st.floats(2.3, 9))
def test_slides_change_on_beats(period: float, first: float, count: int, seconds: float) -> None:
    show = slideshow.evenly_timed(show_of([candidate(str(n)) for n in range(count)]), seconds)
    beats = [first + period * number for number in range(round(400 / period))]
    timed = slideshow.on_beats(show, beats)
    for slide in timed.slides:
        middle = slide.start + show.crossfade / 2
        assert min(abs(beat - middle) for beat in beats) < 1e-6
        assert slide.duration >= slideshow.least_step(show) + show.crossfade - 1e-6
    for slide, following in zip(timed.slides, timed.slides[1:], strict=False):
        assert following.start == pytest.approx(slide.start + slide.duration - show.crossfade)
    assert timed.slides[0].start >= 0


def test_without_beats_nothing_moves() -> None:
    show = show_of([candidate(str(n)) for n in range(4)])
    assert slideshow.on_beats(show, []) == show
    assert slideshow.ending(show, 33).seconds == 33


VIENNA = "Vienna, Austria"


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
        # Where no caption is written, the place is told, too.
        ({"place": VIENNA}, ("Lake", "1 May 2020 · Vienna, Austria")),
        ({"place": VIENNA, "caption": "Boat"}, ("Boat", "1 May 2020 · Lake")),
        ({"place": VIENNA, "taken": None}, ("Lake", "Vienna, Austria")),
        # An album that tells the town needs it no second time.
        ({"place": VIENNA, "album": "2020 In Viénna"}, ("In Viénna", "1 May 2020")),
        ({"place": VIENNA, "album": "Viennale"}, ("Viennale", "1 May 2020 · Vienna, Austria")),
        # Albums that nobody has named.
        ({"place": VIENNA, "album": "100CANON"}, ("Vienna, Austria", "1 May 2020")),
        ({"place": VIENNA, "album": "2008Lake"}, ("2008Lake", "1 May 2020 · Vienna, Austria")),
        ({"place": VIENNA, "album": "101_0524"}, ("Vienna, Austria", "1 May 2020")),
        ({"place": VIENNA, "album": "dcim"}, ("Vienna, Austria", "1 May 2020")),
        ({"place": VIENNA, "album": "2020-05-01"}, ("Vienna, Austria", "1 May 2020")),
        ({"place": VIENNA, "album": ""}, ("Vienna, Austria", "1 May 2020")),
        (
            {"place": VIENNA, "album": "100CANON", "caption": "Boat"},
            ("Boat", "1 May 2020 · Vienna, Austria"),
        ),
        ({"album": "100CANON"}, ("100CANON", "1 May 2020")),
    ],
)
def test_caption_lines(more: dict[str, Any], lines: tuple[str, ...]) -> None:
    assert captions.caption_lines(candidate("a", **more)) == lines


def test_subtitle_spans_the_years() -> None:
    album = [candidate("a", datetime(1999, 1, 1)), candidate("b"), candidate("c", None)]
    assert captions.subtitle(album) == "1999 – 2020 · 3 photos"
    assert captions.subtitle(album[1:2]) == "2020 · 1 photo"
    assert captions.subtitle(album[2:]) == "1 photo"


@pytest.mark.parametrize(
    ("taken", "text"),
    [
        (datetime(2003, 3, 10, 9), "aged 59"),
        (datetime(2003, 3, 11, 9), "aged 60"),
        (datetime(1945, 3, 11, 9), "aged 2"),
        (datetime(1945, 3, 10, 9), "aged 23 months"),
        (datetime(1943, 4, 11, 9), "aged 1 month"),
        (datetime(1943, 4, 10, 9), "aged 30 days"),
        (datetime(1943, 3, 11, 9), "born today"),
        (datetime(1943, 3, 10, 9), ""),
        (datetime(2003, 1, 1), ""),  # only the year is known
    ],
)
def test_ages(taken: datetime, text: str) -> None:
    assert captions.age_text(date(1943, 3, 11), taken) == text


def test_captions_tell_ages_and_names_only_where_they_are_needed() -> None:
    births = {"Rosa": date(1943, 3, 11), "Emil": date(2019, 11, 1)}
    photo = candidate("a", caption="Boat")
    assert captions.caption_lines(photo, births) == ("Boat", "1 May 2020 · Lake · aged 77")
    both = candidate("a", faces=(*photo.faces, ShownFace("Emil", Box(0, 0, 9, 9))))
    told = "1 May 2020 · Rosa aged 77, Emil aged 6 months"
    assert captions.caption_lines(both, births) == ("Lake", told)
    assert captions.growing_lines(photo, births) == ("2020", "aged 77")
    assert captions.together(["Rosa", "Emil", "Clara"]) == "Rosa, Emil & Clara"
    assert captions.date_text(datetime(1974, 1, 1)) == "1974"


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
def boxes(draw: st.DrawFn, width: int, height: int) -> Box:
    left, right = sorted(draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
    top, bottom = sorted(draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
    return Box(left * width, top * height, (right - left) * width, (bottom - top) * height)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[int, int, list[Box], list[Box], float]:
    width, height = draw(st.integers(40, 6000)), draw(st.integers(40, 6000))
    faces = draw(st.lists(boxes(width, height), min_size=1, max_size=4))
    others = draw(st.lists(boxes(width, height), max_size=2))
    return width, height, faces, others, draw(st.sampled_from([16 / 9, 4 / 3, 1.0, 9 / 16]))


Scene = tuple[int, int, list[Box], list[Box], float]


@given(scenes(), st.floats(0, 1))
def test_every_whole_face_is_in_every_view(scene: Scene, progress: float) -> None:
    width, height, faces, others, aspect = scene
    wide, close = motion.views(width, height, faces, aspect, others)
    slack = 1e-9 * max(wide.width, wide.height)
    for view in (wide, close, motion.between(wide, close, progress)):
        for face in faces:
            assert_holds(view, face, slack)
        assert view.width / view.height == pytest.approx(aspect)
    assert_holds(wide, close, slack)
    assert wide.width / close.width <= motion.ZOOM + 1e-9


@given(scenes())
def test_a_view_shows_nothing_beyond_the_photo_or_all_of_it(scene: Scene) -> None:
    width, height, faces, others, aspect = scene
    wide, _ = motion.views(width, height, faces, aspect, others)
    photo = Box(0, 0, width, height)
    slack = 1e-9 * max(wide.width, wide.height)
    if wide.width <= width + slack and wide.height <= height + slack:
        assert_holds(photo, wide, slack)
    else:
        assert_holds(wide, photo, slack)


def test_others_stay_in_sight_unless_the_frame_could_not_be_filled_then() -> None:
    rosa, low, high = Box(500, 300, 90, 90), Box(20, 700, 90, 90), Box(900, 10, 90, 90)
    _, close = motion.views(1200, 900, [rosa], 16 / 9, [low])
    assert_holds(close, low, 0)
    assert motion.views(1200, 900, [rosa], 16 / 9)[0].bottom < low.bottom
    both = motion.views(1200, 900, [rosa], 16 / 9, [low, high])
    assert both == motion.views(1200, 900, [rosa], 16 / 9)


def assert_holds(outer: Box, inner: Box, slack: float) -> None:
    assert outer.left <= inner.left + slack
    assert outer.top <= inner.top + slack
    assert outer.right >= inner.right - slack
    assert outer.bottom >= inner.bottom - slack


def test_landscape_fills_the_frame_and_portrait_is_shown_whole() -> None:
    assert motion.views(1200, 900, [Box(500, 400, 100, 100)], 16 / 9)[0] == Box(0, 100, 1200, 675)
    assert motion.views(900, 1200, [Box(400, 300, 100, 100)], 2.0)[0] == Box(-750, 0, 2400, 1200)


def test_motion_is_steady_below_one_pixel() -> None:
    photo = PILImage.new("RGB", (640, 360))
    photo.paste((255, 255, 255), (100, 60, 140, 100))
    stage = slide_images.stage(photo, Sights((Box(400, 200, 60, 60),)), SMALL)
    columns = np.arange(SMALL[0])
    centres = []
    for step in range(40):
        frame = np.asarray(stage.frame(SMALL, step / 39).light, dtype=float)
        light = (frame - 16).sum(axis=0)
        centres.append((light * columns).sum() / light.sum())
    moves = np.diff(centres)
    assert 0.5 < abs(moves.mean()) < 1
    assert np.abs(np.diff(moves)).max() < 0.15  # whole pixels would make steps of 1


def test_beside_a_portrait_photo_is_its_own_dark_blur() -> None:
    photo = PILImage.new("RGB", (90, 160), (200, 40, 40))
    stage = slide_images.stage(photo, Sights((Box(30, 30, 20, 20),)), SMALL)
    frame = stage.frame(SMALL, 0.0)
    # BT.709's brightness of the colour and of its half, in 16…235.
    expected = [16 + (0.2126 * 200 + 0.7152 * 40 + 0.0722 * 40) / 255 * 219 * k for k in (1, 0.5)]
    assert frame.light.getpixel((160, 90)) == pytest.approx(expected[0], abs=1.5)
    assert frame.light.getpixel((10, 90)) == pytest.approx(expected[1], abs=1.5)
