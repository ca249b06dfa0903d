"""Tell what is in the library: faces, people, groups."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

import numpy as np

from labeler.groups.steps import numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import bands
from labeler.people.steps.stand import stand
from labeler.types import Box, FaceTable, IntArray, Labels, Photo, Recognition

Source = Literal["user", "auto"]
LEAST_COHESION = 0.02
"""Of the groups below, a third mix people; of those above, one in ten on LFW and one in eight on
family photos (benchmarks/RESULTS.md)."""


@dataclass(frozen=True, slots=True)
class FaceRow:
    """Everything known of one face. `source` tells who named it, `probability` how surely.

    rejected: the people whom it does not show, as the user said. photo, photo_id: path and id of
    the photo that it is on. at: when it is there in a video, seconds; None = on a photo.
    """

    face: int
    photo: str
    box: Box
    score: float
    cluster: int | None
    person: str | None
    source: Source | None
    probability: float | None
    xy: tuple[float, float] | None
    ignored: bool
    taken: datetime | None
    rejected: frozenset[str] = frozenset()
    photo_id: int = 0
    at: float | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A named person: number of faces and photos, and the first and last date among them.

    cover: the face that the user chose as the person's picture. born: the day of birth.
    hidden: the user does not want to see this person where people are listed. away: so many more
    faces are on photos that are away just now.
    """

    person: str
    faces: int
    photos: int
    first: datetime | None
    last: datetime | None
    cover: int | None = None
    born: date | None = None
    hidden: bool = False
    away: int = 0


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A cluster: its faces, those that fit best first, and the name that most of them carry.

    cohesion: the mean fit of the faces, see `labeler.groups.cohesion`; None = not known.
    """

    cluster: int
    faces: tuple[int, ...]
    person: str | None
    named: int
    ignored: int
    cohesion: float | None = None

    @property
    def open(self) -> int:
        """Return how many of the faces the user has said nothing about."""
        return len(self.faces) - self.named - self.ignored

    @property
    def doubtful(self) -> bool:
        """Tell whether the group may well hold several people."""
        return self.cohesion is not None and self.cohesion < LEAST_COHESION


def list_faces(library: Library) -> list[FaceRow]:
    """Return all faces on present photos in the order of their ids."""
    with library.reading():
        return _list_faces(library, standing.labels(library))


def list_people(library: Library) -> list[PersonRow]:
    """Return the people with a name, most photos first; automatic names count as well.

    Those who are on photos only that are away are among them.
    """
    with library.reading():
        now, dates = stand(library), library.dates()
        away = faces_away(library)
    who = now.people
    there = np.isin(now.table.ids, np.fromiter(who, dtype=np.int64))
    named, photo_ids = now.table.ids[there].tolist(), now.table.photo_ids[there].tolist()
    faces: Counter[str] = Counter(who[face] for face in named)
    elsewhere = Counter(who[face] for face in away.tolist() if face in who)
    photos: dict[str, set[int]] = {person: set() for person in (*faces, *elsewhere)}
    for face, photo in zip(named, photo_ids, strict=True):
        photos[who[face]].add(photo)
    rows = []
    for person, own in photos.items():
        taken = [dates[photo] for photo in own if photo in dates]
        row = _person_row(person, faces[person], len(own), taken, now.labels)
        rows.append(replace(row, away=elsewhere[person]))
    return people_in_order(rows)


def faces_away(library: Library) -> IntArray:
    """Return the ids of the faces on photos that are away just now, (n,), ascending."""
    if not library.photos_away():
        return np.empty(0, dtype=np.int64)
    return np.setdiff1d(library.face_columns(with_away=True).ids, library.face_columns().ids)


def list_groups(library: Library) -> list[GroupRow]:
    """Return the clusters, largest first, with what the user has said about their faces."""
    with library.reading():
        labels = standing.labels(library)
        return group_rows(_grouped_faces(library, labels), labels)


def _list_faces(library: Library, labels: Labels) -> list[FaceRow]:
    table = _grouped_faces(library, labels)
    names = bands.automatic(library, labels, table)
    return face_rows(table, np.arange(len(table)), library.photos(), labels, names)


def face_rows(
    table: FaceTable,
    places: IntArray,
    photos: Mapping[int, Photo],
    labels: Labels,
    names: Mapping[int, Recognition],
) -> list[FaceRow]:
    """Return what is known of the faces that have some places in the table.

    names: the automatic names by face id.
    """
    who = (table.ids, table.photo_ids, table.boxes, table.scores, table.clusters)
    columns = (*who, table.xy, table.at)
    return [
        _face_row(row, photos[row[1]], who_is(row[0], labels, names.get(row[0])), labels)
        for row in zip(*(column[places].tolist() for column in columns), strict=True)
    ]


def _grouped_faces(library: Library, labels: Labels) -> FaceTable:
    """Return all faces in the clusters that the user's word makes of the computed ones."""
    table = library.faces()
    return replace(table, clusters=numbering.clusters(library, table, labels))


