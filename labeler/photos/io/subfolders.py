"""Which folders are on this computer, for somebody who chooses one: their names, nothing else."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from labeler.errors import LabelerError

_DRIVES = ("/Volumes", "/media", "/run/media", "/mnt")
"""Where systems other than Windows show drives; some have a folder for each user in between."""


def subfolders(folder: Path) -> list[str]:
    """Return the names of the folders in a folder, in alphabetical order, without hidden ones.

    Links to folders count; names that are no text do not.

    Raises:
        LabelerError: it is not there, or may not be looked into.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if _is_shown(entry)]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        raise LabelerError(
            f"The folder {folder} cannot be opened ({reason}); choose another."
        ) from error
    return sorted(names, key=str.casefold)


def beginnings() -> list[tuple[str, Path]]:
    """Return where to begin to look, with what it is called: pictures, home, drives."""
    home = Path.home()
    pictures = _pictures(home)
    found = [("Pictures", pictures)] if pictures.is_dir() else []
    found.append(("Home", home))
    if sys.platform == "win32":
        drives = [Path(f"{letter}:\\") for letter in "CDEFGHIJKLMNOPQRSTUVWXYZ"]
        return found + [(str(drive)[:2], drive) for drive in drives if drive.is_dir()]
    own = (os.path.join(place, home.name) for place in _DRIVES)
    places = [Path(place) for place in (*own, *_DRIVES) if _has_folders(Path(place))]
    return found + [("Drives", place) for place in places[:1]]


def _has_folders(folder: Path) -> bool:
    try:
        return bool(subfolders(folder))
    except LabelerError:
        return False


def _is_shown(entry: os.DirEntry[str]) -> bool:
    try:
        if entry.name.startswith(".") or not entry.is_dir():
            return False
        entry.name.encode("utf-8")
        attributes = getattr(entry.stat(), "st_file_attributes", 0)
    except (OSError, UnicodeEncodeError):
        return False
    return not attributes & getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 0)


def _pictures(home: Path) -> Path:
    """Return the user's folder of pictures; desktops of Linux have one in each language."""
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "user-dirs.dirs"
    try:
        lines = config.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    for line in lines:
        name, _, value = line.partition("=")
        if name.strip() == "XDG_PICTURES_DIR":
            return Path(value.strip().strip('"').replace("$HOME", str(home)))
    return home / "Pictures"
