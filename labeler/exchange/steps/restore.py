"""Restore a backup: what the user said elsewhere is said here, and what was said here stands.

There are three cases, as when two copies of a text are brought together:

same: all that the backup says was said here before.
continued: the backup goes on from what was said here (or nothing was said here yet). The rest of
    its journal is added, entry for entry, with its times and undos.
merged: each side has something of its own. What the backup says of faces, people and links about
    which nothing was said here is added, as one answer that one undo takes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from labeler.exchange.backup import Backup
from labeler.exchange.io import backup_file
from labeler.exchange.steps import finding
from labeler.exchange.steps.finding import How, MatchedPhoto
from labeler.exchange.steps.merge import Conflict, MergedJournal
from labeler.faces.steps import drawing
from labeler.faces.steps.index import Progress
from labeler.library.store import Library
from labeler.types import JournalEntry

Relation = Literal["same", "continued", "merged"]


@dataclass(frozen=True)
class RestoreReport:
    """relation: see above. entries: that were added to the journal. photos: of the backup, by how
    they were found here; not_here: those that were not. conflicts: faces about which the backup
    says something else than what was said here. entry: the answer of a merge, to be undone."""

    relation: Relation
    entries: int
    photos: dict[How, int]
    not_here: int
    conflicts: tuple[Conflict, ...]
    entry: int | None = None


def restore(library: Library, file: Path, progress: Progress | None = None) -> RestoreReport:
    """Add what a backup says to the library's journal; doing it twice adds nothing.

    Raises:
        LabelerError: the file cannot be read, is damaged or no backup; nothing is changed then.
    """
    return restore_backup(library, backup_file.read(file), progress)


def restore_backup(
    library: Library, backup: Backup, progress: Progress | None = None
) -> RestoreReport:
    """Do what `restore` does, with a backup that was read."""
    found = finding.find(library, backup.photos, progress)
    entries = [translated(entry, found) for entry in backup.entries]
    own = library.journal()
    relation = _relation(own, entries)
    added = []
    if relation == "continued":
        added = _append_rest(library, own, entries, backup)
        drawing.settle(library)
        own = library.journal()
    merge = MergedJournal(library, own, only_new=relation != "merged")
    merged = merge.add(entries, {one.content for one in found.values()})
    hows = [one.how for one in found.values()]
    return RestoreReport(
        "merged" if relation == "same" and merged else relation,
        len(added) + len(merged),
        {how: hows.count(how) for how in dict.fromkeys(hows)},
        len(backup.photos) - len(found),
        merge.conflicts,
        merged[-1] if merged else None,
    )


def translated(entry: JournalEntry, found: dict[str, MatchedPhoto]) -> JournalEntry:
    """Return an entry with the keys that its faces have here; of a photo that is not here, as
    they were: if it comes later, they fit."""
    keys = tuple(
        found[key.content_hash].key(key) if key.content_hash in found else key
        for key in entry.faces
    )
    return replace(entry, faces=keys)


def _relation(own: Sequence[JournalEntry], theirs: Sequence[JournalEntry]) -> Relation:
    mine, other = list(_words(own)), list(_words(theirs))
    if other == mine[: len(other)]:
        return "same"
    return "continued" if mine == other[: len(mine)] else "merged"


def _words(entries: Sequence[JournalEntry]) -> Iterable[tuple[object, ...]]:
    """Yield what makes an entry the same one in two journals: all but its number and its photos."""
    places = {entry.id: place for place, entry in enumerate(entries)}
    for entry in entries:
        at = entry.at.isoformat(timespec="milliseconds")
        undoes = None if entry.undoes is None else places[entry.undoes]
        yield at, entry.action, entry.person, entry.value, undoes, len(entry.faces), entry.parts


def _append_rest(
    library: Library, own: Sequence[JournalEntry], entries: Sequence[JournalEntry], backup: Backup
) -> list[int]:
    known = {theirs.id: mine.id for mine, theirs in zip(own, entries, strict=False)}
    rest = entries[len(own) :]
    new = {entry.id for entry in rest}
    answers = [answer for answer in backup.answers if set(answer) <= new and len(answer) > 1]
    return library.append_all(rest, answers, known)
