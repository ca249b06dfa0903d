"""The pages about likeness without a browser: uploads, what the buttons do, what is served."""

from __future__ import annotations

import gc
import io
import json
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from dashboard.lookalike import page as lookalike
from dashboard.lookalike import uploads
from dashboard.lookalike import verify_page as verify
from dashboard.lookalike.dropped_photos import DroppedPhotos
from dashboard.lookalike.uploads import Uploads
from dashboard.resemblance import actions as kin_actions
from dashboard.resemblance import evidence as resemblance_evidence
from dashboard.resemblance import page as resemblance
from dashboard.resemblance.kin_answers import KinAnswers
from dashboard.shell import app, security
from dashboard.shell.jobs import Jobs
from dashboard.shell.networks import Networks
from dashboard.shell.session import Session
from dashboard.shell.snapshot import Snapshots, read_snapshot
from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.family import answers
from labeler.family.steps import kin
from labeler.family.steps import lookalike as family_lookalike
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import history, naming, people

from .sorting import named_library

pytestmark = pytest.mark.slow

__all__ = ["named_library"]  # fixture


def words(components: object) -> str:
    """Return what a page says, as JSON."""
    return json.dumps(components, default=lambda c: c.to_plotly_json(), ensure_ascii=False)


@pytest.fixture
def related(named_library: Library, demo_album: Path) -> Library:
    kin.import_kin(named_library, demo_album / "kin.csv")
    return named_library


@pytest.fixture
def desk(related: Library) -> KinAnswers:
    return KinAnswers(related, Snapshots(related), Jobs())


def held(desk: DroppedPhotos, album: Path, *names: str) -> list[str]:
    found = []
    for name in names:
        data = (album / "inbox" / name).read_bytes()
        found.append(desk.uploads.add(data, name).token)
    return found


def jpeg(width: int = 64, height: int = 48) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(stream, "JPEG")
    return stream.getvalue()


# -- kin --------------------------------------------------------------------------------------


def test_kin_are_noted_as_they_are_said_and_taken_back(named_library: Library) -> None:
    done = kin_actions.add(named_library, "Nora", "parent", "Clara")
    assert done.message == "Noted: Clara is a parent of Nora"
    assert kin_actions.add(named_library, "Clara", "child", "Felix").message == (
        "Noted: Clara is a parent of Felix"
    )
    assert kin_actions.add(named_library, "Rosa", "grandchild", "Nora").message == (
        "Noted: Rosa is a grandparent of Nora"
    )
    assert kin_actions.add(named_library, "Nora", "sibling", "Felix").message == (
        "Noted: Felix and Nora are siblings"
    )
    with pytest.raises(LabelerError, match="noted already that Clara is a parent of Nora"):
        kin_actions.add(named_library, "Nora", "parent", "Clara")
    with pytest.raises(LabelerError, match="cannot be a child"):
        kin_actions.add(named_library, "Clara", "parent", "Nora")
    with pytest.raises(LabelerError, match="Choose who is a parent of Nora"):
        kin_actions.add(named_library, "Nora", "parent", None)
    with pytest.raises(LabelerError, match="Choose first whose kin"):
        kin_actions.add(named_library, "", "parent", "Rosa")
    history.undo(named_library, done.entry)
    assert ("Clara", "parent", "Nora") not in standing.labels(named_library).kin
    kin_actions.remove(named_library, "Clara", "parent", "Felix")
    assert standing.labels(named_library).kin == {
        ("Rosa", "grandparent", "Nora"),
        ("Felix", "sibling", "Nora"),
    }


def test_parents_are_filled_in_and_else_the_nearest_kin(desk: KinAnswers, related: Library) -> None:
    assert desk.prefilled("Nora") == ["Clara", "Jonas"]
    assert desk.prefilled("Ines") == []
    assert desk.prefilled("Rosa") == ["Clara", "Emil", "Felix", "Nora"]  # children first
    kin_actions.remove(related, "Jonas", "parent", "Nora")
    assert desk.prefilled("Nora")[:2] == ["Clara", "Felix"]  # as the library is now
    assert desk.prefilled("nobody at all") == []


