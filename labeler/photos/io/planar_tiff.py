"""TIFF files whose colours lie in planes of 16 bits, one after the other.

Pillow takes the first plane for the whole picture and says nothing. Each plane by itself is a grey
picture that it reads well, so it is shown them one by one, through a directory of our own.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image as PILImage

from labeler.errors import UnreadablePhotoError
from labeler.photos.io import rgb

_PLANAR, _BITS, _COLOURS, _SAMPLES = 284, 258, 262, 277
_KEPT = (256, 257, 259, 266, 274, 278, 317, 322, 323)
"""Size, compression, order of bits, orientation, rows of a strip, predictor, size of a tile."""
_PARTS = (273, 279, 324, 325)
"""Where strips and tiles are and how long they are: those of the first plane stand first."""
_GREY, _RGB = 1, 2
_LONG = 4
"""The kind of whole numbers of 32 bits."""


def is_planar(image: PILImage.Image) -> bool:
    """Tell whether a picture that was opened is such a file."""
    tags = getattr(image, "tag_v2", None)
    if image.format != "TIFF" or tags is None:
        return False
    bits, samples = tags.get(_BITS, (1,)), tags.get(_SAMPLES, 1)
    return bool(tags.get(_PLANAR) == 2 and samples > 1 and max(bits) > 8)


def load(data: bytes, image: PILImage.Image) -> PILImage.Image:
    """Return the picture in 8 bits, upright.

    Raises:
        UnreadablePhotoError: its colours are others than red, green and blue of 16 bits, perhaps
            with transparency, or the file is of the large kind.
    """
    tags = image.tag_v2  # type: ignore[attr-defined]
    bits, samples = tags[_BITS], tags[_SAMPLES]
    is_known = tags.get(_COLOURS) == _RGB and samples in (3, 4) and set(bits) == {16}
    if not is_known or data[2:4] not in (b"*\0", b"\0*"):
        raise UnreadablePhotoError(
            "The TIFF keeps its colours in separate planes of a kind that cannot be read; save it "
            "with interleaved colours, or as PNG."
        )
    planes = [_plane(data, tags, number, samples) for number in range(samples)]
    return PILImage.merge("RGB" if samples == 3 else "RGBA", planes)


def _plane(data: bytes, tags: Mapping[int, Any], number: int, planes: int) -> PILImage.Image:
    own: dict[int, tuple[int, ...]] = {_BITS: (16,), _COLOURS: (_GREY,), _SAMPLES: (1,)}
    for tag in _KEPT:
        if tag in tags:
            own[tag] = (int(tags[tag]),)
    for tag in _PARTS:
        if tag in tags:
            each = len(tags[tag]) // planes
            own[tag] = tuple(tags[tag][number * each : (number + 1) * each])
    with PILImage.open(io.BytesIO(_with_directory(data, own)), formats=["TIFF"]) as grey:
        grey.load()
        values = np.asarray(grey)
    return rgb.eight_bits(PILImage.fromarray(values.astype(np.uint16)))


def _with_directory(data: bytes, tags: Mapping[int, tuple[int, ...]]) -> bytes:
    """Return a TIFF file with another directory, whose values are all whole numbers."""
    order = "<" if data[:2] == b"II" else ">"
    start = len(data) + len(data) % 2
    place = start + 2 + 12 * len(tags) + 4  # behind the directory, where long values are
    entries, values = [struct.pack(f"{order}H", len(tags))], []
    for tag in sorted(tags):
        numbers = struct.pack(f"{order}{len(tags[tag])}I", *tags[tag])
        is_short = len(numbers) == 4
        entries.append(struct.pack(f"{order}HHI", tag, _LONG, len(tags[tag])))
        entries.append(numbers if is_short else struct.pack(f"{order}I", place))
        if not is_short:
            values.append(numbers)
            place += len(numbers)
    head = data[:4] + struct.pack(f"{order}I", start)
    return b"".join([head, data[8:], bytes(start - len(data)), *entries, bytes(4), *values])
