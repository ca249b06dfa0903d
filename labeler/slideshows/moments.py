"""Which moment of a video a slide shows: that with most of the people it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from labeler.slideshows.slideshow import Clip, ShownFace
from labeler.tracks import box_at
from labeler.types import Box, FloatArray

LONGEST = 5.0
"""Seconds of a clip."""


@dataclass(frozen=True)
class TrackSpan:
    """When somebody is on screen, seconds; at: the best look. boxes: see `labeler.types.Track`."""

    at: float
    start: float
    end: float
    boxes: FloatArray


@dataclass(frozen=True)
class Appearance:
    """Somebody in a video. moment: as of a `FaceTable`. face: as it looks at its best. is_wanted:
    the show is about this person."""

    moment: int
    track: TrackSpan
    face: ShownFace
    is_wanted: bool


def best_moment(
    seen: Iterable[Appearance],
) -> tuple[Clip, tuple[ShownFace, ...], tuple[Box, ...]]:
    """Return the clip, whom of those the show is about it shows, and where the others are.

    All faces are where they are on the picture that stands for the clip.

    Raises:
        ValueError: nobody is wanted.
    """
    together: dict[int, list[Appearance]] = defaultdict(list)
    for one in seen:
        together[one.moment].append(one)
    own = max((all_ for all_ in together.values() if any(o.is_wanted for o in all_)), key=_worth)
    main = max((one for one in own if one.is_wanted), key=_area)
    track = main.track
    start = max(min(track.at - LONGEST / 2, track.end - LONGEST), track.start)

    def placed(one: Appearance) -> ShownFace:
        box = one.face.box if one is main else box_at(one.track.boxes, track.at)
        return replace(one.face, box=box or one.face.box)

    shown = {one.face.person: placed(one) for one in own if one.is_wanted}
    return (
        Clip(start, track.at, min(start + LONGEST, track.end)),
        tuple(shown[person] for person in sorted(shown)),
        tuple(placed(one).box for one in own if not one.is_wanted),
    )


def _worth(own: Iterable[Appearance]) -> tuple[int, float]:
    wanted = [one for one in own if one.is_wanted]
    return len({one.face.person for one in wanted}), max(map(_area, wanted))


def _area(one: Appearance) -> float:
    return one.face.box.width * one.face.box.height
