"""What is heard in a show: its music, and the sound of its clips, for which the music goes down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labeler.io.mp4 import RATE, Samples
from labeler.slideshows.io import music
from labeler.videos.io import sound

QUIET = 0.2
"""Loudness of the music while a clip is heard, in parts of its own."""
BLOCK = RATE // 5
"""Samples that are mixed at once."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The sound of a clip. start: where it is in the video; begin: where it is in the show; fade:
    in which it comes and goes; all in seconds, as its length."""

    path: Path
    start: float
    begin: float
    seconds: float
    fade: float

    def loudness(self, moments: NDArray[np.int64]) -> Samples:
        """Return 0…1 for samples of the show."""
        rising = moments / RATE - self.begin
        falling = self.begin + self.seconds - moments / RATE
        return np.clip(np.minimum(rising, falling) / max(self.fade, 1e-3), 0, 1).astype(np.float32)


def mixed(tune: Path | None, clips: Sequence[Heard], seconds: float) -> Iterator[Samples]:
    """Yield the sound of a show, block by block, so many seconds exactly.

    Raises:
        LabelerError: the music cannot be played.
    """
    total = round(seconds * RATE)
    base = _Exactly(music.track(tune, seconds)) if tune else None
    voices: dict[int, _Exactly] = {}
    for place in range(0, total, BLOCK):
        moments = np.arange(place, min(place + BLOCK, total))
        block = base.take(len(moments)) if base else np.zeros((2, len(moments)), np.float32)
        for number, clip in enumerate(clips):
            first, end = (round(at * RATE) for at in (clip.begin, clip.begin + clip.seconds))
            own = slice(max(first - place, 0), max(min(end - place, len(moments)), 0))
            if own.start >= own.stop:
                continue
            if number not in voices:
                voices[number] = _Exactly(sound.part(clip.path, clip.start, end - first))
            loudness = clip.loudness(moments[own])
            block[:, own] *= 1 - (1 - QUIET) * loudness
            block[:, own] += voices[number].take(own.stop - own.start) * loudness
            if end <= place + BLOCK:
                del voices[number]
        yield np.clip(block, -1, 1)


class _Exactly:
    """Gives as many samples as are asked for; silence when there are no more."""

    def __init__(self, blocks: Iterator[Samples]) -> None:
        self._blocks = blocks
        self._left = np.zeros((2, 0), np.float32)

    def take(self, number: int) -> Samples:
        parts, have = [self._left], self._left.shape[1]
        while have < number:
            block = next(self._blocks, None)
            if block is None:
                block = np.zeros((2, number - have), np.float32)
            parts.append(block)
            have += block.shape[1]
        whole = np.concatenate(parts, axis=1)
        self._left = whole[:, number:]
        return whole[:, :number].copy()
