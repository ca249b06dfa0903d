"""The search of the dashboard without a browser: what it offers, finds and keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.search import page as search_page
from dashboard.search import views as search_views
from dashboard.search.searcher import Searcher
from dashboard.shell import app
from dashboard.shell.session import Session
from dashboard.shell.snapshot import Snapshot, Snapshots
from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.search.steps.search import matching_photos
from labeler.types import Metadata

from .conftest import clusters_by_person
from .test_search import add, photo


@pytest.fixture
def library(demo_library: Library) -> Library:
    for person, cluster in clusters_by_person(demo_library).items():
        naming.name_faces(demo_library, numbering.cluster_members(demo_library, [cluster]), person)
    return demo_library


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ro", ["Rosa"]),
        ("rosa", ["Rosa"]),
        ("rosa + jos", ["rosa + José"]),
        ("rosa -mar", ['rosa -"Anna Maria"', "rosa -Maria"]),
        ("2008 anna m", ['2008 "Anna Maria"']),
        ('2008 "anna m', ['2008 "Anna Maria"']),
        ("(ro", ["(Rosa"]),
        ("Rosa", []),
        ("cake", []),
        ("rosa ", []),
        ("", []),
    ],
)
def test_how_a_search_may_go_on(text: str, found: list[str]) -> None:
    names = ["Anna Maria", "José", "Maria", "Rosa"]
    assert search_views.completions(names, text) == found


def test_every_example_finds_something(library: Library) -> None:
    snapshot = Snapshots(library).current()
    searcher = Searcher(library)
    fields = searcher.data(snapshot).fields
    examples = search_views.examples(snapshot, fields.albums, fields.located)
    texts = [text for text, _ in examples]
    assert texts[:3] == ["Rosa", "Rosa + Henrik", "only Rosa"]
    found = {text: len(searcher.find(snapshot, text).photo_ids) for text in texts}
    assert all(number < 84 for number in found.values())
    assert {text for text, number in found.items() if not number} == {"gps"}
    assert [text for text, _ in search_views.examples(Snapshot(), {}, {})] == ["faces>=3", "gps"]


def test_the_dashboard_finds_what_the_command_finds(library: Library) -> None:
    """Also after somebody else has named faces, or indexed photos."""
    snapshots, searcher = Snapshots(library), Searcher(library)

    def both(text: str) -> set[int]:
        found = set(searcher.find(snapshots.current(), text).photo_ids)
        assert found == matching_photos(library, text)
        return found

    for text in ("rosa", "rosa -henrik | clara", "only rosa", "unnamed", "faces:0", "img -2008"):
        both(text)
    before = both("rosa")
    naming.unlabel_faces(library, [row.face for row in snapshots.current().of_person["Rosa"][:3]])
    assert len(both("person:rosa")) < len(before)
    add(library, photo("/p/lighthouse.jpg", "x"))
    (new,) = both("lighthouse")
    assert both("faces:0 -2008") >= {new}


def test_places_are_offered_and_found(library: Library) -> None:
    lisbon, new_york = (38.7112, -9.1277), (40.707, -74.003)
    for name, (latitude, longitude) in (("a", lisbon), ("b", new_york), ("c", new_york)):
        known = Metadata(latitude=latitude, longitude=longitude)
        add(library, photo(f"/p/{name}.jpg", name, known))
    snapshot, searcher = Snapshots(library).current(), Searcher(library)
    fields = searcher.data(snapshot).fields
    examples = dict(search_views.examples(snapshot, fields.albums, fields.located))
    assert 'in:"New York City"' in examples
    for text, number in (('in:"New York City"', 2), ("alfama", 1), ("lisboa | usa", 3)):
        assert len(searcher.find(snapshot, text).photo_ids) == number
    names = searcher.names(snapshot)
    assert names.index("Rosa") < names.index("Alfama")
    assert search_views.completions(names, "rosa new y") == [
        'rosa "New York"',
        'rosa "New York City"',
        'rosa "New York County"',
    ]


def test_names_over_http(library: Library) -> None:
    client = app.create_app(Session(library)).server.test_client()
    answer = client.get("/search-names.json", query_string={"q": "rosa + hen"})
    assert json.loads(answer.data) == ["rosa + Henrik"]


def test_small_pictures_over_http(library: Library, tmp_path: Path) -> None:
    client = app.create_app(Session(library)).server.test_client()
    small, large = client.get("/small-photos/1.jpg"), client.get("/photos/1.jpg")
    assert small.status_code == large.status_code == 200
    assert 1000 < len(small.data) < len(large.data)
    small.close()
    large.close()
    assert client.get("/small-photos/999.jpg").status_code == 404


def test_the_page_says_what_words_are_nothing(library: Library) -> None:
    snapshot, searcher = Snapshots(library).current(), Searcher(library)
    for text in ("rosa | xyzzy", "xyzzy"):
        shown = str(search_page.found(text, searcher.find(snapshot, text), []))
        assert "Nobody is called xyzzy, and it is in no caption" in shown