def test_what_was_said_can_be_removed_and_what_follows_cannot(desk: KinAnswers) -> None:
    found = desk.kin_of("Nora")
    assert ("Clara", "parent", "Nora") in found.said
    assert ("Rosa", "grandparent", "Nora") in found.following
    said = words(resemblance.kin_list("Nora", found))
    assert said.count("kin-remove") == 2 * len(found.said)  # class and id
    assert "Rosa is a grandparent of Nora" in said


def test_the_answer_says_who_how_sure_and_from_what(desk: KinAnswers) -> None:
    found = desk.answer("Nora", ["Jonas", "Clara"])
    said = words(resemblance.answer(found))
    sure = answers.confidence(found.comparisons[0].confidence)
    assert f"Nora is more like Clara than like Jonas, with {sure} confidence." in said
    first = found.relatives[0]
    assert f"{first.person}: {answers.of_hundred(first.share)} of 100, 90% interval" in said
    assert f"photos of Nora, {first.photos} of Clara and" in said
    assert "Comparable people look about as old" in said
    with pytest.raises(LabelerError, match="named twice"):
        desk.answer("Nora", ["Nora", "Clara"])


def test_faces_side_by_side_are_of_different_photos_and_each_once(
    desk: KinAnswers, related: Library
) -> None:
    pairs, years = desk.evidence("Nora", ["Clara", "Jonas"])
    assert [pair.other.person for pair in pairs] == ["Clara", "Clara", "Jonas", "Jonas"]
    for relative in ("Clara", "Jonas"):
        own = [pair for pair in pairs if pair.other.person == relative]
        assert len({pair.one.face for pair in own}) == len({pair.other.face for pair in own}) == 2
    for pair in pairs:
        one, other = (related.face(one.face) for one in (pair.one, pair.other))
        assert one is not None
        assert other is not None
        assert one[0].id != other[0].id
    assert {one.relative for one in years} == {"Clara", "Jonas"}
    said = words(resemblance_evidence.evidence(pairs, years, "v1"))
    assert f"/aligned/large/{pairs[0].one.face}.jpg?v=v1" in said
    assert "base64" not in said


def test_names_in_drawings_are_text(desk: KinAnswers, related: Library) -> None:
    people.rename_person(related, "Nora", "<img src=x onerror=alert(1)>")
    person = "<img src=x onerror=alert(1)>"
    found = desk.family(person)
    assert found is not None
    drawn = words(resemblance_evidence.family(found, person, "v1"))
    charts = words(resemblance_evidence.evidence(*desk.evidence(person, ["Clara"]), "v1"))
    for said in (drawn, charts):
        svg = said.split('"data-svg": "')[1:]
        assert svg
        assert all("<img" not in part.split('"}')[0] for part in svg)
    assert "&lt;img" in drawn


def test_a_family_is_computed_once_for_each_state_of_the_library(
    desk: KinAnswers, related: Library
) -> None:
    found = desk.family("Nora")
    assert desk.family("Nora") is found
    assert desk.family("Ines") is None
    kin_actions.add(related, "Ines", "spouse", "Pavel")
    other = desk.family("Ines")
    assert other is not None
    assert {one.person for one in other.members} == {"Ines", "Pavel"}


# -- uploads ----------------------------------------------------------------------------------


def test_what_is_no_photo_is_refused_with_a_sentence() -> None:
    held = Uploads()
    with pytest.raises(UnreadablePhotoError, match=r"^notes\.jpg cannot be used\. "):
        held.add(b"dear diary", "notes.jpg")
    with pytest.raises(UnreadablePhotoError, match="cannot be used"):
        held.add(b"", "empty.jpg")
    with pytest.raises(UnreadablePhotoError, match="cannot be used"):
        held.add(jpeg()[:200], "half.jpg")
    with pytest.raises(UnreadablePhotoError, match="larger than 60 MB"):
        held.add(bytes(uploads.MOST_BYTES + 1), "huge.jpg")


