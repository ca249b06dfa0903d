"""What somebody else left in a folder that is sorted into is neither obeyed nor gone on with."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.sorting import seals
from labeler.sorting.io import actions, manifest, transfer
from labeler.sorting.io.actions import Action, MadeFolder, Placed, Removed
from labeler.sorting.io.manifest import DONE, Manifest
from labeler.sorting.steps import records
from labeler.sorting.steps.apply import Placing
from labeler.sorting.steps.undo import undo_sort

from .sorting import (
    State,
    a_library,
    photo,
    place,
    planned,
    quick_folder,
    records_in,
    state,
)
from .test_cli import Shell

__all__ = ["photo"]  # fixture

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such thing")
KEY = b"ssh-ed25519 AAAA somebody@else\n"
MODE = 0o4755


def content(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def foreign(
    into: Path, *steps: Action, ended: bool = True, name: str = "sort-29990101-000000"
) -> Path:
    """Write a manifest as a program without seals wrote it, or anybody can."""
    path = into / manifest.FOLDER / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    header = {"record": "labeler sort", "version": 1, "at": "2999-01-01T00:00:00"}
    lines: list[dict[str, Any]] = [{**header, "into": str(into), "inbox": "/x", "folders": []}]
    for number, step in enumerate(steps, start=1):
        lines.append({"id": number, "do": step.kind, **asdict(step)})
        lines.append({"id": number, "state": "done"})
    lines += [{"state": "end"}] if ended else []
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


class Victim:
    """A home, and a folder on a stick that somebody else has filled."""

    def __init__(self, root: Path) -> None:
        self.root, self.home, self.stick = root, root / "home", root / "stick"
        for folder in (self.home / ".ssh", self.home / ".config" / "autostart", self.stick):
            folder.mkdir(parents=True)
        (self.home / "diary.txt").write_text("mine")
        (self.home / "diary again.txt").write_text("mine")
        (self.home / "link").symlink_to(self.home / "diary.txt")
        (self.stick / "key").write_bytes(KEY)
        self.size, self.sha = len(KEY), content(KEY)
        self.diary, self.again = str(self.home / "diary.txt"), str(self.home / "diary again.txt")

    def brings(self, path: Path, mode: int = 0o600, link: str | None = None) -> Removed:
        """Return the step that an undo would answer with a file, or a link, at a place."""
        key = (str(self.stick / "key"),)
        return Removed(str(path), key, self.sha, self.size, 1, mode, None, link)

    def takes(self, path: str, method: transfer.Method = "copy") -> Placed:
        """Return the step that an undo would answer by removing what is at a place."""
        return Placed(self.diary, path, method, content(b"mine"), 4)

    def attacks(self) -> dict[str, list[Action]]:
        return {
            "authorized_keys": [self.brings(self.home / ".ssh" / "authorized_keys")],
            "setuid": [self.brings(self.home / ".config" / "autostart" / "x.desktop", MODE)],
            "link": [self.brings(self.home / ".bashrc", link="/stick/key")],
            "deleted file": [self.takes(self.again)],
            "deleted link": [self.takes(str(self.home / "link"), "link")],
            "deleted folder": [MadeFolder(str(self.home / ".ssh"))],
        }


@pytest.fixture
def victim(tmp_path: Path) -> Victim:
    return Victim(tmp_path / "victim")


ATTACKS = ("authorized_keys", "setuid", "link", "deleted file", "deleted link", "deleted folder")


@posix_only
@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("by", ["folder", "manifest"])
def test_a_manifest_from_somebody_else_is_refused(victim: Victim, attack: str, by: str) -> None:
    path = foreign(victim.stick, *victim.attacks()[attack])
    before = state(victim.root)
    with pytest.raises(LabelerError, match="has no record of"):
        undo_sort(a_library(), victim.stick if by == "folder" else path)
    assert state(victim.root) == before


@posix_only
@pytest.mark.parametrize("attack", ATTACKS)
def test_even_with_our_seal_nothing_is_done_outside_of_the_two_folders(
    victim: Victim, attack: str
) -> None:
    """As if somebody had the key."""
    (inbox := victim.root / "inbox").mkdir()
    log = begun(a_library(), inbox, victim.stick, victim.attacks()[attack])
    before = outside(victim)
    report = undo_sort(a_library(), log)
    assert [one.reason.split(";")[1] for one in report.kept] == [" it is left as it is."]
    assert "no longer inside" in report.kept[0].reason
    assert not report.complete
    assert outside(victim) == before


def begun(library: Library, inbox: Path, into: Path, steps: list[Action]) -> Path:
    """Write a manifest that is ours and tells of these steps."""
    path = into / manifest.FOLDER / "sort-20260101-000000.jsonl"
    path.parent.mkdir(exist_ok=True)
    log = Manifest.create(library.begin_sort(str(inbox), str(into), str(path)), [])
    for step in steps:
        log.say(log.begin(step), DONE)
    log.close()
    return path


def outside(victim: Victim) -> State:
    return {k: v for k, v in state(victim.root).items() if manifest.FOLDER not in k}


@posix_only
def test_the_command_says_so_in_one_sentence(victim: Victim, tmp_path: Path) -> None:
    shell = Shell(tmp_path / "library")
    Library.create(shell.library)
    foreign(victim.stick, *(step for attack in victim.attacks().values() for step in attack))
    before = state(victim.root)
    assert "nothing in it is done" in shell.fails(1, "sort", "--undo", victim.stick)
    assert state(victim.root) == before


def test_an_older_manifest_and_one_of_another_library_are_refused(
    photo: Path, tmp_path: Path
) -> None:
    into = tmp_path / "sorted"
    place([planned(photo, into / "Rosa" / "a.jpg")], into)
    other = Library.create(tmp_path / "other library")
    before = state(into)
    for path in (into, records_in(into)[0]):
        with pytest.raises(LabelerError, match=f"library in {other.folder} has no record of"):
            undo_sort(other, path)
    assert state(into) == before
    assert undo_sort(a_library(), into).complete


@pytest.mark.parametrize("chosen", [False, True])
def test_an_unended_manifest_of_somebody_else_is_not_gone_on_with(
    victim: Victim, photo: Path, chosen: bool
) -> None:
    into = victim.stick
    path = foreign(into, victim.takes(victim.again), MadeFolder(str(into)), ended=False)
    planted = path.read_bytes()
    if chosen:
        with pytest.raises(LabelerError, match="has no record of"):
            Placing(a_library(), photo.parent, into, "copy", path)
    before = state(victim.root)
    place([planned(photo, into / "Rosa" / "a.jpg")], into)
    assert path.read_bytes() == planted
    own = [one for one in records_in(into) if one != path]
    assert len(own) == 1
    report = undo_sort(a_library(), into)
    assert (report.complete, report.manifest) == (True, str(own[0]))
    assert state(victim.root) == before


def test_another_inbox_begins_a_manifest_of_its_own(photo: Path, tmp_path: Path) -> None:
    into, other = tmp_path / "sorted", tmp_path / "other" / "b.jpg"
    other.parent.mkdir()
    other.write_bytes(b"another")
    before = state(tmp_path)
    placing = Placing(a_library(), photo.parent, into, "move").__enter__()
    placing.place(planned(photo, into / "Rosa" / "a.jpg"))
    placing.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    with Placing(a_library(), other.parent, into, "move") as placing:
        placing.place(planned(other, into / "Rosa" / "b.jpg"))
    assert len(records_in(into)) == 2
    for _ in range(2):
        assert undo_sort(a_library(), into).complete
    assert state(tmp_path) == before


def test_one_photo_that_is_named_itself_goes_back(photo: Path, tmp_path: Path) -> None:
    into = tmp_path / "sorted"
    before = state(tmp_path)
    with Placing(a_library(), photo, into, "move") as placing:
        assert placing.place(planned(photo, into / "Rosa" / "a.jpg")).error is None
    assert undo_sort(a_library(), into).restored == 1
    assert state(tmp_path) == before


# -- the latest ---------------------------------------------------------------------------------


class Clock(datetime):
    hour_now = 12

    @classmethod
    def now(cls, tz: Any = None) -> Clock:
        return cls(2026, 10, 25, cls.hour_now, 30, tzinfo=tz)


def test_the_clock_jumps_back(photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "datetime", Clock)
    into = tmp_path / "sorted"
    for hour, name in ((12, "a.jpg"), (2, "b.jpg"), (3, "c.jpg"), (2, "d.jpg")):
        monkeypatch.setattr(Clock, "hour_now", hour)
        place([planned(photo, into / "Rosa" / name)], into)
    for left in (["a.jpg", "b.jpg", "c.jpg"], ["a.jpg", "b.jpg"], ["a.jpg"]):
        undo_sort(a_library(), into)
        assert sorted(os.listdir(into / "Rosa")) == left
    undo_sort(a_library(), into)
    assert not into.exists()


@pytest.mark.parametrize("how", ["removed", "replaced by an older one"])
def test_no_other_sort_is_undone_when_the_manifest_of_the_latest_has_gone(
    photo: Path, tmp_path: Path, how: str
) -> None:
    into = tmp_path / "sorted"
    for name in ("a.jpg", "b.jpg"):
        place([planned(photo, into / "Rosa" / name)], into)
    first, second = records_in(into)
    if how == "removed":
        second.unlink()
    else:
        shutil.copy(first, second)
    before = state(into)
    with pytest.raises(LabelerError, match=r"name its manifest|name the one to be undone"):
        undo_sort(a_library(), into)
    assert state(into) == before
    assert undo_sort(a_library(), first).removed == 1


def test_a_manifest_in_another_place_is_part_of_the_order(photo: Path, tmp_path: Path) -> None:
    into, record = tmp_path / "sorted", tmp_path / "today.jsonl"
    place([planned(photo, into / "Rosa" / "a.jpg")], into)
    with Placing(a_library(), photo.parent, into, "copy", record) as placing:
        placing.place(planned(photo, into / "Rosa" / "b.jpg"))
    for left in (["a.jpg"], None):
        undo_sort(a_library(), into)
        assert (sorted(os.listdir(into / "Rosa")) if left else None) == left
    assert not into.exists()
    assert record.exists()


# -- links and other things in the way -----------------------------------------------------------


@posix_only
@pytest.mark.parametrize("method", ["copy", "move", "link"])
def test_a_subfolder_that_has_become_a_link(
    photo: Path, tmp_path: Path, method: transfer.Method
) -> None:
    into, private = tmp_path / "sorted", tmp_path / "private"
    place([planned(photo, into / "Rosa" / "a.jpg")], into, method)
    shutil.move(into / "Rosa", private)  # the same photo under the same name, but it is private
    (into / "Rosa").symlink_to(private)
    before, inbox = state(private), state(photo.parent)
    report = undo_sort(a_library(), into)
    assert not report.complete
    assert all("is no longer inside" in one.reason for one in report.kept)
    assert (state(private), state(photo.parent)) == (before, inbox)
    (into / "Rosa").unlink()
    shutil.move(private, into / "Rosa")
    assert undo_sort(a_library(), into).complete
    assert photo.read_bytes() == b"the photo"


@posix_only
def test_a_folder_of_the_inbox_that_has_become_a_link(photo: Path, tmp_path: Path) -> None:
    into, private, inbox = tmp_path / "sorted", tmp_path / "private", photo.parent
    inner = inbox / "sub" / "b.jpg"
    inner.parent.mkdir()
    inner.write_bytes(b"another")
    place(
        [planned(photo, into / "Rosa" / "a.jpg"), planned(inner, into / "Rosa" / "b.jpg")],
        into,
        "move",
    )
    private.mkdir()
    inner.parent.rmdir()
    inner.parent.symlink_to(private)
    report = undo_sort(a_library(), into)
    assert [one.path for one in report.kept] == [str(inner)]
    assert os.listdir(private) == []
    assert (into / "Rosa" / "b.jpg").read_bytes() == b"another"
    assert photo.exists()


@posix_only
@pytest.mark.parametrize("which", ["into", "inbox"])
def test_a_whole_folder_that_has_become_a_link(photo: Path, tmp_path: Path, which: str) -> None:
    into, private = tmp_path / "sorted", tmp_path / "private"
    place([planned(photo, into / "Rosa" / "a.jpg")], into, "move")
    folder = into if which == "into" else photo.parent
    shutil.move(folder, private)
    folder.symlink_to(private)
    before = state(private)
    if which == "into":
        with pytest.raises(LabelerError, match=r"is a link by now|has no record of"):
            undo_sort(a_library(), into)
        with pytest.raises(LabelerError, match="is a link by now"):
            undo_sort(a_library(), records_in(into)[0])
    else:
        assert not undo_sort(a_library(), into).complete
    assert state(private) == before


@posix_only
@pytest.mark.parametrize("method", ["copy", "move", "link", "hard-link"])
def test_nothing_is_placed_through_a_link_that_leads_out(
    photo: Path, tmp_path: Path, method: transfer.Method
) -> None:
    into, private = tmp_path / "sorted", tmp_path / "private"
    private.mkdir()
    into.mkdir()
    (into / "Rosa").symlink_to(private)
    (into / "Emil").symlink_to(into / "Emil's", target_is_directory=True)  # one inside is fine
    (into / "Emil's").mkdir()
    targets = [into / "Rosa" / "2019" / "a.jpg", into / "Emil" / "a.jpg"]
    out, inside = place([planned(photo, one) for one in targets], into, method)
    assert out.error == f"{targets[0].parent} leads out of {into}, so nothing is changed there."
    assert inside.error is None
    assert os.listdir(private) == []
    assert os.listdir(into / "Emil's") == ["a.jpg"]
    assert undo_sort(a_library(), into).complete
    assert photo.read_bytes() == b"the photo"


@posix_only
def test_folders_given_through_links_are_sorted_and_put_back(tmp_path: Path) -> None:
    real = tmp_path / "real"
    (real / "inbox").mkdir(parents=True)
    (tmp_path / "by link").symlink_to(real)
    for into in (tmp_path / "by link" / "sorted", tmp_path / "by link" / "inbox" / "sorted"):
        source = tmp_path / "by link" / "inbox" / "a.jpg"
        source.write_bytes(b"the photo")
        before = state(tmp_path)
        place([planned(source, into / "Rosa" / "a.jpg")], into, "move")
        assert not source.exists()
        real_into = Path(os.path.realpath(into))
        assert undo_sort(a_library(), real_into).complete
        assert state(tmp_path) == before


@posix_only
@pytest.mark.parametrize("what", ["folder", "lock", "hard link", "file"])
def test_the_folder_of_records_leads_elsewhere(victim: Victim, photo: Path, what: str) -> None:
    """A lock is emptied and removed: not one that is somebody's file."""
    into = victim.stick
    folder = into / manifest.FOLDER
    (victim.home / "lock").write_text("keep me")
    if what == "folder":
        folder.symlink_to(victim.home)
    elif what == "file":
        folder.write_text("no folder")
    else:
        folder.mkdir()
        link = os.link if what == "hard link" else os.symlink
        link(victim.home / "lock", folder / "lock")
    before = state(victim.root)
    with pytest.raises(LabelerError, match="something else than it should be; remove it"):
        place([planned(photo, into / "Rosa" / "a.jpg")], into, "move")
    assert state(victim.root) == before
    assert photo.exists()


