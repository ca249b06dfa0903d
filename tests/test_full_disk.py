"""A disk that is full or cannot be written: what was said can still be read, and copied elsewhere.

On a small file system of its own, in a name space that only the test sees. Permissions alone would
not stop the superuser, who runs the tests in a container.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from labeler.library.database import FILE_NAME
from labeler.library.migrations import MIGRATIONS

from . import damaging

pytestmark = pytest.mark.slow

READING = (
    ["people"],
    ["status"],
    ["search", "unnamed"],
    ["history"],
    ["faces"],
    ["kin"],
    ["suggest"],
    ["merges"],
    ["backup", "{out}/b.gz"],
    ["export", "--tables", "{out}/tables"],
    ["export", "--lists", "{out}/lists"],
)
WRITING = (
    ["rename", "Person 1 x", "Somebody"],
    ["undo"],
    ["hide", "Person 1 x"],
    ["index", "{out}"],
    ["cluster"],
    ["repair"],
)
SCRIPT = r"""
import json, os, shutil, subprocess, sys, tempfile
from tests.commanding import command
mount, source, out, how, commands = json.loads(sys.argv[1])
run = lambda *words: subprocess.run(words, check=True, capture_output=True)
run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", mount)
folder = shutil.copytree(source, mount + "/library")
if how == "full":
    with open(mount + "/filling", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            pass
else:
    run("mount", "-o", "remount,ro", mount)
before = open(folder + "/library.sqlite", "rb").read()
answers = []
for words in commands:
    kept = tempfile.mktemp()  # outside of the disk; each command is in a process of its own
    if not (child := os.fork()):
        done = command(folder, *words)
        with open(kept, "w") as file:
            json.dump((done.returncode, done.stdout, done.stderr), file)
        os._exit(0)
    os.waitpid(child, 0)
    answers.append(json.load(open(kept)))
    os.unlink(kept)
assert open(folder + "/library.sqlite", "rb").read() == before
print(json.dumps(answers))
"""


@pytest.fixture(scope="module", autouse=True)
def private_mounts() -> None:
    if (
        shutil.which("unshare") is None
        or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode
    ):
        pytest.skip("A file system of its own cannot be mounted here.")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "library"
    damaging.write_library(folder, 60)
    return folder


def answers(
    tmp_path: Path, library: Path, how: str, commands: tuple[list[str], ...]
) -> list[tuple[int, str, str]]:
    (tmp_path / "mount").mkdir()
    out = tmp_path / "out"
    out.mkdir()
    filled = [[word.format(out=out) for word in words] for words in commands]
    told = [str(tmp_path / "mount"), str(library), str(out), how, filled]
    done = subprocess.run(
        ["unshare", "-m", sys.executable, "-c", SCRIPT, json.dumps(told)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    assert done.returncode == 0, done.stderr
    return [tuple(answer) for answer in json.loads(done.stdout)]


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_everything_can_be_read(tmp_path: Path, written: Path, how: str) -> None:
    found = answers(tmp_path, written, how, READING)
    for words, (code, out, err) in zip(READING, found, strict=True):
        assert code == 0, (words, out, err)
        assert err == "" or words[0] == "backup", err  # which tells that the photos are not here
    assert "Person 1" in found[0][1]
    assert "150 photos, 300 faces" in found[1][1]
    assert (tmp_path / "out" / "b.gz").stat().st_size > 1000


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_what_writes_says_so_in_one_sentence(tmp_path: Path, written: Path, how: str) -> None:
    found = answers(tmp_path, written, how, WRITING)
    for words, (code, out, err) in zip(WRITING[:-1], found, strict=False):
        assert code == 1, (words, out, err)
        assert err.count("\n") == 1, (words, err)
        assert "full" in err or "ead-only" in err or "No space" in err or "read just now" in err
    assert "nothing to repair" in found[-1][1]


@pytest.mark.parametrize("how", ["full", "read-only"])
@pytest.mark.parametrize("state", ["log", "old"])
def test_what_is_not_in_the_file_yet_is_read_from_a_copy(
    tmp_path: Path, written: Path, how: str, state: str
) -> None:
    """Decisions that are in the log only, after a crash, and a library of an earlier version."""
    library = Path(shutil.copytree(written, tmp_path / "library"))
    if state == "log":
        damaging.decide_and_crash(library)
        for name in os.listdir(library):
            if name.endswith("-shm"):
                (library / name).unlink()
    else:
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(library / FILE_NAME, isolation_level=None)) as connection:
            tables = (
                *("photo_places", "places", "sorts", "written_files", "replaced", "same_faces"),
                *("videos", "tracks"),
            )
            for table in tables:
                connection.execute(f"DROP TABLE {table}")
            for table, column in (
                *(("photos", "look"), ("photos", "seconds"), ("journal_faces", "at")),
                *(("faces", "at"), ("faces", "moment")),
            ):
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
            for index in (
                *("photos_with_position", "recognitions_by_evidence", "files_by_folder"),
                *("merge_candidates_by_second", "journal_faces_by_content", "files_not_there"),
            ):
                connection.execute(f"DROP INDEX {index}")
            connection.execute("DROP VIEW kept_faces")
            for column in ("rating", "orientation", "doubted", "whence"):
                connection.execute(f"ALTER TABLE photos DROP COLUMN {column}")
            connection.execute("DELETE FROM migrations WHERE number >= 9")
        assert len(MIGRATIONS) == 17, "drop here what the new migration makes"
    found = answers(tmp_path, library, how, (["history", "--json"], ["people"], ["undo"]))
    assert [code for code, _, _ in found] == [0, 0, 1], found
    assert len(json.loads(found[0][1])) == 20
    assert ("Newcomer" in found[0][1]) == (state == "log")
    assert found[2][2].count("\n") == 1
