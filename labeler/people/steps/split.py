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
from labeler.groups.splitting import distinctness, split
from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.stand import Stand, stand
from labeler.positions import positions_of_all
from labeler.types import FloatArray, IntArray, Labels, Photo

LEAST_DISTINCT = 0.5
"""Parts with a lower silhouette may well be made up (Kaufman and Rousseeuw, *Finding Groups in
Data*, 1990). In the demo album, those of single people have 0.43 at most, those of any two people
0.61 at least."""


@dataclass(frozen=True, slots=True)
class PartOfDivision:
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
    distinctness: how clearly the parts differ, see `labeler.groups.splitting.distinctness`.
    """

    parts: tuple[PartOfDivision, ...]
    person: str | None
    entry: int | None = None
    distinctness: float = 1.0

    @property
    def seems_one(self) -> bool:
        """Tell whether the faces seem to be one person after all."""
        return self.distinctness < LEAST_DISTINCT


@dataclass(frozen=True, slots=True)
class _Face:
    """A face that is to be divided from others. cluster: −1 = in none."""

    face: int
    photo: Photo
    cluster: int
    person: str | None


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
        now = stand(library)
        faces: list[int] = now.table.ids.tolist()
        if cluster is not None:
            faces = numbering.members(now.table.ids, now.clusters, cluster)
            person = _only_name(cluster, faces, now.labels)
        elif person is not None:
            person, who = naming.known_person(library, person), now.people
            faces = [face for face in faces if who.get(face) == person]
        ids, X = library_finder.descriptors(library, faces)
        rows, levels = _faces(library, now, ids), library.levels(ids.tolist())
    moments = now.table.moments[positions_of_all(now.table.ids, ids)]
    labels = split(X, moments, parts)
    fit = fits(X, np.where(np.isnan(levels), -1, labels), levels)
    made = [
        _part([rows[i] for i in places], fit[places])
        for places in (np.flatnonzero(labels == part) for part in range(labels.max() + 1))
    ]
    clear = distinctness(X, moments, labels)
    return replace(_with_name(made, rows, person), distinctness=clear)


def apply(library: Library, division: Division) -> Division:
    """Write one journal entry that makes a division so, and return it as it is then.

    Raises:
        LabelerError: one of its faces has gone.
    """
    named = sorted(division.parts, key=lambda part: part.person is None)
    keeps = named[0].person
    entry = naming.different_faces(library, [part.faces for part in named], keeps)
    now = stand(library)
    grouped = dict(zip(now.table.ids.tolist(), now.clusters.tolist(), strict=True))
    parts = tuple(
        replace(part, clusters=_clusters(grouped.get(face, -1) for face in part.faces))
        for part in division.parts
    )
    return replace(division, parts=parts, entry=entry)


def _faces(library: Library, now: Stand, ids: IntArray) -> list[_Face]:
    """Return what has to be known of some faces, in the order of their ids (n,)."""
    places, who = positions_of_all(now.table.ids, ids), now.people
    photo_ids = now.table.photo_ids[places].tolist()
    photos = library.photos_with(list(set(photo_ids)))
    return [
        _Face(face, photos[photo], cluster, who.get(face))
        for face, photo, cluster in zip(
            ids.tolist(), photo_ids, now.clusters[places].tolist(), strict=True
        )
    ]


def _only_name(cluster: int, faces: Sequence[int], labels: Labels) -> str | None:
    names = sorted({labels.names[face] for face in faces if face in labels.names})
    if len(names) > 1:
        raise LabelerError(
            f"Cluster {cluster} holds faces that you called {names[0]} and {names[1]}; "
            "`labeler cluster` takes them apart."
        )
    return names[0] if names else None


def _part(rows: Sequence[_Face], fit: FloatArray) -> PartOfDivision:
    order = np.argsort(-np.nan_to_num(fit, nan=-np.inf), kind="stable")
    known = fit[np.isfinite(fit)]
    dates = [row.photo.facts.metadata.date for row in rows]
    taken = [date for date in dates if date]
    return PartOfDivision(
        faces=tuple(rows[place].face for place in order),
        photos=len({row.photo.id for row in rows}),
        person=None,
        clusters=_clusters(row.cluster for row in rows),
        first=min(taken, default=None),
        last=max(taken, default=None),
        cohesion=float(known.mean()) if len(known) else None,
    )


def _with_name(parts: list[PartOfDivision], rows: Sequence[_Face], person: str | None) -> Division:
    if person is not None:
        carriers = {row.face for row in rows if row.person == person}
        counts = [len(carriers.intersection(part.faces)) for part in parts]
        keeper = counts.index(max(counts))
        parts[keeper] = replace(parts[keeper], person=person)
    return Division(tuple(parts), person)


def _clusters(found: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({cluster for cluster in found if cluster >= 0}))
