"""Takes in the photos that are put into the library's folders while the dashboard runs."""

from __future__ import annotations

import logging
import sqlite3
import threading

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.photos.io.changed_folders import ChangedFolders
from labeler.photos.steps import folders, left_out
from labeler.photos.steps.taking_in import takes_in

from ..shell.jobs import Jobs
from . import work

SECONDS = 10.0
"""Between two looks."""
_log = logging.getLogger(__name__)


def watch(library: Library, jobs: Jobs, stop: threading.Event, seconds: float = SECONDS) -> None:
    """Look for new photos, if the user wants that, until the event is set."""
    watched: ChangedFolders | None = None
    while not stop.wait(seconds):
        try:
            if not takes_in(library):
                watched = None
                continue
            watched = watched or ChangedFolders(lambda: left_out.leaving_out(library))
            if watched.look(folders.folders(library)) and not _begin(library, jobs):
                watched = None  # something else goes on; look at everything once that has ended
        except (LabelerError, sqlite3.Error) as error:
            _log.warning("new photos cannot be looked for: %s", error)
    library.close()


def _begin(library: Library, jobs: Jobs) -> bool:
    if not folders.folders(library):
        return True
    try:
        work.index(jobs, library, quiet=True)
    except LabelerError:
        return False
    return True
