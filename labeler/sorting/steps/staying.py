"""Files that stay in the inbox although they are called like photos that leave it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

from labeler.photos.companions import split
from labeler.sorting.steps.plan import SortedPhoto
from labeler.sorting.steps.sets import file_names

_NOTES_IN = ("NKSC_PARAM", "CaptureOne")
"""Of Nikon's programs, and of Capture One."""


def staying(plan: Iterable[SortedPhoto]) -> list[str]:
    """Return the paths of files that may belong to photos which go elsewhere, and do not go along.

    Nobody knows what they are; `labeler.photos.companions` has all that is known to belong to one.
    """
    stems: dict[str, set[str]] = {}
    going: set[str] = set()
    for item in plan:
        folder, name = os.path.split(item.photo)
        going |= {item.photo, *(one.path for one in item.companions)}
        if item.targets and not item.error:
            stems.setdefault(folder, set()).add(split(name)[0])
    found = []
    for folder, of_photos in sorted(stems.items()):
        for inside in (folder, *_of_programs(folder)):
            for name in sorted(file_names(inside)):
                path = os.path.join(inside, name)
                if path not in going and any(start in of_photos for start in _beginnings(name)):
                    found.append(path)
    return found


def _of_programs(folder: str) -> list[str]:
    """Return the folders in one in which programs keep what they note about its photos."""
    found = [os.path.join(folder, name) for name in _NOTES_IN]
    for parent in found[:]:
        with suppress(OSError), os.scandir(parent) as entries:
            found += sorted(entry.path for entry in entries if entry.is_dir())
    return [one for one in found if os.path.isdir(one)]


def _beginnings(name: str) -> list[str]:
    """Return what a name begins with, up to each sign that is neither a letter nor a digit."""
    return [name[:at] for at in range(1, len(name)) if not name[at].isalnum()]
