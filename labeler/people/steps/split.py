"""Propose how a group, or the faces of one person, come apart; divide them so if the user agrees.

Dividing is one entry in the journal, so one undo takes all of it back, also the names: the entry
says that no two parts show the same person, and whose name only the first of its parts may carry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from labeler.errors import LabelerError
from labeler.faces.steps import library_finder
from labeler.groups.cohesion import fits
from labeler.groups.splitting import split
from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.listing import FaceRow, list_faces
from labeler.types import FloatArray, GroupedFaces, IntArray


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the faces, those that fit best first.

    person: the name that the part has or keeps. clusters: those that its faces are in.
    first, last: dates of its photos. cohesion: see `labeler.groups.cohesion`; None = not known.
    """

    faces: tuple[int, ...]
    photos: int
    person: str | None
    clusters: tuple[int, ...]
    first: datetime | None
    last: datetime | None
    cohesion: float | None


@dataclass(frozen=True, slots=True)
class Division:
    """A division of what shows one person so far, largest part first.

    entry: the journal entry that made it so; None = it is only proposed.
    """

    parts: tuple[Part, ...]
    person: str | None
    entry: int | None = None


def propose(
    library: Library,
    cluster: int | None = None,
    person: str | None = None,
    parts: int | None = None,
) -> Division:
    """Return how the faces of a cluster, or else of a person, may be divided. Writes nothing.

    Of a person, faces with an automatic name count as well. The name stays with the part in which
    most faces carry it, of equals with the largest.

    Args:
        parts: how many; None = as many as the faces suggest.

    Raises:
        UnknownPersonError: nobody has that name.
        LabelerError: there is no such cluster, it has too few faces, or two names of the user.
    """
    with library.reading():
        rows = list_faces(library)
        if cluster is not None:
            members = set(numbering.cluster_members(library, [cluster]))
            rows = [row for row in rows if row.face in members]
            person = _only_name(cluster, rows)
        elif person is not None:
            person = naming.known_person(library, person)
            rows = [row for row in rows if row.person == person]
        ids, X = library_finder.descriptors(library)
        grouped, _, _ = library.grouping()
    chosen = np.isin(ids, [row.face for row in rows])
    known = set(ids[chosen].tolist())
    rows = [row for row in rows if row.face in known]
    photos = np.unique([row.photo for row in rows], return_inverse=True)[1]
    labels = split(X[chosen], photos.astype(np.int64), parts)
    fit = _fits(grouped, ids[chosen], X[chosen], labels)
    made = [
        _part([rows[i] for i in places], fit[places])
        for places in (np.flatnonzero(labels == part) for part in range(labels.max() + 1))
    ]
    return _with_name(made, rows, person)


def apply(library: Library, division: Division) -> Division:
    """Write one journal entry that makes a division so, and return it as it is then.

    Raises:
        LabelerError: one of its faces has gone.
    """
    named = sorted(division.parts, key=lambda part: part.person is None)
    keeps = named[0].person
    entry = naming.different_faces(library, [part.faces for part in named], keeps)
    grouped = {row.face: row.cluster for row in list_faces(library)}
    parts = tuple(
        replace(part, clusters=_clusters(grouped.get(face) for face in part.faces))
        for part in division.parts
    )
    return replace(division, parts=parts, entry=entry)


def _only_name(cluster: int, rows: Sequence[FaceRow]) -> str | None:
    names = sorted({row.person for row in rows if row.person and row.source == "user"})
    if len(names) > 1:
        raise LabelerError(
            f"Cluster {cluster} holds faces that you called {names[0]} and {names[1]}; "
            "`labeler cluster` takes them apart."
        )
    return names[0] if names else None


def _fits(grouped: GroupedFaces, ids: IntArray, X: FloatArray, labels: IntArray) -> FloatArray:
    """Return how well each face fits into its part, (n,) float32, NaN = not known."""
    known = dict(zip(grouped.ids.tolist(), grouped.levels.tolist(), strict=True))
    levels = np.array([known.get(face, np.nan) for face in ids.tolist()], dtype=np.float32)
    return fits(X, np.where(np.isnan(levels), -1, labels), levels)


def _part(rows: Sequence[FaceRow], fit: FloatArray) -> Part:
    order = np.argsort(-np.nan_to_num(fit, nan=-np.inf), kind="stable")
    known = fit[np.isfinite(fit)]
    taken = [row.taken for row in rows if row.taken]
    return Part(
        faces=tuple(rows[place].face for place in order),
        photos=len({row.photo for row in rows}),
        person=None,
        clusters=_clusters(row.cluster for row in rows),
        first=min(taken, default=None),
        last=max(taken, default=None),
        cohesion=float(known.mean()) if len(known) else None,
    )


def _with_name(parts: list[Part], rows: Sequence[FaceRow], person: str | None) -> Division:
    if person is not None:
        carriers = {row.face for row in rows if row.person == person}
        counts = [len(carriers.intersection(part.faces)) for part in parts]
        keeper = counts.index(max(counts))
        parts[keeper] = replace(parts[keeper], person=person)
    return Division(tuple(parts), person)


def _clusters(found: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(sorted({cluster for cluster in found if cluster is not None}))
