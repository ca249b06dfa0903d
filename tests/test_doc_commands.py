"""Every command line in the README and the documentation runs, and so does every program."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import struct
import subprocess
import sys
import wave
from collections import defaultdict
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from labeler.cli import main
from labeler.library.store import Library
from labeler.people.steps.listing import list_faces
from labeler.people.steps.naming import name_faces
from tools.manual import commands
from tools.manual.code_blocks import blocks

from .conftest import DEMO, true_names

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMED = ("Rosa", "Henrik", "Clara", "Jonas", "Nora", "Felix")
SHORTER = ["--most", "2", "--size", "320x240", "--fps", "10"]
"""Behind the making of a video: the documentation's would take minutes."""
NOT_RUN = {
    "dashboard": "goes on until Ctrl-C",
    "demo": "goes on until Ctrl-C",
    "embed": "needs a CLIP model",
    "folders": "there must have been such a drive",
    "index": "there is no such camera",
    "live": "there is no such camera",
}
"""Examples of the command line's own help that need what is not here."""
FIRST = ("recognize", "confirm", "name", "born", "kin", "backup", "undo", "redo", "hide", "export")
LAST = ("reject", "split", "merge", "rename")
"""Those of which others need what they do, and those that change what others need."""


@pytest.fixture(scope="module")
def named_library(demo_library_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo library, of whose people some have names. To be copied."""
    folder = tmp_path_factory.mktemp("documented") / "library"
    shutil.copytree(demo_library_folder, folder)
    library = Library(folder)
    by_person = defaultdict(list)
    for face, person in true_names(library).items():
        by_person[person].append(face)
    for person in NAMED:
        known = by_person[person]
        name_faces(library, known[: 2 * len(known) // 3], person)
    name_faces(library, by_person["Ines"][:3], "Granny")  # an example merges her
    library.close()
    return folder


@pytest.fixture
def home(
    named_library: Path,
    filmed_library_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Somebody's home with photos and a library; the current folder, too."""
    shutil.copytree(DEMO / "photos", tmp_path / "Pictures")
    shutil.copytree(DEMO / "inbox", tmp_path / "inbox")
    shutil.copytree(DEMO, tmp_path / "data" / "demo")
    shutil.copytree(DEMO, tmp_path / "album")
    shutil.copytree(named_library, tmp_path / "faces")
    portrait = DEMO / "photos" / "2003 Christmas at home" / "IMG_1000.jpg"
    for name in ("photo.jpg", "party.jpg", "passport.jpg", "beach.jpg", "baby.jpg"):
        shutil.copy(portrait, tmp_path / "Pictures" / name)
        shutil.copy(portrait, tmp_path / name)
    references = tmp_path / "Pictures" / "references" / "Rosa"
    references.mkdir(parents=True)
    shutil.copy(portrait, references)
    _film(filmed_library_folder, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("LABELER_LIBRARY", str(tmp_path / "faces"))
    return tmp_path


def _film(library_folder: Path, home: Path) -> None:
    library = Library(library_folder)
    (path,) = {face.photo for face in list_faces(library) if face.photo.endswith(".mp4")}
    library.close()
    for target in ("Videos/christmas.mp4", "Videos/2024/christmas.mp4", "holidays.mp4"):
        (home / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, home / target)


def _say(path: Path) -> None:
    """Write a second of a tone; what it is is told by what is in the file, not by its name."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 22050, 0, "NONE", ""))
        file.writeframes(b"".join(struct.pack("<h", 9000 * (n // 50 % 2)) for n in range(22050)))


def run(line: str) -> None:
    """Run a command line as the user does, in this process where it needs no shell."""
    words = shlex.split(line)
    assert words, line
    if re.search(r" [|>] ", line) or words[0] != "labeler":
        _in_a_shell(line)
        return
    if words[1] == "slideshow" and any(word.endswith((".mp4", ".html")) for word in words):
        words += SHORTER if any(word.endswith(".mp4") for word in words) else []
    words = [os.path.expanduser(word) for word in words]
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", words)
        patch.setattr(main, "_end", sys.exit)
        with pytest.raises(SystemExit) as ended:
            main.main()
    err.flush()
    said = err.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert not ended.value.code, f"{line}: {said}"


def _in_a_shell(line: str) -> None:
    folder = Path.cwd() / "bin"
    folder.mkdir(exist_ok=True)
    script = folder / "labeler"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m labeler.cli.main "$@"\n')
    script.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", line],
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, f"{line}: {done.stderr}"


def meant(page: Path) -> list[str]:
    return [
        block.text
        for block in blocks(page.read_text(encoding="utf-8"))
        if block.language in ("sh", "python") and not block.not_run
    ]


SAMPLE = (ROOT / "README.md", ROOT / "docs" / "tutorial.md")
"""What newcomers type; the other pages take a minute."""


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(one, id=one.stem, marks=() if one in SAMPLE else pytest.mark.exhaustive)
        for one in PAGES
        if meant(one)
    ],
)
def test_what_a_page_says_runs(document: Path, home: Path) -> None:
    for block in blocks(document.read_text(encoding="utf-8")):
        if block.not_run:
            continue
        if block.language == "sh":
            for line in block.commands():
                run(line)
        if block.language == "python":
            exec(compile(block.text, str(document), "exec"), {"__name__": "documented"})


@pytest.mark.exhaustive
@pytest.mark.skipif(os.name == "nt", reason="examples are written for a POSIX shell")
def test_every_example_of_the_help_runs(home: Path) -> None:
    _say(home / "waltz.mp3")
    run("labeler index party.jpg album/photos")
    examples = {
        name: one.epilog.removeprefix("Example: ") for name, one in commands.commands().items()
    }
    others = sorted(set(examples) - set(FIRST) - set(LAST) - set(NOT_RUN))
    for name in [*FIRST, *others, *LAST]:
        if name == others[0]:
            run("labeler index Videos")  # faces in videos are not exported
        run(examples[name])


def test_a_page_names_what_it_does_not_run() -> None:
    """A block is left out for a reason, not because somebody forgot its language."""
    for page in PAGES:
        for block in blocks(page.read_text(encoding="utf-8")):
            assert block.language in ("sh", "python", "text", "toml", "json"), (page, block.text)
            if "labeler " in block.text:
                assert block.language in ("sh", "python"), (page, block.text)
