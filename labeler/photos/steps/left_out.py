"""The patterns that the user gave for folders: they are remembered for the next look at them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from labeler.errors import UsageError
from labeler.library.store import Library
from labeler.photos.ignore_patterns import IgnorePatterns
from labeler.photos.io.left_out import LeavingOut

SETTING = "left_out"
"""Setting: the patterns by folder."""
VIDEOS = "videos"
"""Setting: whether videos in folders are watched."""


def patterns(library: Library) -> dict[str, list[str]]:
    """Return the patterns that hold in folders, by folder, in the order in which they count."""
    kept = library.setting(SETTING)
    if not isinstance(kept, dict):
        return {}
    return {folder: [str(one) for one in lines] for folder, lines in kept.items()}


def remember(
    library: Library, roots: Iterable[Path], exclude: Sequence[str], include: Sequence[str]
) -> None:
    """Note patterns of gitignore for folders; a later word on the same pattern takes its place.

    Args:
        exclude: what to leave out. include: what to look at, though another pattern leaves it out
            or machines make such folders.

    Raises:
        UsageError: one is no pattern.
    """
    said = [*exclude, *(f"!{pattern}" for pattern in include)]
    if not said:
        return
    try:
        IgnorePatterns("", said)
    except ValueError as error:
        raise UsageError(f"{error} is no pattern; write one as in a .gitignore file.") from error
    known = patterns(library)
    for root in roots:
        if root.is_dir():
            lines = known.setdefault(os.path.abspath(root), [])
            new = {line.removeprefix("!") for line in said}
            lines[:] = [line for line in lines if line.removeprefix("!") not in new] + said
    library.write_setting(SETTING, known)


def watching(library: Library, videos: bool | None = None) -> bool:
    """Return whether videos in folders are watched; at first they are.

    Args:
        videos: what shall hold from now on; None = as before.
    """
    if videos is not None:
        library.write_setting(VIDEOS, videos)
    return library.setting(VIDEOS) is not False


def leaving_out(library: Library) -> LeavingOut:
    """Return what tells which folders and files are left out."""
    given = sorted(patterns(library).items(), key=lambda one: len(one[0]))
    return LeavingOut(IgnorePatterns(folder, lines) for folder, lines in given)
