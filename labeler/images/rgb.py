"""From whatever a picture's values mean to bytes of sRGB, without a second picture in memory."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import ImageCms

MOST_PROFILE_BYTES = 4_000_000
"""A larger colour profile is none."""
_STRIP = 256
"""Rows that are converted at a time."""


def eight_bits(image: PILImage.Image) -> PILImage.Image:
    """Return the picture in a mode of 8 bits per channel that can be reduced."""
    if image.mode.startswith("I"):  # 16 bits: keep the high byte
        return _grey_by_strips(image, lambda values: np.clip(values >> 8, 0, 255))
    if image.mode == "F":
        _, largest = cast(tuple[float, float], image.getextrema())
        scale = 255 if largest <= 1 else 1
        return _grey_by_strips(image, lambda values: np.clip(np.nan_to_num(values) * scale, 0, 255))
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image


def reduced_by_strips(image: PILImage.Image, factor: int, profile: bytes | None) -> PILImage.Image:
    """Return an RGB picture of 1/factor of the size without a second one of the whole size."""
    if image.mode == "F" or image.mode.startswith("I"):
        image = eight_bits(image)
    reduced = PILImage.new("RGB", (-(-image.width // factor), -(-image.height // factor)))
    rows = factor * max(_STRIP // factor, 1)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        reduced.paste(srgb(eight_bits(strip), profile).reduce(factor), (0, top // factor))
    return reduced


def _grey_by_strips(
    image: PILImage.Image, convert: Callable[[NDArray[Any]], NDArray[Any]]
) -> PILImage.Image:
    """Convert a grey picture some rows at a time, so that it is never in memory three times."""
    grey = PILImage.new("L", image.size)
    for top in range(0, image.height, _STRIP):
        bottom = min(top + _STRIP, image.height)
        strip = convert(np.asarray(image.crop((0, top, image.width, bottom))))
        grey.paste(PILImage.fromarray(strip.astype(np.uint8)), (0, top))
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
