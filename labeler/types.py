"""The values that travel between modules. All are immutable; arrays in them are not written to.

Coordinates are *upright pixels*: x to the right and y down from the top-left corner of the photo
after its EXIF orientation was applied, at full resolution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
Image = NDArray[np.uint8]
"""An upright RGB picture, (height, width, 3) uint8."""


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned rectangle in upright pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def as_tuple(self) -> tuple[float, float, float, float]:
        return (self.left, self.top, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Detection:
    """A face that a detector found: where, and how sure it is (score in 0…1)."""

    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face as the pipeline hands it to the store.

    landmarks: (5, 2) float32, upright pixels, in the order of dlib's 5-point predictor: outer and
    inner corner of the person's left eye (on the right of the picture), outer and inner corner of
    the right eye, base of the nose.
    descriptor: (d,) float32.
    """

    box: Box
    score: float
    landmarks: FloatArray
    descriptor: FloatArray


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A file on disk as the directory walk saw it."""

    path: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What a photo file says about itself. Width and height are upright pixels."""

    width: int
    height: int
    taken: datetime | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class AnalysedPhoto:
    """A photo that was read and searched for faces, ready to be stored."""

    file: PhotoFile
    content_hash: str
    facts: PhotoFacts
    faces: tuple[FoundFace, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or folder that could not be used, and the sentence that says why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of the library. `path` is where it was last seen; copies elsewhere are not listed."""

    id: int
    content_hash: str
    path: str
    facts: PhotoFacts


@dataclass(frozen=True)
class FaceTable:
    """All faces of a library in the order of their ids, as parallel arrays of length n.

    ids, photo_ids: (n,) int64. boxes: (n, 4) float64 as left, top, width, height.
    scores: (n,) float32. landmarks: (n, 5, 2) float32.
    clusters: (n,) int64, −1 = in no group. xy: (n, 2) float32, NaN = not on the map yet.
    """

    ids: IntArray
    photo_ids: IntArray
    boxes: NDArray[np.float64]
    scores: FloatArray
    landmarks: FloatArray
    clusters: IntArray
    xy: FloatArray

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class FaceKey:
    """Identifies a face for as long as its photo's content exists: SHA-256 of the file, and box."""

    content_hash: str
    box: Box


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One decision of the user. `undoes` is the id of the entry that an 'undo' takes back."""

    id: int
    at: datetime
    action: str
    faces: tuple[FaceKey, ...] = ()
    person: str | None = None
    undoes: int | None = None


@dataclass(frozen=True)
class Labels:
    """What the user has said, as it stands now, by face id."""

    names: Mapping[int, str] = field(default_factory=dict)
    ignored: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Recognition:
    """An automatic name. `probability` is calibrated: the chance that the name is right."""

    face_id: int
    person: str
    probability: float
