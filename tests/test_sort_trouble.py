"""What goes wrong while sorting: full, vanished and read-only disks, changed files, kill -9."""

from __future__ import annotations

import builtins
import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.sorting.io import manifest, transfer
from labeler.sorting.steps.apply import Placing
from labeler.sorting.steps.undo import undo_sort

from .sorting import a_library, named_library, names, photo, place, planned, record_of, state

pytestmark = pytest.mark.slow

__all__ = ["named_library", "photo"]  # fixtures

SIZE = 40_000
Mount = Callable[..., Path]


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Return a function that mounts a small file system in memory."""
    mounted: list[Path] = []

    def mount_one(name: str, options: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            pytest.skip("There is no mount here; the same is tested with a made-up error.")
        if done.returncode:
            pytest.skip("Nothing may be mounted here; the same is tested with a made-up error.")
        mounted.append(folder)
        return folder

    yield mount_one
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True)


def photos_of(inbox: Path, sizes: list[int]) -> list[Path]:
    inbox.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, size in enumerate(sizes):
        path = inbox / f"{number}.jpg"
        path.write_bytes(bytes([number]) * size)
        paths.append(path)
    return paths


# -- a disk that fills up ----------------------------------------------------------------------


@pytest.mark.parametrize("method", ["copy", "move"])
def test_a_disk_that_fills_up(mount: Mount, tmp_path: Path, method: transfer.Method) -> None:
    disk = mount("disk", "size=200k")
    inbox = tmp_path / "inbox"
    # The second is too large for what is left; the third fits again.
    photos = photos_of(inbox, [SIZE, 5 * SIZE, SIZE])
    before = state(inbox)
    plan = [planned(path, disk / "Rosa" / path.name) for path in photos]
    done = place(plan, disk, method)
    assert [item.error for item in done] == [
        None,
        "It could not be placed: No space left on device.",
        None,
    ]
    assert names(disk) == ["Rosa/0.jpg", "Rosa/2.jpg"]
    assert photos[1].exists()
    assert photos[0].exists() == (method == "copy")
    subprocess.run(["mount", "-o", "remount,size=1m", str(disk)], check=True)
    again = place([planned(photos[1], disk / "Rosa" / "1.jpg")], disk, method)
    assert again[0].error is None
    assert names(disk) == ["Rosa/0.jpg", "Rosa/1.jpg", "Rosa/2.jpg"]
    for record in sorted((disk / manifest.FOLDER).glob("*.jsonl"), reverse=True):
        assert undo_sort(a_library(), record).complete
    assert state(inbox) == before
    assert list(disk.iterdir()) == []


def test_a_disk_without_room_for_the_manifest(mount: Mount, tmp_path: Path) -> None:
    disk = mount("disk", "size=64k")
    (disk / "ballast").write_bytes(b"x" * 65536)
    (path,) = photos_of(tmp_path / "inbox", [SIZE])
    for into in (disk, disk / "new" / "folder"):
        with pytest.raises(LabelerError, match=r"cannot be written \(No space left on device\)"):
            place([planned(path, into / "Rosa" / "0.jpg")], into, "move")
    assert path.exists()
    assert names(disk) == ["ballast"]
    assert [one.name for one in disk.iterdir()] == ["ballast"]


def test_the_disk_is_full_when_the_manifest_should_go_on(mount: Mount, tmp_path: Path) -> None:
    disk = mount("disk", "size=128k")
    photos = photos_of(tmp_path / "inbox", [SIZE] * 2)
    with Placing(a_library(), tmp_path / "inbox", disk, "copy") as placing:
        assert placing.place(planned(photos[0], disk / "Rosa" / "0.jpg")).error is None
        with open(disk / "ballast", "wb", buffering=0) as ballast:
            try:
                while ballast.write(b"x" * 512):
                    pass
            except OSError:
                pass
        failed = [placing.place(planned(photos[1], disk / "Rosa" / "1.jpg")) for _ in range(30)]
        assert {item.error for item in failed} == {
            "It could not be placed: No space left on device."
        }
        (disk / "ballast").unlink()
        assert placing.place(planned(photos[1], disk / "Rosa" / "1.jpg")).error is None
    record = manifest.read(a_library(), record_of(disk))  # no half line in it
    assert record.ended
    assert names(disk) == ["Rosa/0.jpg", "Rosa/1.jpg"]
    assert undo_sort(a_library(), record_of(disk)).complete
    assert list(disk.iterdir()) == []


def test_a_made_up_full_disk_leaves_no_half_file(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.open

    def full(path: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
        stream = real(path, mode, *rest, **more)
        if "x" in mode and tmp_path / "Rosa" in Path(path).parents:
            stream.write(b"half")

            def fail(_: bytes) -> int:
                raise OSError(errno.ENOSPC, "No space left on device")

            monkeypatch.setattr(transfer, "_hash", lambda reader, write=None: fail(b""))
        return stream

    target = tmp_path / "Rosa" / "a.jpg"
    plan = [planned(photo, target)]
    with monkeypatch.context() as patch:
        patch.setattr(builtins, "open", full)
        (item,) = place(plan, tmp_path, "copy")
    assert item.error == "It could not be placed: No space left on device."
    assert os.listdir(target.parent) == []
    assert photo.read_bytes() == b"the photo"


# -- a folder that vanishes, or cannot be written -----------------------------------------------


def test_the_disk_is_taken_out(mount: Mount, tmp_path: Path) -> None:
    disk = mount("disk", "size=1m")
    photos = photos_of(tmp_path / "inbox", [SIZE] * 3)
    with Placing(a_library(), tmp_path / "inbox", disk, "move") as placing:
        plan = [planned(path, disk / "Rosa" / path.name) for path in photos]
        assert placing.place(plan[0]).error is None
        subprocess.run(["umount", "-l", str(disk)], check=True)
        for item in plan[1:]:
            gone = f"{disk} has gone; bring it back and run the same command again."
            assert placing.place(item).error == gone
    assert list(disk.iterdir()) == []  # the empty folder that it was mounted on stays empty
    assert [path.exists() for path in photos] == [False, True, True]


@pytest.mark.parametrize("method", ["copy", "move", "link", "hard-link"])
def test_the_target_folder_vanishes(photo: Path, tmp_path: Path, method: transfer.Method) -> None:
    into = tmp_path / "sorted"
    into.mkdir()
    plan = [planned(photo, into / "Rosa" / name) for name in ("a.jpg", "b.jpg")]
    placing = Placing(a_library(), photo.parent, into, method)
    shutil.rmtree(into)  # between plan and apply
    with placing, pytest.raises(LabelerError, match="has gone; bring it back"):
        placing.place(plan[0])
    assert not into.exists()
    into.mkdir()
    with Placing(a_library(), photo.parent, into, method) as placing:  # in the middle
        assert placing.place(plan[0]).error is None
        photo.write_bytes(b"the photo")
        shutil.rmtree(into)
        assert "has gone; bring it back" in str(placing.place(plan[1]).error)
        into.mkdir()  # another folder of the same name is not filled either
        assert "has gone; bring it back" in str(placing.place(plan[1]).error)
    assert photo.read_bytes() == b"the photo"


def test_a_read_only_disk(mount: Mount, tmp_path: Path) -> None:
    disk = mount("disk", "ro")
    (path,) = photos_of(tmp_path / "inbox", [SIZE])
    plan = [planned(path, disk / "Rosa" / "0.jpg")]
    with pytest.raises(LabelerError, match=r"cannot be written \(Read-only file system\); choose"):
        place(plan, disk, "move")
    with pytest.raises(LabelerError, match="cannot be written"):
        place([planned(path, disk / "new" / "Rosa" / "0.jpg")], disk / "new", "move")
    assert path.exists()


def test_a_made_up_read_only_disk(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "sorted"
    into.mkdir()

    def refuse(path: object, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(LabelerError, match=r"cannot be written \(Read-only file system\); choose"):
        place([planned(photo, into / "Rosa" / "a.jpg")], into, "move")
    assert photo.exists()


def test_an_inbox_that_cannot_be_emptied(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "Rosa" / "a.jpg"
    unlink = os.unlink

    def refuse(path: Any, *rest: Any, **more: Any) -> None:
        if Path(path) == photo:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        unlink(path, *rest, **more)

    before = state(photo.parent)
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", refuse)
        (item,) = place([planned(photo, target)], tmp_path, "move")
    wanted = "It was placed, but cannot be taken out of the inbox: Permission denied."
    assert item.error == wanted
    assert photo.read_bytes() == target.read_bytes()
    assert undo_sort(a_library(), record_of(tmp_path)).complete
    assert not target.exists()
    assert state(photo.parent) == before


# -- other disks -------------------------------------------------------------------------------


def test_moving_to_another_disk_and_back(mount: Mount, tmp_path: Path, photo: Path) -> None:
    disk = mount("disk", "size=1m")
    photo.chmod(0o604)
    before = state(photo.parent)
    target = disk / "Rosa" / "a.jpg"
    place([planned(photo, target)], disk, "move")
    assert state(disk)["Rosa/a.jpg"] == before["a.jpg"]
    assert not photo.exists()
    assert undo_sort(a_library(), record_of(disk)).restored == 1
    assert state(photo.parent) == before
    (item,) = place([planned(photo, target)], disk, "hard-link")
    assert "hard link cannot be made here or lead to another disk; use --copy" in str(item.error)
    assert "Rosa/a.jpg" not in state(disk)


# -- files that change meanwhile ----------------------------------------------------------------


@pytest.mark.parametrize("method", ["copy", "move", "link", "hard-link"])
def test_a_file_that_changes_between_plan_and_apply(
    photo: Path, tmp_path: Path, method: transfer.Method
) -> None:
    target = tmp_path / "Rosa" / "a.jpg"
    plan = [planned(photo, target)]
    photo.write_bytes(b"the PHOTO")  # as long as before
    (item,) = place(plan, tmp_path, method)
    assert item.error == "a.jpg has changed since it was looked at; run the command again."
    assert os.listdir(target.parent) == []
    assert photo.read_bytes() == b"the PHOTO"
    photo.unlink()
    if hasattr(os, "mkfifo"):
        os.mkfifo(photo)  # nor is a pipe waited for
        assert "not an ordinary file" in str(place(plan, tmp_path, method)[0].error)
        photo.unlink()
    assert "No such file" in str(place(plan, tmp_path, method)[0].error)


def test_a_disk_that_gives_back_something_else(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = transfer.digest
    target = tmp_path / "Rosa" / "a.jpg"
    plan = [planned(photo, target)]
    monkeypatch.setattr(
        transfer, "digest", lambda path: "0" * 64 if path.suffix == ".part" else real(path)
    )
    (item,) = place(plan, tmp_path, "copy")
    assert item.error == "It could not be placed: the disk does not hold what was written."
    assert os.listdir(target.parent) == []


def test_a_copy_that_is_damaged_before_the_source_is_removed(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "Rosa" / "a.jpg"
    monkeypatch.setattr(transfer, "_got_second_name", lambda *_: False)
    monkeypatch.setattr(
        transfer, "sync_folder", lambda folder: target.exists() and target.write_bytes(b"the PHOTO")
    )
    (item,) = place([planned(photo, target)], tmp_path, "move")
    assert item.error == f"{target} has changed meanwhile; the photo stays in the inbox."
    assert photo.read_bytes() == b"the photo"


def test_a_photo_that_is_edited_before_it_is_removed(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "Rosa" / "a.jpg"
    monkeypatch.setattr(transfer, "_got_second_name", lambda *_: False)
    monkeypatch.setattr(
        transfer, "sync_folder", lambda folder: photo.write_bytes(b"the photo, edited")
    )
    (item,) = place([planned(photo, target)], tmp_path, "move")
    assert item.error == "a.jpg has changed meanwhile; it stays in the inbox."
    assert photo.read_bytes() == b"the photo, edited"


# -- kill -9 -----------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("then", ["finish", "undo"])
def test_kill_9_in_the_middle_of_apply(
    named_library: Library, demo_album: Path, tmp_path: Path, then: str
) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    inbox.mkdir()
    for number in range(24):
        path = inbox / f"{number}.jpg"
        source = demo_album / "inbox" / f"DSC_{(200, 202, 207, 209)[number % 4]}.jpg"
        path.write_bytes(source.read_bytes() + number.to_bytes(2, "big"))
        path.chmod(0o600 + number % 8)
        os.utime(path, ns=(0, 10**18 + number))
    before = state(tmp_path)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "labeler.cli.main", "--library", str(named_library.folder)]
    command += ["sort", str(inbox), "--into", str(into), "--move", "--apply"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
    with subprocess.Popen(command, **quiet) as process:  # type: ignore[call-overload]
        while process.poll() is None and len(list(into.glob("*/*.jpg"))) < 8:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert 0 < len(list(inbox.iterdir())) < 24
    record = record_of(into)
    assert not manifest.read(named_library, record).ended
    if then == "finish":
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr
        assert f"--undo {record}" in done.stdout
        assert list(inbox.iterdir()) == []
        assert len(names(into)) == 48
        assert manifest.read(named_library, record).ended
    assert undo_sort(named_library, record).complete

    def outside(found: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in found.items() if not k.startswith("library")}

    assert outside(state(tmp_path)) == outside(before)


def test_a_left_over_temporary_file_is_removed_by_the_next_run(photo: Path, tmp_path: Path) -> None:
    target = tmp_path / "Rosa" / "a.jpg"
    target.parent.mkdir()
    leftover = transfer.temporary_in(target.parent)
    other = target.parent / ".face-labeler-notes.part"
    for path in (leftover, other):
        path.write_text("half")
    place([planned(photo, target)], tmp_path)
    assert sorted(os.listdir(target.parent)) == [other.name, "a.jpg"]