@posix_only
def test_a_pipe_a_folder_and_links_among_the_manifests(victim: Victim, photo: Path) -> None:
    into = victim.stick
    folder = into / manifest.FOLDER
    (folder / "sort-29990101-000003.jsonl").mkdir(parents=True)
    (folder / f".face-labeler-{'0' * 16}.part").mkdir()
    (folder / "sort-29990101-000002.jsonl").touch()  # not a leftover of ours
    os.mkfifo(folder / "sort-29990101-000001.jsonl")
    (folder / "sort-29990101-000004.jsonl").symlink_to(victim.home / "nowhere")
    (folder / "sort-29990101-000005.jsonl").symlink_to(victim.diary)
    (into / "Rosa" / f".face-labeler-{'0' * 16}.part").mkdir(parents=True)
    before = state(victim.root)
    (done,) = place([planned(photo, into / "Rosa" / "a.jpg")], into)
    assert done.error is None
    assert undo_sort(a_library(), into).complete
    for path in folder.glob(manifest.PATTERN):
        with pytest.raises(LabelerError, match=r"cannot be read|is no manifest|There is no"):
            undo_sort(a_library(), path)
    assert state(victim.root) == before


# -- permissions ---------------------------------------------------------------------------------


@posix_only
@pytest.mark.parametrize("method", ["copy", "move"])
def test_a_copy_never_runs_as_the_user(
    photo: Path, tmp_path: Path, method: transfer.Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is set so in an inbox of somebody else would run as whoever copied it."""
    into = tmp_path / "sorted"
    monkeypatch.setattr(transfer, "_got_second_name", lambda *_: False)
    monkeypatch.setattr(transfer, "give_name", lambda one, other: os.rename(one, other))
    photo.chmod(0o7755)
    place([planned(photo, into / "Rosa" / "a.jpg")], into, method)
    assert stat.S_IMODE((into / "Rosa" / "a.jpg").stat().st_mode) == 0o755
    undo_sort(a_library(), into)
    assert stat.S_IMODE(photo.stat().st_mode) == (0o7755 if method == "copy" else 0o755)


@posix_only
def test_what_is_kept_with_a_file_goes_with_its_copy(photo: Path, tmp_path: Path) -> None:
    if not hasattr(os, "setxattr"):
        pytest.skip("Python has no attributes here.")
    try:
        os.setxattr(photo, "user.comment", b"at the lake")
    except OSError:
        pytest.skip("The file system has no attributes.")
    into = tmp_path / "sorted"
    place([planned(photo, into / "Rosa" / "a.jpg")], into)
    assert os.getxattr(into / "Rosa" / "a.jpg", "user.comment") == b"at the lake"


# -- whatever is in a file -----------------------------------------------------------------------

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["/", "..", "a\0b", "\udc80", "\ud800", "copy", "end", "do", "0" * 64]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
NAMES = ("path", "source", "target", "targets", "method", "sha256", "size", "modified_ns", "mode")
fields = st.fixed_dictionaries(
    {}, optional=dict.fromkeys((*NAMES, "same", "link", "id", "state"), json_values)
)
told = st.tuples(st.sampled_from(["folder", "place", "remove", "x"]), fields).map(
    lambda pair: {"do": pair[0], **pair[1]}
)
HEADERS = (
    b'{"record": "labeler sort", "version": 1, "into": "%s", "folders": []}',
    b'{"record": "labeler sort", "version": 2, "sort": "' + b"0" * 32 + b'", "into": "%s"}',
    b'{"record": ' + b"[" * 100_000,
    b'{"record": "labeler sort", "version": ' + b"9" * 10_000 + b"}",
    b"\xff\xfe",
    b"",
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(HEADERS),
    st.lists(told | fields | json_values, max_size=4),
    st.binary(max_size=20),
    st.booleans(),
)
def test_whatever_a_file_says_it_is_refused_in_a_sentence(
    header: bytes, lines: list[Any], end: bytes, by_folder: bool
) -> None:
    with quick_folder() as root:
        into = root / "sorted"
        path = into / manifest.FOLDER / "sort-20260101-000000.jsonl"
        path.parent.mkdir(parents=True)
        (into / "a.jpg").write_text("a")
        data = [header, *(json.dumps(line).encode() for line in lines), end]
        path.write_bytes(b"\n".join(data))
        before = state(root)
        with pytest.raises(LabelerError, match=r"has no record of|is no manifest"):
            undo_sort(a_library(), into if by_folder else path)
        assert state(root) == before


def sorted_twice(root: Path, ended: bool) -> tuple[Path, bytes]:
    """Sort two inboxes into a folder; return the manifest of the first, and the other's text."""
    into, other = root / "sorted", root / "elsewhere"
    for name in ("a.jpg", "b.jpg"):
        (root / "inbox").mkdir(exist_ok=True)
        (root / "inbox" / name).write_text(name)
    sources = sorted((root / "inbox").iterdir())
    place([planned(one, other / "Emil" / one.name) for one in sources], other)
    placing = Placing(a_library(), root / "inbox", into, "move").__enter__()
    for one in sources:
        assert placing.place(planned(one, into / "Rosa" / one.name)).error is None
    error = None if ended else KeyboardInterrupt()
    placing.__exit__(type(error) if error else None, error, None)
    return records_in(into)[0], records_in(other)[0].read_bytes()


def _lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def dropped(data: bytes, _: bytes, first: int, second: int) -> bytes:
    lines = _lines(data)
    del lines[first % (len(lines) - 1)]  # the last one may have been cut off
    return b"".join(lines)


def doubled(data: bytes, _: bytes, first: int, second: int) -> bytes:
    lines = _lines(data)
    lines.insert(second % (len(lines) + 1), lines[first % len(lines)])
    return b"".join(lines)


def swapped(data: bytes, _: bytes, first: int, second: int) -> bytes:
    lines = _lines(data)
    one, two = first % len(lines), second % len(lines)
    two = (one + 1) % len(lines) if one == two else two
    lines[one], lines[two] = lines[two], lines[one]
    return b"".join(lines)


def changed(data: bytes, _: bytes, first: int, second: int) -> bytes:
    place = first % (len(data) - 1)  # without the last line's end, that line is cut off
    return data[:place] + bytes([data[place] ^ (1 + second % 255)]) + data[place + 1 :]


def taken_from_another(data: bytes, other: bytes, first: int, second: int) -> bytes:
    lines = _lines(data)
    others = _lines(other)
    lines.insert(1 + first % len(lines), others[second % len(others)])
    return b"".join(lines)


def added(data: bytes, _: bytes, first: int, second: int) -> bytes:
    step = {"id": 1 + first % 9, "do": "place", "source": "/x", "target": "/home/x"}
    more = [{**step, "method": "copy", "sha256": "0" * 64, "size": 1}, {"state": "end"}, "x", {}]
    return data + json.dumps(more[second % 4]).encode() + b"\n"


def another_header(data: bytes, other: bytes, first: int, second: int) -> bytes:
    return _lines(other)[0] + b"".join(_lines(data)[1:])


CHANGES = (dropped, doubled, swapped, changed, taken_from_another, added, another_header)
Change = Callable[[bytes, bytes, int, int], bytes]
numbers = st.integers(0, 10_000)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(CHANGES), numbers, numbers, st.booleans())
def test_a_manifest_of_ours_that_was_changed_is_refused_and_not_gone_on_with(
    change: Change, first: int, second: int, ended: bool
) -> None:
    with quick_folder() as root:
        path, other = sorted_twice(root, ended)
        damaged = change(path.read_bytes(), other, first, second)
        path.write_bytes(damaged)
        before = state(root)
        with pytest.raises(LabelerError, match=r"has been changed|no record of|is no manifest"):
            undo_sort(a_library(), path)
        assert state(root) == before
        new = root / "inbox" / "new.jpg"
        new.write_text("new")
        place([planned(new, root / "sorted" / "Rosa" / "new.jpg")], root / "sorted", "move")
        assert path.read_bytes() == damaged
        assert undo_sort(a_library(), root / "sorted").complete
        new.unlink()
        assert state(root) == before


