"""What the user says about people as such: their names, births, pictures."""

from __future__ import annotations

from datetime import date

from labeler import journal
from labeler.errors import LabelerError
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people import names
from labeler.people.steps import bands, naming


def rename_person(library: Library, person: str, new_name: str) -> int:
    """Give a person another name; return the id of the journal entry.

    Raises:
        UnknownPersonError: nobody has the name.
        LabelerError: the new one is empty, too long, or somebody else's.
    """
    old, new = naming.named_person(library, person), naming.clean_name(new_name)
    named = journal.people_named(library.journal(contents=()))
    others = [other for other in names.same(new, named) if other != old]
    if others and not set(others).isdisjoint(standing.labels(library).names.values()):
        raise LabelerError(
            f"There is somebody called {others[0]} already; if the two are one person, merge them."
        )
    return library.append(journal.RENAME, person=old, value=new)


def merge_people(library: Library, person: str, into: str) -> int:
    """Note that two names mean one person, who keeps the second; return the id of the entry.

    Raises:
        UnknownPersonError: nobody has one of the names.
        LabelerError: they are the same.
    """
    old, new = naming.named_person(library, person), naming.named_person(library, into)
    if old == new:
        raise LabelerError(f"{old} and {new} are the same name; say which two people are one.")
    return library.append(journal.MERGE, person=old, value=new)


def set_birth(library: Library, person: str, born: date | None, today: date | None = None) -> int:
    """Note when a person was born, None = not known; return the id of the journal entry.

    Args:
        today: when nobody is born later; None = as the clock says.

    Raises:
        UnknownPersonError: nobody has that name.
        LabelerError: the day is still to come: nobody would be recognized as the person.
    """
    if born and born > (today or date.today()):
        raise LabelerError(f"{born.day} {born:%B %Y} is still to come; check the year.")
    value = born.isoformat() if born else None
    return library.append(journal.BORN, person=naming.named_person(library, person), value=value)


def hide_person(library: Library, person: str) -> int:
    """Leave a person out where people are listed to look at; return the id of the journal entry.

    Raises:
        UnknownPersonError: nobody has that name.
        LabelerError: the person is hidden already.
    """
    name = naming.named_person(library, person)
    if name in standing.about_people(library).hidden:
        raise LabelerError(f"{name} is hidden already; `labeler unhide` ends that.")
    return library.append(journal.HIDE, person=name)


def show_person(library: Library, person: str) -> int:
    """List a hidden person again; return the id of the journal entry.

    Raises:
        UnknownPersonError: nobody has that name.
        LabelerError: the person is not hidden.
    """
    name = naming.named_person(library, person)
    if name not in standing.about_people(library).hidden:
        raise LabelerError(f"{name} is not hidden; there is nothing to change.")
    return library.append(journal.SHOW, person=name)


def choose_cover(library: Library, face_id: int) -> int:
    """Make a face the picture of the person who it is; return the id of the journal entry.

    Raises:
        LabelerError: the face does not exist, or has no name that the user gave.
    """
    person = standing.name_of(library, face_id)
    if person is None and library.keys_of([face_id]):
        raise LabelerError(f"Face {face_id} has no name from you yet; name it first.")
    return naming.append_decision(library, journal.COVER, [face_id], person)


def confirm_person(library: Library, person: str, least_probability: float = 0.0) -> int:
    """Make a person's automatic names the user's own; return the id of the journal entry.

    Args:
        least_probability: only those with at least this one.

    Raises:
        UnknownPersonError: nobody has that name.
        LabelerError: there is no such automatic name.
    """
    name = naming.known_person(library, person)
    with library.reading():
        found = bands.automatic(library, standing.labels(library), library.face_columns()).values()
    faces = [r.face_id for r in found if r.person == name and r.probability >= least_probability]
    if not faces:
        raise LabelerError(
            f"No automatic name {name} waits for your word; `labeler recognize` gives some."
        )
    return naming.append_decision(library, journal.NAME, faces, name)
