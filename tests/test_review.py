"""The page of questions without a browser: the interview of a dashboard, answers, pictures."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dashboard.review import page as review
from dashboard.review.interviewer import Asked, Interviewer, Said, key_of
from dashboard.shared import actions
from dashboard.shared.portraits import portraits
from dashboard.shell import app, images
from dashboard.shell.session import Session
from labeler.errors import LabelerError
from labeler.groups.steps import numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.interview import Interview
from labeler.people.suggestions import OpenGroup, Question
from labeler.types import MergeCandidates, Recognition

from .conftest import clusters_by_person, in_clusters, true_names


def answer(interviewer: Interviewer, what: str, **more: Any) -> actions.Done:
    question = interviewer.ask().question
    assert question is not None
    return interviewer.answer(Said(key_of(question), what, **more))


def faces_of(question: Question | None) -> set[int]:
    assert question is not None
    return {face for group in question.groups for face in group.faces}


def with_proposals(library: Library) -> dict[str, list[int]]:
    """Leave each face alone, name three each of two people and propose people for three others."""
    truth = true_names(library)
    named = {p: [f for f, n in truth.items() if n == p][:3] for p in ("Rosa", "Emil")}
    for person, faces in named.items():
        naming.name_faces(library, faces, person)
    table = library.faces()
    photos = dict(zip(table.ids.tolist(), table.photo_ids.tolist(), strict=True))
    taken = {photos[face] for faces in named.values() for face in faces}
    free = [face for face, photo in photos.items() if photo not in taken][:3]
    people = ("Rosa", "Emil", "Rosa")
    library.write_recognitions(
        Recognition(face, person, 0.8 - place / 10, named[person][place])
        for place, (face, person) in enumerate(zip(free, people, strict=True))
    )
    library.write_clusters(in_clusters(table.ids, [-1] * len(table)))
    return {"likely": free, **named}


# -- the engine ----------------------------------------------------------------------------------


def test_a_group_knows_who_it_may_be_and_why(demo_library: Library) -> None:
    faces = with_proposals(demo_library)
    (page,) = [q for q in Interview(demo_library).questions() if q.kind == "which"]
    assert [group.faces for group in page.groups] == [(face,) for face in faces["likely"]]
    proposals = [(p.person, p.evidence) for group in page.groups for p in group.proposals]
    assert proposals == [
        ("Rosa", (faces["Rosa"][0],)),
        ("Emil", (faces["Emil"][1],)),
        ("Rosa", (faces["Rosa"][2],)),
    ]


def test_somebody_else_is_a_name_and_a_rejection_that_are_undone_together(
    demo_library: Library,
) -> None:
    first = with_proposals(demo_library)["likely"][0]
    interview = Interview(demo_library)
    (page,) = [q for q in interview.questions() if q.kind == "which"]
    before = standing.labels(demo_library)
    entries = interview.correct(page.groups[0], " Ines ")
    labels = standing.labels(demo_library)
    assert labels.names[first] == "Ines"
    assert labels.rejected == {first: {"Rosa"}}
    undone = actions.undo(demo_library)
    assert undone.message == "Undone: named 1 face Ines; said that 1 face is not Rosa"
    assert standing.labels(demo_library) == before
    again = actions.undo(demo_library, undone.entry)
    assert again.message == "Done again: named 1 face Ines; said that 1 face is not Rosa"
    assert standing.labels(demo_library) == labels
    assert actions.undo(demo_library, entries[1]).undone
    assert standing.labels(demo_library) == before


def test_somebody_else_who_is_the_proposed_person_is_a_confirmation(demo_library: Library) -> None:
    first = with_proposals(demo_library)["likely"][0]
    interview = Interview(demo_library)
    (page,) = [q for q in interview.questions() if q.kind == "which"]
    assert len(interview.correct(page.groups[0], "Rosa")) == 1
    assert first not in standing.labels(demo_library).rejected
    with pytest.raises(LabelerError, match="Nobody was proposed"):
        interview.correct(OpenGroup((1,)), "Rosa")


def test_one_undo_takes_back_a_page(demo_library: Library) -> None:
    faces = with_proposals(demo_library)["likely"]
    interview = Interview(demo_library)
    (page,) = [q for q in interview.questions() if q.kind == "which"]
    before = standing.labels(demo_library)
    interview.confirm(page, [page.groups[2]])
    assert {face: standing.labels(demo_library).names.get(face) for face in faces} == {
        faces[0]: "Rosa",
        faces[1]: "Emil",
        faces[2]: None,
    }
    message = actions.undo(demo_library).message
    assert message == "Undone: named 1 face Rosa; named 1 face Emil; and 1 more"
    assert standing.labels(demo_library) == before


def test_two_groups_that_are_one_are_asked_about_together(demo_library: Library) -> None:
    clusters = clusters_by_person(demo_library)
    one, other = (numbering.cluster_members(demo_library, [clusters[p]]) for p in ("Rosa", "Emil"))
    demo_library.write_merge_candidates(
        MergeCandidates(np.array([[one[0], other[0]]]), np.array([0.02], dtype=np.float32))
    )
    interview = Interview(demo_library)
    before = interview.questions()
    (pair,) = [q for q in before if q.kind == "same"]
    interview.tell_same(pair, True)
    assert not interview.is_open(pair)
    first = interview.questions(1)[0]
    assert faces_of(first) == {*one, *other}
    assert interview.left == len(interview.questions()) == len(before) - 2
    actions.undo(demo_library)
    interview.take_back()
    assert interview.questions() == before
    interview.skip_question(pair)
    assert [q.kind for q in interview.questions()].count("same") == 0
    interview.load()
    assert [q.kind for q in interview.questions()].count("same") == 0
    interview.ask_skipped()
    assert interview.questions() == before


# -- one interview for a dashboard ---------------------------------------------------------------


def test_answers_lead_from_question_to_question(demo_library: Library) -> None:
    interviewer = Interviewer(demo_library, renew_after=1000)
    asked = interviewer.ask()
    assert asked.open_faces == len(demo_library.faces())
    assert asked.settled is None
    first, second = faces_of(asked.question), asked.following
    out = tuple(sorted(first)[:2])
    done = answer(interviewer, "name", person="Rosa", out=out)
    assert done.message == f"Named {len(first) - 2} faces Rosa"
    asked = interviewer.ask()
    assert (asked.question, asked.settled) == (second, len(first))
    assert asked.names == ("Rosa",)
    labels = standing.labels(demo_library)
    assert labels.names == dict.fromkeys(first - set(out), "Rosa")
    assert labels.rejected == {face: {"Rosa"} for face in out}
    assert answer(interviewer, "skip").message == ""
    assert standing.labels(demo_library) == labels
    third = interviewer.ask()
    assert third.skipped == 1
    assert third.open_faces == asked.open_faces
    assert third.left == asked.left - 1
    assert answer(interviewer, "ignore").entry is not None
    assert standing.labels(demo_library).ignored == faces_of(third.question)


def test_yes_no_and_somebody_else(demo_library: Library) -> None:
    faces = with_proposals(demo_library)["likely"]
    interviewer = Interviewer(demo_library, renew_after=1000)
    interviewer._interview = Interview(demo_library, tiles=1)
    interviewer._read(interviewer._state)
    likely = {"yes": "Named 1 face Rosa", "no": "1 face is not Emil", "name": "Named 1 face Ines"}
    for what, message in likely.items():
        found = [q for q in interviewer._interview.questions() if q.kind == "which"]
        interviewer._shown[key_of(found[0])] = found[0]
        done = interviewer.answer(Said(key_of(found[0]), what, "Ines" if what == "name" else ""))
        assert done.message == message
    labels = standing.labels(demo_library)
    assert [labels.names.get(face) for face in faces] == ["Rosa", None, "Ines"]
    assert labels.rejected == {faces[1]: {"Emil"}, faces[2]: {"Rosa"}}


def test_the_same_question_in_two_windows_is_answered_once(demo_library: Library) -> None:
    interviewer = Interviewer(demo_library, renew_after=1000)
    question = interviewer.ask().question
    assert question is not None
    said = Said(key_of(question), "name", "Rosa")
    interviewer.answer(said)
    with pytest.raises(LabelerError, match="answered meanwhile"):
        interviewer.answer(said)
    with pytest.raises(LabelerError, match="answered meanwhile"):
        interviewer.answer(Said("of another day", "ignore"))
    assert len(demo_library.journal()) == 1


@pytest.mark.parametrize("what", ["yes", "confirm", "nonsense"])
def test_what_is_no_answer_changes_nothing(demo_library: Library, what: str) -> None:
    interviewer = Interviewer(demo_library)
    with pytest.raises(LabelerError, match="no answer to the question"):
        answer(interviewer, what)
    with pytest.raises(LabelerError, match="at least one letter"):
        answer(interviewer, "name", person=" ")
    assert demo_library.journal() == []
    assert interviewer.ask().left == len(Interview(demo_library).questions())


def test_an_undone_answer_is_asked_again_without_reading_everything(
    demo_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    interviewer = Interviewer(demo_library, renew_after=1000)
    first = interviewer.ask().question
    answer(interviewer, "name", person="Rosa")
    interviewer.wait()  # recognizing anew after the first answer reads everything
    second = interviewer.ask()
    answer(interviewer, "name", person="Emil", out=tuple(faces_of(second.question))[:1])
    third = interviewer.ask().question
    answer(interviewer, "ignore")
    loads: list[Interview] = []
    load = Interview.load
    monkeypatch.setattr(Interview, "load", lambda self: (loads.append(self), load(self)))
    for expected in (third, second.question):
        assert actions.undo(demo_library).undone
        assert interviewer.ask().question == expected
    assert interviewer.ask().open_faces == second.open_faces
    assert loads == []
    assert actions.undo(demo_library).undone
    assert faces_of(interviewer.ask().question) == faces_of(first)


def test_what_others_decide_is_noticed(demo_library: Library) -> None:
    interviewer = Interviewer(demo_library, renew_after=1000)
    asked = interviewer.ask()
    elsewhere = Library(demo_library.folder)
    naming.name_faces(elsewhere, faces_of(asked.question), "Rosa")
    now = interviewer.ask()
    assert now.question == asked.following
    assert now.names == ("Rosa",)
    assert now.left == asked.left - 1


def test_what_others_decide_just_when_an_answer_is_written_is_noticed(
    demo_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    interviewer = Interviewer(demo_library, renew_after=1000)
    asked = interviewer.ask()
    elsewhere, real = Library(demo_library.folder), Interviewer._heed

    def late(self: Interviewer, *given: Any) -> None:
        naming.name_faces(elsewhere, faces_of(asked.following), "Emil")
        real(self, *given)

    monkeypatch.setattr(Interviewer, "_heed", late)
    answer(interviewer, "name", person="Rosa")
    now = interviewer.ask()
    assert not faces_of(now.question) & faces_of(asked.following)
    assert now.names == ("Emil", "Rosa")


def test_a_part_that_was_split_off_has_a_number_that_no_group_ever_had(
    demo_library: Library,
) -> None:
    table = demo_library.faces()
    group = table.ids[table.clusters == 0].tolist()
    demo_library.write_setting(numbering.NEXT_CLUSTER, 70)
    naming.different_faces(demo_library, [group[:3], group[3:]])
    now = numbering.clusters(demo_library, table, standing.labels(demo_library))
    assert set(now[np.isin(table.ids, group)].tolist()) == {0, 70}


def test_faces_are_recognized_anew_while_the_questions_go_on(demo_library: Library) -> None:
    truth = true_names(demo_library)
    interviewer = Interviewer(demo_library)
    asked = interviewer.ask()
    for _ in range(4):
        question = interviewer.ask().question
        (face, *_) = question.groups[0].faces if question else ()
        answer(interviewer, "name", person=truth[face])
    interviewer.wait()
    assert interviewer.ask().question is not None
    labels = standing.labels(demo_library)
    assert faces_of(interviewer.ask().question).isdisjoint(labels.names)
    assert interviewer.ask().open_faces <= asked.open_faces - len(labels.names)
    assert demo_library.setting("known_share") is not None  # written by the recognition


def test_when_nothing_is_left_the_page_says_so_kindly(demo_library: Library) -> None:
    faces = demo_library.faces().ids.tolist()
    naming.ignore_faces(demo_library, faces[1:])
    interviewer = Interviewer(demo_library)
    answer(interviewer, "skip")
    page = shown(demo_library, interviewer.ask())
    assert "Nothing left to ask" in page
    assert "You skipped 1 question" in page
    assert '"href": "/people"' in page
    interviewer.answer(Said("none", "again"))
    assert faces_of(interviewer.ask().question) == {faces[0]}
    answer(interviewer, "ignore")
    interviewer.wait()
    assert "Every face is named" in shown(demo_library, interviewer.ask())


# -- the page ------------------------------------------------------------------------------------


def shown(library: Library, asked: Asked) -> str:
    from plotly.utils import PlotlyJSONEncoder

    page = review.body(asked, portraits(library, review.faces_needed(asked)))
    return json.dumps(page, cls=PlotlyJSONEncoder, ensure_ascii=False)


def test_a_page_of_tiles_shows_face_and_evidence(demo_library: Library) -> None:
    faces = with_proposals(demo_library)
    asked = Interviewer(demo_library).ask()
    page = shown(demo_library, asked)
    assert "Which of these are wrong?" in page
    assert page.count('"data-tile"') == 3
    for face in (*faces["likely"], faces["Rosa"][0], faces["Emil"][1], faces["Rosa"][2]):
        assert f"/faces/{face}.jpg?v=" in page
    assert "base64" not in page


def test_the_photo_comes_by_face_reduced_and_is_kept(demo_library: Library) -> None:
    (portrait,) = portraits(demo_library, [1]).values()
    client = app.create_app(Session(demo_library)).server.test_client()
    with client.get(portrait.photo) as kept:
        assert (kept.status_code, kept.mimetype) == (200, "image/jpeg")
        assert kept.headers["Cache-Control"] == f"private, max-age={images.YEAR}, immutable"
        width, height = Image.open(io.BytesIO(kept.data)).size
    assert max(width, height) <= 1200
    assert width / height == pytest.approx(portrait.ratio, rel=0.01)
    left, top, across, down = portrait.box
    assert 0 <= left <= left + across <= 100
    assert 0 <= top <= top + down <= 100
    assert client.get("/face-photos/x/99999.jpg").status_code == 404


def test_an_answer_over_http_brings_the_next_question(demo_library: Library) -> None:
    client = app.create_app(Session(demo_library)).server.test_client()
    interview = Interview(demo_library)
    first, second = interview.questions(2)
    ask(client, None)  # a window has seen the question
    told = ask(client, {"question": key_of(first), "what": "name", "person": "Rosa"})
    assert told["done"]["data"]["what"]["message"] == f"Named {int(first.gain)} faces Rosa"
    assert f'"data-question": "{key_of(second)}"' in json.dumps(told["review"])


def ask(client: Any, said: dict[str, Any] | None) -> Any:
    """Call the callback that shows the question, or with an answer the one that takes it."""
    callbacks = client.get("/_dash-dependencies").get_json()
    wanted = "review-answer.data" if said else "review-wait.n_intervals"
    (callback,) = [c for c in callbacks if wanted in [_name(i) for i in c["inputs"]]]
    outputs = [
        dict(zip(("id", "property"), one.rsplit(".", 1), strict=True))
        for one in callback["output"].strip(".").split("...")
    ]
    inputs = [{**one, "value": said if said else None} for one in callback["inputs"]]
    message = {
        "output": callback["output"],
        "outputs": outputs,
        "inputs": inputs,
        "changedPropIds": [wanted],
        "state": [],
    }
    response = client.post("/_dash-update-component", json=message)
    assert response.status_code == 200, response.data
    return response.get_json()["response"]


def _name(one: dict[str, str]) -> str:
    return f"{one['id']}.{one['property']}"