def test_only_so_many_photos_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    held, data = Uploads(), jpeg()
    tokens = [held.add(data, f"{n}.jpg").token for n in range(uploads.MOST_HELD + 2)]
    assert [held.get(token) is None for token in tokens] == [True, True] + [False] * 40
    monkeypatch.setattr(uploads, "MOST_HELD_BYTES", 3 * len(data))
    last = held.add(data, "last.jpg").token
    assert [token for token in [*tokens, last] if held.get(token)] == [*tokens[-2:], last]
    held.forget(last)
    held.forget(last)
    assert held.get(last) is None


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.jpg", "a\\b\\..\\c.jpg", "/root.jpg", "x\0y.jpg", "", "..", "é.jpg"]
)
def test_files_stay_in_their_folder_and_go_away(name: str) -> None:
    held = Uploads()
    token = held.add(jpeg(), name).token
    with held.as_files([token]) as files:
        ((path, one),) = files.items()
        assert path.read_bytes() == one.data
        assert path.parent.parent.name.startswith("face-labeler-")
        assert path.resolve() == path
    assert not path.parent.parent.exists()
    with pytest.raises(LabelerError, match="no longer held"), held.as_files(["unknown"]):
        raise AssertionError("nothing is held under this token")


def test_sentences_name_the_photo_and_not_the_file_in_between(
    named_library: Library, demo_album: Path
) -> None:
    desk = DroppedPhotos(named_library, Uploads(), Jobs(), Networks(named_library))
    token = desk.uploads.add(jpeg(400, 300), "sea view.jpg").token
    with pytest.raises(LabelerError) as refused:
        desk.look(token)
    assert str(refused.value) == "No face was found on sea view.jpg; choose another photo."


# -- look-alikes and verification -------------------------------------------------------------


def test_whom_several_faces_look_like(named_library: Library, demo_album: Path) -> None:
    desk = DroppedPhotos(named_library, Uploads(), Jobs(), Networks(named_library))
    (token,) = held(desk, demo_album, "DSC_209.jpg")
    before = (named_library.last_entry(), len(named_library.faces().ids))
    look = desk.look(token)
    assert len(look.found.faces) == 3
    for face in look.found.faces:
        assert len(face.look_alikes) <= 3
        assert face.person not in [one.person for one in face.look_alikes]
    said = words(lookalike.body(Snapshots(named_library).current(), look))
    assert "Face 3 of 3 from the left" in said
    assert f"/uploads/{token}/3.jpg" in said
    assert "base64" not in said
    picture = desk.face(token, 1)
    assert picture is not None
    assert Image.open(io.BytesIO(picture)).size == (160, 160)
    assert desk.face(token, 4) is None
    assert (named_library.last_entry(), len(named_library.faces().ids)) == before


