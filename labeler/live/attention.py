"""How often the picture is searched: always while somebody is there, seldom while nothing moves."""

from __future__ import annotations

import numpy as np

from labeler.types import Image

QUIET = 1.0
"""Seconds between two searches of a picture in which nobody is and nothing moves."""
ALERT = 0.2
"""Seconds between two searches of a picture in which nobody is, and something moves."""
MOVED = 4.0
"""Mean difference of brightness, of 255, in the part that changed most, from which on it moved."""
PARTS = 6, 8
"""The picture is divided into so many rows and columns."""
AFTER = 2.0
"""Seconds for which everything is searched after somebody was there."""


class Attention:
    """Decides which pictures are searched."""

    def __init__(self) -> None:
        self._searched = -np.inf
        self._somebody = -np.inf
        self._before: Image | None = None

    def is_due(self, at: float, coarse: Image) -> bool:
        """Tell whether a picture is to be searched.

        Args:
            coarse: its brightness in few pixels, (h, w) uint8, always of one size.
        """
        since = at - self._searched
        if at - self._somebody <= AFTER or since >= QUIET:
            return True
        return since >= ALERT and self._before is not None and moved(self._before, coarse)

    def searched(self, at: float, coarse: Image, somebody: bool) -> None:
        """Note that a picture was searched, and whether somebody was there."""
        self._searched, self._before = at, coarse
        if somebody:
            self._somebody = at


def moved(before: Image, now: Image) -> bool:
    """Tell whether something moved between two coarse pictures, (h, w) uint8 each.

    The whole picture may get brighter, and noise is everywhere: what counts is a part that changed
    more than the others did.
    """
    if before.shape != now.shape:
        return True
    change = now.astype(np.float32) - before.astype(np.float32)
    change = np.abs(change - np.median(change))
    rows, columns = PARTS
    parts = [
        part.mean()
        for band in np.array_split(change, rows)
        for part in np.array_split(band, columns, 1)
    ]
    return max(parts) > MOVED
