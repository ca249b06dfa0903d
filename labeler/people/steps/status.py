"""How far the work on a library is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from labeler.library.store import Library
from labeler.people.steps.listing import list_faces


@dataclass(frozen=True)
class Status:
    """Numbers of a library.

    `named` faces by the user, `recognized` automatically; `nameless` groups have neither.
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


def status(library: Library) -> Status:
    """Count what is in the library. `missing` are files that were gone at the last look.

    Raises:
        LibraryError: it is damaged.
    """
    library.check()
    with library.reading():
        rows = list_faces(library)
        counts = library.counts()
    clusters = {row.cluster for row in rows if row.cluster is not None}
    settled = {row.cluster for row in rows if row.person is not None or row.ignored}
    return Status(
        library=library.folder,
        photos=counts["photos"],
        missing=counts["missing"],
        faces=len(rows),
        clusters=len(clusters),
        people=len({row.person for row in rows if row.person is not None}),
        named=sum(row.source == "user" for row in rows),
        recognized=sum(row.source == "auto" for row in rows),
        ignored=sum(row.ignored for row in rows),
        nameless=len(clusters - settled),
    )
