"""Nobody I care about: who was ignored stays so, with the faces that come later."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dashboard.people import ignored_page
from dashboard.shared import views
from dashboard.shell.snapshot import read_snapshot
from labeler.faces.steps.index import index
from labeler.groups.steps import numbering
from labeler.groups.steps.group import cluster, welcome
from labeler.library.store import Library
from labeler.people.ignored_groups import attracted
from labeler.people.steps import history, naming
from labeler.people.steps.open_groups import open_groups
from labeler.people.steps.recognize import recognize
from labeler.people.steps.status import status

from .conftest import DEMO, clusters_by_person, true_names
from .test_cli import Shell
from .test_home import words


def asked_about(library: Library) -> set[int]:
    return {face for group in open_groups(library) for face in group.faces}


@pytest.fixture
def rosa_is_ignored(tmp_path: Path, demo_library: Library) -> Library:
    """The group of Rosa is ignored; then the inbox comes, with more of her and of others."""
    group = clusters_by_person(demo_library)[WHO]
    naming.ignore_faces(demo_library, numbering.cluster_members(demo_library, [group]))
    index(demo_library, [DEMO / "inbox"])
    welcome(demo_library)
    return demo_library


WHO = "Rosa"


def test_new_faces_of_somebody_ignored_are_not_asked_about(rosa_is_ignored: Library) -> None:
    library = rosa_is_ignored
    truth = true_names(library)
    new = {face for face, who in truth.items() if who == WHO and face > 189}
    assert new
    assert not new & asked_about(library)
    others = {face for face, who in truth.items() if who != WHO}
    assert others <= asked_about(library)
    # It lasts: also when all are grouped anew, and others get names.
    naming.name_faces(library, [f for f, who in truth.items() if who == "Emil"][:1], "Emil")
    recognize(library)
    cluster(library)
    assert not new & asked_about(library)
    assert status(library).attracted == len(new)


def test_it_is_shown_and_can_be_taken_back(rosa_is_ignored: Library) -> None:
    library = rosa_is_ignored
    new = {face for face, who in true_names(library).items() if who == WHO and face > 189}
    shell = Shell(library.folder)
    (group,) = shell.json("ignore", "--list")
    assert set(group["later"]) == new
    assert f"{len(new)} more came later" in shell.run("ignore", "--list").stdout
    assert f"and {len(new)} like them" in shell.run("status").stdout
    snapshot = read_snapshot(library)
    assert snapshot.attracted == new
    row = next(one for one in snapshot.groups if one.cluster == group["cluster"])
    assert row.open == len(new)
    assert row not in views.groups_to_name(snapshot)
    assert f"and {len(new)} that came later" in words(ignored_page.body(snapshot))
    shell.run("unlabel", "--cluster", group["cluster"])
    assert new <= asked_about(library)
    assert shell.run("ignore", "--list").stdout == "Nobody is ignored.\n"
    history.undo(library)
    assert not new & asked_about(library)
    naming.name_faces(library, [min(new)], WHO)  # one of them is somebody after all
    assert new - {min(new)} <= asked_about(library)


def test_one_bad_face_ignores_no_group() -> None:
    ids, groups = np.arange(1, 9), np.array([5, 5, 5, 5, -1, 6, 6, 6])

    def found(ignored: set[int], named: frozenset[int] = frozenset()) -> list[int]:
        return ids[attracted(ids, groups, ignored, named)].tolist()

    assert found({1}) == [2, 3, 4]  # it was alone when it was ignored
    assert found({4}) == []  # one of four
    assert found({1, 2, 3}) == [4]
    assert found({1, 2, 3}, frozenset({4})) == []
    assert found({5}) == []  # in no group
    assert found(set()) == []
