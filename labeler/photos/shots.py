"""Where one shot of a video ends and the next begins, from frames squeezed into few pixels."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np

from labeler.types import FloatArray, Image

WIDTH, HEIGHT = 32, 18
"""Pixels of the frames that are compared."""
LOOK_AHEAD = 8
"""Frames after a possible cut that are waited for."""
LEAST_CUT = 14.0
"""Mean difference of neighbouring frames, of 255, below which nothing is a cut."""
CUT_RATIO = 3.0
"""How many times as much a cut differs as the frames around it do."""


@dataclass(frozen=True, slots=True)
class Change:
    """A new shot begins. at: seconds."""

    at: float
    kind: Literal["cut", "fade"]


class ShotFinder:
    """Finds the changes in a stream of frames.

    suspicious: the latest frame may be the first of a new shot. settled: no change will be found
    any more before this time.
    """

    def __init__(self) -> None:
        self.suspicious = False
        self.settled = 0.0
        self._times: deque[float] = deque(maxlen=2 * LOOK_AHEAD + 1)
        self._differences: deque[float] = deque(maxlen=2 * LOOK_AHEAD + 1)
        self._last: FloatArray | None = None

    def feed(self, at: float, picture: Image) -> list[Change]:
        """Take the next frame, (HEIGHT, WIDTH, 3) uint8; return the changes that are sure now."""
        now = picture.astype(np.float32)
        difference = 0.0 if self._last is None else float(np.abs(now - self._last).mean())
        self._last = now
        self._times.append(at)
        self._differences.append(difference)
        self.suspicious = difference >= LEAST_CUT
        return self._decide(len(self._times) - 1 - LOOK_AHEAD)

    def finish(self) -> list[Change]:
        """Return the changes in the frames that were waited for."""
        first = max(len(self._times) - LOOK_AHEAD, 0)
        return [one for place in range(first, len(self._times)) for one in self._decide(place)]

    def _decide(self, place: int) -> list[Change]:
        if place < 0:
            return []
        self.settled = self._times[place]
        difference = self._differences[place]
        if difference < LEAST_CUT:
            return []
        around = np.array(self._differences)
        others = np.delete(around, place)
        if not len(others) or difference >= CUT_RATIO * max(float(others.max()), 1.0):
            return [Change(self._times[place], "cut")]
        return []
