"""Who is not somebody, who is the same, who is different: what the library then shows."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from labeler import journal
from labeler.errors import LabelerError, UnknownPersonError
from labeler.groups.steps import numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import history, naming
from labeler.people.steps.listing import list_faces, list_groups
from labeler.types import Recognition

from .conftest import in_clusters
from .test_store import add, found_face, photo


def four_faces(folder: Path) -> Library:
    """Return a library with the faces 1 to 4, of which 1 and 2, and 3 and 4, are a group."""
    library = Library.create(folder)
    add(library, photo("/p/a.jpg", "hash-a", *(found_face(left) for left in (0, 100, 200, 300))))
    library.write_clusters(in_clusters(library.faces().ids, [0, 0, 1, 1]))
    return library


def shown(library: Library) -> list[int | None]:
    return [row.cluster for row in list_faces(library)]


def test_links_show_at_once_and_vanish_when_undone(tmp_path: Path) -> None:
    library = four_faces(tmp_path)
    together = naming.same_faces(library, [2, 3])
    assert shown(library) == [0, 0, 0, 0]
    assert [group.faces for group in list_groups(library)] == [(1, 2, 3, 4)]
    assert numbering.cluster_members(library, [0]) == [1, 2, 3, 4]
    with pytest.raises(LabelerError, match="no cluster 1"):
        numbering.cluster_members(library, [1])
    naming.different_faces(library, [[1, 3], [2, 4]])
    assert shown(library) == [0, 2, 0, 2]
    library.write_setting("next_cluster", 9)
    assert shown(library) == [0, 9, 0, 9]
    history.undo(library)
    history.undo(library, together)
    assert shown(library) == [0, 0, 1, 1]
    assert library.faces().clusters.tolist() == [0, 0, 1, 1]  # what was computed stays


def test_links_survive_new_ids_of_the_faces(tmp_path: Path) -> None:
    library = four_faces(tmp_path)
    naming.same_faces(library, [2, 3])
    naming.different_faces(library, [[1, 2], [4]])
    with sqlite3.connect(library.path) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM photos")
    assert standing.labels(library).links == ()
    add(library, photo("/q/a.jpg", "hash-a", *(found_face(left) for left in (0, 100, 200, 300))))
    first, second, third, fourth = library.faces().ids.tolist()
    assert first != 1
    assert standing.labels(library).links == (
        (frozenset({second, third}),),
        (frozenset({first, second}), frozenset({fourth})),
    )


def test_a_rejection_takes_the_name_and_needs_somebody_known(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    for number in range(4):
        add(library, photo(f"/p/{number}.jpg", f"hash-{number}", found_face(0)))
    with pytest.raises(UnknownPersonError, match="nobody called Rosa; give names"):
        naming.reject_faces(library, [1], "Rosa")
    naming.name_faces(library, [1, 2], "Rosa")
    with pytest.raises(UnknownPersonError, match="did you mean Rosa"):
        naming.reject_faces(library, [1], "rosaa")
    entry = naming.reject_faces(library, [2, 3], " rosa ")
    labels = standing.labels(library)
    assert (labels.names, labels.rejected) == ({1: "Rosa"}, {2: {"Rosa"}, 3: {"Rosa"}})
    library.write_recognitions([Recognition(face, "Rosa", 0.99) for face in (3, 4)])
    assert [row.person for row in list_faces(library)] == ["Rosa", None, None, "Rosa"]
    history.undo(library, entry)
    assert [row.person for row in list_faces(library)] == ["Rosa"] * 4
    library.write_recognitions([Recognition(4, "Emil", 0.99)])
    naming.reject_faces(library, [4], "Emil")  # a name in use, though only automatically
    assert list_faces(library)[3].person is None


def test_links_that_say_nothing_are_refused(tmp_path: Path) -> None:
    library = four_faces(tmp_path)
    with pytest.raises(LabelerError, match="at least two"):
        naming.same_faces(library, [1, 1])
    with pytest.raises(LabelerError, match="No faces were chosen"):
        naming.same_faces(library, [])
    with pytest.raises(LabelerError, match="at least two sets"):
        naming.different_faces(library, [[1, 2]])
    with pytest.raises(LabelerError, match="at least two sets"):
        naming.different_faces(library, [[1, 2], []])
    with pytest.raises(LabelerError, match="Face 2 is in two of the sets"):
        naming.different_faces(library, [[1, 2], [2, 3]])
    with pytest.raises(LabelerError, match="no face 99"):
        naming.different_faces(library, [[1], [99]])
    assert library.journal() == []


def test_the_same_link_twice_in_the_journal_is_undone_one_by_one(tmp_path: Path) -> None:
    library = four_faces(tmp_path)
    first, second = (naming.same_faces(library, [1, 4]) for _ in range(2))
    assert [entry.action for entry in library.journal()] == [journal.SAME] * 2
    history.undo(library, second)
    assert shown(library) == [0, 0, 0, 0]
    history.undo(library, first)
    assert shown(library) == [0, 0, 1, 1]
