"""What is asked next, and what an answer settles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.groups.steps import numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import history, naming
from labeler.people.steps.interview import Interview
from labeler.people.steps.listing import list_faces
from labeler.people.steps.recognize import recognize
from labeler.people.suggestions import LEAST_LIKELY, OpenGroup, Question, in_order, ranked, same
from labeler.types import MergeCandidates, Recognition

from .conftest import clusters_by_person, true_names

sizes = st.integers(1, 9)
groups = st.lists(st.tuples(sizes, st.floats(0, 1)), max_size=60).map(
    lambda rows: [
        OpenGroup(tuple(range(100 * i, 100 * i + n)), f"p{i}" if p else None, p)
        for i, (n, p) in enumerate(rows)
    ]
)


@given(groups, st.integers(1, 20))
def test_every_group_is_asked_about_once_and_the_best_comes_first(
    found: list[OpenGroup], tiles: int
) -> None:
    questions = ranked(found, tiles)
    asked = [group for question in questions for group in question.groups]
    assert sorted(group.faces for group in asked) == sorted(group.faces for group in found)
    gains = [question.gain for question in questions]
    assert gains == sorted(gains, reverse=True)
    for question in questions:
        likely = {group.probability >= LEAST_LIKELY for group in question.groups}
        assert likely == {question.kind == "which"}
        assert len(question.groups) <= (tiles if question.kind == "which" else 1)


def test_gains() -> None:
    rosa = OpenGroup((1, 2, 3), "Rosa", 0.9)
    (page,) = ranked([rosa, OpenGroup((4,), "Emil", 0.6)])
    assert page.gain == pytest.approx((3 * 0.9 + 0.6) / (1 + 0.1 + 0.4))
    (who,) = ranked([OpenGroup((1, 2, 3), "Rosa", 0.2)])
    assert (who.kind, who.gain) == ("who", 3)
    assert same(rosa, OpenGroup((4, 5)), 0.8).gain == pytest.approx(1.6)


def test_parts_of_somebody_on_many_photos_are_asked_about_first_the_largest_first() -> None:
    large, part, smaller = (OpenGroup(tuple(range(a, b))) for a, b in ((0, 50), (50, 60), (60, 64)))
    single, few = OpenGroup((70,)), OpenGroup((80, 81, 82))
    pairs = [same(large, other, 0.8) for other in (smaller, single, part)]
    asked = in_order([*ranked([large, part, smaller, single, few]), *pairs, same(few, part, 0.9)])
    assert asked[:3] == [pairs[2], pairs[0], ranked([large])[0]]
    assert asked.index(pairs[1]) > asked.index(ranked([few])[0])


def who(interview: Interview) -> list[Question]:
    return [question for question in interview.questions() if question.kind == "who"]


def test_answers_settle_and_are_decisions(demo_library: Library) -> None:
    truth = true_names(demo_library)
    interview = Interview(demo_library)
    first, second, third = interview.questions(3)
    assert len(first.groups[0].faces) == first.gain >= second.gain >= third.gain
    (group,) = first.groups
    person = truth[group.faces[0]]
    interview.name(group, person, without=group.faces[:1])
    interview.ignore(second.groups[0])
    interview.skip(third.groups[0])
    labels = standing.labels(demo_library)
    assert labels.names == dict.fromkeys(group.faces[1:], person)
    assert labels.rejected == {group.faces[0]: {person}}
    assert labels.ignored == set(second.groups[0].faces)
    left = {face for question in interview.questions() for g in question.groups for face in g.faces}
    assert not left & {*group.faces, *second.groups[0].faces, *third.groups[0].faces}
    interview.refresh()
    again = {
        face for question in interview.questions() for g in question.groups for face in g.faces
    }
    assert not again & {*third.groups[0].faces, *group.faces[1:]}
    assert third.groups[0].faces in {q.groups[0].faces for q in Interview(demo_library).questions()}
    history.undo(demo_library)  # the ignoring
    interview.load()
    assert second.groups[0].faces in {q.groups[0].faces for q in who(interview)}


def test_a_page_is_confirmed_with_its_wrong_tiles(demo_library: Library) -> None:
    truth = true_names(demo_library)
    named = {p: [f for f, n in truth.items() if n == p][:3] for p in ("Rosa", "Emil")}
    for person, faces in named.items():
        naming.name_faces(demo_library, faces, person)
    ids = [face for face in truth if face not in standing.labels(demo_library).names]
    photos = dict(zip(*(column.tolist() for column in _photos(demo_library)), strict=True))
    free = {face: photos[face] for face in ids}
    taken = {photos[face] for faces in named.values() for face in faces}
    rosa, emil, wrong = [face for face, photo in free.items() if photo not in taken][:3]
    demo_library.write_recognitions(
        [
            Recognition(rosa, "Rosa", 0.8, named["Rosa"][0]),
            Recognition(emil, "Emil", 0.7, named["Emil"][0]),
            Recognition(wrong, "Rosa", 0.6, named["Rosa"][0]),
        ]
    )
    demo_library.write_clusters(_alone(demo_library))
    interview = Interview(demo_library)
    (page,) = [question for question in interview.questions() if question.kind == "which"]
    assert [group.person for group in page.groups] == ["Rosa", "Emil", "Rosa"]
    entries = interview.confirm(page, [page.groups[2]])
    labels = standing.labels(demo_library)
    assert (labels.names[rosa], labels.names[emil]) == ("Rosa", "Emil")
    assert labels.rejected == {wrong: {"Rosa"}}
    assert len(entries) == 3
    # A no is remembered: the page does not come back.
    recognize(demo_library)
    assert demo_library.recognitions().get(wrong, Recognition(wrong, "", 0)).person != "Rosa"
    with pytest.raises(LabelerError, match="Nobody was proposed"):
        interview.confirm(Question("which", (OpenGroup((1,)),), 1.0))


def _photos(library: Library) -> tuple[np.ndarray, np.ndarray]:
    table = library.faces()
    return table.ids, table.photo_ids


def _alone(library: Library) -> object:
    from .conftest import in_clusters

    ids = library.faces().ids
    return in_clusters(ids, [-1] * len(ids))


@pytest.mark.parametrize("are_same", [True, False])
def test_two_groups_are_asked_about_once(demo_library: Library, are_same: bool) -> None:
    clusters = clusters_by_person(demo_library)
    one, other = (numbering.cluster_members(demo_library, [clusters[p]]) for p in ("Rosa", "Emil"))
    demo_library.write_merge_candidates(
        MergeCandidates(np.array([[one[0], other[0]]]), np.array([0.02], dtype=np.float32))
    )
    interview = Interview(demo_library)
    (pair,) = [question for question in interview.questions() if question.kind == "same"]
    assert {len(group.faces) for group in pair.groups} == {len(one), len(other)}
    interview.tell_same(pair, are_same)
    for _ in range(2):
        assert "same" not in [question.kind for question in interview.questions()]
        interview.refresh()
    clusters_now = {
        row.cluster for row in list_faces(demo_library) if row.face in (one[0], other[0])
    }
    assert len(clusters_now) == (1 if are_same else 2)


def test_naming_the_demo_album_takes_one_answer_a_person(demo_library: Library) -> None:
    truth = true_names(demo_library)
    interview = Interview(demo_library)
    for _ in range(11):
        (group,) = interview.questions(1)[0].groups
        interview.name(group, truth[group.faces[0]])
    interview.refresh()
    rows = list_faces(demo_library)
    assert sum(row.person == truth[row.face] for row in rows) >= 0.97 * len(rows)
