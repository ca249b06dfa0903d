"""Scenes: when the people of a search are on screen together, or soon after each other.

Think of a window, some seconds wide, that slides over a video from before its start to its end. The
search is asked of everybody who is seen in the window, as it would be of a photo: a scene is all
that is in windows of which it holds, from the first to the last time that somebody whom it asks for
is on screen. A window without width asks who is on screen at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.search.evaluation import Mask, PeopleFields, people_fields
from labeler.types import IntArray
from labeler.videos.intervals import (
    Interval,
    Intervals,
    around,
    at_least,
    intersection,
    length,
    union,
)
from labeler.videos.presence import SeenTrack, SeenVideo, Somebody, on_screen


@dataclass(frozen=True, slots=True)
class Scene:
    """A part of a video, seconds from its start; people: whom with a name it shows, longest first.

    Those whom the search asks for come before the others.
    """

    video: SeenVideo
    start: float
    end: float
    people: tuple[str, ...]

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Windows:
    """Places of a window in videos, between which nobody comes or goes, as parallel arrays.

    videos: (n,) int64, which of the videos. first, last: (n,) float64, seconds: where the window
    may begin; both are the same every other time. In order of video and time.
    """

    videos: IntArray
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    width: float
    people: PeopleFields

    def __len__(self) -> int:
        return len(self.videos)

    def seeing(self, spans: Mapping[int, Intervals]) -> Mask:
        """Return in which windows something is of which `windows` was told, (n,) bool.

        Args:
            spans: when, by the number of the video.
        """
        mask = np.zeros(len(self), dtype=bool)
        middle = (self.first + self.last) / 2
        for number, own in spans.items():
            rows = np.flatnonzero(self.videos == number)
            for start, end in own:
                mask[rows] |= (middle[rows] + self.width >= start) & (middle[rows] <= end)
        return mask


Seen = dict[Somebody, tuple[Intervals, bool]]
"""When everybody is on screen, and whether the user ignores them."""


def windows(
    videos: Sequence[SeenVideo],
    width: float = 0.0,
    said: Mapping[int, Intervals] | None = None,
) -> Windows:
    """Return the places at which the window sees different people, and whom it sees.

    Args:
        width: seconds.
        said: by the number of a video, when there is something else that a search may ask for.
    """
    of_video: list[IntArray] = [np.empty(0, np.int64)]
    firsts: list[NDArray[np.float64]] = [np.empty(0)]
    lasts: list[NDArray[np.float64]] = [np.empty(0)]
    rows: list[tuple[int, str | None, bool]] = []
    total = 0
    for number, video in enumerate(videos):
        seen = _seen(video)
        edges = _edges(video, seen, width, (said or {}).get(number, ()))
        first, last = np.repeat(edges, 2)[:-1], np.repeat(edges, 2)[1:]
        rows += _faces(seen, edges, width, total)
        firsts.append(first)
        # An edge alone, and what is between it and the next one, take turns.
        lasts.append(np.where(np.arange(len(first)) % 2 == 0, first, last))
        of_video.append(np.full(len(first), number, dtype=np.int64))
        total += len(first)
    people = people_fields(np.arange(total), rows)
    return Windows(
        np.concatenate(of_video), np.concatenate(firsts), np.concatenate(lasts), width, people
    )


def _seen(video: SeenVideo) -> Seen:
    known: Seen = {who: (on_screen(own), False) for who, own in video.seen().items()}
    ignored = {Somebody(face=t.face): (on_screen([t]), True) for t in video.tracks if t.ignored}
    return known | ignored


def _edges(video: SeenVideo, seen: Seen, width: float, said: Intervals) -> NDArray[np.float64]:
    spans = [span for own, _ in seen.values() for span in own] + list(said)
    moments = [moment for start, end in spans for moment in (start - width, end)]
    return np.unique([-width, video.seconds, *moments])


def _faces(
    seen: Seen, edges: NDArray[np.float64], width: float, offset: int
) -> Iterator[tuple[int, str | None, bool]]:
    """Yield for each place of the window whom it sees: number of the place, person, ignored."""
    for who, (own, ignored) in seen.items():
        places = {
            place
            for start, end in own
            for place in range(
                2 * int(np.searchsorted(edges, start - width)),
                2 * int(np.searchsorted(edges, end)) + 1,
            )
        }
        for place in places:
            yield offset + place, who.person, ignored


def scenes(
    videos: Sequence[SeenVideo],
    found: Windows,
    meant: Mask,
    people: frozenset[str],
    unnamed: bool = False,
    least: float = 0.0,
    said: Mapping[int, Intervals] | None = None,
) -> list[Scene]:
    """Return the scenes, by video and time.

    Args:
        found: what `windows` returned. meant: (n,) bool, whether the search holds of each window.
        people, unnamed: whom the search asks for. least: seconds of a scene. said: by the number
            of a video, when words are said for which it asks.
    """
    result = []
    for number, video in enumerate(videos):
        own = found.videos == number
        runs = _runs(found.first[own], found.last[own], meant[own], found.width)
        inside = [_clipped(run, video.seconds) for run in runs]
        if found.width:
            shown = union([*_asked_for(video, people, unnamed), *(said or {}).get(number, ())])
            inside = [around(run, shown) or run for run in inside] if shown else inside
        for start, end in at_least(union(inside), least):
            result.append(Scene(video, start, end, _people(video, (start, end), people)))
    return result


def _runs(
    first: NDArray[np.float64], last: NDArray[np.float64], meant: Mask, width: float
) -> list[Interval]:
    """Return what is in windows that are meant and next to each other."""
    steps = np.diff(meant.astype(np.int8), prepend=0, append=0)
    begins, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1) - 1
    return [
        (float(first[begin]), float(last[end]) + width)
        for begin, end in zip(begins, ends, strict=True)
    ]


def _clipped(run: Interval, seconds: float) -> Interval:
    return max(0.0, run[0]), min(run[1], max(seconds, run[0]))


def _asked_for(video: SeenVideo, people: frozenset[str], unnamed: bool) -> Intervals:
    tracks: Iterable[SeenTrack] = (track for own in video.seen().values() for track in own)
    return union(
        track.interval
        for track in tracks
        if (track.person in people if track.person is not None else unnamed)
    )


def _people(video: SeenVideo, scene: Interval, asked: frozenset[str]) -> tuple[str, ...]:
    times = {
        who.person: length(intersection(on_screen(own), [scene]))
        for who, own in video.seen().items()
        if who.person is not None
    }
    seen = [person for person, seconds in times.items() if seconds > 0]
    return tuple(sorted(seen, key=lambda one: (one not in asked, -times[one], one)))
