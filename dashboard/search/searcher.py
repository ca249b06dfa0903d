"""Searching from the dashboard: what was read of the library is kept as long as it is true."""

from __future__ import annotations

import threading

from labeler.library.store import Library
from labeler.place import all_names
from labeler.search.evaluation import PhotoFields
from labeler.search.steps import search
from labeler.search.steps.search import FaceOnPhoto, SearchData, SearchMatches
from labeler.types import IntArray

from ..shell.snapshot import Snapshot


class Searcher:
    """Answers searches; several threads may ask at once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._writes = -1
        self._photos: tuple[PhotoFields, IntArray] | None = None
        self._faces: object = None
        self._data: SearchData | None = None

    def find(self, snapshot: Snapshot, text: str) -> SearchMatches:
        """Return the photos that a search means, with the people as a snapshot has them.

        Raises:
            QueryError: it cannot be understood, or asks for a person or album that there is not.
        """
        return search.matches(self._library, text, self.data(snapshot))

    def everything(self, snapshot: Snapshot) -> list[int]:
        """Return the ids of all photos and videos, the newest first, those without a date last."""
        data = self.data(snapshot)
        ids, days = data.fields.ids[data.by_date], data.fields.days[data.by_date]
        return [*ids[days > 0][::-1].tolist(), *ids[days == 0].tolist()]

    def videos(self, snapshot: Snapshot) -> list[int]:
        """Return the ids of all videos, in the same order."""
        videos = set(self._library.video_ids())
        return [one for one in self.everything(snapshot) if one in videos]

    def names(self, snapshot: Snapshot) -> list[str]:
        """Return whom and where somebody may ask for: people first, then places."""
        with self._lock:
            fields, _ = self._current_photos()
        return list(dict.fromkeys([*snapshot.names, *all_names(fields.located)]))

    def data(self, snapshot: Snapshot) -> SearchData:
        """Return what searches look at."""
        with self._lock:
            photos = self._current_photos()
            if self._data is None or snapshot.faces is not self._faces:
                faces = (
                    FaceOnPhoto(row.face, row.photo_id, row.person, row.ignored)
                    for row in snapshot.faces
                )
                self._data = search.search_data(photos, faces, snapshot.names)
                self._faces = snapshot.faces
            return self._data

    def _current_photos(self) -> tuple[PhotoFields, IntArray]:
        writes = self._library.state().writes
        if self._photos is None or writes != self._writes:
            self._photos, self._data = search.read_photos(self._library), None
            self._writes = writes
        return self._photos
