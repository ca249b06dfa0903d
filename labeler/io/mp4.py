"""Write an MP4 file: H.264 in yuv420p with AAC, which every player and browser can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
"""Samples of sound per second."""
BIT_RATE = 160_000
BT709 = 1
"""The number by which H.264 and FFmpeg know the colours of high-definition television."""

Samples = NDArray[np.float32]
"""(2, n) left and right, −1…1, at RATE."""


@contextmanager
def written(out: Path) -> Iterator[Any]:
    """Give a container that is written to a file, its index at the beginning."""
    import av

    options = {"movflags": "+faststart"}
    with av.open(f"file:{out}", "w", format="mp4", options=options) as container:
        yield container


def film(container: Any, size: tuple[int, int], rate: Fraction, encoder: Mapping[str, str]) -> Any:
    """Add a stream for pictures of `size`, width and height, both even; `rate` of them a second."""
    stream = container.add_stream("libx264", rate=rate, options=dict(encoder))
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.time_base = 1 / rate
    context = stream.codec_context
    context.colorspace = context.color_primaries = context.color_trc = BT709
    context.color_range = 1  # television's range of 16…235
    return stream


class SoundTrack:
    """The sound of a file that is being written: added piece by piece beside the pictures.

    Make it before anything is written to the container.

    Args:
        blocks: what is heard first.
    """

    def __init__(self, container: Any, blocks: Iterator[Samples] | None = None) -> None:
        self._container = container
        self._stream = container.add_stream("aac", rate=RATE, layout="stereo")
        self._stream.bit_rate = BIT_RATE
        self._blocks = iter(()) if blocks is None else blocks
        self._written = 0

    def begin(self, blocks: Iterator[Samples]) -> None:
        """Go on with something else, after all that is left of what was before."""
        self._all()
        self._blocks = blocks

    def write_until(self, samples: int) -> None:
        """Encode the sound up to this one, or to its end."""
        while self._written < samples and (block := next(self._blocks, None)) is not None:
            self._write(block)

    def finish(self) -> None:
        """Encode what is left."""
        self._all()
        self._container.mux(self._stream.encode(None))

    def _all(self) -> None:
        for block in self._blocks:
            self._write(block)

    def _write(self, block: Samples) -> None:
        import av

        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), "fltp", "stereo")
        frame.sample_rate, frame.pts = RATE, self._written
        self._written += block.shape[1]
        self._container.mux(self._stream.encode(frame))


def chapters(parts: Iterable[tuple[float | Fraction, float | Fraction, str]]) -> Any:
    """Return chapters as a container takes them, given starts and ends, seconds, and titles."""
    return [
        {
            "id": number,
            "start": round(1000 * start),
            "end": round(1000 * end),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": title},
        }
        for number, (start, end, title) in enumerate(parts)
    ]
