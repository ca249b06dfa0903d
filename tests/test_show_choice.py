from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from labeler.errors import LabelerError, UsageError
from labeler.slideshows.choice import Choice, day, filtered
from labeler.slideshows.slideshow import Candidate, ShownFace
from labeler.types import Box

BOX = Box(1, 1, 10, 10)


def photo(name: str, album: str = "", *people: str, **more: Any) -> Candidate:
    faces = tuple(ShownFace(person, BOX) for person in people or ("Rosa",))
    facts: dict[str, Any] = {"taken": datetime(2019, 9, 15, 12), "caption": ""} | more
    return Candidate(
        f"/home/lisbon/{album}/{name}", album=album, width=90, height=90, faces=faces, **facts
    )


ALBUM = [
    photo("a.jpg", "2019 Lisbon trip", caption="City walk in LISBON"),
    photo("b.jpg", "2019 Lisbon trip", "Rosa", "Emil", keywords=("tram", "sea")),
    photo("c.jpg", "day 1", folders=("Lisbon", "day 1"), others=(BOX,)),
    photo("d.jpg", "2003 Christmas", taken=datetime(2003, 12, 24, 23, 59)),
    photo("lisbon_tram.jpg", "Scans", taken=None),
    photo("f.jpg", "2003 Christmas", "Emil", taken=datetime(2003, 12, 31, 23)),
]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, "abcdlf"),
        ({"all_of_them": True}, "b"),
        ({"nobody_else": True}, "abdlf"),
        ({"since": date(2003, 12, 25)}, "abcf"),
        ({"until": date(2003, 12, 24)}, "d"),
        ({"since": date(2003, 12, 24), "until": date(2003, 12, 31)}, "df"),
        ({"albums": ("lisbon*",)}, "abc"),
        ({"albums": ("2019*", "scans")}, "abl"),
        ({"albums": ("Christmas",)}, "df"),
        ({"not_albums": ("Lisbon*",)}, "dlf"),
        ({"not_albums": ("Lisbon*", "*mas")}, "l"),
        ({"texts": ("lisbon",)}, "al"),
        ({"texts": ("city", "TRAM")}, "abl"),
        ({"not_texts": ("tram",)}, "acdf"),
        ({"texts": ("tram",), "not_texts": ("sea",)}, "l"),
    ],
)
def test_photos_that_are_asked_for(wanted: dict[str, Any], names: str) -> None:
    left = filtered(ALBUM, Choice(("Rosa", "Emil"), **wanted))
    assert "".join(kept.photo_path.rpartition("/")[2][0] for kept in left) == names


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (
            {"albums": ("Lisbon*",), "texts": ("bike",)},
            "Of the 3 photos of Rosa & Emil that were left, none says 'bike' (--text); "
            "ask for less.",
        ),
        (
            {"since": date(2024, 1, 1)},
            "Of the 6 photos of Rosa & Emil that were left, none was taken since 2024-01-01 "
            "(--from); ask for less.",
        ),
        (
            {"all_of_them": True, "not_albums": ("2019*", "x")},
            "The only photo of Rosa & Emil that was left is none that is outside '2019*' or 'x' "
            "(--not-album); ask for less.",
        ),
    ],
)
def test_the_filter_that_left_none_is_told(wanted: dict[str, Any], sentence: str) -> None:
    with pytest.raises(LabelerError) as caught:
        filtered(ALBUM, Choice(("Rosa", "Emil"), **wanted))
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2003", date(2003, 1, 1), date(2003, 12, 31)),
        ("2004-02", date(2004, 2, 1), date(2004, 2, 29)),
        (" 2003-12-24 ", date(2003, 12, 24), date(2003, 12, 24)),
    ],
)
def test_days(text: str, first: date, last: date) -> None:
    assert (day(text), day(text, last=True)) == (first, last)


@pytest.mark.parametrize("text", ["", "03", "2003-13", "2003-02-30", "24.12.2003", "0000", "9999"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(UsageError, match="is no date; write 2003"):
        day(text)
