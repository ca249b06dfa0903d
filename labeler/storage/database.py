"""The library's file: opening it, transactions, settings."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labeler.errors import LibraryError
from labeler.storage import migrations

FILE_NAME = "library.sqlite"


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

    def state(self) -> tuple[tuple[int, int], ...]:
        """Return what differs whenever somebody, also another process, has written something."""
        # SQLite writes every commit to the database or to the log beside it.
        state = []
        for path in (self.path, self.path.with_name(self.path.name + "-wal")):
            try:
                status = path.stat()
                state.append((status.st_size, status.st_mtime_ns))
            except FileNotFoundError:
                state.append((0, 0))
        return tuple(state)

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
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk may have ended it already
                connection.execute("ROLLBACK")
            raise
