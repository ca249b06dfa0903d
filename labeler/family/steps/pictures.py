"""Faces to be looked at side by side: upright, eyes at the same places, without any metadata."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import suppress

import numpy as np
from PIL import Image as PILImage

from labeler.errors import LabelerError
from labeler.faces.io.alignment import FIVE, cut_out
from labeler.library.store import Library
from labeler.photos.io.decoding import decode_file
from labeler.types import FaceTable

PORTRAIT, SIDE_BY_SIDE = 160, 320
"""Pixels of a side."""
_ROOM = 0.62
"""Around dlib's square of the face, relative to its side, so that hair and chin are seen."""
_DOWN = 0.06
_ENOUGH = 1.2


def aligned_faces(
    library: Library, faces: Iterable[int], size: int, table: FaceTable | None = None
) -> dict[int, bytes]:
    """Return a JPEG of each face, (size, size); without those whose photo cannot be read.

    Args:
        table: the library's faces, where they have been read already.
    """
    found: dict[int, bytes] = {}
    table = table or library.faces()
    rows = {int(face): row for row, face in enumerate(table.ids)}
    for face in dict.fromkeys(faces):
        place = library.face(face) if face in rows else None
        if place is None:
            continue
        with suppress(LabelerError, OSError):
            photo, _ = place
            facts = photo.facts
            most = facts.width * facts.height
            row = rows[face]
            side = max(facts.width, facts.height)
            wanted = round(_ENOUGH * side * size / (table.sizes[row] * (1 + 2 * _ROOM)))
            finest = max(min(wanted, side), 1)
            image = decode_file(photo.path, finest, most, orientation=facts.metadata.orientation)
            scale = np.array([image.shape[1] / facts.width, image.shape[0] / facts.height])
            points = table.landmarks[row].astype(np.float64) * scale
            moved = np.array([_ROOM, _ROOM - _DOWN])
            on_chip = (FIVE + moved) / (1 + 2 * _ROOM) * size
            found[face] = _jpeg(cut_out(image, points, on_chip, size))
    return found


def _jpeg(image: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    PILImage.fromarray(image).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
