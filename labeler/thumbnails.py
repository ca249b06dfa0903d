"""Small pictures of faces and photos for the dashboard, kept in the library's cache folder."""

from __future__ import annotations

from pathlib import Path

from PIL import Image as PILImage

from labeler import geometry, photos
from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.files import whole_file
from labeler.store import Library
from labeler.types import Image, Photo

FACE_SIZE = 160
PHOTO_SIZE = 1200
"""Longer side of a whole photo, pixels."""
FACE_MARGIN = 1.5
"""Side of the square around a face, relative to the longer side of its box."""


def face_thumbnail(library: Library, face_id: int) -> Path:
    """Return the path of a square JPEG of one face, making it if needed.

    Raises:
        LabelerError: there is no such face.
        UnreadablePhotoError: its photo can no longer be read.
    """
    # The name carries the content and box, so that a changed face never shows an old picture.
    found = library.face(face_id)
    if found is None:
        raise LabelerError(f"There is no face {face_id}.")
    photo, box = found
    place = "-".join(str(round(value)) for value in box.as_tuple())
    path = library.cache / "faces" / photo.content_hash[:2] / f"{photo.content_hash}-{place}.jpg"
    if not path.is_file():
        width, height = photo.facts.width, photo.facts.height
        left, top, right, bottom = geometry.square_around(box, FACE_MARGIN, width, height)
        pixels = _pixels(photo, round(max(width, height) * FACE_SIZE / max(right - left, 1)))
        x, y = pixels.shape[1] / width, pixels.shape[0] / height
        square = (round(left * x), round(top * y), round(right * x), round(bottom * y))
        picture = PILImage.fromarray(pixels).crop(square)
        _save(picture.resize((FACE_SIZE, FACE_SIZE), PILImage.Resampling.LANCZOS), path)
    return path


def photo_of_face(library: Library, face_id: int) -> Path:
    """Return the path of a JPEG of the whole photo that a face is on, reduced to `PHOTO_SIZE`.

    Raises:
        LabelerError: there is no such face.
        UnreadablePhotoError: its photo can no longer be read.
    """
    found = library.face(face_id)
    if found is None:
        raise LabelerError(f"There is no face {face_id}.")
    photo, _ = found
    path = library.cache / "photos-of-faces" / photo.content_hash[:2] / f"{photo.content_hash}.jpg"
    if not path.is_file():
        picture = PILImage.fromarray(_pixels(photo, PHOTO_SIZE))
        picture.thumbnail((PHOTO_SIZE, PHOTO_SIZE), PILImage.Resampling.LANCZOS)
        _save(picture, path)
    return path


def _pixels(photo: Photo, longest_side: int) -> Image:
    data = photos.read_bytes(photo.path)
    if photos.content_hash(data) != photo.content_hash:
        raise UnreadablePhotoError("The photo has changed since it was indexed; index it again.")
    most_pixels = photo.facts.width * photo.facts.height
    return photos.OpenedPhoto(data, photo.path, most_pixels).pixels(longest_side)


def _save(picture: PILImage.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as temporary:
        picture.save(temporary, "JPEG", quality=85)
