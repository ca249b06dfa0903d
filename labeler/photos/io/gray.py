"""Photos as the small gray squares of which perceptual hashes are made."""

from __future__ import annotations

import numpy as np
from PIL import Image as PILImage

from labeler.photos import likeness
from labeler.photos.io import unindexed
from labeler.types import Failure, Image, PhotoFile

_DECODED = 4 * likeness.SIDE


def hash_of(file: PhotoFile | Failure) -> str:
    """Return the perceptual hash of a photo file, turned as a file beside it wants it.

    Args:
        file: what `labeler.photos.io.walk.photo_files` tells of it.

    Raises:
        UnreadablePhotoError: it cannot be read.
    """
    return hash_of_pixels(unindexed.pixels_of(file, _DECODED))


def hash_of_pixels(pixels: Image) -> str:
    """Return the perceptual hash of an upright picture, (height, width, 3) uint8."""
    picture = PILImage.fromarray(pixels).convert("L")
    large = min(picture.size) >= likeness.SIDE
    how = PILImage.Resampling.BOX if large else PILImage.Resampling.BILINEAR
    return likeness.perceptual_hash(
        np.asarray(picture.resize((likeness.SIDE, likeness.SIDE), how), dtype=np.float32)
    )
