"""Tell what is in the library: faces, people, groups."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

import numpy as np

from labeler.pipeline import bands, naming
from labeler.storage.store import Library
from labeler.types import Box, FaceTable, Labels, Photo, Recognition

Source = Literal["user", "auto"]
LEAST_COHESION = 0.02
"""Of the groups below, a third mix people; of those above, one in ten on LFW and one in eight on
family photos (benchmarks/RESULTS.md)."""


@dataclass(frozen=True, slots=True)
class FaceRow:
    """Everything known of one face. `source` tells who named it, `probability` how surely.

    rejected: the people whom it does not show, as the user said. photo, photo_id: path and id of
    the photo that it is on.
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


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A named person: number of faces and photos, and the first and last date among them.

    cover: the face that the user chose as the person's picture. born: the day of birth.
    hidden: the user does not want to see this person where people are listed.
    """

    person: str
    faces: int
    photos: int
    first: datetime | None
    last: datetime | None
    cover: int | None = None
    born: date | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A cluster: its faces, those that fit best first, and the name that most of them carry.

    cohesion: the mean fit of the faces, see `labeler.grouping.cohesion`; None = not known.
    """

    cluster: int
    faces: tuple[int, ...]
    person: str | None
    named: int
    ignored: int
    cohesion: float | None = None

    @property
    def doubtful(self) -> bool:
        """Tell whether the group may well hold several people."""
        return self.cohesion is not None and self.cohesion < LEAST_COHESION


@dataclass(frozen=True)
class Listing:
    """All that is in a library: faces by id, people by photos, groups by size."""

    faces: list[FaceRow]
    people: list[PersonRow]
    groups: list[GroupRow]


def read(library: Library) -> Listing:
    """Return everything at once, which is quicker than one after the other."""
    labels = naming.labels(library)
    table = _grouped_faces(library, labels)
    faces = _face_rows(library, labels, table)
    return Listing(faces, _person_rows(faces, labels), _group_rows(table, labels))


def list_faces(library: Library) -> list[FaceRow]:
    """Return all faces on present photos in the order of their ids."""
    labels = naming.labels(library)
    return _face_rows(library, labels, _grouped_faces(library, labels))


def list_people(library: Library) -> list[PersonRow]:
    """Return the people with a name, most photos first; automatic names count as well."""
    return read(library).people


def list_groups(library: Library) -> list[GroupRow]:
    """Return the clusters, largest first, with what the user has said about their faces."""
    labels = naming.labels(library)
    return _group_rows(_grouped_faces(library, labels), labels)


def _face_rows(library: Library, labels: Labels, table: FaceTable) -> list[FaceRow]:
    photos = library.photos()
    names = bands.automatic(library, labels, table)
    columns = (table.ids, table.photo_ids, table.boxes, table.scores, table.clusters, table.xy)
    return [
        _face_row(row, photos[row[1]], _who(row[0], labels, names.get(row[0])), labels)
        for row in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _grouped_faces(library: Library, labels: Labels) -> FaceTable:
    """Return all faces in the clusters that the user's word makes of the computed ones."""
    table = library.faces()
    return replace(table, clusters=naming.clusters(library, table, labels))


def _who(
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
    """Return a row from a face's id, photo, box, score, cluster, and place on the map."""
    face_id, _, box, score, cluster, (x, y) = row
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
    )


def _person_rows(faces: Iterable[FaceRow], labels: Labels) -> list[PersonRow]:
    by_person: dict[str, list[FaceRow]] = {}
    for row in faces:
        if row.person is not None:
            by_person.setdefault(row.person, []).append(row)
    people = [
        PersonRow(
            person=person,
            faces=len(rows),
            photos=len({row.photo for row in rows}),
            first=min((row.taken for row in rows if row.taken), default=None),
            last=max((row.taken for row in rows if row.taken), default=None),
            cover=labels.covers.get(person),
            born=labels.births.get(person),
            hidden=person in labels.hidden,
        )
        for person, rows in by_person.items()
    ]
    return sorted(people, key=lambda row: (-row.photos, row.person))


def _group_rows(table: FaceTable, labels: Labels) -> list[GroupRow]:
    groups: dict[int, list[int]] = {}
    for index in np.lexsort((-table.scores, -np.nan_to_num(table.fits, nan=-1.0))):
        if table.clusters[index] >= 0:
            groups.setdefault(int(table.clusters[index]), []).append(int(index))
    rows = [_group_row(table, labels, cluster, places) for cluster, places in groups.items()]
    return sorted(rows, key=lambda row: (-len(row.faces), row.cluster))


def _group_row(table: FaceTable, labels: Labels, cluster: int, places: list[int]) -> GroupRow:
    faces = table.ids[places].tolist()
    fits = table.fits[places]
    known = fits[np.isfinite(fits)]
    return GroupRow(
        cluster=cluster,
        faces=tuple(faces),
        person=_majority(labels.names, faces),
        named=sum(face in labels.names for face in faces),
        ignored=sum(face in labels.ignored for face in faces),
        cohesion=float(known.mean()) if len(known) else None,
    )


def _majority(names: Mapping[int, str], faces: list[int]) -> str | None:
    counts = Counter(names[face] for face in faces if face in names)
    return min(counts, key=lambda name: (-counts[name], name)) if counts else None
