"""A sort can be taken back exactly, finished or not, and taking back can be cut off itself."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

from labeler.errors import LabelerError
from labeler.sorting.io import manifest, transfer
from labeler.sorting.io.actions import MadeFolder
from labeler.sorting.io.manifest import Manifest
from labeler.sorting.steps.apply import Placing, apply_sort
from labeler.sorting.steps.plan import SortedPhoto
from labeler.sorting.steps.records import only_sort
from labeler.sorting.steps.sets import find_sets
from labeler.sorting.steps.undo import undo_sort

from .sorting import State, a_library, photo, place, planned, planned_set, record_of, state

pytestmark = pytest.mark.slow

__all__ = ["photo"]  # fixture

METHODS: tuple[transfer.Method, ...] = ("copy", "move", "link", "hard-link")
needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="a process is forked and killed")


PHOTOS = {"a.jpg": "one", "same.jpg": "one", "b.jpg": "two", "b.heic": "four", "sub/a.jpg": "three"}
BESIDE = {
    "a.jpg.xmp": "about one",
    "a.CR2": "the sensor's one",
    "b.xmp": "about two and four",  # of b.jpg and of b.heic
    "b.MOV": "the movie",
    "sub/a.AAE": "about three",
}
OTHERS = {
    "Rosa/b.jpg": "two",
    "Rosa/b.MOV": "the movie",
    "Emil/a.jpg": "another",
    "Rosa/2019/a.AAE": "about something else",
}


class Scene:
    """An inbox with everything that is hard to put back, and a folder that is not empty."""

    def __init__(self, root: Path, links: bool = True) -> None:
        self.root, self.inbox, self.into = root, root / "inbox", root / "a" / "sorted"
        (self.inbox / "sub").mkdir(parents=True)
        for number, (name, content) in enumerate((PHOTOS | BESIDE).items()):
            path = self.inbox / name
            path.write_text(content)
            path.chmod(0o600 + 8 * number)
            os.utime(path, ns=(0, 1_500_000_000_123_456_789 + number))
        (self.inbox / "link.jpg").symlink_to("b.jpg")
        if links:
            os.link(self.inbox / "sub" / "a.jpg", root / "second name.jpg")

    def fill(self) -> None:
        """Put files of other sorts into the folder: some the same, some others of the same name."""
        for name, content in OTHERS.items():
            path = self.into / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
            os.utime(path, ns=(0, 1))

    def plan(self, method: transfer.Method) -> list[SortedPhoto]:
        wanted = {
            "link.jpg": ["Rosa/link.jpg"],
            "a.jpg": ["Rosa/a.jpg", "Emil/a.jpg"],
            "same.jpg": ["Rosa/a.jpg"],
            "b.jpg": ["Rosa/b.jpg"],
            "b.heic": ["Emil/b.heic"],
            "sub/a.jpg": ["Rosa/2019/a.jpg"],
        }
        sets = {
            Path(one.path).relative_to(self.inbox).as_posix(): one
            for one in find_sets(self.inbox, self.into)
        }
        taken: dict[Path, str] = {}
        return [
            planned_set(sets[name], [self.into / place for place in places], method, taken)
            for name, places in wanted.items()
            if name in sets
        ]

    def apply(self, method: transfer.Method) -> None:
        with Placing(a_library(), self.inbox, self.into, method) as placing:
            done = apply_sort(self.plan(method), placing)
        assert [item.error for item in done] == [None] * len(done)

    def state(self) -> State:
        return state(self.root)

    def photos(self) -> State:
        """Return the state without the record of what was done."""
        return {name: what for name, what in self.state().items() if manifest.FOLDER not in name}

    def records(self) -> list[Path]:
        """Return the manifests; an empty file is what is left of a run that had none yet."""
        found = (self.into / manifest.FOLDER).glob("*.jsonl")
        return [path for path in found if path.stat().st_size]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path / "scene")


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_undo_restores_the_state_exactly(
    scene: Scene, method: transfer.Method, filled: bool
) -> None:
    if filled:
        scene.fill()
    before = scene.state()
    scene.apply(method)
    after = scene.state()
    left = [path for path in scene.inbox.rglob("*") if not path.is_dir()]
    assert len(left) == (0 if method == "move" else 11)
    two = " (2)" if filled else ""  # what belongs together has one number
    for name, content in {
        f"Emil/a{two}.jpg": "one",
        f"Emil/a{two}.jpg.xmp": "about one",
        f"Emil/a{two}.CR2": "the sensor's one",
        "Rosa/a.CR2": "the sensor's one",
        f"Rosa/2019/a{two}.jpg": "three",
        f"Rosa/2019/a{two}.AAE": "about three",
        "Rosa/b.xmp": "about two and four",
        "Emil/b.xmp": "about two and four",
        "Rosa/b.MOV": "the movie",
        "Emil/b.MOV": "the movie",
    }.items():
        assert (scene.into / name).read_text() == content
    report = undo_sort(a_library(), record_of(scene.into))
    assert (report.complete, report.kept) == (True, ())
    assert report.restored == (11 if method == "move" else 0)
    assert scene.state() == before
    assert after != before


def test_runs_are_undone_one_after_the_other(scene: Scene, photo: Path) -> None:
    before = scene.state()
    scene.apply("copy")
    first = record_of(scene.into)
    between = scene.state()
    place([planned(photo, scene.into / "Rosa" / "new.jpg")], scene.into, "move")
    (second,) = set(first.parent.glob("*.jsonl")) - {first}
    undo_sort(a_library(), second)
    assert scene.state() == between
    undo_sort(a_library(), first)
    assert scene.state() == before


def test_what_was_changed_since_is_kept_and_told(scene: Scene) -> None:
    scene.apply("move")
    rosa = scene.into / "Rosa"
    (rosa / "2019" / "a.jpg").write_text("retouched")  # three
    (scene.inbox / "link.jpg").write_text("a new photo")
    (rosa / "own.txt").write_text("mine")
    record = record_of(scene.into)
    report = undo_sort(a_library(), record)
    assert not report.complete
    told = {os.path.relpath(one.path, scene.root): one.reason for one in report.kept}
    assert set(told) == {"inbox/link.jpg", "inbox/sub/a.jpg"}
    assert told["inbox/link.jpg"].startswith("Something else is there now; move it away")
    assert "has been changed or moved since" in told["inbox/sub/a.jpg"]
    assert (rosa / "2019" / "a.jpg").read_text() == "retouched"
    assert (scene.inbox / "link.jpg").read_text() == "a new photo"
    assert (rosa / "link.jpg").read_text() == "two"  # what was a link is still to be had
    assert (scene.inbox / "a.jpg").read_text() == "one"
    assert not (scene.into / "Emil").exists()
    # What was in the way is moved away, and the same command does the rest.
    (scene.inbox / "link.jpg").unlink()
    again = undo_sort(a_library(), record)
    assert [os.path.relpath(one.path, scene.root) for one in again.kept] == ["inbox/sub/a.jpg"]
    assert os.readlink(scene.inbox / "link.jpg") == "b.jpg"
    (rosa / "2019" / "a.jpg").write_text("three")
    assert undo_sort(a_library(), record).complete
    assert os.listdir(rosa) == ["own.txt"]


def test_the_last_copy_of_a_photo_is_never_removed(photo: Path, tmp_path: Path) -> None:
    targets = [tmp_path / "Rosa" / name for name in ("a.jpg", "b.jpg")]
    place([planned(photo, *targets)], tmp_path)
    targets[0].write_bytes(b"retouched")
    photo.unlink()
    report = undo_sort(a_library(), record_of(tmp_path))
    assert {one.path for one in report.kept} == set(map(str, targets))
    assert [one.reason.split(",")[0] for one in report.kept] == [
        f"{photo} has gone or changed since",
        "It has changed since it was placed; it is left as it is.",
    ]
    assert [target.read_bytes() for target in targets] == [b"retouched", b"the photo"]


def test_a_chosen_manifest_is_kept_and_may_be_undone_twice(photo: Path, tmp_path: Path) -> None:
    record, into = tmp_path / "today.jsonl", tmp_path / "sorted"
    before = state(photo.parent)
    with Placing(a_library(), photo.parent, into, "move", record) as placing:
        assert placing.place(planned(photo, into / "Rosa" / "a.jpg")).error is None
    assert sorted(path.name for path in into.iterdir()) == ["Rosa"]
    with pytest.raises(LabelerError, match="exists already"):
        Placing(a_library(), photo.parent, into, "move", record)
    assert undo_sort(a_library(), record).restored == 1
    assert not into.exists()
    again = undo_sort(a_library(), record)
    assert (again.complete, again.restored, again.removed) == (True, 0, 0)
    assert state(photo.parent) == before


def test_the_latest_of_a_folder_is_undone(photo: Path, tmp_path: Path) -> None:
    into = tmp_path / "sorted"
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        with Placing(a_library(), photo.parent, into, "copy") as placing:
            placing.place(planned(photo, into / "Rosa" / name))
    for left in (["a.jpg", "b.jpg"], ["a.jpg"]):
        assert undo_sort(a_library(), into).complete
        assert sorted(os.listdir(into / "Rosa")) == left
    undo_sort(a_library(), into)
    assert not into.exists()
    photo.parent.joinpath("empty").mkdir()
    with pytest.raises(LabelerError, match="There is no manifest"):
        undo_sort(a_library(), photo.parent / "empty")


def test_a_manifest_of_another_folder_is_not_gone_on_with(photo: Path, tmp_path: Path) -> None:
    record = tmp_path / "today.jsonl"
    one = Placing(a_library(), photo.parent, tmp_path, "copy", record).__enter__()
    one.place(planned(photo, tmp_path / "Rosa" / "a.jpg"))
    one.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not manifest.read(a_library(), record).ended
    with pytest.raises(LabelerError, match="exists already"):
        Placing(a_library(), photo.parent, tmp_path / "other", "copy", record)
    with Placing(a_library(), photo.parent, tmp_path, "copy", record) as one:
        one.place(planned(photo, tmp_path / "Emil" / "a.jpg"))
    assert manifest.read(a_library(), record).ended
    assert undo_sort(a_library(), record).removed == 2


def test_only_one_at_a_time(photo: Path, tmp_path: Path) -> None:
    place([planned(photo, tmp_path / "Rosa" / "a.jpg")], tmp_path)
    with only_sort(tmp_path):
        with pytest.raises(LabelerError, match="Another `labeler sort` is at work"):
            place([planned(photo, tmp_path / "Emil" / "a.jpg")], tmp_path)
        with pytest.raises(LabelerError, match="Another `labeler sort` is at work"):
            undo_sort(a_library(), record_of(tmp_path))


# -- killed at any moment ----------------------------------------------------------------------

CALLS = (
    "write",
    "fsync",
    "link",
    "unlink",
    "mkdir",
    "rmdir",
    "symlink",
    "replace",
    "utime",
    "open",
)


def killed_at(moment: int, action: Callable[[], object]) -> bool:
    """Carry out an action in a process that is killed before its so-manieth change to the disk.

    Of what is written at that moment, half is written. Returns False if it ended before.
    """
    child = os.fork()
    if not child:
        _carry_out_and_die(moment, action)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def _carry_out_and_die(moment: int, action: Callable[[], object]) -> NoReturn:
    left = moment

    def counted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left <= 0:
                if name == "write":
                    call(arguments[0], arguments[1][: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **named)

        return wrapped

    try:
        for name in CALLS:
            setattr(os, name, counted(name, getattr(os, name)))
        action()
        os._exit(0)
    finally:
        os._exit(1)


@contextmanager
def hard_links(there_are: bool) -> Iterator[None]:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    with pytest.MonkeyPatch.context() as patch:
        if not there_are:
            patch.setattr(os, "link", refuse)
        yield


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one, so that hundreds of runs are quick."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else tmp_path) as folder:
        yield Path(folder)


@needs_fork
@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
@pytest.mark.parametrize("method", ["copy", "move"])
@pytest.mark.parametrize("then", ["undo", "finish"])
def test_killed_at_any_moment(
    memory: Path, method: transfer.Method, links: bool, then: str
) -> None:
    whole = Scene(memory / "whole", links)
    with hard_links(links):
        whole.apply(method)
    goal = whole.photos()
    # 1 takes a minute, and finds no more; no multiple of the changes that a photo takes.
    step = 13 if links and method == "move" else 29
    moments = 1 if then == "undo" else 0
    while True:
        moments += step
        scene = Scene(memory / str(moments), links)
        before = scene.state()
        with hard_links(links):
            killed = killed_at(moments, partial(scene.apply, method))
            was_recorded = bool(scene.records())
            if then == "finish":
                scene.apply(method)
                assert scene.photos() == goal, moments
            for record in scene.records():
                assert undo_sort(a_library(), record).complete
        left = {name for name in scene.state() if name.startswith("a")}
        if left:  # nothing but what comes before the manifest
            assert not was_recorded
            assert {n for n in left if "/sorted/" in n and ".face-labeler" not in n} == set()
        assert {k: v for k, v in scene.state().items() if k not in left} == before, moments
        if not killed:
            break
        shutil.rmtree(scene.root)
    assert moments > 100


def undo_in_a_library(record: Path) -> None:
    undo_sort(a_library(), record)


@needs_fork
@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
@pytest.mark.parametrize("method", ["copy", "move"])
def test_undo_killed_at_any_moment(memory: Path, method: transfer.Method, links: bool) -> None:
    step = 7 if links and method == "move" else 13
    moments = 0
    while True:
        moments += step
        scene = Scene(memory / str(moments), links)
        before = scene.state()
        scene.fill()
        filled = scene.state()
        with hard_links(links):
            scene.apply(method)
            record = record_of(scene.into)
            killed = killed_at(moments, partial(undo_in_a_library, record))
            if record.exists():
                assert undo_sort(a_library(), record).complete
        left = scene.state()
        for name in ("a/sorted/.face-labeler", "a/sorted/.face-labeler/lock"):
            # Killed after the manifest, which was the last, had gone.
            left.pop(name, None)
        assert left == filled, moments
        assert before != filled
        if not killed:
            break
        shutil.rmtree(scene.root)
    assert moments > 40


def test_a_line_that_was_cut_off_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    sort = a_library().begin_sort(str(tmp_path), str(tmp_path), str(path))
    log = Manifest.create(sort, [])
    number = log.begin(MadeFolder("caf\udce9\n"))
    log.close()
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"id": 1, "sta')
    record = manifest.read(a_library(), path)
    assert [step.action for step in record.steps] == [MadeFolder("caf\udce9\n")]
    assert (record.steps[0].state, record.ended, record.length) == (None, False, len(whole))
    log = Manifest.resume(record)
    assert log.begin(MadeFolder("x")) == number + 1
    log.say(number, manifest.DONE)
    log.end()
    log.close()
    record = manifest.read(a_library(), path)
    assert ([step.state for step in record.steps], record.ended) == (["done", None], True)


@pytest.mark.parametrize("text", ["", "no\n", "[]\n", '{"record": "x"}\n', "\0\n{}\n", "1\n"])
def test_other_files_are_no_manifests(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text(text)
    with pytest.raises(LabelerError, match="is no manifest of `labeler sort`"):
        undo_sort(a_library(), path)
    assert path.read_text() == text
    with pytest.raises(LabelerError, match="There is no manifest"):
        undo_sort(a_library(), tmp_path / "nowhere.jsonl")
