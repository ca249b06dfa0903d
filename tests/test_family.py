"""Kin, whom people take after, and the family's page, on the demo album."""

from __future__ import annotations

import base64
import io
import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from labeler.errors import LabelerError, UnknownPersonError, UsageError
from labeler.family.family import with_what_follows
from labeler.family.steps import family, kin
from labeler.family.steps.resemble import resemble
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import history, naming, people

from .conftest import true_names
from .sorting import named_library
from .test_cli import Shell

pytestmark = pytest.mark.slow

__all__ = ["named_library"]  # fixture

DEMO_KIN = {
    ("Rosa", "parent", "Clara"),
    ("Henrik", "parent", "Clara"),
    ("Rosa", "parent", "Emil"),
    ("Henrik", "parent", "Emil"),
    ("Clara", "parent", "Nora"),
    ("Jonas", "parent", "Nora"),
    ("Clara", "parent", "Felix"),
    ("Jonas", "parent", "Felix"),
}


@pytest.fixture
def related(named_library: Library, demo_album: Path) -> Library:
    kin.import_kin(named_library, demo_album / "kin.csv")
    return named_library


def test_a_table_is_one_decision_and_a_second_time_changes_nothing(
    named_library: Library, demo_album: Path
) -> None:
    report = kin.import_kin(named_library, demo_album / "kin.csv")
    assert set(report.changed) == standing.labels(named_library).kin == DEMO_KIN
    again = kin.import_kin(named_library, demo_album / "kin.csv")
    assert (again.changed, again.entries, len(again.unchanged)) == ((), (), 8)
    history.undo(named_library)
    assert standing.labels(named_library).kin == frozenset()
    history.redo(named_library)
    assert standing.labels(named_library).kin == DEMO_KIN


def test_kin_are_added_removed_and_listed(named_library: Library) -> None:
    kin.add_kin(named_library, "Clara", [("parent", "Rosa"), ("spouse", "Jonas")])
    kin.add_kin(named_library, "Nora", [("parent", "Clara"), ("sibling", "Felix")])
    assert ("Rosa", "grandparent", "Nora") in kin.known_kin(named_library, "Nora")
    assert kin.known_kin(named_library, "Jonas") == [("Clara", "spouse", "Jonas")]
    kin.remove_kin(named_library, "Felix", [("sibling", "Nora")])  # the other way round is the same
    assert ("Felix", "sibling", "Nora") not in standing.labels(named_library).kin
    people.rename_person(named_library, "Clara", "Klara")
    assert ("Klara", "parent", "Nora") in standing.labels(named_library).kin


def test_what_cannot_be_kin_changes_nothing(named_library: Library, tmp_path: Path) -> None:
    people.set_birth(named_library, "Nora", date(2012, 5, 1))
    people.set_birth(named_library, "Clara", date(2013, 5, 1))
    before = named_library.last_entry()
    with pytest.raises(LabelerError, match="cannot be a parent of Nora"):
        kin.add_kin(named_library, "Nora", [("sibling", "Felix"), ("parent", "Clara")])
    with pytest.raises(UnknownPersonError, match="did you mean Rosa"):
        kin.add_kin(named_library, "Nora", [("parent", "Ros")])
    with pytest.raises(LabelerError, match="Nobody has said"):
        kin.remove_kin(named_library, "Nora", [("parent", "Rosa")])
    table = tmp_path / "kin.csv"
    for text in ("person,is,of\nRosa,aunt,Nora\n", "a,b\n1,2\n", "person,is,of\nRosa,parent\n"):
        table.write_text(text)
        with pytest.raises(LabelerError, match="Line 2"):
            kin.import_kin(named_library, table)
    table.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LabelerError, match="is not text in UTF-8"):
        kin.import_kin(named_library, table)
    assert named_library.last_entry() == before


