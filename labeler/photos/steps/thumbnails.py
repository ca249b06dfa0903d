"""Small pictures of faces and photos for the dashboard, kept in the library's cache folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image as PILImage

from labeler import geometry
from labeler.errors import LabelerError
from labeler.io.files import cached_file, found_cached
from labeler.library.store import Library
from labeler.photos.io import decoding
from labeler.photos.io.indexed import indexed_pixels
from labeler.types import Box, Image, Photo

FACE_SIZE = 160
FACE_MARGIN = 1.5
"""Side of the square around a face, relative to the longer side of its box."""
PHOTO_SIZE = 2048
"""Longer side of a whole photo: enough for a screen, a tenth of the bytes."""
SMALL_SIZE = 512
"""Longer side of a photo among many."""


def face_thumbnail(library: Library, face_id: int) -> Path:
    """Return the path of a square JPEG of one face, making it if needed.

    Raises:
        LabelerError: there is no such face.
        UnreadablePhotoError: its photo can no longer be read.
    """
    # The name carries content, box and moment, so that a changed face never shows an old picture.
    photo, box = _face(library, face_id)
    place = "-".join(str(round(value)) for value in box.as_tuple())
    path = _place(library, "faces", photo, place)
    if found := found_cached(path):
        return found
    width, height = photo.facts.width, photo.facts.height
    square = square_of(box, width, height, lambda side: indexed_pixels(photo, side))
    return _kept(square, path)


def square_of(box: Box, width: int, height: int, decode: Callable[[int], Image]) -> PILImage.Image:
    """Return a face as a square, `FACE_SIZE` wide.

    Args:
        width, height: of the whole photo, in the pixels of the box.
        decode: returns the upright photo, whose longer side is so long at least, or all there is.
    """
    left, top, right, bottom = geometry.square_around(box, FACE_MARGIN, width, height)
    with decoding.room_for_picture(width, height):  # for a small face, all of a large photo
        pixels = decode(round(max(width, height) * FACE_SIZE / max(right - left, 1)))
        x, y = pixels.shape[1] / width, pixels.shape[0] / height
        square = (round(left * x), round(top * y), round(right * x), round(bottom * y))
        picture = PILImage.fromarray(pixels).crop(square)
        del pixels
    return picture.resize((FACE_SIZE, FACE_SIZE), PILImage.Resampling.LANCZOS)


def photo_picture(library: Library, photo_id: int, size: int = PHOTO_SIZE) -> Path:
    """Return the path of a JPEG of a whole photo, upright and reduced, making it if needed.

    Args:
        size: its longer side at most, pixels.

    Raises:
        LabelerError: there is no such photo.
        UnreadablePhotoError: it can no longer be read.
    """
    photo = library.photo(photo_id)
    if photo is None:
        raise LabelerError(f"There is no photo {photo_id}.")
    return _whole(library, photo, size)


def _whole(library: Library, photo: Photo, size: int) -> Path:
    path = _place(library, "photos", photo, str(size))
    if found := found_cached(path):
        return found
    picture = PILImage.fromarray(indexed_pixels(photo, size))
    picture.thumbnail((size, size), PILImage.Resampling.LANCZOS)
    return _kept(picture, path)


def photo_of_face(library: Library, face_id: int) -> Path:
    """Return the path of a JPEG of the whole photo that a face is on; see `photo_picture`.

    Of a video, it is the moment at which the face is there.

    Raises:
        LabelerError: there is no such face.
        UnreadablePhotoError: its photo can no longer be read.
    """
    photo, _ = _face(library, face_id)
    return _whole(library, photo, PHOTO_SIZE)


def _face(library: Library, face_id: int) -> tuple[Photo, Box]:
    found = library.face(face_id)
    if found is None:
        raise LabelerError(f"There is no face {face_id}.")
    return found


def _place(library: Library, kind: str, photo: Photo, which: str) -> Path:
    """Return where a picture of a photo is kept, inside the cache.

    Raises:
        LabelerError: somebody meddled with the library, and its hash is a way to elsewhere.
    """
    content = photo.content_hash
    if not content.isalnum():
        raise LabelerError(f"The library is damaged: {photo.path} has no hash; index it again.")
    moment = "" if photo.at is None else f"-{round(1000 * photo.at)}"
    return library.cache / kind / content[:2] / f"{content}-{which}{moment}.jpg"


def _kept(picture: PILImage.Image, path: Path) -> Path:
    return cached_file(path, lambda part: picture.save(part, "JPEG", quality=85))
