"""What the page of a photo can do that the others cannot: draw a face, choose a picture."""

from __future__ import annotations

import threading

from dashboard.actions import Done
from labeler import journal
from labeler.pipeline import drawing, finder, people
from labeler.storage.store import Library
from labeler.types import Box
from labeler.vision.faces import FaceFinder, FinderSettings


class FaceDrawer:
    """Adds the faces that the user draws. The networks are loaded once, for the first of them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._finder: FaceFinder | None = None
        self._settings: FinderSettings | None = None

    def draw(self, photo: int, box: Box) -> tuple[int, Done]:
        """Add a face in a box, upright pixels, on a photo; return its id and what was done.

        Raises:
            LabelerError: see `labeler.pipeline.drawing.draw_on`.
        """
        with self._lock:
            face = drawing.draw_on(self._library, photo, box, self._current_finder())
            entries = self._library.journal(contents=())
            entry = next(e.id for e in reversed(entries) if e.action == journal.DRAW)
        return face, Done("Added a face; now say who it is", entry)

    def _current_finder(self) -> FaceFinder:
        """Return the finder of the library's last run, which may have been another one since."""
        settings = finder.settings(self._library)
        if self._finder is None or settings != self._settings:
            self._finder = finder.library_finder(self._library)
            self._settings = settings
        return self._finder


def choose_cover(library: Library, face: int) -> Done:
    """Make a face the picture of the person who it is.

    Raises:
        LabelerError: the face does not exist, or has no name that the user gave.
    """
    entry = people.choose_cover(library, face)
    (decision,) = library.entries([entry])
    return Done(f"This is {decision.person}'s picture now", entry)
