"""The library's own record of its sorts, which tells its manifests from anybody else's."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from labeler.library import records
from labeler.library.database import Database

_SORT = "SELECT number, id, inbox, into_folder, manifest, key, last_seal, undone FROM sorts"


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort that this library began.

    number: a later one has a larger number, whatever the clock said. id: what its manifest calls
    it. inbox, into: the folders, without links in their paths. manifest: where it was written.
    key: 32 bytes that seal its lines. last_seal: of the line that ended it; None = it was cut off,
    or is at work. is_undone: completely.
    """

    number: int
    id: str
    inbox: str
    into: str
    manifest: str
    key: bytes = field(repr=False)
    last_seal: str | None = None
    is_undone: bool = False


class SortTables(Database):
    """The sorts that were begun. Nobody's picture of the library changes with them."""

    def begin_sort(self, inbox: str, into: str, manifest: str) -> Sort:
        """Note that a sort begins, before its manifest is made.

        Args:
            inbox, into: without links in their paths.
        """
        called, key = secrets.token_hex(16), secrets.token_bytes(32)
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        paths = [records.path_to_db(path) for path in (inbox, into, manifest)]
        with self._transaction(is_counted=False) as connection:
            cursor = connection.execute(
                "INSERT INTO sorts (id, at, inbox, into_folder, manifest, key) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                [called, now, *paths, key],
            )
        return Sort(int(cursor.lastrowid or 0), called, inbox, into, manifest, key)

    def end_sort(self, number: int, seal: str) -> None:
        """Note that a sort has ended by itself, and the seal of its last line."""
        with self._transaction(is_counted=False) as connection:
            connection.execute("UPDATE sorts SET last_seal = ? WHERE number = ?", [seal, number])

    def undo_sort(self, number: int) -> None:
        """Note that a sort was taken back completely."""
        with self._transaction(is_counted=False) as connection:
            connection.execute("UPDATE sorts SET undone = 1 WHERE number = ?", [number])

    def sort_called(self, called: str) -> Sort | None:
        """Return the sort that a manifest calls so; None = this library began no such sort."""
        row = self._connection().execute(f"{_SORT} WHERE id = ?", [called]).fetchone()
        return _sort(row) if row else None

    def sorts(self) -> list[Sort]:
        """Return all sorts, the latest first."""
        rows = self._connection().execute(f"{_SORT} ORDER BY number DESC").fetchall()
        return [_sort(row) for row in rows]


def _sort(row: Sequence[Any]) -> Sort:
    inbox, into, manifest = map(records.path_from_db, row[2:5])
    return Sort(row[0], row[1], inbox, into, manifest, row[5], row[6], bool(row[7]))