def test_look_alikes_are_looked_for_again_only_when_the_library_has_changed(
    named_library: Library, demo_album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = DroppedPhotos(named_library, Uploads(), Jobs(), Networks(named_library))
    (token,) = held(desk, demo_album, "DSC_209.jpg")
    calls: list[str] = []

    def watch(name: str) -> None:
        real = getattr(family_lookalike, name)

        def watched(*args: Any, **more: Any) -> Any:
            calls.append(name)
            return real(*args, **more)

        monkeypatch.setattr(family_lookalike, name, watched)

    watch("look_alikes")
    watch("people_of")
    first = desk.look(token)
    assert desk.look(token) == first
    assert calls == ["look_alikes", "people_of"]
    (other,) = held(desk, demo_album, "DSC_200.jpg")
    desk.look(other)
    assert calls[2:] == ["look_alikes"]
    naming.ignore_faces(named_library, named_library.faces().ids[:1].tolist())
    assert desk.look(token).found.people == first.found.people
    assert calls[3:] == ["look_alikes", "people_of"]


def test_a_folder_of_references_is_the_universe(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    jobs = Jobs()
    desk = DroppedPhotos(named_library, Uploads(), jobs, Networks(named_library))
    tokens = held(desk, demo_album, "DSC_200.jpg")
    alone = {  # photos of one person each
        "Greta": ("photos/2016 Nora first bike/IMG_1050.jpg", (627, 150, 907, 480)),
        "Hanna": ("inbox/DSC_209.jpg", (430, 100, 760, 520)),
        "Otto": ("inbox/DSC_203.jpg", None),
    }
    for name, (photo, part) in alone.items():
        (tmp_path / "actors" / name).mkdir(parents=True)
        with Image.open(demo_album / photo) as picture:
            picture.crop(part).save(tmp_path / "actors" / name / "1.png")
    with pytest.raises(LabelerError, match="There is no folder"):
        desk.begin(tokens[0], tmp_path / "none")
    assert desk.answer(tokens[0], tmp_path / "actors") is None
    desk.begin(tokens[0], tmp_path / "actors")
    job = jobs.wait()
    assert job is not None
    assert job.message == "compared with 3 people"
    look = desk.answer(tokens[0], tmp_path / "actors")
    assert look is not None
    (face,) = look.found.faces
    # One of them is nearest by far, hence who it is; the other one resembles that.
    assert len(face.look_alikes) == 1
    assert {face.person, face.look_alikes[0].person} == {"Greta", "Hanna"}
    for one in face.look_alikes:
        assert desk.reference(look.source, one.face) is not None
    assert desk.reference(look.source, 10_000) is None
    assert desk.reference("guessed", 1) is None
    photo = weakref.ref(look.upload)
    del look
    desk.uploads.forget(tokens[0])
    gc.collect()
    assert photo() is None  # nothing holds what is said to be forgotten
    assert desk.answer(tokens[0], tmp_path / "actors") is None


def test_a_photo_is_kept_only_where_the_user_says(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    desk = DroppedPhotos(named_library, Uploads(), Jobs(), Networks(named_library))
    (token,) = held(desk, demo_album, "DSC_200.jpg")
    with pytest.raises(LabelerError, match="Drop a photo first"):
        desk.keep(None, tmp_path)
    with pytest.raises(LabelerError, match="no longer held"):
        desk.keep("unknown", tmp_path)
    with pytest.raises(LabelerError, match="There is no folder"):
        desk.keep(token, tmp_path / "none")
    folder = tmp_path / "kept"
    folder.mkdir()
    out = desk.keep(token, folder)
    assert out.read_bytes() == (demo_album / "inbox" / "DSC_200.jpg").read_bytes()
    with pytest.raises(LabelerError, match="exists already"):
        desk.keep(token, folder)
    assert [file.name for file in folder.iterdir()] == ["DSC_200.jpg"]


def test_pairs_of_faces_as_a_matrix(named_library: Library, demo_album: Path) -> None:
    desk = DroppedPhotos(named_library, Uploads(), Jobs(), Networks(named_library))
    tokens = held(desk, demo_album, "DSC_200.jpg", "DSC_201.jpg", "DSC_206.jpg")
    verified = desk.verify(tokens)
    assert [one.token for one in verified.photos] == [tokens[0], tokens[1], tokens[1]]
    assert verified.without == ("DSC_206.jpg",)
    said = words(verify.body(verified))
    assert "Of 2 pairs of faces, 1 is the same person." in said
    assert "No face was found on DSC_206.jpg." in said
    assert said.count('"same"') == said.count('"different"') == 2  # both halves of the matrix
    assert "on one photo" in said
    two = desk.verify(held(desk, demo_album, "DSC_200.jpg", "DSC_203.jpg"))
    assert verify.sentence(two.found.pairs[0]) in words(verify.body(two))
    with pytest.raises(LabelerError, match=r"No face was found on DSC_206\.jpg"):
        desk.verify([tokens[0], tokens[2]])


# -- what is served ---------------------------------------------------------------------------


@pytest.fixture
def visitor(related: Library) -> Iterator[FlaskClient]:
    dash = app.create_app(Session(related))
    gate = security.Gate("127.0.0.1", 8050, "secret")
    security.protect(dash.server, gate)
    with dash.server.test_client() as client:
        client.set_cookie(gate.cookie, "secret")
        yield client


LOCAL = {"Host": "localhost"}


def test_photos_come_and_go(visitor: FlaskClient, demo_album: Path) -> None:
    data = (demo_album / "inbox" / "DSC_200.jpg").read_bytes()
    token = visitor.post("/uploads?name=a.jpg", data=data, headers=LOCAL).get_json()["token"]
    shown = visitor.get(f"/uploads/{token}.jpg", headers=LOCAL)
    assert shown.mimetype == "image/jpeg"
    assert "no-store" in shown.headers["Cache-Control"]
    assert np.asarray(Image.open(io.BytesIO(shown.data))).ndim == 3
    assert visitor.delete(f"/uploads/{token}", headers=LOCAL).status_code == 204
    assert visitor.get(f"/uploads/{token}.jpg", headers=LOCAL).status_code == 404
    assert visitor.get(f"/uploads/{token}/1.jpg", headers=LOCAL).status_code == 404
    refused = visitor.post("/uploads?name=a.jpg", data=b"text", headers=LOCAL).get_json()
    assert refused["refused"].startswith("a.jpg cannot be used.")


def test_a_photo_that_is_too_large_is_not_even_read(visitor: FlaskClient) -> None:
    answer = visitor.post(
        "/uploads?name=b.jpg",
        data=bytes(uploads.MOST_BYTES + 1),
        headers=LOCAL,
    )
    assert answer.get_json() == {"refused": uploads.too_large("b.jpg")}


def test_aligned_faces_are_kept_and_nothing_else_is_served(
    visitor: FlaskClient, related: Library
) -> None:
    face = int(related.faces().ids[0])
    version = read_snapshot(related).version
    found = visitor.get(f"/aligned/large/{face}.jpg?v={version}", headers=LOCAL)
    assert Image.open(io.BytesIO(found.data)).size == (320, 320)
    assert "immutable" in found.headers["Cache-Control"]
    old = visitor.get(f"/aligned/large/{face}.jpg?v=1", headers=LOCAL)
    assert (old.data, old.headers["Cache-Control"]) == (found.data, "no-store")
    assert visitor.get(f"/aligned/huge/{face}.jpg", headers=LOCAL).status_code == 404
    gone = visitor.get("/aligned/small/999999.jpg?v=1", headers=LOCAL)
    assert gone.mimetype == "image/svg+xml"
    assert gone.headers["Cache-Control"] == "no-store"
    assert visitor.get("/family-pages/anything.html", headers=LOCAL).status_code == 404
    assert visitor.get("/references/x/1.jpg", headers=LOCAL).status_code == 404


def test_the_one_file_page_is_made_by_a_job(related: Library) -> None:
    jobs = Jobs()
    desk = KinAnswers(related, Snapshots(related), jobs)
    desk.begin_page("Nora")
    job = jobs.wait()
    assert job is not None
    assert (job.message, job.failed) == ("the page is ready", False)
    (token,) = desk.pages("Nora")
    page = desk.page(token)
    assert page is not None
    assert "Who takes after whom?" in page
    assert desk.pages(None) == []
    desk.begin_page("Ines")
    job = jobs.wait()
    assert job is not None
    assert job.failed
    assert job.message.startswith("No kin of Ines are known yet")
