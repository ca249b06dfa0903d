"""Who and when → ordered slides and their timing.

Photos without a date come last, photos of one burst count once, and no photo is shown twice.
Dates are the camera's local time without a zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import sqrt

from labeler.types import Box, Failure

TITLE_SECONDS = 4.0
SLIDE_SECONDS = 5.0
"""How long a slide can be seen, both cross-fades included."""
CROSSFADE_SECONDS = 1.0
BURST = timedelta(seconds=2)
"""Photos that follow one another this closely show the same moment."""
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A photo of the person: where the file is, what it shows, and where their face is.

    album: name of the photo's folder. width, height, face: upright pixels.
    score: of the face detector, 0…1.
    """

    photo_path: str
    taken: datetime | None
    caption: str
    album: str
    width: int
    height: int
    face: Box
    score: float


@dataclass(frozen=True, slots=True)
class Slide:
    """A photo's place in the show. `start` and `duration` are seconds and include the cross-fades.

    lines: what is written below the photo, most important line first; may be empty.
    """

    candidate: Candidate
    start: float
    duration: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Show:
    """A title card followed by slides, each fading into the next; the last one fades to black.

    subtitle: first and last year, and the number of photos. cover: the best photo, for the title.
    seconds: length of the whole. crossfade: seconds for which neighbours overlap.
    """

    person: str
    title: str
    subtitle: str
    cover: Candidate
    slides: tuple[Slide, ...]
    seconds: float
    crossfade: float


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a renderer made of a show: slides and seconds shown, and the photos it left out."""

    slides: int
    seconds: float
    failed: tuple[Failure, ...]


def plan(person: str, candidates: Iterable[Candidate], most: int) -> Show:
    """Choose at most `most` photos and set them in order and time.

    The order of the candidates does not matter.

    Raises:
        ValueError: there is no candidate, or `most` is below 1.
    """
    moments = thin_bursts(one_per_photo(candidates))
    chosen = spread(moments, most)
    if not chosen:
        raise ValueError("A show needs at least one photo.")
    return Show(
        person=person,
        title=person,
        subtitle=_subtitle(chosen),
        cover=max(chosen, key=quality),
        slides=tuple(_slide(candidate, place) for place, candidate in enumerate(chosen)),
        seconds=length(len(chosen)),
        crossfade=CROSSFADE_SECONDS,
    )


def length(slides: int) -> float:
    """Return the seconds that a show of so many slides lasts."""
    return TITLE_SECONDS + slides * (SLIDE_SECONDS - CROSSFADE_SECONDS)


def one_per_photo(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the photos in chronological order, each with the largest face found on it."""
    largest: dict[str, Candidate] = {}
    for candidate in candidates:
        rival = largest.get(candidate.photo_path)
        if rival is None or _prominence(candidate) > _prominence(rival):
            largest[candidate.photo_path] = candidate
    return sorted(largest.values(), key=_chronological)


def thin_bursts(photos: Sequence[Candidate]) -> list[Candidate]:
    """Keep of every burst the photo with the largest face; photos are in chronological order.

    A burst is a run of photos in which each follows the one before within BURST. A time of
    exactly midnight is taken for a date without a time, as scanned photos have it: no burst.
    """
    kept: list[Candidate] = []
    previous: Candidate | None = None
    for photo in photos:
        if previous is None or not _same_moment(previous, photo):
            kept.append(photo)
        elif _prominence(photo) > _prominence(kept[-1]):
            kept[-1] = photo
        previous = photo
    return kept


def spread(photos: Sequence[Candidate], most: int) -> list[Candidate]:
    """Return at most `most` of the photos, which are and stay in chronological order.

    Years share the places as evenly as their photos allow (photos without a date count as one
    year). Within a year, the photos are cut into runs, and the best of each run is kept.

    Raises:
        ValueError: `most` is below 1.
    """
    if most < 1:
        raise ValueError("most must be at least 1")
    years: dict[int | None, list[Candidate]] = {}
    for photo in photos:
        years.setdefault(photo.taken.year if photo.taken else None, []).append(photo)
    places = share([len(year) for year in years.values()], most)
    return [
        max(year[run * len(year) // count : (run + 1) * len(year) // count], key=quality)
        for year, count in zip(years.values(), places, strict=True)
        for run in range(count)
    ]


def share(sizes: Sequence[int], places: int) -> list[int]:
    """Deal out places one at a time in rounds; a group gets no more than its size.

    The last round, if it does not reach every group, reaches groups at even distances.

    Example:
        >>> share([1, 9, 9], 7)
        [1, 3, 3]
        >>> share([5, 5, 5, 5], 2)
        [0, 1, 0, 1]
    """
    given = [0] * len(sizes)
    left = min(places, sum(sizes))
    while left > 0:
        groups = [group for group, size in enumerate(sizes) if given[group] < size]
        reached = min(left, len(groups))
        for turn in range(reached):
            given[groups[(2 * turn + 1) * len(groups) // (2 * reached)]] += 1
        left -= reached
    return given


def quality(candidate: Candidate) -> float:
    """Return how well a photo shows the person: relative size of the face × detector's score."""
    area = candidate.face.width * candidate.face.height
    return candidate.score * sqrt(area / (candidate.width * candidate.height))


def date_text(taken: datetime) -> str:
    """Return a date in words, whatever the system's language: '24 December 2003'."""
    return f"{taken.day} {MONTHS[taken.month - 1]} {taken.year}"


def caption_lines(candidate: Candidate) -> tuple[str, ...]:
    """Return up to two lines: the caption (else the album), then date and album."""
    caption, album = " ".join(candidate.caption.split()), candidate.album
    date = ""
    if candidate.taken:
        date = date_text(candidate.taken)
        album = album.removeprefix(str(candidate.taken.year)).lstrip(" -_") or album
    if not caption:
        lines = [album, date]
    else:
        lines = [caption, " · ".join(part for part in (date, album) if part)]
    return tuple(line for line in lines if line)


def _slide(candidate: Candidate, place: int) -> Slide:
    start = length(place) - CROSSFADE_SECONDS
    return Slide(candidate, start, SLIDE_SECONDS, caption_lines(candidate))


def _subtitle(photos: Sequence[Candidate]) -> str:
    years = [photo.taken.year for photo in photos if photo.taken]
    count = "1 photo" if len(photos) == 1 else f"{len(photos)} photos"
    if not years:
        return count
    first, last = min(years), max(years)
    return f"{first} · {count}" if first == last else f"{first} – {last} · {count}"


def _chronological(candidate: Candidate) -> tuple[bool, datetime, str]:
    return candidate.taken is None, candidate.taken or datetime.min, candidate.photo_path


def _prominence(candidate: Candidate) -> tuple[float, float, tuple[float, ...]]:
    """Order by size of the face in pixels; the rest only makes the order complete."""
    face = candidate.face
    return face.width * face.height, candidate.score, face.as_tuple()


def _same_moment(first: Candidate, second: Candidate) -> bool:
    if first.taken is None or second.taken is None:
        return False
    dates_only = first.taken.time() == time() and second.taken.time() == time()
    return not dates_only and second.taken - first.taken <= BURST
