"""The networks that find faces, loaded once for all pages that look at photos."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from labeler.faces.steps import library_finder
from labeler.library.store import Library

if TYPE_CHECKING:
    from labeler.faces.io.face_finder import FaceFinder


class Networks:
    """Holds the finder of the library's last run; several threads may ask for it at once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._finder: tuple[object, FaceFinder] | None = None

    def finder(self) -> FaceFinder:
        """Return the finder of the last run, which may have been another one since."""
        wanted = library_finder.settings(self._library)
        with self._lock:
            if self._finder is None or self._finder[0] != wanted:
                self._finder = (wanted, library_finder.library_finder(self._library))
            return self._finder[1]
