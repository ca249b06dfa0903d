"""The functions of the package `face_recognition`, with this project's speed and no compiler.

A script that says

    from labeler import face_recognition

instead of `import face_recognition` runs as before: the same names, arguments, defaults, orders and
dtypes, and for the same box the same 128 numbers (within 10⁻⁵), from the same weights.
Its functions are described by Adam Geitgey's face_recognition/api.py (version 1.3, MIT licence).
Where pictures and boxes come up below:

- a picture is an array of uint8, (height, width, 3) in RGB or (height, width) in grey;
- a box, there called a location, is a tuple of whole pixels (top, right, bottom, left).

What is different:

- `model="hog"` asks dlib's detector only where CenterFace, a faster one, sees what may be a face
  (`labeler.faces.io.focused_hog`). Most boxes are dlib's to the pixel, some are those of the next
  size in which dlib looks, and few faces are lost: benchmarks/RESULTS.md has the shares. With
  `face_recognition.WHOLE_PICTURE = True`, dlib looks everywhere: always its boxes, and its time.
- `model="cnn"` is dlib's own network as dlib runs it: it takes many seconds for every megapixel.
- `batch_face_locations` takes pictures of different sizes, too, one after the other.
- The random variations of `num_jitters` are dlib's own, in dlib's order. As they are drawn one
  after the other, only the same calls in the same order in a process give the same numbers.
- Grey pictures have encodings, too. HEIF pictures can be loaded.
- Wrong arguments raise ValueError with a sentence, also where `face_recognition` takes a wrong name
  of a model for another model, or where dlib raises TypeError or RuntimeError.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image as PILImage
from PIL import ImageFile

from labeler.faces.io.alignment import DlibAligner
from labeler.faces.io.detectors import CnnDetector, cnn, hog
from labeler.faces.io.embedders import DlibEmbedder
from labeler.faces.io.face_finder import DLIB_MODELS
from labeler.faces.io.focused_hog import FocusedHog
from labeler.faces.networks.runtime import Once, OncePerThread
from labeler.io import packages
from labeler.types import Image

__all__ = [
    "batch_face_locations",
    "compare_faces",
    "face_distance",
    "face_encodings",
    "face_landmarks",
    "face_locations",
    "load_image_file",
]

Location = tuple[int, int, int, int]
Landmarks = dict[str, list[tuple[int, int]]]
Encoding = NDArray[np.float64]

WHOLE_PICTURE = False
"""True: `model="hog"` looks everywhere, not only where CenterFace sees what may be a face."""
THREADS = 1
"""Cores that one call of a network may use; to be set before the first face is searched for. More
make a script a little faster that has the computer to itself, and slow down several at a time."""
_PADDING = 0.25
_DETECTORS, _PREDICTORS = ("hog", "cnn"), ("large", "small")
_PARTS: dict[str, dict[str, tuple[int, ...]]] = {
    "large": {
        "chin": tuple(range(17)),
        "left_eyebrow": tuple(range(17, 22)),
        "right_eyebrow": tuple(range(22, 27)),
        "nose_bridge": tuple(range(27, 31)),
        "nose_tip": tuple(range(31, 36)),
        "left_eye": tuple(range(36, 42)),
        "right_eye": tuple(range(42, 48)),
        "top_lip": (*range(48, 55), 64, 63, 62, 61, 60),
        "bottom_lip": (*range(54, 60), 48, 60, 67, 66, 65, 64),
    },
    "small": {"nose_tip": (4,), "left_eye": (2, 3), "right_eye": (0, 1)},
}
"""Which of dlib's 68 or 5 points belong to what; lips begin and end in the corners of the mouth."""


def load_image_file(file: str | os.PathLike[str] | IO[bytes], mode: str | None = "RGB") -> Image:
    """Return the pixels of a picture as they are stored: EXIF's orientation is not applied.

    Args:
        file: its path, or a file opened for reading bytes.
        mode: "RGB" for (height, width, 3) uint8, "L" for grey, (height, width) uint8, or another
            one of Pillow's modes; nothing = as the file has it. What is missing at the end of a
            truncated file is grey or black.

    Raises:
        OSError: the file cannot be read, or is no picture (then PIL.UnidentifiedImageError).
        ValueError: there is no such mode.
    """
    import pillow_heif

    pillow_heif.register_heif_opener()
    with _truncated_pictures_allowed():
        image = PILImage.open(file)
        image.load()
    try:
        return np.array(image.convert(mode) if mode else image)
    except (ValueError, KeyError) as error:
        raise ValueError(f"There is no mode {mode!r}; use 'RGB' or 'L'.") from error


