"""How far the work on a library is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labeler.library.store import Library
from labeler.people.steps.listing import faces_away
from labeler.people.steps.stand import stand
from labeler.people.steps.waiting import number_of_names, waiting


@dataclass(frozen=True)
class Status:
    """Numbers of a library.

    `named` faces by the user, `recognized` automatically; `nameless` groups have neither. `away`
    photos are in folders that are not there just now; what is on them is not counted, but for the
    `people`. `waiting` names have no face, see `labeler.people.steps.waiting`.
    """

    library: Path
    photos: int
    missing: int
    faces: int
    clusters: int
    people: int
    named: int
    recognized: int
    ignored: int
    nameless: int
    away: int = 0
    waiting: int = 0
    videos: int = 0
    """Of the photos."""
    attracted: int = 0
    """Faces that came later to groups that are ignored."""


def status(library: Library) -> Status:
    """Count what is in the library. `missing` are files that were gone at the last look.

    Raises:
        LibraryError: it is damaged.
    """
    library.check()
    with library.reading():
        now, counts, away = stand(library), library.counts(), library.photos_away()
        without_face, faces_elsewhere = waiting(library), faces_away(library).tolist()
    clusters, ids, who = now.clusters, now.table.ids, now.people
    elsewhere = {who[face] for face in faces_elsewhere if face in who}
    named, recognized, ignored = (
        np.isin(ids, np.fromiter(faces, dtype=np.int64))
        for faces in (now.labels.names, now.automatic, now.labels.ignored)
    )
    settled = np.unique(clusters[named | recognized | ignored])
    groups = np.unique(clusters[clusters >= 0])
    return Status(
        library=library.folder,
        photos=counts["photos"],
        missing=counts["missing"],
        faces=len(ids),
        clusters=len(groups),
        people=len({who[face] for face in ids[named | recognized].tolist()} | elsewhere),
        named=int(named.sum()),
        recognized=int(recognized.sum()),
        ignored=int(ignored.sum()),
        nameless=len(np.setdiff1d(groups, settled, assume_unique=True)),
        away=away,
        waiting=number_of_names(without_face),
        attracted=len(now.attracted),
        videos=counts["videos"],
    )
