"""The user's decisions one by one: what they were, taking them back, doing them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from labeler import journal
from labeler.errors import LabelerError
from labeler.faces.steps import drawing
from labeler.library.store import Library
from labeler.types import JournalEntry

TOLD = 2
"""Of an answer that was several decisions, so many are told."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A journal entry in words. `stands`: it is not taken back.

    turns: the entry that is to be taken back so that it holds no longer, or again.
    """

    entry: int
    at: datetime
    action: str
    what: str
    stands: bool
    turns: int = 0


def history(library: Library, most: int | None = None) -> list[Decision]:
    """Return decisions, the latest first; undos are left out, what they did shows.

    Args:
        most: so many at most, None = all.
    """
    with library.reading():
        entries = library.journal(contents=())
        shown = [entry.id for entry in entries if entry.action != journal.UNDO]
        told = library.entries(shown[-most:] if most else shown)
    standing = {entry.id for entry in journal.standing(entries)}
    undos = {entry.undoes: entry.id for entry in entries if entry.action == journal.UNDO}
    return [
        Decision(
            entry.id,
            entry.at,
            entry.action,
            journal.describe(entry),
            entry.id in standing,
            entry.id if entry.id in standing else undos[entry.id],
        )
        for entry in reversed(told)
    ]


def next_steps(library: Library) -> tuple[str, str]:
    """Say what an undo would take back now, and what a redo would do again; '' = nothing."""
    entries = library.journal(contents=())
    standing, again = journal.standing(entries), journal.redoable(entries)
    return (
        describe(library, standing[-1].id) if standing else "",
        describe(library, again.undoes) if again and again.undoes is not None else "",
    )


def undo(library: Library, entry_id: int | None = None) -> int | None:
    """Take back one journal entry, by default the latest that stands, with all of its answer.

    Returns the id of the entry that was taken back, or None if there was nothing to undo.

    Raises:
        LabelerError: there is no such entry, or it is taken back already.
    """
    if entry_id is None:
        standing = journal.standing(library.journal(contents=()))
        if not standing:
            return None
        entry_id = standing[-1].id
    _take_back(library, entry_id)
    return entry_id


def redo(library: Library) -> int | None:
    """Do again what the latest undo took back, unless something was decided since then.

    Returns the id of the entry that holds again, or None if there is nothing to do again.
    """
    last = journal.redoable(library.journal(contents=()))
    if last is None:
        return None
    _take_back(library, last.id)
    return last.undoes


def describe(library: Library, entry_id: int) -> str:
    """Say what a decision was, or the first few of those that were one answer with it."""
    words = [journal.describe(entry) for entry in library.entries(library.tied(entry_id))]
    rest = len(words) - TOLD
    return "; ".join(words[:TOLD]) + (f"; and {rest} more" if rest > 0 else "")


def _take_back(library: Library, entry_id: int) -> None:
    with library.answer():  # what is read here nobody else takes back meanwhile
        entries = library.journal(contents=())
        by_id = {entry.id: entry for entry in entries}
        if entry_id not in by_id:
            raise LabelerError(f"There is no entry {entry_id}; the history lists them.")
        if not journal.stands(entries, entry_id):
            raise LabelerError(f"Entry {entry_id} is taken back already; a redo does it again.")
        answer = [entry for entry in library.tied(entry_id) if journal.stands(entries, entry)]
        for entry in reversed(answer):
            library.append(journal.UNDO, undoes=entry)
        is_drawing = any(_decision(by_id, entry).action == journal.DRAW for entry in answer)
        if is_drawing:
            drawing.forget_undrawn(library)
    if is_drawing:
        drawing.settle(library)


def _decision(by_id: Mapping[int, JournalEntry], entry_id: int) -> JournalEntry:
    """Return the decision that an entry is, takes back or makes again."""
    entry = by_id[entry_id]
    while entry.undoes is not None:
        entry = by_id[entry.undoes]
    return entry
