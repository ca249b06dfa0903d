"""The pixels of photos that are in no library, turned as the files beside them want it."""

from __future__ import annotations

from labeler.errors import PassingTroubleError
from labeler.photos.io import decoding
from labeler.photos.io.walk import photo_file
from labeler.types import Failure, Image


def pixels(path: str, longest_side: int, most_pixels: int = decoding.MOST_PIXELS) -> Image:
    """Return the upright pixels of a file; see `labeler.photos.io.decoding.OpenedPhoto`.

    Raises:
        UnreadablePhotoError: it cannot be read, is damaged, or too large.
    """
    file = photo_file(path)
    if isinstance(file, Failure):
        raise PassingTroubleError(file.reason)
    with decoding.room_for_file(path):
        photo = decoding.OpenedPhoto(decoding.read(file)[0], path, most_pixels)
        decoding.facts(photo, file)
        return photo.pixels(longest_side)
