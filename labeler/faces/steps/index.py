"""Find new and changed photos and store the faces on them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from labeler.faces.io import watched_so_far
from labeler.faces.io.face_finder import FaceFinder, FinderSettings, make_finder
from labeler.faces.steps import drawing, editions
from labeler.faces.steps import library_finder as finders
from labeler.faces.steps.analyse import PHOTOS_PER_CALL, Result, Task, analyse, kept_of
from labeler.faces.steps.watching import NowWatched, OnWatch
from labeler.io.parallel import in_parallel
from labeler.library.store import KnownFile, Library
from labeler.library.whereabouts import PRESENT
from labeler.photos import sources
from labeler.photos.io import decoding
from labeler.photos.left_out import NOTHING, LeftOut
from labeler.photos.roots import Move
from labeler.photos.steps import folders, left_out, whereabouts
from labeler.photos.steps.changes import AS_BEFORE, Changes, Contents, Ways, changes
from labeler.photos.steps.places import find_places
from labeler.photos.unused import Kind
from labeler.photos.video_names import is_video
from labeler.types import AnalysedPhoto, Failure, PassingFailure, PhotoCopy, PhotoFile, Watching

BATCH = 32
"""Photos per transaction: about what an interruption can cost."""
BATCH_SECONDS = 2.0
"""Nor does it wait for longer than this: who watches sees the faces as they are found."""
_SHARE = 64
"""A small job is split into this many calls, so that all cores have something to do."""

_Stored = TypeVar("_Stored", AnalysedPhoto, PhotoCopy)
Progress = Callable[[int, int, int], None]
"""Called with photos done, photos to do, and faces found so far."""


@dataclass(frozen=True)
class IndexReport:
    """What a run saw under its paths. `photos` = `new` + `unchanged`; `faces` are on those.

    Of these `photos`, so many are `videos`.

    Of the files that `failed`, `failed_before` were not tried again because they did not change.
    away: folders that are not there just now, or have lost every photo. moved: where those that
    are away may have moved to.
    not_used: how many files besides photos were met, by kind and ending.
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
    left_out: LeftOut = NOTHING
    away: tuple[str, ...] = ()
    moved: tuple[Move, ...] = ()
    not_used: Mapping[Kind, Mapping[str, int]] = field(default_factory=dict)
    followed: int = 0
    noted: tuple[Failure, ...] = ()
    videos: int = 0


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
    exclude: Sequence[str] = (),
    include: Sequence[str] = (),
    videos: bool | None = None,
    every: float | None = None,
    thorough: bool | None = None,
    on_watch: OnWatch | None = None,
) -> IndexReport:
    """Search the photos and videos under `roots` that are new or changed for faces.

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
        exclude, include: patterns of what to leave out under these roots from now on, and of what
            not to; see `labeler.photos.steps.left_out`.
        videos: watch those in folders from now on, or leave them out; None = as before.
        every, thorough: how the videos under these roots are watched from now on, see
            `labeler.types.Watching`; None = each as before.
        on_watch: is told from other threads how far videos are, but for those on a cluster. What it
            raises ends the run.

    A root that was looked at before and is not there just now is told, and the others are done.

    Raises:
        LabelerError: a root does not exist and never did, another run is at work, or the settings
            are wrong.
    """
    started = time.monotonic()
    with folders.alone_at_index(library):
        settings = settings or finders.settings(library)
        finder = finder or make_finder(library.models, settings)
        folders.look(library)
        reach = folders.reach(library, roots)
        known = library.known_files()
        left_out.remember(library, roots, exclude, include)
        leaving_out = left_out.leaving_out(library)
        watching = left_out.watching(library, videos)
        there = reach.there
        ways = Ways(every, thorough)
        found = changes(library, there, known, finder.id, retry_failed, leaving_out, watching, ways)
        folders.remember(library, there)
        is_first = library.setting("descriptor_model") is None
        if is_first:
            finders.remember(library, settings, finder.embedder.model)
        back = [file.path for file in found.unchanged if not known[file.path].is_present]
        library.mark_files(back, PRESENT)
        run = _Run(library, finder, progress, found, known, ways)
        work = partial(analyse, finder=finder, most_pixels=most_pixels)
        if on_watch is not None and dask is None:
            work = partial(work, now=NowWatched(on_watch))
        run.analyse(work, jobs, dask)
        folders.remember_mounts(library, (f.path for f in (*found.to_do, *found.unchanged)))
        model = finder.embedder.model
        succeeded = editions.succeed(library, run.first_seen, found.gone, model)
        whereabouts.note_losses(library, reach, found, run.failed, known, succeeded)
        library.forget_failures([*found.gone, *found.left_out])
        finders.remember(library, settings, finder.embedder.model)
        drawing.settle(library, finder)
        run.followed = editions.follow(library, finder)
        find_places(library)
    return replace(
        run.report(time.monotonic() - started),
        left_out=leaving_out.met(sum(not known[path].missing for path in found.left_out)),
        away=tuple(str(root) for root in folders.away(library)),
        moved=tuple(whereabouts.moves(library)),
    )


