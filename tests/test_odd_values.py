"""Every command, with values that nobody should give it: one sentence each, and no traceback."""

from __future__ import annotations

import gzip
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from labeler.cli import main as cli
from labeler.io.files import MOST_TEXT
from labeler.metrics.steps import evaluate

pytestmark = pytest.mark.slow

GOES_ON = {"dashboard", "demo"}
"""They serve until they are stopped."""
LONG = "x" * 5_000
NUMBER = "9" * 5_000
TEXTS = {
    "long": LONG,
    "number": NUMBER,
    "not UTF-8": os.fsdecode(b"a\xff\xfe"),
    "control": "a\x1b[2J\n\r\tb",
    "empty": "",
    "minus": "-1",
}
FILES: dict[str, Callable[[], bytes]] = {
    "NUL": lambda: b"file,left,top,width,height\n\0a\0,1,2,3,4\n",
    "NUL pairs": lambda: b"path1,path2,same\na\0,b\0,1\n",
    "NUL kin": lambda: b"person,is,of\nA\0,parent,B\0\n",
    "not UTF-8": lambda: b"\xff\xfe\xfd",
    "one line": lambda: b"a," * 500_000,
    "one field": lambda: b"path1,path2,same\n" + b"a" * 500_000,
    "quote": lambda: b'path1,path2,same\n"' + b"a\n" * 100_000,
    "numbers": lambda: f"{NUMBER} {NUMBER}\na {NUMBER} {NUMBER}\n".encode(),
    "folds": lambda: "10 ¹²\na 1 2\n".encode(),
    "table": lambda: f"file,left,top,width,height\na,{NUMBER},1,nan,x\n".encode(),
    "deep JSON": lambda: b"[" * 100_000,
    "deep TOML": lambda: b"a = " + b"[" * 100_000,
    "half a letter": lambda: b'{"labeler_show": 1, "slides": [{"path": "\\ud800"}]}',
    "numbers in JSON": lambda: f'{{"labeler_show": {NUMBER}}}'.encode(),
    "packed": lambda: gzip.compress(b'{"format": "face-labeler backup", "content": NaN}'),
    "deep packed": lambda: gzip.compress(b"[" * 1_000_000),
    "too large": lambda: b"a" * (MOST_TEXT + 1),
    "nothing": lambda: b"",
}

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], library: Path) -> Run:
    """Return a function that runs a command; it gives the exit code and what was complained."""

    def end(code: int) -> None:
        raise SystemExit(code)

    def command(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["labeler", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), capfd.readouterr().err

    monkeypatch.setattr(cli, "_end", end)
    monkeypatch.setenv("LABELER_LIBRARY", str(library))
    return command


@pytest.fixture(scope="module")
def library(demo_library_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd") / "library"
    shutil.copytree(demo_library_folder, folder)
    return folder


def commands() -> dict[str, Any]:
    return dict(typer.main.get_command(cli.app).commands)  # type: ignore[attr-defined]


def slots() -> Iterator[tuple[str, int]]:
    """Yield each place of a command line that takes a value."""
    for name, command in commands().items():
        for number, parameter in enumerate(command.params):
            if name not in GOES_ON and not getattr(parameter, "is_flag", False):
                yield name, number


def line(name: str, number: int, odd: str) -> list[str]:
    """Return a command line with one odd value; what else is required gets a usual one."""
    words = [name]
    last: list[str] = []
    for place, parameter in enumerate(commands()[name].params):
        if place != number and not parameter.required:
            continue
        value = odd if place == number else usual(parameter)
        if parameter.param_type_name == "argument":
            last.append(value)
        else:
            words += [parameter.opts[0], value]
    return [*words, "--", *last] if last else words


def usual(parameter: Any) -> str:
    return "1" if parameter.name in ("face", "left", "top", "width", "height") else "Rosa"


def is_one_sentence(said: str) -> bool:
    return "Traceback" not in said and "Something went wrong that" not in said


@pytest.mark.parametrize(("name", "number"), list(slots()))
def test_odd_texts(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    monkeypatch.chdir(tmp_path)
    # Of the values, each place gets two; its neighbours get the others.
    for odd, value in list(TEXTS.items())[number % 3 :: 3]:
        code, said = run(*line(name, number, value))
        assert code in (0, 1, 2), odd
        assert is_one_sentence(said), (odd, said[-2000:])
        assert code == 0 or said.strip(), odd


FILE_LINES = {
    "evaluate": ["evaluate", "FILE"],
    "pairs": ["verify", "--pairs", "FILE"],
    "kin": ["kin", "--file", "FILE"],
    "restore": ["restore", "FILE"],
    "plan": ["slideshow", "--from-plan", "FILE"],
    "meaning": ["meaning", "FILE"],
    "recognizer": ["index", "--recognizer", "FILE", "."],
    "contacts": ["adopt", "--contacts", "FILE"],
    "undo": ["sort", "--undo", "FILE"],
    "lookalike": ["lookalike", "FILE"],
    "index": ["index", "FILE"],
    "draw": ["draw", "FILE", "1", "1", "50", "50"],
    "verify": ["verify", "FILE", "FILE"],
}


@pytest.mark.parametrize("reader", FILE_LINES)
def test_odd_files(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str) -> None:
    monkeypatch.chdir(tmp_path)
    places = {kind: tmp_path / f"odd{n}" for n, kind in enumerate(FILES)}
    for kind, make in FILES.items():
        places[kind].write_bytes(make())
    places["folder"] = tmp_path
    places["endless"] = Path("/dev/zero")
    places["in a file"] = places["nothing"] / "file"
    if hasattr(os, "mkfifo"):
        places["pipe"] = tmp_path / "pipe"
        os.mkfifo(places["pipe"])
    for kind, path in places.items():
        code, said = run(*(str(path) if word == "FILE" else word for word in FILE_LINES[reader]))
        assert is_one_sentence(said), (kind, said[-2000:])
        assert code in ((0, 1, 2) if reader in ("index", "verify") else (1, 2)), (kind, said)
        assert code == 0 or said.strip(), kind


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("a\nb" * 200), "Something went wrong that should not have (RuntimeError: a"),
        (RecursionError("too deep"), "RecursionError: too deep"),
        (KeyError("x"), "--debug"),
        (MemoryError(), "not enough memory"),
        (sqlite3.DatabaseError("malformed"), "malformed"),
        (OSError(28, "No space left", LONG), "No space left"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_fault_is_one_sentence_and_its_place_is_shown_on_demand(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(evaluate, "evaluate", fail)
    code, complaint = run("evaluate", "faces.csv")
    assert code == 1
    assert said in complaint
    assert len(complaint) < 600
    assert complaint.count("\n") == 1
    code, complaint = run("--debug", "evaluate", "faces.csv")
    assert code == 1
    assert "Traceback" in complaint
    assert said in complaint
    monkeypatch.setenv("LABELER_DEBUG", "1")
    assert "Traceback" in run("evaluate", "faces.csv")[1]


def test_a_library_with_too_long_a_name_is_one_sentence(run: Run) -> None:
    code, said = run("--library", LONG, "status")
    assert code == 1
    assert said.startswith("The library in")


@pytest.mark.skipif(os.name == "nt", reason="there, the shell closes nothing")
def test_a_closed_output_is_no_fault(library: Path) -> None:
    words = [sys.executable, "-m", "labeler.cli.main", "--library", str(library), "people"]
    command = " ".join(map(shlex.quote, words)) + " >&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
