"""From whatever a picture's values mean to bytes of sRGB, without a second picture in memory."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import ImageCms

MOST_PROFILE_BYTES = 4_000_000
"""A larger colour profile is none."""
_BLOCK = (4096, 256)
"""Columns and rows that are converted at a time."""


def eight_bits(image: PILImage.Image) -> PILImage.Image:
    """Return the picture in a mode of 8 bits per channel that can be reduced."""
    if image.mode.startswith("I"):  # 16 bits: keep the high byte
        return _grey_by_blocks(image, lambda values: np.clip(values >> 8, 0, 255))
    if image.mode == "F":
        _, largest = cast(tuple[float, float], image.getextrema())
        scale = 255 if largest <= 1 else 1
        return _grey_by_blocks(image, lambda values: np.clip(np.nan_to_num(values) * scale, 0, 255))
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image


def reduced(image: PILImage.Image, factor: int, profile: bytes | None) -> NDArray[np.uint8]:
    """Return an RGB picture of 1/factor of the size without a second one of the whole size."""
    if image.mode == "F" or image.mode.startswith("I"):
        image = eight_bits(image)
    size = (-(-image.height // factor), -(-image.width // factor), 3)
    result = np.empty(size, dtype=np.uint8)
    for box in _blocks(image, factor):
        block = srgb(eight_bits(image.crop(box)), profile)
        part = np.asarray(block.reduce(factor) if factor > 1 else block)
        left, top = box[0] // factor, box[1] // factor
        result[top : top + part.shape[0], left : left + part.shape[1]] = part
    return result


def turned(pixels: NDArray[np.uint8], turn: PILImage.Transpose | None) -> NDArray[np.uint8]:
    """Return what `transpose` of the picture would be, with one copy of it instead of three."""
    if turn is None:
        return pixels
    return np.ascontiguousarray(_TURNED[turn](pixels))


_TURNED: dict[PILImage.Transpose, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    PILImage.Transpose.FLIP_LEFT_RIGHT: lambda pixels: pixels[:, ::-1],
    PILImage.Transpose.ROTATE_180: lambda pixels: pixels[::-1, ::-1],
    PILImage.Transpose.FLIP_TOP_BOTTOM: lambda pixels: pixels[::-1],
    PILImage.Transpose.TRANSPOSE: lambda pixels: pixels.swapaxes(0, 1),
    PILImage.Transpose.ROTATE_270: lambda pixels: np.rot90(pixels, 3),
    PILImage.Transpose.TRANSVERSE: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    PILImage.Transpose.ROTATE_90: lambda pixels: np.rot90(pixels),
}


def _blocks(image: PILImage.Image, factor: int = 1) -> Iterator[tuple[int, int, int, int]]:
    """Yield the boxes of a picture's blocks, whose sides are multiples of `factor`."""
    across = factor * max(_BLOCK[0] // factor, 1)
    down = factor * max(_BLOCK[1] // factor, 1)
    for top in range(0, image.height, down):
        for left in range(0, image.width, across):
            yield left, top, min(left + across, image.width), min(top + down, image.height)


def _grey_by_blocks(
    image: PILImage.Image, convert: Callable[[NDArray[Any]], NDArray[Any]]
) -> PILImage.Image:
    """Convert a grey picture block by block, so that it is never in memory three times."""
    grey = PILImage.new("L", image.size)
    for box in _blocks(image):
        block = convert(np.asarray(image.crop(box)))
        grey.paste(PILImage.fromarray(block.astype(np.uint8)), box[:2])
    return grey


def srgb(image: PILImage.Image, profile: bytes | None) -> PILImage.Image:
    """Return the picture as RGB; transparent parts become white."""
    if image.mode in ("LA", "RGBA", "La", "RGBa"):
        image = image.convert("RGBA")
        flat = PILImage.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A"))
        image = flat
    if profile and len(profile) > MOST_PROFILE_BYTES:
        profile = None
    transform = _to_srgb(profile, image.mode) if profile else None
    if transform is not None:
        return transform.apply(image)
    return image if image.mode == "RGB" else image.convert("RGB")


@lru_cache(maxsize=16)
def _to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the conversion from an embedded colour profile, or None if it is not needed."""
    if b"sRGB" in profile or "sRGB".encode("utf-16-be") in profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except Exception:  # a broken profile, or one for other colours: do without
        return None
