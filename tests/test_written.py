"""What we write never replaces what is not ours, and can be gone on with."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.lookalike.dropped_photos import DroppedPhotos
from dashboard.lookalike.uploads import Uploads
from dashboard.shell.jobs import Jobs
from dashboard.shell.networks import Networks
from labeler.errors import LabelerError
from labeler.exchange.io import annotated, backup_file
from labeler.exchange.steps import pictures_out, regions_out
from labeler.exchange.steps.known import ChoiceOfNames
from labeler.exchange.steps.owned import OwnFiles
from labeler.family import family_page
from labeler.io.files import anything, is_page, remove_parts, same_name, whole_file
from labeler.library.store import Library
from labeler.people.steps import naming, people
from labeler.reports import report_page
from labeler.reports.steps import report as reports
from labeler.slideshows.choice import Choice as Wanted
from labeler.slideshows.steps import slideshow
from labeler.slideshows.steps.files import Style, VideoLook, render
from labeler.slideshows.steps.slideshow import save_plan

from .exchanging import (
    PEOPLE,
    faces_on,
    files_in,
    library_of,
    turned,
    write_lists,
    write_tables,
)
from .test_cli import Shell

MINE = ChoiceOfNames()
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Path:
    """An album of the couple's photo in two orientations, and its library; looked at only."""
    folder = tmp_path_factory.mktemp("couple")
    for number in (1, 6):
        turned(folder / "photos" / f"{number}.jpg", number)
    library = library_of(folder / "library", folder / "photos", models_folder)
    for path in library.photo_ids_by_path():
        for row, person in zip(faces_on(library, Path(path)), PEOPLE, strict=True):
            naming.name_faces(library, [row.face], person)
    library.close()
    return folder


@pytest.fixture
def album(folder: Path) -> Path:
    return folder / "photos"


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Library:
    shutil.copytree(folder / "library", tmp_path / "library")
    return Library(tmp_path / "library")


@pytest.fixture
def other(folder: Path, tmp_path: Path) -> Library:
    """Another library of the same photos, which calls everybody Nora."""
    shutil.copytree(folder / "library", tmp_path / "other")
    other = Library(tmp_path / "other")
    for path in other.photo_ids_by_path():
        naming.name_faces(other, [row.face for row in faces_on(other, Path(path))], "Nora")
    return other


# -- whole files -----------------------------------------------------------------------------------


def test_what_appeared_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "a.txt"

    def write() -> None:
        with whole_file(out) as part:
            part.write_text("ours")
            out.write_text("theirs")

    with pytest.raises(LabelerError, match=r"a\.txt exists already; choose another name"):
        write()
    assert out.read_text() == "theirs"
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows wants to be asked before it makes links.")
def test_a_link_is_neither_followed_nor_replaced(tmp_path: Path) -> None:
    precious = tmp_path / "precious.html"
    precious.write_text(report_page.MARK)
    for name, to in (("link.html", precious), ("dangling.html", tmp_path / "nowhere")):
        (tmp_path / name).symlink_to(to)
        with (
            pytest.raises(LabelerError, match="exists already"),
            whole_file(tmp_path / name, is_page(report_page.MARK)) as part,
        ):
            part.write_text(report_page.MARK + "new")
        with pytest.raises(LabelerError, match="is no report"):
            reports.check_page(tmp_path / name)
        assert os.readlink(tmp_path / name) == str(to)
    assert precious.read_text() == report_page.MARK
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows wants to be asked before it makes links.")
def test_a_link_in_place_of_the_temporary_file_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    numbers = iter([1, 2])
    monkeypatch.setattr("labeler.io.files.secrets.randbelow", lambda _: next(numbers))
    (tmp_path / f".a.txt.{os.getpid()}-1.part").symlink_to(precious)
    with whole_file(tmp_path / "a.txt") as part:
        part.write_text("ours")
    assert (precious.read_text(), (tmp_path / "a.txt").read_text()) == ("mine", "ours")


def test_without_hard_links_nothing_is_overwritten_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labeler.io.files.got_second_name", lambda *_: False)
    with whole_file(tmp_path / "a") as part:
        part.write_text("first")
    with pytest.raises(LabelerError, match="exists already"), whole_file(tmp_path / "a") as part:
        part.write_text("second")
    with whole_file(tmp_path / "a", anything) as part:
        part.write_text("third")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "third"}


