"""A photo is where it is: folders that have moved, are away, or were lost; copies in several."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, PngImagePlugin

from dashboard.home import page as home
from dashboard.home import work
from dashboard.home.next_step import next_step
from dashboard.people import page as people_page
from dashboard.person import page as person_page
from dashboard.photo import callbacks as photo_callbacks
from dashboard.shell.jobs import Jobs
from dashboard.shell.snapshot import Snapshots, read_snapshot
from labeler.api import FaceLibrary
from labeler.errors import LabelerError
from labeler.faces.steps.index import IndexReport
from labeler.faces.steps.index import index as index_
from labeler.family.steps import evidence, gallery, resemble
from labeler.groups.steps import group
from labeler.groups.steps.group import cluster
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.listing import list_faces, list_people
from labeler.people.steps.recognize import recognize
from labeler.photos.steps import folders, moving, whereabouts
from labeler.slideshows.choice import Choice
from labeler.slideshows.steps import slideshow

from .browsing import start, toast
from .commanding import command
from .conftest import true_names
from .test_home import words
from .test_index import album, finder

if TYPE_CHECKING:
    from playwright import sync_api
else:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

expect = sync_api.expect
PHOTOS = 4


def index(library: Library, *roots: Path) -> IndexReport:
    return index_(library, roots, finder=finder())


def named(tmp_path: Path, *roots: str) -> Library:
    """Return a library of equal albums in some folders, all of whose faces are Rosa's."""
    library = Library.create(tmp_path / "library")
    index(library, *(album(tmp_path / root, PHOTOS) for root in roots))
    naming.name_faces(library, library.faces().ids.tolist(), "Rosa")
    return library


def paths(library: Library) -> set[str]:
    return {os.path.dirname(photo.path) for photo in library.photos().values()}


def said(tmp_path: Path, *words: object) -> str:
    done = command(tmp_path / "library", *words)
    assert not done.returncode, done.stderr
    return done.stdout + done.stderr


# -- a folder has moved -----------------------------------------------------------------------


@pytest.mark.parametrize("new", ["z-photos", "a-photos"])  # sorts behind and before
def test_a_moved_folder_is_used_where_it_is(tmp_path: Path, new: str) -> None:
    library = named(tmp_path, "photos")
    (tmp_path / "photos").rename(tmp_path / new)
    report = index(library, tmp_path / new)
    assert report.away == (str(tmp_path / "photos"),)
    assert paths(library) == {str(tmp_path / new)}
    found = said(tmp_path, "search", "rosa").splitlines()
    assert len(found) == PHOTOS
    assert all(os.path.isfile(path) for path in found)
    said(tmp_path, "slideshow", "Rosa", "--out", tmp_path / "x.txt")
    assert set((tmp_path / "x.txt").read_text().splitlines()) <= set(found)
    said(tmp_path, "export", "--lists", tmp_path / "lists")
    assert set((tmp_path / "lists" / "Rosa.txt").read_text().splitlines()) == set(found)
    assert f"{PHOTOS} pictures" in said(tmp_path, "export", "--annotated", tmp_path / "drawn")
    assert f"{PHOTOS} " in said(tmp_path, "export", "--xmp", tmp_path / "xmp")


def test_where_a_folder_has_moved_is_offered_and_noted(tmp_path: Path) -> None:
    library = named(tmp_path, "photos")
    album(tmp_path / "other", PHOTOS + 2)
    old, new = tmp_path / "photos", tmp_path / "moved" / "photos"
    (tmp_path / "moved").mkdir()
    old.rename(new)
    report = index(library, tmp_path / "moved")
    (move,) = report.moved
    assert (move.old, move.new, move.photos, move.of) == (str(old), str(new), PHOTOS, PHOTOS)
    assert f"folders move {old} {new}" in said(tmp_path, "folders")
    said(tmp_path, "folders", "move", old, new)
    assert folders.folders(library) == [tmp_path / "moved"]
    assert whereabouts.moves(library) == []
    assert not any(folders.is_in(path, str(old)) for path in library.known_files())


