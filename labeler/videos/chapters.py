"""Chapters of a video: a new one where other people are seen than in the shot before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from labeler.videos.clock import exact
from labeler.videos.intervals import Interval, intersection, length
from labeler.videos.presence import SeenVideo
from labeler.videos.screen_time import ScreenTime
from labeler.videos.subtitles import Cue, vtt_of
from labeler.wording import listed, spelled

LEAST = 0.5
"""Seconds for which somebody is in a shot who gives it its title, unless the shot is shorter."""
NOBODY = "Nobody"
MOST_NAMES = 4


def chapters(video: SeenVideo, rows: Sequence[ScreenTime]) -> list[Cue]:
    """Return the chapters, from the start to the end of the video.

    Args:
        rows: the screen time of this video alone.
    """
    shots = video.shots or ((0.0, video.seconds),)
    found: list[Cue] = []
    for number, shot in enumerate(shots):
        start = 0.0 if number == 0 else shot[0]
        end = shots[number + 1][0] if number + 1 < len(shots) else max(video.seconds, shot[1])
        title = _title(shot, rows)
        if found and found[-1][1] == title:
            start = found.pop()[0][0]
        found.append(((start, end), title))
    return found


def _title(shot: Interval, rows: Iterable[ScreenTime]) -> str:
    least = min(LEAST, (shot[1] - shot[0]) / 2)
    names = [
        row.name
        for row in rows
        if length(intersection(row.videos[0].scenes, [shot])) >= max(least, 1e-6)
    ]
    return listed(names, most=MOST_NAMES) if names else NOBODY


def webvtt(found: Iterable[Cue]) -> str:
    """Return chapters as browsers read them: a track of kind 'chapters'."""
    return vtt_of((span, spelled(title)) for span, title in found)


def simple(found: Iterable[Cue]) -> str:
    """Return chapters as lines of text, which mkvmerge and MP4Box put into a file."""
    lines = []
    for number, ((start, _), title) in enumerate(found, 1):
        lines += [f"CHAPTER{number:02}={exact(start)}", f"CHAPTER{number:02}NAME={spelled(title)}"]
    return "\n".join(lines) + "\n"
