"""Nobody I care about: a group that the user has ignored attracts the faces that join it later."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from labeler.types import IntArray

_MOST = 0.5
"""More of a group than this has to be ignored: one blurred face of it says nothing of others."""


def attracted(
    ids: IntArray, groups: IntArray, ignored: Collection[int], named: Collection[int]
) -> NDArray[np.bool_]:
    """Tell which faces belong to somebody ignored though the user has not said so of them, (n,).

    They came to the group after it was ignored: of the faces up to the last one ignored there,
    more than half are. Nothing is stored, so that it ends as soon as the ignoring is taken back, or
    somebody in the group gets a name.

    Args:
        ids: (n,) the higher, the later. groups: (n,) theirs; −1 = in none.
        named: those with a name of any kind.
    """
    is_ignored = np.isin(ids, np.fromiter(ignored, dtype=np.int64))
    is_named = np.isin(ids, np.fromiter(named, dtype=np.int64))
    _, places = np.unique(groups, return_inverse=True)
    size = int(places.max(initial=-1)) + 1

    def number(which: NDArray[np.bool_]) -> IntArray:
        return np.bincount(places[which], minlength=size)

    last = np.full(size, -1)
    np.maximum.at(last, places[is_ignored], ids[is_ignored])
    before = ids <= last[places]
    theirs = (number(is_ignored) > _MOST * number(before)) & (number(is_named) == 0)
    return theirs[places] & ~before & (groups >= 0)
