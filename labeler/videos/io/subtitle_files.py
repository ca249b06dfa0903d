"""What is said in a video: text tracks in its file, and files of subtitles beside it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from labeler.io import media
from labeler.videos.subtitles import Cue, cues_in, without_markup

SUFFIXES = (".srt", ".vtt")
MOST_BYTES = 10 * 2**20
"""Of a file of subtitles; those of a long film have a hundredth of it."""
USUAL_SECONDS = 3.0
"""For which a text is shown of which the file does not say how long."""


def beside(video: Path) -> list[Cue]:
    """Return what files say that are called like the video: film.srt, film.en.vtt, film.mp4.srt."""
    found: list[Cue] = []
    with suppress(OSError):
        begin = video.stem.casefold() + "."
        for name in sorted(os.listdir(video.parent)):
            if name.casefold().startswith(begin) and name.casefold().endswith(SUFFIXES):
                found += _read(video.parent / name)
    return found


def _read(path: Path) -> list[Cue]:
    with suppress(OSError):
        if path.is_file() and path.stat().st_size <= MOST_BYTES:
            data = path.read_bytes()
            try:
                text = data.decode("utf-8-sig")
            except UnicodeDecodeError:  # as old ones are
                text = data.decode("cp1252", "replace")
            return cues_in(text)
    return []


def inside(video: Path) -> list[Cue]:
    """Return what the text tracks in a video say; the whole file is read if it has any.

    Tracks of pictures, as on DVDs, say nothing.
    """
    import av

    found: list[Cue] = []
    with suppress(av.FFmpegError, OSError, ValueError), media.opened(video) as container:
        tracks = [one for one in container.streams.subtitles if one.codec_context is not None]
        if not tracks:
            return []
        zero = (container.start_time or 0) / 1e6
        for packet in container.demux(tracks):
            if packet.pts is None or not packet.time_base:
                continue
            start = max(float(packet.pts * packet.time_base) - zero, 0.0)
            seconds = float((packet.duration or 0) * packet.time_base) or USUAL_SECONDS
            if words := _words(packet):
                found.append(((start, start + seconds), words))
    return found


def _words(packet: Any) -> str:
    """Return what a packet says, '' = nothing, or it cannot be read."""
    import av

    with suppress(av.FFmpegError, ValueError):
        lines = [line for line in packet.decode() if hasattr(line, "dialogue")]
        texts = (line.dialogue.decode("utf-8", "replace").replace("\\N", " ") for line in lines)
        return without_markup(" ".join(texts))
    return ""
