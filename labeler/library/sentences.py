"""What is wrong with a library's file, in one sentence each."""

from __future__ import annotations

import sqlite3
from pathlib import Path

CANNOT_WRITE = (
    "The library can only be read just now, because its disk is full or may not be written; "
    "make room or allow writing, and start the program again."
)


def of_error(error: sqlite3.Error) -> str:
    """Say what it means that SQLite cannot go on, and what to do."""
    text = str(error)
    if "malformed" in text or "not a database" in text:
        return damaged(text)
    if "full" in text:
        return (
            "The disk with the library is full, and nothing of this was written; make room and "
            "try again."
        )
    if "readonly" in text:
        return CANNOT_WRITE
    if "locked" in text:
        return "Another program is writing to the library; try again when it is done."
    return f"The library cannot be used just now ({text}); check the disk and try again."


def damaged(what: str) -> str:
    return (
        f"The library is damaged ({what}), so nothing is written to it; `labeler repair` saves "
        "what can be read, or `labeler restore` puts back a copy of the file."
    )


def no_library(folder: Path) -> str:
    return f"There is no library in {folder}; `labeler index PATH` makes one."


def lost(folder: Path, name: str, is_empty: bool, left: str) -> str:
    """Say that the file has gone from a folder that held a library, or is empty."""
    gone = f"is empty, so the library in {folder} is lost" if is_empty else f"is gone from {folder}"
    beside = f" ({left} is still there)" if left else ""
    return (
        f"The library's file {name} {gone}{beside}; put back a copy with `labeler restore`, try "
        "`labeler repair`, or remove what is left of it to begin anew."
    )


def vanished(path: Path) -> str:
    return (
        f"The library's file {path} was deleted or replaced while this program used it, so "
        "nothing more is read or written; put it back, or end the program and start it again."
    )


def of_another_program(path: Path) -> str:
    return (
        f"{path} is not a library but a file of another program, and nothing was written to it; "
        "choose another folder with --library."
    )


def no_database(path: Path) -> str:
    return (
        f"{path} is no library, or its beginning is damaged, and nothing was written to it; choose "
        "another folder with --library, or let `labeler repair` look for what can be read."
    )


def cannot_open(folder: Path, why: object) -> str:
    return (
        f"The library in {folder} cannot be opened ({why}); check the disk, or choose another "
        "folder with --library."
    )


def foreign_log(name: str) -> str:
    return (
        "Beside the library's file lay the log of another file, as happens when a copy is put back "
        f"after a crash; it was set aside as {name}, and the library is as that copy was."
    )


def newer(path: Path) -> str:
    return (
        f"{path} was written by a newer version of this program; please update the program, or go "
        "back with `labeler restore` to a copy from before, `*-before-migration-*` beside it."
    )


def brought_up_to_date(backup: str) -> str:
    return (
        f"The library was brought up to date; as it was before, it is kept beside it as {backup}."
    )
