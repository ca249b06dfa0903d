"""Long work behind the pages: one thing at a time, with progress, until it ends or is cancelled.

It goes on whatever the browser does; a page that is loaded meanwhile shows it again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from labeler.errors import LabelerError
from labeler.faces.steps.watching import Watched
from labeler.library import sentences

Progress = Callable[..., None]
"""Called with what is done and what is to do, perhaps also with how much was found. It raises
`Cancelled` when nobody wants the rest."""
NOTHING_TO_SAY = "Done"
LEAST_SECONDS = 3.0
"""How fast a job goes can be told after so long."""
_log = logging.getLogger(__name__)


class Cancelled(Exception):  # noqa: N818
    """The user wants no more of it."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is being done, or was done last.

    step: the part of it that goes on just now, '' = it has no parts. unit: what is counted, such as
    'photo'. done, total: 0, 0 = not known. found: so many faces, say, so far. since: the monotonic
    clock and what was done when the counting began, seen: the clock when it was told last, seconds.
    part: how much is done of what is being done, as in videos. note: what that is.
    message: how it ended, '' = it goes on. quiet: nobody asked for it.
    silent: the pages show what came of it, and no words are needed.
    """

    serial: int
    title: str
    unit: str = ""
    step: str = ""
    done: int = 0
    total: int = 0
    part: float = 0.0
    note: str = ""
    found: int = 0
    since: tuple[float, int] | None = None
    seen: float = 0.0
    message: str = ""
    failed: bool = False
    cancelling: bool = False
    quiet: bool = False
    silent: bool = False

    @property
    def is_running(self) -> bool:
        return not self.message

    @property
    def per_minute(self) -> float | None:
        """How much is done in a minute; None = it cannot be told yet."""
        if self.since is None or self.seen - self.since[0] < LEAST_SECONDS:
            return None
        return 60 * (self.done - self.since[1]) / (self.seen - self.since[0])

    @property
    def minutes_left(self) -> float | None:
        """How long the rest will take; None = it cannot be told yet."""
        return (self.total - self.done) / self.per_minute if self.per_minute else None


class Jobs:
    """Does one job at a time in a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._thread: threading.Thread | None = None

    def current(self) -> Job | None:
        """Return the job that goes on, or else the last one; None = there was none."""
        with self._lock:
            return self._job

    def start(
        self, title: str, work: Callable[[Progress], str], unit: str = "", quiet: bool = False
    ) -> Job:
        """Begin a job.

        Args:
            title: what is being done, such as 'Grouping the faces'.
            work: does it, tells its progress, and returns a sentence about the outcome.
            unit: what its progress counts, such as 'photo'.
            quiet: nobody asked for it: where it has nothing to say, nothing is said.

        Raises:
            LabelerError: another one goes on.
        """
        with self._lock:
            if self._job is not None and self._job.is_running:
                raise LabelerError(f"{self._job.title} has not ended yet; wait, or cancel it.")
            self._job = Job((self._job.serial if self._job else 0) + 1, title, unit, quiet=quiet)
            # A daemon: what it has finished is on disk, so ending the program loses nothing.
            self._thread = threading.Thread(target=self._run, args=[work], daemon=True)
            self._thread.start()
            return self._job

    def note(self, title: str) -> None:
        """Let the pages know that something was done besides, which they show without a word."""
        with self._lock:
            if self._job is None or not self._job.is_running:
                serial = (self._job.serial if self._job else 0) + 1
                self._job = Job(serial, title, message=NOTHING_TO_SAY, silent=True)

    def begin(self, step: str) -> None:
        """Note that another part of the job begins, which counts anew."""
        self._change(step=step, unit="", done=0, total=0, part=0.0, note="", since=None)

    def cancel(self) -> None:
        """Ask the job to end; what it has finished is kept."""
        self._change(cancelling=True)

    def wait(self) -> Job | None:
        """Wait until nothing goes on, and return the last job."""
        if self._thread is not None:
            self._thread.join()
        return self.current()

    def _run(self, work: Callable[[Progress], str]) -> None:
        try:
            self._change(message=work(self._tell) or NOTHING_TO_SAY)
        except Cancelled:
            self._change(message="Cancelled; what was finished is kept")
        except LabelerError as error:
            self._change(message=str(error), failed=True)
        except sqlite3.Error as error:
            self._change(message=sentences.of_error(error), failed=True)
        except Exception as error:  # a thread must not end without a word
            _log.exception("a job failed")
            self._change(message=f"It failed ({type(error).__name__}: {error})", failed=True)

    def watched(self, now: Watched) -> None:
        """Take how far videos are that the job watches; it raises `Cancelled` as well."""
        self._change(part=now.parts, note=now.sentence())
        self._end_if_cancelled()

    def _tell(self, done: int, total: int, found: int = 0, *_: Any) -> None:
        job, now = self.current(), time.monotonic()
        since = (job.since if job else None) or (now, done)
        self._change(done=done, total=total, found=found, since=since, seen=now)
        self._end_if_cancelled()

    def _end_if_cancelled(self) -> None:
        job = self.current()
        if job is not None and job.cancelling:
            raise Cancelled

    def _change(self, **what: Any) -> None:
        with self._lock:
            if self._job is not None and self._job.is_running:
                self._job = replace(self._job, **what)
