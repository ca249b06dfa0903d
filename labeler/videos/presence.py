"""Who is on screen when, from tracks: one face that was followed through a shot each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from labeler.videos.intervals import Interval, Intervals, union

BRIDGE = 0.5
"""Seconds for which somebody may be lost, at a cut or behind an arm, who was there all the time."""

Named = Literal["named", "recognized"]
"""Who says who it is: the user, or the program."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who a track shows: a person, or else the group that it is in, or else nobody but itself.

    Of two tracks in no group, nothing says that they show one person; so they are two.
    """

    person: str | None = None
    cluster: int | None = None
    face: int | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """Who somebody may be, not surely enough for a name; probability: 0…1."""

    person: str
    probability: float


@dataclass(frozen=True, slots=True)
class SeenTrack:
    """A track, and who it shows.

    face: its id. start, end: seconds. source: None = nobody knows who it is. probability: that it
    is this person. ignored: it is nobody, as the user said. guess: who it may be that has no name.
    """

    face: int
    start: float
    end: float
    cluster: int | None = None
    person: str | None = None
    source: Named | None = None
    probability: float | None = None
    ignored: bool = False
    guess: Guess | None = None

    @property
    def who(self) -> Somebody:
        if self.person is not None:
            return Somebody(person=self.person)
        if self.cluster is not None:
            return Somebody(cluster=self.cluster)
        return Somebody(face=self.face)

    @property
    def interval(self) -> Interval:
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class SeenVideo:
    """A video, and who is in it.

    photo_id: its id among the photos. seconds: its length. fps: the mean of frames per second.
    width, height: upright pixels. shots: start and end of each, seconds. tracks: in the order of
    their faces' ids.
    """

    photo_id: int
    path: str
    seconds: float
    fps: float
    width: int
    height: int
    shots: Intervals
    tracks: tuple[SeenTrack, ...]

    def seen(self) -> dict[Somebody, list[SeenTrack]]:
        """Return the tracks of everybody, but for those who are ignored."""
        found: dict[Somebody, list[SeenTrack]] = {}
        for track in self.tracks:
            if not track.ignored:
                found.setdefault(track.who, []).append(track)
        return found


def on_screen(tracks: Iterable[SeenTrack]) -> Intervals:
    """Return when somebody is on screen to whom all of some tracks of a video belong."""
    return union((track.interval for track in tracks), BRIDGE)
