"""What a folder walk found, compared with what the library knows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from labeler.library.store import KnownFile, Library
from labeler.photos.io.left_out import LeavingOut
from labeler.photos.io.not_used import NotUsed
from labeler.photos.io.walk import photo_files, walk
from labeler.photos.unused import Kind
from labeler.types import USUAL_WAY, Failure, PhotoFile, Watching, identity


@dataclass(frozen=True, slots=True)
class Ways:
    """How videos shall be watched; None = as before, or as usual if they never were."""

    every: float | None = None
    thorough: bool | None = None

    def of(self, before: Watching | None) -> Watching:
        """Return how a video is watched that was watched in some way, or never, before."""
        return (before or USUAL_WAY).changed(self.every, self.thorough)


AS_BEFORE = Ways()


@dataclass(frozen=True)
class Changes:
    """The files under the paths of a run, sorted by what is to be done with them.

    failed: cannot be used. Of these, `failed_before` are unchanged since that was found out.
    gone: paths that the library knows but that are no longer there.
    left_out: paths that the library knows and that a walk leaves out by now.
    elsewhere: files that are not under the run's paths but were analysed by another model.
    not_used: what was met besides photos, see `labeler.photos.unused`.
    """

    to_do: list[PhotoFile]
    unchanged: list[PhotoFile]
    failed: list[Failure]
    failed_before: list[Failure]
    gone: list[str]
    left_out: list[str]
    elsewhere: list[PhotoFile]
    not_used: dict[Kind, dict[str, int]] = field(default_factory=dict)


def changes(
    library: Library,
    roots: Sequence[Path],
    known: Mapping[str, KnownFile],
    finder_id: str,
    retry_failed: bool,
    leaving_out: LeavingOut | None = None,
    videos: bool = True,
    ways: Ways = AS_BEFORE,
) -> Changes:
    """Walk the folders and compare.

    Args:
        leaving_out, videos: see `labeler.photos.io.walk`.
        ways: how videos shall be watched; one that was watched in another way is to be done.

    Raises:
        LabelerError: a root does not exist.
    """
    files: dict[str, PhotoFile] = {}  # each once, even if roots overlap
    failed = []
    leaving_out, not_used = leaving_out or LeavingOut(), NotUsed(videos)
    for item in walk(roots, library.cache, leaving_out, not_used, videos):
        if isinstance(item, Failure):
            failed.append(item)
        else:
            files[item.path] = item
    failures = {} if retry_failed else library.failures()
    found = Changes([], [], failed, [], [], [], [], not_used.counts())
    for file in files.values():
        before = failures.get(file.path)
        if before and before[:2] == (file.size, file.modified_ns):
            found.failed_before.append(Failure(file.path, before[2]))
        elif is_unchanged(file, known.get(file.path), finder_id, ways):
            found.unchanged.append(file)
        else:
            found.to_do.append(file)
    unreadable = {failure.path for failure in failed}
    tops = {os.path.abspath(root) for root in roots}
    elsewhere = []
    for path, file_known in known.items():
        if path in files or is_under(path, unreadable):
            continue
        if is_under(path, tops):
            is_out = is_under(path, leaving_out.paths)
            (found.left_out if is_out else found.gone).append(path)
        elif file_known.is_present and model_of(file_known.finder) != model_of(finder_id):
            elsewhere.append(path)
    found.elsewhere.extend(file for file in photo_files(elsewhere) if isinstance(file, PhotoFile))
    return found


def is_unchanged(
    file: PhotoFile, known: KnownFile | None, finder_id: str, ways: Ways = AS_BEFORE
) -> bool:
    """Return True if the library has analysed this very file with this finder.

    Args:
        ways: how a video should have been watched.
    """
    if known is not None and known.how is not None and ways.of(known.how) != known.how:
        return False
    return known is not None and (
        file.size,
        file.modified_ns,
        file.sidecar_ns,
        finder_id,
    ) == (known.size, known.modified_ns, known.sidecar_ns, known.finder)


def model_of(finder_id: str) -> str:
    """Return the part of a finder's id that names the descriptors."""
    return finder_id.rpartition("/")[2]


def is_under(path: str, tops: AbstractSet[str]) -> bool:
    """Return True if an absolute path is one of others or inside one."""
    while path not in tops:
        parent = os.path.dirname(path)
        if parent == path:
            return False
        path = parent
    return True


@dataclass
class Contents:
    """Which contents the library has analysed, by size of file: the only ones worth comparing.

    They are given by their identities (`labeler.types.identity`).
    """

    by_size: dict[int, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, known: Iterable[KnownFile], finder_id: str) -> Contents:
        contents = cls()
        for file in known:
            if file.finder == finder_id:
                key = identity(file.content_hash, file.orientation)
                contents.add(file.size, key, file.faces)
        return contents

    def add(self, size: int, content: str, faces: int) -> None:
        self.by_size.setdefault(size, {})[content] = faces

    def like(self, file: PhotoFile) -> dict[str, int]:
        """Return the contents that this file may hold, and how many faces are on each.

        The result grows with what is added later, so that copies found in one run are known, too.
        """
        return self.by_size.setdefault(file.size, {})
