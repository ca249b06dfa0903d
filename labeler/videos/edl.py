"""An edit decision list (CMX 3600) of scenes, which cutting programs read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from labeler.videos.clock import timecode
from labeler.videos.scenes import Scene
from labeler.wording import spelled

_MOST_EVENTS = 999
"""CMX 3600 counts with three digits; programs of today read on."""
_SEPARATOR = r"[/\\]"
_RECORD_START = 3600
"""Seconds: what is recorded begins at one hour, as is usual."""


def edl(scenes: Sequence[Scene], title: str) -> str:
    """Return the list of some scenes, one after the other.

    Frames are those of the first video: the list knows one rate only, and no fractions of it, so
    that 29.97 frames a second are counted as 30 (non-drop).
    """
    fps = (scenes[0].video.fps if scenes else 0.0) or 25.0
    rate = max(round(fps), 1)
    lines = [f"TITLE: {_plain(title)}", "FCM: NON-DROP FRAME", ""]
    recorded = _RECORD_START * rate
    digits = 3 if len(scenes) <= _MOST_EVENTS else 6
    for number, scene in enumerate(scenes, 1):
        first = round(scene.start * fps)
        frames = max(round(scene.end * fps) - first, 1)
        times = (first, first + frames, recorded, recorded + frames)
        codes = " ".join(timecode(frame, rate) for frame in times)
        lines.append(f"{number:0{digits}}  AX       AA/V  C        {codes}")
        lines.append(f"* FROM CLIP NAME: {_plain(re.split(_SEPARATOR, scene.video.path)[-1])}")
        lines.append(f"* SOURCE FILE: {_plain(scene.video.path)}")
        if scene.people:
            lines.append(f"* COMMENT: {_plain(', '.join(scene.people))}")
        recorded += frames
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return spelled(" ".join(text.split()))