@dataclass
class _Run:
    """One run over the files to do, and its counts."""

    library: Library
    finder: FaceFinder
    progress: Progress | None
    found: Changes
    known: dict[str, KnownFile]
    ways: Ways
    new: int = 0
    videos: int = 0
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
        if self.progress and to_do:
            self.progress(0, len(to_do), 0)
        stored = time.monotonic()
        try:
            # The tasks are made as they are needed, so that a copy of a photo is known as one.
            calls = self._calls(to_do, contents, None if dask else self._so_far)
            for results in in_parallel(work, calls, jobs, dask):
                pending += results
                done += len(results)
                found += sum(_faces(result) for result in results)
                late = time.monotonic() - stored > BATCH_SECONDS
                if len(pending) >= BATCH or (pending and late):
                    self._store(pending, files)
                    stored = time.monotonic()
                    for result in pending:
                        if isinstance(result, AnalysedPhoto):
                            contents.add(result.file.size, result.identity, len(result.faces))
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
        with self.library.writing():
            for photo in analysed:
                said = self._said_by_all(photo)
                self.library.add_photos([said], self.finder.id, model, again)
            for item in results:
                if isinstance(item, PhotoCopy):
                    self.library.add_copies([self._said_by_all(item)])
        self.library.add_failures(
            (files[item.path], item.reason)
            for item in failed
            if not isinstance(item, PassingFailure)
        )
        for photo in analysed:
            if photo.video is not None:
                how = photo.video.how
                watched_so_far.forget(kept_of(self._so_far, photo.content_hash, self.finder, how))
        self.failed += failed
        paths = (item.file.path for item in analysed)
        self.first_seen += (path for path in paths if path not in self.known)
        self.noted += (Failure(item.file.path, item.note) for item in analysed if item.note)
        for item in results:
            if not isinstance(item, Failure) and item.file.path in self.under:
                self.new += 1
                self.videos += item.facts.is_video
                self.faces += _faces(item)

    def _calls(
        self, files: Sequence[PhotoFile], contents: Contents, so_far: Path | None
    ) -> Iterator[list[Task]]:
        """Yield the tasks of one call after the other.

        Args:
            so_far: see `Task`; None = the calls go to other computers.
        """
        size = min(max(len(files) // _SHARE, 1), PHOTOS_PER_CALL)
        watched: dict[int, dict[str, Watching]] = {}
        for known in self.known.values():
            if known.how is not None:
                watched.setdefault(known.size, {})[known.content_hash] = known.how
        for some in _parts(files, size):
            yield [
                Task(
                    file,
                    # What goes to another computer must not change while it is packed.
                    contents.like(file) if so_far else dict(contents.like(file)),
                    so_far,
                    self.ways if file.path in self.under else AS_BEFORE,
                    self.known[file.path].how if file.path in self.known else None,
                    watched.get(file.size, {}),
                )
                for file in some
            ]

    @cached_property
    def under(self) -> frozenset[str]:
        """The paths under the roots of the run that are to be done."""
        return frozenset(file.path for file in self.found.to_do)

    @property
    def _so_far(self) -> Path:
        return self.library.cache / "watched"

    def _said_by_all(self, photo: _Stored) -> _Stored:
        """Return a photo with what all files say that hold it.

        A copy without a sidecar, or without metadata, takes nothing back.
        """
        others = self.library.said_of_others(photo)
        if others is None:
            return photo
        known = sources.merged([photo.facts.metadata, others])
        return replace(photo, facts=replace(photo.facts, metadata=known))

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
            not_used=self.found.not_used,
            followed=self.followed,
            noted=tuple(self.noted),
            videos=self.videos
            + sum(self.known[f.path].seconds is not None for f in self.found.unchanged),
        )


def _parts(files: Sequence[PhotoFile], size: int) -> Iterator[list[PhotoFile]]:
    """Yield a few photos at a time, and each video, which takes longer, by itself."""
    photos: list[PhotoFile] = []
    for file in files:
        if is_video(file.path):
            yield [file]
            continue
        photos.append(file)
        if len(photos) == size:
            yield photos
            photos = []
    if photos:
        yield photos


def _faces(result: Result) -> int:
    if isinstance(result, AnalysedPhoto):
        return len(result.faces)
    return result.faces if isinstance(result, PhotoCopy) else 0
