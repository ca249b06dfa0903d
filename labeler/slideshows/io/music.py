"""Music for a show: decoded from a file, cut or repeated to the show's length, faded, as AAC."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labeler.errors import LabelerError
from labeler.io import media
from labeler.io.mp4 import RATE, Samples, SoundTrack
from labeler.slideshows import beats

FADE_IN, FADE_OUT = 1.0, 3.0
"""Seconds."""
LEAST_SECONDS = 1.0
MONO_SECONDS = 3600
"""Of longer music, only so much is searched for beats."""


def length(path: Path) -> float:
    """Return how many seconds the music lasts.

    Raises:
        LabelerError: it cannot be played.
    """
    return sum(block.shape[1] for block in _decoded(path, RATE, "stereo")) / RATE


def beat_times(path: Path) -> list[float]:
    """Return the seconds of the beats; none if the music has no steady beat.

    Raises:
        LabelerError: it cannot be played.
    """
    blocks, most = [], MONO_SECONDS * beats.RATE
    for block in _decoded(path, beats.RATE, "mono"):
        blocks.append(block[0])
        most -= block.shape[1]
        if most <= 0:
            break
    return beats.beats(np.concatenate(blocks).astype(np.float64)).tolist()


def check(path: Path) -> None:
    """Make sure that there is music in a file.

    Raises:
        LabelerError: it cannot be played, or lasts less than LEAST_SECONDS.
    """
    heard = 0
    for block in _decoded(path, RATE, "stereo"):
        heard += block.shape[1]
        if heard >= LEAST_SECONDS * RATE:
            return
    raise LabelerError(f"{path.name} holds hardly any sound; choose a longer piece of music.")


def track(path: Path, seconds: float) -> Iterator[Samples]:
    """Yield the music block by block: repeated or cut to so many seconds, faded in and out."""
    total, done = round(seconds * RATE), 0
    while done < total:
        for block in _decoded(path, RATE, "stereo"):
            block = block[:, : total - done]
            yield block * _loudness(np.arange(done, done + block.shape[1]), total)
            done += block.shape[1]
            if done >= total:
                return


def encoded(path: Path, seconds: float) -> bytes:
    """Return the music as `track` gives it as an MPEG-4 sound file, without any of its tags."""
    import av

    data = io.BytesIO()
    with av.open(data, "w", format="mp4") as container:
        SoundTrack(container, track(path, seconds)).finish()
    return data.getvalue()


def _loudness(moments: NDArray[np.int64], total: int) -> Samples:
    """Return 0…1 for samples; in a short piece the fades take half of it."""
    fade_in, fade_out = (min(fade * RATE, total / 2) for fade in (FADE_IN, FADE_OUT))
    rising, falling = moments / fade_in, (total - moments) / fade_out
    return np.clip(np.minimum(rising, falling), 0, 1).astype(np.float32)


def _decoded(path: Path, rate: int, layout: str) -> Iterator[Samples]:
    """Yield blocks of (channels, n) float32.

    Raises:
        LabelerError: the file cannot be opened, or has no sound that can be played.
    """
    import av

    if not path.is_file():  # a pipe or a device would never end
        raise LabelerError(f"{path.name} is no file that can be played; choose a file with music.")
    with _told(path), media.opened(path) as container:
        if not container.streams.audio:
            raise LabelerError(f"{path.name} holds no sound; choose a file with music.")
        resampler = av.AudioResampler("fltp", layout, rate)
        heard = False
        for frame in container.decode(container.streams.audio[0]):
            for resampled in resampler.resample(frame):
                heard = True
                yield resampled.to_ndarray().astype(np.float32, copy=False)
        for resampled in resampler.resample(None) if heard else ():
            yield resampled.to_ndarray().astype(np.float32, copy=False)
        if not heard:
            raise LabelerError(f"{path.name} holds no sound; choose a file with music.")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    import av

    try:
        yield
    except av.FFmpegError as error:
        raise LabelerError(
            f"{path.name} cannot be played ({error.strerror}); choose a file with music."
        ) from error