@settings(max_examples=60, deadline=None)
@given(numbers, st.booleans())
def test_a_manifest_that_was_cut_short(cut: int, ended: bool) -> None:
    """Of a run that has ended, all must be there; one that was cut off tells what it can."""
    with quick_folder() as root:
        path, _ = sorted_twice(root, ended)
        data = path.read_bytes()
        length = cut % len(data)
        path.write_bytes(data[:length])
        before = state(root)
        if ended or length < len(_lines(data)[0]):
            with pytest.raises(LabelerError, match=r"has been changed|no record|is no manifest"):
                undo_sort(a_library(), path)
            assert state(root) == before
        else:
            undo_sort(a_library(), path)
            contents = {one.read_text() for one in root.rglob("*.jpg")}
            assert contents == {"a.jpg", "b.jpg"}


paths = st.sampled_from(
    [
        "inbox/a.jpg",
        "inbox/sub/b.jpg",
        "inbox/out/secret.jpg",
        "sorted/Rosa/a.jpg",
        "sorted/out/secret.jpg",
        "sorted/../home/secret.jpg",
        "sorted/Rosa/../../home/secret.jpg",
        "home/secret.jpg",
        "home/new.jpg",
        "home/link.jpg",
        "home/empty",
        "sorted/out/empty",
        "sorted",
        "inbox",
        ".",
        "sorted/..",
        "sorted/.",
    ]
)
contents = st.sampled_from(["a", "secret"])


