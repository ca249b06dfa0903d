"""When somebody is on screen, as a line of letters for a terminal."""

from __future__ import annotations

from labeler.videos.intervals import Intervals, intersection, length

WIDTH = 40
ALL, SOME, NONE = "█", "▒", "."


def line(scenes: Intervals, seconds: float, width: int = WIDTH) -> str:
    """Return a letter for each part of a video: on screen for half of it or more, less, not at all.

    >>> line(((0, 5), (7, 7.5)), 10, 5)
    '███▒.'
    """
    step = seconds / width
    shares = (
        length(intersection(scenes, [(place * step, (place + 1) * step)])) / step if step else 0.0
        for place in range(width)
    )
    return "".join(ALL if share >= 0.5 else SOME if share > 0 else NONE for share in shares)
