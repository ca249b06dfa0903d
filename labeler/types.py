"""The values that travel between modules. All are immutable; arrays in them are not written to.

Coordinates are *upright pixels*: x to the right and y down from the top-left corner of the photo
after its EXIF orientation was applied, at full resolution.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
Image = NDArray[np.uint8]
"""An upright RGB picture, (height, width, 3) uint8."""


class Picture(Protocol):
    """An upright photo that is decoded only as finely as somebody needs it.

    width, height: of the whole photo. may_be_turned: nothing says which side is up. is_marked: its
    file does, which may be wrong.
    """

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def may_be_turned(self) -> bool: ...
    @property
    def is_marked(self) -> bool: ...

    def pixels(self, longest_side: int | None = None) -> Image:
        """Return the photo, reduced at most so far that its longer side keeps `longest_side`."""


@dataclass(frozen=True, slots=True)
class WholePicture:
    """A picture whose pixels are in memory already."""

    image: Image
    may_be_turned: bool = False
    is_marked: bool = False

    @property
    def width(self) -> int:
        return self.image.shape[1]

    @property
    def height(self) -> int:
        return self.image.shape[0]

    def pixels(self, longest_side: int | None = None) -> Image:
        return self.image


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
    """A face that a detector found: where, and how sure it is (score in 0…1).

    points: (5, 2) float32, pixels as the box: the eyes (the one on the left of the picture first),
    the tip of the nose, the corners of the mouth (left first); None where the detector gives none.
    """

    box: Box
    score: float
    points: FloatArray | None = None

    def moved(self, right: float, down: float) -> Detection:
        """Return the face so many pixels farther to the right and down."""
        box = self.box
        return Detection(
            Box(box.left + right, box.top + down, box.width, box.height),
            self.score,
            None if self.points is None else self.points + np.array([right, down], np.float32),
        )

    def scaled(self, across: float, down: float) -> Detection:
        """Return the face on the same picture in another size."""
        box = self.box
        return Detection(
            Box(box.left * across, box.top * down, box.width * across, box.height * down),
            self.score,
            None if self.points is None else self.points * np.array([across, down], np.float32),
        )


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face as the steps hand it to the store.

    landmarks: (5, 2) float32, upright pixels, in the order of dlib's 5-point predictor: outer and
    inner corner of the person's left eye (on the right of the picture), outer and inner corner of
    the right eye, base of the nose.
    descriptor: (d,) float32.
    sharpness, frontality: see `labeler.faces.quality`; higher is better.
    """

    box: Box
    score: float
    landmarks: FloatArray
    descriptor: FloatArray
    sharpness: float = 0.0
    frontality: float = 0.0


