"""Write the user's decisions to the journal, and tell what they add up to."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from labeler import journal
from labeler.errors import LabelerError
from labeler.store import Library
from labeler.types import Labels

LONGEST_NAME = 100
_JOINERS = "\u200c\u200d"
"""Invisible, but part of names in Persian and Sinhala, and of many emoji."""


def labels(library: Library) -> Labels:
    """Return the names and ignored faces as they stand now."""
    identify = journal.FaceIdentifier(library.face_keys())
    names, ignored = journal.replay(library.journal(), identify)
    return Labels(names, frozenset(ignored))


def name_faces(library: Library, face_ids: Iterable[int], person: str) -> int:
    """Give faces a person's name and return the id of the journal entry.

    Raises:
        LabelerError: the name is empty or too long, or a face does not exist.
    """
    return _append(library, journal.NAME, face_ids, clean_name(person))


def ignore_faces(library: Library, face_ids: Iterable[int]) -> int:
    """Note that faces are nobody the user cares about; return the id of the journal entry.

    Raises:
        LabelerError: a face does not exist.
    """
    return _append(library, journal.IGNORE, face_ids)


def unlabel_faces(library: Library, face_ids: Iterable[int]) -> int:
    """Forget the names of faces; return the id of the journal entry.

    Raises:
        LabelerError: a face does not exist.
    """
    return _append(library, journal.UNLABEL, face_ids)


def undo(library: Library, entry_id: int | None = None) -> int | None:
    """Take back one journal entry, by default the latest that stands.

    Returns the id of the entry that was taken back, or None if there was nothing to undo.
    """
    if entry_id is None:
        entries = journal.standing(library.journal())
        if not entries:
            return None
        entry_id = entries[-1].id
    library.append(journal.UNDO, undoes=entry_id)
    return entry_id


def cluster_members(library: Library, clusters: Iterable[int]) -> list[int]:
    """Return the ids of the faces in clusters.

    Raises:
        LabelerError: there is no such cluster.
    """
    faces = library.faces()
    members: list[int] = []
    for cluster in clusters:
        found = faces.ids[faces.clusters == cluster].tolist() if cluster >= 0 else []
        if not found:
            raise LabelerError(
                f"There is no cluster {cluster}; `labeler faces` lists the clusters, "
                "and `labeler cluster` makes them."
            )
        members += found
    return members


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


def _append(
    library: Library, action: str, face_ids: Iterable[int], person: str | None = None
) -> int:
    keys = dict(library.face_keys())
    wanted = list(dict.fromkeys(int(face_id) for face_id in face_ids))
    missing = [face_id for face_id in wanted if face_id not in keys]
    if missing:
        raise LabelerError(f"There is no face {missing[0]}; `labeler faces` lists the faces.")
    if not wanted:
        raise LabelerError("No faces were chosen; choose at least one.")
    return library.append(action, [keys[face_id] for face_id in wanted], person)
