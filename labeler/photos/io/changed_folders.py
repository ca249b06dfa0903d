"""Notice that something was put into folders, at the cost of one look at each folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from labeler.photos.io.left_out import LeavingOut


class ChangedFolders:
    """Tells that files or folders have come, gone or been renamed, once no more of them do.

    Files are not opened, nor listed where nothing has changed: a folder's own time tells. So a file
    that is written anew in its place goes unnoticed.

    Args:
        leaving_out: returns what tells which folders are left out.
    """

    def __init__(self, leaving_out: Callable[[], LeavingOut]) -> None:
        self._make = leaving_out
        self._rules: dict[str, LeavingOut] = {}
        self._seen: dict[str, tuple[int, list[str]]] = {}
        self._is_restless = True

    def look(self, roots: Iterable[Path]) -> bool:
        """Return whether there is something to be looked into since the last time that was said.

        At first there is. Afterwards it takes two looks: the first sees a change, and the second
        that it was the last one.
        """
        seen: dict[str, tuple[int, list[str]]] = {}
        for root in roots:
            self._look_into(os.path.abspath(root), seen)
        has_changed, self._seen = seen != self._seen, seen
        is_over = self._is_restless and not has_changed
        self._is_restless = has_changed
        return is_over

    def _look_into(self, root: str, seen: dict[str, tuple[int, list[str]]]) -> None:
        if root not in self._rules:
            self._rules[root] = self._make()
            self._rules[root].enter(root)
        pending = [root]
        while pending:
            folder = pending.pop()
            try:
                changed = os.stat(folder).st_mtime_ns
                before, inside = self._seen.get(folder, (-1, []))
                if before != changed:
                    inside = self._inside(folder, root)
            except OSError:  # it is away, or may not be read: the next run says so
                continue
            seen[folder] = changed, inside
            pending += inside

    def _inside(self, folder: str, root: str) -> list[str]:
        entries = self._rules[root].inside(folder)
        return [os.path.join(folder, name) for name, is_folder in entries if is_folder]
