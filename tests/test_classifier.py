"""The open-set classifier against brute force, and what recognition makes of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.classifier import OpenSetKNN
from labeler.errors import LabelerError
from labeler.pipeline import naming
from labeler.pipeline.finder import descriptors
from labeler.pipeline.listing import list_faces, list_people
from labeler.pipeline.recognize import confident_in_groups, once_per_photo, recognize
from labeler.store import Library
from labeler.types import Recognition

from .conftest import clusters_by_person, true_names


def unit(random: np.random.Generator, n: int) -> np.ndarray:
    X = random.normal(size=(n, 16))
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 999), st.lists(st.integers(1, 6), min_size=1, max_size=5), st.integers(1, 4))
def test_distances_equal_brute_force(seed: int, sizes: list[int], k: int) -> None:
    random = np.random.default_rng(seed)
    y = np.repeat([f"p{number}" for number in range(len(sizes))], sizes)
    order = random.permutation(len(y))
    X, queries = unit(random, len(y))[order], unit(random, 7)
    classifier = OpenSetKNN(n_neighbors=k).fit(X, y[order])
    found = classifier._distances_to_people(queries)
    for row, query in enumerate(queries):
        for column, person in enumerate(classifier.classes_):
            near = np.sort(np.linalg.norm(X[y[order] == person] - query, axis=1))[:k]
            assert found[row, column] == pytest.approx(
                0.25 * near[0] + 0.75 * near.mean(), abs=1e-3
            )


def test_strangers_stay_unknown() -> None:
    X = np.eye(16, dtype=np.float32)
    classifier = OpenSetKNN().fit(X[:3], ["Rosa", "Emil", "Ines"])
    assert classifier.predict(X[:4]).tolist() == ["Rosa", "Emil", "Ines", ""]
    assert OpenSetKNN(unknown="?").fit(X[:1], ["Rosa"]).predict(X[:2]).tolist() == ["Rosa", "?"]


def test_a_close_second_person_makes_it_doubtful() -> None:
    a, b = np.eye(16, dtype=np.float32)[:2]
    between = a + 0.9 * b
    query = (between / np.linalg.norm(between))[None]
    alone = OpenSetKNN().fit([a], ["Rosa"]).identify(query)[1]
    rival = OpenSetKNN().fit([a, b], ["Rosa", "Emil"]).identify(query)[1]
    assert rival[0] <= alone[0]


def test_probability_falls_with_distance() -> None:
    a, b, c = np.eye(16, dtype=np.float32)[:3]
    classifier = OpenSetKNN().fit([a, c], ["Rosa", "Emil"])
    steps = np.array([np.cos(t) * a + np.sin(t) * b for t in np.linspace(0, 1, 20)])
    probability = classifier.identify(steps)[1]
    assert (np.diff(probability) <= 0).all()
    assert probability[0] > 0.99
    assert probability[-1] < 0.05


def test_duplicated_photos_do_not_break_it() -> None:
    X = np.repeat(np.eye(16, dtype=np.float32)[:2], 5, axis=0)
    classifier = OpenSetKNN().fit(X, ["Rosa"] * 5 + ["Emil"] * 5)
    assert np.allclose(np.diag(classifier._distances_to_people(X[[0, 5]])[:, ::-1]), 0, atol=1e-3)


def test_a_person_is_on_a_photo_once() -> None:
    found = [
        Recognition(1, "Rosa", 0.9),
        Recognition(2, "Rosa", 0.95),
        Recognition(3, "Emil", 0.9),
        Recognition(4, "Rosa", 0.9),
    ]
    kept = once_per_photo(found, {1: 7, 2: 7, 3: 7, 4: 8}, {(7, "Emil")})
    assert [recognition.face_id for recognition in kept] == [2, 4]


def test_recognition_of_the_demo_album_from_three_photos_each(demo_library: Library) -> None:
    truth = true_names(demo_library)
    for person in set(truth.values()):
        faces = [face for face, name in truth.items() if name == person]
        naming.name_faces(demo_library, faces[:3], person)
    report = recognize(demo_library)
    rows = [row for row in list_faces(demo_library) if row.source == "auto"]
    right = sum(row.person == truth[row.face] for row in rows)
    assert report.recognized == len(rows)
    assert report.recognized + report.unknown == 189 - 33
    assert right / len(rows) >= 0.99
    assert right / (189 - 33) >= 0.85


def test_the_people_left_out_are_rarely_taken_for_the_named(demo_library: Library) -> None:
    """Name six of eleven, with parents, children and siblings among the others."""
    truth = true_names(demo_library)
    for person, cluster in sorted(clusters_by_person(demo_library).items())[:6]:
        naming.name_faces(demo_library, naming.cluster_members(demo_library, [cluster]), person)
    assert len(list_people(demo_library)) == 6
    report = recognize(demo_library)
    rows = list_faces(demo_library)
    wrong = sum(row.person not in (None, truth[row.face]) for row in rows)
    assert report.unknown > 60
    assert wrong <= 2


def test_what_is_closer_to_a_rejected_face_is_not_this_person() -> None:
    a, b, c = np.eye(16, dtype=np.float32)[:3]
    steps = np.array([np.cos(t) * a + np.sin(t) * b for t in (0.0, 0.05, 0.2, 0.3)], np.float32)
    plain = OpenSetKNN().fit([a, c], ["Rosa", "Emil"])
    warned = OpenSetKNN().fit([a, c], ["Rosa", "Emil"], {"Rosa": steps[2:3], "Nobody": steps})
    (people, before), (same, after) = plain.identify(steps), warned.identify(steps)
    assert people.tolist() == same.tolist() == [1, 1, 1, 1]
    assert (before > 0.9).tolist() == [True, True, True, True]
    assert after.tolist() == [before[0], before[1], 0, 0]
    emil = OpenSetKNN().fit([a, c], ["Rosa", "Emil"], {"Emil": steps})
    assert emil.identify(steps)[1].tolist() == before.tolist()


def test_a_group_outvotes_one_face_that_resembles_somebody_else() -> None:
    a, b = np.eye(16, dtype=np.float32)[:2]
    classifier = OpenSetKNN().fit([a], ["Rosa"])
    X = np.array([a, b, b, b, a])
    found = confident_in_groups(classifier, np.arange(5), X, np.array([0, 0, 0, 0, -1]))
    assert [recognition.face_id for recognition in found] == [4]
    alone = confident_in_groups(classifier, np.arange(5), X, np.full(5, -1))
    assert [recognition.face_id for recognition in alone] == [0, 4]


def test_automatic_names_follow_the_users(demo_library: Library) -> None:
    cluster = clusters_by_person(demo_library)["Rosa"]
    faces = naming.cluster_members(demo_library, [cluster])
    entry = naming.name_faces(demo_library, faces[:10], "Rosa")
    assert recognize(demo_library).recognized >= len(faces) - 12
    other = naming.name_faces(demo_library, faces[20:21], "Grandma")
    rows = {row.face: row for row in list_faces(demo_library)}
    assert (rows[faces[20]].person, rows[faces[20]].source) == ("Grandma", "user")
    naming.undo(demo_library, other)
    naming.undo(demo_library, entry)
    with pytest.raises(LabelerError, match="Nobody has a name yet"):
        recognize(demo_library)


def test_ignored_faces_get_no_automatic_name(demo_library: Library) -> None:
    cluster = clusters_by_person(demo_library)["Rosa"]
    faces = naming.cluster_members(demo_library, [cluster])
    naming.name_faces(demo_library, faces[:10], "Rosa")
    naming.ignore_faces(demo_library, faces[10:12])
    recognize(demo_library)
    rows = {row.face: row for row in list_faces(demo_library)}
    assert rows[faces[10]].person is None
    assert rows[faces[10]].ignored
    assert rows[faces[12]].person == "Rosa"


def test_a_rejected_face_never_gets_the_name_automatically(demo_library: Library) -> None:
    cluster = clusters_by_person(demo_library)["Rosa"]
    faces = naming.cluster_members(demo_library, [cluster])
    naming.name_faces(demo_library, faces[:10], "Rosa")
    named = recognize(demo_library).recognized
    entry = naming.reject_faces(demo_library, faces[10:12], "Rosa")
    rows = {row.face: row for row in list_faces(demo_library)}
    assert [rows[face].person for face in faces[9:13]] == ["Rosa", None, None, "Rosa"]
    assert rows[faces[10]].rejected == {"Rosa"}
    recognize(demo_library)
    assert set(faces[10:]) & set(demo_library.recognitions()) == set(faces[12:])
    naming.undo(demo_library, entry)
    assert recognize(demo_library).recognized == named


def test_a_rejected_face_with_the_very_descriptor_of_a_named_one(demo_library: Library) -> None:
    """Nothing is closer than it, and yet the user has said that it is somebody else."""
    ids, X = descriptors(demo_library)
    twin = demo_library.faces().photo_ids[1:] != demo_library.faces().photo_ids[:-1]
    first = int(np.flatnonzero(twin)[0])
    with demo_library._transaction() as connection:
        connection.execute(
            "UPDATE descriptors SET vector = ? WHERE face_id = ?",
            [X[first].tobytes(), int(ids[first + 1])],
        )
    naming.name_faces(demo_library, [int(ids[first])], "Rosa")
    recognize(demo_library)
    assert demo_library.recognitions()[int(ids[first + 1])].person == "Rosa"
    naming.reject_faces(demo_library, [int(ids[first + 1])], "Rosa")
    recognize(demo_library)
    assert int(ids[first + 1]) not in demo_library.recognitions()
