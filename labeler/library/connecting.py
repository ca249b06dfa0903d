"""Connections to an SQLite file that never make one, and whose file it is."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from labeler.errors import LibraryError
from labeler.library import sentences

FILE_NAME = "library.sqlite"
APPLICATION = 0x4661636C
"""'Facl' in the header of the file: what the program `file` and others know a library by."""
_BEGINNING = b"SQLite format 3\0"
_PATIENCE = 30
"""Seconds for which somebody else's writing is waited for."""


def address(path: Path, query: str) -> str:
    """Return an SQLite URI of a file, whatever letters or bytes its name has.

    >>> address(Path("/a?b#c%d.sqlite"), "mode=rw")
    'file:///a%3Fb%23c%25d.sqlite?mode=rw'
    """
    name = os.fsencode(path.as_posix() if os.name == "nt" else path)
    slash = "" if name.startswith(b"/") else "/"  # before the letter of a drive
    return f"file://{slash}{quote(name)}?{query}"


def connect(path: Path, query: str = "mode=rw") -> sqlite3.Connection:
    """Open a file that exists.

    Args:
        query: 'mode=rw', 'mode=ro', or 'immutable=1': the file alone, as it is, without locks and
            without its write-ahead log.
    """
    connection = sqlite3.connect(
        address(path, query), uri=True, timeout=_PATIENCE, isolation_level=None
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cell_size_check = ON")  # damage is told where it is read
    return connection


def checkpoint(connection: sqlite3.Connection) -> None:
    """Bring what was written into the file itself and empty its log, unless somebody reads it.

    So that a copy of the file has everything, and no log is left that could come to lie beside
    another file.
    """
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        pass  # what was written is safe in the log; the next checkpoint does it
    finally:
        connection.execute(f"PRAGMA busy_timeout = {1000 * _PATIENCE}")


def is_sqlite(path: Path) -> bool:
    """Tell whether a file begins as every SQLite database does.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb") as file:
        return file.read(len(_BEGINNING)) == _BEGINNING


def check_whose(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a database that is somebody else's.

    Raises:
        LibraryError: it is no library.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application in (0, APPLICATION):
        found = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' "
            "AND name IN ('migrations', 'journal')"
        ).fetchone()[0]
        if found == 2:
            return
    raise LibraryError(sentences.of_another_program(path))


def troubles(connection: sqlite3.Connection) -> str | None:
    """Return what `PRAGMA integrity_check` finds first, None if the database is sound.

    It takes 0.3 s per 100,000 faces: half as long again as quick_check, which does not see when a
    page of a table has been replaced by another one that is sound in itself.

    Raises:
        sqlite3.OperationalError: it cannot be read just now.
    """
    try:
        found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise
        return str(error)
    # SQLite puts the name of the database on a line of its own before what it found.
    return None if found == "ok" else found.splitlines()[-1]


def is_sound(path: Path, query: str = "immutable=1") -> bool:
    """Tell whether a file is an SQLite database without damage that shows.

    Raises:
        sqlite3.OperationalError: it cannot be read just now.
    """
    try:
        with closing(connect(path, query)) as connection:
            return troubles(connection) is None
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False


def mark_of(path: Path) -> int | None:
    """Return the mark in the file alone; None if it cannot be read.

    What marks are for is told in `labeler.library.repair.marks`.
    """
    try:
        with closing(connect(path, "immutable=1")) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0]) & 0xFFFFFFFF
    except sqlite3.Error:
        return None
