"""Pan and zoom: which part of a photo a slide shows, from its first moment to its last.

A view is a rectangle of the frame's shape in upright pixels of the photo. Where it reaches beyond
the photo, the renderer fills the rest of the frame.
"""

from __future__ import annotations

from collections.abc import Sequence

from labeler.types import Box

ZOOM = 1.12
"""How much larger the close view shows the photo than the wide one."""
LEAST_KEPT = 0.7
"""A photo that would lose more than the rest of its area to fill the frame is shown whole."""
HEAD_SIDES, HEAD_ABOVE, HEAD_BELOW = 0.15, 0.4, 0.15
"""Room left around a face where possible (hair, chin), relative to the sides of its box."""


def views(
    width: int, height: int, faces: Sequence[Box], aspect: float, others: Sequence[Box] = ()
) -> tuple[Box, Box]:
    """Return the wide view and, inside it, the close view of a photo of width × height pixels.

    Both have the shape `aspect` (width / height) and contain all the faces whole, as far as they
    are on the photo; so does every view `between` them. So it is with the faces of others, unless
    the frame cannot be filled then.
    """
    photo = Box(0.0, 0.0, float(width), float(height))
    head = head_box(width, height, [*faces, *others])
    if others and not _fills(photo, head, aspect):
        head = head_box(width, height, faces)
    wide = _wide_view(photo, head, aspect)
    shrink = min(max(1 / ZOOM, head.width / wide.width, head.height / wide.height), 1.0)
    close = _placed(wide.width * shrink, wide.height * shrink, head, wide)
    return wide, close


def head_box(width: int, height: int, faces: Sequence[Box]) -> Box:
    """Return what holds all faces with room for hair and chin, as far as the photo reaches."""
    photo = Box(0.0, 0.0, float(width), float(height))
    heads = [_common(_with_hair(_common(face, photo)), photo) for face in faces]
    left, top = min(head.left for head in heads), min(head.top for head in heads)
    right, bottom = max(head.right for head in heads), max(head.bottom for head in heads)
    return Box(left, top, right - left, bottom - top)


def between(first: Box, last: Box, progress: float) -> Box:
    """Return the view at `progress` (0 = first, 1 = last) of a steady move.

    A point that lies in both ends lies in every view between them, since each edge moves straight.
    """
    a, b = first.as_tuple(), last.as_tuple()
    left, top, width, height = (
        start + (end - start) * progress for start, end in zip(a, b, strict=True)
    )
    return Box(left, top, width, height)


def _with_hair(face: Box) -> Box:
    return Box(
        face.left - face.width * HEAD_SIDES,
        face.top - face.height * HEAD_ABOVE,
        face.width * (1 + 2 * HEAD_SIDES),
        face.height * (1 + HEAD_ABOVE + HEAD_BELOW),
    )


def _wide_view(photo: Box, head: Box, aspect: float) -> Box:
    """Fill the frame if that keeps most of the photo and all of the head; else show it whole."""
    if _fills(photo, head, aspect):
        return _placed(*_largest_inside(photo, aspect), head, photo)
    width, height = max(photo.width, photo.height * aspect), max(photo.height, photo.width / aspect)
    return Box((photo.width - width) / 2, (photo.height - height) / 2, width, height)


def _fills(photo: Box, head: Box, aspect: float) -> bool:
    """Tell whether the frame can be filled with most of the photo and all of the head."""
    shape = photo.width / photo.height
    width, height = _largest_inside(photo, aspect)
    kept = min(aspect / shape, shape / aspect)
    return kept >= LEAST_KEPT and head.width <= width and head.height <= height


def _largest_inside(photo: Box, aspect: float) -> tuple[float, float]:
    return min(photo.width, photo.height * aspect), min(photo.height, photo.width / aspect)


def _placed(width: float, height: float, head: Box, limits: Box) -> Box:
    """Centre a rectangle on the head, then move it into `limits`, in which the head lies."""
    left = head.left + head.width / 2 - width / 2
    top = head.top + head.height / 2 - height / 2
    left = max(min(left, limits.right - width), limits.left)
    top = max(min(top, limits.bottom - height), limits.top)
    return Box(left, top, width, height)


def _common(box: Box, limits: Box) -> Box:
    """Return the part of a box inside `limits`; of size 0 at their edge if there is none."""
    left = min(max(box.left, limits.left), limits.right)
    top = min(max(box.top, limits.top), limits.bottom)
    right = min(max(box.right, left), limits.right)
    bottom = min(max(box.bottom, top), limits.bottom)
    return Box(left, top, right - left, bottom - top)
