"""Me, or not me: with one person named, and with one photo."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from labeler.faces.steps.index import index
from labeler.groups.steps import numbering
from labeler.groups.steps.group import cluster, welcome
from labeler.library.store import Library
from labeler.people.bands import Effect, offer
from labeler.people.named_groups import NamedGroups, people_without_name, seen_apart
from labeler.people.steps import bands, naming
from labeler.people.steps.recognize import recognize
from labeler.people.steps.stand import stand

from .conftest import DEMO, clusters_by_person, true_names
from .test_cli import Shell


def given_names(library: Library, truth: dict[int, str]) -> Counter[bool]:
    """Return how many of the automatic names are right, and how many wrong."""
    found = stand(library).automatic.items()
    return Counter(truth.get(face) == one.person for face, one in found)


@pytest.mark.parametrize("me", ["Rosa", "Clara", "Emil", "Felix"])
def test_one_photo_of_one_person_is_enough(demo_library: Library, me: str) -> None:
    """Her mother, his sister are in the album, and have no name."""
    truth = true_names(demo_library)
    faces = [face for face, who in truth.items() if who == me]
    naming.name_faces(demo_library, faces[:1], me)
    report = recognize(demo_library)
    given = given_names(demo_library, truth)
    assert given[False] == 0
    assert given[True] >= 0.85 * (len(faces) - 1)
    assert report.recognized == given[True]
    assert report.least_probability is not None


def test_two_people_are_as_well_known(demo_library: Library) -> None:
    truth = true_names(demo_library)
    for me in ("Rosa", "Clara"):
        naming.name_faces(demo_library, [f for f, who in truth.items() if who == me][:1], me)
    recognize(demo_library)
    given = given_names(demo_library, truth)
    assert (given[False], given[True]) == (0, 55)


def test_the_number_to_be_asked_about_is_never_negative(demo_library: Library) -> None:
    truth = true_names(demo_library)
    naming.name_faces(demo_library, [f for f, who in truth.items() if who == "Rosa"][:1], "Rosa")
    for precision in (0.8, 0.9, 0.99):
        report = recognize(demo_library, precision)
        assert min(report.to_ask, report.unknown, report.recognized) >= 0
        assert report.to_ask + report.unknown + report.recognized == 188
        assert report.least_probability is None or report.least_probability >= 0.5


def test_what_can_be_promised_is_offered(demo_library: Library) -> None:
    """What is found for Rosa alone is made less sure, as it is where many people look like her."""
    truth = true_names(demo_library)
    naming.name_faces(demo_library, [f for f, who in truth.items() if who == "Rosa"][:1], "Rosa")
    recognize(demo_library)
    found = bands.likely(demo_library, stand(demo_library).labels, demo_library.face_columns())
    sure = np.array([one.probability for one in found.values()])
    assert offer(sure, 0.99) is None
    assert offer(np.full(203, 0.971), 0.99) == Effect(0.97, 203, pytest.approx(5.887))
    assert offer(np.array([0.999, *[0.955] * 50]), 0.99) == Effect(0.95, 51, pytest.approx(2.251))
    assert offer(np.array([0.4]), 0.99) is None
    assert offer(np.array([]), 0.99) is None


def test_a_group_speaks_for_whom_all_its_named_faces_are() -> None:
    groups, people = np.array([1, 1, 2, 2, 2, -1]), np.array([0, 0, 0, 1, 1, 1])
    known = NamedGroups(groups, people, 2, np.array([[3, 0]]))
    both = np.array([[0, 1]] * 4)
    says = known.weights(np.array([1, 2, 3, -1]), both)
    assert says.tolist() == [[1, 0], [0, 0], [-1, 0], [0, 0]]
    # One named face of four, the others elsewhere, may be here by mistake.
    few = NamedGroups(np.array([5, 6, 6, 6]), np.zeros(4, np.int64), 1, np.empty((0, 2), np.int64))
    assert few.weights(np.array([5, 6]), np.zeros((2, 1), np.int64)).tolist() == [[0.5], [1]]


def test_who_is_beside_a_group_is_not_in_it() -> None:
    photos = np.array([1, 1, 2, 2, 3, 4])
    groups = np.array([7, 8, 7, 9, 8, -1])
    people = np.array([0, -1, -1, -1, -1, -1])  # one face of group 7 has a name
    assert seen_apart(photos, groups, people).tolist() == [[8, 0], [9, 0]]
    nobody = np.full(6, -1)
    assert seen_apart(photos, groups, nobody).tolist() == []


def test_people_without_a_name_are_the_groups_of_two_and_more() -> None:
    X = np.eye(4, dtype=np.float32)
    found = people_without_name(X, np.array([3, 3, 5, -1]))
    assert found.shape == (1, 4)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)
    assert len(people_without_name(X[:0], np.empty(0, np.int64))) == 0


@pytest.mark.parametrize("named", [1, 3])
def test_grouping_anew_takes_no_right_name_back(demo_library: Library, named: int) -> None:
    """New photos come, among them two strangers who are taken for Clara until all are grouped."""
    truth = true_names(demo_library)
    for person, group in clusters_by_person(demo_library).items():
        faces = numbering.cluster_members(demo_library, [group])
        naming.name_faces(demo_library, [f for f in faces if truth[f] == person][:named], person)
    recognize(demo_library)
    first = given_names(demo_library, truth)
    assert (first[True], first[False]) == (189 - 11 * named, 0)
    index(demo_library, [DEMO / "inbox"])
    welcome(demo_library)
    truth = true_names(demo_library)
    recognize(demo_library)
    before, given = given_names(demo_library, truth), stand(demo_library).automatic
    cluster(demo_library)
    report = recognize(demo_library)
    after = given_names(demo_library, truth)
    assert after[True] >= before[True] > first[True]
    assert after[False] <= before[False]
    # What is taken back is told, face by face.
    still = {face: one.person for face, one in stand(demo_library).automatic.items()}
    gone = {(face, one.person) for face, one in given.items() if still.get(face) != one.person}
    assert {(one.face, one.person) for one in report.taken_back} == gone
    assert all(truth[one.face] != one.person for one in report.taken_back)


def test_names_that_are_taken_back_are_listed(demo_library: Library) -> None:
    truth = true_names(demo_library)
    rosa = [face for face, who in truth.items() if who == "Rosa"]
    naming.name_faces(demo_library, rosa[:1], "Rosa")
    assert recognize(demo_library).taken_back == ()
    given = sorted(stand(demo_library).automatic)
    # One of them is somebody else: then those of the group are not sure to be her.
    naming.name_faces(demo_library, given[:9], "Somebody else")
    shell = Shell(demo_library.folder)
    said = shell.run("recognize").stdout
    taken = [face for face in given[9:] if stand(demo_library).people.get(face) != "Rosa"]
    assert taken
    assert f"{len(taken)} automatic names of before are taken back:" in said
    assert f"  face {taken[0]}: Rosa" in said
