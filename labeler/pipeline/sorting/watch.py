"""Keep sorting what arrives in a folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from labeler.images.walk import walk
from labeler.pipeline import finder
from labeler.pipeline.sorting.apply import Placing
from labeler.pipeline.sorting.plan import SortedPhoto, SortOptions
from labeler.pipeline.sorting.sort import Judge, check_folders, known_only, make_judge, plan_files
from labeler.pipeline.sorting.wanted import wish
from labeler.storage.store import Library
from labeler.types import Failure, PhotoFile


class Arrivals:
    """Tells which photos have arrived completely: those that two looks saw alike.

    Each is told once, and again only when it has changed.
    """

    def __init__(self) -> None:
        self._seen: dict[str, PhotoFile | Failure] = {}
        self._told: dict[str, PhotoFile | Failure] = {}

    def look(self, files: list[PhotoFile | Failure]) -> list[PhotoFile | Failure]:
        """Return what is ready, given all the files that are there now."""
        now = {file.path: file for file in files}
        ready = [
            file
            for path, file in now.items()
            if self._seen.get(path) == file and self._told.get(path) != file
        ]
        self._seen = now
        self._told = {path: file for path, file in self._told.items() if path in now}
        self._told |= {file.path: file for file in ready}
        return ready


class CurrentJudge:
    """Hands out what tells who is on a photo, made again only when the library has changed."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._state = library.state()
        self._settings = finder.settings(library)
        self._judge = make_judge(library)

    def __call__(self) -> Judge:
        state = self._library.state()
        if state != self._state:
            settings = finder.settings(self._library)
            networks = self._judge.finder if settings == self._settings else None
            self._judge = make_judge(self._library, networks)
            self._state, self._settings = state, settings
        return self._judge


def watch(
    library: Library,
    inbox: Path,
    into: Path,
    placing: Placing,
    options: SortOptions,
    every: float,
    stop: threading.Event,
) -> Iterator[SortedPhoto]:
    """Sort what is in the inbox and what arrives there, until it is told to stop.

    Yields each photo that is wanted when it has been dealt with. None is left half done by
    stopping.

    Args:
        placing: is entered already.
        every: seconds between two looks.

    Raises:
        LabelerError: as for planning and placing; the inbox has gone, for instance.
    """
    check_folders(inbox, into)
    judge, arrivals = CurrentJudge(library), Arrivals()
    options = known_only(judge(), options)
    wanted = wish(options.search, inbox, judge().classifier.classes_.tolist())
    while not stop.is_set():
        ready = arrivals.look(list(walk([inbox], skip=into)))
        if ready:
            for item in plan_files(judge(), ready, into, options, wanted):
                if item is not None:
                    yield placing.place(item)
                if stop.is_set():
                    return
        stop.wait(every)
