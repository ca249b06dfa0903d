"""The pixels of photos that are in no library, turned as the files beside them want it.

Of a video, those of the moment that stands for it.
"""

from __future__ import annotations

from labeler.errors import PassingTroubleError
from labeler.photos.io import decoding, indexed
from labeler.photos.io.walk import photo_file
from labeler.photos.video_names import is_video
from labeler.types import Failure, Image, PhotoFile


def pixels(path: str, longest_side: int, most_pixels: int = decoding.MOST_PIXELS) -> Image:
    """Return the upright pixels of one file, whose folder is listed for it; see `pixels_of`."""
    return pixels_of(photo_file(path), longest_side, most_pixels)


def pixels_of(
    file: PhotoFile | Failure, longest_side: int, most_pixels: int = decoding.MOST_PIXELS
) -> Image:
    """Return the upright pixels of a file; see `labeler.photos.io.decoding.OpenedPhoto`.

    Args:
        file: what `labeler.photos.io.walk.photo_files` tells of it.

    Raises:
        UnreadablePhotoError: it cannot be read, is damaged, or too large.
    """
    if isinstance(file, Failure):
        raise PassingTroubleError(file.reason)
    if is_video(file.path):
        return indexed.poster(file.path)
    with decoding.room_for_file(file.path):
        photo = decoding.OpenedPhoto(decoding.read(file)[0], file.path, most_pixels)
        decoding.facts(photo, file)
        return photo.pixels(longest_side)
