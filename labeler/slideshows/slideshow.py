"""A show: photos of people, in order, with what is written below them and when each is seen.

Everything here is a value; choosing is in `selection`, changing in `editing`, drawing elsewhere.
Dates are the camera's local time without a zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from labeler.types import Box, Failure

TITLE_SECONDS = 4.0
SLIDE_SECONDS = 5.0
"""How long a slide can be seen, both cross-fades included."""
CROSSFADE_SECONDS = 1.0
GROWING_SECONDS = 2.4
GROWING_CROSSFADE = 0.8
"""The same in a show of one person growing up."""
LEAST_ALONE = 0.2
"""Seconds for which a slide must be seen alone."""


@dataclass(frozen=True, slots=True)
class ShownFace:
    """A face of somebody whom the show is about, in upright pixels of the photo.

    score: of the face detector, 0…1. sharpness: see `labeler.faces.quality`; 0 = not measured.
    landmarks: dlib's five points as (x, y); () = not known.
    """

    person: str
    box: Box
    score: float = 1.0
    sharpness: float = 0.0
    landmarks: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Clip:
    """A part of a video, seconds from its start; at: the picture that stands for it."""

    start: float
    at: float
    end: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A photo or a clip: where the file is, what it shows, and the faces that must stay in sight.

    content_hash: SHA-256 of the file, '' = not known. album: name of the photo's folder.
    folders: the names of that and those above it, as far as they are albums, and of the albums
    in which copies of the photo are.
    width, height: upright pixels. others: the faces of anybody else, as far as anybody cares.
    place: the town and country where it was taken, '' = not known. orientation: as of the facts of
    the photo. clip: what is shown of a video; None = it is a photo. Faces are as they are then.
    """

    photo_path: str
    taken: datetime | None
    caption: str
    album: str
    width: int
    height: int
    faces: tuple[ShownFace, ...]
    content_hash: str = ""
    keywords: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    others: tuple[Box, ...] = ()
    place: str = ""
    orientation: int | None = None
    clip: Clip | None = None

    @property
    def people(self) -> tuple[str, ...]:
        """Return who of those whom the show is about is on it, in the order of their faces."""
        return tuple(dict.fromkeys(face.person for face in self.faces))


@dataclass(frozen=True, slots=True)
class Slide:
    """A photo's place in the show. `start` and `duration` are seconds and include the cross-fades.

    lines: what is written below the photo, most important line first; may be empty.
    pinned: it stays when the show is chosen anew.
    """

    candidate: Candidate
    start: float
    duration: float
    lines: tuple[str, ...]
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """A title card followed by slides, each fading into the next; the last one fades to black.

    people: whom it is about. cover: the best photo, for the title. crossfade: seconds for which
    neighbours overlap. growing_up: the slides show one person's face, always at the same place.
    left_out: photos that would be in it, could they have been read when it was planned.
    """

    title: str
    subtitle: str
    people: tuple[str, ...]
    cover: Candidate
    slides: tuple[Slide, ...]
    crossfade: float = CROSSFADE_SECONDS
    growing_up: bool = False
    left_out: tuple[Failure, ...] = ()

    @property
    def seconds(self) -> float:
        """Return the length of the whole."""
        if not self.slides:
            return TITLE_SECONDS
        return self.slides[-1].start + self.slides[-1].duration


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a renderer made of a show: slides and seconds shown, and the photos it left out."""

    slides: int
    seconds: float
    failed: tuple[Failure, ...]


def timed(show: Show, steps: Sequence[float]) -> Show:
    """Return the show with `steps[i]` seconds from the begin of slide i to that of the next one.

    Of the last slide, it is the time until it begins to go black.

    Raises:
        ValueError: there is not one step for each slide.
    """
    start = TITLE_SECONDS - show.crossfade
    slides = []
    for slide, step in zip(show.slides, steps, strict=True):
        slides.append(replace(slide, start=start, duration=step + show.crossfade))
        start += step
    return replace(show, slides=tuple(slides))


def evenly_timed(show: Show, seconds: float) -> Show:
    """Return the show with every slide seen for so many seconds, both cross-fades included."""
    return timed(show, [seconds - show.crossfade] * len(show.slides))


def usual_crossfade(growing_up: bool) -> float:
    """Return for how long neighbours overlap in such a show."""
    return GROWING_CROSSFADE if growing_up else CROSSFADE_SECONDS


def usual_seconds(show: Show) -> float:
    """Return how long a slide of such a show is seen unless somebody wants it otherwise."""
    return GROWING_SECONDS if show.growing_up else SLIDE_SECONDS


def least_step(show: Show) -> float:
    """Return the seconds that must lie between the begins of two slides."""
    return show.crossfade + LEAST_ALONE


def lasting(show: Show, seconds: float) -> Show:
    """Return the show with all slides seen equally long, so that the whole lasts so many seconds.

    Raises:
        ValueError: the slides would follow one another faster than `least_step` allows.
    """
    step = (seconds - TITLE_SECONDS) / len(show.slides)
    if step < least_step(show):
        raise ValueError("too short for so many slides")
    return timed(show, [step] * len(show.slides))


def on_beats(show: Show, beats: Sequence[float]) -> Show:
    """Return the show with the middle of each cross-fade on the beat that is nearest to it now.

    beats: seconds, ascending. A slide to which no beat is near keeps its length, as after the end
    of the music. No step gets shorter than `least_step`.
    """
    half, least = show.crossfade / 2, least_step(show)
    middles: list[float] = []
    for place, slide in enumerate(show.slides):
        usual, earliest = slide.start + half, half
        if place:
            step = slide.start - show.slides[place - 1].start
            usual, earliest = middles[-1] + step, middles[-1] + least
        possible = [beat for beat in beats if beat >= earliest and abs(beat - usual) <= least]
        middles.append(min(possible, key=lambda beat: abs(beat - usual), default=usual))
    ends = [*middles[1:], middles[-1] + show.slides[-1].duration - show.crossfade]
    slides = [
        replace(slide, start=begin - half, duration=end - begin + show.crossfade)
        for slide, begin, end in zip(show.slides, middles, ends, strict=True)
    ]
    return replace(show, slides=tuple(slides))


def ending(show: Show, seconds: float) -> Show:
    """Return the show with its last slide so much longer or shorter that it ends at `seconds`.

    It is seen for two cross-fades at least, even if the show lasts longer then.
    """
    last = show.slides[-1]
    duration = max(seconds - last.start, 2 * show.crossfade + LEAST_ALONE)
    return replace(show, slides=(*show.slides[:-1], replace(last, duration=duration)))
