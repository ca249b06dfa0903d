"""Find faces on a picture: CenterFace, and dlib's two detectors as alternatives.

Boxes follow CenterFace's convention (a whole face, taller than wide) whichever detector found them,
so that a library may change its detector and every face is still recognised as the same.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from PIL import Image as PILImage

from labeler import geometry
from labeler.faces.networks import centerface
from labeler.faces.networks.runtime import Once, OncePerThread, session
from labeler.io import packages
from labeler.types import Box, Detection, FloatArray, Image


class Detector(Protocol):
    """Finds faces. Objects may be used from several threads, and be pickled.

    id: names the network and its settings; it is stored with every photo.
    side: pixels of the longer side of the pictures that it is meant for.
    crowd_side: the same for pictures of many small faces; None = it never needs more.
    """

    id: str
    side: int
    crowd_side: int | None

    def detect(self, image: Image, side: int) -> list[Detection]:
        """Return the faces on a picture scaled to a longer side of `side` pixels, best first.

        Boxes are in pixels of `image`.
        """


class CenterFaceDetector:
    """CenterFace: a one-stage, anchor-free detector (Xu et al. 2020, arXiv:1911.03599).

    Args:
        exact: compute in 32-bit floats instead of bytes, at half the speed.
        threads: cores that one call may use.
    """

    LEAST_SCORE = 0.4
    """Heat-map value from which on a spot counts as a face."""
    MOST_OVERLAP = 0.3

    def __init__(self, exact: bool = False, threads: int = 1) -> None:
        self.side = 800
        self.crowd_side: int | None = 1600
        self.id = f"centerface-{self.side}"
        self._session = Once(_centerface, exact, threads)

    def detect(self, image: Image, side: int) -> list[Detection]:
        height, width = image.shape[:2]
        tensor = self.tensor(image, side)
        outputs = self._session().run(list(centerface.OUTPUTS), {centerface.INPUT: tensor})
        boxes, scores, points = _decode_centerface([one[0] for one in outputs], self.LEAST_SCORE)
        kept = geometry.suppress_doubles(boxes, scores, self.MOST_OVERLAP)
        scale = np.array([width / tensor.shape[2], height / tensor.shape[1]], np.float32)
        return [
            Detection(
                _inside(boxes[index] * [*scale, *scale], width, height),
                float(scores[index]),
                points[index] * scale,
            )
            for index in kept
        ]

    @staticmethod
    def tensor(image: Image, side: int) -> Image:
        """Return the network's input, (1, h, w, 3) with sides that it can halve five times."""
        height, width = image.shape[:2]
        scale = side / max(height, width)
        multiple = centerface.MULTIPLE
        size = tuple(max(1, round(edge * scale / multiple)) * multiple for edge in (width, height))
        small = PILImage.fromarray(image).resize(
            (size[0], size[1]), PILImage.Resampling.BILINEAR, reducing_gap=2.0
        )
        return np.asarray(small)[None]


def _centerface(exact: bool, threads: int) -> Any:
    return session(centerface.network(exact), threads)


def hog() -> Any:
    """Return dlib's detector of frontal faces. Two threads must not use it at once."""
    import dlib

    return dlib.get_frontal_face_detector()


def cnn() -> Any:
    """Return dlib's network for detection. Two threads must not use it at once."""
    import dlib

    return dlib.cnn_face_detection_model_v1(str(packages.cnn_detector_weights()))


def _decode_centerface(
    outputs: list[FloatArray], least_score: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return boxes (n, 4) and points (n, 5, 2) in pixels of the network's input, scores (n,)."""
    (heat,), scales, offsets, landmarks = outputs
    rows, columns = np.nonzero(heat > least_score)
    height, width = np.exp(scales[:, rows, columns]) * centerface.STRIDE
    y = (rows + offsets[0, rows, columns] + 0.5) * centerface.STRIDE
    x = (columns + offsets[1, rows, columns] + 0.5) * centerface.STRIDE
    boxes = np.stack([x - width / 2, y - height / 2, width, height], axis=1)
    # Relative to the box, and y before x.
    relative = landmarks[:, rows, columns].T.reshape(-1, 5, 2)[:, :, ::-1]
    points = boxes[:, None, :2] + relative * boxes[:, None, 2:]
    return boxes.astype(np.float32), heat[rows, columns], points.astype(np.float32)


class HogDetector:
    """dlib's detector of frontal faces: histograms of oriented gradients, a linear classifier.

    What `face_recognition` uses by default, with its one upsampling. Faces from 40 pixels on.
    """

    def __init__(self) -> None:
        self.side = 1280
        self.crowd_side: int | None = None
        self.id = f"dlib-hog-{self.side}"
        self._detector = OncePerThread(hog)

    def detect(self, image: Image, side: int) -> list[Detection]:
        small, scale = _reduced(image, side)
        found, scores, _ = self._detector().run(small, 1, 0.0)
        # The score is a distance from the classifier's boundary; 0.5 is on it.
        sure = 1 / (1 + np.exp(-np.array(scores)))
        return _best_first(found, sure.tolist(), scale, image)


class CnnDetector:
    """dlib's convolutional detector (max-margin object detection): sideways faces too, but slow."""

    LEAST_SIDE = 40
    """dlib writes outside its memory on pictures of less than about 12 pixels; it finds no face
    smaller than 70."""

    def __init__(self) -> None:
        self.side = 1024
        self.crowd_side: int | None = None
        self.id = f"dlib-cnn-{self.side}"
        self._detector = OncePerThread(cnn)

    def detect(self, image: Image, side: int) -> list[Detection]:
        small, scale = _reduced(image, side)
        if min(small.shape[:2]) < self.LEAST_SIDE:
            return []
        found = self._detector()(small, 0)
        sure = [min(rectangle.confidence, 1.0) for rectangle in found]
        return _best_first([rectangle.rect for rectangle in found], sure, scale, image)


def _reduced(image: Image, side: int) -> tuple[Image, float]:
    """Return the picture with a longer side of at most `side`, and how much was divided."""
    height, width = image.shape[:2]
    scale = max(max(height, width) / side, 1.0)
    if scale == 1.0:
        return np.ascontiguousarray(image), scale  # dlib misreads turned views
    size = (max(1, round(width / scale)), max(1, round(height / scale)))
    small = PILImage.fromarray(image).resize(size, PILImage.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(small), scale


def _best_first(
    rectangles: Any, scores: list[float], scale: float, image: Image
) -> list[Detection]:
    """Convert dlib's rectangles, which are squares around eyes, nose and mouth."""
    height, width = image.shape[:2]
    found = []
    for rectangle, score in zip(rectangles, scores, strict=True):
        square = Box(
            rectangle.left() * scale,
            rectangle.top() * scale,
            rectangle.width() * scale,
            rectangle.height() * scale,
        )
        box = geometry.box_of_dlib_square(square)
        found.append(Detection(_inside(np.array(box.as_tuple()), width, height), score))
    return sorted(found, key=lambda detection: -detection.score)


def _inside(box: FloatArray, width: int, height: int) -> Box:
    """Clip a box to the picture."""
    left, top = max(float(box[0]), 0.0), max(float(box[1]), 0.0)
    right, bottom = min(float(box[0] + box[2]), width), min(float(box[1] + box[3]), height)
    return Box(left, top, max(right - left, 0.0), max(bottom - top, 0.0))
