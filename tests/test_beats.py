from __future__ import annotations

import numpy as np
import pytest

from labeler.slideshows import beats

SECONDS = 30


def clicks(tempo: float, first: float, seconds: float = SECONDS) -> tuple[np.ndarray, np.ndarray]:
    """Return a click track, with every fourth click louder, and the times of its clicks."""
    times = np.arange(first, seconds - 0.1, 60 / tempo)
    samples = np.zeros(round(seconds * beats.RATE))
    length = round(0.03 * beats.RATE)
    moment = np.arange(length) / beats.RATE
    click = np.sin(2 * np.pi * 1000 * moment) * np.exp(-moment * 150)
    for number, time in enumerate(times):
        begin = round(time * beats.RATE)
        samples[begin : begin + length] += click * (0.8 if number % 4 == 0 else 0.4)
    return samples, times


@pytest.mark.parametrize("tempo", [72, 90, 100, 120, 128, 140, 152])
@pytest.mark.parametrize("first", [0.1, 0.43])
def test_beats_are_where_the_clicks_are(tempo: float, first: float) -> None:
    samples, times = clicks(tempo, first)
    rng = np.random.default_rng(0)
    found = beats.beats(samples + rng.normal(0, 0.01, len(samples)))
    inner = found[(found > 1) & (found < SECONDS - 1)]
    errors = np.abs(inner[:, None] - times).min(axis=1)
    assert errors.max() < 0.015
    expected = times[(times > 1) & (times < SECONDS - 1)]
    assert np.abs(expected[:, None] - found).min(axis=1).max() < 0.015


def test_a_chord_over_the_clicks_does_not_matter() -> None:
    samples, times = clicks(110, 0.2)
    moment = np.arange(len(samples)) / beats.RATE
    chord = sum(np.sin(2 * np.pi * tone * moment) for tone in (220, 277, 330)) * 0.1
    found = beats.beats(samples + chord)
    inner = found[(found > 1) & (found < SECONDS - 1)]
    assert len(inner) == pytest.approx(28 * 110 / 60, abs=2)
    assert np.abs(inner[:, None] - times).min(axis=1).max() < 0.015


def no_rhythm(kind: str) -> np.ndarray:
    rng = np.random.default_rng(1)
    count = SECONDS * beats.RATE
    if kind == "noise":
        return rng.normal(0, 0.2, count)
    if kind == "silence":
        return np.zeros(count)
    if kind == "tone":
        return np.sin(2 * np.pi * 440 * np.arange(count) / beats.RATE)
    samples = np.zeros(count)
    for begin in rng.integers(0, count - 600, 60):  # clicks at any time
        samples[begin : begin + 600] += np.hanning(600) * np.sin(np.arange(600) * 0.3)
    return samples


@pytest.mark.parametrize("kind", ["noise", "silence", "tone", "chance"])
def test_where_there_is_no_beat_none_is_made_up(kind: str) -> None:
    assert len(beats.beats(no_rhythm(kind))) == 0


def test_too_little_sound_has_no_beat() -> None:
    for count in (0, 1, 5000, beats.RATE):
        assert len(beats.beats(np.ones(count))) == 0