def test_a_move_that_is_told_needs_no_second_look(tmp_path: Path) -> None:
    library = named(tmp_path, "photos")
    old, new = tmp_path / "photos", tmp_path / "new"
    (old / "0000.png").unlink()
    old.rename(new)
    library.write_setting("left_out", {str(old / "sub"): ["*.tif"], str(tmp_path): ["x"]})
    report = moving.move(library, old, new)
    assert library.setting("left_out") == {str(new / "sub"): ["*.tif"], str(tmp_path): ["x"]}
    assert (report.files, report.there) == (PHOTOS, PHOTOS - 1)
    (new / "0001.png").unlink()
    index(library, new)
    new.rename(old)
    report = moving.move(library, new, old)
    assert (report.files, report.there) == (PHOTOS - 2, PHOTOS - 2)  # what was gone before is so
    moving_back = Image.new("RGB", (16, 16), (1, 0, 7))
    moving_back.save(old / "0001.png")
    index(library, old)
    old.rename(new)
    moving.move(library, old, new)
    assert (folders.folders(library), folders.away(library)) == ([new], [])
    assert paths(library) == {str(new)}
    assert len(library.photos()) == PHOTOS - 1
    again = index(library, new)
    assert (again.new, again.unchanged) == (0, PHOTOS - 1)
    assert set(library.photos_by_folder()) == {str(new)}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("nowhere", "new", "No photo of this library is in"),
        ("photos", "nowhere", "does not exist"),
        ("photos", "empty", "None of the 4 files"),
        ("photos", "photos", "lies in the other"),
        ("photos", ".", "lies in the other"),
        ("here", "new", "still holds photos"),
    ],
)
def test_moves_that_cannot_be_are_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    library = named(tmp_path, "photos", "here")
    (tmp_path / "photos").rename(tmp_path / "new")
    (tmp_path / "empty").mkdir()
    before = library.known_files(), folders.folders(library)
    with pytest.raises(LabelerError, match=why):
        moving.move(library, tmp_path / old, tmp_path / new)
    assert (library.known_files(), folders.folders(library)) == before


def test_a_folder_is_forgotten_and_its_names_are_kept(tmp_path: Path) -> None:
    library = named(tmp_path, "photos")
    (tmp_path / "photos").rename(tmp_path / "elsewhere")
    assert "4 of its 4 photos nowhere else" in said(
        tmp_path, "folders", "forget", tmp_path / "photos"
    )
    assert (folders.folders(library), library.known_files()) == ([], {})
    assert "1 person has a name" in said(tmp_path, "people")
    assert command(tmp_path / "library", "folders", "forget", tmp_path / "photos").returncode == 1
    index(library, tmp_path / "elsewhere")
    assert len(said(tmp_path, "search", "rosa").splitlines()) == PHOTOS


# -- a folder is away -------------------------------------------------------------------------


def unplug(folder: Path) -> Callable[[], Any]:
    hidden = folder.with_name("unplugged")
    folder.rename(hidden)
    return lambda: hidden.rename(folder)


def empty_mount(folder: Path) -> Callable[[], Any]:
    plug = unplug(folder)
    folder.mkdir()
    return lambda: (folder.rmdir(), plug())


def other_disk(folder: Path) -> Callable[[], Any]:
    """Another drive got the same name, and nothing on it is a photo."""
    plug = unplug(folder)
    folder.mkdir()
    (folder / "README.txt").touch()
    return lambda: (shutil.rmtree(folder), plug())


@pytest.mark.parametrize("lose", [unplug, empty_mount, other_disk])
def test_one_folder_that_is_away_stops_no_other(
    tmp_path: Path, lose: Callable[[Path], Callable[[], Any]]
) -> None:
    library = named(tmp_path, "drive")
    home = tmp_path / "home"
    album(home, PHOTOS + 1)  # the first are copies
    plug = lose(tmp_path / "drive")
    report = index(library, tmp_path / "drive", home)
    assert (report.new, report.failed) == (PHOTOS + 1, ())
    assert paths(library) == {str(home)}
    if lose is not other_disk:  # there, nothing tells that a drive is away
        assert report.away == (str(tmp_path / "drive"),)
    plug()
    assert index(library, tmp_path / "drive").away == ()
    assert paths(library) == {str(tmp_path / "drive"), str(home)}


@pytest.mark.parametrize("lose", [unplug, empty_mount])
def test_copies_take_the_place_of_what_is_away_without_another_look(
    tmp_path: Path, lose: Callable[[Path], Callable[[], Any]]
) -> None:
    library = named(tmp_path, "backup", "orig")
    assert paths(library) == {str(tmp_path / "backup")}
    plug = lose(tmp_path / "backup")
    assert len(said(tmp_path, "search", "rosa").split(str(tmp_path / "orig"))) == PHOTOS + 1
    plug()
    assert str(tmp_path / "backup") in said(tmp_path, "search", "rosa")


