"""Reference folders: who is learnt from them, and what is asked instead of guessed."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from labeler import journal
from labeler.errors import LabelerError
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.listing import FaceRow, list_faces
from labeler.people.steps.references import ReferencesReport, learn

from .conftest import true_names
from .filming import film, panned
from .test_cli import Shell

pytestmark = pytest.mark.slow


class Album:
    """The demo album by number of faces, as a source of reference photos.

    portraits: the faces that are alone on their photo, by true name.
    """

    def __init__(self, library: Library) -> None:
        self.truth = true_names(library)
        on_photo: dict[str, list[FaceRow]] = defaultdict(list)
        for row in list_faces(library):
            on_photo[row.photo].append(row)
        self.portraits: dict[str, list[FaceRow]] = defaultdict(list)
        for rows in on_photo.values():
            if len(rows) == 1:
                self.portraits[self.truth[rows[0].face]].append(rows[0])
        self.pair = next(rows for rows in on_photo.values() if len(rows) == 2)
        present = {photo.path for photo in library.photos().values()}
        self.landscape = min(present - set(on_photo))


def put(photo: str, folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    return str(shutil.copy(photo, folder))


def named(report: ReferencesReport) -> dict[str, list[int]]:
    return {one.person: sorted(one.named) for one in report.people if one.named}


@pytest.fixture
def album(demo_library: Library) -> Album:
    return Album(demo_library)


def two_people(album: Album, folder: Path) -> dict[str, list[int]]:
    """Make folders of two people, one with a folder inside; return the faces to be named."""
    first, second = sorted(album.portraits, key=lambda who: -len(album.portraits[who]))[:2]
    faces = {}
    for person in (first, second):
        rows = album.portraits[person][:2]
        put(rows[0].photo, folder / person)
        put(rows[1].photo, folder / person / "older")
        faces[person] = sorted(row.face for row in rows)
    return faces


def test_the_only_face_of_a_photo_gets_the_name_of_the_folder(
    demo_library: Library, album: Album, tmp_path: Path
) -> None:
    expected = two_people(album, tmp_path / "refs")
    report = learn(demo_library, tmp_path / "refs")
    assert named(report) == expected
    assert (report.to_ask, report.conflicts, report.empty, report.loose) == ((), (), (), ())
    entries = demo_library.journal()
    assert [(entry.action, entry.person) for entry in entries] == [
        (journal.NAME, person) for person in sorted(expected)
    ]
    again = learn(demo_library, tmp_path / "refs")
    assert [(one.named, one.before) for one in again.people] == [((), 2), ((), 2)]
    assert demo_library.journal() == entries


def test_a_photo_of_several_is_asked_about_until_it_is_answered(
    demo_library: Library, album: Album, tmp_path: Path
) -> None:
    left, right = sorted(album.pair, key=lambda row: row.box.left)
    path = put(left.photo, tmp_path / "Rosa_M")
    (question,) = learn(demo_library, tmp_path).to_ask
    assert (question.person, question.photo) == ("Rosa_M", path)
    assert [(face.face, face.box, face.name) for face in question.faces] == [
        (left.face, left.box, None),
        (right.face, right.box, None),
    ]
    assert demo_library.journal() == []

    # That the other one is somebody else does not prove that this one is the person.
    naming.name_faces(demo_library, [right.face], "Emil")
    (question,) = learn(demo_library, tmp_path).to_ask
    assert question.may_be == (left.face,)
    assert question.faces[1].name == "Emil"

    naming.name_faces(demo_library, [left.face], "Rosa_M")
    report = learn(demo_library, tmp_path)
    assert (report.to_ask, report.conflicts) == ((), ())
    assert [(one.named, one.before) for one in report.people] == [((), 1)]


def test_what_the_user_said_before_stands(
    demo_library: Library, album: Album, tmp_path: Path
) -> None:
    rows = [row for rows in album.portraits.values() for row in rows][:4]
    for row in rows:
        put(row.photo, tmp_path / "Rosa")
    other, refused, ignored, free = (row.face for row in rows)
    naming.name_faces(demo_library, [other], "Emil")
    naming.name_faces(demo_library, [refused], "Rosa")
    naming.reject_faces(demo_library, [refused], "Rosa")
    naming.ignore_faces(demo_library, [ignored])
    report = learn(demo_library, tmp_path)
    assert named(report) == {"Rosa": [free]}
    found = {conflict.faces: (conflict.why, conflict.said) for conflict in report.conflicts}
    assert found == {
        (other,): ("another name", "Emil"),
        (refused,): ("rejected", None),
        (ignored,): ("ignored", None),
    }
    assert standing.labels(demo_library).names == {other: "Emil", free: "Rosa"}


def test_a_portrait_in_two_folders_is_nobodys(
    demo_library: Library, album: Album, tmp_path: Path
) -> None:
    (row, *_), *_ = album.portraits.values()
    put(row.photo, tmp_path / "Rosa")
    put(row.photo, tmp_path / "Emil")
    report = learn(demo_library, tmp_path)
    assert [(one.person, one.why, one.said) for one in report.conflicts] == [
        ("Emil", "two folders", "Rosa"),
        ("Rosa", "two folders", "Emil"),
    ]
    assert demo_library.journal() == []


def test_a_folder_of_unknown_people_is_nobody(
    demo_library: Library, album: Album, tmp_path: Path
) -> None:
    (first, *_), (second, *_), *_ = album.portraits.values()
    put(first.photo, tmp_path / "Rosa")
    loose = [put(second.photo, tmp_path / name) for name in ("Unbekannt", "_UNKNOWN_")]
    report = learn(demo_library, tmp_path)
    assert [one.person for one in report.people] == ["Rosa"]
    assert sorted(report.loose) == sorted(loose)


def test_a_video_in_somebody_s_folder_names_nobody(
    demo_library: Library, album: Album, tmp_path: Path
) -> None:
    (row, *_), *_ = album.portraits.values()
    folder = tmp_path / "people" / "Rosa"
    photo = Path(put(row.photo, folder))
    film(folder / "a.mp4", panned(photo, 30, (640, 480)), rate=10)
    learn(demo_library, folder.parent)
    tracks = demo_library.video_tracks().ids.tolist()
    assert tracks
    named = standing.labels(demo_library).names
    assert set(named.values()) == {"Rosa"}
    assert named.keys().isdisjoint(tracks)


def test_what_is_no_reference_is_reported(
    demo_library: Library, album: Album, tmp_path: Path
) -> None:
    (row, *_), *_ = album.portraits.values()
    faceless = put(album.landscape, tmp_path / "Rosa")
    loose = put(row.photo, tmp_path)
    (tmp_path / "Nobody").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "Rosa" / "broken.jpg").write_text("no picture")
    report = learn(demo_library, tmp_path)
    # The library of this test lies in the same folder; it is not a person.
    assert {one.person for one in report.people} == {"Nobody", "Rosa"}
    assert report.without_face == (faceless,)
    assert report.loose == (loose,)
    assert report.empty == (str(tmp_path / "Nobody"),)
    assert [Path(failure.path).name for failure in report.failed] == ["broken.jpg"]
    assert demo_library.journal() == []


def test_folders_that_cannot_be_references(demo_library: Library, tmp_path: Path) -> None:
    with pytest.raises(LabelerError, match="does not exist; give a folder"):
        learn(demo_library, tmp_path / "nowhere")
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(LabelerError, match="is not a folder"):
        learn(demo_library, file)
    refs = tmp_path / "refs"
    refs.mkdir()
    with pytest.raises(LabelerError, match="has no sub-folder"):
        learn(demo_library, refs)
    (refs / ("x" * (naming.LONGEST_NAME + 1))).mkdir()
    with pytest.raises(LabelerError, match="cannot be a person: The name is longer"):
        learn(demo_library, refs)


def test_the_command_prints_what_settles_a_question(
    demo_library: Library, album: Album, tmp_path: Path
) -> None:
    shell = Shell(demo_library.folder)
    refs = tmp_path / "refs"
    expected = two_people(album, refs)
    put(album.pair[0].photo, refs / "Rosa Maria")
    said = shell.run("references", refs).stdout
    total = sum(map(len, expected.values()))
    assert said.startswith(f"{total} faces of 2 people named.\n")
    face = min(row.face for row in album.pair)
    command = f"labeler --library {shell.library} name --face {face} 'Rosa Maria'"
    assert f"    {command}\n" in said
    assert shell.run("name", "--face", face, "Rosa Maria").returncode == 0
    report = shell.json("references", refs)
    assert list(report) == [
        "people",
        "to_ask",
        "conflicts",
        "without_face",
        "loose",
        "empty",
        "failed",
        "left_out",
        "not_used",
    ]
    assert report["to_ask"] == []
    assert {one["person"]: one["before"] for one in report["people"]} == {
        **dict.fromkeys(expected, 2),
        "Rosa Maria": 1,
    }
    assert "does not exist" in shell.fails(1, "references", tmp_path / "nowhere")


@pytest.mark.photos
def test_real_people_are_recognized_from_reference_folders(
    photos_folder: Path, models_folder: Path, tmp_path: Path
) -> None:
    from labeler.faces.steps.index import index
    from labeler.people.steps.recognize import recognize

    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    library = Library.create(tmp_path / "library")
    report = learn(library, photos_folder / "references" / "train")
    assert {person: len(faces) for person, faces in named(report).items()} == {
        "alex_lacamoire": 1,
        "biden": 2,
        "obama": 2,
        "rose_leslie": 2,
    }
    index(library, [photos_folder / "references" / "test"])
    recognize(library)
    found: dict[str, set[str | None]] = defaultdict(set)
    for row in list_faces(library):
        if row.source != "user":
            found[Path(row.photo).name].add(row.person)
    assert found == {
        "alex_lacamoire1.jpg": {"alex_lacamoire"},
        "johnsnow_test1.jpg": {None},
        "kit_with_rose.jpg": {"rose_leslie", None},
        "obama1.jpg": {"obama"},
        "obama_and_biden.jpg": {"obama", "biden", None},
    }


def photos_of(library: Library, album: Album, person: str) -> dict[str, dict[str, int]]:
    """Return the photos that show a person and others, with the faces on each by true name."""
    on_photo: dict[str, dict[str, int]] = defaultdict(dict)
    for row in list_faces(library):
        on_photo[row.photo][album.truth[row.face]] = row.face
    return {p: faces for p, faces in on_photo.items() if person in faces and len(faces) > 1}


@pytest.mark.parametrize("portraits", [0, 2])
def test_the_face_that_a_folder_s_photos_share_is_its_person(
    demo_library: Library, album: Album, tmp_path: Path, portraits: int
) -> None:
    together = photos_of(demo_library, album, "Rosa")
    seen: set[str] = set()
    expected = []
    for photo, faces in together.items():
        others = set(faces) - {"Rosa"}
        if not others & seen and len(expected) < 3:  # nobody else is on two of them
            seen |= others
            put(photo, tmp_path / "Rosa")
            expected.append(faces["Rosa"])
    assert len(expected) == 3
    alone = album.portraits["Rosa"][:portraits]
    for row in alone:
        put(row.photo, tmp_path / "Rosa")
    report = learn(demo_library, tmp_path)
    assert report.to_ask == ()
    assert named(report) == {"Rosa": sorted([*expected, *(row.face for row in alone)])}
    assert report.people[0].told_apart == tuple(
        face for face in report.people[0].named if face in expected
    )
    assert [one.before for one in learn(demo_library, tmp_path).people] == [3 + portraits]


def test_two_who_are_always_together_are_asked_about(
    demo_library: Library, album: Album, tmp_path: Path
) -> None:
    """Nothing tells which of the two the folder is of, until one photo shows one alone."""
    couples: dict[frozenset[str], list[str]] = defaultdict(list)
    for photo, faces in photos_of(demo_library, album, "Rosa").items():
        if len(faces) == 2:
            couples[frozenset(faces)].append(photo)
    _, photos = max(couples.items(), key=lambda item: len(item[1]))
    assert len(photos) >= 2
    for photo in photos:
        put(photo, tmp_path / "Somebody")
    assert len(learn(demo_library, tmp_path).to_ask) == len(photos)
    assert demo_library.journal() == []
    put(album.portraits["Rosa"][0].photo, tmp_path / "Somebody")
    report = learn(demo_library, tmp_path)
    assert report.to_ask == ()
    assert {album.truth[face] for face in named(report)["Somebody"]} == {"Rosa"}


def test_a_stranger_among_a_folder_s_photos_is_asked_about(
    demo_library: Library, album: Album, tmp_path: Path
) -> None:
    """A photo of several on which the person is not is left unclear."""
    for row in album.portraits["Rosa"][:2]:
        put(row.photo, tmp_path / "Rosa")
    others = photos_of(demo_library, album, "Emil")
    photo = next(p for p, faces in others.items() if "Rosa" not in faces)
    put(photo, tmp_path / "Rosa")
    (question,) = learn(demo_library, tmp_path).to_ask
    assert Path(question.photo).name == Path(photo).name
