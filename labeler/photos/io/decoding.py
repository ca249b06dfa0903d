"""Photo files: read them, decode them as finely as needed, upright and in sRGB."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from PIL import ExifTags
from PIL import Image as PILImage

from labeler.errors import PassingTroubleError, UnreadablePhotoError
from labeler.geometry import SIDEWAYS, orientation_left
from labeler.io.files import digest_regular, nanoseconds, read_regular
from labeler.photos import sources, xmp
from labeler.photos.io import beside, cut_off, metadata, opening, planar_tiff, raw, rgb
from labeler.photos.io.memory import memory
from labeler.photos.io.opening import damage_as_one_sentence
from labeler.types import Image, Metadata, PhotoFacts, PhotoFile

SUFFIXES = raw.SUFFIXES | frozenset(
    ".jpg .jpeg .jpe .jfif .jif .jfi .pjpeg .pjp .mpo .png .apng .webp .heic .heif .hif "  # noqa: SIM905
    ".heics .heifs .avif .avifs .tif .tiff .bmp .dib .gif".split()
)
MOST_BYTES = 500_000_000
"""Larger files are refused; they are hardly photos."""
MOST_PIXELS = opening.MOST_PIXELS
FINGERPRINT_SIDE = 800
"""Longer side, at least, of the picture whose pixels are hashed."""
LARGE_FILE = 32_000_000
"""Bytes: only one larger file is read at a time."""
_REDUCED_AT_ONCE = 40_000_000
"""Larger pictures are reduced before anything else is done to them, to spare memory."""

TURNS = {
    2: PILImage.Transpose.FLIP_LEFT_RIGHT,
    3: PILImage.Transpose.ROTATE_180,
    4: PILImage.Transpose.FLIP_TOP_BOTTOM,
    5: PILImage.Transpose.TRANSPOSE,
    6: PILImage.Transpose.ROTATE_270,
    7: PILImage.Transpose.TRANSVERSE,
    8: PILImage.Transpose.ROTATE_90,
}
"""What undoes an EXIF orientation."""


def read(file: PhotoFile) -> tuple[bytes, PhotoFile]:
    """Return a file's content, and the file as it was while it was read.

    Raises:
        UnreadablePhotoError: it cannot be read, is empty, or changed meanwhile.
    """
    try:
        data, status = read_regular(file.path, MOST_BYTES)
    except OSError as error:
        raise PassingTroubleError(f"The file cannot be read: {error.strerror}.") from error
    if not data:
        raise UnreadablePhotoError("The file is empty; restore it from a backup.")
    return data, replace(file, size=status.st_size, modified_ns=nanoseconds(status))


def hashed(file: PhotoFile) -> tuple[str, PhotoFile]:
    """Return the SHA-256 of a file that is too large for memory, and the file as it was then.

    Raises:
        UnreadablePhotoError: it cannot be read, is empty, or changed meanwhile.
    """
    try:
        content, status = digest_regular(file.path)
    except OSError as error:
        raise PassingTroubleError(f"The file cannot be read: {error.strerror}.") from error
    if not status.st_size:
        raise UnreadablePhotoError("The file is empty; restore it from a backup.")
    return content, replace(file, size=status.st_size, modified_ns=nanoseconds(status))


def read_bytes(path: str) -> bytes:
    """Return a file's content; see `read`."""
    return read(PhotoFile(path, -1, 0))[0]