@pytest.mark.parametrize("there", [False, True])
def test_a_disk_without_hard_links_that_says_so_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "not supported")

    monkeypatch.setattr(os, "link", refused)
    out = tmp_path / "a.html"
    if there:
        out.write_text(report_page.MARK)
    with whole_file(out, is_page(report_page.MARK)) as part:
        part.write_text("new")
    assert out.read_text() == "new"


def test_a_name_as_long_as_names_can_be(tmp_path: Path) -> None:
    for name in ("a" * 255, "ž" * 127, "🧡" * 63):
        with whole_file(tmp_path / name) as part:
            part.write_text("x")
        assert (tmp_path / name).read_text() == "x"
        # What a killed run leaves of such a file is known, too.
        (tmp_path / f".{name[:40]}.999999999-7.part").write_text("half")
        assert remove_parts(tmp_path) == 1


@given(st.text(min_size=1), st.text(min_size=1))
@settings(max_examples=200)
def test_names_that_some_disk_takes_for_one(one: str, other: str) -> None:
    for change in (str.upper, str.lower, str.casefold):
        assert same_name(change(one)) == same_name(one) or len(change(one)) != len(one)
    assert (same_name(one) == same_name(other)) or one != other


# -- two at once -----------------------------------------------------------------------------------


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run functions at the same moment; return for each what it gave or raised."""
    barrier = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(place: int) -> None:
        barrier.wait()
        try:
            results[place] = works[place]()
        except LabelerError as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def one_wins(results: list[object], out: Path) -> None:
    failed = [one for one in results if isinstance(one, LabelerError)]
    assert len(failed) == len(results) - 1
    assert all(f"{out} exists already" in str(error) for error in failed)
    assert os.listdir(out.parent) == [out.name]


def test_of_two_backups_into_one_name_one_is_made(library: Library, tmp_path: Path) -> None:
    """With processes as a user starts them; both are past the first look before either writes."""
    out = tmp_path / "out" / "names.json.gz"
    out.parent.mkdir()
    code = """
import sys
from pathlib import Path
from labeler.errors import LabelerError
from labeler.exchange.io import backup_file
from labeler.exchange.steps import backups
from labeler.library.store import Library
real = backup_file.write
def waiting(*arguments):
    print("ready", flush=True)
    sys.stdin.readline()
    real(*arguments)
backup_file.write = waiting
try:
    backups.back_up(Library(Path(sys.argv[1])), Path(sys.argv[2]))
    print("made")
except LabelerError as error:
    print(error)