@st.composite
def steps(draw: st.DrawFn) -> Callable[[Path], Action]:
    kind = draw(st.sampled_from([MadeFolder, Placed, Removed]))
    one, two, text = draw(paths), draw(paths), draw(contents)
    method: Any = draw(st.sampled_from(["copy", "move", "link", "hard-link"]))
    link, same, mode = draw(st.booleans()), draw(st.booleans()), draw(st.integers(0, 0o7777))

    def at(root: Path) -> Action:
        first, second, sha = f"{root}/{one}", f"{root}/{two}", content(text.encode())
        if kind is MadeFolder:
            return MadeFolder(first)
        if kind is Placed:
            return Placed(first, second, method, sha, len(text))
        leads = second if link else None
        return Removed(first, (second,), sha, len(text), 5, mode, second if same else None, leads)

    return at


@posix_only
@settings(max_examples=200, deadline=None)
@given(st.lists(steps(), min_size=1, max_size=5))
def test_whatever_is_sealed_nothing_outside_is_touched(
    made: list[Callable[[Path], Action]],
) -> None:
    """As if somebody had the key: the two folders are all that an undo can change."""
    with quick_folder() as root:
        for name in ("inbox/sub", "sorted/Rosa", "home/empty"):
            (root / name).mkdir(parents=True)
        for name in ("inbox/a.jpg", "sorted/Rosa/a.jpg"):
            (root / name).write_text("a")
        (root / "home" / "secret.jpg").write_text("secret")
        (root / "home" / "copy.jpg").write_text("secret")
        (root / "home" / "link.jpg").symlink_to(root / "inbox" / "a.jpg")
        for folder in ("inbox", "sorted"):
            (root / folder / "out").symlink_to(root / "home")
        before = state(root / "home")
        log = begun(a_library(), root / "inbox", root / "sorted", [one(root) for one in made])
        undo_sort(a_library(), log)
        assert state(root / "home") == before
        assert {one.name for one in root.iterdir()} == {"home", "inbox", "sorted"}
        for path in root.rglob("*"):
            assert not os.lstat(path).st_mode & 0o7000


