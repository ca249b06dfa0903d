"""Which folders and files a walk leaves out, and what it met of them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from labeler.errors import LabelerError
from labeler.io.files import read_text
from labeler.photos import machine_folders
from labeler.photos.ignore_patterns import IgnorePatterns
from labeler.photos.io import decoding
from labeler.photos.left_out import LeftOut
from labeler.photos.video_names import is_video
from labeler.types import Failure

IGNORE_FILE = ".labelerignore"
"""Patterns for the folder in which it is, and those inside, with gitignore's rules."""


class LeavingOut:
    """Lists folders without what is left out of them, and counts that.

    Left out are hidden files and folders, folders that machines make, and what the patterns say
    that the user gave for a folder, or wrote into a `.labelerignore`. Of patterns, the inner file
    goes before the outer one, and those that were given before all files.

    Args:
        given: patterns by the folder in which they hold.

    Attributes:
        machines: by name, how many folders that machines make were met. wished: by pattern, how
        many folders and photos. paths: all of them. photos: names of those in the folder that was
        listed last. failures: `.labelerignore` files that cannot be used, and why.
    """

    def __init__(self, given: Iterable[IgnorePatterns] = ()) -> None:
        self.machines: Counter[str] = Counter()
        self.wished: Counter[str] = Counter()
        self.paths: set[str] = set()
        self.photos: set[str] = set()
        self.failures: list[Failure] = []
        self._given = tuple(given)
        self._files: dict[str, tuple[IgnorePatterns, ...]] = {}

    def met(self, known: int = 0) -> LeftOut:
        """Return what was met, and how many photos of it an earlier run has looked at."""
        return LeftOut(dict(self.machines.most_common()), dict(self.wished.most_common()), known)

    def enter(self, root: str) -> None:
        """Get ready for a walk that begins in a folder; that one is looked into in any case."""
        around = [str(folder) for folder in reversed(Path(root).parents)]
        patterns: tuple[IgnorePatterns, ...] = ()
        for folder in around:
            patterns = self._with_file(folder, patterns, os.path.join(folder, IGNORE_FILE))
        self._files = {os.path.dirname(root): patterns, root: patterns}
        self._root = root

    def inside(self, folder: str) -> list[tuple[str, bool]]:
        """Return what is in a folder and not left out, in the order of the names: name, is folder.

        The folders around it were listed before.

        Raises:
            OSError: the folder cannot be read.
        """
        with os.scandir(folder) as entries:
            found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
        names = {name for name, _ in found}
        self.photos = set()
        patterns = self._files.get(os.path.dirname(folder), ())
        is_root = folder == self._root
        mark = None if is_root else machine_folders.marked(os.path.basename(folder), names)
        if mark and self._said(patterns, folder, True) is None:
            self._note(self.machines, mark, folder)
            return []
        if IGNORE_FILE in names:
            patterns = self._with_file(folder, patterns, os.path.join(folder, IGNORE_FILE))
        self._files[folder] = patterns
        return [one for one in found if not self._is_out(patterns, folder, *one, names)]

    def _is_out(
        self,
        patterns: Sequence[IgnorePatterns],
        folder: str,
        name: str,
        is_folder: bool,
        beside: set[str],
    ) -> bool:
        path = os.path.join(folder, name)
        said = self._said(patterns, path, is_folder)
        if said is not None:
            is_out, pattern = said
            is_seen = os.path.splitext(name)[1].lower() in decoding.SUFFIXES or is_video(name)
            if is_out and (is_folder or is_seen):
                self._note(self.wished, pattern, path)
            if is_out and is_seen and not is_folder:
                self.photos.add(name)
            return is_out
        if name.startswith("."):
            return True
        made = is_folder and machine_folders.made_by_machine(_end_of(path), beside)
        if made:
            self._note(self.machines, made, path)
        return bool(made)

    def _said(
        self, patterns: Sequence[IgnorePatterns], path: str, is_folder: bool
    ) -> tuple[bool, str] | None:
        """Return what the last pattern says that speaks of something."""
        last = None
        for one in (*patterns, *self._given):
            within = os.path.join(one.folder, "")
            if path.startswith(within):
                relative = path[len(within) :].replace(os.sep, "/")
                last = one.decide(relative, is_folder) or last
        return last

    def _with_file(
        self, folder: str, patterns: tuple[IgnorePatterns, ...], path: str
    ) -> tuple[IgnorePatterns, ...]:
        if not os.path.isfile(path):
            return patterns
        try:
            lines = read_text(Path(path), "a list of patterns").splitlines()
            return (*patterns, IgnorePatterns(folder, lines))
        except LabelerError as error:
            failure = Failure(path, str(error))
        except ValueError as error:
            reason = f"{error} is no pattern that can be used; nothing in the file counts."
            failure = Failure(path, reason)
        if failure not in self.failures:  # the folders around several roots
            self.failures.append(failure)
        return patterns

    def _note(self, counter: Counter[str], what: str, path: str) -> None:
        if path not in self.paths:  # roots may overlap
            counter[what] += 1
            self.paths.add(path)


def _end_of(path: str) -> list[str]:
    """Return the last three names of a path, as far as machines' folders are told by them."""
    return path.rsplit(os.sep, 3)[-3:]
