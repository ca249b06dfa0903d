"""From the light and the colours in which a video is stored to those of photos.

High dynamic range becomes ordinary as ITU-R BT.2408 has it: the white of paper, 203 cd/m², is
white, and what is brighter is squeezed into the little that is left above.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

import numpy as np
from PIL import Image as PILImage

from labeler.types import FloatArray, Image

_UNSPECIFIED = 2
_BT709 = 1
_BT2020 = 9
_PQ, _HLG = 16, 18
"""Numbers of ITU-T H.273."""
_HIGH_DEFINITION = 720
"""Lines from which on a video that does not name its colours has those of BT.709."""
_PAPER_WHITE = 203.0
"""cd/m²."""
_HLG_PEAK = 1000.0
"""cd/m² of the screen for which HLG is made."""
_KNEE = 0.8
"""Light, of white, from which on it is squeezed."""
_TO_BT709 = np.array(
    [
        [1.6605, -0.5876, -0.0728],
        [-0.1246, 1.1329, -0.0083],
        [-0.0182, -0.1006, 1.1187],
    ],
    np.float32,
)
"""Linear light of BT.2020 to that of BT.709 (ITU-R BT.2087)."""
_converters = threading.local()


def is_hdr(decoded: Any) -> bool:
    return getattr(decoded, "color_trc", _UNSPECIFIED) in (_PQ, _HLG)


def rgb(decoded: Any, size: tuple[int, int]) -> Image:
    """Return a decoded frame as it is stored, not upright, (height, width, 3) uint8.

    size: width and height.
    """
    return finished(decoded, unfinished(decoded, size))


def unfinished(decoded: Any, size: tuple[int, int]) -> Any:
    """Return the frame in the light in which it is stored, (height, width, 3).

    uint8, or uint16 of high dynamic range, which `finished` takes some time for.
    """
    to = "rgb48le" if is_hdr(decoded) else "rgb24"
    if not decoded.interlaced_frame or size[1] <= decoded.height // 2:
        how = "AREA" if size[0] < decoded.width else "BILINEAR"
        return _converted(decoded, size, to, how)
    # Every other line is of another moment.
    field = _converted(decoded, (size[0], decoded.height), "rgb24", "BILINEAR")[::2]
    whole = PILImage.fromarray(field).resize(size, PILImage.Resampling.BILINEAR)
    return np.asarray(whole) if to == "rgb24" else np.asarray(whole).astype(np.uint16) * 257


def finished(decoded: Any, picture: Any) -> Image:
    """Return a frame, or a part of it, that is `unfinished`, in the light of photos, as uint8."""
    if picture.dtype == np.uint8:
        return np.asarray(picture)
    light = _light(decoded.color_trc)[picture]
    if decoded.color_primaries in (_BT2020, _UNSPECIFIED):
        light = light @ _TO_BT709.T
    squeezed = _KNEE + (1 - _KNEE) * (1 - np.exp((_KNEE - light) / (1 - _KNEE)))
    light = np.where(light > _KNEE, squeezed, np.maximum(light, 0))
    return _srgb()[(light * 4095 + 0.5).astype(np.uint16)]


def coarse(decoded: Any, width: int, height: int) -> Image:
    """Return a frame squeezed into few pixels: brightness and two colours, (h, w, 3) uint8."""
    planes = _converted(decoded, (width, height), "yuv444p", "AREA")
    return np.moveaxis(planes.reshape(3, height, width), 0, -1)


@cache
def _light(transfer: int) -> FloatArray:
    """Return the light, of white, that each of 65,536 signals stands for (ITU-R BT.2100)."""
    signal = np.linspace(0, 1, 65536)
    if transfer == _PQ:
        m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
        power = signal ** (1 / m2)
        nits = 10_000 * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
    else:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
        nits = _HLG_PEAK * scene**1.2
    return (nits / _PAPER_WHITE).astype(np.float32)


@cache
def _srgb() -> Image:
    """Return the signal, 0…255, of 4,096 steps of light."""
    light = np.linspace(0, 1, 4096)
    signal = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(255 * signal).astype(np.uint8)


def _converted(decoded: Any, size: tuple[int, int], to: str, how: str) -> Any:
    """Return the frame in another size and format.

    A converter keeps what it works out for one size, and one thread may use it at a time.
    """
    from av.video.reformatter import VideoReformatter

    known = _converters.__dict__
    converter = known.get(to)
    if converter is None:
        converter = known[to] = VideoReformatter()
    colours = decoded.colorspace
    is_rgb = to.startswith("rgb")
    if is_rgb and colours == _UNSPECIFIED and decoded.height >= _HIGH_DEFINITION:
        colours = _BT709
    try:
        small = converter.reformat(decoded, *size, to, src_colorspace=colours, interpolation=how)
    except OSError:  # damage has made colours of it that there are none
        for name in ("colorspace", "color_trc", "color_primaries"):
            setattr(decoded, name, _UNSPECIFIED)
        small = converter.reformat(decoded, *size, to, interpolation=how)
    return small.to_ndarray()
