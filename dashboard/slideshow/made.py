"""What was made of shows since the program began: told on their page, and handed out to be played.

A browser asks for a number, never for a path, and gets only what was made here.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from labeler.slideshows import captions
from labeler.slideshows.slideshow import Rendered, Show
from labeler.wording import count

MOST = 20
PLAYED = frozenset({".mp4", ".html"})


@dataclass(frozen=True)
class Made:
    """Something that was made. stamp: what the file was then; another one is not handed out."""

    number: int
    path: Path
    told: str
    left_out: tuple[str, ...] = ()
    stamp: tuple[int, ...] = field(default=(), repr=False)

    @property
    def is_played(self) -> bool:
        """Tell whether a browser can play it."""
        return self.path.suffix.lower() in PLAYED and bool(self.stamp)


class MadeShows:
    """Holds the latest that were made; several threads may ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: list[Made] = []
        self._number = 0

    def latest(self) -> tuple[Made, ...]:
        """Return what was made, the latest first."""
        with self._lock:
            return tuple(reversed(self._made))

    def file(self, number: int) -> Path | None:
        """Return a file to be played; None = there is none, or no longer the one that was made."""
        found = next((made for made in self.latest() if made.number == number), None)
        same = found and found.is_played and _stamp(found.path) == found.stamp
        return found.path if found and same else None

    def note(self, show: Show, out: Path, done: Rendered) -> Made:
        """Remember what has just been made."""
        what = count(done.slides, "slide" if done.seconds else "photo")
        length = f", {captions.clock(done.seconds)} min" if done.seconds else ""
        failed = tuple(f"{Path(one.path).name}: {one.reason}" for one in done.failed)
        with self._lock:
            self._number += 1
            line = f"{what} of {show.title}{length}"
            made = Made(self._number, out.absolute(), line, failed, _stamp(out))
            self._made = [*self._made, made][-MOST:]
            return made


def _stamp(path: Path) -> tuple[int, ...]:
    """Return what tells a file from another one of its name; () = it is no file."""
    try:
        status = path.stat()
    except OSError:
        return ()
    if not path.is_file():
        return ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
