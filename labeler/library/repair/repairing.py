"""Put a sound library in the place of a damaged or lost one, and keep what was there."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError, LibraryError
from labeler.io.files import part_of, private_file, remove_parts, sync_folder
from labeler.library import migrations, sentences
from labeler.library.connecting import FILE_NAME, check_whose, connect, troubles
from labeler.library.repair import aftermath
from labeler.library.repair.rebuilding import Saved, rebuild

_STEM = Path(FILE_NAME).stem


@dataclass(frozen=True)
class RepairReport:
    """What was done. source: the file whose rows were saved; None = the library is sound.

    kept: the name under which the damaged file, or the log of another one, was kept.
    tables: what became of the rows of each table.
    """

    library: Path
    repaired: bool
    source: Path | None
    kept: Path | None
    tables: dict[str, Saved]


def repair(folder: Path) -> RepairReport:
    """Save what can be read of a damaged library into a new one; a sound one is left alone.

    Of a library whose file has gone, the newest of the copies that this program made is used.

    Raises:
        LibraryError: there is nothing of a library, or it is of another program.
        LabelerError: another program is using it.
    """
    path = Path(os.path.abspath(folder)) / FILE_NAME
    try:
        source = _source(path)
        check_unused(path)
        if source == path:
            log = _log_of(path)
            if log != "unknown" and _is_sound_library(path, log):
                kept = aftermath.set_aside(path) if log == "foreign" else None
                return RepairReport(path.parent, kept is not None, None, kept, {})
        saved: dict[str, Saved] = {}
        kept = replace(path, "damaged", lambda new: saved.update(rebuild(source, new)))
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise LibraryError(
            f"The library in {path.parent} cannot be repaired ({why}), and is as it was; make "
            "room on its disk, or copy it to another one and repair it there."
        ) from error
    return RepairReport(path.parent, True, source, kept, saved)


def check_unused(path: Path) -> None:
    """Refuse to replace a library that another program has open.

    Raises:
        LabelerError: it has.
    """
    if path.exists() and aftermath.is_in_use(path):
        raise LabelerError(
            f"Another program, such as the dashboard, is using the library in {path.parent}; "
            "end it first."
        )


def replace(path: Path, what: str, make: Callable[[Path], object]) -> Path | None:
    """Put a new file in the library's place, and keep what is there under another name.

    Whenever this is interrupted, the library is the old file with its log, or the new one.

    Args:
        what: part of the name under which the old file is kept.
        make: makes the new file.

    Returns that name, None if there was nothing to keep.
    """
    remove_parts(path.parent)
    temporary = part_of(path)
    log = aftermath.log_beside(path)
    kept = None
    try:
        make(temporary)
        if path.exists() and path.stat().st_size:
            kept = aftermath.free_name(path, what)
            _second_name(path, kept)
        if log.exists() and log.stat().st_size:
            of = aftermath.log_beside(kept) if kept else aftermath.free_log_name(path)
            _second_name(log, of)
        os.replace(temporary, path)
        sync_folder(path.parent)
        for ending in ("-wal", "-shm"):  # the log does not fit the new file and would be set aside
            path.with_name(path.name + ending).unlink(missing_ok=True)
    finally:
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                temporary.with_name(temporary.name + ending).unlink(missing_ok=True)
    return kept


def _second_name(path: Path, name: Path) -> None:
    try:
        os.link(path, name)
    except OSError:  # a file system without hard links
        private_file(name)
        shutil.copyfile(path, name)


def _source(path: Path) -> Path:
    """Return the library's file, or if it has gone, the newest copy of it.

    Raises:
        LibraryError: there is none.
    """
    if path.exists() and path.stat().st_size:
        return path
    kept = [one for one in path.parent.glob(f"{_STEM}-*.sqlite") if one.stat().st_size]
    if not kept:
        raise LibraryError(sentences.no_library(path.parent))
    return max(kept, key=lambda one: one.stat().st_mtime_ns)


def _log_of(path: Path) -> str:
    try:
        return aftermath.log_of(path)
    except LibraryError:
        return "unknown"


def _is_sound_library(path: Path, log: str) -> bool:
    """Tell whether there is nothing to repair.

    Raises:
        LibraryError: it is of another program.
    """
    try:
        with closing(connect(path, "mode=ro" if log == "fits" else "immutable=1")) as connection:
            if troubles(connection) is not None:
                return False
            check_whose(connection, path)
            steps = connection.execute("SELECT count(*) FROM migrations").fetchone()[0]
            if not 0 < steps <= len(migrations.MIGRATIONS):
                return False  # a newer version wrote it, or damage did; rebuilding tells
            return connection.execute("PRAGMA foreign_key_check").fetchone() is None
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False
