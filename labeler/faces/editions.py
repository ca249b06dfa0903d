"""Whether a picture is another edition of a photo, and which of its faces are which.

Photos are cropped, turned, mirrored, scaled and saved again, mostly in place, so that nothing but
what is stored of the former edition is left to compare with. Three things tell how one lies on the
other: the picture as a whole, scaled, in one of eight orientations; the landmarks of a face that
looks the same; and, if nothing fits, each face by itself.

Transforms are (2, 3) and bring upright pixels of the old edition to those of the new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from labeler import geometry
from labeler.faces.descriptors import REFERENCE_THRESHOLD
from labeler.photos import likeness
from labeler.types import FloatArray

MOST_MOVED = 0.8
"""Least overlap of a face's boxes before and after a photo was saved again as it was."""
MOST_CHANGED = 0.3
"""Largest distance between its descriptors (on the common scale) then; two photos of a person
differ more. Where place and descriptor agree, they may differ by `REFERENCE_THRESHOLD`."""
LEAST_OVERLAP = 0.4
"""Of a face's boxes in both editions, once one is laid on the other."""
CLEARLY = 0.1
"""So much closer than any other face one must be that is known by its descriptor alone."""
MOST_BITS = 48
"""In which the looks of two editions may differ. Of 40 photos, a turned one differs from what
`likeness.turned` expects in 14 bits at most, and any other one, in any orientation, in 80."""
LEAST_INSIDE = 0.9
"""Of a face's box, so much must lie on the new edition to be there still."""
MOST_HYPOTHESES = 400
_MIRRORED = [2, 3, 0, 1, 4]
"""The landmarks of a mirrored face: left and right have changed places."""
Orientation = tuple[bool, bool, bool]
ORIENTATIONS: tuple[Orientation, ...] = tuple(
    (transposed, across, down) for transposed, across, down in product((False, True), repeat=3)
)
"""The upright one first. Transposed; left and right, top and bottom changed."""
Transform = NDArray[np.float64]


@dataclass(frozen=True)
class Edition:
    """A photo or video with n faces.

    size: width and height. boxes: (n, 4). landmarks: (n, 5, 2). X: (n, d) comparable descriptors,
    NaN where one is not known. look: its perceptual hash; '' = not known.
    """

    size: tuple[int, int]
    boxes: NDArray[np.float64]
    landmarks: FloatArray
    X: FloatArray
    look: str = ""
    is_video: bool = False


@dataclass(frozen=True)
class Comparison:
    """pairs: which face (place in the old edition) is which (in the new one). transform: how the
    old edition lies on the new one, if that is sure enough to say where other faces are."""

    pairs: tuple[tuple[int, int], ...] = ()
    transform: Transform | None = None


def is_saved_again(old: Edition, new: Edition) -> bool:
    """Tell whether an edition shows the same faces in the same places, and no others."""
    if old.size != new.size or not len(new.boxes) or len(old.boxes) != len(new.boxes):
        return False
    pairs = geometry.match_boxes(new.boxes, old.boxes, MOST_MOVED)
    apart = _apart(old, new)
    return len(pairs) == len(old.boxes) and all(apart[j, i] <= MOST_CHANGED for i, j in pairs)


def compare(old: Edition, new: Edition) -> Comparison:
    """Return which faces of two editions are one; none if they seem to be different photos.

    In videos, where parts may have been cut away, the descriptors alone tell.
    """
    apart = _apart(old, new)
    if old.is_video or new.is_video:
        return Comparison(_nearest(apart) if old.is_video and new.is_video else ())
    seen = _by_look(old, new)
    if seen is not None:
        # It is the same picture: where a descriptor is not known, the place is enough.
        known = np.where(np.isfinite(apart), apart, REFERENCE_THRESHOLD)
        return Comparison(tuple(_fitting(seen, old, new, known)), seen)
    best: tuple[float, ...] = (0.0,)
    found = Comparison()
    for transform, is_whole in _hypotheses(old, new, apart):
        pairs = _fitting(transform, old, new, apart)
        if not pairs or (len(pairs) == 1 and not is_whole and apart[pairs[0]] > MOST_CHANGED):
            continue
        quality = (len(pairs), float(is_whole), -_misfit(transform, pairs, old, new, apart))
        if quality > best:
            best = quality
            found = Comparison(tuple(pairs), transform if len(pairs) > 1 or is_whole else None)
    return Comparison(found.pairs + _alone(apart, found.pairs), found.transform)


