"""Keep sorting what arrives in a folder."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from labeler.faces.steps import library_finder
from labeler.library.store import Library
from labeler.photos.steps.left_out import leaving_out
from labeler.sorting.steps.apply import Placing
from labeler.sorting.steps.plan import SortedPhoto, SortOptions
from labeler.sorting.steps.sets import PhotoSet, Seen, find_sets, look
from labeler.sorting.steps.sort import (
    Judge,
    check_folders,
    known_only,
    make_judge,
    plan_seen,
    with_folders,
)
from labeler.sorting.steps.wanted import Wanted, wish
from labeler.types import Failure


class Entry(Protocol):
    """What may arrive: it has a path, and is equal to what was seen if nothing has changed."""

    @property
    def path(self) -> str: ...


E = TypeVar("E", bound=Entry)


class Arrivals(Generic[E]):
    """Tells what has arrived completely: what two looks saw alike.

    Each is told once, and again only when it has changed.
    """

    def __init__(self) -> None:
        self._seen: dict[str, E] = {}
        self._told: dict[str, E] = {}

    def look(self, files: Iterable[E]) -> list[E]:
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

    def is_as_told(self, path: str) -> bool:
        """Is it there, and has it not changed since it was told?"""
        return path in self._told and self._seen.get(path) == self._told[path]

    def forget(self, paths: Iterable[str]) -> None:
        """Let these be told once more."""
        for path in paths:
            self._told.pop(path, None)


class CurrentJudge:
    """Hands out what tells who is on a photo, made again only when the library has changed."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._state = self._glance = library.state()
        self._settings = library_finder.settings(library)
        self._judge = make_judge(library)

    def has_settled(self) -> bool:
        """Has the library changed since it was asked last who is who, and come to rest?

        Somebody who gives one name after the other is not to be interrupted by each.
        """
        before, self._glance = self._glance, self._library.state()
        return self._glance != self._state and self._glance == before

    def __call__(self) -> Judge:
        state = self._library.state()
        if state != self._state:
            settings = library_finder.settings(self._library)
            networks = self._judge.finder if settings == self._settings else None
            self._judge = make_judge(self._library, networks)
            self._state, self._settings = state, settings
        return self._judge


class Left:
    """Keeps what was looked at and left because nobody on it was known, or nobody who is wanted.

    Its faces need not be found again when the library knows somebody more.
    """

    def __init__(self) -> None:
        self._left: dict[str, tuple[Seen, Judge]] = {}

    def __bool__(self) -> bool:
        return bool(self._left)

    def drop(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._left.pop(path, None)

    def keep(self, one: Seen | Failure, item: SortedPhoto | None, judge: Judge) -> None:
        """Keep a photo that was planned if it has faces and stays where it is, else let it go.

        item: None = it is not wanted.
        """
        if isinstance(one, Failure):
            self.drop([one.path])
            return
        path = one.photo.file.path
        self.drop([path])
        if one.photo.faces and (item is None or not (item.error or item.targets)):
            self._left[path] = one, judge

    def again(self, judge: Judge, arrivals: Arrivals[PhotoSet]) -> list[Seen]:
        """Return those that are there as they were, and that another judge did not know.

        Where other networks are in use now, they are to arrive once more instead.
        """
        self.drop([path for path in self._left if not arrivals.is_as_told(path)])
        strange = [path for path, (_, old) in self._left.items() if old.finder is not judge.finder]
        arrivals.forget(strange)
        self.drop(strange)
        return [one for one, old in self._left.values() if old is not judge]


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
    judge, arrivals, left = CurrentJudge(library), Arrivals[PhotoSet](), Left()
    options = with_folders(library, known_only(judge(), options))
    wanted = wish(options.search, inbox, judge().names)
    while not stop.is_set():
        ready = arrivals.look(find_sets(inbox, into, leaving_out(library)))
        left.drop(one.path for one in ready)
        if ready or (left and judge.has_settled()):
            options = with_folders(library, options)  # somebody may be new
            for item in _dealt_with(judge(), ready, arrivals, left, into, options, wanted):
                yield placing.place(item)
                if stop.is_set():
                    return
        stop.wait(every)


def _dealt_with(
    judge: Judge,
    ready: Iterable[PhotoSet],
    arrivals: Arrivals[PhotoSet],
    left: Left,
    into: Path,
    options: SortOptions,
    wanted: Wanted | None,
) -> Iterator[SortedPhoto]:
    """Yield what to do with the photos that somebody is known on now, and with those that are new.

    Each is to be placed before the next one is planned: what is taken is seen from the disk.
    """
    for one in left.again(judge, arrivals):
        (item,) = plan_seen(judge, [one], into, options, wanted)
        left.keep(one, item, judge)
        if item is not None and (item.targets or item.error):
            yield item
    for new in look(judge.finder, ready):
        (item,) = plan_seen(judge, [new], into, options, wanted)
        left.keep(new, item, judge)
        if item is not None:
            yield item
