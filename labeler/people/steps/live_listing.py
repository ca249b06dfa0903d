"""The listing of a library for whoever looks at it all the time: only what changed is made anew.

After a decision the journal is replayed, which is quick when its faces need not be looked up again;
then the rows of the faces, people and groups are made anew that it changed something of. When
anything else was written (photos, groups, automatic names), all is read again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from labeler import journal
from labeler.groups.steps import numbering
from labeler.library.database import State
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import bands, listing
from labeler.people.steps.listing import FaceRow, GroupRow, PersonRow
from labeler.positions import positions
from labeler.types import FaceKey, FaceTable, IntArray, JournalEntry, Labels, Photo, Recognition

MOST_GROUPS = 200
"""If a decision changes more groups than so many, making all of them anew is quicker."""


@dataclass(frozen=True)
class Listing:
    """All that is in a library: faces by id, people by photos, groups by size.

    writes: grows whenever something else than the journal was written, so also before a face id
    may mean another face. photos: how many there are, those without faces as well, of which so many
    are videos. likely: who the
    faces without a name are likely to be, also where that is not sure enough for a name.
    away: by person, what is known of them as far as they are on photos that are away just now;
    `people` tells of the photos that are there. photos_away: how many are not there.
    """

    faces: tuple[FaceRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    photos: int = 0
    videos: int = 0
    by_id: dict[int, FaceRow] = field(default_factory=dict)
    of_person: dict[str, list[FaceRow]] = field(default_factory=dict)
    likely: Mapping[int, Recognition] = field(default_factory=dict)
    writes: int = 0
    away: Mapping[str, PersonRow] = field(default_factory=dict)
    photos_away: int = 0


class LiveListing:
    """Keeps a listing up to date; for one thread at a time."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._state: State | None = None
        self._listing = Listing()

    def current(self) -> Listing:
        """Return the library as it is now, whoever changed it (the command line may run too)."""
        with self._library.reading():
            return self._current(self._library.state())

    def _current(self, state: State) -> Listing:
        if self._state is None or state.writes != self._state.writes:
            self._basis = _Basis(self._library)
            self._stand = self._basis.stand()
            self._listing = self._whole(state.writes)
        elif state.entry != self._state.entry:
            self._basis.heed(self._library.entries_after(self._state.entry))
            before, self._stand = self._stand, self._basis.stand(self._stand)
            self._listing = self._followed(before)
        self._state = state
        return self._listing

    def _whole(self, writes: int) -> Listing:
        """Make every row."""
        table, labels = self._stand.table, self._stand.labels
        faces = self._face_rows(np.arange(len(table)))
        people = listing.by_person(faces)
        rows = (listing.person_row(person, own, labels) for person, own in people.items())
        return Listing(
            faces=tuple(faces),
            people=tuple(listing.people_in_order(rows)),
            groups=tuple(listing.group_rows(table, labels)),
            photos=len(self._basis.photos),
            videos=self._basis.videos,
            by_id={row.face: row for row in faces},
            of_person=people,
            likely=self._stand.likely,
            writes=writes,
            away=self._away(),
            photos_away=self._basis.photos_away,
        )

    def _followed(self, before: _Stand) -> Listing:
        """Make the rows anew that differ from those before."""
        places = self._basis.places(_changed_faces(before, self._stand))
        old = self._listing
        rows = self._face_rows(places)
        faces = list(old.faces)
        for place, row in zip(places.tolist(), rows, strict=True):
            faces[place] = row
        by_id = {**old.by_id, **{row.face: row for row in rows}}
        touched = [*(old.faces[place] for place in places), *rows]
        concerned = {row.person for row in touched if row.person is not None}
        of_person = _moved(old, rows, concerned)
        return replace(
            old,
            faces=tuple(faces),
            people=self._people(of_person, concerned | _changed_people(before, self._stand)),
            groups=self._groups(before, places),
            by_id=by_id,
            of_person=of_person,
            likely=self._stand.likely,
            away=self._away(),
        )

    def _away(self) -> dict[str, PersonRow]:
        stand, away = self._stand, self._basis.faces_away.tolist()
        who = (listing.who_is(face, stand.labels, stand.automatic.get(face))[0] for face in away)
        faces = Counter(person for person in who if person is not None)
        return {
            person: replace(listing.person_row(person, (), stand.labels), away=number)
            for person, number in faces.items()
        }

    def _face_rows(self, places: IntArray) -> list[FaceRow]:
        stand = self._stand
        return listing.face_rows(
            stand.table, places, self._basis.photos, stand.labels, stand.automatic
        )

    def _people(
        self, of_person: Mapping[str, list[FaceRow]], concerned: set[str]
    ) -> tuple[PersonRow, ...]:
        kept = [row for row in self._listing.people if row.person not in concerned]
        new = [
            listing.person_row(person, of_person[person], self._stand.labels)
            for person in concerned
            if person in of_person
        ]
        return tuple(listing.people_in_order([*kept, *new]))

    def _groups(self, before: _Stand, places: IntArray) -> tuple[GroupRow, ...]:
        table, labels = self._stand.table, self._stand.labels
        numbers = np.unique([before.table.clusters[places], table.clusters[places]])
        if len(numbers) > MOST_GROUPS:
            return tuple(listing.group_rows(table, labels))
        kept = [row for row in self._listing.groups if row.cluster not in set(numbers.tolist())]
        ordered = table.clusters[self._basis.order]
        members = (self._basis.order[ordered == number] for number in numbers if number >= 0)
        new = [listing.group_row(table, labels, own) for own in members if len(own)]
        return tuple(listing.groups_in_order([*kept, *new]))


