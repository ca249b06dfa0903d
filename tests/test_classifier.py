"""The open-set classifier against brute force, and what recognition makes of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import check_estimator

from labeler.errors import LabelerError
from labeler.faces.io.face_finder import DLIB_MODELS
from labeler.faces.io.impostors import strangers
from labeler.faces.steps.library_finder import descriptors
from labeler.groups.cohort import LEAST_LEVEL
from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.calibration import Trials, at_share, calibrated, general, known_share
from labeler.people.classifier import PersonClassifier
from labeler.people.steps import history, naming
from labeler.people.steps.listing import list_faces, list_people
from labeler.people.steps.recognize import once_per_moment, recognize
from labeler.types import Recognition

from .conftest import clusters_by_person, true_names

_DRAWN = strangers(next(iter(DLIB_MODELS.values())))
assert _DRAWN is not None
STRANGERS, PEOPLE = np.split(_DRAWN, 2)


def unit(random: np.random.Generator, n: int, d: int = 16) -> np.ndarray:
    X = random.normal(size=(n, d)) + 3  # cosines about 0.9, as descriptors of strangers have
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)


def people_of(
    random: np.random.Generator, people: int, faces: int, spread: float = 0.02
) -> tuple[np.ndarray, np.ndarray]:
    """Return made-up faces of made-up people, and their names."""
    y = np.repeat(np.arange(people), faces)
    middle = PEOPLE[random.permutation(len(PEOPLE))[:people]][y]
    X = middle + spread * random.normal(size=middle.shape)
    names = np.array([f"p{person:03}" for person in range(people)])
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32), names[y]


def scores_by_hand(X: np.ndarray, y: np.ndarray, others: np.ndarray, queries: np.ndarray) -> list:
    """Return the score of each query with each person, as the class describes it."""
    names = np.unique(y)
    means = np.array([X[y == name].mean(axis=0) for name in names])
    means /= np.linalg.norm(means, axis=1, keepdims=True)

    def level(face: np.ndarray, without: int) -> float:
        cohort = np.concatenate([np.delete(means, without, axis=0), others])
        near = sorted((cohort @ face).tolist(), reverse=True)[:5]
        return float(np.mean(near + [LEAST_LEVEL] * (5 - len(near))))

    return [
        [
            0.7 * means[p] @ q
            + 0.3 * (X[y == name] @ q).max()
            - 0.4 * level(q, p)
            - 0.3 * level(means[p], p)
            for p, name in enumerate(names)
        ]
        for q in queries
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 999),
    st.lists(st.integers(1, 6), min_size=1, max_size=8),
    st.integers(0, 9),
)
def test_scores_equal_brute_force(seed: int, sizes: list[int], strange: int) -> None:
    random = np.random.default_rng(seed)
    y = np.repeat([f"p{number}" for number in range(len(sizes))], sizes)
    order = random.permutation(len(y))
    X, others, queries = unit(random, len(y))[order], unit(random, strange), unit(random, 7)
    model = PersonClassifier(others if strange else None).fit(X, y[order])
    found = model.matches(queries)
    wanted = np.array(scores_by_hand(X, y[order], others, queries))
    probabilities = model.calibration_.probability(np.sort(wanted, axis=1)[:, ::-1])
    assert np.allclose(found.probabilities, probabilities, atol=5e-3)
    at = np.take_along_axis(wanted, found.people, axis=1)
    assert np.allclose(at, np.sort(wanted, axis=1)[:, ::-1], atol=1e-5)


def test_it_is_an_estimator_of_scikit_learn() -> None:
    check_estimator(PersonClassifier(least_probability=0))
    check_estimator(
        PersonClassifier(),
        expected_failed_checks={
            "check_classifiers_one_label": "faces unlike the one person are unknown",
            "check_classifiers_train": "some of the random points are unknown",
        },
        on_skip=None,
    )


def test_strangers_stay_unknown() -> None:
    X = np.eye(16, dtype=np.float32)
    classifier = PersonClassifier().fit(X[:3], ["Rosa", "Emil", "Ines"])
    assert classifier.predict(X[:4]).tolist() == ["Rosa", "Emil", "Ines", ""]
    assert PersonClassifier(unknown="?").fit(X[:1], ["Rosa"]).predict(X[:2]).tolist() == [
        "Rosa",
        "?",
    ]
    assert PersonClassifier().fit(X[:2], [4, 7]).predict(X[:3]).tolist() == [4, 7, -1]


def test_probability_falls_with_distance() -> None:
    a, b, c = np.eye(16, dtype=np.float32)[:3]
    classifier = PersonClassifier().fit([a, c], ["Rosa", "Emil"])
    steps = np.array([np.cos(t) * a + np.sin(t) * b for t in np.linspace(0, 1, 20)])
    probability = classifier.identify(steps)[1]
    assert (np.diff(probability) <= 0).all()
    assert probability[0] > 0.99
    assert probability[-1] < 0.05


def test_a_look_alike_with_a_name_makes_it_doubtful() -> None:
    random = np.random.default_rng(3)
    X, y = people_of(random, 30, 3)
    query = X[:3].mean(axis=0) + 0.03 * random.normal(size=128)
    query = (query / np.linalg.norm(query))[None].astype(np.float32)
    sisters = query + 0.02 * random.normal(size=(15, 128)).astype(np.float32)
    sisters /= np.linalg.norm(sisters, axis=1, keepdims=True)
    alone = PersonClassifier(STRANGERS).fit(X, y)
    names = np.append(y, [f"sister {n}" for n in range(5) for _ in range(3)])
    rivals = PersonClassifier(STRANGERS).fit(np.concatenate([X, sisters]), names)
    person = rivals.classes_.tolist().index("p000")
    both = rivals.matches(query)
    of_person = both.probabilities[both.people == person]
    assert alone.identify(query)[0].tolist() == [0]
    assert (of_person < alone.identify(query)[1]).all()


def test_the_probability_is_calibrated_on_the_names() -> None:
    """Made-up people who vary more than real ones: their own names say how much."""
    random = np.random.default_rng(5)
    X, y = people_of(random, 300, 8, spread=0.042)
    known, named = np.char.replace(y, "p", "").astype(int) < 150, np.arange(len(y)) % 8 < 4
    model = PersonClassifier(STRANGERS).fit(X[named & known], y[named & known])
    assert model.calibration_.answers == 2 * 600

    def error() -> float:
        best, probability = model.identify(X[~named])
        gap = probability - (model.classes_[best] == y[~named])
        bins = np.minimum((probability * 10).astype(int), 9)
        return float(np.abs(np.bincount(bins, gap, 10)).sum() / len(gap))

    own = error()
    model.calibration_ = general(150)
    assert own < 0.03
    assert own < error() / 2


def test_photos_of_one_burst_do_not_vouch_for_each_other() -> None:
    """Every face has a twin on the same photo, and otherwise little in common with its person."""
    random = np.random.default_rng(8)
    X, y = people_of(random, 40, 4, spread=0.05)
    X, y, photos = np.repeat(X, 2, axis=0), np.repeat(y, 2), np.repeat(np.arange(160), 2)
    X = X + 0.001 * random.normal(size=X.shape).astype(np.float32)
    blind = PersonClassifier(STRANGERS).fit(X, y)
    aware = PersonClassifier(STRANGERS).fit(X, y, photos=photos)
    assert (aware.calibration_.answers, blind.calibration_.answers) == (640, 640)
    assert blind.calibration_ != aware.calibration_
    alone = PersonClassifier(STRANGERS).fit(X, y, photos=np.zeros(len(X)))
    assert alone.calibration_ == general(40)  # nothing is left to ask


def test_calibration_falls_back_and_never_turns_around() -> None:
    none, some = np.zeros(4, dtype=bool), np.array([True, True, False, False])
    scores = np.array([0.3, 0.28, 0.31, 0.32], dtype=np.float32)
    assert calibrated(Trials(scores, none, none), 40) == general(40)
    odd = calibrated(Trials(*(np.repeat(column, 500) for column in (scores, some, some))), 40)
    assert odd.slope > 0
    assert odd.answers == 2000


def test_a_few_wrong_names_do_not_make_everybody_doubtful() -> None:
    random = np.random.default_rng(11)
    X, y = people_of(random, 200, 7, spread=0.035)
    named = np.arange(len(y)) % 7 < 4
    sure = []
    for wrong in (0, 16):  # of 800
        names = y[named].copy()
        names[random.permutation(800)[:wrong]] = random.permutation(y)[:wrong]
        best, probability = PersonClassifier(STRANGERS).fit(X[named], names).identify(X[~named])
        right = np.unique(names)[best] == y[~named]
        sure.append((right & (probability > 0.9)).mean())
    assert sure[0] > 0.9
    assert sure[1] > sure[0] - 0.1


@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_probabilities_follow_the_share_of_known_people(share: float) -> None:
    """Scores of known people and strangers overlap; the curve fits where there are as many."""
    random = np.random.default_rng(9)
    known = random.random(20_000) < share
    log_odds = np.where(known, 2, -2) + 2 * random.normal(size=len(known))  # each ±2 at σ = 2
    even = 1 / (1 + np.exp(-log_odds))
    found = known_share(even)
    assert found == pytest.approx(share, abs=0.02)
    p = at_share(even, found)
    bins = np.minimum((p * 10).astype(int), 9)
    assert np.abs(np.bincount(bins, p - known, 10)).sum() / len(p) < 0.02
    assert np.allclose(at_share(even, 0.5), even)
    assert known_share(even[:0]) == 0.5


def test_nobody_has_all_of_the_faces_refused() -> None:
    random = np.random.default_rng(2)
    X, y = people_of(random, 20, 3)
    model = PersonClassifier(STRANGERS).fit(X, y)
    best, before = model.identify(X[:1])
    excluded = np.array([[0, best[0]]])
    again, after = model.identify(X[:1], excluded=excluded)
    assert again[0] != best[0]
    assert after[0] < before[0]
    everybody = np.array([[0, person] for person in range(20)])
    assert model.identify(X[:1], excluded=everybody)[1].tolist() == [0]


def test_what_is_closer_to_a_face_that_is_nobody_is_nobody() -> None:
    random = np.random.default_rng(4)
    X, y = people_of(random, 21, 4)
    statue, rest = X[-4:], X[:-4]
    model = PersonClassifier(STRANGERS).fit(rest, y[:-4], nobody=statue[:1])
    _, probability = model.identify(np.concatenate([statue[1:], rest[:4]]))
    assert probability[:3].tolist() == [0, 0, 0]
    assert (probability[3:] > 0.9).all()


def test_what_is_closer_to_a_rejected_face_is_not_this_person() -> None:
    a, b, c = np.eye(16, dtype=np.float32)[:3]
    steps = np.array([np.cos(t) * a + np.sin(t) * b for t in (0.0, 0.05, 0.2, 0.3)], np.float32)
    people = ["Rosa", "Emil"]
    rejected = {"Rosa": steps[2:3], "Nobody": steps}
    plain = PersonClassifier().fit([a, c], people)
    warned = PersonClassifier().fit([a, c], people, rejected=rejected)
    (best, before), (same, after) = plain.identify(steps), warned.identify(steps)
    assert best.tolist() == same[:2].tolist() * 2 == [1, 1, 1, 1]
    assert (before > 0.9).tolist() == [True, True, True, True]
    assert after[:2].tolist() == before[:2].tolist()
    assert (after[2:] < 0.01).all()
    emil = PersonClassifier().fit([a, c], people, rejected={"Emil": steps})
    assert emil.identify(steps)[1].tolist() == before.tolist()


def test_a_group_speaks_for_its_faces() -> None:
    random = np.random.default_rng(6)
    X, y = people_of(random, 60, 8, spread=0.05)
    named = np.arange(len(y)) % 8 < 2
    model = PersonClassifier(STRANGERS).fit(X[named], y[named])
    groups = np.unique(y[~named], return_inverse=True)[1]
    right = []
    for together in (None, groups, np.full(len(groups), -1)):
        best, _ = model.identify(X[~named], together)
        right.append((model.classes_[best] == y[~named]).mean())
    assert right[1] > right[0]
    assert right[2] == right[0]


def test_the_evidence_is_the_nearest_named_face() -> None:
    random = np.random.default_rng(7)
    X, y = people_of(random, 5, 6)
    order = random.permutation(len(y))
    X, y = X[order], y[order]
    model = PersonClassifier(STRANGERS).fit(X, y)
    queries, _ = people_of(random, 5, 3, spread=0.05)
    best, _ = model.identify(queries)
    for query, person, row in zip(queries, best, model.nearest_named(queries, best), strict=True):
        own = np.flatnonzero(y == model.classes_[person])
        assert row == own[(X[own] @ query).argmax()]


def test_a_person_is_on_a_photo_once_and_a_face_is_one_person() -> None:
    found = [
        Recognition(1, "Rosa", 0.9),
        Recognition(1, "Ines", 0.3),
        Recognition(2, "Rosa", 0.95),
        Recognition(2, "Emil", 0.94),
        Recognition(3, "Emil", 0.9),
        Recognition(4, "Rosa", 0.9),
    ]
    kept = once_per_moment(found, {1: 7, 2: 7, 3: 7, 4: 8})
    assert [(one.face_id, one.person) for one in kept] == [
        (1, "Ines"),
        (2, "Rosa"),
        (3, "Emil"),
        (4, "Rosa"),
    ]


def test_recognition_of_the_demo_album_from_three_photos_each(demo_library: Library) -> None:
    truth = true_names(demo_library)
    for person in set(truth.values()):
        faces = [face for face, name in truth.items() if name == person]
        naming.name_faces(demo_library, faces[:3], person)
    report = recognize(demo_library)
    rows = [row for row in list_faces(demo_library) if row.source == "auto"]
    right = sum(row.person == truth[row.face] for row in rows)
    assert report.recognized == len(rows)
    assert report.recognized + report.to_ask + report.unknown == 189 - 33
    assert right / len(rows) >= 0.99
    assert right / (189 - 33) >= 0.85


@pytest.mark.parametrize("named", [1, 6])
def test_the_people_left_out_are_rarely_taken_for_the_named(
    demo_library: Library, named: int
) -> None:
    """Name some of eleven, with parents, children and siblings among the others."""
    truth = true_names(demo_library)
    for person, cluster in sorted(clusters_by_person(demo_library).items())[:named]:
        naming.name_faces(demo_library, numbering.cluster_members(demo_library, [cluster]), person)
    assert len(list_people(demo_library)) == named
    report = recognize(demo_library)
    rows = list_faces(demo_library)
    wrong = sum(row.person not in (None, truth[row.face]) for row in rows)
    assert report.unknown + report.to_ask > 60
    assert wrong <= 2


def test_automatic_names_follow_the_users(demo_library: Library) -> None:
    cluster = clusters_by_person(demo_library)["Rosa"]
    faces = numbering.cluster_members(demo_library, [cluster])
    entry = naming.name_faces(demo_library, faces[:10], "Rosa")
    assert recognize(demo_library).recognized >= len(faces) - 12
    other = naming.name_faces(demo_library, faces[20:21], "Grandma")
    rows = {row.face: row for row in list_faces(demo_library)}
    assert (rows[faces[20]].person, rows[faces[20]].source) == ("Grandma", "user")
    history.undo(demo_library, other)
    history.undo(demo_library, entry)
    assert all(row.person is None for row in list_faces(demo_library))
    with pytest.raises(LabelerError, match="Nobody has a name yet"):
        recognize(demo_library)


def test_a_name_goes_with_the_one_it_is_based_on(demo_library: Library) -> None:
    cluster = clusters_by_person(demo_library)["Rosa"]
    faces = numbering.cluster_members(demo_library, [cluster])
    naming.name_faces(demo_library, faces[:4], "Rosa")
    recognize(demo_library)
    found = demo_library.recognitions()
    face = next(face for face in faces[4:] if face in found)
    evidence = found[face].evidence
    assert evidence in faces[:4]
    naming.unlabel_faces(demo_library, [evidence])
    rows = {row.face: row for row in list_faces(demo_library)}
    assert rows[face].person is None
    history.undo(demo_library)
    assert {row.face: row for row in list_faces(demo_library)}[face].person == "Rosa"


def test_ignored_faces_get_no_automatic_name(demo_library: Library) -> None:
    cluster = clusters_by_person(demo_library)["Rosa"]
    faces = numbering.cluster_members(demo_library, [cluster])
    naming.name_faces(demo_library, faces[:10], "Rosa")
    naming.ignore_faces(demo_library, faces[10:11])
    recognize(demo_library)
    rows = {row.face: row for row in list_faces(demo_library)}
    assert rows[faces[10]].person is None
    assert rows[faces[10]].ignored
    assert "Rosa" in {rows[face].person for face in faces[11:]}


def test_a_rejected_face_never_gets_the_name_automatically(demo_library: Library) -> None:
    cluster = clusters_by_person(demo_library)["Rosa"]
    faces = numbering.cluster_members(demo_library, [cluster])
    naming.name_faces(demo_library, faces[:10], "Rosa")
    named = recognize(demo_library).recognized
    entry = naming.reject_faces(demo_library, faces[10:12], "Rosa")
    rows = {row.face: row for row in list_faces(demo_library)}
    assert [rows[face].person for face in faces[9:13]] == ["Rosa", None, None, "Rosa"]
    assert rows[faces[10]].rejected == {"Rosa"}
    recognize(demo_library)
    refused = {demo_library.recognitions().get(face) for face in faces[10:12]}
    assert "Rosa" not in {one.person for one in refused if one}
    history.undo(demo_library, entry)
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
