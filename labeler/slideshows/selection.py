"""Which of the photos make the show: the best, each moment and each picture once, over the years.

Photos without a date come last. Nothing depends on the order in which the photos are given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from math import sqrt

from labeler.photos import perceptual
from labeler.slideshows.slideshow import Candidate, ShownFace

BURST = timedelta(seconds=2)
"""Photos that follow one another this closely show the same moment."""
SAME_SCENE = timedelta(minutes=10)
"""Photos that look alike show the same moment if no more time lies between them."""
HALF_SHARP = 10.0
"""Sharpness that counts half: five in a hundred faces of the family photos have less."""

Fingerprint = Callable[[Candidate], int | None]
"""Returns `perceptual.fingerprint` of a photo; None = it cannot be read."""


def choose(
    candidates: Iterable[Candidate],
    most: int | None,
    best_per_year: int | None = None,
    fingerprint: Fingerprint | None = None,
    pinned: Collection[str] = (),
) -> list[Candidate]:
    """Return the photos to show in chronological order.

    Args:
        most: so many at most, spread evenly over the years. None = no limit.
        best_per_year: of each year only so many, the best.
        fingerprint: asked only for photos that are about to be shown; what looks like another one
            of them makes room for the next best. None = looks do not matter.
        pinned: content hashes of photos that are shown in any case.

    Raises:
        ValueError: `most` or `best_per_year` is below 1.
    """
    photos = thin_bursts(one_per_photo(candidates), pinned)
    fixed = [photo for photo in photos if photo.content_hash in pinned]
    seen: dict[Candidate, int | None] = {}
    while True:
        chosen = _chosen(photos, most, best_per_year, fixed)
        if fingerprint is None:
            return chosen
        for photo in chosen:
            if photo not in seen:
                seen[photo] = fingerprint(photo)
        spare = _doubles(chosen, seen, fixed)
        if not spare:
            return chosen
        photos = [photo for photo in photos if photo not in spare]


def one_per_photo(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the photos in chronological order, each path once, and each content once."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        key = candidate.content_hash or candidate.photo_path
        rival = best.get(key)
        if rival is None or _preference(candidate) > _preference(rival):
            best[key] = candidate
    return sorted(best.values(), key=chronological)


def thin_bursts(photos: Sequence[Candidate], pinned: Collection[str] = ()) -> list[Candidate]:
    """Keep of every burst the best photo, and those pinned; photos are in chronological order.

    A burst is a run of photos in which each follows the one before within BURST. A time of
    exactly midnight is taken for a date without a time, as scanned photos have it: no burst.
    """
    bursts: list[list[Candidate]] = []
    for photo in photos:
        if bursts and _within(bursts[-1][-1], photo, BURST):
            bursts[-1].append(photo)
        else:
            bursts.append([photo])
    kept: list[Candidate] = []
    for burst in bursts:
        fixed = [photo for photo in burst if photo.content_hash in pinned]
        kept += fixed or [max(burst, key=_preference)]
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
    years = _years(photos)
    places = share([len(year) for year in years], most)
    return [
        max(year[run * len(year) // count : (run + 1) * len(year) // count], key=_preference)
        for year, count in zip(years, places, strict=True)
        for run in range(count)
    ]


def best_of_each_year(photos: Sequence[Candidate], count: int) -> list[Candidate]:
    """Return the `count` best photos of each year, in chronological order.

    Raises:
        ValueError: `count` is below 1.
    """
    if count < 1:
        raise ValueError("count must be at least 1")
    best = [sorted(year, key=_preference)[-count:] for year in _years(photos)]
    return sorted((photo for year in best for photo in year), key=chronological)


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
    """Return how well a photo shows the people: the mean over those of them who are on it.

    Of each it is relative size of the face × detector's score × sharpness, which has a ceiling.
    """
    area = candidate.width * candidate.height
    return sum(_face_quality(face, area) for face in candidate.faces) / len(candidate.faces)


def best(photos: Iterable[Candidate]) -> Candidate:
    """Return the photo that shows most of the people, and shows them best.

    Raises:
        ValueError: there is none.
    """
    return max(photos, key=_preference)


def chronological(candidate: Candidate) -> tuple[bool, datetime, str]:
    """Return what to sort by: the date, those without one last, then the path."""
    return candidate.taken is None, candidate.taken or datetime.min, candidate.photo_path


def _chosen(
    photos: Sequence[Candidate],
    most: int | None,
    best_per_year: int | None,
    fixed: Sequence[Candidate],
) -> list[Candidate]:
    chosen = list(photos)
    if best_per_year is not None:
        chosen = best_of_each_year(chosen, best_per_year)
    if most is not None:
        free = [photo for photo in chosen if photo not in fixed]
        room = most - len(fixed)
        chosen = spread(free, room) if room > 0 or not fixed else []
    return sorted({*chosen, *fixed}, key=chronological)


def _doubles(
    photos: Sequence[Candidate], seen: Mapping[Candidate, int | None], fixed: Sequence[Candidate]
) -> set[Candidate]:
    """Return the photos that look like a fixed or better one, and those that cannot be read."""
    kept = [photo for photo in fixed if seen[photo] is not None]
    spare = {photo for photo in photos if seen[photo] is None}
    rest = {photo for photo in photos if photo not in fixed} - spare
    for photo in sorted(rest, key=_preference, reverse=True):
        if any(_is_double(photo, other, seen) for other in kept):
            spare.add(photo)
        else:
            kept.append(photo)
    return spare - set(fixed)


def _is_double(photo: Candidate, other: Candidate, seen: Mapping[Candidate, int | None]) -> bool:
    first, second = sorted((photo, other), key=chronological)
    looks = seen[first], seen[second]
    assert looks[0] is not None  # only photos that can be read are compared
    assert looks[1] is not None
    distance = perceptual.distance(looks[0], looks[1])
    if distance <= perceptual.COPY:
        return True
    return distance <= perceptual.ALIKE and _within(first, second, SAME_SCENE)


def _years(photos: Sequence[Candidate]) -> list[list[Candidate]]:
    years: dict[int | None, list[Candidate]] = {}
    for photo in photos:
        years.setdefault(photo.taken.year if photo.taken else None, []).append(photo)
    return list(years.values())


def _face_quality(face: ShownFace, area: int) -> float:
    size = sqrt(face.box.width * face.box.height / area)
    sharp = face.sharpness / (face.sharpness + HALF_SHARP) if face.sharpness > 0 else 0.5
    return face.score * size * sharp


def _preference(candidate: Candidate) -> tuple[int, float, int, str]:
    """Order by how many of the people are on it, and how well; the rest makes it complete."""
    pixels = candidate.width * candidate.height
    return len(candidate.people), quality(candidate), pixels, candidate.photo_path


def _within(first: Candidate, second: Candidate, span: timedelta) -> bool:
    """Tell whether the second photo was taken so soon after the first, at times that are known."""
    if first.taken is None or second.taken is None:
        return False
    dates_only = first.taken.time() == time() and second.taken.time() == time()
    return not dates_only and second.taken - first.taken <= span