def test_a_path_that_never_was_is_an_error(tmp_path: Path) -> None:
    library = named(tmp_path, "photos")
    with pytest.raises(LabelerError, match="nowhere does not exist"):
        index(library, tmp_path / "photos", tmp_path / "nowhere")


def test_a_subfolder_that_was_deleted_is_gone_not_away(tmp_path: Path) -> None:
    library = named(tmp_path, "photos", "photos/sub")
    shutil.rmtree(tmp_path / "photos" / "sub")
    report = index(library, tmp_path / "photos" / "sub")
    assert report.away == ()
    assert library.counts()["missing"] == PHOTOS


# -- single files -----------------------------------------------------------------------------


def test_a_dead_link_hides_no_copy(tmp_path: Path) -> None:
    real = album(tmp_path / "real", 1)
    links = tmp_path / "album"
    links.mkdir()
    shutil.copy(real / "0000.png", links / "z-copy.png")
    (links / "a-link.png").symlink_to(real / "0000.png")
    library = Library.create(tmp_path / "library")
    index(library, links)
    naming.name_faces(library, library.faces().ids.tolist(), "Rosa")
    (real / "0000.png").unlink()
    copy = str(links / "z-copy.png")
    assert said(tmp_path, "search", "rosa").strip() == copy  # also before the next look
    report = index(library, links)
    assert [os.path.basename(failure.path) for failure in report.failed] == ["a-link.png"]
    said(tmp_path, "slideshow", "Rosa", "--out", tmp_path / "x.txt")
    assert (tmp_path / "x.txt").read_text().strip() == copy
    album(real, 1)
    index(library, links)
    assert len(library.places_of([*library.photos()])[1]) == 2


def test_a_photo_that_was_overwritten_is_taken_from_its_copy(tmp_path: Path) -> None:
    library = named(tmp_path, "a", "b")
    (tmp_path / "a" / "0000.png").write_text("no picture")
    index(library, tmp_path / "a", tmp_path / "b")
    assert len(library.photos()) == PHOTOS
    wrong = [p.path for p in library.photos().values() if p.path.endswith("0000.png")]
    assert wrong == [str(tmp_path / "b" / "0000.png")]


