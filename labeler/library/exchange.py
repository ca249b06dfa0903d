"""What travels between libraries: many journal entries at once, and how photos are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from labeler.library import records
from labeler.library.computed import ComputedTables
from labeler.types import JournalEntry


@dataclass(frozen=True, slots=True)
class PhotoIdentity:
    """All by which a photo can be found again elsewhere.

    content: the hash that the keys of its faces carry. contents: those of all files that hold or
    held it. pixels: hash of the pixels; '' = not known. width, height: upright pixels.
    path: of a file that is present; None = there is none.
    """

    id: int
    content: str
    contents: frozenset[str]
    pixels: str
    width: int
    height: int
    path: str | None


class ExchangeTables(ComputedTables):
    """The tables that restoring and importing write, and backups read."""

    def identities(self) -> list[PhotoIdentity]:
        """Return every photo, also those that are missing just now, by id."""
        execute = self._connection().execute
        editions: dict[int, set[str]] = {}
        for content, photo in execute("SELECT content_hash, photo_id FROM editions"):
            editions.setdefault(photo, set()).add(content)
        rows = execute(
            "SELECT id, photos.content_hash, pixel_hash, width, height, min(path) FROM photos "
            "LEFT JOIN files ON photo_id = id AND NOT missing GROUP BY id ORDER BY id"
        )
        return [
            PhotoIdentity(
                row[0],
                row[1],
                frozenset(editions.get(row[0], set()) | {row[1]}),
                row[2],
                row[3],
                row[4],
                None if row[5] is None else records.path_from_db(row[5]),
            )
            for row in rows
        ]

    def answers(self) -> dict[int, int]:
        """Return, for the entries that are part of an answer of several, what tells it apart."""
        return dict(self._connection().execute("SELECT entry_id, first FROM answers").fetchall())

    def append_all(
        self,
        entries: Sequence[JournalEntry],
        answers: Iterable[Sequence[int]] = (),
        known: Mapping[int, int] | None = None,
    ) -> list[int]:
        """Add entries to the journal, all or none, with the times that they carry.

        Args:
            entries: their ids only tell what `undoes` and `answers` mean; they get new ones.
            answers: ids of entries that are one answer, to be taken back as a whole.
            known: the ids here of entries that were added before, by the ids that they had.

        Returns the new ids.
        """
        ids = dict(known or {})
        added = []
        with self._transaction() as connection:
            for entry in entries:
                at = entry.at.isoformat(timespec="milliseconds")
                undoes = None if entry.undoes is None else ids[entry.undoes]
                cursor = connection.execute(
                    "INSERT INTO journal (at, action, person, undoes, value) "
                    "VALUES (?, ?, ?, ?, ?)",
                    [at, entry.action, entry.person, undoes, entry.value],
                )
                ids[entry.id] = int(cursor.lastrowid or 0)
                added.append(ids[entry.id])
                records.put_said(connection, ids[entry.id], entry.faces, entry.parts)
            for answer in answers:
                connection.executemany(
                    "INSERT INTO answers VALUES (?, ?)",
                    [(ids[entry], ids[answer[0]]) for entry in answer],
                )
        return added
