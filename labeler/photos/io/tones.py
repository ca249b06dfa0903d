"""From the colours in which a video is stored to those of photos."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from labeler.types import Image

_UNSPECIFIED = 2
_BT709 = 1
_HIGH_DEFINITION = 720
"""Lines from which on a video that does not name its colours has those of BT.709."""
_converters = threading.local()


def rgb(decoded: Any, size: tuple[int, int]) -> Image:
    """Return a decoded frame as it is stored, not upright, (height, width, 3) uint8.

    size: width and height.
    """
    smaller = size[0] < decoded.width
    return _converted(decoded, size, "rgb24", "AREA" if smaller else "BILINEAR")


def coarse(decoded: Any, width: int, height: int) -> Image:
    """Return a frame squeezed into few pixels: brightness and two colours, (h, w, 3) uint8."""
    planes = _converted(decoded, (width, height), "yuv444p", "AREA")
    return np.moveaxis(planes.reshape(3, height, width), 0, -1)


def _converted(decoded: Any, size: tuple[int, int], to: str, how: str) -> Image:
    """Return the frame in another size and format.

    A converter keeps what it works out for one size, and one thread may use it at a time.
    """
    from av.video.reformatter import VideoReformatter

    known = _converters.__dict__
    converter = known.get(to)
    if converter is None:
        converter = known[to] = VideoReformatter()
    colours = decoded.colorspace
    if colours == _UNSPECIFIED and decoded.height >= _HIGH_DEFINITION:
        colours = _BT709
    small = converter.reformat(
        decoded, size[0], size[1], to, src_colorspace=colours, interpolation=how
    )
    return np.asarray(small.to_ndarray())