@settings(max_examples=200, deadline=None)
@given(told)
def test_every_field_of_a_step_has_its_type(line: dict[str, Any]) -> None:
    try:
        action = actions.understood(line)
    except (KeyError, TypeError, ValueError):
        return
    assert actions.understood({"do": action.kind, **asdict_of_json(action)}) == action


def asdict_of_json(action: Action) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(asdict(action)))
    return found


def test_wrong_types_are_told_in_a_sentence_even_with_our_seal(tmp_path: Path) -> None:
    right: dict[str, Any] = asdict_of_json(Removed("/a", ("/b",), "0" * 64, 1, 1, 0o600))
    wrong: dict[str, Iterator[Any] | list[Any]] = {
        "source": [None, 1, "", [], "a\0b", "\ud800"],
        "targets": [None, [], "/b", [1], {"a": 1}],
        "sha256": [1, "", "0" * 63, "G" * 64],
        "size": [-1, 1.5, True, "1", 2**80],
        "modified_ns": [None, 2**80],
        "mode": [-1, 0o10000, 1e9],
        "same": [0, []],
        "link": [0, ""],
    }
    assert actions.understood({"do": "remove", **right}).kind == "remove"
    for number, (name, values) in enumerate(wrong.items()):
        for value in values:
            path = tmp_path / f"{number}.jsonl"
            sort = a_library().begin_sort(str(tmp_path), str(tmp_path), str(path))
            log = Manifest.create(sort, [])
            log._append({"id": 1, "do": "remove", **right, name: value})
            log.close()
            with pytest.raises(LabelerError, match="is no manifest"):
                undo_sort(a_library(), path)
            path.unlink()


