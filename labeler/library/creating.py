"""A new library's file: made completely under another name, then named, never over anything."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from pathlib import Path

from labeler.errors import LibraryError
from labeler.io.files import (
    give_name,
    part_of,
    private_file,
    private_folder,
    remove_parts,
    sync_folder,
)
from labeler.library import migrations, sentences
from labeler.library.connecting import APPLICATION, FILE_NAME, connect
from labeler.library.repair import marks

_STEM = Path(FILE_NAME).stem


def what_is_left(folder: Path) -> str:
    """Return the name of something in a folder that only a library leaves there, '' if none is.

    Converted networks are no trace of photos.
    """
    try:
        names = sorted(name for name in os.listdir(folder) if is_of_library(name))
        if "cache" in names and not set(os.listdir(folder / "cache")) - {"models"}:
            names.remove("cache")
    except OSError:
        return ""
    return names[0] if names else ""


def is_of_library(name: str) -> bool:
    """Tell whether a file or folder beside the library's file is its own, too."""
    return (
        name in ("cache", "index.lock", "group.lock", "meaning.lock")
        or name.startswith(f"{FILE_NAME}-")
        or (name.startswith(f"{_STEM}-") and name.endswith((".sqlite", ".sqlite-wal")))
    )


def check_there(path: Path) -> None:
    """Refuse a folder that holds no library's file.

    Raises:
        LibraryError: there is none, or it is empty.
        OSError: it cannot be looked at.
    """
    try:
        is_empty = not path.stat().st_size
    except FileNotFoundError:
        if left := what_is_left(path.parent):
            raise LibraryError(sentences.lost(path.parent, path.name, False, left)) from None
        raise LibraryError(sentences.no_library(path.parent)) from None
    if is_empty:
        left = what_is_left(path.parent)
        raise LibraryError(sentences.lost(path.parent, path.name, True, left))


def create(path: Path) -> None:
    """Make the file of a new library, and its folder, unless there is one.

    Raises:
        LibraryError: something of a library is there whose file is gone.
        OSError, sqlite3.Error: it cannot be made.
    """
    if os.path.lexists(path):
        return
    private_folder(path.parent)
    if left := what_is_left(path.parent):
        raise LibraryError(sentences.lost(path.parent, path.name, False, left))
    remove_parts(path.parent)
    temporary = part_of(path)
    try:
        make(temporary)
        put_in_place(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def make(path: Path, version: int | None = None) -> None:
    """Make an empty library in a new file.

    Args:
        version: the last of its migrations; None = all of them.
    """
    private_file(path)
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # until it is complete
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        migrations.apply(connection, version)
        marks.put_mark(connection)
        connection.execute("PRAGMA journal_mode = WAL")
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def put_in_place(temporary: Path, path: Path) -> None:
    """Give a complete file its name, unless another process was faster."""
    with suppress(FileExistsError):
        give_name(temporary, path)
    sync_folder(path.parent)
