"""`labeler` without a command, and what starts it from the desktop."""

from __future__ import annotations

import configparser
import os
import plistlib
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from labeler.cli import install_shortcut, start
from labeler.errors import UsageError
from labeler.io import shortcuts
from labeler.library.connecting import FILE_NAME
from labeler.library.store import Library

from .commanding import command

WORDS = ["/opt/my apps/100%/python", "-m", "labeler.cli.main", "--library", '/x/$HOME\'s "faces"']
ICON = Path("/opt/icon.svg")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders of the libraries on which the dashboard was opened, in place of opening it."""
    opened: list[Path] = []
    monkeypatch.setattr(start, "show", lambda library, *_: opened.append(library.folder))
    return opened


def test_without_a_terminal_it_prints_the_help(tmp_path: Path, shown: list[Path]) -> None:
    done = command(tmp_path / "new")
    assert done.stdout.startswith("Usage:")
    assert (shown, (tmp_path / "new").exists()) == ([], False)


@pytest.mark.parametrize("way", ["terminal", "shortcut"])
def test_it_opens_the_dashboard_and_makes_a_library_only_once(
    way: str, tmp_path: Path, shown: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "terminal":
        monkeypatch.setattr(start, "_is_terminal", lambda: True)
    else:
        monkeypatch.setenv(shortcuts.VARIABLE, "1")
    first, second = command(tmp_path / "new"), command(tmp_path / "new")
    assert f"one is made in {tmp_path / 'new'}" in first.stdout
    assert "is made" not in second.stdout
    assert shown == [tmp_path / "new"] * 2
    Library(tmp_path / "new").close()


def test_what_is_wrong_stays_to_be_read(
    tmp_path: Path, shown: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window of a shortcut would close before anybody has read the sentence."""
    asked: list[str] = []
    monkeypatch.setenv(shortcuts.VARIABLE, "1")
    monkeypatch.setattr(start, "_is_terminal", lambda: True)
    monkeypatch.setattr("builtins.input", asked.append)
    (tmp_path / FILE_NAME).write_bytes(b"no database" * 200)
    assert command(tmp_path).returncode == 1
    assert (len(asked), shown) == (1, [])


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_a_shortcut_is_written_once_and_removed(system: str, tmp_path: Path) -> None:
    made = shortcuts.shortcut(system, WORDS, ICON, tmp_path / "home")
    assert (made.install(), made.install()) == (True, False)
    moved = shortcuts.shortcut(system, ["/elsewhere/python"], ICON, tmp_path / "home")
    assert moved.install()
    assert made.remove()
    assert not made.remove()
    assert not [path for path in (tmp_path / "home").rglob("*") if path.is_file()]


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_what_somebody_else_wrote_is_left_alone(system: str, tmp_path: Path) -> None:
    made = shortcuts.shortcut(system, WORDS, ICON, tmp_path)
    path = next(iter(made.files))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[Desktop Entry]\n")
    for act in (made.install, made.remove):
        with pytest.raises(UsageError, match="not from this program"):
            act()
    assert path.read_text() == "[Desktop Entry]\n"


def test_the_entry_of_the_menu_says_the_command_word_for_word() -> None:
    made = shortcuts.shortcut("linux", WORDS, ICON, Path("/data"))
    assert made.shown == Path("/data/applications/face-labeler.desktop")
    entry = configparser.RawConfigParser()
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read_string(made.files[made.shown][0].decode())
    written = entry["Desktop Entry"]["Exec"].replace("\\\\", "\\")
    written = written.replace("%%", "%").replace("\\$", "$")  # which shlex would leave
    assert shlex.split(written) == ["env", "LABELER_SHORTCUT=1", *WORDS]
    assert entry["Desktop Entry"]["Terminal"] == "true"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_the_app_runs_the_command_word_for_word(tmp_path: Path) -> None:
    words = [
        sys.executable,
        "-c",
        "import os, sys; print(os.environ['LABELER_SHORTCUT'], sys.argv)",
    ]
    made = shortcuts.shortcut("darwin", [*words, *WORDS], ICON, tmp_path)
    made.install()
    contents = tmp_path / "face labeler.app" / "Contents"
    assert plistlib.loads((contents / "Info.plist").read_bytes())["CFBundlePackageType"] == "APPL"
    script = contents / "Resources" / "face-labeler.command"
    done = subprocess.run([script], capture_output=True, text=True, check=True)
    assert done.stdout == f"1 {['-c', *WORDS]}\n"
    assert os.access(contents / "MacOS" / "face-labeler", os.X_OK)


def test_the_batch_file_has_its_lines_ended_and_its_signs_doubled() -> None:
    made = shortcuts.shortcut("win32", [r"C:\100%\python.exe", "-m", "x"], ICON, Path("desk"))
    ((content, _),) = made.files.values()
    assert content.endswith(b'@"C:\\100%%\\python.exe" "-m" "x"\r\n')
    assert content.count(b"\r\n") == content.count(b"\n") == 4


def test_the_command_puts_it_where_the_system_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(install_shortcut, "_home", lambda: tmp_path / "data")
    entry = tmp_path / "data" / "applications" / "face-labeler.desktop"
    done = command(tmp_path / "faces", "install-shortcut")
    assert f"{entry} opens the dashboard" in done.stdout
    assert f"--library {tmp_path / 'faces'}\n" in entry.read_text()
    assert "is there already" in command(tmp_path / "faces", "install-shortcut").stdout
    assert "is removed" in command(tmp_path / "faces", "install-shortcut", "--remove").stdout
    assert "no shortcut" in command(tmp_path / "faces", "install-shortcut", "--remove").stdout
