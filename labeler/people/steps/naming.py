"""Write the user's decisions to the journal, and tell what they add up to."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

from labeler import journal
from labeler.errors import LabelerError, UnknownPersonError
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people import names

LONGEST_NAME = 100
NAMES_SHOWN = 5
_JOINERS = "\u200c\u200d"
"""Invisible, but part of names in Persian and Sinhala, and of many emoji."""


def name_faces(library: Library, face_ids: Iterable[int], person: str) -> int:
    """Give faces a person's name and return the id of the journal entry.

    Somebody who has the name in another spelling keeps theirs, see `spelling`. What speaks against
    it is told by `labeler.people.steps.doubts`.

    Raises:
        LabelerError: the name is empty or too long, two people have it, or a face does not exist.
    """
    return append_decision(library, journal.NAME, face_ids, spelling(library, person))


def ignore_faces(library: Library, face_ids: Iterable[int]) -> int:
    """Note that faces are nobody the user cares about; return the id of the journal entry.

    Raises:
        LabelerError: a face does not exist.
    """
    return append_decision(library, journal.IGNORE, face_ids)


def unlabel_faces(library: Library, face_ids: Iterable[int]) -> int:
    """Forget the names of faces; return the id of the journal entry.

    Raises:
        LabelerError: a face does not exist.
    """
    return append_decision(library, journal.UNLABEL, face_ids)


def reject_faces(library: Library, face_ids: Iterable[int], person: str) -> int:
    """Note that faces do not show a person; return the id of the journal entry.

    Raises:
        UnknownPersonError: nobody has that name.
        LabelerError: a face does not exist.
    """
    return append_decision(library, journal.REJECT, face_ids, known_person(library, person))


def same_faces(library: Library, face_ids: Iterable[int]) -> int:
    """Note that faces show one person, whoever that is; return the id of the journal entry.

    Raises:
        LabelerError: there are fewer than two faces, or one does not exist.
    """
    faces = list(dict.fromkeys(face_ids))
    if len(faces) == 1:
        raise LabelerError("One face alone is the same as itself; choose at least two.")
    return append_decision(library, journal.SAME, faces)


def different_faces(
    library: Library, parts: Sequence[Iterable[int]], person: str | None = None
) -> int:
    """Note that no two of several sets of faces show one person; return the id of the entry.

    Args:
        person: who only the first set may be: the others lose this name, as if it was rejected.

    Raises:
        UnknownPersonError: nobody has that name.
        LabelerError: there are fewer than two sets, one is empty, two have a face in common, or a
            face does not exist.
    """
    sets = [list(dict.fromkeys(part)) for part in parts]
    if len(sets) < 2 or not all(sets):
        raise LabelerError("One set of faces cannot differ from itself; choose at least two sets.")
    faces = [face for part in sets for face in part]
    twice = [face for face, times in Counter(faces).items() if times > 1]
    if twice:
        raise LabelerError(f"Face {twice[0]} is in two of the sets; it can be in one only.")
    numbers = [number for number, part in enumerate(sets) for _ in part]
    name = None if person is None else known_person(library, person)
    return append_decision(library, journal.DIFFERENT, faces, name, parts=numbers)


def spelling(library: Library, person: str) -> str:
    """Return how the library spells a name that may be new: as somebody does who has a face and is
    called so but for case, Unicode form and spaces, else as it is written.

    Raises:
        LabelerError: the name is empty or too long, or two people are called so.
    """
    known = journal.people_named(library.journal(contents=()))
    return spelled(person, known, partial(people_with_faces, library))


def people_with_faces(library: Library) -> set[str]:
    """Return whom the user has called some face that is there."""
    return set(standing.labels(library).names.values())


def spelled(person: str, known: Collection[str], with_faces: Callable[[], Collection[str]]) -> str:
    """Return what `spelling` does.

    Args:
        known: whoever was ever named. with_faces: gives those who have a face; it takes longer.
    """
    name = clean_name(person)
    alike = names.same(name, known)
    if not alike or name in alike:
        return name
    named = with_faces()
    alike = tuple(other for other in alike if other in named)
    if len(alike) > 1:
        raise LabelerError(
            f"There are {names.listed(alike, 'and')}; write the name exactly as one of them is "
            "written, or merge them with `labeler merge` if they are one person."
        )
    return alike[0] if alike else name


def named_person(library: Library, person: str) -> str:
    """Return the name as the user gave it.

    Raises:
        UnknownPersonError: the user has given it to nobody, or several people sound so.
    """
    return _called(clean_name(person), journal.people_named(library.journal(contents=())))


def known_person(library: Library, person: str) -> str:
    """Return the name as the library has it: given by the user, or automatically.

    Raises:
        UnknownPersonError: nobody has that name, or several people sound so.
    """
    name = clean_name(person)
    with library.reading():
        known = journal.people_named(library.journal(contents=()))
        if name not in known:
            renamed = standing.about_people(library).renamed
            known |= {renamed.get(other, other) for other in library.recognized_people()}
    return _called(name, known)


def one_of(person: str, known: Collection[str]) -> str:
    """Return the one among known names that a name means, however it is spelled.

    Raises:
        UnknownPersonError: there is none, or several.
    """
    return _called(clean_name(person), known)


def _called(name: str, known: Collection[str]) -> str:
    found = names.called(name, known)
    if not found:
        raise unknown_person(name, sorted(known))
    if len(found) > 1:
        raise UnknownPersonError(
            f"{name} may be {names.listed(found)}; write the name exactly as it is written there."
        )
    return found[0]


def unknown_person(name: str, known: Sequence[str]) -> UnknownPersonError:
    """Return an error that tells who may have been meant, or else some of those who are known."""
    similar = names.similar(name, known)
    if similar:
        hint = f"did you mean {names.listed(similar)}?"
    elif known:
        more = ", …" if len(known) > NAMES_SHOWN else ""
        hint = f"the names so far are {', '.join(known[:NAMES_SHOWN])}{more}."
    else:
        hint = "give names to faces first."
    return UnknownPersonError(f"There is nobody called {name}; {hint}")


def clean_name(person: str) -> str:
    """Return a name in one spelling: Unicode NFC, single spaces, none at the ends.

    Raises:
        LabelerError: nothing, or too much, is left.
    """
    visible = "".join(c if c.isprintable() or c in _JOINERS else " " for c in person)
    name = " ".join(unicodedata.normalize("NFC", visible).split())
    if not name:
        raise LabelerError("A name needs at least one letter.")
    if len(name) > LONGEST_NAME:
        raise LabelerError(f"The name is longer than {LONGEST_NAME} characters; shorten it.")
    return name


def append_decision(
    library: Library,
    action: str,
    face_ids: Iterable[int],
    person: str | None = None,
    parts: Sequence[int] = (),
) -> int:
    """Write a decision about faces; return the id of the journal entry.

    Raises:
        LabelerError: there are no faces, or one does not exist.
    """
    wanted = list(dict.fromkeys(int(face_id) for face_id in face_ids))
    keys = library.keys_of(wanted)
    missing = [face_id for face_id in wanted if face_id not in keys]
    if missing:
        raise LabelerError(f"There is no face {missing[0]}; `labeler faces` lists the faces.")
    if not wanted:
        raise LabelerError("No faces were chosen; choose at least one.")
    return library.append(action, [keys[face_id] for face_id in wanted], person, parts=parts)
