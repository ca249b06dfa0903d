"""The manifests of this library in a folder that is sorted into, and the lock beside them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from labeler.errors import LabelerError
from labeler.io.files import alone
from labeler.library.sorts import Sort
from labeler.library.store import Library
from labeler.sorting.io import manifest, transfer
from labeler.sorting.io.manifest import Record

_LOCK = "lock"


def cut_off(library: Library, into: Path, inbox: str) -> Record | None:
    """Return what the manifest in a folder says of a run that was cut off; None = there is none.

    What cannot be read, or was changed by something else, is not gone on with.

    Args:
        inbox: that the run was sorting, without links in its path.
    """
    for sort in _open_sorts(library, into):
        if sort.inbox != inbox:
            continue
        with suppress(LabelerError):
            record = manifest.read(library, Path(sort.manifest))
            if record.sort.number == sort.number and not record.ended:
                return record
    return None


def latest(library: Library, into: Path) -> Sort:
    """Return the latest sort into a folder that is not undone, whatever the clock said.

    Raises:
        LabelerError: the library knows none, or its manifest has gone.
    """
    real = os.path.realpath(into)
    folder = into / manifest.FOLDER
    for sort in library.sorts():
        if sort.into != real or sort.is_undone:
            continue
        if os.path.lexists(sort.manifest):
            return sort
        if sort.last_seal is not None:  # else it may have been cut off before it was written
            raise LabelerError(
                f"{sort.manifest}, the manifest of the latest sort into {into}, has gone; "
                "to undo an earlier one, name its manifest."
            )
    if any(folder.glob(manifest.PATTERN)):
        raise manifest.unknown(library, folder)
    raise LabelerError(
        f"There is no manifest in {folder}; a sort that is undone completely takes its own away."
    )


@contextmanager
def only_sort(into: Path) -> Iterator[None]:
    """Hold the lock of a folder that is sorted into; take all of it away again that is empty.

    Raises:
        LabelerError: another sort is at work there, or something else is in the lock's place.
        OSError: the folder cannot be written.
    """
    folder = into / manifest.FOLDER
    with suppress(FileExistsError):
        folder.mkdir()
    lock = folder / _LOCK
    try:
        _refuse_in_the_way(folder, stat.S_IFDIR)
        _refuse_in_the_way(lock, stat.S_IFREG)
        with alone(lock, f"Another `labeler sort` is at work in {into}"):
            try:
                yield
            finally:
                with suppress(OSError):
                    lock.unlink()
    finally:
        with suppress(OSError):
            folder.rmdir()


def _refuse_in_the_way(path: Path, kind: int) -> None:
    """Refuse what is there and is not of a kind: what a link led to would be emptied or filled."""
    with suppress(FileNotFoundError):
        status = os.lstat(path)
        if stat.S_IFMT(status.st_mode) != kind or (kind == stat.S_IFREG and status.st_nlink > 1):
            raise LabelerError(f"{path} is something else than it should be; remove it.")


def make_folders(into: Path) -> list[str]:
    """Make the folder that is sorted into; return those that were not there, outer ones first."""
    missing = [folder for folder in (into, *into.parents) if not folder.is_dir()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
    return [str(folder) for folder in reversed(missing)]


def new_record(into: Path) -> Path:
    """Return a free name for a manifest in a folder that is sorted into."""
    name = f"sort-{datetime.now():%Y%m%d-%H%M%S}"
    number = 1
    while True:
        more = f"_{number}" if number > 1 else ""
        path = into / manifest.FOLDER / f"{name}{more}.jsonl"
        if not os.path.lexists(path):
            return path
        number += 1


def remove_void(library: Library, into: Path) -> None:
    """Remove what is left of runs that were cut off before they had a manifest, and did nothing."""
    transfer.remove_leftovers(into / manifest.FOLDER)
    for sort in _open_sorts(library, into):
        with suppress(OSError):
            status = os.lstat(sort.manifest)
            if stat.S_ISREG(status.st_mode) and not status.st_size:
                os.unlink(sort.manifest)


def refuse_other(library: Library, path: Path, into: Path, inbox: str) -> None:
    """Refuse a file that is not the manifest of a run between these folders that was cut off.

    Args:
        inbox: without links in its path.
    """
    known = manifest.read(library, path)
    if known.ended or (known.sort.inbox, known.sort.into) != (inbox, os.path.realpath(into)):
        raise LabelerError(f"{path} exists already; choose another name for the manifest.")


def remove_empty(folders: list[str]) -> None:
    """Remove those folders, given with the outer ones first, in which there is nothing."""
    for folder in reversed(folders):
        with suppress(OSError):
            Path(folder).rmdir()


def _open_sorts(library: Library, into: Path) -> list[Sort]:
    """Return the sorts into a folder, recorded there, that have not ended; the latest first."""
    real = os.path.realpath(into)
    folder = os.path.join(real, manifest.FOLDER)
    return [
        sort
        for sort in library.sorts()
        if sort.into == real
        and sort.last_seal is None
        and not sort.is_undone
        and os.path.dirname(sort.manifest) == folder
    ]