def test_people_whom_the_library_does_not_know_are_left_out(
    named_library: Library, tmp_path: Path
) -> None:
    table = tmp_path / "kin.csv"
    table.write_text("person,is,of\nRosa,parent,Clara\nZeno,parent,Rosa\n")
    report = kin.import_kin(named_library, table)
    assert report.changed == (("Rosa", "parent", "Clara"),)
    assert report.unknown == ("Zeno",)


def test_children_are_more_like_their_parents_than_like_others(related: Library) -> None:
    found = resemble(related, "Nora", ["Jonas", "Clara", "Ines"])
    assert found.relatives[0].person == "Clara"
    assert [one.score for one in found.relatives] == sorted(
        (one.score for one in found.relatives), reverse=True
    )
    assert found.cohort == "reference"
    assert found.apart
    assert not found.by_age
    assert [(one.one, one.other) for one in found.comparisons] == [
        (found.relatives[0].person, found.relatives[1].person),
        (found.relatives[1].person, found.relatives[2].person),
    ]
    for one in found.relatives:
        assert 0 <= one.low <= one.share <= one.high <= 1
    assert resemble(related, "Nora", ["Jonas", "Clara", "Ines"]) == found  # nothing is random


def test_relatives_are_compared_at_the_same_age_where_that_is_known(related: Library) -> None:
    people.set_birth(related, "Clara", date(1980, 1, 1))
    people.set_birth(related, "Rosa", date(1976, 1, 1))
    people.set_birth(related, "Henrik", date(1975, 1, 1))
    assert resemble(related, "Clara", ["Rosa", "Henrik"]).by_age
    people.set_birth(related, "Henrik", date(1920, 1, 1))
    assert not resemble(related, "Clara", ["Rosa", "Henrik"]).by_age


def test_resemble_says_what_is_wrong(related: Library) -> None:
    with pytest.raises(UnknownPersonError, match="did you mean Clara"):
        resemble(related, "Nora", ["Klara"])
    with pytest.raises(UsageError, match="named twice"):
        resemble(related, "Nora", ["Clara", "Clara"])
    with pytest.raises(UsageError, match="with whom"):
        resemble(related, "Nora", [])
    face = next(face for face, name in true_names(related).items() if name == "Pavel")
    naming.name_faces(related, [face], "Zeno")
    with pytest.raises(LabelerError, match="Zeno is on 1 photo "):
        resemble(related, "Nora", ["Clara", "Zeno"])


def test_the_family_has_everybody_with_everybody(related: Library) -> None:
    found = family.report(related)
    assert {one.person for one in found.members} == {who for a, _, b in DEMO_KIN for who in (a, b)}
    generations = {one.person: one.generation for one in found.members}
    assert (generations["Rosa"], generations["Clara"], generations["Nora"]) == (0, 1, 2)
    assert set(found.kin) == with_what_follows(DEMO_KIN)
    assert {(one.one, one.relation, one.other) for one in found.pairs} == set(found.kin)
    assert [one.person for one in found.children] == ["Clara", "Emil", "Felix", "Nora"]
    for number, row in enumerate(found.matrix):
        assert row[number] is None
        assert [found.matrix[other][number] for other in range(len(row))] == list(row)
    photos = {face: related.face(face)[0].id for face in true_names(related)}
    names = true_names(related)
    for pair in found.face_pairs:
        assert photos[pair.one.face] != photos[pair.other.face]
        assert names[pair.one.face] == pair.one.person
        assert names[pair.other.face] == pair.other.person
    for line in found.years:
        years = [one.year for one in line.years]
        assert years == sorted(set(years))


def test_a_family_needs_kin(named_library: Library) -> None:
    with pytest.raises(LabelerError, match="No kin are known yet"):
        family.report(named_library)
    kin.add_kin(named_library, "Clara", [("parent", "Rosa")])
    kin.add_kin(named_library, "Yuki", [("sibling", "Pavel")])
    assert {one.person for one in family.report(named_library, "Rosa").members} == {"Rosa", "Clara"}
    with pytest.raises(LabelerError, match="No kin of Emil"):
        family.report(named_library, "Emil")


