"""Where the beats of a piece of music are, if it has a steady one.

After D. Ellis 2007, "Beat tracking by dynamic programming": the strength of onsets is how much the
spectrum grows from one moment to the next; its autocorrelation tells the tempo; and the beats are
the sequence that lies on strong onsets at even distances.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

RATE = 22050
"""Samples per second that `beats` expects."""
HOP = 256
WINDOW = 1024
SLOWEST, FASTEST = 50.0, 200.0
"""Beats per minute that are looked for."""
USUAL, OCTAVES = 110.0, 1.0
"""People tap at about this tempo, within so many octaves (standard deviation)."""
TIGHTNESS = 100.0
"""How much an uneven distance counts against an onset (Ellis: 100)."""
LEAST_GROWTH = 5.0
"""Deviation of the spectrum's growth below which nothing begins: a mere tone has 0.8, noise 12,
clicks 140."""
STEADY = 0.35
"""Correlation of the onsets with themselves one beat later, three neighbours summed, from which on
a beat is steady: clicks reach 0.9, noise and clicks at random stay below 0.2."""

_EVERY = HOP / RATE


def beats(samples: FloatArray) -> FloatArray:
    """Return the seconds of the beats, ascending; none if there is no steady beat.

    samples: (n,) one channel at RATE.
    """
    strength = onsets(samples)
    period = beat_period(strength)
    if period is None:
        return np.empty(0)
    return _tracked(strength, period) * _EVERY


def onsets(samples: FloatArray) -> FloatArray:
    """Return how strongly something begins at each moment, every HOP samples; mean 0, deviation 1;
    all 0 where nothing begins.

    It is the growth of the logarithmic spectrum, summed over frequencies, less its local mean.
    """
    count = (len(samples) - WINDOW) // HOP + 1
    if count < 2:
        return np.zeros(max(count, 0))
    window = np.hanning(WINDOW)
    levels = np.empty((count, WINDOW // 2 + 1), dtype=np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    for first in range(0, count, 4096):  # so that an hour of music does not fill the memory
        part = np.abs(np.fft.rfft(frames[first : first + 4096] * window))
        levels[first : first + 4096] = np.log1p(100 * part)
    growth = np.maximum(np.diff(levels, axis=0), 0).sum(axis=1).astype(np.float64)
    growth = np.concatenate([[0.0], growth])
    if growth.std() < LEAST_GROWTH or count <= 2 * round(0.5 / _EVERY):
        return np.zeros(count)
    around = round(0.5 / _EVERY)
    growth -= np.convolve(growth, np.ones(2 * around + 1) / (2 * around + 1), "same")
    return (growth - growth.mean()) / growth.std()


def beat_period(strength: FloatArray) -> float | None:
    """Return how many hops lie between two beats, or None if no beat is steady."""
    lags = np.arange(int(60 / FASTEST / _EVERY), int(60 / SLOWEST / _EVERY) + 2)
    if len(strength) < 4 * lags[-1]:
        return None
    size = 1 << (2 * len(strength) - 1).bit_length()
    power = np.abs(np.fft.rfft(strength, size)) ** 2
    whole = np.fft.irfft(power, size)[: lags[-1] + 2]
    if whole[0] <= 0:
        return None
    correlation = whole / whole[0]
    tempo = 60 / (lags * _EVERY)
    weight = np.exp(-0.5 * (np.log2(tempo / USUAL) / OCTAVES) ** 2)
    best = int(lags[np.argmax(correlation[lags] * weight)])
    if correlation[best - 1 : best + 2].sum() < STEADY:
        return None
    # The top of the parabola through the three values around the best one.
    low, middle, high = correlation[best - 1 : best + 2]
    curve = low - 2 * middle + high
    return best + (0.5 * (low - high) / curve if curve < 0 else 0.0)


def _tracked(strength: FloatArray, period: float) -> FloatArray:
    """Return the hops of the best sequence of beats that are about `period` apart."""
    around = round(period / 8)
    spread = np.arange(-around, around + 1) * (32 / period)
    smooth = np.convolve(strength, np.exp(-0.5 * spread**2), "same")
    back = np.arange(-round(2 * period), -round(period / 2) + 1)
    cost = -TIGHTNESS * np.log(-back / period) ** 2
    total, before = smooth.copy(), np.full(len(smooth), -1)
    for moment in range(-back[0], len(smooth)):
        scores = total[moment + back] + cost
        best = int(np.argmax(scores))
        if scores[best] > 0:
            total[moment] += scores[best]
            before[moment] = moment + back[best]
    tail = len(total) - round(period)
    place = tail + int(np.argmax(total[tail:]))
    found = []
    while place >= 0:
        found.append(place)
        place = int(before[place])
    # What makes a frame stronger than the one before lies in its last HOP samples, which are new.
    return np.array(found[::-1], dtype=np.float64) + WINDOW / HOP - 1
