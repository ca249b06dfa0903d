"""One notion of a name: spellings of one person are one person, and contradictions are told."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from dashboard.person import actions as person_actions
from dashboard.shared import actions
from labeler.errors import LabelerError, UnknownPersonError
from labeler.exchange.steps import backups, restore
from labeler.family.steps import kin
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import history, naming, people
from labeler.people.steps.doubts import doubts

from .commanding import command
from .conftest import people_named
from .test_store import KNOWN, add, found_face, photo

TODAY = date(2026, 1, 1)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Eight faces, 1 and 2 of which are on one photo of 5 March 2008; the others are alone."""
    made = Library.create(tmp_path / "library")
    add(made, photo("/p/both.jpg", "hash-0", found_face(0), found_face(100)))
    for number in range(6):
        add(made, photo(f"/p/{number + 3}.jpg", f"hash-{number + 1}", found_face(0)))
    return made


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("mats", "MAts"),
        ("Weiß", "WEISS"),
        ("José", unicodedata.normalize("NFD", "JOSÉ")),
        ("O'Hara", "o’hara"),
        ("Anna Maria", "  anna   maria "),
        ("Jean-Luc", "Jean‑Luc"),
    ],
)
def test_another_spelling_is_the_same_person(library: Library, first: str, again: str) -> None:
    naming.name_faces(library, [1], first)
    assert actions.name(library, [3], again).message == f"Named 1 face {first}"
    assert people_named(library) == [first]
    done = command(library.folder, "name", "--face", 4, again)
    assert done.stdout == f"1 face named {first}.\n"
    naming.name_faces(library, [5], "Emil")
    with pytest.raises(LabelerError, match="There is somebody called"):
        people.rename_person(library, "Emil", again)


def test_accents_make_a_name_of_its_own_which_others_find(library: Library) -> None:
    naming.name_faces(library, [1], "José")
    people.set_birth(library, "jose", date(1990, 1, 2))
    assert standing.labels(library).births == {"José": date(1990, 1, 2)}
    entry = naming.name_faces(library, [3], "Jose")
    (said,) = doubts(library, [entry])
    assert said == "José has a name that sounds like Jose; merge them if they are one person."
    assert doubts(library, [naming.name_faces(library, [4], "Jose")]) == ()  # once is enough
    assert people_named(library) == ["Jose", "José"]
    assert naming.named_person(library, "jose") == "Jose"


def test_a_name_in_use_may_be_spelled_anew(library: Library) -> None:
    naming.name_faces(library, [1], "mats")
    people.rename_person(library, "MATS", "Mats")
    assert people_named(library) == ["Mats"]


def test_a_slip_that_was_taken_away_does_not_stay(library: Library) -> None:
    naming.name_faces(library, [1], "MAts")
    naming.unlabel_faces(library, [1])
    naming.name_faces(library, [1], "Mats")
    assert people_named(library) == ["Mats"]


def two_of_old(library: Library) -> None:
    """Names of a library from before, in which spellings made two people."""
    for face, name in ((3, "mats"), (4, "MAts")):
        naming.append_decision(library, "name", [face], name)


def test_two_people_of_an_old_library_stay_two(library: Library) -> None:
    two_of_old(library)
    naming.name_faces(library, [5], "MAts")
    with pytest.raises(LabelerError, match="There are MAts and mats; write the name exactly"):
        naming.name_faces(library, [6], "MATS")
    with pytest.raises(UnknownPersonError, match="MATS may be MAts or mats"):
        people.hide_person(library, "MATS")
    people.merge_people(library, "mats", "MAts")
    naming.name_faces(library, [6], "MATS")
    assert people_named(library) == ["MAts"]


def test_who_may_be_meant_is_listed(library: Library) -> None:
    for face, name in ((3, "Rosa Lind"), (4, "Rosa Maier"), (5, "Emil")):
        naming.name_faces(library, [face], name)
    with pytest.raises(UnknownPersonError, match="did you mean Rosa Lind or Rosa Maier"):
        people.hide_person(library, "rosa")


