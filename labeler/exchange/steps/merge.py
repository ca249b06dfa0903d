"""Add what one journal says to a library that has its own, which wins wherever they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timezone

from labeler import journal, relations
from labeler.faces.steps import drawing
from labeler.family import family
from labeler.library.same_faces import Identify
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.names import Spellings
from labeler.types import FaceKey, JournalEntry, Labels, Link

_SETTLING = frozenset({journal.NAME, journal.IGNORE, journal.UNLABEL})


@dataclass(frozen=True, slots=True)
class Conflict:
    """A face about which two journals differ: what stands here, and what the other one says."""

    face: int
    photo: str
    here: str
    there: str


class MergedJournal:
    """Adds the state that other entries lead to.

    Args:
        own: the library's journal before.
        only_new: leave out whatever speaks of faces that `own` mentions at all, also in entries
            that were undone: the other journal is a part of it, or goes on from it.
    """

    def __init__(self, library: Library, own: Sequence[JournalEntry], only_new: bool) -> None:
        self.library, self.only_new = library, only_new
        self.own = list(own)
        self.conflicts: tuple[Conflict, ...] = ()
        self.here = Spellings(())

    def add(self, entries: Sequence[JournalEntry], present: AbstractSet[str]) -> list[int]:
        """Write what is lacking into the journal, as one answer; return the ids of its entries.

        Args:
            entries: of the other journal, with the keys that faces have here.
            present: contents of the photos that were found here; of others, nothing is added.
        """
        library = self.library
        drawn = self._new_drawings(entries, present)
        seen = drawing.look(library, drawn)
        with library.answer():
            added = library.append_all([_entry(journal.DRAW, drawn)]) if drawn else []
            drawing.put(library, seen)
            return added + library.append_all(self._words(entries))

    def _words(self, entries: Sequence[JournalEntry]) -> list[JournalEntry]:
        """Return what is lacking here, once the drawn faces are there."""
        library = self.library
        contents = {key.content_hash for entry in (*self.own, *entries) for key in entry.faces}
        identify = standing.identifier(library, contents, library.same_faces())
        theirs = journal.replay(entries, identify)
        mine = standing.labels(library)
        # The names that are known here go first, however the other journal spells them.
        self.here = Spellings(sorted(set(mine.names.values())), mine.renamed)
        mentioned = _mentioned(self.own, identify)
        settled = mentioned if self.only_new else _settled(self.own, identify)
        return [
            *self._names(theirs, mine, settled),
            *self._rejections(theirs, mine, mentioned),
            *self._links(theirs, mine, mentioned),
            *(() if self.only_new else self._people(theirs, mine)),
            *(() if self.only_new else self._kin(theirs, mine)),
        ]

    def _new_drawings(
        self, entries: Sequence[JournalEntry], present: AbstractSet[str]
    ) -> list[FaceKey]:
        """Return the drawn faces that are on photos here, and that nobody has drawn here."""
        drawn = _drawn(journal.standing(entries))
        before = set(_drawn(self.own))
        identify = journal.FaceIdentifier(self.library.face_keys({k.content_hash for k in drawn}))
        new = [
            key
            for key in dict.fromkeys(drawn)
            if key.content_hash in present and key not in before and identify(key) is None
        ]
        if self.only_new:
            spoken_of = self._spoken_of(new)
            new = [key for key in new if key not in spoken_of]
        return new

    def _spoken_of(self, keys: Iterable[FaceKey]) -> set[FaceKey]:
        """Return the keys that stand for a face of which the journal speaks."""
        said = journal.FaceIdentifier((0, key) for entry in self.own for key in entry.faces)
        return {key for key in keys if said(key) is not None}

    def _names(
        self, theirs: Labels, mine: Labels, settled: AbstractSet[int]
    ) -> Iterator[JournalEntry]:
        named: dict[str, list[int]] = defaultdict(list)
        ignored: list[int] = []
        conflicts: list[tuple[int, str, str]] = []
        for face in sorted({*theirs.names, *theirs.ignored}):
            name = theirs.names.get(face)
            name = None if name is None else self.here.of(name)
            there = name or "ignored"
            if _word(mine, face) == there:
                continue
            if face in settled or name in mine.rejected.get(face, ()):
                if not self.only_new:
                    conflicts.append((face, _word(mine, face), there))
            elif name is None:
                ignored.append(face)
            else:
                named[name].append(face)
        self.conflicts = tuple(self._conflicts(conflicts))
        for name in sorted(named):
            yield self._about(journal.NAME, named[name], name)
        if ignored:
            yield self._about(journal.IGNORE, ignored)

    def _rejections(
        self, theirs: Labels, mine: Labels, mentioned: AbstractSet[int]
    ) -> Iterator[JournalEntry]:
        refused: dict[str, list[int]] = defaultdict(list)
        for face, people in theirs.rejected.items():
            for person in people:
                name = self.here.of(person)
                known = name in mine.rejected.get(face, ()) or mine.names.get(face) == name
                if not known and not (self.only_new and face in mentioned):
                    refused[name].append(face)
        for name in sorted(refused):
            yield self._about(journal.REJECT, sorted(refused[name]), name)

    def _links(
        self, theirs: Labels, mine: Labels, mentioned: AbstractSet[int]
    ) -> Iterator[JournalEntry]:
        known = set(mine.links)
        for link in theirs.links:
            faces = [face for part in link for face in part]
            if link in known or any(_contradicts(link, other) for other in mine.links):
                continue
            if self.only_new and mentioned >= set(faces):
                continue
            parts = [number for number, part in enumerate(link) for _ in sorted(part)]
            ordered = [face for part in link for face in sorted(part)]
            action = journal.SAME if len(link) == 1 else journal.DIFFERENT
            yield self._about(action, ordered, None, tuple(parts))
            known.add(link)

    def _people(self, theirs: Labels, mine: Labels) -> Iterator[JournalEntry]:
        """Yield what is said of people of whom nothing of that kind was said here."""
        spoken = {(e.action, e.person) for e in journal.standing(self.own)}
        name_of = self.here.of
        for person, born in sorted(theirs.births.items()):
            if name_of(person) not in mine.births and (journal.BORN, person) not in spoken:
                yield _entry(journal.BORN, (), name_of(person), value=born.isoformat())
        for person, face in sorted(theirs.covers.items()):
            name = name_of(person)
            fits = mine.names.get(face, theirs.names.get(face)) == name
            if name not in mine.covers and fits:
                yield self._about(journal.COVER, [face], name)
        for person in sorted(theirs.hidden):
            said = {(journal.HIDE, name_of(person)), (journal.SHOW, name_of(person))}
            if name_of(person) not in mine.hidden and not said & spoken:
                yield _entry(journal.HIDE, (), name_of(person))

    def _kin(self, theirs: Labels, mine: Labels) -> Iterator[JournalEntry]:
        """Yield who is whose, unless it was taken back here or cannot be besides what was said."""
        denied = {
            relations.kin_from(entry.person or "", entry.value)
            for entry in journal.standing(self.own)
            if entry.action == journal.UNKIN
        }
        known, births = set(mine.kin), {**theirs.births, **mine.births}
        for said in sorted(theirs.kin):
            one, other = (self.here.of(person) for person in (said[0], said[2]))
            new = relations.ordered_kin(one, other, said[1])
            if new not in known | denied and not family.trouble(known, new, births):
                yield _entry(journal.KIN, (), new[2], value=f"{new[1]} {new[0]}")
                known.add(new)

    def _about(
        self,
        action: str,
        faces: Sequence[int],
        person: str | None = None,
        parts: tuple[int, ...] = (),
    ) -> JournalEntry:
        keys = self.library.keys_of(faces)
        return _entry(action, [keys[face] for face in faces], person, parts)

    def _conflicts(self, rows: Sequence[tuple[int, str, str]]) -> Iterator[Conflict]:
        for face, here, there in rows:
            found = self.library.face(face)
            yield Conflict(face, found[0].path if found else "", here, there)


def _entry(
    action: str,
    keys: Collection[FaceKey],
    person: str | None = None,
    parts: tuple[int, ...] = (),
    value: str | None = None,
) -> JournalEntry:
    now = datetime.now(timezone.utc)
    return JournalEntry(
        0, now, action, tuple(keys), person, None, parts if any(parts) else (), value
    )


def _drawn(entries: Iterable[JournalEntry]) -> list[FaceKey]:
    return [key for entry in entries if entry.action == journal.DRAW for key in entry.faces]


def _mentioned(entries: Sequence[JournalEntry], identify: Identify) -> set[int]:
    """Return the faces of which a journal speaks, also in what was undone."""
    faces = (identify(key) for entry in entries for key in entry.faces)
    return {face for face in faces if face is not None}


def _settled(entries: Sequence[JournalEntry], identify: Identify) -> set[int]:
    """Return the faces of which a journal says who they are, or that this is to be forgotten."""
    about = [entry for entry in journal.standing(entries) if entry.action in _SETTLING]
    return _mentioned(about, identify)


def _word(labels: Labels, face: int) -> str:
    if face in labels.names:
        return labels.names[face]
    refused = ", ".join(sorted(labels.rejected.get(face, ())))
    return "ignored" if face in labels.ignored else f"not {refused}" if refused else "no name"


def _contradicts(one: Link, other: Link) -> bool:
    """Tell whether one link puts together what the other keeps apart."""
    same, different = (one, other) if len(one) == 1 else (other, one)
    if len(same) > 1 or len(different) < 2:
        return False
    return sum(bool(same[0] & part) for part in different) > 1
