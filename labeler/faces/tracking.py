"""From faces on single frames of a shot to faces that are followed through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from labeler import geometry
from labeler.types import Box, Detection

T = TypeVar("T")

SURE = 0.5
"""Score from which on a detection proves that there is a face."""
FEWEST_SURE = 2
"""Sure detections of a track; fewer are a mistake more often than a face."""
SURE_AT_ONCE = 0.8
"""Score that proves a face where only one frame was searched."""
LONGEST_GAP = 1.6
"""Seconds after which a face that was not seen is not the same track any more, if frames are
searched often enough."""
MOST_GROWTH = 1.8
"""How many times as large a face may be from one look to the next."""
FARTHEST = 1.2
"""How far, in face sizes, a face may have moved from where it was expected."""
WORTH = 0.5
"""Quality, in parts of that of the best look, below which another one only blurs it."""
MOST_KEPT = 24
"""Looks of a track that are kept to choose from."""


@dataclass(frozen=True, slots=True)
class Look(Generic[T]):
    """A face on a frame. at: seconds. quality: higher is better. what: goes with it."""

    at: float
    face: Detection
    quality: float
    what: T


@dataclass
class Trail(Generic[T]):
    """A face followed through a shot: every sight of it, and the looks that are worth keeping."""

    times: list[float] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    kept: list[Look[T]] = field(default_factory=list)

    def is_sure(self, searched: int) -> bool:
        """Tell whether this is a face.

        searched: frames of the shot that were searched. Of a short one, that is hardly any.
        """
        if searched < FEWEST_SURE:
            return max(self.scores) >= SURE_AT_ONCE
        return sum(score >= SURE for score in self.scores) >= FEWEST_SURE

    def add(self, look: Look[T]) -> None:
        self.times.append(look.at)
        self.boxes.append(look.face.box)
        self.scores.append(look.face.score)
        self.kept.append(look)
        if len(self.kept) > MOST_KEPT:
            self.kept.remove(_dispensable(self.kept))

    def divided(self, at: float) -> tuple[Trail[T], Trail[T]]:
        """Return what was seen before a time and what was seen from then on, as two trails."""
        place = int(np.searchsorted(self.times, at))
        before = [look for look in self.kept if look.at < at]
        after = [look for look in self.kept if look.at >= at]
        return (
            Trail(self.times[:place], self.boxes[:place], self.scores[:place], before),
            Trail(self.times[place:], self.boxes[place:], self.scores[place:], after),
        )

    def expected(self, at: float) -> NDArray[np.float64]:
        """Return where the face should be by now: left, top, width, height."""
        last = np.array(self.boxes[-1].as_tuple())
        if len(self.boxes) < 2:
            return last
        step = self.times[-1] - self.times[-2]
        if step <= 0 or step > LONGEST_GAP:
            return last
        moved = (last - np.array(self.boxes[-2].as_tuple())) / step * min(at - self.times[-1], step)
        # Half of the way: faces turn round as often as they go on.
        expected = last + moved / 2
        return np.array([*expected[:2], *np.maximum(expected[2:], last[2:] / 2)])


class Tracker(Generic[T]):
    """Follows the faces of one shot.

    Args:
        longest_gap: seconds after which a face that was not seen is not the same track any more.
    """

    def __init__(self, longest_gap: float = LONGEST_GAP) -> None:
        self._longest_gap = longest_gap
        self.trails: list[Trail[T]] = []

    def add(self, at: float, looks: Sequence[Look[T]]) -> None:
        """Take the faces on the next frame that was searched."""
        open_ones = [trail for trail in self.trails if at - trail.times[-1] <= self._longest_gap]
        taken = set()
        for one, place in _assigned(open_ones, looks, at):
            open_ones[one].add(looks[place])
            taken.add(place)
        for place, look in enumerate(looks):
            if place not in taken:
                self.trails.append(Trail())
                self.trails[-1].add(look)

    def ended(self, at: float) -> list[Trail[T]]:
        """Return, and forget, the trails that nothing later than a time can continue."""
        ended = [trail for trail in self.trails if at - trail.times[-1] > self._longest_gap]
        self.trails = [trail for trail in self.trails if at - trail.times[-1] <= self._longest_gap]
        return ended


def good_looks(looks: Sequence[Look[T]]) -> list[Look[T]]:
    """Return those that are at least half as good as the best one."""
    best = max((look.quality for look in looks), default=0.0)
    return [look for look in looks if look.quality >= WORTH * best]


def with_ends(chosen: Sequence[Look[T]], looks: Sequence[Look[T]]) -> list[Look[T]]:
    """Return looks that were chosen, with the best one before and the best one after them.

    They tell whether a track shows the same person from beginning to end, however badly.
    """
    if not chosen:
        return []
    before = [look for look in looks if look.at < chosen[0].at]
    after = [look for look in looks if look.at > chosen[-1].at]
    first = [max(before, key=_quality)] if len(before) >= FEWEST_SURE else []
    last = [max(after, key=_quality)] if len(after) >= FEWEST_SURE else []
    return [*first, *chosen, *last]


def best_looks(looks: Sequence[Look[T]], most: int) -> list[Look[T]]:
    """Return at most so many looks, in order of time: good ones, from all over the time.

    They are divided by time, and each part sends its best.
    """
    good = good_looks(looks)
    if len(good) <= most:
        return good
    times = np.array([look.at for look in good])
    parts = np.minimum((times - times[0]) / max(np.ptp(times), 1e-9) * most, most - 1).astype(int)
    return [
        max((look for look, part in zip(good, parts, strict=True) if part == number), key=_quality)
        for number in sorted(set(parts.tolist()))
    ]


def _quality(look: Look[T]) -> float:
    return look.quality


def _dispensable(looks: Sequence[Look[T]]) -> Look[T]:
    """Return the worse one of the two neighbours that are closest in time."""
    gaps = [later.at - one.at for one, later in pairwise(looks)]
    place = int(np.argmin(gaps))
    return min(looks[place : place + 2], key=_quality)


def _assigned(
    trails: Sequence[Trail[T]], looks: Sequence[Look[T]], at: float
) -> list[tuple[int, int]]:
    """Return which look continues which trail, by their places: the likeliest pairing of all."""
    from scipy.optimize import linear_sum_assignment

    if not trails or not looks:
        return []
    expected = np.array([trail.expected(at) for trail in trails])
    last = np.array([trail.boxes[-1].as_tuple() for trail in trails])
    seen = np.array([look.face.box.as_tuple() for look in looks])
    cost = np.minimum(_cost(expected, seen), _cost(last, seen))
    rows, columns = linear_sum_assignment(np.minimum(cost, 2.0))
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(row, column) for row, column in pairs if cost[row, column] < 1.0]


def _cost(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how unlikely each of n faces is each of m later ones, (n, m): 0 = sure, from 1 on no.

    It is the distance of the middles against the sizes, less where boxes overlap, and it is beyond
    1 where the size has changed too much.
    """
    middles = (
        before[:, None, :2] + before[:, None, 2:] / 2 - after[None, :, :2] - after[None, :, 2:] / 2
    )
    sizes = np.sqrt(np.maximum(before[:, 2:].prod(axis=1), 1e-9))[:, None]
    others = np.sqrt(np.maximum(after[:, 2:].prod(axis=1), 1e-9))[None]
    distance = np.hypot(middles[..., 0], middles[..., 1]) / np.sqrt(sizes * others) / FARTHEST
    growth = np.abs(np.log(sizes / others)) / np.log(MOST_GROWTH)
    overlap = geometry.intersection_over_union(before, after)
    cost = 0.45 * distance + 0.35 * growth + 0.2 * (1 - overlap)
    return np.where((distance > 1) | (growth > 1), 2.0, cost)
