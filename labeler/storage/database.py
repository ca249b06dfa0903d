"""The library's file: opening it, transactions, settings."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from labeler.errors import LibraryError
from labeler.storage import migrations

FILE_NAME = "library.sqlite"
_WRITES = "writes"
"""Setting: how often something else than the journal was written."""


class State(NamedTuple):
    """How often something was written: to the journal, its latest entry; to all else, the count."""

    writes: int
    entry: int


class Database:
    """One SQLite file and a cache in a folder, made if it does not exist.

    May be used from several threads; each gets a connection of its own. Every method that writes
    is one transaction.

    Raises:
        LibraryError: the folder or the database cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.abspath(folder))
        self.path = self.folder / FILE_NAME
        self._local = threading.local()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            migrations.migrate(self._connection(), self.path)
        except (sqlite3.Error, OSError) as error:
            raise LibraryError(
                f"The library in {self.folder} cannot be opened ({error}); "
                "check the disk, or choose another folder with --library."
            ) from error

    @property
    def cache(self) -> Path:
        """Folder of thumbnails and converted networks; may be deleted at any time."""
        return self.folder / "cache"

    @property
    def models(self) -> Path:
        return self.cache / "models"

    def state(self) -> State:
        """Return what differs whenever somebody, also another process, has written something."""
        row = (
            self._connection()
            .execute(
                "SELECT coalesce((SELECT value FROM settings WHERE name = ?), 0), "
                "(SELECT coalesce(max(id), 0) FROM journal)",
                [_WRITES],
            )
            .fetchone()
        )
        return State(int(row[0]), int(row[1]))

    def close(self) -> None:
        """Close this thread's connection."""
        if hasattr(self._local, "connection"):
            self._local.connection.close()
            del self._local.connection

    # -- settings ---------------------------------------------------------------------------

    def setting(self, name: str) -> Any:
        """Return a setting as JSON gives it, None if it was never written or is damaged."""
        row = (
            self._connection()
            .execute("SELECT value FROM settings WHERE name = ?", [name])
            .fetchone()
        )
        try:
            return json.loads(row[0]) if row else None
        except ValueError:
            return None

    def write_setting(self, name: str, value: Any) -> None:
        """Keep a setting that JSON can hold."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?)", [name, json.dumps(value)]
            )

    # -- inner workings ----------------------------------------------------------------------

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # a decision survives a power cut
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.connection = connection
        return self._local.connection

    @contextmanager
    def _transaction(self, is_counted: bool = True) -> Iterator[sqlite3.Connection]:
        """Write as a whole or not at all.

        Args:
            is_counted: `state` shall tell of it; the journal's own writing is told otherwise.
        """
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            if is_counted:
                connection.execute(
                    "INSERT INTO settings VALUES (?, 1) "
                    "ON CONFLICT (name) DO UPDATE SET value = value + 1",
                    [_WRITES],
                )
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk may have ended it already
                connection.execute("ROLLBACK")
            raise
