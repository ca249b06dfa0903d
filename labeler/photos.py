"""Photo files: find them, read them as upright pixels, and read what they say about themselves."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import warnings
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
from PIL import ExifTags, ImageFile, ImageOps, UnidentifiedImageError
from PIL import Image as PILImage

from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.types import Failure, Image, PhotoFacts, PhotoFile

SUFFIXES = frozenset(
    ".jpg .jpeg .jpe .jfif .png .webp .heic .heif .avif .tif .tiff .bmp .gif".split()  # noqa: SIM905
)
MOST_PIXELS = 300_000_000
"""Larger pictures are refused: decoding them would need gigabytes of memory."""
MOST_BYTES = 2_000_000_000
PILImage.MAX_IMAGE_PIXELS = None  # we check the size ourselves, against MOST_PIXELS

# Pillow warns about broken EXIF, line by line; what matters of it is reported as a Failure.
warnings.filterwarnings("ignore", module=r"PIL\.")

_heif_is_registered = False


def walk(roots: Iterable[Path], skip: Path | None = None) -> Iterator[PhotoFile | Failure]:
    """Yield the photos in folders (recursively, in name order) and the files named themselves.

    Hidden files and folders are left out, and so is the folder `skip`. Links to folders are not
    followed. A folder or file that cannot be read is yielded as a Failure.

    Raises:
        LabelerError: a root does not exist.
    """
    for root in roots:
        root = Path(os.path.abspath(root))
        if root.is_dir():
            yield from _walk_folder(str(root), os.path.realpath(skip) if skip else None)
        elif root.exists():
            yield _photo_file(str(root))
        else:
            raise LabelerError(f"{root} does not exist; check the path.")


def _walk_folder(root: str, skip: str | None) -> Iterator[PhotoFile | Failure]:
    failures: list[Failure] = []

    def note(error: OSError) -> None:
        reason = f"The folder cannot be read: {error.strerror}."
        failures.append(Failure(str(error.filename), reason))

    for folder, subfolders, names in os.walk(root, onerror=note):
        subfolders[:] = sorted(
            name
            for name in subfolders
            if not name.startswith(".") and os.path.realpath(os.path.join(folder, name)) != skip
        )
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in SUFFIXES and not name.startswith("."):
                yield _photo_file(os.path.join(folder, name))
        yield from failures
        failures.clear()
    yield from failures


def _photo_file(path: str) -> PhotoFile | Failure:
    try:
        status = os.stat(path)
    except OSError as error:
        return Failure(path, f"The file cannot be read: {error.strerror}.")
    if not stat.S_ISREG(status.st_mode):
        return Failure(path, "It is not an ordinary file, whatever its name says.")
    if status.st_size > MOST_BYTES:
        return Failure(path, f"The file is larger than {MOST_BYTES // 10**9} GB; is it a photo?")
    return PhotoFile(path, status.st_size, min(status.st_mtime_ns, 2**63 - 1))


def read_bytes(path: str) -> bytes:
    """Return the file's content.

    Raises:
        UnreadablePhotoError: it cannot be read or is empty.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise UnreadablePhotoError(f"The file cannot be read: {error.strerror}.") from error
    if not data:
        raise UnreadablePhotoError("The file is empty; restore it from a backup.")
    return data


def content_hash(data: bytes) -> str:
    """Return the SHA-256 of a file's content, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes) -> tuple[Image, PhotoFacts]:
    """Return the upright picture and what the file says about it.

    Raises:
        UnreadablePhotoError: it is no picture, damaged, or larger than MOST_PIXELS.
    """
    _register_heif()
    try:
        with PILImage.open(io.BytesIO(data)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise UnreadablePhotoError(
                    f"The picture has {image.width} × {image.height} pixels, "
                    f"more than the limit of {MOST_PIXELS // 10**6} million."
                )
            taken, caption = _date_and_caption(image)
            upright = _rgb(ImageOps.exif_transpose(image))
    except UnidentifiedImageError as error:
        raise UnreadablePhotoError(
            "The file is not a picture in a format that can be read, whatever its name says."
        ) from error
    except UnreadablePhotoError:
        raise
    except Exception as error:  # decoders raise what they like on damaged files
        raise UnreadablePhotoError(_damage(error)) from error
    pixels = np.asarray(upright)
    return pixels, PhotoFacts(pixels.shape[1], pixels.shape[0], taken, caption)


def decode_file(path: str) -> Image:
    """Return the upright pixels of a file; see `decode`."""
    return decode(read_bytes(path))[0]


def _damage(error: Exception) -> str:
    if "truncated" in str(error).lower():
        return "The picture is truncated: the end of the file is missing; restore it from a backup."
    return f"The picture is damaged ({str(error).rstrip('.') or type(error).__name__})."


def _rgb(image: PILImage.Image) -> PILImage.Image:
    if image.mode.startswith("I;16") or image.mode == "I":  # 16 bits: keep the high byte
        high = np.asarray(image).astype(np.int64) >> 8
        image = PILImage.fromarray(np.clip(high, 0, 255).astype(np.uint8))
    return image if image.mode == "RGB" else image.convert("RGB")


def _date_and_caption(image: PILImage.Image) -> tuple[datetime | None, str]:
    """Read EXIF's DateTimeOriginal, else DateTimeDigitized, else DateTime; and ImageDescription."""
    try:
        exif = image.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
    except Exception:  # broken EXIF must not cost the photo
        return None, ""
    dates = (
        details.get(ExifTags.Base.DateTimeOriginal),
        details.get(ExifTags.Base.DateTimeDigitized),
        exif.get(ExifTags.Base.DateTime),
    )
    taken = next((date for date in map(_exif_date, dates) if date), None)
    caption = exif.get(ExifTags.Base.ImageDescription)
    return taken, _text(caption)


def _text(value: object) -> str:
    """Return EXIF text. The standard says ASCII, but many programs write UTF-8."""
    if value is None:
        return ""
    raw = value if isinstance(value, bytes) else str(value).encode("latin-1", "replace")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return text.replace("\0", "").strip()


def _exif_date(value: object) -> datetime | None:
    try:
        return datetime.strptime(str(value)[:19], "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None


def _register_heif() -> None:
    global _heif_is_registered
    if not _heif_is_registered:
        import pillow_heif

        pillow_heif.register_heif_opener()
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        _heif_is_registered = True