def test_what_went_from_a_folder_nobody_looked_into_is_noticed_by_its_copy(tmp_path: Path) -> None:
    library = named(tmp_path, "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "0000.png").rename(tmp_path / "b" / "new.png")
    index(library, tmp_path / "b")
    assert library.counts()["missing"] == 1
    assert str(tmp_path / "b" / "new.png") in {p.path for p in library.photos().values()}


def test_a_file_named_itself_that_is_gone(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library")
    one = album(tmp_path / "photos", 2) / "0000.png"
    index(library, one)
    one.unlink()
    assert index(library, one, tmp_path / "photos").new == 1
    assert library.counts()["missing"] == 1
    assert {p.path for p in library.photos().values()} == {str(tmp_path / "photos" / "0001.png")}


# -- nobody is forgotten ----------------------------------------------------------------------


@pytest.fixture
def two_drives(demo_library: Library, demo_album: Path, tmp_path: Path) -> Library:
    """The demo library, its photos on two drives, and all faces named as they should be."""
    drives = {tmp_path / "first", tmp_path / "second"}
    albums = sorted(folder for folder in (demo_album / "photos").iterdir() if folder.is_dir())
    moved, around = {}, {}
    for number, old in enumerate(albums):
        new = tmp_path / ("first" if number % 2 else "second") / old.name
        shutil.copytree(old, new)
        around[str(old)] = str(new)
    names = true_names(demo_library)
    for path in demo_library.known_files():
        moved[path] = os.path.join(around[os.path.dirname(path)], os.path.basename(path))
    demo_library.move_files(moved, around)
    folders.write(demo_library, {str(drive) for drive in drives})
    for person in sorted(set(names.values())):
        own = [face for face, name in names.items() if name == person]
        naming.name_faces(demo_library, own[: len(own) // 2 + 1], person)
    recognize(demo_library)
    return demo_library


def groups_of(library: Library) -> dict[int, int | None]:
    return {row.face: row.cluster for row in list_faces(library)}


@pytest.mark.parametrize("lose", [unplug, empty_mount])
def test_who_is_away_is_not_forgotten(
    two_drives: Library, tmp_path: Path, lose: Callable[[Path], Callable[[], Any]]
) -> None:
    library = two_drives
    people, groups = list_people(library), groups_of(library)
    automatic = {row.face: row.person for row in list_faces(library) if row.source == "auto"}
    assert automatic
    plugs = [lose(tmp_path / "first")]
    folders.look(library)
    assert 0 < len(library.photos()) < 84
    api = FaceLibrary(library)
    assert set(api.descriptors()[0].tolist()) == set(api.faces().index)
    now = {row.person: row for row in list_people(library)}
    assert set(now) == {row.person for row in people}
    for row in people:
        assert now[row.person].faces + now[row.person].away == row.faces
    assert any(row.away for row in now.values())
    cluster(library)
    recognize(library)
    plugs[0]()
    folders.look(library)
    assert list_people(library) == people
    assert groups_of(library) == groups
    again = {row.face: row.person for row in list_faces(library) if row.source == "auto"}
    assert again == automatic


def test_when_everything_is_away_it_is_said(two_drives: Library, tmp_path: Path) -> None:
    people = len(list_people(two_drives))
    for drive in ("first", "second"):
        (tmp_path / drive).rename(tmp_path / f"un{drive}")
    status = said(tmp_path, "status")
    assert "84 photos away just now" in status
    assert f"{people} people" in status
    listed = said(tmp_path, "people")
    assert "Nobody" not in listed
    assert "Away" in listed
    assert "folders` tells which folder is not there" in status
    said(tmp_path, "report")
    two_drives.close()
    assert said(tmp_path, "search", "rosa", "--count") == "0\n"


def test_new_photos_join_the_groups_of_those_away(two_drives: Library, tmp_path: Path) -> None:
    library = two_drives
    (tmp_path / "first").rename(tmp_path / "unplugged")
    folders.look(library)
    ids = library.faces().ids
    some = [int(face) for face in ids[:3]]
    with sqlite3.connect(library.path) as connection:
        connection.executemany("DELETE FROM clusters WHERE face_id = ?", [(i,) for i in some])
    before = groups_of(library)
    report = group.welcome(library)
    assert report is not None
    assert report.faces == 3
    assert {f: c for f, c in groups_of(library).items() if f not in some} == {
        f: c for f, c in before.items() if f not in some
    }


# -- the dashboard ----------------------------------------------------------------------------


def ended(jobs: Jobs) -> str:
    job = jobs.wait()
    assert job is not None
    assert not job.is_running, "the job does not end"
    return job.message


def test_looking_for_new_photos_does_the_folders_that_are_there(
    two_drives: Library, tmp_path: Path, demo_album: Path
) -> None:
    new = demo_album / "photos" / "2003 Christmas at home" / "IMG_1002.jpg"
    (tmp_path / "second" / "more").mkdir()
    shutil.copy(new, tmp_path / "second" / "more")
    (tmp_path / "first").rename(tmp_path / "unplugged")
    jobs = Jobs()
    work.index(jobs, two_drives)
    told = ended(jobs)
    assert told.startswith("1 new photo, ")
    assert f"{tmp_path / 'first'} is not there just now" in told
    with pytest.raises(LabelerError, match="no folder"):
        work.index(jobs, two_drives, [tmp_path / "nowhere"])
    work.index(jobs, two_drives, [tmp_path / "first"])
    assert ended(jobs).startswith("0 new photos, 0 unchanged")


def test_the_first_page_tells_of_a_folder_that_is_away_and_settles_it(
    two_drives: Library, tmp_path: Path
) -> None:
    old, new = tmp_path / "first", tmp_path / "moved"
    old.rename(new)

    def said_of_folders() -> str:
        away = whereabouts.away_and_moved(two_drives)
        return words(home.folder_list(folders.folders(two_drives), away))

    folders.look(two_drives)
    assert "It is not there just now" in said_of_folders()
    assert "It has moved there" not in said_of_folders()
    with pytest.raises(LabelerError, match="Nothing tells where"):
        work.follow_folder(two_drives, str(old))
    index_(two_drives, [new])
    assert "It has moved there" in said_of_folders()
    assert "found in" in work.follow_folder(two_drives, str(old)).message
    assert folders.folders(two_drives) == [new, tmp_path / "second"]
    new.rename(old)
    folders.look(two_drives)
    assert "names on its" in work.forget_folder(two_drives, str(new)).message
    assert folders.folders(two_drives) == [tmp_path / "second"]


def test_a_click_follows_a_folder_that_has_moved(
    two_drives: Library, tmp_path: Path, page: sync_api.Page
) -> None:
    (tmp_path / "first").rename(tmp_path / "moved")
    two_drives.close()
    page.goto(start(two_drives.folder))
    folder_list = page.locator(".folders")
    expect(folder_list).to_contain_text("It is not there just now; its 44 photos are kept.")
    page.get_by_label("Folder of photos").fill(str(tmp_path / "moved"))
    page.get_by_role("button", name="Find the faces").click()
    page.get_by_role("button", name="It has moved there").click()
    toast(page, f"44 of 44 files found in {tmp_path / 'moved'}")
    expect(folder_list.get_by_role("listitem")).to_have_text(
        [str(tmp_path / "moved"), str(tmp_path / "second")]
    )
    (tmp_path / "second").rename(tmp_path / "lost")
    page.get_by_role("button", name="Look for new photos").click()
    toast(page, re.compile("^Looking for new photos: "))
    page.get_by_role("button", name="Forget this folder").click()
    expect(folder_list.get_by_role("listitem")).to_have_text([str(tmp_path / "moved")])


def test_pages_list_who_is_away(two_drives: Library, tmp_path: Path) -> None:
    snapshots = Snapshots(two_drives)
    everybody = snapshots.current().names
    for drive in ("first", "second"):
        (tmp_path / drive).rename(tmp_path / f"un{drive}")
        folders.look(two_drives)
        snapshot = snapshots.current()
        assert snapshot.names == everybody
        assert "Rosa" in words(people_page.cards(snapshot))
        assert "away" in words(people_page.cards(snapshot))
    assert next_step(snapshot).title == "Your photos are away"
    assert "Rosa is away" in words(person_page.content(snapshot, "Rosa"))
    assert "Rosa" not in words(people_page.cards(snapshot, "henr"))
    naming.name_faces(two_drives, [1], "Zoe")
    assert "Zoe" in snapshots.current().names


# -- the album that was asked for -------------------------------------------------------------


def in_two_albums(tmp_path: Path) -> Library:
    """Return a library whose photos of Rosa are in two albums each, and one in another."""
    library = named(tmp_path, "2007 Best of", "2008 Lisbon")
    (tmp_path / "2008 Lisbon" / "0000.png").rename(tmp_path / "2008 Lisbon" / "tram.png")
    index(library, tmp_path / "2008 Lisbon")
    return library


@pytest.mark.parametrize(
    ("asked", "album"),
    [
        ('album:"2008 Lisbon"', "2008 Lisbon"),
        ("album:*best*", "2007 Best of"),
        ("album:*lisbon", "2008 Lisbon"),
        ('rosa album:"2008*" -album:x*', "2008 Lisbon"),
        ("text:tram", "2008 Lisbon"),  # the file that is called so
    ],
)
def test_a_search_gives_the_copy_in_the_album(tmp_path: Path, asked: str, album: str) -> None:
    in_two_albums(tmp_path)
    found = said(tmp_path, "search", asked).splitlines()
    assert {os.path.basename(os.path.dirname(path)) for path in found} == {album}
    if "text" in asked:
        return
    assert len(found) == PHOTOS
    said(tmp_path, "slideshow", "Rosa", "--search", asked, "--out", tmp_path / "a.txt")
    name = asked.split(":")[1].split(" -")[0].strip('"')
    said(tmp_path, "slideshow", "Rosa", "--album", name, "--out", tmp_path / "b.txt")
    shown = [set((tmp_path / out).read_text().splitlines()) for out in ("a.txt", "b.txt")]
    assert shown[0] == shown[1]
    assert shown[0] <= set(found)


def test_what_is_to_be_outside_of_an_album_is_in_none_of_its_places(tmp_path: Path) -> None:
    library = in_two_albums(tmp_path)
    album(tmp_path / "other", PHOTOS + 1)
    index(library, tmp_path / "other")
    naming.name_faces(library, library.faces().ids.tolist(), "Rosa")
    (found,) = said(tmp_path, "search", "-album:*lisbon").splitlines()
    assert found == str(tmp_path / "other" / f"{PHOTOS:04}.png")
    said(tmp_path, "slideshow", "Rosa", "--not-album", "Lisbon", "--out", tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text().strip() == found


def test_the_copy_in_an_album_that_is_away_is_not_given(tmp_path: Path) -> None:
    in_two_albums(tmp_path)
    (tmp_path / "2008 Lisbon").rename(tmp_path / "unplugged")
    told = said(tmp_path, "search", 'album:"2008 Lisbon"')
    assert told.startswith("No photo is like that.")
    assert "2008 Lisbon is not there just now" in told
    (tmp_path / "2007 Best of").rename(tmp_path / "unplugged, too")
    assert (
        "away just now"
        in command(tmp_path / "library", "slideshow", "Rosa", "--out", tmp_path / "c.txt").stderr
    )
    (tmp_path / "unplugged").rename(tmp_path / "2008 Lisbon")
    assert len(said(tmp_path, "search", "rosa").splitlines()) == PHOTOS


def test_a_plan_shows_the_files_that_it_names(tmp_path: Path) -> None:
    in_two_albums(tmp_path)
    plan = tmp_path / "show.json"
    said(tmp_path, "slideshow", "Rosa", "--album", "2008 Lisbon", "--plan", plan)
    said(tmp_path, "slideshow", "--from-plan", plan, "--out", tmp_path / "a.txt")
    assert "Best of" not in (tmp_path / "a.txt").read_text()
    shutil.rmtree(tmp_path / "2008 Lisbon")
    said(tmp_path, "slideshow", "--from-plan", plan, "--out", tmp_path / "b.txt")
    assert "2008 Lisbon" not in (tmp_path / "b.txt").read_text()


# -- drives among other folders ---------------------------------------------------------------


def test_another_drive_in_the_place_of_one(tmp_path: Path) -> None:
    library = named(tmp_path, "drive", "home")
    Image.new("RGB", (16, 16), (98, 98, 7)).save(tmp_path / "drive" / "only.png")
    index(library, tmp_path / "drive")
    plug = other_disk(tmp_path / "drive")
    Image.new("RGB", (16, 16), (99, 99, 7)).save(tmp_path / "drive" / "other.png")
    assert str(tmp_path / "home") in said(tmp_path, "search", "rosa")  # without another look
    report = index(library, tmp_path / "drive")
    assert (report.new, report.away) == (1, (str(tmp_path / "drive"),))
    assert "None of the 5 photos in" in said(tmp_path, "folders")
    assert index(library, tmp_path / "home").away == report.away  # also when it is not looked at
    assert whereabouts.moves(library) == []  # the copies at home are no news
    plug()
    said(tmp_path, "folders")
    assert len(library.places_of([*library.photos()])[1]) == 2
    index(library, tmp_path / "drive")
    assert folders.away(library) == []


def test_a_drive_inside_a_folder_is_away_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = tmp_path / "media"
    media.mkdir()
    is_mount = os.path.ismount
    mounts = {str(media / "usb")}
    monkeypatch.setattr(os.path, "ismount", lambda path: path in mounts or is_mount(path))
    (media / "usb").mkdir()
    library = named(tmp_path, "media", "media/usb/photos")
    Image.new("RGB", (16, 16), (99, 99, 7)).save(media / "usb" / "photos" / "only.png")
    report = index(library, media)
    assert report.away == ()
    assert folders.folders(library) == [media]
    (media / "usb").rename(tmp_path / "unplugged")
    (media / "usb").mkdir()
    assert index(library, media).away == (str(media / "usb"),)
    assert len(library.photos()) == PHOTOS
    assert library.photos_away() == 1
    (media / "usb").rmdir()  # some systems remove the mount point
    assert index(library, media).away == (str(media / "usb"),)
    (tmp_path / "unplugged").rename(media / "usb")
    assert len(said(tmp_path, "search", "text:only").splitlines()) == 1
    assert index(library, media).away == ()


def test_a_folder_that_became_part_of_another_may_still_be_away(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library")
    first = tmp_path / "media" / "first"
    first.parent.mkdir()
    index(library, album(first, PHOTOS))
    album(tmp_path / "media", 1)
    index(library, tmp_path / "media")
    plug = unplug(first)
    (tmp_path / "media" / "unplugged").rename(tmp_path / "unplugged")
    assert index(library, tmp_path / "media").away == (str(first),)
    assert library.photos_away() == PHOTOS - 1
    (tmp_path / "unplugged").rename(tmp_path / "media" / "unplugged")
    plug()
    assert index(library, tmp_path / "media").away == ()
    assert len(library.photos()) == PHOTOS
    first.rename(tmp_path / "media" / "renamed")
    assert index(library, tmp_path / "media").away == ()
    assert folders.watched(library) == [str(tmp_path / "media")]


def test_a_folder_that_must_not_be_read_is_away(
    tmp_path: Path, refuse_locked: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = named(tmp_path, "locked")
    with monkeypatch.context():
        refuse_locked()
        assert index(library, tmp_path / "locked").away == (str(tmp_path / "locked"),)
        assert library.photos_away() == PHOTOS


def test_a_library_that_can_only_be_read_finds_copies(tmp_path: Path) -> None:
    library = named(tmp_path, "a", "b")
    unplug(tmp_path / "a")
    library.can_write = False
    folders.look(library)
    assert paths(library) == {str(tmp_path / "b")}


def test_the_copy_in_an_album_may_be_another_edition(tmp_path: Path) -> None:
    """Somebody wrote a caption into the copy in one of two albums: the same photo, other bytes."""
    library = named(tmp_path, "2007 Best of", "2008 Lisbon")
    copy = tmp_path / "2008 Lisbon" / "0000.png"
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "On the tram")
    Image.open(copy).save(copy, pnginfo=words)
    index(library, tmp_path / "2008 Lisbon")
    assert len(library.photos()) == PHOTOS
    said(tmp_path, "slideshow", "Rosa", "--album", "2008*", "--out", tmp_path / "a.txt")
    assert str(copy) in (tmp_path / "a.txt").read_text().splitlines()
    choice = Choice(("Rosa",), albums=("2008*",))
    shown = slideshow.plan_show(library, choice)
    contents = [slide.candidate.content_hash for slide in shown.slides]
    assert set(library.photos_holding(contents)) == set(contents)
    assert set(library.photos_holding(contents).values()) <= library.photos().keys()


def test_what_judges_new_photos_goes_by_the_faces_that_are_away(
    two_drives: Library, tmp_path: Path, demo_album: Path
) -> None:
    inbox = demo_album / "inbox"
    before = said(tmp_path, "sort", inbox, "--into", tmp_path / "sorted")
    for drive in ("first", "second"):
        (tmp_path / drive).rename(tmp_path / f"un{drive}")
    assert said(tmp_path, "sort", inbox, "--into", tmp_path / "sorted") == before
    photo = sorted(tmp_path.glob("un*/2003*/*.jpg"))[0]
    assert "its photo is away" in said(tmp_path, "lookalike", photo)


def test_pictures_side_by_side_are_those_that_can_be_seen(
    two_drives: Library, tmp_path: Path
) -> None:
    (tmp_path / "first").rename(tmp_path / "unplugged")
    folders.look(two_drives)
    comparing = resemble.Comparing(gallery.read(two_drives))
    there = set(two_drives.faces().ids.tolist())
    table = comparing.gallery.table
    for person in ("Rosa", "Felix"):
        portraits = comparing.gallery.people[person]
        seen = set(table.ids[portraits.rows[evidence.good_faces(comparing, portraits)]].tolist())
        assert seen <= there or not there & set(table.ids[portraits.rows].tolist()), person


def test_the_page_of_a_photo_tells_of_all_its_places(tmp_path: Path) -> None:
    library = named(tmp_path, "a", "b", "c")
    (tmp_path / "a").rename(tmp_path / "unplugged")
    (tmp_path / "c" / "0000.png").unlink()
    index(library, tmp_path / "c")
    (photo,) = (p for p in library.photos().values() if p.path.endswith("0000.png"))
    assert photo.path == str(tmp_path / "b" / "0000.png")
    told = words(photo_callbacks.layout(library, read_snapshot(library), f"/photo/{photo.id}"))
    assert f"{tmp_path / 'a' / '0000.png'} (not there just now)" in told
    assert str(tmp_path / "c") not in told
    (tmp_path / "b").rename(tmp_path / "unplugged, too")
    folders.look(library)
    told = words(photo_callbacks.layout(library, read_snapshot(library), f"/photo/{photo.id}"))
    assert "This photo is away" in told
    assert str(tmp_path / "a" / "0000.png") in told
