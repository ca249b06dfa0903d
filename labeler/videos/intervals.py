"""Stretches of time: closed intervals of seconds, (start, end) with start <= end.

A tuple of intervals that a function here returns is in order, and no two of them touch.
"""

from __future__ import annotations

from collections.abc import Iterable

Interval = tuple[float, float]
Intervals = tuple[Interval, ...]


def union(intervals: Iterable[Interval], gap: float = 0.0) -> Intervals:
    """Return the time that is in any of some intervals.

    Args:
        gap: what lies between two of them is added, if it is no longer than so many seconds.

    >>> union([(4, 5), (0, 2), (1, 3)]), union([(0, 2), (2.5, 3)], gap=0.5)
    (((0, 3), (4, 5)), ((0, 3),))
    """
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start - found[-1][1] <= gap:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def intersection(some: Iterable[Interval], others: Iterable[Interval]) -> Intervals:
    """Return the time that is in both; moments without length are none.

    >>> intersection([(0, 3), (5, 9)], [(2, 6), (9, 10)])
    ((2, 3), (5, 6))
    """
    one, two = union(some), union(others)
    found: list[Interval] = []
    i = j = 0
    while i < len(one) and j < len(two):
        start, end = max(one[i][0], two[j][0]), min(one[i][1], two[j][1])
        if start < end:
            found.append((start, end))
        if one[i][1] <= two[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def around(inner: Interval, intervals: Iterable[Interval]) -> Interval | None:
    """Return the part of an interval from the first to the last time that others have in it.

    None if they have none.

    >>> around((2, 9), [(0, 3), (5, 6)]), around((7, 8), [(0, 3)])
    ((2, 6), None)
    """
    inside = [
        (max(start, inner[0]), min(end, inner[1]))
        for start, end in intervals
        if start <= inner[1] and end >= inner[0]
    ]
    if not inside:
        return None
    return min(start for start, _ in inside), max(end for _, end in inside)


def length(intervals: Iterable[Interval]) -> float:
    """Return how many seconds intervals are that do not overlap."""
    return sum(end - start for start, end in intervals)


def at_least(intervals: Iterable[Interval], least: float) -> Intervals:
    """Return the intervals that are so long, and none without a length."""
    return tuple((start, end) for start, end in intervals if end - start >= least and end > start)
