"""Photos that somebody drops on a page: held in memory, never in the library, soon forgotten."""

from __future__ import annotations

import io
import re
import secrets
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image as PILImage
from PIL import UnidentifiedImageError

from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.photos.io import decoding, opening, raw
from labeler.photos.steps import thumbnails
from labeler.sorting import layout
from labeler.types import Box

ADDRESS = "/uploads"
MOST_BYTES = 60_000_000
"""A photo; the largest that cameras make have so many."""
MOST_HELD = 40
MOST_HELD_BYTES = 400_000_000
"""Of all photos together: beyond, the oldest are forgotten."""
SHOWN_SIDE = 1280
LONGEST_NAME = 100
ENDINGS = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "HEIF": (".heic", ".heif"),
    "AVIF": (".avif",),
    "TIFF": (".tif", ".tiff"),
    "BMP": (".bmp",),
    "DIB": (".bmp",),
    "GIF": (".gif",),
}
"""What the names of pictures end in, by Pillow's names of their formats."""
GONE = "This photo is no longer held; drop it again."


@dataclass(frozen=True)
class Upload:
    """A photo from the browser. width, height: upright pixels. shown: reduced, a JPEG."""

    token: str
    name: str
    data: bytes
    width: int
    height: int
    shown: bytes


class Uploads:
    """Holds photos by tokens that nobody guesses; several threads may ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, Upload] = {}

    def add(self, data: bytes, name: str) -> Upload:
        """Hold a photo, under a name whose ending is a picture's.

        Raises:
            UnreadablePhotoError: it is too large, damaged, or no picture.
        """
        name = _clean(name)
        if len(data) > MOST_BYTES:
            raise UnreadablePhotoError(too_large(name))
        try:
            opened = decoding.OpenedPhoto(data, name)
            picture = PILImage.fromarray(opened.pixels(SHOWN_SIDE))
        except UnreadablePhotoError as error:
            raise UnreadablePhotoError(f"{name} cannot be used. {error}") from error
        picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE), PILImage.Resampling.LANCZOS)
        token = secrets.token_urlsafe(16)
        name = _fitting(name, data)
        one = Upload(token, name, data, opened.width, opened.height, _jpeg(picture))
        with self._lock:
            self._held[token] = one
            while self._are_too_many():
                del self._held[next(iter(self._held))]
        return one

    def _are_too_many(self) -> bool:
        size = sum(len(one.data) for one in self._held.values())
        return len(self._held) > MOST_HELD or size > MOST_HELD_BYTES

    def get(self, token: str) -> Upload | None:
        with self._lock:
            return self._held.get(token)

    def forget(self, token: str) -> None:
        with self._lock:
            self._held.pop(token, None)

    def face(self, token: str, box: Box) -> bytes | None:
        """Return a face on a photo as a square JPEG; None = the photo is not held."""
        one = self.get(token)
        if one is None:
            return None
        opened = decoding.OpenedPhoto(one.data, one.name)
        return _jpeg(thumbnails.square_of(box, one.width, one.height, opened.pixels))

    @contextmanager
    def as_files(self, tokens: Sequence[str]) -> Iterator[dict[Path, Upload]]:
        """Yield photos as files, which are gone afterwards.

        Raises:
            LabelerError: one is not held; or, from within, with names in place of paths.
        """
        held = [self.get(token) for token in dict.fromkeys(tokens)]
        with tempfile.TemporaryDirectory(prefix="face-labeler-") as folder:
            files: dict[Path, Upload] = {}
            for number, one in enumerate(held):
                if one is None:
                    raise LabelerError(GONE)
                path = Path(folder) / str(number) / one.name
                path.parent.mkdir()
                path.write_bytes(one.data)
                files[path] = one
            try:
                yield files
            except LabelerError as error:
                said = str(error)
                for path, one in files.items():
                    said = said.replace(str(path), one.name)
                raise LabelerError(said) from error


def too_large(name: str) -> str:
    """Say that a photo is too large."""
    return f"{name} is larger than {MOST_BYTES // 1_000_000} MB; choose a smaller photo."


def _clean(name: str) -> str:
    """Return a name that every file system takes, that leads to no other folder and is not hidden.

    >>> _clean("C:\\\\x\\\\..\\\\.a b.jpg. "), _clean("con.x.jpg"), _clean("")
    ('a b.jpg', '_con.x.jpg', 'photo')
    """
    kept = (
        re.sub(r"[^\w .()+-]", "_", name.replace("\\", "/").rpartition("/")[2])
        .lstrip(" .-")
        .rstrip(" .")
    )
    stem, suffix = layout.split(kept)
    first = kept.partition(".")[0].rstrip()
    if first and layout.folder_name(first) == f"{first}_":
        stem = f"_{stem}"  # a device of Windows, with any ending
    return f"{stem[:LONGEST_NAME].rstrip(' .')}{suffix[:10]}" or "photo"


def _fitting(name: str, data: bytes) -> str:
    """Return the name of a picture that could be read, with an ending of what it really is.

    What was dropped as `x.sh` or `x.jpg.exe` is never a file of such a name.
    """
    stem, suffix = layout.split(name)
    try:
        kind = opening.opened(data)[0].format
    except UnidentifiedImageError:
        kind = "TIFF"  # camera RAW of its own kind; most of the others look like TIFF
    endings = ENDINGS.get(kind or "", ENDINGS["JPEG"])
    if kind == "TIFF" and suffix.lower() in raw.SUFFIXES:
        return name
    return name if suffix.lower() in endings else (stem if suffix else name) + endings[0]


def _jpeg(picture: PILImage.Image) -> bytes:
    stream = io.BytesIO()
    picture.convert("RGB").save(stream, "JPEG", quality=88)
    return stream.getvalue()