def face_locations(
    img: Image, number_of_times_to_upsample: int = 1, model: str = "hog"
) -> list[Location]:
    """Return the boxes of the faces on a picture, those first of which the detector is surest.

    Args:
        img: the picture.
        number_of_times_to_upsample: how often it is doubled in size first; so "hog" finds faces
            from about 80, 40 (for 1), 20 (for 2) pixels on.
        model: "hog", dlib's detector of frontal faces, or "cnn", its network, which is very slow.

    Raises:
        ValueError: there is no such model, or an argument is of the wrong kind.
    """
    picture = _picture(img)
    found = _boxes(picture, number_of_times_to_upsample, model)
    return [_trimmed(box, picture) for box in found]


def batch_face_locations(
    images: Sequence[Image], number_of_times_to_upsample: int = 1, batch_size: int = 128
) -> list[list[Location]]:
    """Return the boxes on each of the pictures, found by dlib's network ("cnn").

    Args:
        images: the pictures.
        number_of_times_to_upsample: see `face_locations`.
        batch_size: is not used; the pictures are looked at one after the other.

    Raises:
        ValueError: an argument is of the wrong kind.
    """
    _whole_number(batch_size, "batch_size")
    return [face_locations(image, number_of_times_to_upsample, "cnn") for image in images]


def face_landmarks(
    face_image: Image, face_locations: Sequence[Location] | None = None, model: str = "large"
) -> list[Landmarks]:
    """Return where the parts of each face are: for each face lists of pixels (x, y), by part.

    Args:
        face_image: the picture.
        face_locations: boxes of the faces; None = find them with the defaults of `face_locations`.
        model: "large" gives chin, left_eyebrow, right_eyebrow, nose_bridge, nose_tip, left_eye,
            right_eye, top_lip and bottom_lip in 72 points, "small" nose_tip, left_eye and
            right_eye in 5. Left is what is left in the picture.

    Raises:
        ValueError: there is no such model, or an argument is of the wrong kind.
    """
    shapes = _shapes(_picture(face_image), face_locations, model)
    everywhere = [[(point.x, point.y) for point in shape.parts()] for shape in shapes]
    return [
        {part: [points[index] for index in indices] for part, indices in _PARTS[model].items()}
        for points in everywhere
    ]


def face_encodings(
    face_image: Image,
    known_face_locations: Sequence[Location] | None = None,
    num_jitters: int = 1,
    model: str = "small",
) -> list[Encoding]:
    """Return the 128 numbers of each face, (128,) float64, of which those of one person are close.

    Args:
        face_image: the picture.
        known_face_locations: boxes of the faces; None = find them with the defaults of
            `face_locations`.
        num_jitters: from 2 on, so many random variations of each face are encoded and averaged.
        model: the landmarks by which faces are turned upright, see `face_landmarks`.

    Raises:
        ValueError: there is no such model, or an argument is of the wrong kind.
    """
    import dlib

    _whole_number(num_jitters, "num_jitters")
    picture = _picture(face_image)
    shapes = _shapes(picture, known_face_locations, model)
    size = DlibAligner.SIZE
    chips = [dlib.get_face_chip(picture, shape, size=size, padding=_PADDING) for shape in shapes]
    if num_jitters <= 1:
        return list(_encoded(chips))
    return [_encoded(dlib.jitter_image(chip, num_jitters)).mean(axis=0) for chip in chips]


def face_distance(face_encodings: ArrayLike, face_to_compare: ArrayLike) -> Encoding:
    """Return the Euclidean distance of each encoding to another one, (n,) float64.

    Args:
        face_encodings: (n, d), as an array or a list of arrays.
        face_to_compare: (d,)

    Raises:
        ValueError: they are not of one length.
    """
    known, asked = np.asarray(face_encodings), np.asarray(face_to_compare)
    if not len(known):
        return np.empty(0)
    if known.ndim != 2 or asked.shape[-1:] != known.shape[1:]:
        raise ValueError(
            f"Encodings of the shapes {known.shape} and {asked.shape} cannot be compared; give "
            "a list of encodings, and one encoding of the same length."
        )
    distances: Encoding = np.linalg.norm(known - asked, axis=1)
    return distances


