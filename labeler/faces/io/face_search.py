"""Find all faces on a photo: a quick look first, and a closer one where it promises more.

A photo of many small faces is looked at again in double size, and a very large one, such as a
panorama, in the size at which its faces are like those of others. One that shows nobody, or large
boxes one over the other, is looked at from farther away. One on which nothing stands upright is
looked at sideways and upside down, more closely if no mark in its file says which side is up.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from PIL import Image as PILImage

from labeler import geometry
from labeler.faces.io.detectors import Detector
from labeler.types import Box, Detection, Image, Picture

CROWD = 5
CROWD_SIDE = 48
"""So many faces, at least half of them smaller than so many pixels of the quick look: a crowd."""
LEAST_SURE = 0.6
"""Below this score, the best face found upright does not prove that the photo is upright."""
LEAST_TURNED = 0.75
"""From this score on, a face found in another direction proves that the photo lies so."""
TURNED_SIDE = 512
"""Longer side of the pictures with which the other three directions are tried."""
MARKED_SIDE = 320
"""The same where a file says which side is up and no face contradicts it: most such photos show
nobody. Programs write that mark out of habit, or turn the pixels and leave it as it was."""
MOST_OVERLAP = 0.4
LARGE, LARGE_PANORAMA = 10_000, 8_000
"""Pixels of the longer side from which on a photo is looked at again, more finely: faces of 160
pixels would be 13 to 16 in the quick look, which is too few. A panorama is at least twice as long
as it is high; the second look at one of 12,000 × 2,400 costs about as much as the quick look at an
ordinary photo, that at 12,000 × 9,000 four times as much."""
PIXELS_TO_ONE = 6_000
"""Pixels of a large photo that the quick look's longer side stands for then."""
MOST_LOOKS = 8
"""What the finer look at a large photo may cost at most, in quick looks at an ordinary one."""
FRAMED_SIDE = 400
"""Longer side of a picture with a frame of half its size around it: in it, a face that is larger
than the photo is one like any other. It costs a quarter of a quick look."""
LEAST_FRAMED = 0.6
"""Least score of a face that only this look shows, and least size in parts of the photo's."""
DOUBLE = 0.35
"""Two boxes of so many parts of the photo's size, of which so many parts overlap, are hardly two
faces: near ones confuse the quick look."""


def search(detector: Detector, photo: Picture) -> tuple[int, list[Detection]]:
    """Return the faces, best first, and the quarter turns that make the photo upright.

    Boxes are in pixels of the whole photo after those turns (counter-clockwise, as `numpy.rot90`).
    That of a face larger than the photo reaches over its edges.
    """
    found = _look(detector, photo, 0)
    if not (photo.may_be_turned or photo.is_marked) or _surest_upright(found) >= LEAST_SURE:
        return 0, found
    small = photo.pixels(detector.side)
    side = TURNED_SIDE if found or photo.may_be_turned else MARKED_SIDE
    if side == MARKED_SIDE:
        small = _thumbnail(small, side)
    side = min(side, max(small.shape[:2]))
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
    closer = max(_for_crowd(detector, found, side, image), _for_size(detector, size))
    again: list[Detection] = []
    if closer:
        finer = np.rot90(photo.pixels(closer), turns)
        again = _scaled(detector.detect(finer, closer), finer, size)
    if not (found or again) or _are_doubles(found, image):
        found = _with_frame(detector, image, found)
    whole = _scaled(found, image, size)
    return _merged(whole, again) if closer else whole


def _for_crowd(detector: Detector, found: list[Detection], side: int, image: Image) -> int:
    """Return the longer side of a second look at many small faces; 0 = there are none."""
    if detector.crowd_side is None or not _is_crowd(found, side / max(image.shape[:2])):
        return 0
    return min(2 * side, detector.crowd_side)


def _for_size(detector: Detector, size: tuple[int, int]) -> int:
    """Return the longer side of a second look at a very large photo; 0 = it is none.

    The narrower a panorama is, the less this costs; detectors that are slow look at little else.
    """
    longer, shorter = max(size), min(size)
    if longer < (LARGE_PANORAMA if longer >= 2 * shorter else LARGE):
        return 0
    looks = 1 if detector.crowd_side is None else MOST_LOOKS
    most = detector.side * float(np.sqrt(looks * 0.75 * longer / shorter))
    return round(min(detector.side * longer / PIXELS_TO_ONE, max(most, detector.side)))


def _thumbnail(image: Image, side: int) -> Image:
    """Return a picture with a longer side of at most `side` pixels."""
    picture = PILImage.fromarray(np.ascontiguousarray(image))
    picture.thumbnail((side, side), PILImage.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(picture)


def _are_doubles(found: list[Detection], image: Image) -> bool:
    """Tell whether two large boxes cover one another too far to be two faces."""
    height, width = image.shape[:2]
    least = DOUBLE * float(np.sqrt(width * height))
    large = [face.box for face in found if np.sqrt(face.box.width * face.box.height) >= least]
    return any(_covered(a, b) >= DOUBLE for a, b in combinations(large, 2))


def _covered(one: Box, other: Box) -> float:
    """Return which part of the smaller box is inside the other one."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min(one.width * one.height, other.width * other.height)
    return max(across, 0.0) * max(down, 0.0) / smaller if smaller else 0.0


def _with_frame(detector: Detector, image: Image, found: list[Detection]) -> list[Detection]:
    """Return the faces on a picture that may be too near, seen with a black frame around it.

    Of those that were found before, the ones stay that are no other sight of these.
    """
    small = _thumbnail(image, FRAMED_SIDE // 2)
    height, width = small.shape[:2]
    framed = np.zeros((2 * height, 2 * width, 3), dtype=np.uint8)
    top, left = height // 2, width // 2
    framed[top : top + height, left : left + width] = small
    across, down = image.shape[1] / width, image.shape[0] / height
    seen = [
        face.moved(-left, -top).scaled(across, down)
        for face in detector.detect(framed, max(framed.shape[:2]))
        if face.score >= LEAST_FRAMED
        and np.sqrt(face.box.width * face.box.height)
        >= (DOUBLE if found else LEAST_FRAMED) * np.sqrt(width * height)
    ]
    others = [face for face in found if all(_covered(face.box, one.box) < DOUBLE for one in seen)]
    return sorted([*seen, *others], key=lambda face: -face.score)


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
