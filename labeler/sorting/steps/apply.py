"""Carry out a plan: one run at a time in a folder, recorded so that it can be gone on with."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.sorting.io import manifest, transfer
from labeler.sorting.io.actions import Placed
from labeler.sorting.io.manifest import Manifest, Record
from labeler.sorting.steps import records
from labeler.sorting.steps.journaled_steps import Steps
from labeler.sorting.steps.plan import Progress, SortedPhoto


def apply_sort(
    plan: Sequence[SortedPhoto], placing: Placing, progress: Progress | None = None
) -> list[SortedPhoto]:
    """Copy, move or link the photos to their targets; return the plan with what went wrong.

    What fails costs one photo; the others go on.

    Args:
        placing: is entered already.

    Raises:
        LabelerError: nothing can be written into the folder, or another sort is at work there.
    """
    done: list[SortedPhoto] = []
    for item in plan:
        done.append(placing.place(item))
        if progress:
            progress(len(done), len(plan))
    return done


class Placing:
    """Places photos for as long as it is entered; only one at a time may be in a folder.

    Enter it before the plan is made: that clears up after a run that was cut off, and a folder
    that is there then must still be there when the plan is carried out. The folder, the lock in it
    and the manifest are made when the first photo is to be placed. A run that was cut off is gone
    on with in its manifest, so that one undo takes back all of it. Leaving by an exception, such
    as Ctrl-C, leaves the manifest open for the next run.

    Args:
        library: has the record of the sorts that it began; other manifests are left alone.
        inbox: a folder, or one photo in it.
        chosen: where to write the manifest. None = in the folder that is sorted into.

    record: path of the manifest; None = nothing had to be done so far.
    """

    def __init__(
        self,
        library: Library,
        inbox: Path,
        into: Path,
        method: transfer.Method,
        chosen: Path | None = None,
    ) -> None:
        self._library = library
        inbox = Path(os.path.abspath(inbox))
        self._inbox = os.path.realpath(inbox.parent if inbox.is_file() else inbox)
        self._into = Path(os.path.abspath(into))
        self._method = method
        self._chosen = None if chosen is None else Path(os.path.abspath(chosen))
        self._device = _device(self._into)
        self._steps: Steps | None = None
        self._stack = ExitStack()
        self.record: Path | None = None
        if self._chosen is not None and self._chosen.exists():
            records.refuse_other(library, self._chosen, self._into, self._inbox)

    def __enter__(self) -> Placing:
        if self._cut_off() is not None:  # there may be something to clear up
            self._open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._stack:
            if self._steps is not None and error is None:
                log = self._steps.log
                with suppress(OSError):  # without an end, the next run goes on in the same file
                    self._library.end_sort(log.sort.number, log.end())

    def place(self, item: SortedPhoto) -> SortedPhoto:
        """Do with one photo, and what belongs to it, what its plan says.

        Returns the plan with what went wrong.
        """
        if item.error or not item.targets:
            return item
        if self._method != "move" and item.is_there:
            return item
        steps = self._steps or self._open()
        log = steps.log
        try:
            if self._has_gone(log):
                raise _gone(self._into)
            steps.place(item)
        except LabelerError as error:
            return replace(item, error=str(error))
        except OSError as error:
            reason = f"It could not be placed: {error.strerror or error}."
            return replace(item, error=str(_gone(self._into)) if self._has_gone(log) else reason)
        return item

    def _has_gone(self, log: Manifest) -> bool:
        """Has the folder vanished, or the disk that was in its place?"""
        return not log.is_there() or _device(self._into) != self._device

    def _open(self) -> Steps:
        if self._device is not None and _device(self._into) != self._device:
            raise _gone(self._into)
        made: list[str] = []
        try:
            made = records.make_folders(self._into)
            self._device = _device(self._into)
            self._stack.enter_context(records.only_sort(self._into))
            log = self._opened_manifest(made)
        except BaseException as error:
            self._stack.close()
            records.remove_empty(made)
            if not isinstance(error, OSError):
                raise
            raise LabelerError(
                f"{error.filename or self._into} cannot be written ({error.strerror or error}); "
                "choose another folder, or make room."
            ) from error
        self._stack.callback(log.close)
        self.record = log.path
        self._steps = Steps(log, self._into, self._method)
        return self._steps

    def _opened_manifest(self, made: list[str]) -> Manifest:
        records.remove_void(self._library, self._into)
        old = self._cut_off()
        if old is None:
            into = os.path.realpath(self._into)
            path = self._chosen or records.new_record(Path(into))
            return Manifest.create(self._library.begin_sort(self._inbox, into, str(path)), made)
        for step in old.steps:
            action = step.action
            if not isinstance(action, Placed) or step.state is not None:
                continue
            if transfer.is_inside(action.target, old.sort.into):
                transfer.clear_up(Path(action.target), action.size)
        return Manifest.resume(old)

    def _cut_off(self) -> Record | None:
        """Return what the manifest says of a run that was cut off; None = there is none."""
        if self._chosen is not None:
            there = self._chosen.exists()
            return manifest.read(self._library, self._chosen) if there else None
        return records.cut_off(self._library, self._into, self._inbox)


def _device(folder: Path) -> int | None:
    """Return the number of the file system that a folder is on; None = there is no folder."""
    try:
        return os.stat(folder).st_dev
    except OSError:
        return None


def _gone(into: Path) -> LabelerError:
    return LabelerError(f"{into} has gone; bring it back and run the same command again.")


def failures(plan: Iterable[SortedPhoto]) -> int:
    """Return how many photos should have been placed and were not."""
    return sum(bool(item.error and item.targets) for item in plan)
