"""Recognizes faces by itself a while after something was named; nobody has to wait for it."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.people.steps import recognize

from ..shared import views
from ..shell.jobs import Jobs
from ..shell.snapshot import Snapshot, Snapshots
from . import work
from .next_step import ENOUGH_NAMED

SECONDS = 1.0
"""Between two looks at the journal."""
PATIENCE = 6.0
"""Seconds without a decision: whoever names one group after the other is not disturbed."""
SHARE = 5
"""It rests for so many times as long as it took last."""
_log = logging.getLogger(__name__)


class Recognizing:
    """Decides when faces are to be recognized, and does so; `look` is called again and again.

    Only what is decided while the program runs makes it begin, and only if there is enough to go
    by and something to be recognized.
    """

    def __init__(self, library: Library, snapshots: Snapshots, jobs: Jobs) -> None:
        self._library, self._snapshots, self._jobs = library, snapshots, jobs
        self._entry: int | None = None
        self._since = self._rested = 0.0
        self._has_news = False

    def look(self, now: float) -> bool:
        """Recognize faces if it is time to; return whether that was done.

        Args:
            now: of a clock that only goes forward, seconds.
        """
        entry = self._library.state().entry
        if entry != self._entry:
            self._has_news |= self._entry is not None
            self._entry, self._since = entry, now
            return False
        if not self._has_news or now < max(self._since + PATIENCE, self._rested) or self._is_busy():
            return False
        self._has_news = False
        if recognize.is_current(self._library) or not _pays(self._snapshots.current()):
            return False
        began = time.monotonic()
        recognize.recognize(self._library)
        self._rested = now + SHARE * (time.monotonic() - began)
        self._jobs.note(work.RECOGNIZING)
        return True

    def _is_busy(self) -> bool:
        job = self._jobs.current()
        return job is not None and job.is_running


def watch(recognizing: Recognizing, library: Library, stop: threading.Event) -> None:
    """Look again and again until the event is set."""
    while not stop.wait(SECONDS):
        try:
            recognizing.look(time.monotonic())
        except (LabelerError, sqlite3.Error) as error:
            _log.warning("faces cannot be recognized: %s", error)
    library.close()


def _pays(snapshot: Snapshot) -> bool:
    done = views.progress(snapshot)
    return done.named >= ENOUGH_NAMED and done.left + done.recognized > 0
