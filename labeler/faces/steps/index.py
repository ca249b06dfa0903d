"""Find new and changed photos and store the faces on them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from labeler.faces.io.face_finder import FaceFinder, FinderSettings, make_finder
from labeler.faces.steps import drawing, editions
from labeler.faces.steps import library_finder as finders
from labeler.faces.steps.analyse import PHOTOS_PER_CALL, Result, Task, analyse
from labeler.io.files import alone
from labeler.io.parallel import in_parallel
from labeler.library.store import KnownFile, Library
from labeler.photos.io import decoding
from labeler.photos.steps import folders
from labeler.photos.steps.changes import Changes, Contents, changes
from labeler.photos.steps.places import find_places
from labeler.types import AnalysedPhoto, Failure, PassingFailure, PhotoCopy, PhotoFile

BATCH = 32
"""Photos per transaction: about what an interruption can cost."""
_SHARE = 64
"""A small job is split into this many calls, so that all cores have something to do."""

Progress = Callable[[int, int, int], None]
"""Called with photos done, photos to do, and faces found so far."""


@dataclass(frozen=True)
class IndexReport:
    """What a run saw under its paths. `photos` = `new` + `unchanged`; `faces` are on those.

    Of the files that `failed`, `failed_before` were not tried again because they did not change.
    `followed` faces of photos that were edited are known to be those of before. `noted` files were
    read, but something is wrong with them.
    """

    photos: int
    new: int
    unchanged: int
    faces: int
    failed: tuple[Failure, ...]
    failed_before: int
    seconds: float
    followed: int = 0
    noted: tuple[Failure, ...] = ()


def index(
    library: Library,
    roots: Sequence[Path],
    progress: Progress | None = None,
    settings: FinderSettings | None = None,
    finder: FaceFinder | None = None,
    jobs: int = -1,
    retry_failed: bool = False,
    most_pixels: int = decoding.MOST_PIXELS,
    dask: str | None = None,
) -> IndexReport:
    """Search the photos under `roots` that are new or changed for faces.

    A photo that cannot be read is reported and left out. What was stored stays stored when the
    run is interrupted; the next run goes on from there. When the descriptors change, photos that
    were indexed elsewhere are searched again as well, so that all faces can be compared.

    Args:
        progress: told about every few photos.
        settings: by default those of the last run.
        finder: takes the place of the one that the settings describe.
        jobs: photos analysed at the same time; −1 = one per core.
        retry_failed: try files again that could not be used and have not changed since.
        most_pixels: larger pictures are refused, and all those in memory have no more together.
        dask: address of a Dask scheduler whose workers see the same files.

    Raises:
        LabelerError: a root does not exist, another run is at work, or the settings are wrong.
    """
    started = time.monotonic()
    with alone(library.folder / "index.lock", "Another `labeler index` is at work on this library"):
        settings = settings or finders.settings(library)
        finder = finder or make_finder(library.models, settings)
        known = library.known_files()
        found = changes(library, roots, known, finder.id, retry_failed)
        folders.remember(library, roots)
        is_first = library.setting("descriptor_model") is None
        if is_first:
            finders.remember(library, settings, finder.embedder.model)
        back = [file.path for file in found.unchanged if known[file.path].missing]
        library.mark_missing(back, missing=False)
        run = _Run(library, finder, progress, found, known)
        run.analyse(partial(analyse, finder=finder, most_pixels=most_pixels), jobs, dask)
        library.mark_missing(found.gone)
        library.forget_failures(found.gone)
        finders.remember(library, settings, finder.embedder.model)
        drawing.settle(library, finder)
        editions.succeed(library, run.first_seen)
        run.followed = editions.follow(library, finder)
        find_places(library)
    return run.report(time.monotonic() - started)


@dataclass
class _Run:
    """One run over the files to do, and its counts."""

    library: Library
    finder: FaceFinder
    progress: Progress | None
    found: Changes
    known: dict[str, KnownFile]
    new: int = 0
    faces: int = 0
    followed: int = 0
    failed: list[Failure] = field(default_factory=list)
    noted: list[Failure] = field(default_factory=list)
    first_seen: list[str] = field(default_factory=list)

    def analyse(
        self, work: Callable[[Sequence[Task]], list[Result]], jobs: int, dask: str | None
    ) -> None:
        to_do = [*self.found.to_do, *self.found.elsewhere]
        files = {file.path: file for file in to_do}
        contents = Contents.of(self.known.values(), self.finder.id)
        pending: list[Result] = []
        done = found = 0
        try:
            # The tasks are made as they are needed, so that a copy of a photo is known as one.
            for results in in_parallel(work, _calls(to_do, contents, dask), jobs, dask):
                pending += results
                done += len(results)
                found += sum(_faces(result) for result in results)
                if len(pending) >= BATCH:
                    self._store(pending, files)
                    for result in pending:
                        if isinstance(result, AnalysedPhoto):
                            contents.add(result.file.size, result.content_hash, len(result.faces))
                    pending = []
                if self.progress:
                    self.progress(done, len(to_do), found)
        finally:  # also when interrupted
            self._store(pending, files)

    def _store(self, results: Sequence[Result], files: dict[str, PhotoFile]) -> None:
        model = self.finder.embedder.model.id
        analysed = [item for item in results if isinstance(item, AnalysedPhoto)]
        failed = [item for item in results if isinstance(item, Failure)]
        edited = [item for item in analysed if item.file.path in self.known]
        again = editions.saved_again(self.library, edited, self.finder.embedder.model)
        self.library.add_photos(analysed, self.finder.id, model, again)
        self.library.add_copies(item for item in results if isinstance(item, PhotoCopy))
        self.library.add_failures(
            (files[item.path], item.reason)
            for item in failed
            if not isinstance(item, PassingFailure)
        )
        self.failed += failed
        paths = (item.file.path for item in analysed)
        self.first_seen += (path for path in paths if path not in self.known)
        self.noted += (Failure(item.file.path, item.note) for item in analysed if item.note)
        under = {file.path for file in self.found.to_do}
        for item in results:
            if not isinstance(item, Failure) and item.file.path in under:
                self.new += 1
                self.faces += _faces(item)

    def report(self, seconds: float) -> IndexReport:
        unchanged = len(self.found.unchanged)
        return IndexReport(
            photos=self.new + unchanged,
            new=self.new,
            unchanged=unchanged,
            faces=self.faces + sum(self.known[f.path].faces for f in self.found.unchanged),
            failed=(*self.found.failed, *self.failed, *self.found.failed_before),
            failed_before=len(self.found.failed_before),
            seconds=seconds,
            followed=self.followed,
            noted=tuple(self.noted),
        )


def _calls(
    files: Sequence[PhotoFile], contents: Contents, dask: str | None
) -> Iterator[list[Task]]:
    """Yield the tasks of one call after the other."""
    size = min(max(len(files) // _SHARE, 1), PHOTOS_PER_CALL)
    for start in range(0, len(files), size):
        yield [
            # What goes to another computer must not change while it is packed.
            Task(file, contents.like(file) if dask is None else dict(contents.like(file)))
            for file in files[start : start + size]
        ]


def _faces(result: Result) -> int:
    if isinstance(result, AnalysedPhoto):
        return len(result.faces)
    return result.faces if isinstance(result, PhotoCopy) else 0
