"""The user's decisions as a list of events, and what follows from them.

Actions:
    name: the faces show `person`. Confirming an automatic name is the same.
    reject: the faces do not show `person`. Of name and reject, the latest word counts.
    ignore: the faces are nobody the user cares about (a stranger, a statue, not a face).
    unlabel: forget the names and rejections of the faces, and that they were ignored.
    same: the faces show one person, whoever that is.
    different: the faces come in two or more parts, and no two parts show the same person. With a
        `person`, that is who the first part may be, and what the others are not (see reject).
    rename: `person` is called `value` from now on.
    merge: `person` is the same as `value`, whose name both have from now on.
    born: `person` was born on the day `value` (ISO 8601); without a value, nobody knows.
    cover: the face is the picture of `person`.
    hide: leave `person` out where people are listed to look at; nothing is forgotten.
    show: list `person` again.
    kin: `value` is a relative of `person`, such as 'parent Rosa' or 'sibling Emil'.
    unkin: that is not so.
    draw: there is a face in this box, though no detector found it.
    undo: take back the entry with the id `undoes`. Undoing an undo is a redo.
    lost: something was decided here about the faces, if any, but a damaged file told no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from labeler import geometry
from labeler.relations import kin_from, ordered_kin, say_kin
from labeler.types import FaceKey, JournalEntry, Kin, Labels, Link
from labeler.wording import count

NAME, REJECT, IGNORE, UNLABEL = "name", "reject", "ignore", "unlabel"
SAME, DIFFERENT = "same", "different"
RENAME, MERGE, BORN, COVER, DRAW, UNDO = "rename", "merge", "born", "cover", "draw", "undo"
HIDE, SHOW = "hide", "show"
KIN, UNKIN = "kin", "unkin"
LOST = "lost"
ABOUT_A_PERSON = frozenset({RENAME, MERGE, BORN, HIDE, SHOW, KIN, UNKIN})
"""Decisions about a person as such, not about faces."""
ACTIONS = ABOUT_A_PERSON | {NAME, REJECT, IGNORE, UNLABEL, SAME, DIFFERENT, COVER, DRAW, UNDO, LOST}
Find = Callable[[JournalEntry], Sequence[int | None]]
LEAST_OVERLAP = 0.4
"""Intersection over union from which on two boxes on one photo are the same face."""
NEAR = 0.5
"""Seconds between two boxes in a video that may still be the same face."""


def standing(entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    """Return the entries that no standing later entry undoes, in order, without the undos."""
    return [entry for entry in _not_undone(entries) if entry.action != UNDO]


def people_named(entries: Sequence[JournalEntry]) -> set[str]:
    """Return everybody who got a name, also those from all whose faces it was taken again.

    Which faces the entries are about is not looked at, so that this is quick.
    """
    people: set[str] = set()
    for entry in standing(entries):
        if entry.action in (RENAME, MERGE):
            people.discard(entry.person or "")
        named = entry.person if entry.action == NAME else entry.value
        if named and entry.action in (NAME, RENAME, MERGE):
            people.add(named)
    return people


def stands(entries: Sequence[JournalEntry], entry_id: int) -> bool:
    """Tell whether an entry, an undo or any other, is not undone."""
    return any(entry.id == entry_id for entry in _not_undone(entries))


def redoable(entries: Sequence[JournalEntry]) -> JournalEntry | None:
    """Return the latest standing undo of a decision, unless one was made since then."""
    undos = {entry.id for entry in entries if entry.action == UNDO}
    for entry in reversed(_not_undone(entries)):
        if entry.action != UNDO:
            return None
        if entry.undoes not in undos:  # undoing an undo was a redo
            return entry
    return None


def _not_undone(entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    undone: set[int | None] = set()
    kept = []
    for entry in reversed(entries):
        if entry.id not in undone:
            kept.append(entry)
            if entry.action == UNDO:
                undone.add(entry.undoes)
    return kept[::-1]


def replay(entries: Sequence[JournalEntry], identify: Callable[[FaceKey], int | None]) -> Labels:
    """Return what the journal leads to.

    Args:
        entries: in the order in which they were written.
        identify: tells which face a key means today; None if it is no longer there.
    """
    return replay_found(entries, lambda entry: [identify(key) for key in entry.faces])


def replay_found(entries: Sequence[JournalEntry], find: Find) -> Labels:
    """Do what `replay` does, where it is known already which faces the entries mean.

    Args:
        entries: need no `faces`, except those that drew some.
        find: returns for each of an entry's faces which one it is today; None = no longer there.
    """
    state = _State()
    for entry in standing(entries):
        if entry.action in (SAME, DIFFERENT):
            claims = _claims(entry, find(entry))
            state.links += _link(entry, claims)
            for other in _not_the_first(entry, claims):
                state.reject(other, entry.person)
        elif entry.action in ABOUT_A_PERSON and entry.person:
            state.note_about_person(entry.action, entry.person, entry.value)
        elif entry.action == DRAW:
            state.drawn += entry.faces
        else:
            faces = [face for face in find(entry) if face is not None]
            state.note_about_faces(entry.action, entry.person, faces)
    return state.labels()


class _State:
    """What has been said up to an entry."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.ignored: set[int] = set()
        self.rejected: dict[int, set[str]] = {}
        self.links: list[Link] = []
        self.drawn: list[FaceKey] = []
        self.births: dict[str, date] = {}
        self.covers: dict[str, int] = {}
        self.hidden: set[str] = set()
        self.kin: set[Kin] = set()
        self.renamed: dict[str, str] = {}

    def labels(self) -> Labels:
        return Labels(
            names=self.names,
            ignored=frozenset(self.ignored),
            rejected={face: frozenset(who) for face, who in self.rejected.items() if who},
            links=tuple(self.links),
            births=self.births,
            covers={p: face for p, face in self.covers.items() if self.names.get(face) == p},
            renamed=self.renamed,
            drawn=tuple(self.drawn),
            hidden=frozenset(self.hidden),
            kin=frozenset(self.kin),
        )

    def note_about_faces(self, action: str, person: str | None, faces: list[int]) -> None:
        if action == REJECT:
            for face in faces:
                self.reject(face, person)
        elif action == COVER and person and faces:
            self.covers[person] = faces[-1]
        elif action == NAME and person and faces:
            self.name(faces, person)
        elif action in (NAME, IGNORE, UNLABEL):
            for face in faces:
                self.names.pop(face, None)
                if action == UNLABEL:
                    self.rejected.pop(face, None)
            self.ignored.difference_update(faces)
            if action == IGNORE:
                self.ignored.update(faces)

    def name(self, faces: list[int], person: str) -> None:
        self.names.update(dict.fromkeys(faces, person))
        self.ignored.difference_update(faces)
        self.renamed.pop(person, None)
        for face in faces:
            if face in self.rejected:
                self.rejected[face].discard(person)

    def reject(self, face: int, person: str | None) -> None:
        if person:
            self.rejected.setdefault(face, set()).add(person)
        if self.names.get(face) == person:
            self.names.pop(face, None)

    def note_about_person(self, action: str, person: str, value: str | None) -> None:
        if action in (RENAME, MERGE) and value:
            self.hide_or_show_renamed(action, person, value)
            self.rename(person, value)
        elif action == BORN and value:
            self.births[person] = date.fromisoformat(value)
        elif action == BORN:
            self.births.pop(person, None)
        elif action == HIDE:
            self.hidden.add(person)
        elif action == SHOW:
            self.hidden.discard(person)
        elif action in (KIN, UNKIN) and (said := kin_from(person, value)):
            (self.kin.add if action == KIN else self.kin.discard)(said)

    def hide_or_show_renamed(self, action: str, old: str, new: str) -> None:
        """Let a new name be hidden like the old one; nobody is hidden by a merge who was not."""
        is_hidden = old in self.hidden and (action == RENAME or new in self.hidden)
        self.hidden -= {old, new}
        if is_hidden:
            self.hidden.add(new)

    def rename(self, old: str, new: str) -> None:
        if old == new:
            return
        self.names = {face: new if who == old else who for face, who in self.names.items()}
        for face, refused in self.rejected.items():
            if old in refused:
                refused.remove(old)
                refused.add(new)
            if self.names.get(face) == new:  # a name goes before a rejection of the other one
                refused.discard(new)
        if old in self.births:
            self.births.setdefault(new, self.births.pop(old))
        if old in self.covers:
            self.covers.setdefault(new, self.covers.pop(old))
        self.kin = {
            ordered_kin(new if one == old else one, new if other == old else other, relation)
            for one, relation, other in self.kin
            if {one, other} != {old, new}  # nobody is kin to themselves
        }
        self.renamed = {first: new if last == old else last for first, last in self.renamed.items()}
        self.renamed[old] = new
        self.renamed.pop(new, None)


