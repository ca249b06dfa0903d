"""Long work behind the pages."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from dashboard.home import work
from dashboard.shell.jobs import Job, Jobs, Progress
from labeler.errors import LabelerError
from labeler.io.files import alone
from labeler.library.store import Library
from labeler.photos.steps import folders


def ended(jobs: Jobs) -> Job:
    job = jobs.wait()
    assert job is not None
    assert not job.is_running
    return job


def test_a_job_tells_how_far_it_is_and_how_it_ended() -> None:
    jobs, told, go_on = Jobs(), threading.Event(), threading.Event()

    def count(tell: Progress) -> str:
        tell(3, 10, 7)
        told.set()
        go_on.wait(10)
        return "Counted"

    assert jobs.current() is None
    started = jobs.start("Counting", count)
    assert told.wait(10)
    job = jobs.current()
    assert job is not None
    assert (job.title, job.done, job.total, job.is_running) == ("Counting", 3, 10, True)
    with pytest.raises(LabelerError, match="Counting has not ended yet"):
        jobs.start("Another", count)
    go_on.set()
    assert (ended(jobs).message, ended(jobs).serial) == ("Counted", started.serial)
    assert jobs.start("Another", lambda _: "").serial == started.serial + 1
    assert ended(jobs).message == "Done"


def test_a_cancelled_job_ends_at_its_next_word() -> None:
    jobs, begun = Jobs(), threading.Event()

    def forever(tell: Progress) -> str:
        while True:
            tell(1, 2)
            begun.set()

    jobs.start("Counting", forever)
    assert begun.wait(10)
    jobs.cancel()
    assert ended(jobs).message.startswith("Cancelled")
    jobs.cancel()  # nothing goes on: nothing happens
    assert not ended(jobs).failed


@pytest.mark.parametrize(
    ("error", "words"), [(LabelerError("No photos."), "No photos."), (OSError("disk"), "OSError")]
)
def test_a_failing_job_says_why(error: Exception, words: str) -> None:
    def fail(_: Progress) -> str:
        raise error

    jobs = Jobs()
    jobs.start("Failing", fail)
    assert words in ended(jobs).message
    assert ended(jobs).failed


def test_photos_are_found_from_the_page_and_again(tmp_path: Path, demo_album: Path) -> None:
    album = tmp_path / "album"
    album.mkdir()
    photo = demo_album / "photos" / "2003 Christmas at home" / "IMG_1002.jpg"
    shutil.copy(photo, album / "one.jpg")
    library, jobs = Library.create(tmp_path / "library"), Jobs()
    with pytest.raises(LabelerError, match="which folder"):
        work.index(jobs, library)
    with pytest.raises(LabelerError, match="no folder"):
        work.index(jobs, library, [tmp_path / "nowhere"])
    work.index(jobs, library, [work.folder_in(f' "{album}" ')])
    assert ended(jobs).message == "1 new photo, 0 unchanged"
    assert folders.folders(library) == [album]
    shutil.copy(photo.with_name("IMG_1001.jpg"), album)
    work.index(jobs, library)
    assert ended(jobs).message == "1 new photo, 1 unchanged"
    shutil.copy(photo.with_name("IMG_1000.jpg"), album)
    with alone(library.folder / "group.lock", "Another one groups"):
        work.index(jobs, library)
        assert ended(jobs).message == (
            "1 new photo, 2 unchanged; the new faces are in no group yet, so group the faces later"
        )
    assert not ended(jobs).failed
    work.regroup(jobs, library)
    assert "in" in ended(jobs).message
    work.recognize(jobs, library)
    assert "Nobody has a name yet" in ended(jobs).message


def test_what_was_typed_must_be_a_whole_path() -> None:
    with pytest.raises(LabelerError, match="Type the folder"):
        work.folder_in("  ")
    with pytest.raises(LabelerError, match="whole path of Pictures"):
        work.folder_in("Pictures")
    assert work.folder_in("~").is_absolute()


def test_only_the_outer_folders_are_kept(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "ab").mkdir()
    for roots in ([inner], [tmp_path / "ab"], [tmp_path / "a", inner]):
        folders.remember(library, roots)
    assert folders.folders(library) == [tmp_path / "a", tmp_path / "ab"]
    library.write_setting("folders", {"not": "a list"})
    assert folders.folders(library) == []
