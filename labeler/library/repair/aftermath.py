"""After a crash: does the log that was left belong to the library's file?"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

from labeler.errors import LibraryError
from labeler.library import sentences
from labeler.library.connecting import is_sound, mark_of
from labeler.library.repair import marks

_SHARED_LOCK = 0x40000002, 510
"""The bytes that every SQLite connection locks as long as it has the file open."""

Log = Literal["none", "live", "fits", "foreign"]
"""There is none, or nothing in it · somebody has the file open · it is the file's · it is not."""


def log_beside(path: Path) -> Path:
    """Return where SQLite keeps the write-ahead log of a file."""
    return path.with_name(path.name + "-wal")


def log_of(path: Path) -> Log:
    """Tell whose log lies beside a file, and whether it may be used.

    It is the file's if the marks say so, or do not tell, and both together are sound.

    Raises:
        LibraryError: the file is damaged with its log and without.
        OSError, sqlite3.Error: they cannot be read.
    """
    log = log_beside(path)
    if not log.exists() or not log.stat().st_size:
        return "none"
    if is_in_use(path):
        return "live"
    mark = mark_of(path)
    fits = None if mark is None else marks.fits(mark, log)
    if fits is not False and _are_sound_together(path):
        return "fits"
    if is_sound(path):
        return "foreign"
    raise LibraryError(sentences.damaged("it was cut off, or the log beside it is another's"))


def _are_sound_together(path: Path) -> bool:
    try:
        return is_sound(path, "mode=ro")  # which never brings the log into the file
    except sqlite3.OperationalError:  # a disk on which no index of the log can be made
        with tempfile.TemporaryDirectory(prefix="face-labeler-") as folder:
            return is_sound(copy_into(path, Path(folder)), "mode=rw")


def set_aside(path: Path) -> Path:
    """Give the log beside a file another name, and return it.

    Raises:
        OSError: it cannot be renamed.
    """
    aside = free_log_name(path)
    os.rename(log_beside(path), aside)
    with suppress(OSError):
        path.with_name(path.name + "-shm").unlink()
    return aside


def free_log_name(path: Path) -> Path:
    """Return a name under which the log of another file can be kept."""
    return free_name(path, "foreign-log", ".sqlite-wal")


def free_name(path: Path, what: str, ending: str = ".sqlite") -> Path:
    """Return a name beside the library's file under which something of it can be kept."""
    now = f"{datetime.now():%Y-%m-%d-%H%M%S}"
    plain = path.with_name(f"{path.stem}-{what}-{now}{ending}")
    others = (plain.with_name(f"{plain.stem}-{n}{ending}") for n in range(2, 1000))
    return next(name for name in (plain, *others) if not os.path.lexists(name))


def is_in_use(path: Path) -> bool:
    """Tell whether another process has the file open as a database.

    Only to be asked while this process has not: closing the file here would end its locks. Windows
    is not asked; it does not let anybody rename what is in use.
    """
    if os.name == "nt":
        return False
    import fcntl

    start, length = _SHARED_LOCK
    try:
        number = os.open(path, os.O_RDWR)
    except OSError:
        return False  # a disk that cannot be written
    try:
        fcntl.lockf(number, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
    except OSError:
        return True
    finally:
        os.close(number)
    return False


def copy_into(path: Path, folder: Path, with_log: bool = True) -> Path:
    """Copy a file and its log to another folder; return where the file is there."""
    copy = folder / path.name
    shutil.copyfile(path, copy)
    if with_log and log_beside(path).exists():
        shutil.copyfile(log_beside(path), log_beside(copy))
    return copy
