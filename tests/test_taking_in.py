"""New photos are taken in by themselves."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

from dashboard.home.watching import watch
from dashboard.shell.jobs import Jobs
from labeler.faces.steps.index import index
from labeler.library.store import Library
from labeler.photos.io.changed_folders import ChangedFolders
from labeler.photos.io.left_out import LeavingOut
from labeler.photos.steps.taking_in import take_in


def test_a_change_is_told_once_when_it_is_over(tmp_path: Path) -> None:
    inner = tmp_path / "2019" / "lisbon"
    (tmp_path / ".hidden").mkdir()
    inner.mkdir(parents=True)
    watched = ChangedFolders(LeavingOut)
    assert [watched.look([tmp_path]) for _ in range(3)] == [False, True, False]
    (inner / "one.jpg").touch()
    assert not watched.look([tmp_path])
    (inner / "new").mkdir()
    assert not watched.look([tmp_path])
    (inner / "new" / "two.jpg").touch()
    assert [watched.look([tmp_path]) for _ in range(3)] == [False, True, False]
    (tmp_path / ".hidden" / "three.jpg").touch()
    assert [watched.look([tmp_path]) for _ in range(2)] == [False, False]
    shutil.rmtree(tmp_path / "2019")
    assert [watched.look([tmp_path]) for _ in range(3)] == [False, True, False]
    shutil.rmtree(tmp_path)
    assert [watched.look([tmp_path]) for _ in range(3)] == [False, True, False]


def test_a_photo_that_is_put_into_a_folder_is_taken_in(
    demo_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    album = tmp_path / "album"
    album.mkdir()
    index(demo_library, [album])
    before = demo_library.counts()["photos"]
    take_in(demo_library, True)
    jobs, stop = Jobs(), threading.Event()
    thread = threading.Thread(target=watch, args=[demo_library, jobs, stop, 0.02])
    thread.start()
    ended(jobs, 1)
    shutil.copy(demo_album / "inbox" / "DSC_200.jpg", album)
    ended(jobs, 2)
    stop.set()
    thread.join()
    assert demo_library.counts()["photos"] == before + 1


def ended(jobs: Jobs, number: int) -> None:
    """Wait until so many jobs have ended."""
    for _ in range(6000):
        job = jobs.current()
        if job is not None and job.serial >= number and not job.is_running:
            return
        threading.Event().wait(0.01)
    raise AssertionError(f"job {number} has not ended")
