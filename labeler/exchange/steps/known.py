"""Who is on which photo, as far as what is given away may tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import listing, naming
from labeler.people.steps.listing import FaceRow


@dataclass(frozen=True, slots=True)
class ChoiceOfNames:
    """Which names may be told.

    people: these only; () = everybody. automatic: names that the program gave as well.
    hidden: people who were hidden, too; whoever is in `people` counts as asked for.
    """

    people: tuple[str, ...] = ()
    automatic: bool = False
    hidden: bool = False


def faces_by_photo(library: Library, choice: ChoiceOfNames) -> dict[int, list[FaceRow]]:
    """Return the faces of each photo, from left to right; `person` only where it may be told.

    Raises:
        UnknownPersonError: nobody has a name that is in `choice.people`.
    """
    with library.reading():
        people = {naming.known_person(library, person) for person in choice.people}
        hidden = set() if choice.hidden or people else standing.labels(library).hidden
        faces_there = listing.list_faces(library)
    rows: dict[int, list[FaceRow]] = defaultdict(list)
    for row in faces_there:
        told = (
            row.person is not None
            and (row.source == "user" or choice.automatic)
            and (not people or row.person in people)
            and row.person not in hidden
        )
        kept = row if told else replace(row, person=None, source=None, probability=None)
        rows[row.photo_id].append(kept)
    for faces in rows.values():
        faces.sort(key=lambda face: (face.box.left, face.face))
    return rows


def names(faces: Sequence[FaceRow]) -> list[str]:
    """Return the people on a photo, each once, from left to right."""
    return list(dict.fromkeys(face.person for face in faces if face.person))
