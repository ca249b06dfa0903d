"""The library's file through crashes, accidents and full disks: told, never invented or mixed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.shell.app import create_app
from dashboard.shell.session import Session
from labeler.errors import LibraryError
from labeler.io.files import alone, cached_file, found_cached
from labeler.library import connecting
from labeler.library.database import FILE_NAME
from labeler.library.repair import aftermath, marks, wal
from labeler.library.store import Library
from labeler.types import Box, FaceKey

from . import damaging
from .commanding import command

pytestmark = pytest.mark.slow

READING = (["people"], ["status"], ["search", "unnamed"], ["history"], ["faces"])
WRITING = (["rename", "Person 1 x", "Somebody"], ["undo"], ["cluster"])


def labeler(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "labeler.cli.main", "--library", str(folder)]
    return subprocess.run(
        [*command, *map(str, words)], capture_output=True, text=True, encoding="utf-8"
    )


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence that a failing command says."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small library with decisions. Copy it before you change it."""
    folder = tmp_path_factory.mktemp("written") / "library"
    damaging.write_library(folder, 60)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "library"))


# -- never invented ----------------------------------------------------------------------------


def test_reading_makes_no_library(tmp_path: Path) -> None:
    for words in (*READING, *WRITING, ["recognize"], ["sort", tmp_path, "--into", tmp_path]):
        done = command(tmp_path / "none", *words)
        assert sentence(done) == (
            f"There is no library in {tmp_path / 'none'}; `labeler index PATH` makes one."
        )
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("left", ["cache/faces/", "index.lock", f"{FILE_NAME}-wal", FILE_NAME])
def test_a_file_that_has_gone_is_told(tmp_path: Path, left: str) -> None:
    """The file is empty, or there are only other things of a library."""
    folder = tmp_path / "library"
    if left.endswith("/"):
        (folder / left).mkdir(parents=True)
    else:
        folder.mkdir()
        (folder / left).touch()
    before = sorted(folder.rglob("*"))
    for open_ in (Library, Library.create):
        with pytest.raises(LibraryError, match=r"labeler restore.*labeler repair.*begin anew"):
            open_(folder)
    assert sorted(folder.rglob("*")) == before