def content_hash(data: bytes) -> str:
    """Return the SHA-256 of a file's content, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def needed(data: bytes, name: str = "") -> int:
    """Return how many bytes of memory decoding a photo may take, from the head of the file.

    Raises:
        UnreadablePhotoError: it is no picture.
    """
    if opening.is_raw(name):
        return len(data) + opening.RAW_MEMORY
    with damage_as_one_sentence():
        image, head = opening.opened(data, name)
        return opening.cost(data, image, head).at(max(image.size))


class OpenedPhoto:
    """A photo file in memory: a `Picture` that is decoded as finely as asked for.

    A JPEG is decoded at 1/2, 1/4 or 1/8 of its size where that is enough, which takes a fraction
    of the time and memory. The finest decoding so far is kept. Each decoding waits until there is
    memory for it; see `labeler.photos.io.memory`.

    width, height: upright pixels of the whole photo. metadata: what the file itself says.
    stored_size: width and height before it is turned upright. orientation: EXIF's, by which it is
    turned; own_orientation: as the file itself wants it. note: what is wrong with the file though
    it could be decoded, a sentence; '' = nothing.

    Args:
        orientation: takes the place of the file's own.

    Raises:
        UnreadablePhotoError: it is no picture, damaged, or larger than `most_pixels`. Damage to
            the pixels is found when they are asked for.
    """

    def __init__(
        self,
        data: bytes,
        name: str = "",
        most_pixels: int = MOST_PIXELS,
        orientation: int | None = None,
    ) -> None:
        self._data = data
        self._name = name
        self._decoded: Image | None = None
        self._fineness = 0
        self._next: tuple[int, Image] | None = None
        self.note = ""
        # Only LibRaw decodes anything before the pixels are asked for.
        before = opening.RAW_MEMORY if opening.is_raw(name) else 0
        with damage_as_one_sentence(), memory.reserved(before):
            image, head = opening.opened(data, name)
            self.stored_size = stored_size(image)
            opening.check_size(image, most_pixels)
            self._most_pixels = most_pixels
            self._cost = opening.cost(data, image, head)
            opening.check_memory(self._cost.at(FINGERPRINT_SIDE), most_pixels)
            self.metadata: Metadata = metadata.embedded(image)
            done = turned_already(image)
            self.turn(done if done != 1 else orientation_of(image))
            self.own_orientation = self.orientation
            self._opened: PILImage.Image | None = image
        if orientation is not None:
            self.turn(orientation)

    def turn(self, orientation: int | None) -> None:
        """Have the stored picture turned as an orientation of EXIF says; None = nobody knows."""
        self.may_be_turned, self.is_marked = orientation is None, orientation is not None
        self.orientation = orientation or 1
        across, down = self.stored_size
        is_sideways = self.orientation in SIDEWAYS
        self.width, self.height = (down, across) if is_sideways else (across, down)

    def pixels(self, longest_side: int | None = None) -> Image:
        """Return the upright picture, (height, width, 3) uint8, in sRGB.

        Of a picture of more than 40 million pixels, half of `longest_side` may be all there is.

        Raises:
            UnreadablePhotoError: the file is damaged.
        """
        whole = max(self.width, self.height)
        wanted = whole if longest_side is None else min(longest_side, whole)
        if self._next and self._next[0] == wanted > self._fineness:
            self._fineness, self._decoded = self._next
            self._next = None
        if self._decoded is None or wanted > self._fineness:
            self._decode(wanted)
        assert self._decoded is not None
        return self._decoded

    def pixel_hash(self, next_side: int = 0) -> str:
        """Return a hash of the upright picture that no change of the metadata changes.

        It depends on nothing that was decoded before. Finding faces needs the same coarse pixels.

        Args:
            next_side: for what `pixels` will be asked next. A picture that takes long to decode
                is decoded once for both.

        Raises:
            UnreadablePhotoError: the file is damaged.
        """
        if self._decoded is None:
            self._decode(min(FINGERPRINT_SIDE, max(self.width, self.height)), next_side)
            pixels = self.pixels(FINGERPRINT_SIDE)
        else:
            again = OpenedPhoto(self._data, self._name, self.width * self.height, self.orientation)
            pixels = again.pixels(FINGERPRINT_SIDE)
        digest = hashlib.sha256(repr((self.width, self.height, pixels.shape)).encode())
        digest.update(pixels.tobytes())
        return digest.hexdigest()

    def _decode(self, longest_side: int, next_side: int = 0) -> None:
        whole = max(self.width, self.height)
        needed = self._cost.at(longest_side)
        result = 3 * self.width * self.height * longest_side**2 // whole**2
        with damage_as_one_sentence(), memory.reserved(needed + result):
            opening.check_memory(needed, self._most_pixels)
            # In a function of its own, so that the picture is gone when the next one may come.
            self._decoded = self._decode_now(longest_side, next_side)
            self._fineness = max(longest_side, *self._decoded.shape[:2])

    def _decode_now(self, longest_side: int, next_side: int) -> Image:
        image, self._opened = self._opened or opening.opened(self._data, self._name)[0], None
        profile = image.info.get("icc_profile")
        longer = max(image.size)
        least = tuple(max(side * longest_side // longer, 1) for side in image.size)
        # draft() gives at least `least`, for JPEG only; it leaves the colours as they are.
        image.draft(None, (least[0], least[1]))
        image = self._loaded(image, (least[0], least[1]))
        # Pillow has turned a TIFF by now, and libheif its pictures; both say so.
        done = 1 if (orientation_of(image) or 1) != 1 else self.own_orientation
        turn = orientation_left(self.orientation, done)
        is_large = image.width * image.height > _REDUCED_AT_ONCE
        if is_large and longest_side < next_side <= max(image.size) == longer:
            self._next = (next_side, _finished(image, next_side, profile, turn))
        return _finished(image, longest_side, profile, turn)

    def _loaded(self, image: PILImage.Image, least: tuple[int, int]) -> PILImage.Image:
        """Return a picture with its pixels, which may be another one."""
        if planar_tiff.is_planar(image):
            return planar_tiff.load(self._data, image)
        try:
            image.load()
        except OSError:
            whole = cut_off.load(self._data, least) if image.format in ("JPEG", "MPO") else None
            if whole is None:
                raise
            self.note = cut_off.NOTE
            return whole
        return image


def _finished(image: PILImage.Image, longest_side: int, profile: bytes | None, turn: int) -> Image:
    """Return the upright pixels of a loaded picture, in sRGB."""
    if image.width * image.height > _REDUCED_AT_ONCE:
        factor = max(-(-max(image.size) // longest_side), 1)
        return rgb.turned(rgb.reduced(image, factor, profile), TURNS.get(turn))
    image = rgb.srgb(rgb.eight_bits(image), profile)
    return np.asarray(image.transpose(TURNS[turn]) if turn in TURNS else image)


def decode_file(
    path: str,
    longest_side: int | None = None,
    most_pixels: int = MOST_PIXELS,
    content: str | None = None,
    orientation: int | None = None,
) -> Image:
    """Return the upright pixels of a file; see `OpenedPhoto`.

    Args:
        content: the hash that the file must have.

    Raises:
        UnreadablePhotoError: it cannot be read, is damaged, too large, or another file by now.
    """
    with room_for_file(path):
        data = read_bytes(path)
        if content is not None and content_hash(data) != content:
            raise UnreadablePhotoError(
                "The photo has changed since it was indexed; index it again."
            )
        return OpenedPhoto(data, path, most_pixels, orientation).pixels(longest_side)


@contextmanager
def room_for_file(path: str) -> Iterator[None]:
    """Let a large file be read only when nothing else is decoded; it may take all the memory."""
    size = 0
    with suppress(OSError):  # whoever reads it will find out
        size = os.path.getsize(path)
    with memory.reserved(memory.most if size > LARGE_FILE else 0):
        yield


def room_for_picture(width: int, height: int) -> AbstractContextManager[None]:
    """Wait until there is memory for a whole picture and a copy of it."""
    return memory.reserved(7 * width * height)


def facts(photo: OpenedPhoto, file: PhotoFile) -> PhotoFacts:
    """Return what the photo, the files beside it, and its name and time say about it.

    The photo is turned as a file beside it wants it.
    """
    known = known_of(photo.metadata, photo.stored_size, file)
    if known.orientation == photo.own_orientation:
        known = replace(known, orientation=None)
    if known.orientation is not None:
        photo.turn(known.orientation)
    return PhotoFacts(photo.width, photo.height, known)


def known_of(own: Metadata, size: tuple[int, int], file: PhotoFile) -> Metadata:
    """Return what a file, the files beside it, and its name and time say about it.

    Args:
        own: what it says itself. size: its width and height as stored.
    """
    sidecar = None
    more = []
    for path in (file.sidecar, *file.notes):
        if path is None:
            continue
        with suppress(OSError):  # an unreadable file beside it must not cost the photo
            data, _ = read_regular(path, xmp.MOST_BYTES + 1)
            if not beside.is_sidecar(path):
                more.append(metadata.from_takeout(data))
                continue
            told = metadata.from_xmp(data, size)
            if told.orientation is not None and beside.is_of_raw(path, file.path):
                told = replace(told, orientation=None)
            if sidecar is None:
                sidecar = told
            else:
                more.append(sources.said_by("sidecar", replace(told, taken_from=None)))
    return metadata.combined(
        own,
        sidecar,
        os.path.basename(file.path),
        file.modified_ns,
        more,
        datetime.now() + timedelta(days=1),
    )


def orientation_of(image: PILImage.Image) -> int | None:
    """Return EXIF's orientation, 1 to 8, or None where nothing sensible is said."""
    try:
        # The base class's method, because that of a PNG would decode the pixels.
        value = PILImage.Image.getexif(image).get(ExifTags.Base.Orientation)
    except Exception:  # broken EXIF must not cost the photo
        return None
    return value if value == 1 or value in TURNS else None


def turned_already(image: PILImage.Image) -> int:
    """Return the orientation by which Pillow (of a TIFF) or libheif turns a picture itself."""
    if image.format == "TIFF":
        return orientation_of(image) or 1
    # libheif changes its EXIF to say so.
    turned = image.info.get("original_orientation")
    return turned if isinstance(turned, int) and turned in TURNS else 1


def stored_size(image: PILImage.Image) -> tuple[int, int]:
    """Return width and height before the orientation is applied.

    Pillow turns TIFF files itself, and gives the size that they will have.
    """
    if image.format == "TIFF":
        tags = getattr(image, "tag_v2", {})
        across, down = tags.get(ExifTags.Base.ImageWidth), tags.get(ExifTags.Base.ImageLength)
        if isinstance(across, int) and isinstance(down, int):
            return across, down
    return image.size[::-1] if turned_already(image) in SIDEWAYS else image.size
