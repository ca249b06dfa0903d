"""The user's decisions as a list of events, and what follows from them.

Actions:
    name: the faces show `person`.
    ignore: the faces are nobody the user cares about (a stranger, a statue, not a face).
    unlabel: forget what was said about the faces.
    undo: take back the entry with the id `undoes`. Undoing an undo is a redo.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from labeler import geometry
from labeler.types import Box, FaceKey, JournalEntry

NAME, IGNORE, UNLABEL, UNDO = "name", "ignore", "unlabel", "undo"
ACTIONS = frozenset({NAME, IGNORE, UNLABEL, UNDO})
LEAST_OVERLAP = 0.4
"""Intersection over union from which on two boxes on one photo are the same face."""

Face = TypeVar("Face", bound=Hashable)


def standing(entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    """Return the entries that no standing later entry undoes, in order, without the undos."""
    undone: set[int] = set()
    kept = []
    for entry in reversed(entries):
        if entry.id in undone:
            continue
        if entry.action == UNDO:
            undone.add(entry.undoes if entry.undoes is not None else -1)
        else:
            kept.append(entry)
    return kept[::-1]


def replay(
    entries: Sequence[JournalEntry], identify: Callable[[FaceKey], Face | None]
) -> tuple[dict[Face, str], set[Face]]:
    """Return the names, and the ignored faces, that the journal leads to.

    Args:
        entries: in the order in which they were written.
        identify: tells which face a key means today; None if it is no longer there.
    """
    names: dict[Face, str] = {}
    ignored: set[Face] = set()
    for entry in standing(entries):
        faces = [face for key in entry.faces if (face := identify(key)) is not None]
        for face in faces:
            names.pop(face, None)
            ignored.discard(face)
            if entry.action == NAME and entry.person:
                names[face] = entry.person
            elif entry.action == IGNORE:
                ignored.add(face)
    return names, ignored


class FaceIdentifier:
    """Finds the face that a key means: same content and same box, else the box overlapping most.

    The second way is for faces that another detector, or another version of one, found again.
    """

    def __init__(self, faces: Iterable[tuple[int, FaceKey]]) -> None:
        self._exact: dict[FaceKey, int] = {}
        self._by_photo: dict[str, list[tuple[int, Box]]] = {}
        for face_id, key in faces:
            self._exact[key] = face_id
            self._by_photo.setdefault(key.content_hash, []).append((face_id, key.box))

    def __call__(self, key: FaceKey) -> int | None:
        if key in self._exact:
            return self._exact[key]
        candidates = self._by_photo.get(key.content_hash)
        if not candidates:
            return None
        boxes = [box.as_tuple() for _, box in candidates]
        overlaps = geometry.intersection_over_union([key.box.as_tuple()], boxes)[0]  # type: ignore[arg-type]
        best = int(overlaps.argmax())
        return candidates[best][0] if overlaps[best] >= LEAST_OVERLAP else None