def _link(entry: JournalEntry, parts: dict[int, set[int]]) -> list[Link]:
    """Return what an entry says about faces that are still there: one link, or none.

    A face that two parts claim, because their boxes are one face today, is in neither.
    """
    if entry.action == SAME:
        return [(frozenset(parts),)] if len(parts) > 1 else []
    sets = (
        frozenset(face for face, claims in parts.items() if claims == {number})
        for number in sorted(set(entry.parts))
    )
    link = tuple(filter(None, sets))
    return [link] if len(link) > 1 else []


def _not_the_first(entry: JournalEntry, parts: dict[int, set[int]]) -> list[int]:
    """Return the faces that do not show the person whom a division is about."""
    if entry.action != DIFFERENT or entry.person is None:
        return []
    first = min(entry.parts, default=0)
    return [face for face, claims in parts.items() if first not in claims]


def _claims(entry: JournalEntry, found: Sequence[int | None]) -> dict[int, set[int]]:
    """Return the parts that claim each face that is still there."""
    parts: dict[int, set[int]] = {}
    numbers = entry.parts or (0,) * len(found)
    for face, part in zip(found, numbers, strict=True):
        if face is not None:
            parts.setdefault(face, set()).add(part)
    return parts


def describe(entry: JournalEntry) -> str:
    """Say what a journal entry did."""
    faces = count(len(entry.faces), "face")
    are = "is" if len(entry.faces) == 1 else "are"
    people = f"{len(set(entry.parts)):,} people"
    return {
        NAME: f"named {faces} {entry.person}",
        REJECT: f"said that {faces} {are} not {entry.person}",
        IGNORE: f"ignored {faces}",
        UNLABEL: f"unnamed {faces}",
        SAME: f"put {faces} together as one person",
        DIFFERENT: f"divided {entry.person} into {people}"
        if entry.person
        else f"kept {len(set(entry.parts)):,} groups apart",
        MERGE: f"made {entry.person} and {entry.value} one person",
        RENAME: f"renamed {entry.person} to {entry.value}",
        BORN: f"noted that {entry.person} was born on {entry.value}"
        if entry.value
        else f"forgot when {entry.person} was born",
        COVER: f"chose a picture of {entry.person}",
        HIDE: f"hid {entry.person}",
        SHOW: f"showed {entry.person} again",
        KIN: f"noted that {_relative(entry)}",
        UNKIN: f"took back that {_relative(entry)}",
        DRAW: f"drew {faces}",
        UNDO: f"took back entry {entry.undoes}",
        LOST: "decided something that was lost by damage"
        + (f", about {faces}" if entry.faces else ""),
    }[entry.action]