def who_is(
    face_id: int, labels: Labels, automatic: Recognition | None
) -> tuple[str | None, Source | None, float | None]:
    """Return person, source and probability: what the user said goes before what was computed."""
    if face_id in labels.names:
        return labels.names[face_id], "user", 1.0
    if automatic:
        return automatic.person, "auto", automatic.probability
    return None, None, None


def _face_row(
    row: tuple[Any, ...],
    photo: Photo,
    who: tuple[str | None, Source | None, float | None],
    labels: Labels,
) -> FaceRow:
    """Return a row from a face's id, photo, box, score, cluster, place on the map, and time."""
    face_id, _, box, score, cluster, (x, y), at = row
    person, source, probability = who
    return FaceRow(
        face=face_id,
        photo=photo.path,
        box=Box(*box),
        score=score,
        cluster=cluster if cluster >= 0 else None,
        person=person,
        source=source,
        probability=probability,
        xy=None if math.isnan(x) else (x, y),
        ignored=face_id in labels.ignored,
        taken=photo.facts.metadata.date,
        rejected=labels.rejected.get(face_id, frozenset()),
        photo_id=photo.id,
        at=None if math.isnan(at) else at,
    )


def by_person(faces: Iterable[FaceRow]) -> dict[str, list[FaceRow]]:
    """Return the faces of each person."""
    people: dict[str, list[FaceRow]] = {}
    for row in faces:
        if row.person is not None:
            people.setdefault(row.person, []).append(row)
    return people


def person_row(person: str, rows: Sequence[FaceRow], labels: Labels) -> PersonRow:
    """Return what all faces of a person add up to."""
    taken = [row.taken for row in rows if row.taken]
    return _person_row(person, len(rows), len({row.photo for row in rows}), taken, labels)


def _person_row(
    person: str, faces: int, photos: int, taken: Sequence[datetime], labels: Labels
) -> PersonRow:
    return PersonRow(
        person=person,
        faces=faces,
        photos=photos,
        first=min(taken, default=None),
        last=max(taken, default=None),
        cover=labels.covers.get(person),
        born=labels.births.get(person),
        hidden=person in labels.hidden,
    )


def people_in_order(people: Iterable[PersonRow]) -> list[PersonRow]:
    """Return people by number of photos, most first."""
    return sorted(people, key=lambda row: (-row.photos, row.person))


def best_first(table: FaceTable) -> IntArray:
    """Return the places of all faces, those that fit best into their groups first."""
    return np.lexsort((-table.scores, -np.nan_to_num(table.fits, nan=-1.0)))


def group_rows(table: FaceTable, labels: Labels) -> list[GroupRow]:
    """Return all clusters, largest first."""
    order = best_first(table)
    numbers = table.clusters[order]
    by_number = np.argsort(numbers, kind="stable")
    starts = np.flatnonzero(np.diff(numbers[by_number])) + 1
    groups = [order[part] for part in np.split(by_number, starts)] if len(order) else []
    rows = [group_row(table, labels, places) for places in groups if table.clusters[places[0]] >= 0]
    return groups_in_order(rows)


def groups_in_order(groups: Iterable[GroupRow]) -> list[GroupRow]:
    """Return groups by size, largest first."""
    return sorted(groups, key=lambda row: (-len(row.faces), row.cluster))


def group_row(table: FaceTable, labels: Labels, places: IntArray) -> GroupRow:
    """Return the group whose faces have these places in the table, those that fit best first."""
    faces = table.ids[places].tolist()
    fits = table.fits[places]
    known = fits[np.isfinite(fits)]
    return GroupRow(
        cluster=int(table.clusters[places[0]]),
        faces=tuple(faces),
        person=_majority(labels.names, faces),
        named=sum(face in labels.names for face in faces),
        ignored=sum(face in labels.ignored for face in faces),
        cohesion=float(known.mean()) if len(known) else None,
    )


def _majority(names: Mapping[int, str], faces: list[int]) -> str | None:
    counts = Counter(names[face] for face in faces if face in names)
    return min(counts, key=lambda name: (-counts[name], name)) if counts else None
