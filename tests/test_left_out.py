"""Folders that machines make, and what the user wishes to be left out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from labeler.errors import UsageError
from labeler.faces.steps.index import index
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.references import learn
from labeler.photos.ignore_patterns import IgnorePatterns
from labeler.photos.io.left_out import LeavingOut
from labeler.photos.io.not_used import NotUsed
from labeler.photos.io.walk import walk
from labeler.photos.steps import left_out, whereabouts
from labeler.sorting.steps.sets import find_sets
from labeler.types import Failure

from .commanding import command
from .conftest import DEMO
from .test_cli import Shell

PHOTO = DEMO / "photos"


def put(root: Path, *names: str) -> Path:
    """Make files, which need not be photos: a walk opens none."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


def seen(root: Path, leaving_out: LeavingOut | None = None) -> list[str]:
    found = walk([root], leaving_out=leaving_out)
    return [Path(one.path).relative_to(root).as_posix() for one in found]


MACHINES = [
    *("@eaDir/a.jpg/SYNOPHOTO_THUMB_XL.jpg", "#recycle/a.jpg", "#snapshot/GMT-2020/a.jpg"),
    *(
        "2008/$RECYCLE.BIN/S-1-5/$R1.jpg",
        "$Recycle.Bin/a.jpg",
        "Recycle.bin/a.jpg",
        "RECYCLER/a.jpg",
    ),
    *("Recycle Bin - Volume_1/a.jpg", "Trash/files/a.jpg", ".Trash-1000/files/a.jpg"),
    *("System Volume Information/a.jpg", "__MACOSX/2008/._a.jpg", "__MACOSX/a.jpg"),
    *("lost+found/a.jpg", "found.000/a.jpg", "LOST.DIR/a.jpg", "@Recently-Snapshot/1/a.jpg"),
    *("My Previews.lrdata/0/a.jpg", "My Smart Previews.lrdata/a.jpg"),
    *("Session/CaptureOne/Cache/Thumbnails/a.jpg", "My.cocatalog/Cache/a.jpg"),
    *("P.photoslibrary/resources/derivatives/0/a.jpeg", "P.photoslibrary/scopes/a.jpg"),
    *("iPhoto Library/Thumbnails/a.jpg", "iPhoto Library/Previews/2008/a.jpg"),
    *("Old.photolibrary/Data.noindex/a.jpg", "Mine.lrlibrary/1a2b/previews/a.jpg"),
    *("upload/thumbs/u/ab/a.jpeg", "upload/encoded-video/u/a.jpg"),
    *("one/thumbs/a.jpg", "two/.immich", "two/thumbs/a.jpg", "one/thumbs/.immich"),
    *("photoprism/storage/cache/thumbnails/a.jpg", "other/storage/cache/a.jpg"),
    *("pp/.ppstorage", "pp/a.jpg", "private/.nomedia", "private/2008/a.jpg"),
    *("appdata_oc1/preview/1/a.jpg", "files_trashbin/files/a.jpg", "M4ROOT/THMBNL/a.JPG"),
]
PEOPLES = [
    *("2008/a.jpg", "2008/cache/a.jpg", "Recycling plant/a.jpg", "Previews/a.jpg", "thumbs/a.jpg"),
    *("Profile/a.jpg", "storage/a.jpg", "Trash and Treasure/a.jpg", "#1 holiday/a.jpg"),
    *("@home/a.jpg", "Snapshots/a.jpg", "Mobile Downloads.lrdata/a.jpg", "found.it/a.jpg"),
    *("P.photoslibrary/originals/0/a.jpeg", "Old.photolibrary/Masters/2008/a.jpg"),
    *("iPhoto Library/Originals/2008/a.jpg", "Mine.lrlibrary/1a2b/originals/2020/a.jpg"),
    *("mine/iPhoto Library/2008 Lisbon/a.jpg", "Masters of art/resources/a.jpg"),
    *("upload/library/u/2020/a.jpg", "Session/CaptureOne/a.jpg", "backups/a.jpg"),
]