def test_kin_and_backups_know_a_person_in_any_spelling(library: Library, tmp_path: Path) -> None:
    naming.name_faces(library, [3], "Rosa")
    naming.name_faces(library, [4], "Emil")
    table = tmp_path / "kin.csv"
    table.write_text("person,is,of\nROSA,parent,emil\n")
    assert kin.import_kin(library, table).changed == (("Rosa", "parent", "Emil"),)
    other = Library.create(tmp_path / "other")
    add(other, *(photo(f"/p/{n + 3}.jpg", f"hash-{n + 1}", found_face(0)) for n in range(6)))
    naming.name_faces(other, [3], "rosa")
    naming.name_faces(other, [4], "emil")
    people.hide_person(other, "rosa")
    restore.restore_backup(library, backups.read_library(other))
    assert people_named(library) == ["Emil", "Rosa"]
    assert standing.labels(library).hidden == {"Rosa"}


# -- contradictions ------------------------------------------------------------------------------


def test_twice_on_a_photo_is_told_and_stays(library: Library) -> None:
    assert doubts(library, [naming.name_faces(library, [1, 3], "Rosa")]) == ()
    entry = naming.name_faces(library, [2], "rosa")
    assert doubts(library, [entry]) == ("Rosa is twice on both.jpg.",)
    assert standing.labels(library).names == {1: "Rosa", 2: "Rosa", 3: "Rosa"}
    history.undo(library, entry)
    done = actions.name(library, [2], "Rosa")
    assert (done.message, done.doubtful) == ("Named 1 face Rosa. Rosa is twice on both.jpg.", True)
    told = command(library.folder, "name", "--face", 2, "Rosa")
    assert told.returncode == 0
    assert told.stderr.splitlines()[0] == "Rosa is twice on both.jpg."


def test_before_the_birth_is_told_and_stays(library: Library) -> None:
    taken = KNOWN.date
    assert taken is not None
    naming.name_faces(library, [3], "Rosa")
    entry = people.set_birth(library, "Rosa", date(taken.year + 1, 1, 1))
    (said,) = doubts(library, [entry])
    assert said.startswith(f"3.jpg is from {taken.date()}, before Rosa was born")
    (said,) = doubts(library, [naming.name_faces(library, [4, 5], "Rosa")])
    assert said.startswith("2 photos of Rosa, such as 4.jpg, are from before the day of birth")
    assert len(standing.labels(library).names) == 3
    message = person_actions.set_birth(library, "Rosa", f"{taken.year + 2}-01-01", TODAY).message
    assert "3 photos of Rosa" in message


def test_people_who_become_one_are_looked_at_together(library: Library) -> None:
    naming.name_faces(library, [1], "Rosa")
    naming.name_faces(library, [2], "Granny")
    done = command(library.folder, "merge", "granny", "ROSA")
    assert done.stdout == "Granny and Rosa are one person, Rosa.\n"
    assert done.stderr.startswith("Rosa is twice on both.jpg.\n")


def test_one_person_twice_without_a_name_is_told(library: Library) -> None:
    assert doubts(library, [naming.same_faces(library, [1, 3])]) == ()
    done = command(library.folder, "same", "--face", 1, "--face", 2)
    assert done.returncode == 0
    assert done.stderr.startswith("That person is twice on both.jpg.\n")


@pytest.mark.parametrize(
    "set_birth",
    [
        lambda library, day: people.set_birth(library, "Rosa", date.fromisoformat(day)),
        lambda library, day: person_actions.set_birth(library, "Rosa", day, TODAY),
    ],
)
def test_nobody_is_born_in_the_future(
    library: Library, set_birth: Callable[[Library, str], object]
) -> None:
    naming.name_faces(library, [1], "Rosa")
    with pytest.raises(LabelerError, match="is still to come; check the year"):
        set_birth(library, "9030-05-20")
    done = command(library.folder, "born", "Rosa", "9030-05-20")
    assert (done.returncode, done.stdout) == (1, "")
    assert standing.labels(library).births == {}
