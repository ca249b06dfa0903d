"""Find the photos in folders, with what can be known of a file without opening it."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from labeler.errors import LabelerError
from labeler.photos.io import decoding
from labeler.photos.io.left_out import LeavingOut
from labeler.types import Failure, PhotoFile

SIDECAR = ".xmp"


def walk(
    roots: Iterable[Path], skip: Path | None = None, leaving_out: LeavingOut | None = None
) -> Iterator[PhotoFile | Failure]:
    """Yield the photos in folders (recursively, in name order) and the files named themselves.

    Hidden files and folders are left out, the folder `skip`, and those that machines make. Links to
    folders are not followed. A folder or file that cannot be read is yielded as a Failure.

    Args:
        leaving_out: what the user wishes to be left out besides; it is told what was met of that.

    Raises:
        LabelerError: a root does not exist.
    """
    leaving_out = leaving_out or LeavingOut()
    for root in roots:
        root = Path(os.path.abspath(root))
        if root.is_dir():
            leaving_out.enter(str(root))
            skipped = os.path.realpath(skip) if skip else None
            yield from _walk_folder(str(root), skipped, leaving_out)
        elif root.exists():
            yield photo_file(str(root))
        else:
            raise LabelerError(f"{root} does not exist; check the path.")
    yield from leaving_out.failures


def _walk_folder(
    root: str, skip: str | None, leaving_out: LeavingOut
) -> Iterator[PhotoFile | Failure]:
    # Not os.walk, which before Python 3.12 cannot go as deep as folders may be nested.
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            inside = leaving_out.inside(folder)
        except OSError as error:
            yield Failure(folder, f"The folder cannot be read: {error.strerror}.")
            continue
        present = {name for name, is_folder in inside if not is_folder}
        for name, is_folder in inside:
            if not is_folder and os.path.splitext(name)[1].lower() in decoding.SUFFIXES:
                yield _photo_file(folder, name, present)
        subfolders = [os.path.join(folder, name) for name, is_folder in inside if is_folder]
        pending += [path for path in reversed(subfolders) if os.path.realpath(path) != skip]


def _sidecar_names(name: str) -> list[str]:
    """Return what a photo's XMP file may be called: `a.jpg.xmp` goes before `a.xmp`."""
    stems = (name, os.path.splitext(name)[0])
    return [stem + suffix for stem in stems for suffix in (SIDECAR, SIDECAR.upper())]


def photo_file(path: str) -> PhotoFile | Failure:
    """Return what is known of one file without opening it."""
    folder, name = os.path.split(path)
    # Asking for a few names is cheap however many files the folder holds.
    names = _sidecar_names(name)
    present = {one for one in names if os.path.lexists(os.path.join(folder, one))}
    return _photo_file(folder, name, present)


def _photo_file(folder: str, name: str, present: Collection[str]) -> PhotoFile | Failure:
    path = os.path.join(folder, name)
    try:
        status = os.stat(path)
    except OSError as error:
        return Failure(path, f"The file cannot be read: {error.strerror}.")
    if not stat.S_ISREG(status.st_mode):
        return Failure(path, "It is not an ordinary file, whatever its name says.")
    if status.st_size > decoding.MOST_BYTES:
        return Failure(
            path, f"The file is larger than {decoding.MOST_BYTES // 10**6} MB; is it a photo?"
        )
    beside = next((one for one in _sidecar_names(name) if one in present), None)
    sidecar, sidecar_ns = _sidecar(os.path.join(folder, beside) if beside else None)
    modified_ns = decoding.nanoseconds(status)
    return PhotoFile(path, status.st_size, modified_ns, sidecar, sidecar_ns)


def _sidecar(path: str | None) -> tuple[str | None, int]:
    """Return path and modification time of an XMP file, if it is an ordinary file."""
    if path is not None:
        with suppress(OSError):
            status = os.stat(path)
            if stat.S_ISREG(status.st_mode):
                return path, decoding.nanoseconds(status)
    return None, 0
