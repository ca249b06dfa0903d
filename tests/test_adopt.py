"""Names that other programs wrote reach the right faces, and never against the user's word."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from labeler import journal
from labeler.errors import LabelerError
from labeler.exchange import frames
from labeler.exchange.steps import adopt
from labeler.faces.steps.index import index
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.library.whereabouts import GONE
from labeler.people.steps import history, naming
from labeler.types import Box

from .exchanging import (
    ORIENTATIONS,
    PEOPLE,
    SIZE,
    Named,
    beside,
    exiftool,  # noqa: F401
    faces_on,
    files_in,
    library_of,
    mwg,
    overlap,
    tool,
    turned,
    xmp,
)
from .test_cli import Shell

pytestmark = pytest.mark.slow


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of two people."""
    return turned(tmp_path / "photos" / "couple.jpg", 1)


@pytest.fixture
def library(photo: Path, tmp_path: Path, models_folder: Path) -> Library:
    return library_of(tmp_path / "library", photo.parent, models_folder)


def named_of(library: Library, photo: Path, people: tuple[str, ...] = PEOPLE) -> list[Named]:
    return [(name, row.box) for name, row in zip(people, faces_on(library, photo), strict=True)]


def names_on(library: Library, photo: Path) -> list[str | None]:
    return [row.person for row in faces_on(library, photo)]


def outcomes(plan: adopt.AdoptionPlan) -> list[tuple[str, str]]:
    return [(one.person, one.outcome) for one in plan.regions]


def square(box: Box, times: float = 1.0) -> Box:
    side = times * (box.width * box.height) ** 0.5
    x, y = box.left + box.width / 2, box.top + box.height / 2
    return Box(x - side / 2, y - side / 2, side, side)


def test_all_eight_orientations_in_and_beside_the_photo(
    tmp_path: Path, models_folder: Path
) -> None:
    photos = [turned(tmp_path / "photos" / f"{number}.jpg", number) for number in ORIENTATIONS]
    library = library_of(tmp_path / "library", tmp_path / "photos", models_folder)
    for number, photo in zip(ORIENTATIONS, photos, strict=True):
        regions = [(n, square(box, 1.2)) for n, box in named_of(library, photo)]
        beside(photo, mwg(regions, SIZE, number), whole_name=number % 2 == 0)
    plan = adopt.apply(library, adopt.plan(library))
    assert {one.outcome for one in plan.regions} == {"name"}
    assert len(plan.regions) == 16
    for photo in photos:
        assert names_on(library, photo) == list(PEOPLE)


@pytest.mark.parametrize("gone", ["face", "photo"])
def test_what_goes_after_the_plan_is_a_sentence(library: Library, photo: Path, gone: str) -> None:
    left, _ = faces_on(library, photo)
    box = Box(20, 20, 60, 60)
    named = [("Rosa", left.box), *([("Ghost", box)] if gone == "photo" else [])]
    beside(photo, mwg(named, SIZE))
    plan = adopt.plan(library)
    assert [one.outcome for one in plan.regions] == ["name", "draw"][: len(named)]
    if gone == "face":
        library.remove_faces([left.face])
    else:
        library.mark_files([str(photo)], GONE)
    with pytest.raises(LabelerError, match="has gone since"):
        adopt.apply(library, plan)
    assert library.journal() == []


