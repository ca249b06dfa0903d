"""What the page of a video says, worked out from who is in it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from labeler.videos.clock import clock
from labeler.videos.intervals import Intervals
from labeler.videos.presence import SeenVideo
from labeler.videos.screen_time import ScreenTime, screen_time
from labeler.wording import certainty, percent

from ..photo import views as photo_views
from ..shared.addresses import asked
from ..shared.ids import Where
from ..shared.views import most_telling
from ..shell.snapshot import Snapshot

MOST_TICKS = 9
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
"""Seconds from one mark of the time axis to the next."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Somebody in a video: when on screen, and what can be said about who it is.

    name: the person's, or unknown_1 and so on. faces: of the tracks. portrait: the one that stands
    for them. group: of somebody without a name; None = in no group. open: of the faces, those that
    wait for the user's word. share: of the video, 0…1.
    """

    name: str
    person: str | None
    group: int | None
    faces: tuple[int, ...]
    open: tuple[int, ...]
    portrait: int
    stretches: Intervals
    seconds: float
    share: float
    probability: float | None

    @property
    def where(self) -> str:
        """Return the place of the lane's name field: the whole group is named, if it is one."""
        return f"{Where.LANE}{self.portrait}" if self.group is None else str(self.group)


def lanes(snapshot: Snapshot, video: SeenVideo) -> list[Lane]:
    """Return who is in a video: those with a name first, the longest on screen first."""
    return [_lane(snapshot, row) for row in screen_time([video]) if _faces(snapshot, row)]


def _faces(snapshot: Snapshot, row: ScreenTime) -> list[int]:
    (own,) = row.videos
    # The library may have been changed since the snapshot was taken.
    return [track.face for track in own.tracks if track.face in snapshot.by_id]


def _lane(snapshot: Snapshot, row: ScreenTime) -> Lane:
    (own,) = row.videos
    faces = _faces(snapshot, row)
    return Lane(
        row.name,
        row.who.person,
        row.who.cluster,
        tuple(faces),
        tuple(face for face in faces if snapshot.is_open(face)),
        most_telling(snapshot.by_id[face] for face in faces),
        own.scenes,
        own.seconds,
        own.share,
        own.probability,
    )


def how_long(lane: Lane) -> str:
    """Return '0:12 · 40%'."""
    return f"{clock(lane.seconds)} · {percent(lane.share)}"


def how_known(lane: Lane) -> str:
    """Say where the name of a lane comes from; '' where the user said it of all its faces."""
    if lane.person is None or not lane.open:
        return ""
    return f"recognized, {certainty(lane.probability or 0.0)} sure"


def ticks(seconds: float) -> list[float]:
    """Return the times to mark on an axis as long as a video.

    >>> ticks(25), ticks(0.4)
    ([0, 5, 10, 15, 20, 25], [0])
    """
    step = next((one for one in _STEPS if seconds / one < MOST_TICKS), _STEPS[-1])
    return [number * step for number in range(int(seconds // step) + 1)]


def moment_address(video: int, seconds: float) -> str:
    """Return the address at which a video starts to play at a time.

    >>> moment_address(5, 12.345)
    '/photo/5?t=12.35'
    """
    return f"{photo_views.address(video)}?{urlencode({'t': f'{seconds:.2f}'})}"


def moment_of(ending: str | None) -> float | None:
    """Return the time that the end of an address asks for; None = none.

    >>> moment_of("?t=12.35"), moment_of("?t=nan"), moment_of("?t=-1"), moment_of("")
    (12.35, None, None, None)
    """
    try:
        seconds = float(asked(ending, "t"))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 1e9 else None


def spoken(seconds: float) -> str:
    """Return a length of time as a sentence has it.

    >>> spoken(252), spoken(60), spoken(9.6), spoken(3725)
    ('4 min 12 s', '1 min', '10 s', '1 h 2 min')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (0 if hours else rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"
