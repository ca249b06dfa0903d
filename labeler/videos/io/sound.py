"""The sound of a part of a video: so many samples exactly, silence where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.io import media
from labeler.io.mp4 import RATE, Samples

FADE = 0.005
"""Seconds at both ends in which it comes and goes, so that a cut does not click."""
_JITTER = 0.05
"""Seconds by which time stamps may err without sound that follows on being torn apart."""
_AHEAD = 1.0
"""Seconds before the beginning at which reading starts: the first sounds after a jump may lack."""


def has_sound(path: Path) -> bool:
    """Tell whether a video has sound that can be decoded.

    Raises:
        av.FFmpegError: it cannot be read.
    """
    with media.opened(path) as container:
        return any(stream.codec_context is not None for stream in container.streams.audio)


def part(path: Path, start: float, samples: int) -> Iterator[Samples]:
    """Yield the sound from a time on, block by block.

    Args:
        start: seconds from the start of the video. samples: how many.
    """
    done = 0
    for place, block in _found(path, start, samples / RATE):
        block = block[:, max(done - place, 0) : max(samples - place, 0)]
        if block.shape[1] and max(place, done) > done:
            yield np.zeros((2, place - done), np.float32)
            done = place
        if block.shape[1]:
            yield block * _loudness(np.arange(done, done + block.shape[1]), samples)
            done += block.shape[1]
    while done < samples:
        silence = min(samples - done, RATE)
        yield np.zeros((2, silence), np.float32)
        done += silence


def _found(path: Path, start: float, seconds: float) -> Iterator[tuple[int, Samples]]:
    """Yield blocks of sound, and the number of the sample with which each begins."""
    blocks = _placed(path, start, seconds, jumping=start > _AHEAD)
    first = next(blocks, None)
    if start > _AHEAD and (first is None or first[0] > 0):
        # Where the file's index is wrong, the way from the beginning is the sure one.
        blocks = _placed(path, start, seconds, jumping=False)
        first = next(blocks, None)
    if first is not None:
        yield first
        yield from blocks


def _placed(
    path: Path, start: float, seconds: float, jumping: bool
) -> Iterator[tuple[int, Samples]]:
    """Yield blocks of sound; what cannot be decoded is left out.

    Args:
        jumping: begin reading shortly before what is wanted, instead of at the file's beginning.
    """
    import av

    with suppress(av.FFmpegError, OSError), media.opened(path) as container:
        stream = next((s for s in container.streams.audio if s.codec_context is not None), None)
        if stream is None:
            return
        zero = (container.start_time or 0) / 1e6
        if jumping:
            with suppress(av.FFmpegError, OSError):
                container.seek(round((start - _AHEAD + zero) * 1e6))
        resampler = av.AudioResampler("fltp", "stereo", RATE)
        expected = -RATE
        for frame in _decoded(container, stream):
            if frame.pts is None or frame.time_base is None:
                continue
            at = float(frame.pts * frame.time_base) - zero
            if at > start + seconds:
                return
            frame.pts = None  # the resampler would fill what is missing in a way of its own
            parts = [
                one.to_ndarray().astype(np.float32, copy=False) for one in resampler.resample(frame)
            ]
            if parts:
                block, place = np.concatenate(parts, axis=1), round((at - start) * RATE)
                if abs(place - expected) <= _JITTER * RATE:
                    place = expected
                yield place, block
                expected = place + block.shape[1]


def _decoded(container: Any, stream: Any) -> Iterator[Any]:
    import av

    for packet in container.demux(stream):
        with suppress(av.FFmpegError):
            yield from packet.decode()


def _loudness(moments: NDArray[np.int64], total: int) -> Samples:
    fade = min(FADE * RATE, total / 2)
    rising, falling = (moments + 1) / fade, (total - moments) / fade
    return np.clip(np.minimum(rising, falling), 0, 1).astype(np.float32)
