"""Make a sound library of the rows that were found in a damaged one."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LibraryError
from labeler.journal import LOST
from labeler.library import creating, migrations, sentences
from labeler.library.connecting import connect, troubles
from labeler.library.repair import marks
from labeler.library.repair.salvage import Found, Row, Shape, salvage
from labeler.library.values import holes

JOURNAL = ("journal", "journal_faces", "answers")
"""What the user said; it comes first, and nothing of it that can be read is left out."""
_FIRST = (*JOURNAL, "photos", "files", "faces", "editions")
"""Where a page may be of several tables, it is of the first of these."""
_COMPUTED = frozenset(
    {
        "clusters",
        "map",
        "recognitions",
        "merge_candidates",
        "photo_meanings",
        "face_meanings",
        "places",
        "photo_places",
    }
)
"""Made again by other commands; a page of theirs that nothing leads to may be out of date."""
_MADE_HERE = ("photo_texts", "sqlite_", "migrations")
_SEQUENCE = Shape("sqlite_sequence", ("TEXT", "INTEGER"), (True, True), None, False, 2, False)
_MIGRATIONS = Shape("migrations", ("INTEGER", "TEXT"), (False, False), 0, False, 2, False)


@dataclass(frozen=True, slots=True)
class Saved:
    """Rows of a table that were saved, and about how many were lost."""

    saved: int
    lost: int


def rebuild(source: Path, target: Path) -> dict[str, Saved]:
    """Write what can be read of a library to a new file, as a library of the present version.

    Returns what became of each table, those with what the user said first.

    Raises:
        LibraryError: nothing of a library can be read, or a newer version wrote it.
        OSError, sqlite3.Error: the source cannot be read, or the new file not be written.
    """
    found = salvage(source, [*_shapes(), _SEQUENCE, _MIGRATIONS])
    if not any(found[name].rows or found[name].strays for name in ("journal", "photos", "faces")):
        raise LibraryError(f"Nothing of a library can be read in {source}; it was left as it is.")
    version = _version(found["migrations"], source)
    creating.make(target, version)
    with closing(connect(target)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # until it is complete
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN")
        saved = _fill(connection, _shapes(version), found)
        _number_on(connection, found["sqlite_sequence"])
        marks.put_mark(connection)
        connection.execute("COMMIT")
        migrations.apply(connection)
        wrong = troubles(connection)
        if wrong or connection.execute("PRAGMA foreign_key_check").fetchone():
            raise LibraryError(f"What was saved does not fit together ({wrong}); nothing changed.")
        connection.execute("PRAGMA synchronous = FULL")
        marks.put_mark(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return saved


def _shapes(version: int | None = None) -> list[Shape]:
    """Return what the tables of a library of a version look like, those that matter most first."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrations.apply(connection, version)
        tables = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
        ).fetchall()
        found = [
            _shape(connection, name, "WITHOUT ROWID" in sql)
            for name, sql in tables
            if not name.startswith(_MADE_HERE)
        ]
    order = {name: place for place, name in enumerate(_FIRST)}
    return sorted(found, key=lambda shape: order.get(shape.name, len(order)))


def _shape(connection: sqlite3.Connection, name: str, is_keyed: bool) -> Shape:
    columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
    keys = [column[0] for column in columns if column[5]]
    is_alias = len(keys) == 1 and columns[keys[0]][2] == "INTEGER" and not is_keyed
    later = "".join(migrations.MIGRATIONS).count(f"ALTER TABLE {name} ADD COLUMN")
    return Shape(
        name,
        types=tuple(column[2] for column in columns),
        needed=tuple(bool(column[3]) for column in columns),
        alias=keys[0] if is_alias else None,
        keyed=is_keyed,
        least=len(columns) - later,  # which rows from before do not have
        is_wanted=name not in _COMPUTED,
    )


def _version(found: Found, source: Path) -> int:
    steps = [key for key, _ in found.rows if key]
    if not steps:
        return len(migrations.MIGRATIONS)
    if max(steps) > len(migrations.MIGRATIONS):
        raise LibraryError(sentences.newer(source))
    return max(steps)