def test_machines_folders_are_left_out_and_peoples_are_not(tmp_path: Path) -> None:
    put(tmp_path, *MACHINES, *PEOPLES)
    assert sorted(seen(tmp_path)) == sorted(PEOPLES)


@pytest.mark.parametrize(
    "root", ["#recycle/2020", "private", "P.photoslibrary/resources", "@eaDir"]
)
def test_a_folder_that_is_named_itself_is_looked_into(tmp_path: Path, root: str) -> None:
    put(tmp_path, "private/.nomedia", *(f"{root}/{name}" for name in ("a.jpg", "b/c.jpg")))
    assert seen(tmp_path / root) == ["a.jpg", "b/c.jpg"]


def test_a_library_of_photos_that_is_named_itself_is_entered_at_its_originals(
    tmp_path: Path,
) -> None:
    root = put(
        tmp_path / "P.photoslibrary", "originals/0/a.jpg", "resources/a.jpg", "Masters/b.jpg"
    )
    assert seen(root) == ["Masters/b.jpg", "originals/0/a.jpg"]


def test_what_was_met_is_counted(tmp_path: Path) -> None:
    put(tmp_path, "a/@eaDir/x.jpg", "b/@eaDir/x.jpg", "#recycle/deep/@eaDir/x.jpg", "p/.nomedia")
    leaving_out = LeavingOut()
    list(walk([tmp_path, tmp_path / "a"], leaving_out=leaving_out))  # roots that overlap
    assert leaving_out.met().machines == {"@eaDir": 2, "#recycle": 1, "p (.nomedia)": 1}


# -- the user's wishes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        ("*.png", ["a.jpg", "sub/b.jpg", "sub/deep/c.jpg"]),
        ("# all but one\n*.jpg\n!b.jpg\n", ["a.png", "sub/b.jpg"]),
        ("sub/", ["a.jpg", "a.png"]),
        ("/a.*", ["sub/b.jpg", "sub/deep/c.jpg"]),
        ("sub/**/c.jpg", ["a.jpg", "a.png", "sub/b.jpg"]),
        ("sub/*\n!sub/deep", ["a.jpg", "a.png", "sub/deep/c.jpg"]),
        ("!@eaDir", ["a.jpg", "a.png", "@eaDir/t.jpg", "sub/b.jpg", "sub/deep/c.jpg"]),
        ("!.hidden/", [".hidden/h.jpg", "a.jpg", "a.png", "sub/b.jpg", "sub/deep/c.jpg"]),
        ("\n  \n", ["a.jpg", "a.png", "sub/b.jpg", "sub/deep/c.jpg"]),
    ],
)
def test_a_file_of_patterns(tmp_path: Path, lines: str, kept: list[str]) -> None:
    put(tmp_path, "a.jpg", "a.png", "sub/b.jpg", "sub/deep/c.jpg", "@eaDir/t.jpg", ".hidden/h.jpg")
    (tmp_path / ".labelerignore").write_text(lines, encoding="utf-8")
    assert sorted(seen(tmp_path)) == sorted(kept)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the judge")
