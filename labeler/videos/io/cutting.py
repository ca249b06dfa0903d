"""Cut parts out of videos and join them: an MP4 file of H.264 and AAC, exact to the frame.

All is encoded anew, since a video can only be cut at its keyframes without. Pictures are upright,
those of another shape get black bars, and of what the files say about themselves (where a video was
taken, for instance) nothing is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as PILImage

from labeler.errors import LabelerError
from labeler.io import mp4
from labeler.io.files import whole_file
from labeler.io.mp4 import RATE
from labeler.photos.io.frames import Footage, Frame
from labeler.types import Image
from labeler.videos.io import sound

ENCODER = {"preset": "veryfast", "crf": "20"}
LEAST_RATE, MOST_RATE = 23, 60
"""Frames per second of what is made."""
MOST_SIDE = 4096
"""Pixels: larger ones are no H.264 that players know."""

_WRONG_INDEX = 1.0
"""Seconds. Where a jump leads so far behind the place that was meant, the file's index is wrong."""

Progress = Callable[[int, int], None]
"""Called with frames done and frames in all."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is cut out of a video: seconds from its start; title: what the chapter is called."""

    path: Path
    start: float
    end: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class _Look:
    """How it is made: width and height, both even; frames per second; with sound; of what."""

    size: tuple[int, int]
    rate: Fraction
    has_sound: bool
    footage: Mapping[Path, Footage]


def cut(parts: Sequence[Part], out: Path, progress: Progress | None = None) -> float:
    """Write parts of videos one after the other to `out`; return its seconds.

    It has the size of the largest and the rate of the fastest of the videos. `out` appears only
    when it is complete.

    Raises:
        LabelerError: a video cannot be read, or `out` cannot be written or exists already.
    """
    look = _look(parts)
    lengths = [max(round((part.end - part.start) * look.rate), 1) for part in parts]
    with whole_file(out) as temporary:
        _encode(parts, lengths, look, temporary, progress)
    return float(sum(lengths) / look.rate)


def _look(parts: Sequence[Part]) -> _Look:
    paths = dict.fromkeys(part.path for part in parts)
    footage = {path: Footage(path) for path in paths}
    facts = [_told(path, lambda path: footage[path].facts) for path in paths]
    largest = max(facts, key=lambda one: one.width * one.height)
    scale = min(MOST_SIDE / max(largest.width, largest.height), 1)
    width, height = (
        max(round(side * scale) // 2 * 2, 2) for side in (largest.width, largest.height)
    )
    fps = max(one.fps for one in facts)
    # Slow ones may be of variable rate, and then have faster parts.
    fps = min(fps * max(math.ceil(LEAST_RATE / fps), 1), MOST_RATE)
    rate = Fraction(fps).limit_denominator(1001)
    return _Look(
        (width, height), rate, any(_told(path, sound.has_sound) for path in paths), footage
    )


def _told(path: Path, ask: Callable[[Path], Any]) -> Any:
    import av

    try:
        return ask(path)
    except LabelerError as error:
        raise LabelerError(f"{path.name}: {error}") from error
    except (av.FFmpegError, OSError) as error:
        raise LabelerError(f"{path.name} cannot be read: {error.strerror}.") from error


def _encode(
    parts: Sequence[Part],
    lengths: Sequence[int],
    look: _Look,
    out: Path,
    progress: Progress | None,
) -> None:
    import av

    with mp4.written(out) as container:
        film = mp4.film(container, look.size, look.rate, ENCODER)
        track = mp4.SoundTrack(container) if look.has_sound else None
        container.set_chapters(_chapters(parts, lengths, look.rate))
        done = 0
        for part, length in zip(parts, lengths, strict=True):
            begun = done
            if track:
                samples = _samples(begun + length, look) - _samples(begun, look)
                track.begin(sound.part(part.path, part.start, samples))
            for picture in _pictures(part, length, look):
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame = frame.reformat(format="yuv420p", dst_colorspace=mp4.BT709)
                frame.pts, frame.time_base = done, 1 / look.rate
                container.mux(film.encode(frame))
                done += 1
                if track:
                    track.write_until(_samples(done, look))
                if progress:
                    progress(done, sum(lengths))
        container.mux(film.encode(None))
        if track:
            track.finish()


def _samples(frames: int, look: _Look) -> int:
    return round(frames * RATE / look.rate)


def _pictures(part: Part, length: int, look: _Look) -> Iterator[Image]:
    """Yield so many pictures: at each moment the one that the video shows, or its last one."""
    frames = _frames(part, look.footage[part.path])
    shown = next(frames, None)
    if shown is None:
        raise LabelerError(
            f"{part.path.name} has no picture after {part.start:.1f} seconds; index it again."
        )
    first, later, picture = shown.at, next(frames, None), None
    for number in range(length):
        # Half a frame of tolerance: time stamps are rounded.
        moment = first + float((number + Fraction(1, 2)) / look.rate)
        while later is not None and later.at <= moment:
            shown, later, picture = later, next(frames, None), None
        if picture is None:
            picture = _fitted(shown, look.size)
        yield picture


def _frames(part: Part, footage: Footage) -> Iterator[Frame]:
    """Yield the frames of a part, the first one being that which is shown when it begins."""
    start = max(part.start, 0.0)
    try:
        frames = footage.frames(start)
        first = next(frames, None)
        if start > 0 and (first is None or first.at > start + _WRONG_INDEX):
            # Where the file's index is wrong, the way from the beginning is the sure one.
            frames = (frame for frame in footage.frames() if frame.at >= start - 1e-6)
            first = next(frames, None)
        if first is not None:
            yield first
            yield from frames
    except LabelerError as error:
        raise LabelerError(f"{part.path.name}: {error}") from error


def _fitted(frame: Frame, size: tuple[int, int]) -> Image:
    """Return a frame as large as fits into a size, in the middle of black, (height, width, 3)."""
    width, height = size
    scale = min(width / frame.width, height / frame.height)
    # A row less, since only even numbers can be encoded, is cut off instead of squeezed.
    inner = _side(frame.width * scale, width), _side(frame.height * scale, height)
    pixels = frame.pixels(max(inner))
    if (pixels.shape[1], pixels.shape[0]) != inner:
        pixels = np.asarray(PILImage.fromarray(pixels).resize(inner, PILImage.Resampling.LANCZOS))
    if inner == size:
        return pixels
    canvas = np.zeros((height, width, 3), np.uint8)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = pixels
    return canvas


def _side(scaled: float, room: int) -> int:
    """Return a side in whole pixels; one less, since only even numbers can be encoded, is none."""
    return room if abs(scaled - room) < 2 else max(math.floor(scaled), 1)


def _chapters(parts: Sequence[Part], lengths: Sequence[int], rate: Fraction) -> Any:
    ends = [*accumulate(lengths)]
    return mp4.chapters(
        ((end - length) / rate, end / rate, part.title)
        for part, length, end in zip(parts, lengths, ends, strict=True)
    )
