"""Put a copy of a library's file back in its place, so that nothing of what was there mixes in."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError, LibraryError
from labeler.io.files import private_file, private_folder
from labeler.library import migrations
from labeler.library.connecting import FILE_NAME, check_whose, connect, is_sqlite, troubles
from labeler.library.repair import aftermath, marks
from labeler.library.repair.repairing import check_unused, replace


@dataclass(frozen=True)
class PutBackReport:
    """What the library holds now. kept: the name under which the file from before was kept."""

    library: Path
    kept: Path | None
    decisions: int
    photos: int
    faces: int


def is_copy(file: Path) -> bool:
    """Tell whether a file is a database, and so no backup that `labeler backup` made."""
    with suppress(OSError):
        return file.is_file() and is_sqlite(file)
    return False


def put_back(folder: Path, copy: Path) -> PutBackReport:
    """Make a copy of a library's file the library; the file that is there gets another name.

    The copy is only read.

    Raises:
        LabelerError: it is damaged or no library, or another program is using the present one.
    """
    path = Path(os.path.abspath(folder)) / FILE_NAME
    if path.exists() and os.path.samefile(path, copy):
        raise LabelerError(f"{copy} is the library itself; choose a copy of it.")
    counts: list[int] = []
    try:
        check_unused(path)
        private_folder(path.parent)
        kept = replace(path, "before-restore", lambda new: counts.extend(_copy(copy, new)))
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise LibraryError(
            f"{copy} was not restored ({why}), and the library is as it was; check its disk."
        ) from error
    return PutBackReport(path.parent, kept, *counts)


def _copy(file: Path, new: Path) -> list[int]:
    """Copy a library with its log, if that is its own, and return its decisions, photos, faces."""
    log = aftermath.log_of(file)
    private_file(new)
    query = "mode=ro" if log in ("fits", "live") else "immutable=1"
    with closing(connect(new)) as target:
        with closing(connect(file, query)) as source:
            source.backup(target)
        if (wrong := troubles(target)) is not None:
            raise LabelerError(
                f"{file} is damaged ({wrong}); use another copy. The library is as it was."
            )
        check_whose(target, file)
        migrations.version(target, file)
        migrations.apply(target)
        for _ in range(2):  # no log of the file that was there before can seem to be the new one's
            marks.put_mark(target)
        target.execute("PRAGMA journal_mode = WAL")
        return [
            int(target.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in ("journal", "photos", "faces")
        ]
