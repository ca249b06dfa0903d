"""Write into folders of the user, and replace only what this library wrote there before.

A file is the library's own if its database says that it wrote exactly this content to this path.
No mark in the file or beside it is believed, so a folder from elsewhere cannot claim anything; and
what somebody has changed since is theirs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from labeler.errors import LabelerError
from labeler.io.files import MayReplace, nothing, remove_parts, whole_file
from labeler.library.store import Library
from labeler.library.written import WrittenFile
from labeler.sorting.io import transfer

_NAMED = 3
"""So many files that are in the way are named."""


class OwnFiles:
    """The files that a library wrote."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def standing(self, path: Path) -> WrittenFile | None:
        """Return what the library wrote to a path, if it is there and as it was written."""
        known = self._library.written_files(_key(path))
        return next((one for one in known if _has(path, one.content, one.size)), None)

    def is_standing(self, path: Path) -> bool:
        return self.standing(path) is not None

    def is_known(self, path: Path) -> bool:
        """Tell whether the library ever wrote to a path, be it changed or gone since."""
        return bool(self._library.written_files(_key(path)))

    def write(
        self,
        path: Path,
        data: bytes,
        made_from: str = "",
        may_replace: MayReplace = nothing,
        like: str | None = None,
    ) -> None:
        """Write a file, in place of one of the library's own or of what may be replaced besides.

        Args:
            made_from: see `labeler.library.written`. like: a file whose times and permissions it
                gets.

        Raises:
            LabelerError: something else is there, or it cannot be written.
        """
        there = self.standing(path)
        if there and (there.content, there.made_from) == (_hash(data), made_from):
            return
        self._note({path: (data, there)}, made_from)
        if not holds(path, data):
            self._put(path, data, may_replace, like)

    def write_all(self, files: Mapping[Path, bytes]) -> None:
        """Write files that belong together; what is there as it should be is left alone.

        Raises:
            LabelerError: see `check`, before anything is written; or one cannot be written.
        """
        self.check(files)
        new = {path: data for path, data in files.items() if not holds(path, data)}
        self._note({path: (data, self.standing(path)) for path, data in new.items()})
        for folder in {path.parent for path in new}:
            folder.mkdir(parents=True, exist_ok=True)
            remove_parts(folder)
        for path, data in new.items():
            self._put(path, data, nothing, None)

    def check(self, files: Mapping[Path, bytes]) -> None:
        """Make sure that nothing of somebody else's would be replaced.

        Raises:
            LabelerError: it would.
        """
        others = [
            path
            for path, data in files.items()
            if os.path.lexists(path) and not holds(path, data) and not self.is_standing(path)
        ]
        if not others:
            return
        named = ", ".join(map(str, others[:_NAMED]))
        more = f" and {len(others) - _NAMED:,} more" if len(others) > _NAMED else ""
        what = "was" if len(others) == 1 else "were"
        raise LabelerError(
            f"{named}{more} {what} not written by this library, or changed since; "
            "nothing was written, choose another folder."
        )

    def _note(
        self, files: Mapping[Path, tuple[bytes, WrittenFile | None]], made_from: str = ""
    ) -> None:
        """Note what is going to be written, beside what of the library's own stands there."""
        if not self._library.can_write:
            return  # a later export will not know that these are ours, and not replace them
        noted = []
        for path, (data, standing) in files.items():
            file = WrittenFile(_key(path), _hash(data), len(data), made_from)
            noted.append((file, standing.content if standing else None))
        self._library.note_written(noted)

    def _put(self, path: Path, data: bytes, may_replace: MayReplace, like: str | None) -> None:
        def is_replaced(there: Path) -> bool:
            return self.is_standing(there) or may_replace(there)

        with whole_file(path, is_replaced) as temporary:
            temporary.write_bytes(data)
            if like is not None:
                transfer.copy_stamp(like, temporary)


def holds(path: Path, data: bytes) -> bool:
    """Is an ordinary file there, and no link, with this content?"""
    return _has(path, _hash(data), len(data))


def _has(path: Path, content: str, size: int) -> bool:
    try:
        return transfer.holds(path, content, size)
    except OSError:  # what cannot be read is not ours
        return False


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _key(path: Path) -> str:
    """Return the one name of a path, however its folder is reached; a link at it counts itself."""
    return os.path.join(os.path.realpath(path.parent), path.name)
