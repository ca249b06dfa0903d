"""From photos to faces: search, align, embed. Here the parts are chosen and put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from labeler import geometry
from labeler.errors import UsageError
from labeler.faces import quality
from labeler.faces.descriptors import DescriptorModel
from labeler.faces.io.alignment import VIEWS, Aligner, DlibAligner
from labeler.faces.io.detectors import CenterFaceDetector, CnnDetector, Detector, HogDetector
from labeler.faces.io.embedders import DlibEmbedder, Embedder
from labeler.faces.io.face_search import search, turned_size
from labeler.types import Box, Detection, FoundFace, Image, Picture

DetectorName = Literal["centerface", "hog", "cnn"]
# Thresholds: fewest errors on LFW's pairs (benchmarks/RESULTS.md), within a plateau of ± 0.02.
DLIB_MODELS = {
    1: DescriptorModel("dlib-resnet-v1", 0.43),
    2: DescriptorModel("dlib-resnet-v1-2-views", 0.43),
    8: DescriptorModel("dlib-resnet-v1-8-views", 0.43),
}
OWN_RECOGNIZER = "dlib"
DRAWN_SCORE = 1.0
"""No detector is as sure as the user."""
ENOUGH = 1.2
"""A face is cut out of a photo decoded with so many pixels for each that its chip needs."""
LONGEST_SIDE = 8000
"""Chips are cut out of pictures no larger than this, to bound the memory."""


@dataclass(frozen=True, slots=True)
class FinderSettings:
    """What finds the faces of a library.

    views: chips per face that are averaged; 1 is dlib's own descriptor.
    recognizer: path of the TOML file that describes another network; "dlib" is our own.
    exact: compute in 32-bit floats throughout.
    """

    detector: DetectorName = "centerface"
    views: int = 2
    recognizer: str = OWN_RECOGNIZER
    exact: bool = False


@dataclass(frozen=True, slots=True)
class LocatedFace:
    """A face that was found and cut out, but not embedded yet. Boxes as in FoundFace."""

    face: FoundFace
    chips: Sequence[Image]


class FaceFinder:
    """Detector, aligner and embedder in a row; `id` names them and is stored with every photo."""

    def __init__(self, detector: Detector, aligner: Aligner, embedder: Embedder) -> None:
        self.detector = detector
        self.aligner = aligner
        self.embedder = embedder
        self.id = f"{detector.id}/{embedder.model.id}"

    def find(self, photo: Picture) -> tuple[FoundFace, ...]:
        """Return the faces on an upright photo, best first."""
        return self.embed([self.locate(photo)])[0]

    def locate(self, photo: Picture) -> list[LocatedFace]:
        """Find and cut out the faces on a photo, best first."""
        turns, found = search(self.detector, photo)
        if not found:
            return []
        image, scale = self._image(photo, [face.box for face in found], turns)
        return [self._located(photo, face, image, scale, turns) for face in found]

    def located(self, photo: Picture, face: Detection) -> LocatedFace:
        """Cut out a face that was found on an upright photo before."""
        image, scale = self._image(photo, [face.box], turns=0)
        return self._located(photo, face, image, scale, turns=0)

    def face_in(self, photo: Picture, box: Box) -> FoundFace:
        """Return the face in a box that somebody drew on an upright photo."""
        return self.embed([[self.located(photo, Detection(box, DRAWN_SCORE))]])[0][0]

    def _image(
        self, photo: Picture, boxes: Sequence[Box], turns: int
    ) -> tuple[Image, NDArray[np.float64]]:
        """Return the turned photo, as fine as the faces need it, and its scale to full size."""
        width, height = turned_size(photo, turns)
        image = np.rot90(photo.pixels(self._side(photo, boxes)), turns)
        image = np.ascontiguousarray(image)  # dlib wants it so
        return image, np.array([width / image.shape[1], height / image.shape[0]])

    def _located(
        self, photo: Picture, face: Detection, image: Image, scale: NDArray[np.float64], turns: int
    ) -> LocatedFace:
        """Cut out a face, found on the turned photo at full size."""
        points = self.aligner.landmarks(image, face.scaled(*(1 / scale)))
        chips = self.aligner.chips(image, points)
        whole = geometry.turned_back(points[:5] * scale, turns, photo.width, photo.height)
        found_face = FoundFace(
            geometry.box_turned_back(
                geometry.clipped(face.box, *turned_size(photo, turns)),
                turns,
                photo.width,
                photo.height,
            ),
            face.score,
            whole.astype(np.float32),
            np.empty(0, dtype=np.float32),
            quality.sharpness(chips[0]),
            quality.frontality(points),
        )
        return LocatedFace(found_face, chips)

    def embed(self, photos: Sequence[Sequence[LocatedFace]]) -> list[tuple[FoundFace, ...]]:
        """Return the located faces of several photos with their descriptors."""
        descriptors = iter(self.embedder.embed([one.chips for found in photos for one in found]))
        return [
            tuple(replace(one.face, descriptor=next(descriptors)) for one in found)
            for found in photos
        ]

    def _side(self, photo: Picture, boxes: Sequence[Box]) -> int:
        """Return the longer side that the photo needs for the chip of its smallest face."""
        smallest = min(np.sqrt(box.width * box.height) for box in boxes)
        wanted = max(photo.width, photo.height) * ENOUGH * self.aligner.chip_span / max(smallest, 1)
        return min(max(round(wanted), self.detector.side), LONGEST_SIDE)


def make_finder(models: Path, settings: FinderSettings | None = None) -> FaceFinder:
    """Return the finder that the settings describe. One core per call: photos run side by side.

    Args:
        models: folder for dlib's network, which is converted first.

    Raises:
        UsageError: the settings name something that does not exist.
    """
    settings = settings or FinderSettings()
    detectors = get_args(DetectorName)
    if settings.detector not in detectors:
        raise UsageError(f"There is no detector {settings.detector!r}; use {_either(detectors)}.")
    if settings.views not in DLIB_MODELS:
        raise UsageError(f"{settings.views} views are not offered; use {_either(DLIB_MODELS)}.")
    detector = _detector(settings)
    if settings.recognizer != OWN_RECOGNIZER:
        from labeler.faces.io.recognizers import read_recognizer

        return FaceFinder(detector, *read_recognizer(Path(settings.recognizer)))
    embedder = DlibEmbedder(models, DLIB_MODELS[settings.views], settings.exact)
    return FaceFinder(detector, DlibAligner(VIEWS[settings.views]), embedder)


def _detector(settings: FinderSettings) -> Detector:
    if settings.detector == "hog":
        return HogDetector()
    if settings.detector == "cnn":
        return CnnDetector()
    return CenterFaceDetector(settings.exact)


def _either(choices: Iterable[object]) -> str:
    *most, last = map(str, choices)
    return f"{', '.join(most)} or {last}"
