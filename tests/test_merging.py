"""Which pairs of groups are offered as one person, and which never again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from labeler.faces.descriptors import DescriptorModel
from labeler.faces.steps import library_finder
from labeler.groups.steps import numbering
from labeler.groups.steps.group import cluster
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.library.whereabouts import GONE
from labeler.people.steps import history, naming
from labeler.people.steps.merging import merges, probability
from labeler.types import MergeCandidates, Recognition

from .conftest import in_clusters
from .test_cli import Shell
from .test_store import MODEL, add, found_face, photo

A, B, C, ALONE = (1, 2, 3), (4, 5), (6, 7), 8
"""The faces of the library: three groups, and one that is in none."""
Pair = tuple[int | None, int | None]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library")
    add(
        library,
        *(photo(f"/p/{n}.jpg", f"hash-{n}", found_face(0, n)) for n in range(1, 9)),
    )
    library.write_clusters(in_clusters(library.faces().ids, [0, 0, 0, 1, 1, 2, 2, -1]))
    offer(library, (2, 4, 0.004), (7, 1, -0.001), (8, 6, -0.01), (5, 3, -0.02))
    return library


def offer(library: Library, *candidates: tuple[int, int, float]) -> None:
    faces = np.array([row[:2] for row in candidates])
    closeness = np.array([row[2] for row in candidates], dtype=np.float32)
    library.write_merge_candidates(MergeCandidates(faces, closeness))


def pairs(library: Library) -> list[Pair]:
    return [merge.clusters for merge in merges(library)]


def test_each_pair_once_and_the_likeliest_first(library: Library) -> None:
    first, second, third = merges(library)
    assert (first.clusters, first.faces, first.examples) == ((0, 1), (3, 2), (2, 4))
    assert (second.clusters, second.faces, second.examples) == ((0, 2), (3, 2), (1, 7))
    assert (third.clusters, third.faces, third.examples) == ((2, None), (2, 1), (6, 8))
    assert first.people == (None, None)
    assert np.isclose(first.closeness, 0.004)
    assert first.probability == probability(first.closeness)
    assert 1 > first.probability > second.probability > third.probability > 0
    assert merges(library, 2) == [first, second]
    assert probability(0.0) == pytest.approx(0.193, abs=0.001)
    assert probability(0.005) == pytest.approx(0.483, abs=0.001)


SETTLED: dict[str, tuple[Callable[[Library], object], list[Pair]]] = {
    "same": (lambda x: naming.same_faces(x, [*A, *B]), [(0, 2), (2, None)]),
    "same, of single faces": (lambda x: naming.same_faces(x, [1, 5]), [(0, 2), (2, None)]),
    "different": (lambda x: naming.different_faces(x, [A, B]), [(0, 2), (2, None)]),
    "different, of two faces": (
        lambda x: naming.different_faces(x, [[1], [5]]),
        [(0, 2), (2, None)],
    ),
    "different, all of three": (lambda x: naming.different_faces(x, [A, B, C]), [(2, None)]),
    "two names": (
        lambda x: (naming.name_faces(x, A, "Rosa"), naming.name_faces(x, [4], "Emil")),
        [(0, 2), (2, None)],
    ),
    "one name": (
        lambda x: (naming.name_faces(x, A, "Rosa"), naming.name_faces(x, [4], "Rosa")),
        [(0, 2), (2, None)],
    ),
    "rejected": (
        lambda x: (naming.name_faces(x, A, "Rosa"), naming.reject_faces(x, [7], "Rosa")),
        [(0, 1), (2, None)],
    ),
    "the one alone rejected": (
        lambda x: (naming.name_faces(x, C, "Rosa"), naming.reject_faces(x, [8], "Rosa")),
        [(0, 1), (0, 2)],
    ),
    "ignored": (lambda x: naming.ignore_faces(x, C), [(0, 1)]),
    "half ignored": (lambda x: naming.ignore_faces(x, [6]), [(0, 1)]),
    "a third ignored": (lambda x: naming.ignore_faces(x, [1]), [(0, 1), (0, 2), (2, None)]),
    "one name alone": (lambda x: naming.name_faces(x, A, "Rosa"), [(0, 1), (0, 2), (2, None)]),
}


@pytest.mark.parametrize("what", SETTLED)
def test_what_is_settled_is_not_asked_again_unless_it_is_undone(
    library: Library, what: str
) -> None:
    before = merges(library)
    say, left = SETTLED[what]
    say(library)
    assert pairs(library) == left
    while history.undo(library):
        pass
    assert merges(library) == before


def test_the_groups_are_those_of_today(library: Library) -> None:
    naming.same_faces(library, [*B, ALONE])
    merged = merges(library)
    assert [(merge.clusters, merge.faces) for merge in merged] == [
        ((0, 1), (3, 3)),
        ((0, 2), (3, 2)),
        ((1, 2), (3, 2)),
    ]
    naming.different_faces(library, [[1, 3], [2]])
    # Face 2, which stood for its group, is alone now; the pair of 5 and 3 stands for the group.
    assert [(merge.clusters, merge.examples) for merge in merges(library)] == [
        ((1, None), (4, 2)),
        ((0, 2), (1, 7)),
        ((1, 2), (8, 6)),
        ((1, 0), (5, 3)),
    ]


def test_names_are_told_and_automatic_ones_settle_nothing(library: Library) -> None:
    library.write_recognitions([Recognition(face, "Emil", 0.99) for face in B])
    naming.name_faces(library, [1], "Rosa")
    assert [merge.people for merge in merges(library)] == [
        ("Rosa", "Emil"),
        ("Rosa", None),
        (None, None),
    ]
    naming.reject_faces(library, [2], "Emil")  # the others are taken for Emil, whom this is not
    assert pairs(library) == [(0, 2), (2, None)]


def test_a_library_without_candidates_or_photos(tmp_path: Path, library: Library) -> None:
    assert merges(Library.create(tmp_path / "empty")) == []
    library.mark_files(["/p/4.jpg"], GONE)
    assert pairs(library) == [(0, 2), (2, None), (0, 1)]  # of which face 5 is left
    library.write_merge_candidates(MergeCandidates(np.empty((0, 2), np.int64), np.empty(0)))
    assert merges(library) == []


@pytest.fixture
def look_alikes(tmp_path: Path) -> Library:
    """A grouped library of twelve pairs of people, some of whom look nearly like one person."""
    library = Library.create(tmp_path / "look-alikes")
    rng = np.random.default_rng(1)
    for family in range(12):
        base = rng.normal(size=64)
        for person in base + rng.normal(size=(2, 64)) * 0.33:
            for number, face in enumerate(person + rng.normal(size=(4, 64)) * 0.2):
                vector = (face / np.linalg.norm(face)).astype(np.float32)
                found = replace(found_face(0), descriptor=vector, sharpness=100.0)
                name = f"{family}-{person[0]}-{number}"
                add(library, photo(f"/p/{name}.jpg", name, found))
    library_finder.remember(library, None, DescriptorModel(MODEL, 0.6))
    cluster(library)
    return library


def test_refused_pairs_do_not_come_back_with_a_new_grouping(look_alikes: Library) -> None:
    before = merges(look_alikes)
    assert len(before) == 6
    members = [
        [numbering.cluster_members(look_alikes, [c]) for c in merge.clusters if c is not None]
        for merge in before
    ]
    different, same = members[0], members[1]
    naming.different_faces(look_alikes, different)
    naming.same_faces(look_alikes, [face for side in same for face in side])
    for again in (False, True):
        if again:
            cluster(look_alikes)
            assert len(look_alikes.merge_candidates().faces) == 4
        offered = [
            {mates(look_alikes, side) for side in merge.examples} for merge in merges(look_alikes)
        ]
        assert [set(map(frozenset, pair)) for pair in members[2:]] == offered


def mates(library: Library, face: int) -> frozenset[int]:
    """Return the faces that are in a group with this one."""
    table = library.faces()
    grouped = numbering.clusters(library, table, standing.labels(library))
    return frozenset(table.ids[grouped == grouped[table.ids == face]].tolist())


def test_the_command(library: Library) -> None:
    naming.name_faces(library, A, "Rosa")
    shell = Shell(library.folder)
    document = shell.json("merges", "--top", 2)
    keys = ["clusters", "people", "faces", "examples", "closeness", "probability"]
    assert [list(row) for row in document] == [keys] * 2
    assert document[0]["clusters"] == [0, 1]
    assert document[0]["people"] == ["Rosa", None]
    assert shell.json("merges")[2]["clusters"] == [2, None]
    lines = shell.run("merges").stdout.splitlines()
    assert lines[0].split() == ["Chance", "Closeness", "One", "Other", "Faces"]
    assert lines[1].split() == [
        "41%",
        "0.0040",
        "group",
        "0",
        "(Rosa)",
        "group",
        "1",
        "3",
        "+",
        "2",
    ]
    assert "face 8" in lines[3]
    choice = "--cluster 0 --cluster 1"
    assert (
        lines[4] == f"Settle a pair with `labeler same {choice}`, or `labeler different {choice}`."
    )
    shell.json("different", "--cluster", 0, "--cluster", 1)
    shell.json("same", "--cluster", 2, "--face", ALONE)
    assert [row["clusters"] for row in shell.json("merges")] == [[0, 2]]
    shell.json("different", "--cluster", 0, "--cluster", 2)
    assert shell.json("merges") == []
    assert "No two groups look like one person" in shell.run("merges").stdout
    assert "--top" in shell.fails(2, "merges", "--top", 0)
