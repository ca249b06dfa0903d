"""What starts the program from the desktop: an entry of the menu, an app, or a file to click.

All of them open a terminal, in which the program says where the dashboard is, and which ends it
when it is closed.
"""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import UsageError
from labeler.io.files import anything, whole_file

NAME = "face labeler"
VARIABLE = "LABELER_SHORTCUT"
"""Set in the environment of a program that a shortcut started."""
MARK = "made by labeler install-shortcut"
"""Stands in each file that is written here; no other is replaced or removed."""
_WHAT = "Find, group and name the faces in your photos"


@dataclass(frozen=True)
class Shortcut:
    """Files that start the program.

    shown: what the user sees: a file, or an app, which is a folder. files: each with its content,
    and whether it is run as a program.
    """

    shown: Path
    files: dict[Path, tuple[bytes, bool]]

    def install(self) -> bool:
        """Write the files; False = they are there already, word for word.

        Raises:
            UsageError: something that somebody else wrote has its name.
        """
        if all(_held(path) == content for path, (content, _) in self.files.items()):
            return False
        self._check_own()
        for path, (content, runs) in self.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(path, anything) as temporary:
                temporary.write_bytes(content)
                os.chmod(temporary, 0o755 if runs else 0o644)
        return True

    def remove(self) -> bool:
        """Remove the files; False = there are none.

        Raises:
            UsageError: something that somebody else wrote has its name.
        """
        if not os.path.lexists(self.shown):
            return False
        self._check_own()
        if self.shown.is_dir():
            shutil.rmtree(self.shown)
        else:
            self.shown.unlink()
        return True

    def _check_own(self) -> None:
        if not os.path.lexists(self.shown):
            return
        held = [_held(path) for path in self.files]
        if self.shown.is_symlink() or not any(one and MARK.encode() in one for one in held):
            raise UsageError(
                f"{self.shown} is not from this program; rename it, or move it elsewhere."
            )


def shortcut(system: str, command: Sequence[str], icon: Path, home: Path) -> Shortcut:
    """Return what starts a program on a system.

    Args:
        system: as `sys.platform` calls it.
        command: the program and its arguments.
        icon: a picture, SVG.
        home: on Linux, the user's folder for data; on macOS, for applications; on Windows, the
            desktop.

    Raises:
        UsageError: a word of the command has a line break.
    """
    if any(set("\r\n\0") & set(word) for word in command):
        raise UsageError("A shortcut cannot start a program whose path has a line break.")
    if system == "darwin":
        return _app(command, home / f"{NAME}.app")
    if system == "win32":
        return _of_one(home / f"{NAME}.cmd", _batch(command), True)
    entry = _desktop_entry(command, icon)
    return _of_one(home / "applications" / "face-labeler.desktop", entry, False)


def _of_one(path: Path, text: str, runs: bool) -> Shortcut:
    return Shortcut(path, {path: (os.fsencode(text), runs)})


def _desktop_entry(command: Sequence[str], icon: Path) -> str:
    """Return an entry by freedesktop.org's Desktop Entry Specification 1.5."""
    words = " ".join(map(_entry_word, ["env", f"{VARIABLE}=1", *command]))
    lines = {
        "Type": "Application",
        "Name": NAME,
        "Comment": _WHAT,
        "Exec": words.replace("\\", "\\\\"),  # the file's own escapes
        "Icon": str(icon).replace("\\", "\\\\"),
        "Terminal": "true",
        "Categories": "Graphics;Photography;",
    }
    body = "".join(f"{key}={value}\n" for key, value in lines.items())
    return f"# {MARK}\n[Desktop Entry]\n{body}"


def _entry_word(word: str) -> str:
    """Return an argument as `Exec` wants it: `%` is doubled; what is odd stands in quotes.

    >>> _entry_word("/opt/a b/100%")
    '"/opt/a b/100%%"'
    """
    plain = word.isascii() and word.replace("/", "").replace("=", "").replace("-", "")
    doubled = word.replace("%", "%%")
    if plain and plain.replace(".", "").replace("_", "").isalnum():
        return doubled
    escaped = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in doubled)
    return f'"{escaped}"'


def _app(command: Sequence[str], app: Path) -> Shortcut:
    """Return an application bundle, which opens a script in macOS's Terminal."""
    facts = {
        "CFBundleName": NAME,
        "CFBundleIdentifier": "local.face-labeler.shortcut",
        "CFBundleExecutable": "face-labeler",
        "CFBundlePackageType": "APPL",
        "CFBundleVersion": "1",
        "CFBundleGetInfoString": f"{_WHAT}; {MARK}",
    }
    contents = app / "Contents"
    script = f"#!/bin/sh\n# {MARK}\n{VARIABLE}=1 exec {shlex.join(command)}\n"
    opening = (
        f"#!/bin/sh\n# {MARK}\n"
        'exec open -a Terminal "$(dirname "$0")/../Resources/face-labeler.command"\n'
    )
    files = {
        contents / "Info.plist": (plistlib.dumps(facts), False),
        contents / "MacOS" / "face-labeler": (opening.encode(), True),
        contents / "Resources" / "face-labeler.command": (os.fsencode(script), True),
    }
    return Shortcut(app, files)


def _batch(command: Sequence[str]) -> str:
    """Return a batch file; its paths are UTF-8, which the second line tells the console."""
    lines = [f"@rem {MARK}", "@chcp 65001 >nul", f"@set {VARIABLE}=1", f"@{_batch_words(command)}"]
    return "".join(f"{line}\r\n" for line in lines)


def _batch_words(command: Iterable[str]) -> str:
    """Return a line of a batch file; no name of a file has quotes on Windows.

    >>> _batch_words(["C:\\\\my 100%\\\\python.exe", "-m"])
    '"C:\\\\my 100%%\\\\python.exe" "-m"'
    """
    return " ".join(f'"{word.replace("%", "%%")}"' for word in command)


def _held(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
