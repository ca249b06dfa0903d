"""Values in statements: a '?' for each, and no more at a time than every SQLite takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Sized
from typing import TypeVar

FEW = 900
"""So many values may stand in one IN (…) of every SQLite."""
T = TypeVar("T")


def holes(values: Sized) -> str:
    """Return a '?' for each value."""
    return ", ".join("?" * len(values))


def in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the values in their order, FEW at a time at most."""
    for start in range(0, len(values), FEW):
        yield values[start : start + FEW]
