"""Find the photos in folders, with what can be known of a file without opening it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from labeler.errors import LabelerError
from labeler.io.files import nanoseconds
from labeler.photos import video_names
from labeler.photos.io import beside, decoding, raw
from labeler.photos.io.left_out import LeavingOut
from labeler.photos.io.not_used import NotUsed
from labeler.types import Failure, PhotoFile


def walk(
    roots: Iterable[Path],
    skip: Path | None = None,
    leaving_out: LeavingOut | None = None,
    not_used: NotUsed | None = None,
    videos: bool = True,
) -> Iterator[PhotoFile | Failure]:
    """Yield photos and videos in folders (recursively, in name order) and files named themselves.

    Hidden files and folders are left out, the folder `skip`, and those that machines make. Links to
    folders are not followed. A folder or file that cannot be read is yielded as a Failure.

    Args:
        leaving_out: what the user wishes to be left out besides; it is told what was met of that.
        not_used: is told what was met besides.
        videos: whether to yield those in folders. The movie of a live photo never is.

    Raises:
        LabelerError: a root does not exist.
    """
    leaving_out = leaving_out or LeavingOut()
    files = beside.Folders(decoding.SUFFIXES)
    for root in roots:
        root = Path(os.path.abspath(root))
        if root.is_dir():
            leaving_out.enter(str(root))
            skipped = os.path.realpath(skip) if skip else None
            yield from _walk_folder(str(root), skipped, leaving_out, not_used, videos)
        elif root.exists():
            yield _photo_file(str(root), files)
        else:
            raise LabelerError(f"{root} does not exist; check the path.")
    yield from leaving_out.failures


def _walk_folder(
    root: str,
    skip: str | None,
    leaving_out: LeavingOut,
    not_used: NotUsed | None,
    videos: bool,
) -> Iterator[PhotoFile | Failure]:
    # Not os.walk, which before Python 3.12 cannot go as deep as folders may be nested.
    folders = beside.Folders(decoding.SUFFIXES)
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            inside = leaving_out.inside(folder)
        except OSError as error:
            yield Failure(folder, f"The folder cannot be read: {error.strerror}.")
            continue
        names = {name for name, is_folder in inside if not is_folder}
        folders.put(folder, names)
        if not_used is not None:
            not_used.look(folder, names, leaving_out.photos)
        seen = video_names.looked_at(names | leaving_out.photos, decoding.SUFFIXES, raw.SUFFIXES)
        wanted = seen.all if videos else seen.photos
        for name, is_folder in inside:
            if not is_folder and name in wanted:
                yield _photo_file(os.path.join(folder, name), folders)
        subfolders = [os.path.join(folder, name) for name, is_folder in inside if is_folder]
        pending += [path for path in reversed(subfolders) if os.path.realpath(path) != skip]


def photo_file(path: str) -> PhotoFile | Failure:
    """Return what is known of one file without opening it."""
    return _photo_file(path, beside.Folders(decoding.SUFFIXES))


def photo_files(paths: Iterable[str]) -> list[PhotoFile | Failure]:
    """Return what is known of files without opening them; each folder is listed once."""
    folders = beside.Folders(decoding.SUFFIXES)
    return [_photo_file(path, folders) for path in paths]


def _photo_file(path: str, folders: beside.Folders) -> PhotoFile | Failure:
    try:
        status = os.stat(path)
    except OSError as error:
        return Failure(path, f"The file cannot be read: {error.strerror}.")
    if not stat.S_ISREG(status.st_mode):
        return Failure(path, "It is not an ordinary file, whatever its name says.")
    if status.st_size > decoding.MOST_BYTES and not video_names.is_video(path):
        return Failure(
            path, f"The file is larger than {decoding.MOST_BYTES // 10**6} MB; is it a photo?"
        )
    notes = folders.notes(path)
    first, *more = notes.sidecars or (None,)
    modified_ns = nanoseconds(status)
    others = tuple(one for one in more if one) + notes.others
    return PhotoFile(path, status.st_size, modified_ns, first, notes.stamp, others)
