"""Where some values are in an ascending array: looked up in one place, and always checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labeler.types import IntArray


def positions(ascending: NDArray[Any], wanted: ArrayLike) -> IntArray:
    """Return where each of some values is, (k,) int64; −1 = it is not there.

    Args:
        ascending: (n,) ids or names, sorted, each once. wanted: (k,) of the same kind.

    >>> positions(np.array([2, 5, 7]), [7, 3, 2, 9])
    array([ 2, -1,  0, -1])
    """
    values = np.asarray(wanted)
    if not len(ascending) or not len(values):  # an empty list has no kind that could be compared
        return np.full(len(values), -1, dtype=np.int64)
    places = np.searchsorted(ascending, values).clip(max=len(ascending) - 1)
    return np.where(ascending[places] == values, places, -1).astype(np.int64)


def positions_of_all(ascending: NDArray[Any], wanted: ArrayLike) -> IntArray:
    """Return where each of some values is, (k,) int64, where all have to be there.

    Raises:
        LookupError: one is not; what was read of a library is then not of one moment.
    """
    places = positions(ascending, wanted)
    lacking = np.flatnonzero(places < 0)
    if len(lacking):
        raise LookupError(f"{np.asarray(wanted)[lacking[0]]} is not among {len(ascending):,} ids")
    return places
