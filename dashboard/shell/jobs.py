"""Long work behind the pages: one thing at a time, with progress, until it ends or is cancelled.

It goes on whatever the browser does; a page that is loaded meanwhile shows it again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from labeler.errors import LabelerError
from labeler.faces.steps.watching import Watched
from labeler.library import sentences

Progress = Callable[..., None]
"""Called with what is done and what is to do. It raises `Cancelled` when nobody wants the rest."""
_log = logging.getLogger(__name__)


class Cancelled(Exception):  # noqa: N818
    """The user wants no more of it."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is being done, or was done last.

    done, total: 0, 0 = not known. part: how much is done of what is being done, as in videos.
    note: what that is. message: how it ended, '' = it goes on.
    """

    serial: int
    title: str
    done: int = 0
    total: int = 0
    part: float = 0.0
    note: str = ""
    message: str = ""
    failed: bool = False
    cancelling: bool = False

    @property
    def is_running(self) -> bool:
        return not self.message


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

    def start(self, title: str, work: Callable[[Progress], str]) -> Job:
        """Begin a job.

        Args:
            title: what is being done, such as 'Grouping the faces'.
            work: does it, tells its progress, and returns a sentence about the outcome.

        Raises:
            LabelerError: another one goes on.
        """
        with self._lock:
            if self._job is not None and self._job.is_running:
                raise LabelerError(f"{self._job.title} has not ended yet; wait, or cancel it.")
            self._job = Job((self._job.serial if self._job else 0) + 1, title)
            # A daemon: what it has finished is on disk, so ending the program loses nothing.
            self._thread = threading.Thread(target=self._run, args=[work], daemon=True)
            self._thread.start()
            return self._job

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
            self._change(message=work(self._tell) or "Done")
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

    def _tell(self, done: int, total: int, *_: Any) -> None:
        self._change(done=done, total=total)
        self._end_if_cancelled()

    def _end_if_cancelled(self) -> None:
        job = self.current()
        if job is not None and job.cancelling:
            raise Cancelled

    def _change(self, **what: Any) -> None:
        with self._lock:
            if self._job is not None and self._job.is_running:
                self._job = replace(self._job, **what)
