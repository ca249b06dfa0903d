"""What the pages show: the library's listings, read again only when the library has changed."""

from __future__ import annotations

import gc
import math
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from labeler.library.store import Library
from labeler.people.ignored_groups import attracted
from labeler.people.steps.listing import FaceRow, by_person
from labeler.people.steps.live_listing import Listing, LiveListing
from labeler.photos.steps import folders

from ..shared.colours import people_colours


@dataclass(frozen=True)
class Snapshot(Listing):
    """The library at one moment; `by_id` and `of_person` are made of `faces` if not given.

    version: changes whenever a face id may mean another face; part of the address of thumbnails.
    """

    version: str = ""
    covers: dict[str, int | None] = field(init=False)
    colours: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        if not self.by_id:
            object.__setattr__(self, "by_id", {row.face: row for row in self.faces})
            object.__setattr__(self, "of_person", by_person(self.faces))
        if not self.version:
            object.__setattr__(self, "version", version_of(self.faces))
        object.__setattr__(self, "covers", {row.person: row.cover for row in self.people})
        object.__setattr__(self, "colours", people_colours(row.person for row in self.people))

    @property
    def names(self) -> list[str]:
        """The known people in alphabetical order, also those on photos that are away."""
        return sorted({row.person for row in self.people} | self.away.keys(), key=str.casefold)

    @cached_property
    def unnamed(self) -> frozenset[int]:
        """The faces that nobody has named, neither the user nor the program; neither those that are
        ignored, nor those that came to an ignored group."""
        nobody = (row.face for row in self.faces if row.person is None and not row.ignored)
        return frozenset(nobody) - self.attracted

    def is_open(self, face: int) -> bool:
        """Tell whether the user has still to say who this is: an automatic name is no answer."""
        row = self.by_id.get(face)
        if row is None or row.source == "user" or row.ignored:
            return False
        return face not in self.attracted

    @cached_property
    def attracted(self) -> frozenset[int]:
        """The faces that came to groups which the user ignores; see `ignored_groups`."""
        ignored = [row.face for row in self.faces if row.ignored]
        if not ignored:
            return frozenset()
        ids = np.array([row.face for row in self.faces], dtype=np.int64)
        groups = [-1 if row.cluster is None else row.cluster for row in self.faces]
        named = [row.face for row in self.faces if row.person is not None]
        found = attracted(ids, np.array(groups, dtype=np.int64), ignored, named)
        return frozenset(ids[found].tolist())


LOOK_SECONDS = 5.0
"""So often, at most, it is looked whether the folders of the photos are there."""


class Snapshots:
    """Hands out the current snapshot of a library; several threads may ask at once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._looked = -math.inf
        self._live = LiveListing(library)
        self._lock = threading.Lock()
        self._listing = Listing()
        self._snapshot = Snapshot()

    def current(self) -> Snapshot:
        """Return the library as it is now, whoever changed it (the command line may run too)."""
        with self._lock:
            if time.monotonic() - self._looked > LOOK_SECONDS:
                folders.look(self._library)
                self._looked = time.monotonic()
            with _no_collecting():
                found = self._live.current()
            if found is not self._listing:
                same_faces = found.writes == self._listing.writes
                version = self._snapshot.version if same_faces else ""
                self._snapshot = Snapshot(**vars(found), version=version)
                self._listing = found
                if not same_faces:
                    gc.freeze()  # or each later collection would walk all these rows again
            return self._snapshot


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Make many objects without Python looking for garbage among them: a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def version_of(faces: Iterable[FaceRow]) -> str:
    """Return eight letters that tell which faces the ids mean."""
    version = 0
    for row in faces:
        what = f"{row.face} {row.photo} {row.box.as_tuple()}"
        version = zlib.crc32(what.encode("utf-8", "surrogatepass"), version)
    return f"{version:08x}"


def read_snapshot(library: Library) -> Snapshot:
    """Read all listings once."""
    return Snapshots(library).current()
