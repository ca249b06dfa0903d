"""A photo is where it is: folders that have moved, are away, or were lost; copies in several."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labeler.errors import LabelerError
from labeler.faces.steps.index import IndexReport
from labeler.faces.steps.index import index as index_
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.photos.steps import folders, moving, whereabouts

from .commanding import command
from .test_index import album, finder

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
    report = moving.move(library, old, new)
    assert (report.files, report.there) == (PHOTOS, PHOTOS - 1)
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
