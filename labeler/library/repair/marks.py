"""Whose log is that? A mark in the header of the file, and in each page that replaces it.

Each transaction writes a new mark: 16 random bits of its own, behind the 16 of the one before. So
the first transaction in a write-ahead log tells which state of the file the log goes on from, and
a copy from yesterday that was put beside the log of today is known, however well they would mix.
"""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

from labeler.library.repair import wal

_OWN = 0xFFFF
_HEADER = 100
"""Bytes of the file's header, at the beginning of its first page; the mark is SQLite's
`user_version` in there, which SQLite itself does not use."""
_MARK = slice(60, 64)


def put_mark(connection: sqlite3.Connection) -> None:
    """Write a new mark, as part of the transaction that goes on."""
    before = int(connection.execute("PRAGMA user_version").fetchone()[0])
    mark = following(before)
    connection.execute(f"PRAGMA user_version = {mark - (mark >> 31 << 32)}")


def following(mark: int) -> int:
    """Return a mark that may come after another one: 32 bits."""
    return (mark & _OWN) << 16 | (1 + secrets.randbelow(_OWN))


def fits(mark: int, log: Path) -> bool | None:
    """Tell whether a log belongs to the file that has this mark; None: nothing tells.

    Raises:
        OSError: the log cannot be read.
    """
    with open(log, "rb") as stream:
        frames = wal.committed(stream)
        marks = []
        for frame in frames:
            if frame.page == 1:
                stream.seek(frame.offset)
                marks.append(int.from_bytes(stream.read(_HEADER)[_MARK], "big"))
    if not frames:
        return True  # there is nothing in it that would be written
    if not marks or mark == marks[0] >> 16 == 0:
        return None  # an earlier version of this program wrote it, which knew no marks
    return mark in marks or marks[0] >> 16 == mark & _OWN
