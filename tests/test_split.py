"""Dividing groups and people in a library, and taking it back."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest

from labeler import journal
from labeler.errors import LabelerError, UnknownPersonError
from labeler.groups.steps import numbering
from labeler.groups.steps.group import cluster
from labeler.journal import describe
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import history, naming
from labeler.people.steps.listing import list_faces, list_people
from labeler.people.steps.recognize import recognize
from labeler.people.steps.split import apply, propose
from labeler.types import Recognition

from .conftest import clusters_by_person, true_names
from .test_cli import Shell


def faces_of(library: Library, number: int) -> list[int]:
    return numbering.cluster_members(library, [number])


def mixed(library: Library, one: str, other: str) -> tuple[int, set[int], set[int]]:
    """Put two people into one cluster; return its number and the faces of both, most first."""
    numbers = clusters_by_person(library)
    sets = sorted((set(faces_of(library, numbers[who])) for who in (one, other)), key=len)
    naming.same_faces(library, sets[0] | sets[1])
    return min(numbers[one], numbers[other]), sets[1], sets[0]


def state(library: Library) -> list[tuple[int, int | None, str | None, frozenset[str]]]:
    return [(row.face, row.cluster, row.person, row.rejected) for row in list_faces(library)]


def test_a_proposal_finds_the_two_people_and_changes_nothing(demo_library: Library) -> None:
    number, large, small = mixed(demo_library, "Rosa", "Emil")
    before, entries = state(demo_library), len(demo_library.journal())
    for parts in (None, 2):
        division = propose(demo_library, cluster=number, parts=parts)
        assert [set(part.faces) for part in division.parts] == [large, small]
        assert (division.person, division.entry) == (None, None)
    assert (state(demo_library), len(demo_library.journal())) == (before, entries)
    first, second = division.parts
    rows = {row.face: row for row in list_faces(demo_library)}
    assert first.photos == len({rows[face].photo for face in large})
    assert second.clusters == (number,)
    taken = [rows[face].taken for face in small]
    dates = [date for date in taken if isinstance(date, datetime)]
    assert (second.first, second.last) == (min(dates), max(dates))
    assert first.cohesion is not None
    assert first.cohesion > 0.02
    assert len(propose(demo_library, cluster=number, parts=5).parts) == 5


def test_dividing_a_cluster_is_one_entry_and_one_undo(demo_library: Library) -> None:
    number, large, small = mixed(demo_library, "Rosa", "Emil")
    before = state(demo_library)
    entries = demo_library.journal()
    division = apply(demo_library, propose(demo_library, cluster=number))
    added = demo_library.journal()[len(entries) :]
    assert [(entry.id, entry.action) for entry in added] == [(division.entry, journal.DIFFERENT)]
    assert [len(part.clusters) for part in division.parts] == [1, 1]
    assert division.parts[0].clusters == (number,)
    for part, faces in zip(division.parts, (large, small), strict=True):
        assert set(faces_of(demo_library, part.clusters[0])) == faces
    assert history.undo(demo_library) == division.entry
    assert state(demo_library) == before


def test_a_person_who_is_two_stays_the_larger_part(demo_library: Library) -> None:
    number, large, small = mixed(demo_library, "Rosa", "Emil")
    naming.name_faces(demo_library, large | small, "Rosa")
    before, entries = state(demo_library), len(demo_library.journal())
    division = apply(demo_library, propose(demo_library, person=" Rosa"))
    assert len(demo_library.journal()) == entries + 1
    assert [part.person for part in division.parts] == ["Rosa", None]
    assert describe(demo_library.journal()[-1]) == "divided Rosa into 2 people"
    labels = standing.labels(demo_library)
    assert labels.names == dict.fromkeys(large, "Rosa")
    assert labels.rejected == dict.fromkeys(small, frozenset({"Rosa"}))
    cluster(demo_library)  # what was said holds in a new grouping as well
    recognize(demo_library)
    grouped = {row.face: row.cluster for row in list_faces(demo_library)}
    homes = [{grouped[face] for face in faces} for faces in (large, small)]
    assert homes == [{number}, homes[1]]
    assert number not in homes[1]
    carriers = {row.face for row in list_faces(demo_library) if row.person == "Rosa"}
    assert large <= carriers
    assert not carriers & small
    assert history.undo(demo_library) == division.entry
    demo_library.write_recognitions([])
    assert [(face, person) for face, _, person, _ in state(demo_library)] == [
        (face, person) for face, _, person, _ in before
    ]


def test_automatic_names_are_divided_as_well(demo_library: Library) -> None:
    _, large, small = mixed(demo_library, "Rosa", "Emil")
    naming.name_faces(demo_library, list(large)[:1], "Rosa")
    others = (large | small) - set(list(large)[:1])
    demo_library.write_recognitions([Recognition(face, "Rosa", 0.99) for face in others])
    apply(demo_library, propose(demo_library, person="Rosa"))
    assert {row.face for row in list_faces(demo_library) if row.person == "Rosa"} == large
    assert [row.faces for row in list_people(demo_library)] == [len(large)]


def test_a_cluster_keeps_its_name_where_the_user_gave_it(demo_library: Library) -> None:
    number, large, small = mixed(demo_library, "Rosa", "Emil")
    naming.name_faces(demo_library, small, "Emil")
    division = propose(demo_library, cluster=number)
    assert [part.person for part in division.parts] == [None, "Emil"]
    apply(demo_library, division)
    labels = standing.labels(demo_library)
    assert labels.names == dict.fromkeys(small, "Emil")
    assert labels.rejected == dict.fromkeys(large, frozenset({"Emil"}))


def test_what_cannot_be_divided_is_said_and_nothing_is_written(demo_library: Library) -> None:
    number, large, small = mixed(demo_library, "Rosa", "Emil")
    entries = len(demo_library.journal())
    with pytest.raises(UnknownPersonError, match="nobody called Rosa"):
        propose(demo_library, person="Rosa")
    with pytest.raises(LabelerError, match="no cluster 999"):
        propose(demo_library, cluster=999)
    faces = len(large | small)
    with pytest.raises(LabelerError, match=f"{faces} faces cannot become {faces + 1} people"):
        propose(demo_library, cluster=number, parts=faces + 1)
    assert len(demo_library.journal()) == entries
    naming.name_faces(demo_library, [min(large)], "Rosa")
    with pytest.raises(LabelerError, match="A single face cannot be divided"):
        propose(demo_library, person="Rosa")
    naming.name_faces(demo_library, [min(small)], "Emil")
    with pytest.raises(LabelerError, match="called Emil and Rosa; `labeler cluster` takes"):
        propose(demo_library, cluster=number)


def test_faces_on_one_photo_come_into_different_parts(demo_library: Library) -> None:
    numbers = clusters_by_person(demo_library)
    truth = true_names(demo_library)
    number, large, small = mixed(demo_library, "Rosa", "Felix")
    division = propose(demo_library, cluster=number, parts=2)
    rows = {row.face: row for row in list_faces(demo_library)}
    for part in division.parts:
        assert max(Counter(rows[face].photo for face in part.faces).values()) == 1
        assert len({truth[face] for face in part.faces}) == 1
    assert {"Rosa", "Felix"} <= set(numbers)
    assert large | small == {face for part in division.parts for face in part.faces}


def test_the_command(demo_library: Library) -> None:
    number, large, small = mixed(demo_library, "Rosa", "Emil")
    naming.name_faces(demo_library, large | small, "Rosa")
    shell = Shell(demo_library.folder)
    assert "either --cluster N or --person NAME" in shell.fails(2, "split")
    both = ("split", "--cluster", number, "--person", "Rosa")
    assert "either --cluster N or --person NAME" in shell.fails(2, *both)
    assert "--into" in shell.fails(2, "split", "--person", "Rosa", "--into", 1)
    assert "did you mean Rosa?" in shell.fails(1, "split", "--person", "Rossa")
    document = shell.json("split", "--cluster", number)
    assert list(document) == ["cluster", "person", "parts", "seems_one", "applied", "entry"]
    assert (document["cluster"], document["person"]) == (number, "Rosa")
    assert (document["applied"], document["entry"]) == (False, None)
    keys = ["faces", "photos", "person", "clusters", "first", "last", "cohesion"]
    assert [list(part) for part in document["parts"]] == [keys] * 2
    assert [set(part["faces"]) for part in document["parts"]] == [large, small]
    lines = shell.run("split", "--person", "Rosa").stdout.splitlines()
    faces = len(large) + len(small)
    assert lines[0] == f"Rosa ({faces} faces) would be divided into 2 people:"
    assert lines[2].split()[:3] == ["1", str(len(large)), str(document["parts"][0]["photos"])]
    assert lines[-1] == "This was the proposal; add --apply to carry it out."
    said = shell.run("split", "--person", "Rosa", "--apply").stdout
    assert f"Rosa ({faces} faces) is now divided into 2 people:" in said
    assert "one decision: Undo" in said
    people = shell.json("people")
    assert [(row["person"], row["faces"]) for row in people] == [("Rosa", len(large))]
    again = shell.json("split", "--person", "Rosa", "--into", 3, "--apply")
    assert again["applied"] is True
    assert again["entry"] == Library(demo_library.folder).journal()[-1].id
    assert [part["person"] for part in again["parts"]] == ["Rosa", None, None]