def _fill(
    connection: sqlite3.Connection, shapes: list[Shape], found: dict[str, Found]
) -> dict[str, Saved]:
    for shape in shapes:
        _insert(connection, shape, found[shape.name].rows)  # a row that is there already stays
        _insert(connection, shape, found[shape.name].strays)
    lost = {shape.name: found[shape.name].lost for shape in shapes}
    lost["journal"] = _stand_in(connection, found["sqlite_sequence"])
    for name, number in _leave_out_orphans(connection, [shape.name for shape in shapes]).items():
        lost[name] += number
    if any(lost[name] for name in ("photos", "faces", "descriptors")):
        _look_again(connection)
    counts = {
        name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in lost
    }
    counts["journal"] -= connection.execute(
        "SELECT count(*) FROM journal WHERE action = ?", [LOST]
    ).fetchone()[0]
    return {name: Saved(counts[name], lost[name]) for name in lost}


def _insert(connection: sqlite3.Connection, shape: Shape, rows: list[Row]) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({shape.name})")]
    by_length = defaultdict(list)
    for key, values in rows:
        row = list(values)
        if shape.alias is not None:
            row[shape.alias] = key
        elif key is not None:
            row.append(key)
        by_length[len(values)].append(row)
    for length, some in by_length.items():
        names = columns[:length]
        if shape.alias is None and not shape.keyed:
            names = [*names, "rowid"]
        connection.executemany(
            f"INSERT OR IGNORE INTO {shape.name} ({', '.join(names)}) VALUES ({holes(names)})", some
        )


def _stand_in(connection: sqlite3.Connection, sequence: Found) -> int:
    """Put an entry that says nothing where one is missing that others are about.

    Returns how many entries are missing.
    """
    about = ["SELECT entry_id FROM journal_faces", "SELECT undoes FROM journal"]
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'answers'").fetchone():
        about += ["SELECT entry_id FROM answers", "SELECT first FROM answers"]
    there = {
        row[0] for row in connection.execute("SELECT id FROM journal WHERE action <> ?", [LOST])
    }
    missing = {row[0] for row in connection.execute(" UNION ".join(about))} - {None} - there
    for entry in sorted(missing):
        connection.execute(
            "INSERT OR IGNORE INTO journal (id, at, action) SELECT ?1, coalesce("
            "(SELECT at FROM journal WHERE id < ?1 ORDER BY id DESC LIMIT 1), "
            "'1970-01-01T00:00:00+00:00'), ?2",
            [entry, LOST],
        )
    known = [values[1] for _, values in sequence.rows if values[0] == "journal"]
    last = max([0, *there, *missing, *(int(n) for n in known if isinstance(n, int))])
    return last - len(there)


def _leave_out_orphans(connection: sqlite3.Connection, tables: list[str]) -> dict[str, int]:
    """Remove rows about photos, faces or places that were lost; return of how many."""
    removed: dict[str, int] = defaultdict(int)
    goes_on = True
    while goes_on:
        goes_on = False
        for table in tables:
            if table in JOURNAL:
                continue
            for key in connection.execute(f"PRAGMA foreign_key_list({table})").fetchall():
                parent, column = key[2], key[3]
                number = connection.execute(
                    f"DELETE FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN "
                    f"(SELECT rowid FROM {parent})"
                ).rowcount
                removed[table] += number
                goes_on = goes_on or number > 0
    if "editions" in tables:
        connection.execute("INSERT OR IGNORE INTO editions SELECT content_hash, id FROM photos")
    return removed


def _look_again(connection: sqlite3.Connection) -> None:
    """Let `labeler index` look again at photos of which faces or descriptors may be missing."""
    connection.execute(
        "UPDATE photos SET finder = '' WHERE id NOT IN (SELECT photo_id FROM faces) OR id IN "
        "(SELECT photo_id FROM faces WHERE id NOT IN (SELECT face_id FROM descriptors) "
        "OR id + 1 NOT IN (SELECT id FROM faces) OR id - 1 NOT IN (SELECT id FROM faces))"
    )


def _number_on(connection: sqlite3.Connection, sequence: Found) -> None:
    """Never give the number of something that was lost to anything else."""
    for _, (table, last) in sequence.rows:
        connection.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", [last, table]
        )
        connection.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT ?1, ?2 WHERE NOT EXISTS "
            "(SELECT 1 FROM sqlite_sequence WHERE name = ?1) AND EXISTS "
            "(SELECT 1 FROM sqlite_master WHERE name = ?1)",
            [table, last],
        )