@dataclass(frozen=True)
class _Stand:
    """What the journal has led to: labels, the faces in their groups now, and who the others are
    likely to be; where that is sure enough, it is an automatic name."""

    labels: Labels
    table: FaceTable
    likely: dict[int, Recognition]
    automatic: dict[int, Recognition]


class _Basis:
    """What was read from the library, and how often it may be used again."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._entries: list[JournalEntry] = []
        # Keys are told apart by where they are in memory, which is much quicker than to compare
        # them; the entries keep them there.
        self._meant: dict[int, int | None] = {}
        self._same = library.same_faces()
        self._table = library.faces()
        self._recognitions = library.recognitions()
        self.photos: dict[int, Photo] = library.photos()
        self.videos = sum(photo.facts.is_video for photo in self.photos.values())
        self.photos_away = library.photos_away()
        self.faces_away = listing.faces_away(library)
        self.order = listing.best_first(self._table)
        self.heed(library.journal())

    def heed(self, entries: Iterable[JournalEntry]) -> None:
        """Take in new entries of the journal."""
        new = list(entries)
        keys = [key for entry in new for key in entry.faces]
        contents = {key.content_hash for key in keys}
        identify = standing.identifier(self._library, contents, self._same)
        self._meant.update((id(key), identify(key)) for key in keys)
        self._entries += new

    def stand(self, before: _Stand | None = None) -> _Stand:
        """Return what follows from all entries."""
        labels = self._same.spread(journal.replay(self._entries, self._which))
        table = before.table if before and before.labels.links == labels.links else None
        if table is None:
            clusters = numbering.clusters(self._library, self._table, labels)
            table = replace(self._table, clusters=clusters)
        likely = bands.holding(self._recognitions, labels, table)
        return _Stand(labels, table, likely, bands.sure_enough(self._library, likely))

    def places(self, faces: Iterable[int]) -> IntArray:
        """Return where in the table some faces are; those on missing photos are not in it."""
        found = positions(self._table.ids, np.unique(np.fromiter(faces, dtype=np.int64)))
        return found[found >= 0]

    def _which(self, key: FaceKey) -> int | None:
        return self._meant[id(key)]


def _changed_faces(before: _Stand, now: _Stand) -> set[int]:
    """Return the faces of whom another thing is known, or that are in another group."""
    moved = now.table.ids[before.table.clusters != now.table.clusters].tolist()
    return {
        *_differing(before.labels.names, now.labels.names),
        *_differing(before.labels.rejected, now.labels.rejected),
        *_differing(before.automatic, now.automatic),
        *(before.labels.ignored ^ now.labels.ignored),
        *moved,
    }


def _changed_people(before: _Stand, now: _Stand) -> set[str]:
    """Return the people of whom as such another thing is known."""
    return {
        *_differing(before.labels.births, now.labels.births),
        *_differing(before.labels.covers, now.labels.covers),
        *(before.labels.hidden ^ now.labels.hidden),
    }


def _differing(before: Mapping[Any, Any], now: Mapping[Any, Any]) -> list[Any]:
    """Return the keys with another value than before, and those that are gone."""
    # Mostly it is the very same value; that is seen more quickly than that it is an equal one.
    changed = [
        key for key, value in now.items() if (old := before.get(key)) is not value and old != value
    ]
    return [*changed, *(before.keys() - now.keys())]


def _moved(old: Listing, rows: list[FaceRow], concerned: set[str]) -> dict[str, list[FaceRow]]:
    """Return the faces of each person after some rows have been made anew."""
    of_person = dict(old.of_person)
    new = {row.face for row in rows}
    joining = listing.by_person(rows)
    for person in concerned:
        staying = [row for row in of_person.pop(person, ()) if row.face not in new]
        own = sorted([*staying, *joining.get(person, ())], key=lambda row: row.face)
        if own:
            of_person[person] = own
    return of_person