def _relative(entry: JournalEntry) -> str:
    said = kin_from(entry.person or "", entry.value)
    return say_kin(said) if said else f"{entry.person} has a relative"


class FaceIdentifier:
    """Finds the face that a key means: same content and same box, else the box overlapping most.

    The second way is for faces that another detector, or another version of one, found again. In a
    video, a face may be given by several keys, for all the times at which it was seen.
    """

    def __init__(self, faces: Iterable[tuple[int, FaceKey]]) -> None:
        self._exact: dict[FaceKey, int] = {}
        self._by_photo: dict[str, list[tuple[int, FaceKey]]] = {}
        for face_id, key in faces:
            self._exact[key] = face_id
            self._by_photo.setdefault(key.content_hash, []).append((face_id, key))

    def __call__(self, key: FaceKey) -> int | None:
        if key in self._exact:
            return self._exact[key]
        there = self._by_photo.get(key.content_hash, ())
        candidates = [one for one in there if _is_near(key.at, one[1].at)]
        if not candidates:
            return None
        boxes = [other.box.as_tuple() for _, other in candidates]
        overlaps = geometry.intersection_over_union([key.box.as_tuple()], boxes)[0]  # type: ignore[arg-type]
        best = int(overlaps.argmax())
        return candidates[best][0] if overlaps[best] >= LEAST_OVERLAP else None


def _is_near(at: float | None, other: float | None) -> bool:
    """Tell whether two keys may mean one face as far as time goes; None = it is on a photo."""
    if at is None or other is None:
        return at is other
    return abs(at - other) <= NEAR