"""
    command = [sys.executable, "-c", code, str(library.folder), str(out)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    runs = [subprocess.Popen(command, **pipes) for _ in range(3)]  # type: ignore[call-overload]
    for run in runs:
        assert run.stdout.readline() == "ready\n"
    for run in runs:
        run.stdin.write("go\n")
        run.stdin.flush()
    said = sorted(run.communicate()[0] for run in runs)
    assert said == [f"{out} exists already; choose another name.\n"] * 2 + ["made\n"]
    assert os.listdir(out.parent) == [out.name]
    assert len(backup_file.read(out).entries) == library.counts()["decisions"]


@pytest.mark.parametrize("name", ["rosa.m3u8", "rosa.html", "rosa.mp4"])
def test_of_two_shows_into_one_name_one_is_made(
    album: Path, library: Library, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out" / name
    out.parent.mkdir()
    show = slideshow.plan_show(library, Wanted(("Rosa",)))
    style = Style(VideoLook((64, 64), 10), seconds=2.5)
    one_wins(at_once(*[lambda: render(show, out, style)] * 2), out)


def test_of_two_plans_into_one_name_one_is_made(library: Library, tmp_path: Path) -> None:
    out = tmp_path / "out" / "plan.json"
    out.parent.mkdir()
    show = slideshow.plan_show(library, Wanted(("Rosa",)))
    one_wins(at_once(*[lambda: save_plan(show, out)] * 4), out)


def test_of_two_kept_photos_one_is_kept(album: Path, library: Library, tmp_path: Path) -> None:
    uploads = Uploads()
    desk = DroppedPhotos(library, uploads, Jobs(), Networks(library))
    one = uploads.add((album / "1.jpg").read_bytes(), "a.jpg")
    folder = tmp_path / "kept"
    folder.mkdir()
    one_wins(at_once(*[lambda: desk.keep(one.token, folder)] * 4), folder / "a.jpg")


@pytest.mark.parametrize("page", [report_page.MARK, family_page.MARK])
def test_pages_replace_pages_of_their_kind_only(page: str, tmp_path: Path) -> None:
    """Also what becomes something else between the first look and the last moment."""
    out = tmp_path / "page.html"
    for before, after in (("", page), (page, page), (page, "the user's"), ("", "the user's")):
        out.unlink(missing_ok=True)
        if before:
            out.write_text(before)
        refused = False
        try:
            with whole_file(out, is_page(page)) as part:
                part.write_text(page + "new")
                out.write_text(after)
        except LabelerError:
            refused = True
        assert refused == (after != page)
        assert out.read_text() == (after if refused else page + "new")
    assert os.listdir(tmp_path) == ["page.html"]


# -- lists and tables ------------------------------------------------------------------------------

THEIRS = ("Rosa.txt", "kin.csv", "people.csv", "faces.csv", "journal.csv", "library.json")


def test_a_file_of_the_user_stops_all_before_anything_is_written(
    library: Library, tmp_path: Path
) -> None:
    def tables(library: Library, into: Path, _: ChoiceOfNames) -> None:
        write_tables(library, into)

    out = tmp_path / "out"
    out.mkdir()
    for name in THEIRS:
        (out / name).write_text("my own")
        write = write_lists if name == "Rosa.txt" else tables
        with pytest.raises(LabelerError, match=f"{name} was not written by this library"):
            write(library, out, MINE)
        assert [(path.name, path.read_text()) for path in out.iterdir()] == [(name, "my own")]
        (out / name).unlink()
    (out / "kin.csv").write_text("my own")
    what = ("--xmp", tmp_path / "x", "--lists", out, "--tables", out)
    assert Shell(library.folder).fails(1, "export", *what) == (
        f"{out / 'kin.csv'} was not written by this library, or changed since; nothing was "
        "written, choose another folder."
    )
    assert os.listdir(out) == ["kin.csv"]
    assert not (tmp_path / "x").exists()


def test_what_we_wrote_is_replaced_until_somebody_changes_it(
    album: Path, library: Library, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    for _ in range(2):  # the second time, library.json has another time in it
        write_lists(library, out, MINE)
        write_tables(library, out)
    people.rename_person(library, "Rosa", "Rosa Lima")
    clara = (out / "Clara.txt").read_text()
    naming.unlabel_faces(library, [faces_on(library, album / "1.jpg")[1].face])
    write_lists(library, out, MINE)
    write_tables(library, out)
    assert (out / "Clara.txt").read_text() == f"{album / '6.jpg'}\n" != clara
    assert "Rosa Lima" in (out / "people.csv").read_text(encoding="utf-8")
    with open(out / "people.csv", "a", encoding="utf-8") as table:
        table.write("a note of the user\n")
    (out / "Clara.txt").write_text(f"{album / '6.jpg'}")  # without the end of the line
    before = files_in(out)
    naming.unlabel_faces(library, [faces_on(library, album / "6.jpg")[1].face])
    naming.name_faces(library, [faces_on(library, album / "1.jpg")[1].face], "Clara")
    with pytest.raises(LabelerError, match=r"Clara.txt was not written by"):
        write_lists(library, out, MINE)
    with pytest.raises(LabelerError, match=r"people.csv was not written by"):
        write_tables(library, out)
    assert files_in(out) == before


def test_another_library_or_a_mark_in_the_folder_claims_nothing(
    album: Path, library: Library, other: Library, tmp_path: Path
) -> None:
    """Only the library's own database knows: a copied folder is somebody else's."""
    write_lists(library, tmp_path / "out", MINE)
    shutil.copytree(tmp_path / "out", tmp_path / "copy")
    naming.unlabel_faces(library, [faces_on(library, album / "1.jpg")[1].face])
    with pytest.raises(LabelerError, match=r"Clara\.txt was not written"):
        write_lists(library, tmp_path / "copy", MINE)
    people.rename_person(other, "Nora", "Rosa")
    naming.unlabel_faces(other, [faces_on(other, album / "1.jpg")[0].face])
    naming.unlabel_faces(other, [faces_on(other, album / "1.jpg")[1].face])
    with pytest.raises(LabelerError, match=r"Rosa\.txt was not written"):
        write_lists(other, tmp_path / "out", MINE)


def test_the_same_content_is_welcome_whoever_wrote_it(library: Library, tmp_path: Path) -> None:
    files, _ = pictures_out.lists_of(library, tmp_path / "out", MINE)
    (tmp_path / "out").mkdir()
    for path, data in files.items():
        path.write_bytes(data)
    before = {path: path.stat().st_mtime_ns for path in files}
    write_lists(library, tmp_path / "out", MINE)
    assert {path: path.stat().st_mtime_ns for path in files} == before
    # But it does not become ours by that.
    assert not OwnFiles(library).is_known(next(iter(files)))


@pytest.mark.skipif(os.name == "nt", reason="Windows wants to be asked before it makes links.")
def test_links_in_the_place_of_lists(library: Library, tmp_path: Path) -> None:
    files, _ = pictures_out.lists_of(library, tmp_path / "out", MINE)
    (tmp_path / "out").mkdir()
    (tmp_path / "same").write_bytes(next(iter(files.values())))
    for to in ("same", "nowhere"):
        link = next(iter(files))
        link.unlink(missing_ok=True)
        link.symlink_to(tmp_path / to)
        with pytest.raises(LabelerError, match="was not written by this library"):
            write_lists(library, tmp_path / "out", MINE)
    assert sorted(os.listdir(tmp_path / "out")) == ["Clara.txt"]
    assert not (tmp_path / "nowhere").exists()


def test_a_run_that_was_killed_between_note_and_file_is_gone_on_with(
    album: Path, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the old list nor the new one is taken for somebody else's."""
    out = tmp_path / "out"
    write_lists(library, out, MINE)
    naming.unlabel_faces(library, [faces_on(library, album / "1.jpg")[1].face])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("labeler.io.files.give_name", killed)
        with pytest.raises(KeyboardInterrupt):
            write_lists(library, out, MINE)
    naming.unlabel_faces(library, [faces_on(library, album / "1.jpg")[0].face])
    write_lists(library, out, MINE)
    assert (out / "Clara.txt").read_text() == (out / "Rosa.txt").read_text() == f"{album}/6.jpg\n"
    assert sorted(os.listdir(out)) == ["Clara.txt", "Rosa.txt"]


