"""The library's file: opening it, transactions, settings."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from labeler.errors import LibraryError
from labeler.library import creating, migrations, privacy, sentences
from labeler.library.connecting import (
    APPLICATION,
    FILE_NAME,
    check_whose,
    checkpoint,
    connect,
    is_sqlite,
    troubles,
)
from labeler.library.repair import aftermath, marks
from labeler.library.values import holes, in_parts

_WRITES = "writes"
"""Setting: a number that grows whenever something else than the journal was written."""
_LONGEST_STEP = 1 << 30
"""It grows by chance, so that two copies of a library that went different ways differ in it."""
_COUNT = "INSERT INTO settings VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = value + ?2"
_Own = TypeVar("_Own", bound="Database")
_Identity = tuple[int, int]
_opened_here: set[_Identity] = set()
"""The files that this process has opened: no others may ask the system who else has them open."""


class State(NamedTuple):
    """What grows with all that is written: of the journal, its latest entry; of all else, `writes`.

    Copies of a library in which other things were written since then differ in `writes`.
    """

    writes: int
    entry: int


class Database:
    """One SQLite file and a cache in a folder, which must be there; `create` makes it.

    May be used from several threads; each gets a connection of its own. Every method that writes
    is one transaction; `reading` makes one of several reads, `writing` of several writes. On a disk
    that is full or cannot be written, everything can still be read.

    notes: sentences that the user should be told about what was found on opening.
    can_write: False = the library can only be read.

    Raises:
        LibraryError: there is no library, or it cannot be used. Nothing was written then.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.abspath(folder))
        self.path = self.folder / FILE_NAME
        self.notes: list[str] = []
        self.can_write = True
        self._local = threading.local()
        self._query = "mode=rw"
        self._source = self.path
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._check_lock = threading.Lock()
        self._checked = False
        self._trouble: str | None = None
        try:
            creating.check_there(self.path)
            self._identity = _identity(self.path)
            log = self._log_of_crash()
            try:
                self._open(log)
            except (sqlite3.OperationalError, OSError) as error:
                if not _is_of_disk(error):
                    raise
                self.close()
                self._open_for_reading(log)
        except sqlite3.DatabaseError as error:
            self.close()
            raise LibraryError(self._why_not(error)) from error
        except OSError as error:
            raise LibraryError(
                sentences.cannot_open(self.folder, error.strerror or error)
            ) from error

    @classmethod
    def create(cls: type[_Own], folder: Path) -> _Own:
        """Open the library in a folder, which is made if there is nothing of a library yet.

        Raises:
            LibraryError: it cannot be made or used, or its file has gone and other things of it
                are there.
        """
        path = Path(os.path.abspath(folder)) / FILE_NAME
        try:
            creating.create(path)
        except (sqlite3.Error, OSError) as error:
            why = getattr(error, "strerror", None) or error
            raise LibraryError(sentences.cannot_open(path.parent, why)) from error
        return cls(folder)

    @property
    def cache(self) -> Path:
        """Folder of thumbnails and converted networks; may be deleted at any time."""
        return self.folder / "cache"

    @property
    def models(self) -> Path:
        return self.cache / "models"

    def check(self) -> None:
        """Look for damage, once; what writes does this before it writes for the first time.

        Raises:
            LibraryError: the file is damaged.
        """
        with self._check_lock:
            if not self._checked:
                self._trouble = troubles(self._connection())
                self._checked = True
            if self._trouble is not None:
                raise LibraryError(sentences.damaged(self._trouble))

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
        """Close this thread's connection, and leave everything in the library's file itself."""
        if hasattr(self._local, "connection"):
            with suppress(sqlite3.Error):
                if self.can_write and not self._local.connection.in_transaction:
                    checkpoint(self._local.connection)
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

    # -- opening -----------------------------------------------------------------------------

    def _log_of_crash(self) -> aftermath.Log:
        """Tell about the log beside the file, as long as this process does not have it open."""
        if self._identity in _opened_here:
            return "live"
        log = aftermath.log_of(self.path)
        self._checked = log == "fits"
        return log

    def _open(self, log: aftermath.Log) -> None:
        if log == "foreign":
            aside = aftermath.set_aside(self.path)
            self.notes.append(sentences.foreign_log(aside.name))
        # First in a way that writes nothing to what may be somebody else's.
        alone = connect(self.path, "mode=ro" if log in ("live", "fits") else "immutable=1")
        with closing(alone):
            check_whose(alone, self.path)
        connection = self._connection()
        if migrations.version(connection, self.path) < len(migrations.MIGRATIONS):
            self.check()
            backup = migrations.migrate(connection, self.path)
            if backup is not None:
                self.notes.append(sentences.brought_up_to_date(backup.name))
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            privacy.tighten(self.folder)

    def _open_for_reading(self, log: aftermath.Log) -> None:
        """Read the file as it is, or, if a log goes with it or it is an old one, a copy of it."""
        self.can_write, self._query = False, "immutable=1"
        is_old = False
        if log != "fits":
            connection = self._connection()
            check_whose(connection, self.path)
            is_old = migrations.version(connection, self.path) < len(migrations.MIGRATIONS)
            self._forget_connection()
        if log == "fits" or is_old:
            self._copy = tempfile.TemporaryDirectory(
                prefix="face-labeler-", ignore_cleanup_errors=True
            )
            self._query = "mode=rw"
            copy = aftermath.copy_into(self.path, Path(self._copy.name), with_log=log == "fits")
            self._source = copy
            connection = self._connection()
            check_whose(connection, self.path)
            migrations.migrate(connection, copy)

    def _why_not(self, error: sqlite3.DatabaseError) -> str:
        with suppress(OSError):  # what cannot be read may be one
            if "not a database" in str(error) and not is_sqlite(self.path):
                return sentences.no_database(self.path)
        if "malformed" in str(error) or "not a database" in str(error):
            return sentences.damaged(str(error))
        return sentences.cannot_open(self.folder, error)

    # -- inner workings ----------------------------------------------------------------------

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection.

        Raises:
            LibraryError: the file that was opened is no longer there.
        """
        self._check_identity()
        if not hasattr(self._local, "connection"):
            connection = connect(self._source, self._query)
            _opened_here.add(self._identity)
            if self.can_write:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")  # a decision survives a power cut
            self._local.connection = connection
            self._check_identity()
        return self._local.connection

    def _among(
        self, query: str, values: Sequence[Any], before: Sequence[Any] = ()
    ) -> Iterator[Any]:
        """Yield the rows that a query finds, a few of the values at a time.

        Args:
            query: with '{}' where the '?' of those values belong, as in 'id IN ({})'.
            before: values of the '?' in front of that.
        """
        execute = self._connection().execute
        for some in in_parts(values):
            yield from execute(query.replace("{}", holes(some)), [*before, *some]).fetchall()

    @property
    def _is_writing(self) -> bool:
        """Whether this thread is inside of a writing."""
        return getattr(self._local, "is_writing", False)

    def _forget_connection(self) -> None:
        self._local.connection.close()
        del self._local.connection

    def _check_identity(self) -> None:
        try:
            is_same = _identity(self.path) == self._identity
        except OSError:
            is_same = False
        if not is_same:
            raise LibraryError(sentences.vanished(self.path))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read all that is read inside as it is at one moment, whatever others write meanwhile.

        What answers one question with several reads belongs inside; computing and writing come
        after it. Readings may be nested, and are then of the outer one's moment.
        """
        connection = self._connection()
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):  # it has read only: there is nothing to lose
                connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write all that is written inside as a whole or not at all.

        What is read inside nobody else changes meanwhile. Others wait until it has ended, so what
        takes long comes before it. Writings may be nested, and are then a part of the outer one.

        Raises:
            LibraryError: the library is damaged, has gone, or cannot be written.
        """
        with self._transaction(is_counted=False):
            yield

    @contextmanager
    def _transaction(self, is_counted: bool = True) -> Iterator[sqlite3.Connection]:
        """Write as a whole or not at all; inside of `writing`, as a part of that.

        Args:
            is_counted: `state` shall tell of it; the journal's own writing is told otherwise.

        Raises:
            LibraryError: the library is damaged, has gone, or cannot be written.
            RuntimeError: something is being read. SQLite refuses to write on what was read before
                others wrote (SQLITE_BUSY_SNAPSHOT); here it never depends on luck.
        """
        if not self.can_write:
            raise LibraryError(sentences.CANNOT_WRITE)
        connection = self._connection()
        if self._is_writing:
            yield connection
            if is_counted:
                _count(connection)
            return
        if connection.in_transaction:
            raise RuntimeError("Nothing can be written inside `reading`; write after it.")
        self.check()
        try:
            connection.execute("BEGIN IMMEDIATE")
            self._local.is_writing = True
            connection.execute(f"PRAGMA application_id = {APPLICATION}")  # old ones have none
            marks.put_mark(connection)
            yield connection
            if is_counted:
                _count(connection)
            self._check_identity()
            connection.execute("COMMIT")
        except BaseException as error:
            with suppress(sqlite3.Error):
                if connection.in_transaction:  # a full disk may have ended it already
                    connection.execute("ROLLBACK")
            if type(error) in (sqlite3.OperationalError, sqlite3.DatabaseError):
                raise LibraryError(sentences.of_error(error)) from error  # type: ignore[arg-type]
            raise
        finally:
            self._local.is_writing = False
        # Whoever copies the file library.sqlite as a backup gets what was written, too.
        checkpoint(connection)


def _count(connection: sqlite3.Connection) -> None:
    """Note, as part of the transaction that goes on, that something was written."""
    connection.execute(_COUNT, [_WRITES, 1 + secrets.randbelow(_LONGEST_STEP)])


def _identity(path: Path) -> _Identity:
    """Return what tells whether a name still means the same file.

    Raises:
        OSError: there is no file of this name.
    """
    status = os.stat(path)
    if os.name == "nt":  # it lets nobody delete or replace a file that is open
        return (0, 0)
    return status.st_dev, status.st_ino


def _is_of_disk(error: Exception) -> bool:
    """Tell whether it may be that nothing can be written: no room, or no permission."""
    words = ("unable to open", "readonly", "full", "disk I/O")
    return isinstance(error, OSError) or any(word in str(error) for word in words)
