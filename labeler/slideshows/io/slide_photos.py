"""The photos of a show: read, found to be what they were, and cut as the show wants to see them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import ImageFilter

from labeler import types
from labeler.errors import LabelerError, UnreadablePhotoError
from labeler.faces.io import alignment
from labeler.photos import perceptual
from labeler.photos.io import decoding, frames
from labeler.slideshows import selection, slideshow
from labeler.slideshows.slideshow import Candidate, Show, ShownFace
from labeler.types import Box, Failure, PhotoFile, WholePicture

Picture = PILImage.Image
Size = tuple[int, int]

FILL_BRIGHTNESS = 0.5
"""Of the blurred photo beside and behind a photo that does not fill the frame."""
COARSE = 200
"""Longer side, at least, of the pictures by which photos are compared and checked."""
PORTRAIT_SIDE = 1600
"""Side of the square that shows the face of somebody who grows up."""
EYES = np.array([(0.60, 0.44), (0.40, 0.44)])
"""Where the person's left and right eye are in that square."""
EYES_IN_BOX = np.array([(0.70, 0.42), (0.30, 0.42)])
"""Where eyes are in the box of a face whose landmarks are not known."""
SOFT_EDGE = PORTRAIT_SIDE / 50
"""Pixels over which the edge of a photo turns into its blur."""


@dataclass(frozen=True, slots=True)
class Sights:
    """What must stay in sight on a picture, and what else should, in its pixels."""

    faces: tuple[Box, ...]
    others: tuple[Box, ...] = ()


