"""How long everybody is on screen.

People on screen at once count each; a person on screen twice at a time counts once. Whoever has no
name is called unknown_1, unknown_2 and so on, by the time on screen in the videos asked about: so
the numbers hold only for these, and until somebody is named. What the user ignores does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from labeler.videos.intervals import Intervals, length
from labeler.videos.presence import Guess, Named, SeenTrack, SeenVideo, Somebody, on_screen

UNKNOWN = "unknown_"
MOST_UNKNOWN = 10
"""So many people without a name are listed one by one."""
LEAST_GUESS = 0.1
"""The probability from which on a guess is worth a word."""


@dataclass(frozen=True, slots=True)
class InVideo:
    """Somebody in a video: when, and in which tracks."""

    video: SeenVideo
    scenes: Intervals
    tracks: tuple[SeenTrack, ...]

    @property
    def seconds(self) -> float:
        return length(self.scenes)

    @property
    def share(self) -> float:
        """How much of the video that is, 0…1."""
        return min(self.seconds / self.video.seconds, 1.0) if self.video.seconds else 0.0

    @property
    def source(self) -> Named | None:
        """Who says who it is: the user, if only of one of the tracks."""
        sources = {track.source for track in self.tracks}
        return "named" if "named" in sources else next(iter(sources))

    @property
    def probability(self) -> float | None:
        """How much of the time on screen is likely to be this person's, 0…1; None = no name."""
        known = [t for t in self.tracks if t.probability is not None]
        chances = sum(_weight(track) * (track.probability or 0.0) for track in known)
        return chances / sum(map(_weight, known)) if known else None

    @property
    def guess(self) -> Guess | None:
        """Who somebody without a name is most likely to be; None = nobody, likely."""
        chances: dict[str, float] = {}
        for track in self.tracks:
            if track.guess:
                chance = _weight(track) * track.guess.probability
                chances[track.guess.person] = chances.get(track.guess.person, 0.0) + chance
        if not chances:
            return None
        person = max(chances, key=lambda one: (chances[one], one))
        likely = Guess(person, chances[person] / sum(map(_weight, self.tracks)))
        return likely if likely.probability >= LEAST_GUESS else None


def _weight(track: SeenTrack) -> float:
    return max(track.end - track.start, 1e-3)


@dataclass(frozen=True, slots=True)
class ScreenTime:
    """How long somebody is on screen; name: the person's, or unknown_1 and so on."""

    name: str
    who: Somebody
    videos: tuple[InVideo, ...]

    @property
    def is_known(self) -> bool:
        return self.who.person is not None

    @property
    def seconds(self) -> float:
        return sum(one.seconds for one in self.videos)


def screen_time(videos: Sequence[SeenVideo]) -> tuple[ScreenTime, ...]:
    """Return who is on screen in some videos: those with a name first, the longest first."""
    found: dict[Somebody, list[InVideo]] = {}
    for video in videos:
        for who, tracks in video.seen().items():
            one = InVideo(video, on_screen(tracks), tuple(tracks))
            found.setdefault(who, []).append(one)
    rows = [
        ScreenTime(
            who.person or "",
            who,
            tuple(sorted(own, key=lambda one: (-one.seconds, one.video.path))),
        )
        for who, own in found.items()
    ]
    known = sorted((row for row in rows if row.is_known), key=lambda r: (-r.seconds, r.name))
    unknown = sorted((row for row in rows if not row.is_known), key=_order_of_unknown)
    numbered = [replace(row, name=f"{UNKNOWN}{n}") for n, row in enumerate(unknown, 1)]
    return (*known, *numbered)


def listed_first(
    rows: Sequence[ScreenTime], unknown: int = MOST_UNKNOWN
) -> tuple[Sequence[ScreenTime], Sequence[ScreenTime]]:
    """Return those of what `screen_time` found who are listed one by one, and the rest.

    Args:
        unknown: so many without a name are listed, at most.
    """
    most = sum(row.is_known for row in rows) + unknown
    return rows[:most], rows[most:]


def _order_of_unknown(row: ScreenTime) -> tuple[float, int]:
    return -row.seconds, min(track.face for one in row.videos for track in one.tracks)
