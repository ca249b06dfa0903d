"""Verification and look-alikes on the demo album."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from labeler.errors import LabelerError
from labeler.faces.steps.library_finder import library_finder
from labeler.family.steps.lookalike import look_alikes, people_of
from labeler.family.steps.pair_lists import read_pairs
from labeler.family.steps.verification import measure, verify
from labeler.family.verification import LOOK_ALIKE
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.listing import list_faces
from labeler.sorting.steps.sort import plan_sort
from labeler.types import Box

from .sorting import named_library
from .test_cli import Shell

pytestmark = pytest.mark.slow

__all__ = ["named_library"]  # fixture

CHRISTMAS = "photos/2003 Christmas at home"


def test_two_photos_of_one_person_and_one_of_three(demo_library: Library, demo_album: Path) -> None:
    folder = demo_album / CHRISTMAS
    paths = [folder / f"IMG_100{number}.jpg" for number in range(3)]  # Rosa, Rosa, and with Rosa
    found = verify(demo_library, paths)
    assert [(face.number, face.of) for face in found.faces] == [
        (1, 1),
        (1, 1),
        (1, 3),
        (2, 3),
        (3, 3),
    ]
    pairs = {(pair.one, pair.other): pair for pair in found.pairs}
    assert len(pairs) == 7  # not those on one photo
    assert {ends for ends, pair in pairs.items() if pair.probability > 0.9} == {
        (0, 1),
        (0, 4),
        (1, 4),
    }
    for pair in found.pairs:
        assert pair.cosine == pytest.approx(1 - pair.distance**2 / 2)
        assert pair.same == (pair.distance < found.threshold)
        assert pair.same == (pair.probability > 0.5)
    assert found.measured
    assert found.false_accept_rate == pytest.approx(0.010, abs=0.001)


def test_pairs_of_a_csv_list_are_measured(
    demo_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    table = tmp_path / "pairs.csv"
    rows = [
        ("IMG_1000.jpg", "IMG_1001.jpg", "1"),
        ("IMG_1001.jpg", "IMG_1000.jpg", "yes"),
        ("IMG_1000.jpg", "../2008 Lake holiday/IMG_broken.jpg", "0"),
        ("IMG_1000.jpg", "IMG_1009.jpg", "0"),  # shows nobody
        ("IMG_1000.jpg", "../../inbox/DSC_203.jpg", "different"),  # a stranger
    ]
    table.write_text("path1,path2,same\n" + "\n".join(",".join(row) for row in rows) + "\n")
    report = measure(demo_library, table, demo_album / CHRISTMAS)
    assert (report.pairs, report.same, report.compared, report.photos) == (5, 2, 3, 5)
    assert [Path(path).name for path in report.without_face] == ["IMG_1009.jpg"]
    assert [Path(one.path).name for one in report.failed] == ["IMG_broken.jpg"]
    at = report.at_threshold
    assert (at.same_accepted, at.same_refused, at.different_refused) == (2, 0, 1)
    assert report.accuracy == pytest.approx(3 / 5)
    assert (report.auc, report.equal_error_rate) == (1.0, 0.0)


def test_lists_in_the_format_of_lfw(tmp_path: Path) -> None:
    table = tmp_path / "pairs.txt"
    table.write_text("2\t1\nAda\t1\t2\nAda\t1\tBen\t3\nBen\t1\t12\nBen\t2\tCy\t1\n")
    pairs = read_pairs(table, tmp_path)
    assert [(Path(one.one).name, Path(one.other).name, one.same) for one in pairs] == [
        ("Ada_0001.jpg", "Ada_0002.jpg", True),
        ("Ada_0001.jpg", "Ben_0003.jpg", False),
        ("Ben_0001.jpg", "Ben_0012.jpg", True),
        ("Ben_0002.jpg", "Cy_0001.jpg", False),
    ]
    assert [one.group for one in pairs] == ["fold 0", "fold 0", "fold 1", "fold 1"]
    table.write_text("Ada 1 2\nBen 1 Cy 2\n")
    assert [one.group for one in read_pairs(table)] == ["Ada", "Ben"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "lists no pairs"),
        ("Ada\t1\n", "lists no pairs|is no pair"),
        ("Ada\tone\ttwo\n", "Line 1"),
        ("path1,path2,same\na.jpg,b.jpg,perhaps\n", "Line 2"),
        ("path1,path2,same\na.jpg\n", "Line 2"),
        ("\0\xff\n", "holds NUL bytes"),
    ],
)
def test_lists_that_make_no_sense(tmp_path: Path, text: str, says: str) -> None:
    table = tmp_path / "pairs.txt"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(LabelerError, match=says):
        read_pairs(table)


def test_verify_says_what_is_wrong(demo_library: Library, demo_album: Path) -> None:
    shell, folder = Shell(demo_library.folder), demo_album / CHRISTMAS
    rosa, nobody = folder / "IMG_1000.jpg", folder / "IMG_1009.jpg"
    assert "Give two photos" in shell.fails(2, "verify", rosa)
    assert "Give two or more photos" in shell.fails(2, "verify")
    assert "No face was found on" in shell.fails(1, "verify", rosa, nobody)
    assert "cannot be read" in shell.fails(1, "verify", rosa, folder / "missing.jpg")
    assert "add --pairs" in shell.fails(2, "verify", rosa, nobody, "--photos", folder)
    done = shell.run("verify", rosa, folder / "IMG_1001.jpg")
    assert "the same person" in done.stdout
    assert "over 99" in done.stdout


def test_a_photo_of_the_library_is_never_its_own_look_alike(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    photo = demo_album / CHRISTMAS / "IMG_1001.jpg"  # Rosa alone
    found = look_alikes(named_library, photo)
    assert (found.people, found.of) == (11, 1)
    (face,) = found.faces
    assert (face.person, face.own_photo) == ("Rosa", True)
    assert 1 <= len(face.look_alikes) <= 3
    assert "Rosa" not in {one.person for one in face.look_alikes}
    assert all(one.distance <= LOOK_ALIKE for one in face.look_alikes)
    similarities = [one.similarity for one in face.look_alikes]
    assert similarities == sorted(similarities, reverse=True)
    # Saved again, smaller, without a date: the same answer.
    again = tmp_path / "again.jpg"
    with Image.open(photo) as image:
        image.resize((image.width // 2, image.height // 2)).save(again, quality=70)
    (copy,) = look_alikes(named_library, again).faces
    assert (copy.person, copy.own_photo) == ("Rosa", True)
    assert photo.name not in {Path(one.photo).name for one in copy.look_alikes}


def test_look_alikes_of_new_photos_and_single_faces(
    named_library: Library, demo_album: Path
) -> None:
    photo = demo_album / "inbox" / "DSC_201.jpg"  # Nora, Felix
    both = look_alikes(named_library, photo, top=2)
    assert [face.person for face in both.faces] == ["Nora", "Felix"]
    assert not any(face.own_photo for face in both.faces)
    assert [len(face.look_alikes) <= 2 for face in both.faces] == [True, True]
    nearest = [(one.person, one.face) for one in both.faces[1].look_alikes]
    (second,) = look_alikes(named_library, photo, top=2, number=2).faces
    assert (second.number, second.person) == (2, "Felix")
    assert [(one.person, one.face) for one in second.look_alikes] == nearest
    (boxed,) = look_alikes(named_library, photo, top=2, box=Box(807, 274, 218, 255)).faces
    assert (boxed.number, boxed.person) == (None, "Felix")
    assert [(one.person, one.face) for one in boxed.look_alikes] == nearest
    assert look_alikes(named_library, photo, max_distance=0.0).faces[0].look_alikes == ()


def test_look_alikes_in_a_folder_leave_the_library_alone(
    demo_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    references = tmp_path / "references"
    album = demo_album / CHRISTMAS
    for person, name in (("Rosa", "IMG_1000.jpg"), ("Both", "IMG_1002.jpg")):
        (references / person).mkdir(parents=True)
        shutil.copy(album / name, references / person)
    before = demo_library.counts()
    found = look_alikes(demo_library, demo_album / "inbox" / "DSC_200.jpg", folder=references)
    assert demo_library.counts() == before
    assert (found.people, found.unclear) == (1, 1)
    assert found.faces[0].person == "Rosa"


def test_lookalike_says_what_is_wrong(demo_library: Library, demo_album: Path) -> None:
    shell, inbox = Shell(demo_library.folder), demo_album / "inbox"
    photo = inbox / "DSC_201.jpg"
    assert "Nobody has a name yet" in shell.fails(1, "lookalike", photo)
    assert "there is no face 3" in shell.fails(2, "lookalike", photo, "--face", 3)
    assert "1,2,3 is no box" in shell.fails(2, "lookalike", photo, "--box", "1,2,3")
    assert "at least 10" in shell.fails(1, "lookalike", photo, "--box", "5,5,3,3")
    assert "not by both" in shell.fails(2, "lookalike", photo, "--box", "1,2,3,4", "--face", 1)
    assert "No face was found" in shell.fails(
        1, "lookalike", demo_album / CHRISTMAS / "IMG_1009.jpg"
    )
    assert "cannot be read" in shell.fails(1, "lookalike", inbox / "missing.jpg")
    assert "does not exist" in shell.fails(1, "lookalike", photo, "--in", inbox / "nowhere")


def test_look_alikes_and_sorting_agree_on_who_is_on_a_photo(
    named_library: Library, demo_album: Path
) -> None:
    """On DSC_204 Henrik looks as on a photo of the library, and beside him is a stranger."""
    inbox, agreed = demo_album / "inbox", 0
    finder = library_finder(named_library)
    people = people_of(named_library)
    for item in plan_sort(named_library, inbox, None, finder=finder):
        if not item.people and not item.unknown:
            continue
        found = look_alikes(
            named_library, Path(item.photo), finder=finder, read=lambda library: people
        )
        assert not any(face.known or face.own_photo for face in found.faces)
        likely = {face.box: (face.person, face.probability) for face in found.faces}
        agreed += len(item.people)
        for one in item.people:
            assert likely.pop(one.box) == (one.person, pytest.approx(one.probability))
        assert all((chance or 0) < 0.99 for _, chance in likely.values())
        if Path(item.photo).name == "DSC_204.jpg":
            assert [face.person for face in found.faces] == ["Henrik", None]
    assert agreed > 10


@pytest.mark.parametrize("how", ["smaller", "turned", "mirrored", "cropped"])
def test_what_the_user_said_holds_on_the_same_photo(
    named_library: Library, demo_album: Path, tmp_path: Path, how: str
) -> None:
    """Sorting and look-alikes both know a photo again, and which of its faces is whose."""
    photo = demo_album / CHRISTMAS / "IMG_1002.jpg"  # Emil, Henrik, Clara
    faces = sorted(
        (face for face in list_faces(named_library) if face.photo == str(photo)),
        key=lambda face: face.box.left,
    )
    naming.name_faces(named_library, [faces[0].face], "Agathe")
    naming.ignore_faces(named_library, [faces[2].face])
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with Image.open(photo) as stored:
        image = stored if how == "turned" else ImageOps.exif_transpose(stored)
        if how == "smaller":
            image = image.resize((image.width // 2, image.height // 2))
        elif how == "mirrored":
            image = ImageOps.mirror(image)
        elif how == "cropped":
            image = image.crop((0, 0, image.width, image.height * 3 // 4))
        image.save(inbox / "again.jpg", quality=70)
    found = look_alikes(named_library, inbox / "again.jpg").faces
    said = {
        "turned": ["Henrik", None, "Agathe"],  # above one another
        "mirrored": [None, "Henrik", "Agathe"],
    }
    assert [face.person for face in found] == said.get(how, ["Agathe", "Henrik", None])
    assert [face.known for face in found] == [face.person is not None for face in found]
    assert all(face.own_photo for face in found)
    (item,) = plan_sort(named_library, inbox, None)
    assert {one.person for one in item.people} == {"Agathe", "Henrik"}