def checked(show: Show) -> tuple[Show, tuple[Failure, ...]]:
    """Return the show without the photos that cannot be shown, and why not.

    They are read, compared with what they were, and decoded coarsely, on all cores.

    Raises:
        LabelerError: none of them can be shown.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        reasons = list(pool.map(_reason_against, (slide.candidate for slide in show.slides)))
    pairs = list(zip(show.slides, reasons, strict=True))
    failed = tuple(Failure(slide.candidate.photo_path, why) for slide, why in pairs if why)
    if not failed:
        return show, show.left_out
    kept = tuple(slide for slide, why in pairs if not why)
    if not kept:
        first = f"{Path(failed[0].path).name}: {failed[0].reason}"
        raise LabelerError(f"None of the photos of {show.title} can be shown ({first})")
    shown = [slide.candidate for slide in kept]
    cover = show.cover if show.cover in shown else selection.best(shown)
    steps = [slide.duration - show.crossfade for slide in kept]
    return slideshow.timed(replace(show, slides=kept, cover=cover), steps), show.left_out + failed


def load(candidate: Candidate) -> Picture:
    """Return the upright photo.

    Raises:
        UnreadablePhotoError: it cannot be read, or is no longer the photo that was chosen.
    """
    with decoding.room_for_picture(candidate.width, candidate.height):
        pixels = _opened(candidate).pixels()
        if pixels.shape[:2] != (candidate.height, candidate.width):
            raise UnreadablePhotoError("The picture has changed; index it again.")
        return PILImage.fromarray(pixels)


def seen(show: Show, candidate: Candidate) -> tuple[Picture, Sights]:
    """Return the picture that a slide shows, and what is to be seen on it.

    Raises:
        UnreadablePhotoError: see `load`.
    """
    photo = load(candidate)
    if not show.growing_up:
        return photo, Sights(tuple(face.box for face in candidate.faces), candidate.others)
    portrait = aligned(photo, candidate.faces[0])
    return portrait, Sights((Box(0.0, 0.0, float(portrait.width), float(portrait.height)),))


def fingerprint(candidate: Candidate) -> int:
    """Return what a photo looks like, see `labeler.photos.perceptual`.

    Raises:
        UnreadablePhotoError: see `load`.
    """
    return perceptual.fingerprint(_opened(candidate).pixels(COARSE))


def aligned(photo: Picture, face: ShownFace) -> Picture:
    """Return a square of PORTRAIT_SIDE around a face, turned and scaled so that its eyes are EYES.

    What lies outside the photo is filled with its blur.
    """
    pixels, eyes = np.asarray(photo), _eyes(face)
    places = EYES * PORTRAIT_SIDE
    inside = np.broadcast_to(np.uint8(255), pixels.shape)
    portrait = PILImage.fromarray(alignment.cut_out(pixels, eyes, places, PORTRAIT_SIDE))
    mask = PILImage.fromarray(alignment.cut_out(inside, eyes, places, PORTRAIT_SIDE)).convert("L")
    if mask.getextrema() == (255, 255):
        return portrait
    # Blurred, the mask is half at the edge; twice what is above half fades from there inwards.
    soft = mask.filter(ImageFilter.GaussianBlur(SOFT_EDGE)).point(
        lambda value: max(2 * value - 255, 0)
    )
    result = blurred(photo, portrait.size, FILL_BRIGHTNESS)
    result.paste(portrait, (0, 0), soft)
    return result


def blurred(photo: Picture, size: Size, brightness: float) -> Picture:
    """Return the middle of the photo, filling `size`, out of focus and darkened."""
    aspect = size[0] / size[1]
    width, height = min(photo.width, photo.height * aspect), min(photo.height, photo.width / aspect)
    left, top = (photo.width - width) / 2, (photo.height - height) / 2
    part = (left, top, left + width, top + height)
    small = photo.resize(
        (max(round(40 * aspect), 1), 40), PILImage.Resampling.LANCZOS, box=part, reducing_gap=3.0
    )
    soft = small.filter(ImageFilter.GaussianBlur(2.5)).point(lambda value: value * brightness)
    return soft.resize(size, PILImage.Resampling.BICUBIC)


def years_of(show: Show) -> Iterator[tuple[int | None, float]]:
    """Yield each year of the show (None = without a date) with the second at which it begins."""
    before: object = ()
    for slide in show.slides:
        taken = slide.candidate.taken
        year = taken.year if taken else None
        if year != before:
            yield year, slide.start
        before = year


def _opened(candidate: Candidate) -> types.Picture:
    if candidate.clip is not None:
        return WholePicture(frames.frame_at(candidate.photo_path, candidate.clip.at))
    with decoding.room_for_file(candidate.photo_path):
        data = decoding.read_bytes(candidate.photo_path)
    if candidate.content_hash and decoding.content_hash(data) != candidate.content_hash:
        raise UnreadablePhotoError("The photo has been replaced or changed since it was chosen.")
    # A larger one than usual is taken, too: it was accepted when it was indexed.
    limit = max(candidate.width * candidate.height, decoding.MOST_PIXELS)
    return decoding.OpenedPhoto(data, candidate.photo_path, limit, candidate.orientation)


def _reason_against(candidate: Candidate) -> str:
    try:
        if candidate.clip is not None and not _is_the_video(candidate):
            return "The video has been replaced or changed since it was chosen."
        photo = _opened(candidate)
        if (photo.width, photo.height) != (candidate.width, candidate.height):
            return "The picture has changed; index it again."
        photo.pixels(COARSE)
    except UnreadablePhotoError as error:
        return str(error)
    return ""


def _is_the_video(candidate: Candidate) -> bool:
    """Tell whether a file still holds the video that was chosen; this reads all of it."""
    if not candidate.content_hash:
        return True
    found, _ = decoding.hashed(PhotoFile(candidate.photo_path, -1, 0))
    return found == candidate.content_hash


def _eyes(face: ShownFace) -> NDArray[np.float32]:
    """Return the middles of the person's left and right eye, (2, 2), upright pixels."""
    if len(face.landmarks) == 5:
        points = np.array(face.landmarks, dtype=np.float32)
        return np.stack([points[0:2].mean(axis=0), points[2:4].mean(axis=0)])
    box = face.box
    places = EYES_IN_BOX * (box.width, box.height) + (box.left, box.top)
    return places.astype(np.float32)
