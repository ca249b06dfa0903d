"""What the pages show: the library's listings, read again only when the library has changed."""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass, field

from dashboard.colours import people_colours
from labeler.pipeline import listing
from labeler.pipeline.listing import FaceRow, GroupRow, PersonRow
from labeler.storage.store import Library


@dataclass(frozen=True)
class Snapshot:
    """The library at one moment.

    version: changes whenever a face id may mean another face; part of the address of thumbnails.
    """

    faces: tuple[FaceRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    photos: int = 0
    by_id: dict[int, FaceRow] = field(init=False)
    of_person: dict[str, list[FaceRow]] = field(init=False)
    covers: dict[str, int | None] = field(init=False)
    colours: dict[str, str] = field(init=False)
    version: str = field(init=False)

    def __post_init__(self) -> None:
        version = 0
        for row in self.faces:
            what = f"{row.face} {row.photo} {row.box.as_tuple()}"
            version = zlib.crc32(what.encode("utf-8", "surrogatepass"), version)
        of_person: dict[str, list[FaceRow]] = {}
        for row in self.faces:
            if row.person is not None:
                of_person.setdefault(row.person, []).append(row)
        object.__setattr__(self, "of_person", of_person)
        object.__setattr__(self, "covers", {row.person: row.cover for row in self.people})
        object.__setattr__(self, "by_id", {row.face: row for row in self.faces})
        object.__setattr__(self, "colours", people_colours(row.person for row in self.people))
        object.__setattr__(self, "version", f"{version:08x}")

    @property
    def names(self) -> list[str]:
        """The known people in alphabetical order."""
        return sorted((row.person for row in self.people), key=str.casefold)

    def is_open(self, face: int) -> bool:
        """Tell whether the user has still to say who this is: an automatic name is no answer."""
        row = self.by_id.get(face)
        return row is not None and row.source != "user" and not row.ignored


class Snapshots:
    """Hands out the current snapshot of a library; several threads may ask at once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._state: object = None
        self._snapshot = Snapshot()

    def current(self) -> Snapshot:
        """Return the library as it is now, whoever changed it (the command line may run too)."""
        with self._lock:
            state = self._library.state()
            if state != self._state:
                self._snapshot = read_snapshot(self._library)
                self._state = state
            return self._snapshot


def read_snapshot(library: Library) -> Snapshot:
    """Read all listings."""
    found = listing.read(library)
    return Snapshot(
        faces=tuple(found.faces),
        people=tuple(found.people),
        groups=tuple(found.groups),
        photos=library.counts()["photos"],
    )
