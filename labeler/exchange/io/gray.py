"""Photos as the small gray squares of which perceptual hashes are made."""

from __future__ import annotations

import numpy as np
from PIL import Image as PILImage

from labeler.exchange import likeness
from labeler.photos.io import decoding

_DECODED = 4 * likeness.SIDE


def hash_of(path: str) -> str:
    """Return the perceptual hash of a photo file.

    Raises:
        UnreadablePhotoError: it cannot be read.
    """
    picture = PILImage.fromarray(decoding.decode_file(path, _DECODED)).convert("L")
    large = min(picture.size) >= likeness.SIDE
    how = PILImage.Resampling.BOX if large else PILImage.Resampling.BILINEAR
    return likeness.perceptual_hash(
        np.asarray(picture.resize((likeness.SIDE, likeness.SIDE), how), dtype=np.float32)
    )
