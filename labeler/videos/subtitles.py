"""Subtitles, as WebVTT and SubRip (SRT): who is on screen, and what is said."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from labeler.videos.clock import exact
from labeler.videos.intervals import Interval
from labeler.videos.screen_time import InVideo, ScreenTime
from labeler.wording import spelled

_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
Cue = tuple[Interval, str]
_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}")
_MARKUP = re.compile(r"<[^>]*>|\{[^}]*\}")


def cues_in(text: str) -> list[Cue]:
    """Return what a file of subtitles says and when, seconds; what is no subtitle is left out.

    >>> cues_in("1\\n00:00:01,500 --> 00:00:02,000\\n<i>Who has</i>\\nthe cake?\\n")
    [((1.5, 2.0), 'Who has the cake?')]
    """
    found: list[Cue] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = iter(block.split("\n"))
        times = next((times for line in lines if (times := _TIMES.match(line))), None)
        words = without_markup(" ".join(lines))
        if times and words:
            start, end = _seconds(times.groups())
            found.append(((start, max(start, end)), words))
    return found


def without_markup(text: str) -> str:
    """Return the words of a subtitle on one line."""
    return " ".join(html.unescape(_MARKUP.sub("", text)).split())


def _seconds(parts: Sequence[str | None]) -> Iterator[float]:
    for hours, minutes, seconds, rest in (parts[:4], parts[4:]):
        whole = 3600 * int(hours or 0) + 60 * int(minutes or 0) + int(seconds or 0)
        yield whole + int((rest or "0").ljust(3, "0")) / 1000


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