@dataclass(frozen=True, slots=True)
class Track:
    """One face, followed through a shot of a video.

    face: its best look, at `at`: box, landmarks, sharpness; its descriptor is the mean of `looks`
    faces. at, start, end: seconds from the start of the video.
    boxes: (n, 5) float32, in order of time: time, left, top, width, height, upright pixels.
    """

    face: FoundFace
    at: float
    start: float
    end: float
    boxes: FloatArray
    looks: int


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A file on disk as the directory walk saw it.

    sidecar: path of the XMP file beside it. notes: of further files beside it that say something
    about it: a second XMP file, the JSON of Google Takeout. sidecar_ns: tells whether any of these
    has changed; 0 = there is none.
    """

    path: str
    size: int
    modified_ns: int
    sidecar: str | None = None
    sidecar_ns: int = 0
    notes: tuple[str, ...] = ()


Source = Literal["sidecar", "takeout", "exif", "xmp", "iptc", "video", "file name", "file time"]
"""Who says something of a photo: an XMP file beside it, Google Takeout's JSON, the three forms of
metadata inside the file, or those of a video, or the file itself."""
Fact = Literal["date", "place", "caption", "keywords", "rating", "orientation"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a photo besides its pixels.

    taken: without a time zone, the local time of the camera.
    keywords: in the order found, without doubles.
    latitude, longitude: degrees (WGS 84), south and west negative; both are known or neither.
    rating: 1 to 5 stars; −1 = rejected; None = not rated.
    orientation: EXIF's, 1 to 8, if somebody else than the file's own EXIF says how to turn it.
    doubted: a date that somebody gives, but that only a clock which was not set can have given.
    whence: who says each fact that is known, but for the date, which is in `taken_from`.
    """

    taken: datetime | None = None
    taken_from: Source | None = None
    caption: str = ""
    keywords: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    rating: int | None = None
    orientation: int | None = None
    doubted: datetime | None = None
    whence: Mapping[Fact, Source] = field(default_factory=dict, compare=False)

    @property
    def date(self) -> datetime | None:
        """When the photo was taken, unless that is only a guess from the time of the file."""
        return None if self.taken_from == "file time" else self.taken


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """Size in upright pixels, and what is known about the photo besides.

    seconds: how long it is, if it is a video; None = it is a photo.
    """

    width: int
    height: int
    metadata: Metadata = Metadata()
    seconds: float | None = None

    @property
    def is_video(self) -> bool:
        return self.seconds is not None


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What a video says about itself.

    fps: frames per second, the mean. width, height: upright, of square pixels.
    """

    seconds: float
    fps: float
    width: int
    height: int
    metadata: Metadata = Metadata()


@dataclass(frozen=True, slots=True)
class Watching:
    """How a video is watched.

    every: seconds between the frames that are searched; the ends of shots are searched, too.
    thorough: search as photos are searched, and believe a face that was seen once.
    """

    every: float = 0.5
    thorough: bool = False

    def changed(self, every: float | None, thorough: bool | None) -> Watching:
        """Return another way; None = as in this one."""
        return Watching(
            self.every if every is None else every,
            self.thorough if thorough is None else thorough,
        )


USUAL_WAY = Watching()


@dataclass(frozen=True, slots=True)
class WatchedVideo:
    """A video that was watched from start to end.

    shots: start and end of each, seconds. note: what could not be read, a sentence; '' = nothing.
    how: in which way it was watched.
    """

    facts: VideoFacts
    shots: tuple[tuple[float, float], ...]
    tracks: tuple[Track, ...]
    note: str = ""
    how: Watching = USUAL_WAY


def identity(content_hash: str, orientation: int | None) -> str:
    """Return what tells a photo from all others, 64 hexadecimal digits.

    It is the SHA-256 of its file, unless somebody else than the file says how to turn it: turned
    in another way, a picture is another edition, whose faces are in other places.
    """
    if orientation is None:
        return content_hash
    return hashlib.sha256(f"{content_hash} turned {orientation}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AnalysedPhoto:
    """A photo that was read and searched for faces, ready to be stored.

    content_hash: of its file. pixel_hash: the same for files that differ in their metadata only;
    '' = not known. look: perceptual hash, see `labeler.photos.likeness`; '' = not known.
    note: what is wrong with the file though it was read, a sentence; '' = nothing.
    video: what was seen in it, if it is one; then `faces` are those of its tracks.
    """

    file: PhotoFile
    content_hash: str
    facts: PhotoFacts
    faces: tuple[FoundFace, ...]
    pixel_hash: str = ""
    look: str = ""
    note: str = ""
    video: WatchedVideo | None = None

    @property
    def identity(self) -> str:
        return identity(self.content_hash, self.facts.metadata.orientation)


@dataclass(frozen=True, slots=True)
class PhotoCopy:
    """A file whose content the library has analysed before, under this or another name."""

    file: PhotoFile
    content_hash: str
    facts: PhotoFacts
    faces: int

    @property
    def identity(self) -> str:
        return identity(self.content_hash, self.facts.metadata.orientation)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or folder that could not be used, and the sentence that says why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class PassingFailure(Failure):
    """One that the next run should try again, though the file did not change."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of the library. `path` is where it was last seen; copies elsewhere are not listed.

    content_hash: of that file. at: which moment of a video is meant, seconds; None = the whole, or
    it is no video.
    """

    id: int
    content_hash: str
    path: str
    facts: PhotoFacts
    at: float | None = None


@dataclass(frozen=True)
class FaceTable:
    """All faces of a library in the order of their ids, as parallel arrays of length n.

    ids, photo_ids: (n,) int64. moments: (n,) int64, the same for faces that are seen together, and
    therefore show different people: those on one photo, or at one time of a video.
    boxes: (n, 4) float64 as left, top, width, height.
    scores, sharpness: (n,) float32. landmarks: (n, 5, 2) float32.
    clusters: (n,) int64 as last computed, −1 = in no group.
    fits: (n,) float32, how well each face fits into its cluster (see `labeler.groups.cohesion`).
    xy: (n, 2) float32, NaN = not on the map yet.
    at: (n,) float64, when a face is there in a video, seconds; NaN = on a photo.
    """

    ids: IntArray
    photo_ids: IntArray
    moments: IntArray
    at: NDArray[np.float64]
    boxes: NDArray[np.float64]
    scores: FloatArray
    sharpness: FloatArray
    landmarks: FloatArray
    clusters: IntArray
    fits: FloatArray
    xy: FloatArray

    @property
    def sizes(self) -> NDArray[np.float64]:
        """The geometric mean of each box's width and height, (n,) float64, pixels."""
        return np.sqrt(self.boxes[:, 2] * self.boxes[:, 3])

    def __len__(self) -> int:
        return len(self.ids)


