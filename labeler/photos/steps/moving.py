"""Tell the library that a folder is somewhere else by now, or is to be forgotten."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.library.whereabouts import GONE, PRESENT, FilePlace
from labeler.photos.steps import folders, left_out
from labeler.photos.steps.folders import is_in

_BY_FOLDER = (left_out.SETTING,)
"""Settings in which something is said by folder."""


@dataclass(frozen=True, slots=True)
class MoveReport:
    """A folder that has moved: how many of its files, those gone before left out, are there now."""

    old: str
    new: str
    files: int
    there: int


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """A folder that was forgotten: how many photos it held, and how many of them are nowhere else.

    The names on those are kept, too, until the photos are found again.
    """

    folder: str
    photos: int
    only_there: int


def move(library: Library, old: Path, new: Path) -> MoveReport:
    """Note that what was in one folder is in another; no photo needs to be looked at again.

    Raises:
        LabelerError: nothing of the one is known, it is still there, or none of it is in the other.
    """
    before, now = os.path.abspath(old), os.path.abspath(new)
    with folders.alone_at_index(library):
        own = [file for file in library.file_places() if is_in(file.path, before)]
        _check_move(library, before, now, own)
        paths = {file.path: _rebased(file.path, before, now) for file in own}
        around = {os.path.dirname(path) for path in paths}
        there = [path for path in paths.values() if os.path.isfile(path)]
        wanted = {paths[file.path] for file in own if file.state != GONE}
        if not there:
            raise LabelerError(
                f"None of the {len(own):,} files of {before} is in {now}; check both paths."
            )
        with library.writing():
            known_there = {f.path for f in library.file_places() if f.state == PRESENT}
            library.move_files(paths, {one: _rebased(one, before, now) for one in around})
            library.mark_files(there, PRESENT)
            library.mark_files(set(paths.values()) - set(there) - known_there, GONE)
            _rename_folders(library, before, now)
    return MoveReport(before, now, len(wanted.union(there)), len(there))


def _check_move(library: Library, before: str, now: str, own: Iterable[FilePlace]) -> None:
    if not own:
        raise LabelerError(_nothing_known(library, before))
    if is_in(before, now) or is_in(now, before):
        raise LabelerError(
            f"One of {before} and {now} lies in the other; `labeler index` with the outer one "
            "finds what has moved inside."
        )
    if not os.path.isdir(now):
        raise LabelerError(f"{now} does not exist; check the path.")
    if any(os.path.lexists(file.path) for file in own):
        raise LabelerError(
            f"{before} still holds photos, so it has not moved; `labeler index` with {now} adds "
            "what is there."
        )


def forget(library: Library, folder: Path) -> ForgetReport:
    """Forget a folder: its photos are shown no more, the names on them are kept.

    Raises:
        LabelerError: nothing of it is known.
    """
    name = os.path.abspath(folder)
    with folders.alone_at_index(library):
        files = library.file_places()
        own = [file for file in files if is_in(file.path, name)]
        roots = [str(root) for root in folders.folders(library)]
        if not own and name not in folders.watched(library):
            raise LabelerError(_nothing_known(library, name))
        photos = {file.photo_id for file in own}
        elsewhere = {file.photo_id for file in files if not is_in(file.path, name)}
        with library.writing():
            library.forget_files(file.path for file in own)
            inner = [one for one in folders.inner_folders(library) if not is_in(one, name)]
            folders.write(library, [root for root in roots if not is_in(root, name)], inner)
            _note_away(library)
    return ForgetReport(name, len(photos), len(photos - elsewhere))


def _rename_folders(library: Library, before: str, now: str) -> None:
    roots = [str(root) for root in folders.folders(library)]
    moved = [_rebased(root, before, now) for root in roots if is_in(root, before)]
    inner = folders.inner_folders(library)
    folders.write(
        library,
        [root for root in roots if not is_in(root, before)] + (moved or [now]),
        [_rebased(one, before, now) if is_in(one, before) else one for one in inner],
    )
    for setting in _BY_FOLDER:
        kept = library.setting(setting)
        if isinstance(kept, dict) and any(is_in(folder, before) for folder in kept):
            library.write_setting(
                setting,
                {_rebased(f, before, now) if is_in(f, before) else f: v for f, v in kept.items()},
            )
    _note_away(library)


def _note_away(library: Library) -> None:
    folders.note_away(library, [str(root) for root in folders.away(library)])


def _rebased(path: str, before: str, now: str) -> str:
    """Return a path in a folder as it is called when that folder is called otherwise."""
    inside = path[len(before.rstrip(os.sep)) :]
    return now.rstrip(os.sep) + inside if inside else now


def _nothing_known(library: Library, folder: str) -> str:
    roots = folders.folders(library)
    known = f"its folders are {', '.join(map(str, roots))}" if roots else "it has no folders yet"
    return f"No photo of this library is in {folder}; {known}."