def placed(transform: Transform, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where boxes (n, 4) of the old edition are in the new one."""
    boxes = np.asarray(boxes, dtype=np.float64).reshape(-1, 4)
    turn = transform[:, :2]
    middles = (boxes[:, :2] + boxes[:, 2:] / 2) @ turn.T + transform[:, 2]
    sides = boxes[:, 2:] @ np.abs(turn).T
    return np.hstack([middles - sides / 2, sides])


def placed_points(transform: Transform, points: FloatArray) -> FloatArray:
    """Return where landmarks (5, 2) are in the new edition, in their usual order."""
    moved = points @ transform[:, :2].T + transform[:, 2]
    return np.asarray(moved[_MIRRORED] if _mirrors(transform) else moved, dtype=np.float32)


def is_inside(box: NDArray[np.float64], size: tuple[int, int]) -> bool:
    """Tell whether nearly all of a box is on a picture."""
    low = np.clip(box[:2], 0, size)
    high = np.clip(box[:2] + box[2:], 0, size)
    return bool((high - low).prod() >= LEAST_INSIDE * box[2:].prod() > 0)


def _apart(old: Edition, new: Edition) -> NDArray[np.float64]:
    """Return (n, m) distances between descriptors; infinite where one is not known."""
    if not len(old.X) or not len(new.X) or old.X.shape[1] != new.X.shape[1]:
        return np.full((len(old.boxes), len(new.boxes)), np.inf)
    between = np.linalg.norm(old.X[:, None].astype(np.float64) - new.X[None], axis=-1)
    return np.where(np.isfinite(between), between, np.inf)


def whole(
    old: tuple[int, int], new: tuple[int, int], transposed: bool, across: bool, down: bool
) -> Transform | None:
    """Return how a whole picture lies on another one; None if the proportions do not allow it.

    Args:
        old, new: width and height of both. transposed, across, down: see `ORIENTATIONS`.
    """
    width, height = old[::-1] if transposed else old
    if not likeness.may_be_scaled((width, height), new):
        return None
    scale = np.diag([new[0] / width, new[1] / height])
    flip = np.diag([-1.0 if across else 1.0, -1.0 if down else 1.0])
    swap = np.array([[0.0, 1.0], [1.0, 0.0]]) if transposed else np.eye(2)
    shift = scale @ [width * across, height * down]
    return np.column_stack([scale @ flip @ swap, shift])


def _by_look(old: Edition, new: Edition) -> Transform | None:
    """Return how the whole picture lies on the new one, told by what both look like."""
    if not old.look or not new.look:
        return None
    table = likeness.packed([likeness.turned(old.look, *how) for how in ORIENTATIONS])
    away = likeness.distances(new.look, table)
    best = int(away.argmin())
    # A symmetrical picture says nothing about its orientation.
    if away[best] > MOST_BITS or np.sort(away)[1] < away[best] + MOST_BITS // 4:
        return None
    return whole(old.size, new.size, *ORIENTATIONS[best])


def _hypotheses(
    old: Edition, new: Edition, apart: NDArray[np.float64]
) -> Iterator[tuple[Transform, bool]]:
    """Yield how the old edition may lie on the new one, and whether all of it does."""
    for how in ORIENTATIONS:
        if (laid := whole(old.size, new.size, *how)) is not None:
            yield laid, True
    close = np.argwhere(apart <= REFERENCE_THRESHOLD)
    closest = close[np.argsort(apart[tuple(close.T)], kind="stable")][: MOST_HYPOTHESES // 2]
    for (i, j), mirrored in product(closest.tolist(), (False, True)):
        rough = _laid(old.landmarks[i], new.landmarks[j], mirrored)
        for one in (rough, _straightened(rough, old.boxes[i], new.boxes[j])):
            yield _refined(one, old, new, apart), False


def _laid(old: FloatArray, new: FloatArray, mirrored: bool) -> Transform:
    """Return the turn, scaling and shift that bring points (n, 2) closest to others, after their
    left and right have changed places if so wanted; landmarks of mirrored faces are exchanged."""
    if not mirrored:
        return geometry.similarity(old.astype(np.float64), new.astype(np.float64))
    flip = np.array([-1.0, 1.0])
    order = np.arange(len(old)).reshape(-1, 5)[:, _MIRRORED].ravel()
    laid = geometry.similarity(old[order] * flip, new.astype(np.float64))
    return np.column_stack([laid[:, :2] * flip, laid[:, 2]])


def _straightened(
    rough: Transform, old: NDArray[np.float64], new: NDArray[np.float64]
) -> Transform:
    """Return a transform without the little turn that is due to how landmarks are found, through
    the middle of a face's boxes: most editions are turned by quarters only."""
    turn = rough[:, :2]
    scale = float(np.sqrt(new[2:].prod() / max(old[2:].prod(), 1e-9)))
    straight = np.round(turn / max(float(np.hypot(*turn[0])), 1e-9)) * scale
    middle = new[:2] + new[2:] / 2 - straight @ (old[:2] + old[2:] / 2)
    return np.column_stack([straight, middle])


def _refined(rough: Transform, old: Edition, new: Edition, apart: NDArray[np.float64]) -> Transform:
    """Return a transform that fits all faces which agree with a rough one."""
    pairs = _fitting(rough, old, new, apart)
    if len(pairs) < 2:
        return rough
    first, second = (list(side) for side in zip(*pairs, strict=True))
    points, others = old.landmarks[first].reshape(-1, 2), new.landmarks[second].reshape(-1, 2)
    fitted = _laid(points, others, _mirrors(rough))
    return fitted if len(_fitting(fitted, old, new, apart)) >= len(pairs) else rough


def _mirrors(transform: Transform) -> bool:
    return bool(np.linalg.det(transform[:, :2]) < 0)


def _fitting(
    transform: Transform, old: Edition, new: Edition, apart: NDArray[np.float64]
) -> list[tuple[int, int]]:
    """Return the faces that are in the same place and may be one by their descriptors."""
    if not len(old.boxes) or not len(new.boxes):
        return []
    pairs = geometry.match_boxes(placed(transform, old.boxes), new.boxes, LEAST_OVERLAP)
    return [(i, j) for i, j in pairs if apart[i, j] <= REFERENCE_THRESHOLD]


def _misfit(
    transform: Transform,
    pairs: list[tuple[int, int]],
    old: Edition,
    new: Edition,
    apart: NDArray[np.float64],
) -> float:
    """Return how badly faces fit: their distances, and those of landmarks in parts of a face."""
    misfit = 0.0
    for i, j in pairs:
        away = placed_points(transform, old.landmarks[i]) - new.landmarks[j]
        misfit += apart[i, j] + np.hypot(*away.T).mean() / max(np.sqrt(new.boxes[j, 2:].prod()), 1)
    return float(misfit)


def _nearest(apart: NDArray[np.float64]) -> tuple[tuple[int, int], ...]:
    """Return the pairs of faces that are nearest to each other, and hardly differ."""
    if not apart.size:
        return ()
    nearest = apart.argmin(axis=1)
    return tuple(
        (i, int(j))
        for i, j in enumerate(nearest)
        if apart[i, j] <= MOST_CHANGED and apart[:, j].argmin() == i
    )


def _alone(
    apart: NDArray[np.float64], before: tuple[tuple[int, int], ...]
) -> tuple[tuple[int, int], ...]:
    """Return further faces that nothing but their descriptors tells, beyond doubt."""
    rest = apart.copy()
    for i, j in before:
        rest[i, :] = rest[:, j] = np.inf
    found = []
    for i, j in np.argwhere(rest <= MOST_CHANGED).tolist():
        others = np.concatenate([np.delete(apart[i], j), np.delete(apart[:, j], i)])
        if rest[i, j] + CLEARLY <= others.min(initial=np.inf):
            found.append((i, j))
    return tuple(found)
