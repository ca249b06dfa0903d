"""The library's file as a page: its tables and columns as an empty library has them."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from labeler.library.database import FILE_NAME
from labeler.library.migrations import MIGRATIONS
from labeler.library.store import Library

INTRODUCTION = """\
# The library's file

`{file}` is an SQLite file. Read it as you like while the program runs; write to it by the
commands only, since the journal, and what follows from it, belong together. The tables of
[`labeler export --tables`](../exchange.md#tables) keep their form, those below change with the
program: this is version {version}. Older files are brought up to date when they are opened.

"""


def page() -> str:
    """Return the page as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        Library.create(Path(folder)).close()
        with closing(sqlite3.connect(Path(folder) / FILE_NAME)) as connection:
            version = len(MIGRATIONS)
            return INTRODUCTION.format(file=FILE_NAME, version=version) + "\n".join(
                _tables(connection)
            )


def _tables(connection: sqlite3.Connection) -> Iterator[str]:
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "ORDER BY name"
    ).fetchall()
    virtual = [name for name, sql in rows if sql.startswith("CREATE VIRTUAL")]
    for name, sql in rows:
        if any(name.startswith(f"{one}_") for one in virtual):
            continue  # SQLite's own, behind a table of its search
        yield f"## {name}\n"
        yield "| column | type | |\n|---|---|---|"
        said = _comments(sql)
        for _, column, kind, _, _, key in connection.execute(f'PRAGMA table_info("{name}")'):
            note = said.get(column, "key" if key else "")
            yield f"| `{column}` | {kind} | {note.replace('|', '&#124;')} |"
        yield ""


def _comments(sql: str) -> dict[str, str]:
    """Return what the schema says of columns, by their names."""
    found = re.findall(r"^\s*(\w+) [^\n]*?-- ([^\n]+)$", sql, re.MULTILINE)
    return {column: said.strip() for column, said in found}