class Page(HTMLParser):
    """What a page refers to, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.words = ""
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_needs_nothing_else_and_its_pictures_tell_nothing_more(
    related: Library, tmp_path: Path
) -> None:
    people.set_birth(related, "Nora", date(2012, 5, 1))
    found = family.report(related)
    out = tmp_path / "family.html"
    family.write_page(related, found, out)
    page = Page()
    page.feed(out.read_text(encoding="utf-8"))
    assert "script" not in page.tags
    pictures = [one for one in page.addresses if one.startswith("data:image/jpeg;base64,")]
    assert page.addresses == pictures  # and nothing else
    assert len(pictures) == len(found.members) + 2 * len(found.face_pairs)
    for one in pictures:
        with Image.open(io.BytesIO(base64.b64decode(one.partition(",")[2]))) as image:
            assert image.size in ((160, 160), (320, 320))
            assert not image.getexif()
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert re.search(r"Nora, 2016 \(aged [34]\)", page.words)
    assert "Over the years" in page.words
    assert str(related.folder) not in page.words
    family.write_page(related, found, out)  # an older page is replaced
    other = tmp_path / "mine.html"
    other.write_text("mine")
    with pytest.raises(LabelerError, match="exists already"):
        family.write_page(related, found, other)
    with pytest.raises(LabelerError, match="that ends in"):
        family.write_page(related, found, tmp_path / "family.pdf")
    assert other.read_text() == "mine"


def test_names_are_only_text_on_the_page(related: Library, tmp_path: Path) -> None:
    people.rename_person(related, "Nora", "<b>Nora & Co</b>")
    out = tmp_path / "family.html"
    family.write_page(related, family.report(related), out)
    assert "<b>Nora & Co</b>" not in out.read_text(encoding="utf-8")
    page = Page()
    page.feed(out.read_text(encoding="utf-8"))
    assert "<b>Nora & Co</b>" in page.words


def test_the_commands(named_library: Library, demo_album: Path, tmp_path: Path) -> None:
    shell = Shell(named_library.folder)
    assert "Say whose kin" in shell.fails(2, "kin", "--parent", "Rosa")
    assert "Say who is no kin" in shell.fails(2, "kin", "Nora", "--remove")
    assert "leave out the rest" in shell.fails(2, "kin", "Nora", "--file", "kin.csv")
    assert "No kin are known" in shell.run("kin").stdout
    assert "No kin are known yet" in shell.fails(1, "family")
    report = shell.json("kin", "--file", demo_album / "kin.csv")
    assert set(report) == {"changed", "unchanged", "entries", "unknown", "refused"}
    said = shell.run("kin", "Clara", "--spouse", "Jonas").stdout
    assert said == "Clara and Jonas are spouses.\n"
    assert ["Clara", "spouse", "Jonas"] in shell.json("kin", "Jonas")
    undone = shell.run("kin", "Clara", "--remove", "--spouse", "Jonas").stdout
    assert undone == "No longer: Clara and Jonas are spouses.\n"
    told = shell.json("resemble", "Nora", "--to", "Clara", "--to", "Jonas")
    assert told["person"] == "Nora"
    assert told["most_alike"] in ("Clara", "Jonas", None)
    assert len(told["sentences"]) == 3
    words = shell.run("resemble", "Nora", "--to", "Clara", "--to", "Jonas").stdout
    assert words.startswith(told["sentences"][0])
    assert "reference" in words
    out = tmp_path / "family.html"
    shown = shell.run("family", "--out", out)
    assert shown.returncode == 0, shown.stderr
    assert "grandparent" in shown.stdout
    assert out.is_file()
    document = json.loads(shell.run("family", "--json").stdout)
    assert {"members", "kin", "pairs", "children", "matrix", "years", "face_pairs"} < set(document)
