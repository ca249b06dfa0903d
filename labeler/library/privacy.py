"""Nobody but the user reads the library: faces and names are nobody else's business."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from labeler.library.connecting import FILE_NAME
from labeler.library.creating import is_of_library

_OTHERS = 0o077


def tighten(folder: Path) -> None:
    """Take away from others what an earlier version let them read of a library.

    What the user keeps in the same folder is left as it is, and so is the folder then.
    """
    if os.name == "nt":
        return
    with suppress(OSError):
        entries = list(os.scandir(folder))
        own = [one for one in entries if one.name == FILE_NAME or is_of_library(one.name)]
        for one in own:
            if not one.is_symlink():
                _close_to_others(one.path)
        if len(own) == len(entries):
            _close_to_others(folder)


def _close_to_others(path: str | Path) -> None:
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode & _OTHERS:
        with suppress(OSError):  # somebody else's, or a disk that cannot be written
            os.chmod(path, mode & ~_OTHERS)