@pytest.mark.parametrize("number", ORIENTATIONS)
@pytest.mark.parametrize("with_size", [True, False])
def test_regions_drawn_on_the_upright_picture(
    tmp_path: Path, models_folder: Path, number: int, with_size: bool
) -> None:
    """Some programs do; their sizes give them away, or else the faces that are there."""
    photo = turned(tmp_path / "photos" / "a.jpg", number)
    library = library_of(tmp_path / "library", photo.parent, models_folder)
    packet = mwg(named_of(library, photo), SIZE)
    if not with_size:
        packet = packet.replace(b"AppliedToDimensions", b"Ignored")
    beside(photo, packet)
    adopt.apply(library, adopt.plan(library))
    assert names_on(library, photo) == list(PEOPLE)


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("like", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
@pytest.mark.parametrize("number", [1, 6])
def test_what_exiftool_writes_inside_is_read(
    tmp_path: Path, models_folder: Path, like: str, number: int
) -> None:
    suffix = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif", "HEIF": "heic"}[like]
    if like == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    photo = turned(tmp_path / "photos" / f"a.{suffix}", number, like)
    library = library_of(tmp_path / "library", photo.parent, models_folder)
    regions = []
    for name, box in named_of(library, photo):
        area = frames.stored(frames.area_of(box, *SIZE), number)
        x, y = area.left + area.width / 2, area.top + area.height / 2
        place = {"X": x, "Y": y, "W": area.width, "H": area.height, "Unit": "normalized"}
        regions.append({"Area": place, "Name": name, "Type": "Face"})
    width, height = frames.stored_size(*SIZE, number)
    size = {"W": width, "H": height, "Unit": "pixel"}
    info = {"AppliedToDimensions": size, "RegionList": regions}
    document = tmp_path / "regions.json"
    document.write_text(json.dumps([{"SourceFile": str(photo), "RegionInfo": info}]))
    tool("-overwrite_original", f"-json={document}", photo)
    index(library, [photo.parent])
    assert names_on(library, photo) == [None, None]  # the same photo, and nobody said a word
    plan = adopt.apply(library, adopt.plan(library))
    assert outcomes(plan) == [("Rosa", "name"), ("Clara", "name")]
    assert names_on(library, photo) == list(PEOPLE)


def test_extended_xmp_of_a_jpeg(photo: Path, library: Library) -> None:
    """XMP that is too long for one segment goes on in others, in any order."""
    packet = mwg(named_of(library, photo), SIZE)
    guid, half = b"A" * 32, len(packet) // 2
    segments = b""
    for offset in (half, 0):
        body = b"http://ns.adobe.com/xmp/extension/\0" + guid
        body += len(packet).to_bytes(4, "big") + offset.to_bytes(4, "big")
        body += packet[offset : None if offset else half]
        segments += b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
    data = photo.read_bytes()
    photo.write_bytes(data[:2] + segments + data[2:])
    index(library, [photo.parent])
    adopt.apply(library, adopt.plan(library))
    assert names_on(library, photo) == list(PEOPLE)


def test_one_undo_takes_all_back_and_a_second_run_adds_nothing(
    photo: Path, library: Library
) -> None:
    missed = Box(60, 60, 80, 100)
    beside(photo, mwg([*named_of(library, photo), ("Ghost", missed)], SIZE))
    before = files_in(photo.parent)
    plan = adopt.plan(library)
    assert outcomes(plan) == [("Rosa", "name"), ("Clara", "name"), ("Ghost", "draw")]
    assert library.counts()["decisions"] == 0
    done = adopt.apply(library, plan)
    assert set(names_on(library, photo)) == {"Rosa", "Clara", "Ghost"}
    (ghost,) = (row for row in faces_on(library, photo) if row.person == "Ghost")
    assert overlap(ghost.box, missed) > 0.99
    again = adopt.apply(library, adopt.plan(library))
    assert {one.outcome for one in again.regions} == {"settled"}
    assert again.entry is None
    assert library.counts()["decisions"] == 4
    assert history.undo(library) == done.entry
    assert names_on(library, photo) == [None, None]
    history.redo(library)
    assert set(names_on(library, photo)) == {"Rosa", "Clara", "Ghost"}
    assert files_in(photo.parent) == before


@pytest.mark.parametrize(
    ("action", "why"),
    [
        ("name", "You named this face Emil."),
        ("ignore", "You said that this face is to be ignored."),
        ("reject", "You said that this face is not Rosa."),
        ("unlabel", "You took the name of this face away."),
    ],
)
def test_the_user_s_word_stands(photo: Path, library: Library, action: str, why: str) -> None:
    beside(photo, mwg(named_of(library, photo), SIZE))
    rosa = faces_on(library, photo)[0].face
    if action == "name":
        naming.name_faces(library, [rosa], "Emil")
    elif action == "ignore":
        naming.ignore_faces(library, [rosa])
    else:
        naming.name_faces(library, [rosa], "Rosa")
        if action == "reject":
            naming.reject_faces(library, [rosa], "Rosa")
        else:
            naming.unlabel_faces(library, [rosa])
    said = standing.labels(library)
    plan = adopt.apply(library, adopt.plan(library))
    conflict, taken = plan.regions
    assert (conflict.outcome, conflict.why, conflict.face) == ("conflict", why, rosa)
    assert taken.outcome == "name"
    assert standing.labels(library).names.get(rosa) == said.names.get(rosa)


def test_people_who_have_another_name_here(photo: Path, library: Library) -> None:
    beside(photo, mwg(named_of(library, photo), SIZE))
    adopt.apply(library, adopt.plan(library))
    library.append(journal.RENAME, person="Rosa", value="Rosa Maria")
    plan = adopt.apply(library, adopt.plan(library))
    assert outcomes(plan) == [("Rosa Maria", "settled"), ("Clara", "settled")]


def test_what_is_no_name_of_a_face(photo: Path, library: Library) -> None:
    boxes = [box for _, box in named_of(library, photo)]
    pets = mwg([("Rex", boxes[0])], SIZE, kind="Pet")
    beside(photo, pets)
    plan = adopt.plan(library)
    assert (plan.regions, plan.unnamed) == ((), 1)
    beside(photo, mwg([("", boxes[0]), ("Unknown", boxes[1])], SIZE))
    plan = adopt.plan(library)
    assert (plan.regions, plan.unnamed) == ((), 2)


def test_names_that_cannot_be_used_are_told(photo: Path, library: Library) -> None:
    boxes = [box for _, box in named_of(library, photo)]
    beside(photo, mwg([("x" * 101, boxes[0]), ("Ro&#9;sa&#x202e;", boxes[1])], SIZE))
    long, clean = adopt.plan(library).regions
    assert long.outcome == "left out"
    assert long.why == "The name is longer than 100 characters; shorten it."
    assert (clean.person, clean.outcome) == ("Ro sa", "name")


def test_a_cropped_photo_is_left_out(photo: Path, library: Library) -> None:
    beside(photo, mwg(named_of(library, photo), SIZE, applied_to=(1040, 1040)))
    plan = adopt.apply(library, adopt.plan(library))
    assert {one.outcome for one in plan.regions} == {"left out"}
    assert plan.regions[0].why == (
        "The region cannot be used: it was drawn on a picture of 1040 × 1040 pixels with other "
        "proportions."
    )
    assert library.counts()["decisions"] == 0


def test_a_resized_photo_is_not(photo: Path, library: Library) -> None:
    beside(photo, mwg(named_of(library, photo), SIZE, applied_to=(2080, 1520)))
    adopt.apply(library, adopt.plan(library))
    assert names_on(library, photo) == list(PEOPLE)


def test_what_was_edited_last_wins(photo: Path, library: Library) -> None:
    """A sidecar goes before what is inside; of one place, nobody is named twice."""
    rosa, clara = named_of(library, photo)
    beside(photo, mwg([rosa, clara], SIZE))
    beside(photo, mwg([("Emil", square(rosa[1], 1.3)), clara], SIZE), whole_name=False)
    plan = adopt.apply(library, adopt.plan(library))
    assert sorted(outcomes(plan)) == [("Clara", "name"), ("Emil", "left out"), ("Rosa", "name")]
    (emil,) = plan.with_outcome("left out")
    assert emil.why == "Another region in this place, which goes before, says Rosa."
    assert names_on(library, photo) == list(PEOPLE)


def test_regions_that_hardly_differ_become_one_drawing(photo: Path, library: Library) -> None:
    boxes = [Box(60, 60, 80, 100), Box(64, 58, 80, 100)]
    beside(photo, mwg([("Ghost", boxes[0]), ("Ghost", boxes[1])], SIZE))
    assert outcomes(adopt.plan(library)) == [("Ghost", "draw")]


@pytest.mark.parametrize(
    ("packet", "why"),
    [
        (b"", "it is empty"),
        (b"not XML", "it is broken"),
        (xmp("<dc:title>x")[:300], "it is broken"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + xmp(""), "it has a document type or entities"),
        (b"<a>" * 40_000 + b"<b/>" * 70_000, "it has more than 100,000 tags"),
        (b" " * 4_000_001, "it is larger than 4 MB"),
    ],
    ids=["empty", "text", "cut", "entities", "tags", "huge"],
)
def test_a_bad_packet_is_told_in_one_sentence(
    photo: Path, library: Library, packet: bytes, why: str
) -> None:
    sidecar = beside(photo, packet)
    beside(photo, mwg(named_of(library, photo), SIZE), whole_name=False)
    plan = adopt.apply(library, adopt.plan(library))
    (failure,) = plan.failed
    assert failure.path == str(sidecar)
    assert why in failure.reason
    assert "\n" not in failure.reason
    assert names_on(library, photo) == list(PEOPLE)


def test_picasa_s_names(photo: Path, library: Library, tmp_path: Path) -> None:
    def rect(box: Box) -> str:
        corners = (box.left, box.top, box.right, box.bottom)
        sides = (min(max(at / SIZE[n % 2], 0), 1) for n, at in enumerate(corners))
        return "rect64(" + "".join(f"{round(side * 65535):04x}" for side in sides).lstrip("0") + ")"

    rosa, clara = (square(box, 1.5) for _, box in named_of(library, photo))
    (photo.parent / ".picasa.ini").write_text(
        f"[COUPLE.jpg]\nfaces={rect(rosa)},aa;{rect(clara)},bb;{rect(clara)},ffffffffffffffff\n"
        "[Contacts2]\naa=Rosa;;\n"
    )
    plan = adopt.plan(library)
    assert (outcomes(plan), plan.unnamed) == ([("Rosa", "name")], 2)
    contacts = tmp_path / "contacts.xml"
    contacts.write_text('<contacts><contact id="bb" name="Clara"/></contacts>')
    adopt.apply(library, adopt.plan(library, contacts=contacts))
    assert names_on(library, photo) == list(PEOPLE)
    # What it calls nobody lies where Clara is, which settles nothing.
    assert {one.outcome for one in adopt.plan(library, contacts=contacts).regions} == {"settled"}


def test_folders_bound_what_is_looked_at(
    demo_album: Path, photo: Path, library: Library, tmp_path: Path
) -> None:
    beside(photo, mwg(named_of(library, photo), SIZE))
    other = tmp_path / "other" / "b.jpg"
    other.parent.mkdir()
    shutil.copy(demo_album / "photos/2003 Christmas at home/IMG_1000.jpg", other)
    plan = adopt.plan(library, [other.parent])
    assert plan.regions == ()
    assert len(faces_on(library, other)) == 1  # it was indexed
    (face,) = faces_on(library, other)
    beside(other, mwg([("Rosa", face.box)], SIZE))
    assert [one.photo for one in adopt.plan(library, [other.parent]).regions] == [str(other)]
    assert len(adopt.plan(library).regions) == 3


def test_the_command(photo: Path, library: Library) -> None:
    beside(photo, mwg([*named_of(library, photo), ("Ghost", Box(60, 60, 80, 100))], SIZE))
    shell = Shell(library.folder)
    told = shell.run("adopt")
    assert told.returncode == 0
    assert "  Ghost: 1 face, 1 of them to be drawn\n" in told.stdout
    assert told.stdout.endswith("3 faces of 3 people would be named. Add --apply to do it.\n")
    assert library.counts()["decisions"] == 0
    plan = shell.json("adopt", "--apply")
    assert set(plan) == {"regions", "unnamed", "failed", "entry", "not_used"}
    assert set(plan["regions"][0]) == {"photo", "person", "outcome", "why", "face", "box"}
    assert "named 1 face Clara" in shell.run("undo").stdout
    assert shell.run("adopt", "--apply").stdout.endswith("undo` takes it back.\n")
    assert "There is no new name for any face. 3 faces had" in shell.run("adopt").stdout
    assert "check the path" in shell.fails(1, "adopt", photo.parent / "nowhere")
    contacts = photo.parent / "contacts.xml"
    assert "cannot be read" in shell.fails(1, "adopt", "--contacts", contacts)
    contacts.write_text("no XML")
    assert "is no contacts.xml of Picasa" in shell.fails(1, "adopt", "--contacts", contacts)


def test_another_spelling_is_somebody_who_is_known(library: Library, photo: Path) -> None:
    left, right = faces_on(library, photo)
    naming.name_faces(library, [left.face], "Rosa")
    beside(photo, mwg([("ROSA", left.box), ("rosa ", right.box)], SIZE))
    assert outcomes(adopt.plan(library)) == [("Rosa", "settled"), ("Rosa", "name")]
    done = Shell(library.folder).run("adopt", "--apply")
    assert names_on(library, photo) == ["Rosa", "Rosa"]
    assert "Rosa is twice on couple.jpg.\n" in done.stderr


def test_new_names_in_two_spellings_are_one_person(library: Library, photo: Path) -> None:
    left, right = faces_on(library, photo)
    beside(photo, mwg([("Emil", left.box), ("EMIL", right.box)], SIZE))
    adopt.apply(library, adopt.plan(library))
    assert names_on(library, photo) == ["Emil", "Emil"]
