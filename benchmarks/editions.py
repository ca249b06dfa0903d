"""Photos edited in ten ways: which of their faces are known again, and which are taken for others?

    python -m benchmarks.editions LIBRARY PHOTOS

LIBRARY is any library (its networks are used), PHOTOS a folder of photos. Where each face must be
after an edit is known, so 'right' is a face that was matched with the one found there, 'placed' one
that was not found any more but of whom it is known where it is, 'outside' one that was cut away.
"""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from labeler.faces import editions
from labeler.faces.editions import Edition
from labeler.faces.io.face_finder import FaceFinder
from labeler.faces.steps.editions import as_edition
from labeler.faces.steps.library_finder import library_finder
from labeler.library.editions import StoredEdition
from labeler.library.store import Library
from labeler.photos.io import decoding, gray

LONGEST_SIDE = 2500
NEAR = 0.4
"""Of a face's size: the farthest that its centre may be from where it must be."""
Point = tuple[float, float]
Edit = tuple[Image.Image, Callable[[float, float], Point]]


def edits(image: Image.Image) -> dict[str, Edit]:
    """Return edited pictures, and where on them a point of the picture is."""
    turn = Image.Transpose
    width, height = image.size
    left, top, right = width // 8, height // 10, width * 9 // 10
    cropped = image.crop((left, top, right, height))
    part = image.crop((width // 3, height // 6, width, height * 3 // 4))
    sepia = ImageOps.colorize(ImageOps.grayscale(image), "#201008", "#fff0d0")
    return {
        "mirrored": (ImageOps.mirror(image), lambda x, y: (width - x, y)),
        "turned left": (image.transpose(turn.ROTATE_90), lambda x, y: (y, width - x)),
        "upside down": (image.transpose(turn.ROTATE_180), lambda x, y: (width - x, height - y)),
        "half": (image.resize((width // 2, height // 2)), lambda x, y: (x / 2, y / 2)),
        "a third": (image.resize((width // 3, height // 3)), lambda x, y: (x / 3, y / 3)),
        "cropped": (cropped, lambda x, y: (x - left, y - top)),
        "cropped to 39 %": (part, lambda x, y: (x - width // 3, y - height // 6)),
        "cropped, mirrored": (ImageOps.mirror(cropped), lambda x, y: (right - x, y - top)),
        "cropped, turned right": (
            cropped.transpose(turn.ROTATE_270),
            lambda x, y: (height - y, x - left),
        ),
        "brighter, in sepia": (ImageEnhance.Brightness(sepia).enhance(1.2), lambda x, y: (x, y)),
    }


def main(library: Path, photos: Path) -> None:
    finder = library_finder(Library(library))
    counts: dict[str, Counter[str]] = {}
    for path in sorted(photos.rglob("*.jpg")):
        image = Image.fromarray(decoding.decode_file(str(path)))
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        old = edition(finder, image)
        for name, (edited, moved) in edits(image).items():
            seen = counts.setdefault(name, Counter())
            compare(old, edition(finder, edited), edited.size, moved, seen)
    for name, seen in counts.items():
        print(f"{name:22}", *(f"{what} {number:,}" for what, number in sorted(seen.items())))


def edition(finder: FaceFinder, image: Image.Image) -> Edition:
    """Return a picture as the library would store it, marked as upright as most files are."""
    file, mark = io.BytesIO(), Image.Exif()
    mark[274] = 1
    image.save(file, "JPEG", quality=85, exif=mark)
    photo = decoding.OpenedPhoto(file.getvalue(), "x.jpg")
    look = gray.hash_of_pixels(photo.pixels(decoding.FINGERPRINT_SIDE))
    faces = dict(enumerate(finder.find(photo)))
    stored = StoredEdition(0, (photo.width, photo.height), look, faces, frozenset())
    return as_edition(stored, finder.embedder.model)


def compare(
    old: Edition,
    new: Edition,
    size: tuple[int, int],
    moved: Callable[[float, float], Point],
    seen: Counter[str],
) -> None:
    found = editions.compare(old, new)
    pairs = dict(found.pairs)
    for place, box in enumerate(old.boxes):
        at = np.array(moved(*(box[:2] + box[2:] / 2)))
        if not (at > 0).all() or not (at < size).all():
            seen["outside, matched" if place in pairs else "outside"] += 1
        elif place in pairs:
            seen["right" if _is_at(new.boxes[pairs[place]], at) else "wrong"] += 1
        elif found.transform is None:
            seen["lost"] += 1
        else:
            there = editions.placed(found.transform, box[None])[0]
            seen["placed" if _is_at(there, at) else "placed wrongly"] += 1


def _is_at(box: np.ndarray, at: np.ndarray) -> bool:
    away = box[:2] + box[2:] / 2 - at
    return bool(np.hypot(*away) < NEAR * np.sqrt(box[2:].prod()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
