"""A camera that is watched for as long as nobody stops it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from labeler.errors import LabelerError
from labeler.faces.steps import library_finder
from labeler.library.store import Library
from labeler.live.addresses import Address, address_of
from labeler.live.answers import LEAST
from labeler.live.attention import ALERT
from labeler.live.io.looking import Looker
from labeler.live.io.sources import Source
from labeler.live.steps.names import LiveNames
from labeler.live.steps.seeing import LivePeople
from labeler.live.visits import COOLDOWN, Event
from labeler.types import Image

LONGEST_SIDE = 1280
"""Larger pictures are reduced to so many pixels first."""
_WAIT = 0.5
"""Seconds after which it is seen that nobody is there even if no pictures come."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Somebody came or left. time: of the local clock. image: the picture in which it was seen."""

    event: Event
    time: datetime
    image: Image | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is told. only: nobody but these people; empty = everybody. least, cooldown: see
    `LivePeople`."""

    only: tuple[str, ...] = ()
    least: float = LEAST
    cooldown: float = COOLDOWN


def source_at(source: str) -> Address:
    """Return where pictures come from.

    Raises:
        UsageError: it can be no camera, no stream and no video.
    """
    return address_of(source, sys.platform, Path(source).is_file())


def watch(
    library: Library, address: Address, wishes: Wishes, on_trouble: Callable[[str], None]
) -> Generator[Happened, None, None]:
    """Yield who comes and who leaves, until the video ends or the caller stops.

    Whoever is there at the end leaves when they were seen last; who stops early has to close the
    iterator, and is told no more.

    Args:
        on_trouble: called with a sentence when pictures stop coming, and when they come again.

    Raises:
        LabelerError: nobody has a name yet, or there are no pictures to be had.
    """
    names = LiveNames(library)
    names.learn()
    if names.trouble:
        raise LabelerError(names.trouble)
    looker = Looker(library_finder.library_finder(library))
    people = LivePeople(looker, names, wishes.least, wishes.cooldown)
    with Source(address, on_trouble) as source:
        image: Image | None = None
        try:
            while True:
                found = source.latest(_WAIT)
                now = time.monotonic()
                if found is None:
                    yield from _told(people.idle(now), wishes, None)
                    continue
                image = found[0].pixels(LONGEST_SIDE)
                seen = people.see(image, found[1])
                yield from _told(seen.events, wishes, image)
                if not seen.faces:
                    time.sleep(ALERT / 4)
        except EOFError:
            yield from _told(people.end(), wishes, None)


def _told(events: tuple[Event, ...], wishes: Wishes, image: Image | None) -> Iterator[Happened]:
    for event in events:
        if wishes.only and event.person not in wishes.only:
            continue
        ago = timedelta(seconds=max(time.monotonic() - event.at, 0))
        yield Happened(event, datetime.now().astimezone() - ago, image)
