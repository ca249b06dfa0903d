"""Where one shot of a video ends and the next begins, from frames squeezed into few pixels.

A cut is a step that stands out from the motion around it and lasts. In a cross-fade, the picture in
the middle lies on the straight line from the one before to the one after, which it does not where
a camera moves. A frame of one colour belongs to no shot: it is a flash, or black between two.

Constants were chosen on videos made of photos, with known cuts and fades (benchmarks/videos.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from labeler.types import FloatArray, Image

WIDTH, HEIGHT = 32, 18
"""Pixels of the frames that are compared."""
LEAST_STEP = 3.0
"""Mean difference of two frames, of 255, below which nothing is a cut."""
CUT_RATIO = 3.0
"""How many times as much a cut differs as the frames around it do."""
AROUND = 6
"""Frames before and after a cut with which it is compared."""
LASTING = 4
"""Frames that a cut must outlast: after a flash, all is as it was before."""
LASTING_SHARE = 0.5
ONE_COLOUR = 2.5
"""Mean difference of a frame's pixels from their mean, below which it is of one colour."""
BRIGHT = 200.0
LONG_BLANK, SHORT_FLASH = 1.0, 0.15
"""Seconds of one colour: from so long on, a shot of its own; up to so short, the new shot's."""
SAME_PICTURE = 8.0
"""Mean difference of the frames before and after a flash, up to which they are one shot."""
FADES = (0.64, 1.6)
"""Seconds of the windows in which fades are looked for."""
LEAST_FADE = 3.2
"""How clear a fade must be; see `_clearness`."""
MOST_STEP = 0.4
"""Largest step from frame to frame in a fade, in parts of the whole way."""
APART = 0.6
"""Seconds between two changes of which one is a fade."""
MOST_LACKING = 4
"""Frames that one is taken to stay for longer than the others, at most."""
LEAST_LACKING = 0.1
"""Frames that lack, in parts of those that are there, from which on that is done."""
BLOCK, MARGIN = 6.0, 2.5
"""Seconds that are decided at once, and how much of what comes before and after is looked at."""
MOST_FRAMES = 2_000
"""In a block, whatever the time stamps say."""


@dataclass(frozen=True, slots=True)
class Change:
    """A new shot begins. at: seconds; of a fade, its middle."""

    at: float
    kind: Literal["cut", "fade"]


class ShotFinder:
    """Finds the changes in a stream of frames.

    suspicious: the latest frame may be the first of a new shot. settled: seconds before which no
    more changes will be found.
    """

    def __init__(self) -> None:
        self.suspicious = False
        self.settled = 0.0
        self._times: list[float] = []
        self._pictures: list[FloatArray] = []
        self._steps: list[float] = []

    def feed(self, at: float, picture: Image) -> list[Change]:
        """Take the next frame, (HEIGHT, WIDTH, 3) uint8; return the changes that are sure now."""
        now = picture.astype(np.float32)
        step = float(np.abs(now - self._pictures[-1]).mean()) if self._pictures else 0.0
        usual = float(np.median(self._steps[-AROUND:])) if self._steps else 0.0
        self.suspicious = step >= LEAST_STEP and step >= CUT_RATIO * usual
        self._times.append(at)
        self._pictures.append(now)
        self._steps.append(step)
        if at < self.settled + BLOCK + MARGIN and len(self._times) < MOST_FRAMES:
            return []
        return self._decide(at - MARGIN if len(self._times) < MOST_FRAMES else at)

    def finish(self) -> list[Change]:
        """Return the changes among the frames that are left."""
        return self._decide(np.inf)

    def _decide(self, until: float) -> list[Change]:
        found = changes(np.array(self._times), np.array(self._pictures, np.float32))
        sure = [change for change in found if self.settled < change.at <= until]
        self.settled = until
        kept = next(
            (place for place, at in enumerate(self._times) if at > until - MARGIN),
            len(self._times),
        )
        del self._times[:kept], self._pictures[:kept], self._steps[:kept]
        return sure


def changes(times: NDArray[np.float64], pictures: FloatArray) -> list[Change]:
    """Return the changes in consecutive frames, in order of time.

    times: (n,) seconds. pictures: (n, h, w, 3) brightness and two colour differences, 0…255.
    """
    if len(times) < 2:
        return []
    steps = np.concatenate([[0.0], _difference(pictures[1:], pictures[:-1])])
    blank = _difference(pictures, pictures.mean(axis=(1, 2), keepdims=True)) < ONE_COLOUR
    found = _cuts(times, pictures, steps, blank) + _after_blanks(times, pictures, blank)
    sure = np.array([change.at for change in found])
    for at in _fades(*_evenly(times, pictures, steps, blank)):
        if not len(sure) or np.abs(sure - at).min() > APART:
            found.append(Change(at, "fade"))
    return sorted(found, key=lambda change: change.at)