def compare_faces(
    known_face_encodings: ArrayLike, face_encoding_to_check: ArrayLike, tolerance: float = 0.6
) -> list[np.bool_]:
    """Tell of each known encoding whether it is at most `tolerance` away from another one.

    Arguments and errors: see `face_distance`.
    """
    return list(face_distance(known_face_encodings, face_encoding_to_check) <= tolerance)


def _boxes(picture: Image, upsample: int, model: str) -> list[Any]:
    """Return what was found as dlib's rectangles, which may reach over the picture's edges."""
    import dlib

    _one_of(model, _DETECTORS)
    _whole_number(upsample, "number_of_times_to_upsample")
    if model == "cnn":
        # On tiny pictures dlib's network writes outside its memory; there is nothing to be found.
        if min(picture.shape[:2]) < CnnDetector.LEAST_SIDE:
            return []
        return [face.rect for face in _cnn()(picture, upsample)]
    if WHOLE_PICTURE:
        return list(_whole_hog()(picture, upsample))
    return [dlib.rectangle(*box) for box in _focused_hog().detect(picture, upsample)]


def _shapes(picture: Image, locations: Sequence[Location] | None, model: str) -> list[Any]:
    """Return dlib's landmarks of each face."""
    _one_of(model, _PREDICTORS)
    if locations is None:
        rectangles = _boxes(picture, 1, "hog")
    else:
        rectangles = [_rectangle(location) for location in locations]
    return [_predictors[model]()(picture, rectangle) for rectangle in rectangles]


def _encoded(chips: Sequence[Image]) -> Encoding:
    """Return the encodings (n, 128) of faces that were cut out."""
    return _embedder().embed([[chip] for chip in chips]).astype(np.float64)


def _picture(image: Any) -> Image:
    """Return a picture as dlib and the networks want it."""
    is_array = isinstance(image, np.ndarray)
    fits = is_array and image.dtype == np.uint8 and image.ndim >= 2
    if not fits or image.shape[2:] not in ((), (3,)):
        found = f"{image.dtype} of the shape {image.shape}" if is_array else type(image).__name__
        raise ValueError(
            "A picture is an array of uint8 with the shape (height, width, 3) or (height, width), "
            f"not {found}; load it with load_image_file."
        )
    if image.ndim == 2:
        return np.repeat(image[:, :, None], 3, axis=2)
    return np.ascontiguousarray(image)  # dlib misreads turned views


def _rectangle(location: Any) -> Any:
    import dlib

    try:
        top, right, bottom, left = location
        return dlib.rectangle(left, top, right, bottom)
    except (TypeError, ValueError) as error:
        raise ValueError(
            "The location of a face is four whole numbers (top, right, bottom, left), not "
            f"{location!r}."
        ) from error


def _trimmed(rectangle: Any, picture: Image) -> Location:
    height, width = picture.shape[:2]
    return (
        max(rectangle.top(), 0),
        min(rectangle.right(), width),
        min(rectangle.bottom(), height),
        max(rectangle.left(), 0),
    )


def _one_of(model: object, models: tuple[str, str]) -> None:
    if model not in models:
        raise ValueError(f"There is no model {model!r} here; use {models[0]!r} or {models[1]!r}.")


def _whole_number(value: object, name: str) -> None:
    if not isinstance(value, (int, np.integer)) or value < 0:
        raise ValueError(f"{name} is a whole number from 0 on, not {value!r}.")


_truncating = threading.Lock()


@contextmanager
def _truncated_pictures_allowed() -> Iterator[None]:
    """Let Pillow read what there is of a truncated file.

    `face_recognition` switches this on for the whole process when it is imported, for Pillow knows
    no other way; here it is switched back, so that the rest of a program is told of damage.
    """
    with _truncating:
        before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _models() -> Path:
    """Return the folder for converted networks; what is in it is made again if it is missing."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("face-labeler", appauthor=False)) / "models"


def _predictor(weights: Callable[[], Path]) -> Any:
    import dlib

    return dlib.shape_predictor(str(weights()))


_focused_hog = Once(lambda: FocusedHog(THREADS))
_whole_hog = OncePerThread(hog)
_cnn = OncePerThread(cnn)
_predictors = {
    "large": Once(_predictor, packages.sixty_eight_landmarks_weights),
    "small": Once(_predictor, packages.five_landmarks_weights),
}
_embedder = Once(lambda: DlibEmbedder(_models(), DLIB_MODELS[1], exact=True, threads=THREADS))