def test_a_seal_belongs_to_a_line_a_place_and_a_key() -> None:
    line, seal = seals.sealed(b'{"id": 1}', b"key", seals.FIRST)
    assert seals.opened(line, b"key", seals.FIRST) == (b'{"id": 1}', seal)
    for other in (line[:-1], line + b" ", line.replace(b"1", b"2", 1), b"", b"{}"):
        with pytest.raises(seals.BrokenSealError):
            seals.opened(other, b"key", seals.FIRST)
    for key, before in ((b"yek", seals.FIRST), (b"key", seal)):
        with pytest.raises(seals.BrokenSealError):
            seals.opened(line, key, before)


def test_nothing_is_cut_but_our_own_manifest(photo: Path, tmp_path: Path) -> None:
    """Somebody exchanges the file between the look at it and the opening."""
    into = tmp_path / "sorted"
    place([planned(photo, into / "Rosa" / "a.jpg")], into)
    (path,) = records_in(into)
    record = manifest.read(a_library(), path)
    diary = tmp_path / "diary.txt"
    diary.write_text("mine\n" * 1000)
    path.unlink()
    path.symlink_to(diary)
    with pytest.raises(OSError, match="another file is in its place"):
        Manifest.resume(record)
    assert diary.read_text() == "mine\n" * 1000