def _evenly(
    times: NDArray[np.float64],
    pictures: FloatArray,
    steps: NDArray[np.float64],
    blank: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], FloatArray, NDArray[np.float64], NDArray[np.bool_]]:
    """Return the same with about as many frames in each second.

    Where some were left out (`labeler.photos.io.frames`), the one before stays, as on a screen.
    """
    apart = np.diff(times)
    shortest = float(np.percentile(apart, 10))
    lacking = np.clip(np.round(apart / max(shortest, 1e-3)).astype(int) - 1, 0, MOST_LACKING)
    if lacking.sum() < LEAST_LACKING * len(apart):
        return times, pictures, steps, blank
    shown = np.concatenate([lacking + 1, [1]])  # how often each
    source = np.repeat(np.arange(len(times)), shown)
    since = np.arange(len(source)) - (np.cumsum(shown) - shown)[source]
    step = np.concatenate([apart, [0.0]]) / shown
    is_first = since == 0
    return (
        times[source] + since * step[source],
        pictures[source],
        np.where(is_first, steps[source], 0.0),
        blank[source],
    )


def _difference(first: FloatArray, second: FloatArray) -> NDArray[np.float64]:
    """Return the mean difference of n pictures from n others, (n,)."""
    return np.abs(first - second).mean(axis=(1, 2, 3), dtype=np.float64)


def _cuts(
    times: NDArray[np.float64],
    pictures: FloatArray,
    steps: NDArray[np.float64],
    blank: NDArray[np.bool_],
) -> list[Change]:
    found = []
    beside = blank.copy()
    beside[1:] |= blank[:-1]
    for place in np.flatnonzero((steps >= LEAST_STEP) & ~beside).tolist():
        first, last = max(place - AROUND, 1), min(place + AROUND, len(steps) - 1)
        around = np.delete(steps[first : last + 1], place - first)
        around = around[~np.delete(beside[first : last + 1], place - first)]
        # The largest one may be another cut, or the other end of a flash.
        usual = float(np.sort(around)[-2]) if len(around) > 1 else 0.0
        if steps[place] >= CUT_RATIO * usual and _lasts(pictures, steps, place):
            found.append(Change(float(times[place]), "cut"))
    return found


def _lasts(pictures: FloatArray, steps: NDArray[np.float64], place: int) -> bool:
    """Tell whether the frames after a step differ from those before for some time."""
    after = pictures[place : place + LASTING]
    before = pictures[max(place - LASTING, 0) : place]
    least = LASTING_SHARE * steps[place]
    return bool(
        _difference(after, before[-1:]).min() >= least
        and _difference(before, after[:1]).min() >= least
    )


def _after_blanks(
    times: NDArray[np.float64],
    pictures: FloatArray,
    blank: NDArray[np.bool_],
) -> list[Change]:
    """Return the changes at frames of one colour."""
    found = []
    edges = np.flatnonzero(np.diff(blank.astype(np.int8))) + 1
    bounds = [0, *edges.tolist(), len(blank)]
    for first, after in pairwise(bounds):
        if not blank[first] or first == 0 or after == len(blank):
            continue
        jumps = (
            _jumps(pictures[max(first - LASTING, 0) : first + 1]),
            _jumps(pictures[after - 1 : after + LASTING]),
        )
        length = times[after] - times[first]
        same = _difference(pictures[first - 1][None], pictures[after][None])[0] < SAME_PICTURE
        if all(jumps) and same and length <= LONG_BLANK:
            continue
        is_flash = length <= SHORT_FLASH and pictures[first][..., 0].mean() > BRIGHT
        place, jump = (first, jumps[0]) if is_flash else (after, jumps[1])
        if length > LONG_BLANK:
            found.append(Change(float(times[first]), "cut" if jumps[0] else "fade"))
        found.append(Change(float(times[place]), "cut" if jump else "fade"))
    return found


def _jumps(pictures: FloatArray) -> bool:
    """Tell whether the way from the first of some pictures to the last is mostly one step."""
    way = np.abs(pictures[-1] - pictures[0]).mean()
    return bool(_difference(pictures[1:], pictures[:-1]).max() >= LASTING_SHARE * way)


def _fades(
    times: NDArray[np.float64],
    pictures: FloatArray,
    steps: NDArray[np.float64],
    blank: NDArray[np.bool_],
) -> list[float]:
    """Return the middles of fades, the clearest first."""
    usual = float(np.median(np.diff(times)))
    candidates: list[tuple[float, int, float]] = []
    for seconds in FADES:
        half = round(seconds / 2 / max(usual, 1e-3))
        if half >= 3 and len(times) > 2 * half:
            clear = _clearness(pictures, steps, half)
            clear[_windows(blank, 2 * half + 1).any(axis=1)] = 0.0
            if (clear >= LEAST_FADE).any():
                clear *= _unmoved(pictures, half, clear >= LEAST_FADE)
            places = np.flatnonzero(clear >= LEAST_FADE)
            candidates += [(float(clear[place]), int(place) + half, seconds) for place in places]
    found: list[float] = []
    for _, place, seconds in sorted(candidates, reverse=True):
        at = float(times[place])
        # A long window shows a fade also where it is not in the middle.
        if all(abs(at - other) > max(APART, seconds * 0.75) for other in found):
            found.append(at)
    middles: list[float] = []
    for at in (_middle(times, pictures, near) for near in found):
        if all(abs(at - other) > APART for other in middles):
            middles.append(at)
    return middles


