"""What is said in the videos of a library, and where a search finds it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from labeler.errors import LabelerError
from labeler.io.files import anything, private_folder, whole_file
from labeler.library.store import Library
from labeler.videos.io import subtitle_files
from labeler.videos.presence import SeenVideo
from labeler.videos.subtitles import Cue


def said(library: Library, videos: Sequence[SeenVideo]) -> list[list[Cue]]:
    """Return for each video what subtitles in it and beside it say, in order of time.

    What is in a video is kept in the cache, as the whole file has to be read for it.
    """
    paths = [Path(video.path) for video in videos]
    return [sorted([*_inside(library, path), *subtitle_files.beside(path)]) for path in paths]


def _inside(library: Library, path: Path) -> list[Cue]:
    try:
        status = path.stat()
    except OSError:  # its drive is not there
        return []
    key = f"{path} {status.st_size} {status.st_mtime_ns}".encode("utf-8", "surrogateescape")
    kept = library.cache / "subtitles" / f"{hashlib.sha256(key).hexdigest()}.json"
    with suppress(OSError, ValueError, TypeError):
        return [((start, end), str(text)) for start, end, text in json.loads(kept.read_text())]
    cues = subtitle_files.inside(path)
    rows = [(start, end, text) for (start, end), text in cues]
    with suppress(OSError, LabelerError):  # then it is read again next time
        private_folder(kept.parent)
        with whole_file(kept, anything, private=True) as temporary:
            temporary.write_text(json.dumps(rows))
    return cues