class InGroups(Protocol):
    """Faces with their photos and clusters: a `FaceTable`, or no more than `FaceColumns`."""

    @property
    def ids(self) -> IntArray: ...

    @property
    def photo_ids(self) -> IntArray: ...

    @property
    def moments(self) -> IntArray: ...

    @property
    def clusters(self) -> IntArray: ...

    def __len__(self) -> int: ...


@dataclass(frozen=True)
class FaceColumns:
    """Some columns of a `FaceTable`, which are read in a fifth of the time."""

    ids: IntArray
    photo_ids: IntArray
    moments: IntArray
    clusters: IntArray
    fits: FloatArray

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class NewFaces:
    """Faces that no grouping has looked at, as parallel arrays in the order of their ids.

    ids, moments: (n,) int64; sizes: (n,) float64, as of a FaceTable. sharpness: (n,) float32.
    X: (n, d) float32 descriptors; (0, 0) if there are none.
    """

    ids: IntArray
    moments: IntArray
    sizes: NDArray[np.float64]
    sharpness: FloatArray
    X: FloatArray


@dataclass(frozen=True)
class GroupedFaces:
    """What grouping says about n faces, as parallel arrays.

    ids: (n,) int64. clusters: (n,) int64, −1 = in no group. levels, fits: (n,) float32, see
    `labeler.groups.cohort` and `labeler.groups.cohesion`; NaN = not computed.
    """

    ids: IntArray
    clusters: IntArray
    levels: FloatArray
    fits: FloatArray


@dataclass(frozen=True)
class MergeCandidates:
    """Groups that may be one person, each given by one of its faces; closest first.

    faces: (m, 2) int64 face ids. closeness: (m,) float32, see `labeler.groups.linkage`.
    """

    faces: IntArray
    closeness: FloatArray


@dataclass(frozen=True, slots=True)
class FaceKey:
    """Identifies a face for as long as its photo's content exists: SHA-256 of the file, and box.

    at: in a video, when the face is there, seconds; None = on a photo.
    """

    content_hash: str
    box: Box
    at: float | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One decision of the user. `undoes` is the id of the entry that an 'undo' takes back.

    parts: the part that each of `faces` belongs to, where the decision tells parts apart;
    () = all belong to part 0. value: a person's new name, day of birth, or relative.
    """

    id: int
    at: datetime
    action: str
    faces: tuple[FaceKey, ...] = ()
    person: str | None = None
    undoes: int | None = None
    parts: tuple[int, ...] = ()
    value: str | None = None


Link = tuple[frozenset[int], ...]
"""Disjoint sets of face ids: one set is one person; of two or more, each is somebody else."""


Kin = tuple[str, str, str]
"""Person, relation, person: 'Rosa', 'parent', 'Clara' says that Rosa is a parent of Clara. Siblings
and spouses stand in the order of their names."""


@dataclass(frozen=True)
class Labels:
    """What the user has said, as it stands now, by face id.

    rejected: the people whom a face does not show; a face without any is not in it.
    links: which faces are one person and which are not, in the order in which it was said.
    births: of people. covers: the face that is the picture of a person.
    renamed: what people who had another name once are called now.
    drawn: the faces that no detector found.
    hidden: the people who are left out where people are listed to look at.
    kin: who is whose, as the user said; what follows from it is not in it.
    """

    names: Mapping[int, str] = field(default_factory=dict)
    ignored: frozenset[int] = frozenset()
    rejected: Mapping[int, frozenset[str]] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    births: Mapping[str, date] = field(default_factory=dict)
    covers: Mapping[str, int] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    drawn: tuple[FaceKey, ...] = ()
    hidden: frozenset[str] = frozenset()
    kin: frozenset[Kin] = frozenset()


@dataclass(frozen=True, slots=True)
class Recognition:
    """Who a face is likely to be. `probability` is calibrated: the chance that this is right.

    evidence: the face named by the user that speaks most for it; None = not known.
    """

    face_id: int
    person: str
    probability: float
    evidence: int | None = None
