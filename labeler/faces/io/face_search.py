"""Find all faces on a photo: a quick look first, and a closer one where it promises more.

A photo of many small faces is looked at again in double size. One that nobody has marked as upright
and that shows nothing is looked at sideways and upside down.
"""

from __future__ import annotations

import numpy as np

from labeler import geometry
from labeler.faces.io.detectors import Detector
from labeler.types import Detection, Image, Picture

CROWD = 5
CROWD_SIDE = 48
"""So many faces, at least half of them smaller than so many pixels of the quick look: a crowd."""
LEAST_SURE = 0.6
"""Below this score, the best face found upright does not prove that the photo is upright."""
LEAST_TURNED = 0.75
"""From this score on, a face found in another direction proves that the photo lies so."""
TURNED_SIDE = 512
"""Longer side of the pictures with which the other three directions are tried."""
MOST_OVERLAP = 0.4


def search(detector: Detector, photo: Picture) -> tuple[int, list[Detection]]:
    """Return the faces, best first, and the quarter turns that make the photo upright.

    Boxes are in pixels of the whole photo after those turns (counter-clockwise, as `numpy.rot90`).
    """
    found = _look(detector, photo, 0)
    if not photo.may_be_turned or _surest_upright(found) >= LEAST_SURE:
        return 0, found
    small = photo.pixels(detector.side)
    side = min(TURNED_SIDE, max(small.shape[:2]))
    tries = {turns: detector.detect(np.rot90(small, turns), side) for turns in (1, 2, 3)}
    turns = max(tries, key=lambda turn: _surest_upright(tries[turn]))
    if _surest_upright(tries[turns]) < LEAST_TURNED:
        return 0, found
    return turns, _look(detector, photo, turns)


def turned_size(photo: Picture, turns: int) -> tuple[int, int]:
    """Return width and height after quarter turns."""
    return (photo.height, photo.width) if turns % 2 else (photo.width, photo.height)


def _surest_upright(found: list[Detection]) -> float:
    """Return the best score of a face that does not lie: detectors see many of these as well."""
    return max((face.score for face in found if _is_upright(face)), default=0.0)


def _is_upright(face: Detection) -> bool:
    if face.points is None:
        return True
    right, down = face.points[3:].mean(axis=0) - face.points[:2].mean(axis=0)
    return bool(down > abs(right)) and face.box.height > face.box.width


def _look(detector: Detector, photo: Picture, turns: int) -> list[Detection]:
    size = turned_size(photo, turns)
    side = min(detector.side, max(size))
    image = np.rot90(photo.pixels(side), turns)
    found = detector.detect(image, side)
    if detector.crowd_side is None or not _is_crowd(found, side / max(image.shape[:2])):
        return _scaled(found, image, size)
    closer = min(2 * side, detector.crowd_side)
    finer = np.rot90(photo.pixels(closer), turns)
    again = detector.detect(finer, closer)
    return _merged(_scaled(found, image, size), _scaled(again, finer, size))


def _is_crowd(found: list[Detection], scale: float) -> bool:
    sides = [max(face.box.width, face.box.height) * scale for face in found]
    return len(found) >= CROWD and float(np.median(sides)) < CROWD_SIDE


def _scaled(found: list[Detection], image: Image, size: tuple[int, int]) -> list[Detection]:
    across, down = size[0] / image.shape[1], size[1] / image.shape[0]
    return [face.scaled(across, down) for face in found]


def _merged(*looks: list[Detection]) -> list[Detection]:
    """Return every face once, as the look that was surest of it shows it."""
    found = [face for look in looks for face in look]
    boxes = np.array([face.box.as_tuple() for face in found]).reshape(-1, 4)
    scores = np.array([face.score for face in found], dtype=np.float32)
    return [found[index] for index in geometry.suppress_doubles(boxes, scores, MOST_OVERLAP)]
