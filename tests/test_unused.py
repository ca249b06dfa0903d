"""What is met beside photos and not used is counted by kind, with how to have it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from dashboard.home import work
from dashboard.shell.jobs import Jobs
from labeler.cli.sort_output import print_staying
from labeler.library.store import Library
from labeler.photos import unused
from labeler.photos.io import decoding, raw
from labeler.photos.io.not_used import NotUsed
from labeler.photos.io.walk import walk
from labeler.sorting.steps.plan import Companion, SortedPhoto
from labeler.sorting.steps.staying import staying
from labeler.types import PhotoFile

from .test_cli import Shell
from .test_metadata import encoded


def met(*names: str) -> dict[str, str]:
    return dict(unused.unused(names, decoding.SUFFIXES, raw.SUFFIXES))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("b.mov", "video"),
        ("b.psd", "picture"),
        ("b.JXL", "picture"),
        ("b.crw", "picture"),
        ("b.zip", "archive"),
        ("b.xmp", "note"),
        ("b.jpg.xmp", "note"),
        ("b.aae", "note"),
        ("b.jpg.supplemental-metadata.json", "note"),
        ("b.jpg(1).json", "note"),
        ("metadata.json", "file"),
        ("notes.txt", "file"),
        ("README", "file"),
    ],
)
def test_each_kind(name: str, kind: str) -> None:
    assert met("a.jpg", name) == {name: kind}


@pytest.mark.parametrize(
    "name",
    ["a.mov", "a.xmp", "a.jpg.json", "a.crw", "a_01.jpg.xmp", "a.wav", "c.HIF", "Thumbs.db"],
)
def test_what_belongs_to_a_photo_or_is_one_is_not_told(name: str) -> None:
    assert met("a.jpg", name) == {}


def test_links_to_folders_are_told_and_loops_end(tmp_path: Path) -> None:
    album = tmp_path / "album"
    (album / "in").mkdir(parents=True)
    (tmp_path / "else").mkdir()
    (album / "out").symlink_to(tmp_path / "else")
    (album / "in" / "up").symlink_to(album)
    (album / "self").symlink_to("self")
    (album / "a.jpg").write_bytes(encoded())
    (album / "b.jpg").symlink_to(album / "a.jpg")
    not_used = NotUsed()
    found = list(walk([album, album / "in"], not_used=not_used))
    photos = [Path(one.path).name for one in found if isinstance(one, PhotoFile)]
    assert photos == ["a.jpg", "b.jpg"]
    assert not_used.counts() == {"linked folder": {"": 2}, "file": {"": 1}}


def test_a_hif_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.HIF").write_bytes(encoded("HEIF"))
    (file,) = walk([tmp_path])
    assert isinstance(file, PhotoFile)
    assert decoding.decode_file(file.path).shape == (32, 32, 3)


def test_the_summaries_tell_it(tmp_path: Path, models_folder: Path) -> None:
    album = tmp_path / "album"
    album.mkdir()
    (album / "a.jpg").write_bytes(encoded())
    for name in ("b.psd", "c.psd", "d.lrv", "e.docx"):
        (album / name).write_bytes(b"x")
    (album / "out").symlink_to(tmp_path)
    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    library = Library.create(tmp_path / "library")
    shell = Shell(library.folder)
    told = shell.run("index", album).stdout
    assert "Not used: 1 linked folder; give `labeler index` the folder itself.\n" in told
    assert "Not used: 2 pictures of kinds that cannot be read (.psd 2); save them as" in told
    assert "Not used: 1 video (.lrv 1); save them as MP4, and index with --videos.\n" in told
    assert "Not used: 1 other file (.docx 1).\n" in told
    assert shell.json("index", album)["not_used"]["picture"] == {".psd": 2}
    jobs = Jobs()
    work.index(jobs, library, [album])
    job = jobs.wait()
    assert job is not None
    assert "1 linked folder not used; 2 pictures of kinds that" in job.message


def test_what_stays_though_it_is_called_like_a_photo_that_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("a.jpg", "a.jpg.xmp", "a.foo", "a-note.txt", "ab.txt", "b.jpg", "b.foo", "c.foo")
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    beside = Companion(str(tmp_path / "a.jpg.xmp"))
    goes = SortedPhoto(str(tmp_path / "a.jpg"), targets=("x/a.jpg",), companions=(beside,))
    stays = SortedPhoto(str(tmp_path / "b.jpg"))
    found = staying([goes, stays])
    assert [os.path.basename(path) for path in found] == ["a-note.txt", "a.foo"]
    settings = tmp_path / "CaptureOne" / "Settings153"
    settings.mkdir(parents=True)
    for name in ("a.jpg.cos", "b.jpg.cos"):
        (settings / name).write_bytes(b"x")
    assert staying([goes, stays])[2:] == [str(settings / "a.jpg.cos")]
    print_staying(found)
    assert "2 files stay in the inbox, though they are called like a photo" in (
        capsys.readouterr().err
    )
    print_staying([])
    assert capsys.readouterr().err == ""
