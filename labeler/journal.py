"""The user's decisions as a list of events, and what follows from them.

Actions:
    name: the faces show `person`.
    reject: the faces do not show `person`. Of name and reject, the latest word counts.
    ignore: the faces are nobody the user cares about (a stranger, a statue, not a face).
    unlabel: forget the names and rejections of the faces, and that they were ignored.
    same: the faces show one person, whoever that is.
    different: the faces come in two or more parts, and no two parts show the same person. With a
        `person`, that is who the first part may be, and what the others are not (see reject).
    undo: take back the entry with the id `undoes`. Undoing an undo is a redo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from labeler import geometry
from labeler.types import Box, FaceKey, JournalEntry, Labels, Link

NAME, REJECT, IGNORE, UNLABEL = "name", "reject", "ignore", "unlabel"
SAME, DIFFERENT, UNDO = "same", "different", "undo"
ACTIONS = frozenset({NAME, REJECT, IGNORE, UNLABEL, SAME, DIFFERENT, UNDO})
LEAST_OVERLAP = 0.4
"""Intersection over union from which on two boxes on one photo are the same face."""


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


def replay(entries: Sequence[JournalEntry], identify: Callable[[FaceKey], int | None]) -> Labels:
    """Return what the journal leads to.

    Args:
        entries: in the order in which they were written.
        identify: tells which face a key means today; None if it is no longer there.
    """
    names: dict[int, str] = {}
    ignored: set[int] = set()
    rejected: dict[int, set[str]] = {}
    links: list[Link] = []
    for entry in standing(entries):
        if entry.action in (SAME, DIFFERENT):
            links += _link(entry, identify)
            for other in _not_the_first(entry, identify):
                _note(REJECT, entry.person, other, names, ignored, rejected)
            continue
        for key in entry.faces:
            if (face := identify(key)) is not None:
                _note(entry.action, entry.person, face, names, ignored, rejected)
    people = {face: frozenset(persons) for face, persons in rejected.items() if persons}
    return Labels(names, frozenset(ignored), people, tuple(links))


def _note(
    action: str,
    person: str | None,
    face: int,
    names: dict[int, str],
    ignored: set[int],
    rejected: dict[int, set[str]],
) -> None:
    """Write down what one entry says about one face."""
    if action == REJECT:
        if person:
            rejected.setdefault(face, set()).add(person)
        if names.get(face) == person:
            del names[face]
        return
    names.pop(face, None)
    ignored.discard(face)
    if action == NAME and person:
        names[face] = person
        rejected.get(face, set()).discard(person)
    elif action == IGNORE:
        ignored.add(face)
    elif action == UNLABEL:
        rejected.pop(face, None)


def _link(entry: JournalEntry, identify: Callable[[FaceKey], int | None]) -> list[Link]:
    """Return what an entry says about faces that are still there: one link, or none.

    A face that two parts claim, because their boxes are one face today, is in neither.
    """
    parts = _claims(entry, identify)
    if entry.action == SAME:
        return [(frozenset(parts),)] if len(parts) > 1 else []
    sets = (
        frozenset(face for face, claims in parts.items() if claims == {number})
        for number in sorted(set(entry.parts))
    )
    link = tuple(filter(None, sets))
    return [link] if len(link) > 1 else []


def _not_the_first(entry: JournalEntry, identify: Callable[[FaceKey], int | None]) -> list[int]:
    """Return the faces that do not show the person whom a division is about."""
    if entry.action != DIFFERENT or entry.person is None:
        return []
    first = min(entry.parts, default=0)
    return [face for face, claims in _claims(entry, identify).items() if first not in claims]


def _claims(entry: JournalEntry, identify: Callable[[FaceKey], int | None]) -> dict[int, set[int]]:
    """Return the parts that claim each face that is still there."""
    parts: dict[int, set[int]] = {}
    numbers = entry.parts or (0,) * len(entry.faces)
    for key, part in zip(entry.faces, numbers, strict=True):
        if (face := identify(key)) is not None:
            parts.setdefault(face, set()).add(part)
    return parts


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
