"""Where the pictures of a few faces are found, and where on its photo each face is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2s

from labeler.library.store import Library
from labeler.videos.clock import clock

from ..photo import views as photo_views
from .views import file_name


@dataclass(frozen=True, slots=True)
class Portrait:
    """A face as a page shows it.

    thumbnail, photo: addresses of the face and of the whole photo that it is on. box: left, top,
    width, height in percent of the photo. ratio: width by height of the photo. caption: day and
    file name. year: None = not known. page: address of the photo's page with the face selected.
    moment: when the face is there in a video, '0:12'; '' = on a photo.
    """

    face: int
    thumbnail: str
    photo: str
    box: tuple[float, float, float, float]
    ratio: float
    caption: str
    year: int | None
    page: str = ""
    moment: str = ""


def portraits(library: Library, faces: Iterable[int]) -> dict[int, Portrait]:
    """Return the portraits of those of some faces that there are; quick for a few."""
    return {face: one for face in set(faces) if (one := _portrait(library, face)) is not None}


def _portrait(library: Library, face: int) -> Portrait | None:
    found = library.face(face)
    if found is None:
        return None
    photo, box = found
    moment = "" if photo.at is None else clock(photo.at)
    what = f"{photo.content_hash} {box.as_tuple()} {photo.at}"
    version = blake2s(what.encode(), digest_size=6).hexdigest()
    width, height = photo.facts.width, photo.facts.height
    file = file_name(photo.path)
    taken = photo.facts.metadata.date
    day = f"{taken.day} {taken:%B %Y}" if taken else ""
    return Portrait(
        face=face,
        thumbnail=f"/faces/{face}.jpg?v={version}",
        photo=f"/face-photos/{version}/{face}.jpg",
        box=(
            100 * box.left / width,
            100 * box.top / height,
            100 * box.width / width,
            100 * box.height / height,
        ),
        ratio=width / height,
        caption=" · ".join(filter(None, (day, file, moment and f"at {moment}"))),
        year=taken.year if taken else None,
        page=photo_views.address(photo.id, face),
        moment=moment,
    )
