"""How far the videos are that are being watched just now, told a few times a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from labeler.wording import count

EVERY = 0.25
"""Seconds between two words about it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is being watched.

    names: of the files. parts: how much of them is done, in videos: of two halves it is 1.
    speed: seconds of video per second, of all together since they began.
    """

    names: tuple[str, ...]
    parts: float
    speed: float

    def sentence(self) -> str:
        """Return what the user is told, '' = nothing is watched.

        >>> Watched(("lake.mp4",), 0.254, 14.5).sentence()
        'lake.mp4 25 %, 0.24 min of video/s'
        >>> Watched(("lake.mp4", "sea.mp4"), 0.5, 30.0).sentence()
        '2 videos 25 %, 0.50 min of video/s'
        """
        if not self.names:
            return ""
        what = self.names[0] if len(self.names) == 1 else count(len(self.names), "video")
        share = 100 * self.parts / len(self.names)
        return f"{what} {share:.0f} %, {self.speed / 60:.2f} min of video/s"


OnWatch = Callable[[Watched], None]


class NowWatched:
    """Gathers how far each video is, from several threads.

    Args:
        tell: is called with what is watched, by one thread at a time; what it raises ends the
            watching of a video.
    """

    def __init__(self, tell: OnWatch) -> None:
        self._tell = tell
        self._lock = Lock()
        self._now: dict[str, tuple[float, float]] = {}
        self._seconds = 0.0
        self._begun = self._told = time.monotonic()

    def told(self, path: str, seconds: float, total: float) -> None:
        """Take how many seconds of a video are done, and of how many."""
        with self._lock:
            before = self._now.get(path)
            if before is None and not self._now:  # between two videos there may be photos
                self._begun, self._seconds = time.monotonic(), 0.0
            if before is not None:  # what an earlier run has seen was not watched now
                self._seconds += max(seconds - before[0], 0.0)
            self._now[path] = seconds, total
            if time.monotonic() - self._told >= EVERY:
                self._say()

    def ended(self, path: str) -> None:
        """Take that a video is done, or cannot be."""
        with self._lock:
            if self._now.pop(path, None) is not None and not self._now:
                self._say()

    def _say(self) -> None:
        self._told = time.monotonic()
        parts = sum(min(done / total, 1.0) if total else 0.0 for done, total in self._now.values())
        speed = self._seconds / max(self._told - self._begun, 0.1)
        self._tell(Watched(tuple(Path(path).name for path in self._now), parts, speed))