def _middle(times: NDArray[np.float64], pictures: FloatArray, near: float) -> float:
    """Return when the picture is half way through a fade, which is about at `near`."""
    inside = np.flatnonzero(np.abs(times - near) <= APART)
    flat = pictures[inside].reshape(len(inside), -1)
    way = flat[-1] - flat[0]
    part = (flat - flat[0]) @ way / max(float(way @ way), 1e-6)
    if part[-1] < 0.5:  # it goes back to what it was
        return near
    before, after = int(np.flatnonzero(part < 0.5)[-1]), int(np.flatnonzero(part >= 0.5)[0])
    return float(times[inside[before]] + times[inside[after]]) / 2


def _clearness(pictures: FloatArray, steps: NDArray[np.float64], half: int) -> NDArray[np.float64]:
    """Return for each frame that has `half` others on both sides how clearly it is in a fade.

    It is the way from the frame before to the frame after, of 255, in that part in which it is
    straight, and the middle lies on it; 0 = it holds a cut.
    """
    flat = pictures.reshape(len(pictures), -1)
    before, middle, after = flat[: -2 * half], flat[half:-half], flat[2 * half :]
    way = after - before
    mean = np.abs(way).mean(axis=1, dtype=np.float64)
    length = np.maximum(np.einsum("ij,ij->i", way, way).astype(np.float64), 1e-6)
    part = np.einsum("ij,ij->i", middle - before, way) / length
    off = middle - before - np.clip(part, 0.25, 0.75).astype(np.float32)[:, None] * way
    off_line = np.sqrt(np.einsum("ij,ij->i", off, off) / length)
    inner = _windows(steps[1:], 2 * half)
    straight = mean / np.maximum(inner.sum(axis=1), 1e-6)
    clear = mean * straight * np.clip(1 - 2 * off_line, 0, 1)
    return np.where(inner.max(axis=1) <= MOST_STEP * mean, clear, 0.0)


def _unmoved(pictures: FloatArray, half: int, wanted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return which part of the changes around each frame no movement of the camera explains.

    wanted: the frames, of those that have `half` others on both sides; the others get 0.
    """
    around = np.flatnonzero(np.convolve(wanted, np.ones(2 * half + 1)))
    first, last = int(around[0]), int(around[-1])
    explained, whole = np.zeros((2, len(pictures)))
    explained[first + 1 : last + 1], whole[first + 1 : last + 1] = _moved(
        pictures[first : last + 1]
    )
    sums = [_windows(one[1:], 2 * half).sum(axis=1) for one in (explained, whole)]
    return np.where(wanted, 1 - sums[0] / np.maximum(sums[1], 1e-6), 0.0)


def _moved(pictures: FloatArray) -> NDArray[np.float64]:
    """Return which part of each of n − 1 steps a camera explains, and the whole, (2, n − 1).

    Both are sums of squares of brightness. The camera pans, tilts or zooms, and the light changes:
    the five parameters fit least squares of the difference on the slopes of the picture (Lucas and
    Kanade 1981).
    """
    light = pictures[..., 0]
    middle = (light[1:] + light[:-1]) / 2
    step = (light[1:] - light[:-1])[:, 1:-1, 1:-1]
    across = (middle[:, 1:-1, 2:] - middle[:, 1:-1, :-2]) / 2
    down = (middle[:, 2:, 1:-1] - middle[:, :-2, 1:-1]) / 2
    height, width = step.shape[1:]
    x, y = np.arange(width) - (width - 1) / 2, np.arange(height)[:, None] - (height - 1) / 2
    outward = (across * x + down * y).astype(np.float32)
    bases = [across, down, outward, middle[:, 1:-1, 1:-1], np.ones_like(step)]
    basis = np.stack([one.reshape(len(step), -1) for one in bases], axis=1)
    target = step.reshape(len(step), -1, 1)
    right = (basis @ target).astype(np.float64)
    square = (basis @ basis.transpose(0, 2, 1)).astype(np.float64)
    fitted = np.linalg.solve(square + 1e-2 * np.eye(len(bases)), right)
    explained = (fitted * right).sum(axis=(1, 2))
    return np.stack([explained, (target * target).sum(axis=(1, 2), dtype=np.float64)])


def _windows(values: NDArray[Any], length: int) -> NDArray[Any]:
    """Return all stretches of so many neighbours, (n − length + 1, length)."""
    return np.lib.stride_tricks.sliding_window_view(values, length)
