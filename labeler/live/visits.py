"""Who came and who left, told once for each visit.

Who goes out of the picture and is back soon has not left. Times are seconds of one clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

COOLDOWN = 10.0
"""Seconds without somebody after which they have left, if nothing else is wished."""
STRANGER_AFTER = 2.0
"""Seconds after which a face without a name is a stranger's: until then it may get one."""


@dataclass(frozen=True, slots=True)
class Present:
    """A face in the picture. person: '' = nobody that is known. since: when it was seen first."""

    track: int
    person: str
    probability: float
    since: float


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody came or left. at: when they were seen first, or last. person: '' = a stranger."""

    at: float
    kind: Literal["came", "left"]
    person: str
    probability: float
    track: int


@dataclass
class _Visit:
    last: float
    probability: float
    track: int


class Visits:
    """Tells who came and who left. All strangers together are one visitor."""

    def __init__(self, cooldown: float = COOLDOWN) -> None:
        self._cooldown = cooldown
        self._visits: dict[str, _Visit] = {}

    def see(self, at: float, faces: Iterable[Present]) -> list[Event]:
        """Take what is in the picture at a time; return what that tells, in order of time."""
        events = []
        for face in faces:
            if not face.person and at - face.since < STRANGER_AFTER:
                continue
            visit = self._visits.get(face.person)
            if visit is None:
                events.append(Event(at, "came", face.person, face.probability, face.track))
                self._visits[face.person] = _Visit(at, face.probability, face.track)
            else:
                visit.last, visit.track = at, face.track
                visit.probability = max(visit.probability, face.probability)
        # Who is here now has not left, even if nobody looked for a while.
        return [*self._ended(at - self._cooldown), *events]

    def end(self) -> list[Event]:
        """Return that everybody left, when they were seen last: nobody looks any more."""
        return self._ended(float("inf"))

    def _ended(self, until: float) -> list[Event]:
        gone = {who: one for who, one in self._visits.items() if one.last <= until}
        for who in gone:
            del self._visits[who]
        left = [Event(v.last, "left", who, v.probability, v.track) for who, v in gone.items()]
        return sorted(left, key=lambda event: event.at)