def test_lists_whose_names_are_one_on_some_disks(
    album: Path, library: Library, tmp_path: Path
) -> None:
    one, other = (faces_on(library, album / f"{number}.jpg") for number in (1, 6))
    people = ("A|B", "A?B", "A/B", "A:B")
    for row, person in zip((*one, *other), people, strict=True):
        naming.name_faces(library, [row.face], person)
    found = write_lists(library, tmp_path / "out", MINE)
    names = [path.name for path in found.files]
    assert names == ["A_B.txt", *(f"A_B ({number}).txt" for number in (2, 3, 4))]
    assert len({same_name(name) for name in names}) == 4
    assert sorted(os.listdir(tmp_path / "out")) == sorted(names)


# -- going on --------------------------------------------------------------------------------------


def exported(library: Library, kind: str, out: Path) -> tuple[list[Path], list[str]]:
    """Return the files that an export made or found, and why others were left out."""
    if kind == "annotated":
        pictures = pictures_out.write_annotated(library, out, MINE)
        return list(pictures.files), [one.reason for one in pictures.left_out]
    regions = regions_out.write_regions(library, out, MINE, kind == "embed")
    files = [*regions.copies, *regions.sidecars]
    return files, [one.reason for one in regions.left_out]


KINDS = ("annotated", "xmp", "embed")


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_that_was_interrupted_is_gone_on_with(
    album: Path, library: Library, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, _ = exported(library, kind, tmp_path / "whole")
    real, calls = OwnFiles.write, []

    def interrupted(self: OwnFiles, *arguments: object, **more: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(self, *arguments, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(OwnFiles, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            exported(library, kind, tmp_path / "out")
    assert len(os.listdir(tmp_path / "out")) == 1
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    files, left_out = exported(library, kind, tmp_path / "out")
    assert (len(files), left_out) == (2, [])
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    assert [path.read_bytes() for path in files] == [path.read_bytes() for path in whole]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_kill_9_in_the_middle_of_a_picture(album: Path, library: Library, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = """
import os, signal, sys
from pathlib import Path
import labeler.io.files
from labeler.exchange.steps import pictures_out
from labeler.exchange.steps.known import ChoiceOfNames
from labeler.library.store import Library
real, done = labeler.io.files.give_name, []
def killed(temporary, target):
    if done:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(real(temporary, target))
labeler.io.files.give_name = killed
pictures_out.write_annotated(Library(Path(sys.argv[1])), Path(sys.argv[2]), ChoiceOfNames())
"""
    run = subprocess.run([sys.executable, "-c", code, str(library.folder), str(out)], cwd=ROOT)
    assert run.returncode == -9
    assert len(os.listdir(out)) == 2  # a picture and a part
    found = pictures_out.write_annotated(library, out, MINE)
    assert (len(found.files), found.left_out) == (2, ())
    assert sorted(os.listdir(out)) == ["1.jpg", "6.jpg"]


def test_pictures_that_are_there_are_not_made_again(
    album: Path, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[object] = []
    real = annotated.draw

    def counted(*arguments: object) -> object:
        drawn.append(arguments)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(annotated, "draw", counted)
    first = pictures_out.write_annotated(library, tmp_path / "out", MINE)
    assert (len(drawn), first.left_out) == (2, ())
    assert pictures_out.write_annotated(library, tmp_path / "out", MINE) == first
    assert len(drawn) == 2
    # One that is gone or damaged is seen, for all the speed.
    (tmp_path / "out" / "1.jpg").unlink()
    with open(tmp_path / "out" / "6.jpg", "r+b") as file:
        file.seek(-3, os.SEEK_END)
        file.write(b"x")
    found = pictures_out.write_annotated(library, tmp_path / "out", MINE)
    assert [path.name for path in found.files] == ["1.jpg"]
    assert [one.reason for one in found.left_out] == [
        f"{tmp_path}/out/6.jpg exists already; choose another folder."
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_changed_since_is_left_as_it_is(
    album: Path, library: Library, tmp_path: Path, kind: str
) -> None:
    files, _ = exported(library, kind, tmp_path / "out")
    people.rename_person(library, "Rosa", "Rosa Lima")
    renewed, left_out = exported(library, kind, tmp_path / "out")
    assert (renewed, left_out) == (files, [])
    edited, other = (tmp_path / "out").iterdir()
    edited.write_bytes(edited.read_bytes().replace(b"Rosa Lima", b"Nora Lima") + b"\n")
    kept = edited.read_bytes()
    people.rename_person(library, "Rosa Lima", "Rosa")
    renewed, left_out = exported(library, kind, tmp_path / "out")
    assert renewed == [other]
    assert len(left_out) == 1
    assert str(edited) in left_out[0]
    assert edited.read_bytes() == kept


def test_a_plain_copy_of_a_photo_is_the_users(
    album: Path, library: Library, tmp_path: Path
) -> None:
    """A folder with copies that the user made is no place for copies with names in them."""
    shutil.copytree(album, tmp_path / "out")
    before = files_in(tmp_path / "out")
    files, left_out = exported(library, "embed", tmp_path / "out")
    assert files == []
    assert ["exists already" in one for one in left_out] == [True, True]
    assert files_in(tmp_path / "out") == before


def test_copies_of_an_earlier_version_are_known_by_their_pictures(
    library: Library, other: Library, tmp_path: Path
) -> None:
    """They differ from what is to be written in the names only; others are not touched."""
    exported(library, "embed", tmp_path / "out")
    copy = tmp_path / "out" / "1.jpg"
    data = bytearray(copy.read_bytes())
    data[-100] ^= 1  # a picture that was edited keeps its names
    copy.write_bytes(data)
    files, left_out = exported(other, "embed", tmp_path / "out")
    assert files == [tmp_path / "out" / "6.jpg"]
    assert left_out == [f"{copy} exists already; choose another folder."]
    assert b"Nora" in files[0].read_bytes()
    assert copy.read_bytes() == bytes(data)


def test_photos_whose_copies_are_one_on_some_disks(tmp_path: Path, models_folder: Path) -> None:
    album = tmp_path / "photos"
    if (turned(album / "B.jpg", 8).parent / "b.jpg").exists():
        pytest.skip("This disk takes large and small letters for the same.")
    turned(album / "b.jpg", 3)
    library = library_of(tmp_path / "library", album, models_folder)
    for name in ("B.jpg", "b.jpg"):
        naming.name_faces(library, [faces_on(library, album / name)[0].face], "Rosa")
    files, left_out = exported(library, "embed", tmp_path / "out")
    assert len(files) == 1
    assert ["Another photo has the place" in one for one in left_out] == [True]
    pictures, _ = exported(library, "annotated", tmp_path / "pictures")
    assert len({same_name(str(path)) for path in pictures}) == len(pictures) == 2


def test_records_of_files_change_nothing_that_is_shown(library: Library, tmp_path: Path) -> None:
    before, entries = library.state(), library.counts()["decisions"]
    write_lists(library, tmp_path / "out", MINE)
    assert (library.state(), library.counts()["decisions"]) == (before, entries)