def test_a_library_is_made_beside_what_is_not_of_one(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    (tmp_path / "cache" / "models").mkdir(parents=True)
    assert Library.create(tmp_path).counts()["photos"] == 0


def test_a_library_is_complete_or_not_there(tmp_path: Path) -> None:
    """Whenever making it is cut off, and when several programs make it at once."""
    code = (
        "import os, sys, threading; from pathlib import Path; from labeler.library import creating;"
        "from labeler.library.store import Library; give = creating.put_in_place;"
        "creating.put_in_place = lambda *_: os._exit(9); Library.create(Path(sys.argv[1]))"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a")])
    assert killed.returncode == 9
    with pytest.raises(LibraryError, match="There is no library"):
        Library(tmp_path / "a")
    made: list[Library] = []
    threads = [
        threading.Thread(target=lambda: made.append(Library.create(tmp_path / "a")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [library.counts()["decisions"] for library in made] == [0] * 4
    assert sorted(path.name for path in (tmp_path / "a").glob("*.sqlite")) == [FILE_NAME]
    assert not list((tmp_path / "a").glob("*.part"))


@pytest.mark.parametrize("log", [False, True])
def test_a_database_of_another_program_is_left_alone(tmp_path: Path, log: bool) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute(f"PRAGMA journal_mode = {'WAL' if log else 'DELETE'}")
        connection.execute("CREATE TABLE journal (recipe TEXT)")
    before = (tmp_path / FILE_NAME).read_bytes()
    for words in (["people"], ["index", tmp_path], ["repair"]):
        assert "of another program" in sentence(command(tmp_path, *words))
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("content", [b"no database " * 1000, b"\0" * 20_000])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    assert "choose another folder" in sentence(command(tmp_path, "index", tmp_path))
    assert "it was left as it is" in sentence(command(tmp_path, "repair"))
    assert (tmp_path / FILE_NAME).read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("name", ["a?b#c%d&e=f", "ä %20 ;'\"", os.fsdecode(b"caf\xe9")])
def test_any_folder_may_hold_a_library(tmp_path: Path, name: str) -> None:
    library = Library.create(tmp_path / name)
    library.append("name", [FaceKey("a", Box(0, 0, 1, 1))], "Rosa")
    library.close()
    assert len(Library(tmp_path / name).journal()) == 1
    assert os.listdir(tmp_path) == [name]


def test_addresses_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import PureWindowsPath

    monkeypatch.setattr(connecting.os, "name", "nt")
    for path, address in (
        ("C:\\a b\\x.sqlite", "file:///C%3A/a%20b/x.sqlite?mode=rw"),
        ("\\\\server\\share\\x.sqlite", "file:////server/share/x.sqlite?mode=rw"),
    ):
        assert connecting.address(PureWindowsPath(path), "mode=rw") == address  # type: ignore[arg-type]


@pytest.mark.parametrize("how", ["deleted", "replaced", "folder gone"])
def test_a_file_that_vanishes_is_told_in_each_thread(folder: Path, how: str) -> None:
    library = Library(folder)
    library.counts()
    if how == "deleted":
        library.path.unlink()
    elif how == "replaced":
        shutil.copy(library.path, folder / "copy")
        os.replace(folder / "copy", library.path)
    else:
        os.rename(folder, folder.with_name("elsewhere"))
    failures: list[str] = []

    def use() -> None:
        for act in (library.counts, lambda: library.append("ignore", ())):
            try:
                act()
            except LibraryError as error:
                failures.append(str(error))

    for target in (use, threading.Thread(target=use).run):
        target()
    other = threading.Thread(target=use)
    other.start()
    other.join()
    assert len(failures) == 6
    assert all("was deleted or replaced" in one for one in failures)
    assert library.path.exists() == (how == "replaced")


def test_a_file_that_comes_back_is_used_again(folder: Path) -> None:
    library = Library(folder)
    os.rename(library.path, folder / "away")
    with pytest.raises(LibraryError):
        library.counts()
    os.rename(folder / "away", library.path)
    assert library.counts()["decisions"] == 60


# -- after a crash -----------------------------------------------------------------------------

KILLED = """
import os, sys, threading
from pathlib import Path
from tests import damaging
from labeler.library import database
from labeler.library.store import Library

database.checkpoint = lambda connection: None   # killed before it came to that
library = Library(Path(sys.argv[1]))
for number in range(10**6):
    if number == int(sys.argv[2]):
        threading.Timer(0.003, os.kill, [os.getpid(), 9]).start()  # in the midst of some later one
    damaging.decide(library, number)
"""


def killed_while_writing(folder: Path, decisions: int) -> None:
    """Leave a log of so many decisions, and a few more; SQLite empties one of 1,000 pages."""
    command = [sys.executable, "-c", KILLED, str(folder), str(decisions)]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, stdout=subprocess.PIPE)
    assert done.returncode == -signal.SIGKILL
    assert (folder / f"{FILE_NAME}-wal").stat().st_size > 0


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
@pytest.mark.parametrize("time", range(6))
def test_a_copy_put_back_after_a_crash_is_that_copy(
    folder: Path, tmp_path: Path, time: int
) -> None:
    """Yesterday's copy, beside the log of today, as somebody puts it back who knows no better."""
    yesterday = tmp_path / "yesterday.sqlite"
    shutil.copy(folder / FILE_NAME, yesterday)
    library = Library(folder)
    for number in range(20 * time + 1):
        damaging.decide(library, number)
    library.close()
    killed_while_writing(folder, 5 + 8 * time)
    shutil.copy(yesterday, folder / FILE_NAME)
    done = labeler(folder, "history", "--json")
    assert done.returncode == 0, done.stderr
    assert "set aside as library-foreign-log-" in done.stderr
    assert damaging.entries(folder / FILE_NAME) == damaging.entries(yesterday)
    assert connecting.is_sound(folder / FILE_NAME, "mode=ro")
    assert len(list(folder.glob("library-foreign-log-*.sqlite-wal"))) == 1
    assert "nothing to repair" in command(folder, "repair").stdout


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_what_was_decided_before_a_crash_is_there(folder: Path) -> None:
    killed_while_writing(folder, 20)
    alone = len(damaging.entries(Path(shutil.copy(folder / FILE_NAME, folder / "alone"))))
    library = Library(folder)
    assert library.notes == []
    assert len(library.journal()) > alone == 60
    library.close()
    assert not (folder / f"{FILE_NAME}-wal").exists()


def test_every_answer_is_in_the_file_itself(folder: Path) -> None:
    """Also while others have it open: no log is left that could come to lie beside another file."""
    library, dashboard = Library(folder), Library(folder)
    for number in range(5):
        dashboard.counts()
        damaging.decide(library, number)
        assert (folder / f"{FILE_NAME}-wal").stat().st_size == 0
        copy = Path(shutil.copy(folder / FILE_NAME, folder.parent / "copy.sqlite"))
        assert len(damaging.entries(copy)) == 61 + number


def test_a_reader_does_not_hold_up_an_answer(folder: Path) -> None:
    library = Library(folder)
    with closing(sqlite3.connect(folder / FILE_NAME)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM journal").fetchone()
        started = time.monotonic()
        damaging.decide(library, 1)
        assert time.monotonic() - started < 5
    library.close()
    assert not (folder / f"{FILE_NAME}-wal").exists()


@given(st.lists(st.integers(1, 4), min_size=2, max_size=6), st.data())
@settings(max_examples=40, deadline=None)
def test_a_log_fits_the_states_that_it_goes_on_from(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[int], data: st.DataObject
) -> None:
    """The log of some round belongs to the file as it was when that began, and to no other."""
    folder = tmp_path_factory.mktemp("marks")
    library = Library.create(folder)
    states, logs = [], []
    for number in rounds:
        states.append(connecting.mark_of(library.path))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("labeler.library.database.checkpoint", lambda connection: None)
            for _ in range(number):
                library.append("ignore")
        log = folder / f"log-{len(logs)}"
        logs.append(Path(shutil.copy(aftermath.log_beside(library.path), log)))
        connecting.checkpoint(library._connection())
    library.close()
    state = data.draw(st.integers(0, len(rounds) - 1))
    log_number = data.draw(st.integers(0, len(rounds) - 1))
    # The state behind the last transaction of the round before is the one that this began with.
    expected = log_number in (state, state - 1)
    assert marks.fits(states[state] or 0, logs[log_number]) is expected


def test_the_frames_of_a_log_are_those_that_sqlite_replays(tmp_path: Path) -> None:
    """Whole transactions only, wherever the log was cut off."""
    path, copy = tmp_path / "a.sqlite", tmp_path / "copy" / "a.sqlite"
    copy.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (x)")
        for number in range(8):
            connection.execute("INSERT INTO t VALUES (?)", ["x" * 1500 * number])
        log = aftermath.log_beside(path).read_bytes()
        base = path.read_bytes()
    for cut in range(0, len(log) + 1, 2777):
        copy.write_bytes(base)
        aftermath.log_beside(copy).write_bytes(log[:cut])
        with open(aftermath.log_beside(copy), "rb") as stream:
            frames = wal.committed(stream)
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            row = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            assert max(row[1], 0) == len(frames), cut


# -- putting back a copy -----------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_restore_puts_back_a_copy_of_the_file(folder: Path, tmp_path: Path) -> None:
    yesterday = Path(shutil.copy(folder / FILE_NAME, tmp_path / "yesterday.sqlite"))
    killed_while_writing(folder, 10)
    done = labeler(folder, "restore", yesterday, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["decisions"], report["photos"], report["faces"]) == (60, 150, 300)
    assert damaging.entries(folder / FILE_NAME) == damaging.entries(yesterday)
    assert len(damaging.entries(Path(report["kept"]))) > 60  # with its log
    assert Library(folder).notes == []
    assert yesterday.exists()


def test_a_log_whose_file_has_gone_is_kept(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    shutil.move(folder / FILE_NAME, copy)
    (folder / f"{FILE_NAME}-wal").write_bytes(b"perhaps somebody can make sense of it")
    assert command(folder, "restore", copy).returncode == 0
    (kept,) = folder.glob("library-foreign-log-*.sqlite-wal")
    assert kept.read_bytes().startswith(b"perhaps")
    assert Library(folder).notes == []


def test_restore_refuses_what_is_no_sound_copy(folder: Path, tmp_path: Path) -> None:
    before = (folder / FILE_NAME).read_bytes()
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as connection:
        connection.execute("CREATE TABLE t (x)")
    bad = Path(shutil.copy(folder / FILE_NAME, tmp_path / "bad.sqlite"))
    damaging.damage(bad, max(damaging.pages_of(bad, "journal")), "zeros")
    assert "another program" in sentence(command(folder, "restore", tmp_path / "other.sqlite"))
    assert "use another copy" in sentence(command(folder, "restore", bad))
    assert "itself" in sentence(command(folder, "restore", folder / FILE_NAME))
    assert (folder / FILE_NAME).read_bytes() == before
    assert not list(folder.glob("*.part*"))


def test_nothing_is_replaced_under_a_program_that_uses_it(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(folder / FILE_NAME, tmp_path / "copy.sqlite"))
    library = Library(folder)
    library.counts()
    if os.name != "nt":
        assert "end it first" in sentence(labeler(folder, "restore", copy))
        assert "end it first" in sentence(labeler(folder, "repair"))
    assert library.counts()["decisions"] == 60


# -- damage ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", damaging.WAYS)
def test_nothing_is_written_to_a_damaged_library(folder: Path, way: str) -> None:
    path = folder / FILE_NAME
    leaves = [page for page, kind in damaging.pages_of(path, "faces").items() if kind == "leaf"]
    damaging.damage(path, leaves[1], way, seed=1)
    before = path.read_bytes()
    for words in (["status"], ["backup", folder.parent / "b.gz"], ["hide", "Person 1 x"], ["undo"]):
        assert "`labeler repair`" in sentence(command(folder, *words))
    assert path.read_bytes() == before
    assert not (folder.parent / "b.gz").exists()


def test_the_dashboard_tells_of_damage_and_of_a_file_that_has_gone(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder / FILE_NAME
    client = create_app(Session(Library(folder))).server.test_client()
    assert client.get("/faces/1.jpg").status_code == 200  # a neutral picture
    path.unlink()
    assert client.get("/faces/1.jpg").status_code == 404
    assert not path.exists()
    assert "Traceback" not in caplog.text


def test_what_a_cache_cannot_keep_is_made_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()  # where nothing can be written, not even by the superuser
    path = tmp_path / "cache" / "faces" / "x.jpg"
    assert found_cached(path) is None
    made = cached_file(path, lambda part: part.write_bytes(b"picture"))
    assert (made.read_bytes(), found_cached(path)) == (b"picture", made)
    if os.name != "nt":
        assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700


# -- private -----------------------------------------------------------------------------------


def modes(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode)
        for path in (folder, *folder.rglob("*"))
    }


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
@pytest.mark.usefixtures("usual_umask")
def test_nobody_else_can_read_what_is_made(tmp_path: Path, demo_album: Path) -> None:
    folder = tmp_path / "new" / "library"
    library = Library.create(folder)
    damaging.decide(library, 1)
    assert modes(folder)[f"{FILE_NAME}-wal"] == 0o600
    with alone(folder / "index.lock", "busy"):
        cached_file(library.cache / "faces" / "ab" / "x.jpg", lambda part: part.write_bytes(b"x"))
        found = modes(folder)
    assert {name: mode for name, mode in found.items() if mode & 0o077} == {
        "cache/faces/ab/x.jpg": 0o644  # in a folder that nobody else can enter
    }
    library.close()
    assert command(folder, "backup", tmp_path / "b.gz").returncode == 0
    assert modes(tmp_path)["b.gz"] == 0o600


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
@pytest.mark.usefixtures("usual_umask")
@pytest.mark.parametrize("of_user", [False, True])
def test_a_library_from_before_is_closed_to_others(folder: Path, of_user: bool) -> None:
    """Once; and the user's own files and folder stay as they are."""
    (folder / "cache" / "faces").mkdir(parents=True)
    (folder / "library-before-migration-9.sqlite").touch()
    if of_user:
        (folder / "notes.txt").touch()
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        connection.execute("PRAGMA application_id = 0")
    for path in (folder, folder / "cache", folder / FILE_NAME):
        path.chmod(0o755)
    Library(folder).close()
    found = modes(folder)
    assert found["cache"] & 0o077 == found[FILE_NAME] & 0o077 == 0
    assert found["library-before-migration-9.sqlite"] == 0o600
    assert found["."] == (0o755 if of_user else 0o700)
    assert found.get("notes.txt", 0o644) == 0o644
    library = Library(folder)
    library.append("ignore")
    library.close()
    (folder / FILE_NAME).chmod(0o640)  # the user's own wish from then on
    Library(folder).close()
    assert modes(folder)[FILE_NAME] == 0o640


def test_an_older_library_is_backed_up_privately(tmp_path: Path) -> None:
    from labeler.library import migrations

    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as connection:
        migrations.apply(connection, 5)
        connection.execute("INSERT INTO journal (at, action) VALUES ('2026-01-01', 'ignore')")
    Library(tmp_path).close()
    backup = tmp_path / "library-before-migration-6.sqlite"
    if os.name != "nt":
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert connecting.is_sound(backup)
    assert connecting.mark_of(backup) != connecting.mark_of(tmp_path / FILE_NAME)
    # The file was lost after that: the backup is the library again.
    (tmp_path / FILE_NAME).unlink()
    assert "Saved from library-before-migration-6.sqlite" in command(tmp_path, "repair").stdout
    assert [entry.action for entry in Library(tmp_path).journal()] == ["ignore"]
