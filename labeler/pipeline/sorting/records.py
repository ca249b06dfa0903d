"""The manifests in a folder that is sorted into, and the lock beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from labeler.errors import LabelerError
from labeler.files import alone
from labeler.sorting import manifest, transfer

_LOCK = "lock"


def cut_off(into: Path) -> Path | None:
    """Return the manifest in a folder of a run that was cut off; None = there is none."""
    records = sorted((into / manifest.FOLDER).glob(manifest.PATTERN), reverse=True)
    return next((path for path in records if not manifest.has_ended(path)), None)


@contextmanager
def only_sort(into: Path) -> Iterator[None]:
    """Hold the lock of a folder that is sorted into; take all of it away again that is empty.

    Raises:
        LabelerError: another sort is at work there.
        OSError: the folder cannot be written.
    """
    folder = into / manifest.FOLDER
    folder.mkdir(exist_ok=True)
    try:
        with alone(folder / _LOCK, f"Another `labeler sort` is at work in {into}"):
            try:
                yield
            finally:
                with suppress(OSError):
                    (folder / _LOCK).unlink()
    finally:
        with suppress(OSError):
            folder.rmdir()


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
        more = f"_{number}" if number > 1 else ""  # so that the later name comes later
        path = into / manifest.FOLDER / f"{name}{more}.jsonl"
        if not path.exists():
            return path
        number += 1


def remove_void(into: Path) -> None:
    """Remove what is left of runs that were cut off before they had a manifest, and did nothing."""
    folder = into / manifest.FOLDER
    transfer.remove_leftovers(folder)
    for path in folder.glob(manifest.PATTERN):
        if not path.stat().st_size:
            path.unlink()


def refuse_other(path: Path, into: Path) -> None:
    """Refuse a file that is not the manifest of a run into this folder that was cut off."""
    known = manifest.read(path)
    if known.ended or known.into != str(into):
        raise LabelerError(f"{path} exists already; choose another name for the manifest.")


def remove_empty(folders: list[str]) -> None:
    """Remove those folders, given with the outer ones first, in which there is nothing."""
    for folder in reversed(folders):
        with suppress(OSError):
            Path(folder).rmdir()
