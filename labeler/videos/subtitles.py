"""Who is on screen, as subtitles: WebVTT and SubRip (SRT)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from labeler.videos.clock import exact
from labeler.videos.intervals import Interval
from labeler.videos.screen_time import InVideo, ScreenTime
from labeler.wording import spelled

_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
Cue = tuple[Interval, str]


def vtt(rows: Sequence[ScreenTime]) -> str:
    """Return subtitles of a video that name everybody who is on screen.

    Args:
        rows: the screen time of the video alone.
    """
    return vtt_of((span, ", ".join(map(_line, names))) for span, names in _together(rows))


def vtt_of(cues: Iterable[Cue]) -> str:
    """Return a WebVTT file (https://www.w3.org/TR/webvtt1/)."""
    parts = ["WEBVTT"]
    for (start, end), text in cues:
        parts.append(f"{exact(start)} --> {exact(end)}\n{text.translate(_ESCAPED)}")
    return "\n\n".join(parts) + "\n"


def srt(own: InVideo, name: str) -> str:
    """Return subtitles that show a name while its bearer is on screen."""
    parts = [
        f"{number}\n{exact(start, ',')} --> {exact(end, ',')}\n{_line(name)}\n"
        for number, (start, end) in enumerate(own.scenes, 1)
    ]
    return "\n".join(parts)


def _together(rows: Sequence[ScreenTime]) -> list[tuple[Interval, tuple[str, ...]]]:
    """Return who is on screen between two moments at which somebody comes or goes."""
    shown = [(row.name, row.videos[0].scenes) for row in rows]
    edges = sorted({moment for _, own in shown for span in own for moment in span})
    found: list[tuple[Interval, tuple[str, ...]]] = []
    for start, end in pairwise(edges):
        names = tuple(name for name, own in shown if any(s <= start and end <= e for s, e in own))
        if names:
            found.append(((start, end), names))
    return found


def _line(name: str) -> str:
    """Return a name on one line, in which nothing is an arrow of times."""
    return spelled(" ".join(name.split())).replace("-->", "→")
