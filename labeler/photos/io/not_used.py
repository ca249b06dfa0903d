"""What a walk through folders met besides photos."""

from __future__ import annotations

import os
from collections.abc import Collection

from labeler.photos import unused
from labeler.photos.io import decoding, raw
from labeler.photos.unused import Kind


class NotUsed:
    """Notes what is neither a photo nor belongs to one; each once, even if roots overlap.

    videos: they are watched.
    """

    def __init__(self, videos: bool = True) -> None:
        self._videos = videos
        self._found: dict[str, Kind] = {}

    def look(self, folder: str, names: Collection[str], left_out: Collection[str] = ()) -> None:
        """Look at what a folder holds besides folders: files, and links to anything.

        Args:
            left_out: photos that nobody wishes to see; what belongs to them is not missed either.
        """
        names = {*names, *left_out}
        found = unused.unused(names, decoding.SUFFIXES, raw.SUFFIXES, self._videos)
        for name, kind in found.items():
            path = os.path.join(folder, name)
            is_linked = os.path.islink(path) and os.path.isdir(path)
            self._found[path] = "linked folder" if is_linked else kind

    def counts(self) -> dict[Kind, dict[str, int]]:
        """Return how many files of each kind there are, by their endings."""
        return unused.counted((os.path.basename(path), kind) for path, kind in self._found.items())
