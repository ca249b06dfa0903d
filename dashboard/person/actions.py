"""What a click on a person's page does: plain functions that say what they did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from labeler import journal
from labeler.errors import LabelerError
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming, people
from labeler.types import JournalEntry

from ..shared.actions import Done, made
from ..shell.snapshot import Snapshot
from .views import long_date, person_row


def rename(library: Library, person: str, new_name: str) -> Done:
    """Give a person another name.

    Raises:
        LabelerError: the name is the same, none at all, or somebody else's.
    """
    new = naming.clean_name(new_name)
    if new == person:
        raise LabelerError(f"{person} is called so already; type another name.")
    return Done(f"{person} is now called {new}", people.rename_person(library, person, new))


def merge(library: Library, person: str, into: str) -> Done:
    """Make two people one, who is called `into`.

    Raises:
        LabelerError: nobody has one of the names, or they are the same.
    """
    entry = people.merge_people(library, person, into)
    (said,) = library.entries([entry])
    message = f"{said.person} and {said.value} are one person, {said.value}"
    return made(library, message, entry)


def hide_or_show(library: Library, snapshot: Snapshot, person: str) -> Done:
    """Hide a person, or bring a hidden one back.

    Raises:
        LabelerError: nobody has that name.
    """
    row = person_row(snapshot, person)
    return show(library, person) if row and row.hidden else hide(library, person)


def hide(library: Library, person: str) -> Done:
    """Leave a person out of the page of people.

    Raises:
        LabelerError: nobody has that name, or the person is hidden already.
    """
    return Done(f"{person} is hidden", people.hide_person(library, person))


def show(library: Library, person: str) -> Done:
    """Bring a hidden person back.

    Raises:
        LabelerError: nobody has that name, or the person is not hidden.
    """
    return Done(f"{person} is shown again", people.show_person(library, person))


def set_birth(library: Library, person: str, day: str | None, today: date) -> Done:
    """Note the day of birth, written as 1942-05-20.

    Raises:
        LabelerError: it is no date, or is still to come.
    """
    try:
        born = date.fromisoformat((day or "").strip())
    except ValueError as error:
        raise LabelerError("Type the whole date of birth: year, month and day.") from error
    entry = people.set_birth(library, person, born, today)
    return made(library, f"{person} was born on {long_date(born)}", entry)


def forget_birth(library: Library, person: str) -> Done:
    """Forget the day of birth.

    Raises:
        LabelerError: nobody has that name.
    """
    return Done(f"Forgot when {person} was born", people.set_birth(library, person, None))


def choose_cover(library: Library, person: str, faces: Sequence[int]) -> Done:
    """Make the one chosen face the picture of the person.

    Raises:
        LabelerError: not exactly one was chosen, or its name is only an automatic one.
    """
    if len(faces) != 1:
        raise LabelerError("Choose exactly one face to be the picture.")
    if standing.name_of(library, faces[0]) is None:
        raise LabelerError(f"Confirm first that this is {person}; then it can be the picture.")
    return Done(f"Chose a picture of {person}", people.choose_cover(library, faces[0]))


def divide(library: Library, person: str, parts: Sequence[Iterable[int]]) -> Done:
    """Divide a person as the preview showed it; the first part keeps the name.

    Raises:
        LabelerError: there are fewer than two parts, or a face has gone.
    """
    entry = naming.different_faces(library, parts, person)
    return Done(f"Divided {person} into {len(parts)} people", entry)


def moved(entries: Iterable[JournalEntry], entry: int | None) -> tuple[str, str] | None:
    """Return who is called what since an entry was written; None = nobody's name has changed.

    Args:
        entry: a decision, made or made again, or an undo of one.
    """
    by_id = {row.id: row for row in entries}
    row = by_id.get(entry or 0)
    back = False
    while row is not None and row.action == journal.UNDO:
        row, back = by_id.get(row.undoes or 0), not back
    if row is None or row.action not in (journal.RENAME, journal.MERGE):
        return None
    old, new = row.person or "", row.value or ""
    return (new, old) if back else (old, new)
