"""The pixels of a photo, or of a moment of a video, that the library knows."""

from __future__ import annotations

from labeler.photos.io import decoding, frames
from labeler.types import Image, Photo

POSTER = 1.0
"""Seconds from the start: the moment that stands for a video as a whole, unless it is shorter."""


def indexed_pixels(photo: Photo, longest_side: int) -> Image:
    """Return the upright pixels of a photo of the library that is still the one it was.

    Of a video, those of the moment that is meant, or of one that stands for the whole.

    Raises:
        UnreadablePhotoError: it cannot be read, or is a photo that has changed since it was
            indexed.
    """
    if photo.at is not None:
        return frames.frame_at(photo.path, photo.at)
    if photo.facts.is_video:
        return poster(photo.path)
    most_pixels = photo.facts.width * photo.facts.height
    turn = photo.facts.metadata.orientation
    return decoding.decode_file(photo.path, longest_side, most_pixels, photo.content_hash, turn)


def poster(path: str) -> Image:
    """Return the picture that stands for a video.

    Raises:
        UnreadablePhotoError: it cannot be read.
    """
    footage = frames.Footage(path)
    return footage.frame_at(min(POSTER, footage.facts.seconds / 2)).pixels()