@pytest.mark.parametrize(
    "lines",
    [
        *("*\n!*/\n!*.jpg", "*.jpg\n!p", "sub/**\n!sub/deep/", "*\n!/sub\n!/sub/b.jpg", "/*/deep"),
        *("sub/*\n!sub/deep", "**/deep/", "a.*\n!a.jpg", "[ab].jpg", "p/", "\\!x", "deep/c.jpg"),
        *("*.JPG", "sub\n!sub/b.jpg", "!sub\nsub", "s?b/*.jpg", "**/p/**/c.jpg", "foo\n!foo/foo"),
    ],
)
def test_git_understands_the_same(tmp_path: Path, lines: str) -> None:
    names = ("a.jpg", "a.png", "sub/b.jpg", "sub/deep/c.jpg", "p/d.jpg", "p/sub/deep/c.jpg")
    put(tmp_path, *names, "foo/foo/e.jpg", "!x/f.jpg")
    (tmp_path / ".gitignore").write_text(lines)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    listed = subprocess.run(
        ["git", "-C", str(tmp_path), "ls-files", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    (tmp_path / ".gitignore").rename(tmp_path / ".labelerignore")
    kept = set(listed.stdout.splitlines()) - {".gitignore"}
    assert set(seen(tmp_path)) == kept


def test_patterns_of_folders_around_and_inside(tmp_path: Path) -> None:
    root = put(tmp_path, "r/a.png", "r/in/b.png", "r/in/c.jpg", "r/p/.nomedia", "r/p/d.jpg") / "r"
    (tmp_path / ".labelerignore").write_text("*.png\n/r/\n")
    (root / "in" / ".labelerignore").write_text("!b.png\n*.jpg\n")
    assert seen(root) == ["in/b.png"]
    (root / ".labelerignore").write_text("!p\n")
    assert seen(root) == ["in/b.png", "p/d.jpg"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"ok\0", b"*.png\n!\n", b"*.png\n" + b"*a" * 99])
def test_a_file_that_makes_no_sense_is_told(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, "a.png")
    (tmp_path / ".labelerignore").write_bytes(content)
    photo, failure = walk([tmp_path])
    assert Path(photo.path).name == "a.png"
    assert isinstance(failure, Failure)
    assert Path(failure.path).name == ".labelerignore"


@pytest.mark.parametrize("pattern", ["*a*a*b", "**/a/**/b", "*a*/*a*/*a*/*b"])
def test_patterns_take_no_time(pattern: str) -> None:
    """With the number of stars unbounded, this would take longer than anybody waits."""
    patterns = IgnorePatterns("/p", [pattern])
    assert patterns.decide("a" * 255, is_folder=False) is None
    assert patterns.decide("a/" * 500 + "a", is_folder=False) is None
    for refused in ("*a" * 20, "**/a/" * 20):
        with pytest.raises(ValueError, match="a"):
            IgnorePatterns("/p", [refused])


def test_patterns_are_remembered_for_their_folder(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library")
    one = put(tmp_path, "one/a.jpg", "one/a.png", "one/@eaDir/t.jpg", "one/deep/b.png") / "one"
    two = put(tmp_path, "two/a.png") / "two"
    left_out.remember(library, [one], ["*.png"], ["@eaDir"])
    now = left_out.leaving_out(Library(tmp_path / "library"))
    assert sorted(seen(one, now)) == ["@eaDir/t.jpg", "a.jpg"]
    assert seen(one / "deep", now) == []
    assert seen(two, now) == ["a.png"]
    assert now.met().wished == {"*.png": 2}
    left_out.remember(library, [one], ["@eaDir"], ["*.png"])
    assert left_out.patterns(library) == {str(one): ["@eaDir", "!*.png"]}
    assert sorted(seen(one, left_out.leaving_out(library))) == ["a.jpg", "a.png", "deep/b.png"]
    with pytest.raises(UsageError, match="! is no pattern"):
        left_out.remember(library, [one], ["!"], [])


def test_what_belongs_to_a_photo_that_is_left_out_is_not_missed(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "b.png", "b.png.xmp", "sub/c.png", "sub/c.mov", "sub/d.xmp")
    not_used = NotUsed()
    leaving_out = LeavingOut([IgnorePatterns(str(tmp_path), ["*.png"])])
    (photo,) = walk([tmp_path], leaving_out=leaving_out, not_used=not_used)
    assert Path(photo.path).name == "a.jpg"
    assert not_used.counts() == {"note": {".xmp": 1}}  # d.xmp, whose photo is nowhere


# -- everybody who looks at folders --------------------------------------------------------------


@pytest.fixture
def album(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder in which each name is a copy of one photo with one face, all different."""
    photos = sorted(PHOTO.rglob("*.jpg"))

    def make(*names: str) -> Path:
        for number, name in enumerate(names):
            path = tmp_path / "album" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix:
                shutil.copy(photos[number], path)
            else:
                path.touch()
        return tmp_path / "album"

    return make


def test_index_tells_what_is_left_out_once(tmp_path: Path, album: Callable[..., Path]) -> None:
    root = album("a.jpg", "@eaDir/a.jpg/t.jpg", "#recycle/b.jpg", "drafts/c.jpg", "d.png")
    folder = tmp_path / "library"
    shell = Shell(folder)
    done = shell.run("index", root, "--exclude", "drafts/", "--exclude", "*.png")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 photo with ")
    assert (
        "Left out: 2 folders that programs make (#recycle 1, @eaDir 1); --include NAME looks "
        "there, too.\n"
    ) in done.stdout
    assert "Left out as you wished: *.png 1, drafts/ 1.\n" in done.stdout
    document = shell.json("index", root)  # remembered
    assert document["photos"] == 1
    assert document["left_out"] == {
        "machines": {"#recycle": 1, "@eaDir": 1},
        "wished": {"*.png": 1, "drafts/": 1},
        "known": 0,
    }
    assert "Left out" not in command(folder, "search", "a.jpg").stdout
    assert shell.json("index", root, "--include", "drafts/")["photos"] == 2


def test_what_an_earlier_version_looked_at_is_told(
    tmp_path: Path, album: Callable[..., Path]
) -> None:
    root = album("a.jpg", "recycled photos/b.jpg")
    library = Library.create(tmp_path / "library")
    index(library, [root])
    faces = library.faces()
    naming.name_faces(library, faces.ids.tolist(), "Rosa")
    (root / "recycled photos").rename(root / "#recycle")
    report = index(library, [root], exclude=["never.jpg"])
    assert (report.photos, report.left_out.known) == (1, 0)  # moved, and then left out
    report = index(library, [root], include=["#recycle"])
    assert report.photos == 2
    assert set(standing.labels(library).names) == set(faces.ids.tolist())
    report = index(library, [root], exclude=["#recycle"])
    assert (report.photos, report.left_out.known) == (1, 1)
    assert index(library, [root]).left_out.known == 0


def test_a_folder_of_which_everything_is_left_out_is_not_away(
    tmp_path: Path, album: Callable[..., Path]
) -> None:
    root = album("a.jpg", "drive/b.jpg")
    library = Library.create(tmp_path / "library")
    index(library, [root / "drive"])
    index(library, [root])  # so that the drive may be away by itself
    report = index(library, [root], exclude=["drive/"])
    assert (report.photos, report.left_out.known, report.away) == (1, 1, ())
    report = index(library, [root], exclude=["*.jpg"])
    assert (report.photos, report.left_out.known, report.away) == (0, 1, ())
    assert whereabouts.roots_away(library) == []
    report = index(library, [root], include=["drive/", "*.jpg"])
    assert (report.photos, report.new) == (2, 0)


@pytest.mark.slow
def test_nobody_is_called_like_a_machines_folder(
    tmp_path: Path, album: Callable[..., Path]
) -> None:
    root = album(
        "Rosa/a.jpg", "Rosa/@eaDir/x/t.jpg", "@eaDir/t.jpg", "#recycle/t.jpg", "Emil/b.jpg"
    )
    (root / ".labelerignore").write_text("Emil\n")
    library = Library.create(tmp_path / "library")
    report = learn(library, root)
    assert [one.person for one in report.people] == ["Rosa"]
    assert report.left_out.folders == 3
    assert library.counts()["photos"] == 1


def test_sorting_leaves_out_what_index_does(tmp_path: Path) -> None:
    inbox = put(tmp_path, "in/a.jpg", "in/@eaDir/a.jpg", "in/#recycle/b.jpg", "in/x.png") / "in"
    library = Library.create(tmp_path / "library")
    left_out.remember(library, [inbox], ["*.png"], [])
    found = find_sets(inbox, None, left_out.leaving_out(library))
    assert [Path(one.path).name for one in found] == ["a.jpg"]
