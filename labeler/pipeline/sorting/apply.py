"""Carry out a plan: place the photos, and write down every step before and after it is done."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from labeler.errors import LabelerError
from labeler.pipeline.sorting import records
from labeler.pipeline.sorting.plan import Progress, SortedPhoto
from labeler.sorting import manifest, transfer
from labeler.sorting.manifest import DONE, FAILED, MadeFolder, Manifest, Placed, Removed


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
        chosen: where to write the manifest. None = in the folder that is sorted into.

    record: path of the manifest; None = nothing had to be done so far.
    """

    def __init__(
        self, inbox: Path, into: Path, method: transfer.Method, chosen: Path | None = None
    ) -> None:
        self._inbox = Path(os.path.abspath(inbox))
        self._into = Path(os.path.abspath(into))
        self._method = method
        self._chosen = None if chosen is None else Path(os.path.abspath(chosen))
        self._device = _device(self._into)
        self._manifest: Manifest | None = None
        self._clean: set[Path] = set()
        self._stack = ExitStack()
        self.record: Path | None = None
        if self._chosen is not None and self._chosen.exists():
            records.refuse_other(self._chosen, self._into)

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
        if self._manifest is not None and error is None:
            with suppress(OSError):  # without an end, the next run goes on in the same file
                self._manifest.end()
        self._stack.close()

    def place(self, item: SortedPhoto) -> SortedPhoto:
        """Do with one photo what its plan says; return the plan with what went wrong."""
        if item.error or not item.targets:
            return item
        if self._method != "move" and item.there == len(item.targets):
            return item
        log = self._manifest or self._open()
        try:
            if self._has_gone(log):
                raise _gone(self._into)
            self._place(log, item)
        except LabelerError as error:
            return replace(item, error=str(error))
        except OSError as error:
            reason = f"It could not be placed: {error.strerror or error}."
            return replace(item, error=str(_gone(self._into)) if self._has_gone(log) else reason)
        return item

    def _has_gone(self, log: Manifest) -> bool:
        """Has the folder vanished, or the disk that was in its place?"""
        return not log.is_there() or _device(self._into) != self._device

    def _open(self) -> Manifest:
        if self._device is not None and _device(self._into) != self._device:
            raise _gone(self._into)
        made: list[str] = []
        try:
            made = records.make_folders(self._into)
            self._device = _device(self._into)
            self._stack.enter_context(records.only_sort(self._into))
            self._manifest = self._opened_manifest(made)
        except BaseException as error:
            self._stack.close()
            records.remove_empty(made)
            if not isinstance(error, OSError):
                raise
            raise LabelerError(
                f"{error.filename or self._into} cannot be written ({error.strerror or error}); "
                "choose another folder, or make room."
            ) from error
        self._stack.callback(self._manifest.close)
        self.record = self._manifest.path
        return self._manifest

    def _opened_manifest(self, made: list[str]) -> Manifest:
        records.remove_void(self._into)
        old = self._cut_off()
        if old is None:
            path = self._chosen or records.new_record(self._into)
            return Manifest.create(path, self._into, self._inbox, made)
        known = manifest.read(old)
        for step in known.steps:
            if isinstance(step.action, Placed) and step.state is None:
                clear_up(Path(step.action.target), step.action.size)
        return Manifest.resume(old, known)

    def _cut_off(self) -> Path | None:
        """Return the manifest of a run that was cut off, to go on in; None = there is none."""
        if self._chosen is not None:
            return self._chosen if self._chosen.exists() else None
        return records.cut_off(self._into)

    def _place(self, log: Manifest, item: SortedPhoto) -> None:
        source = Path(item.photo)
        targets = [Path(target) for target in item.targets]
        for target in targets:
            self._make_parents(log, target.parent)
            self._clean_once(target.parent)
            if not transfer.is_placed(source, target, self._method):
                self._put(log, item, target)
        if self._method == "move" and not any(transfer.is_own_name(source, one) for one in targets):
            self._remove(log, item, targets)

    def _put(self, log: Manifest, item: SortedPhoto, target: Path) -> None:
        if os.path.lexists(target):
            raise LabelerError(f"{target} has appeared meanwhile; run the command again.")
        source, method = Path(item.photo), self._method
        if method == "move" and _same_file(source, map(Path, item.targets)) is not None:
            method = "copy"  # one target is the moved file; the others are files of their own
        number = log.begin(Placed(item.photo, str(target), method, item.sha256, item.size))
        with _told(log, number):
            transfer.put(source, target, method, item.sha256)
        try:
            log.say(number, DONE)
        except OSError:
            # The source is still there, so nothing is lost, and nothing stays unrecorded.
            target.unlink()
            raise

    def _remove(self, log: Manifest, item: SortedPhoto, targets: list[Path]) -> None:
        """Take a photo out of the inbox, once every target is known to hold it."""
        source = Path(item.photo)
        for target in targets:
            if not transfer.holds(target, item.sha256, item.size):
                raise LabelerError(f"{target} has changed meanwhile; the photo stays in the inbox.")
        if transfer.digest(source) != item.sha256:
            raise LabelerError(f"{source.name} has changed meanwhile; it stays in the inbox.")
        number = log.begin(_removal(source, targets, item))
        with _told(log, number):
            try:
                source.unlink()
            except OSError as error:
                raise LabelerError(
                    f"It was placed, but cannot be taken out of the inbox: {error.strerror}."
                ) from error
        transfer.sync_folder(source.parent)
        log.say(number, DONE)

    def _make_parents(self, log: Manifest, folder: Path) -> None:
        """Make the folders between the one that is sorted into and `folder`, but never that one.

        If it has gone, its disk was taken out; what is in its place then is not to be filled.
        """
        missing = []
        while folder != self._into and not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for one in reversed(missing):
            number = log.begin(MadeFolder(str(one)))
            one.mkdir(exist_ok=True)
            log.say(number, DONE)

    def _clean_once(self, folder: Path) -> None:
        if folder not in self._clean:
            transfer.remove_leftovers(folder)
            self._clean.add(folder)


def clear_up(target: Path, size: int) -> None:
    """Remove what a run that was cut off left half done at a place: nothing that holds a photo.

    Where there are no hard links, an empty file kept the name free for a photo of that size.
    """
    transfer.remove_leftovers(target.parent)
    with suppress(OSError):
        status = os.lstat(target)
        if stat.S_ISREG(status.st_mode) and status.st_size == 0 < size:
            target.unlink()


def _removal(source: Path, targets: list[Path], item: SortedPhoto) -> Removed:
    status = os.lstat(source)
    is_link = stat.S_ISLNK(status.st_mode)
    same = None if is_link else _same_file(source, targets)
    return Removed(
        source=str(source),
        targets=tuple(map(str, targets)),
        sha256=item.sha256,
        size=item.size,
        modified_ns=status.st_mtime_ns,
        mode=stat.S_IMODE(status.st_mode),
        same=None if same is None else str(same),
        link=os.readlink(source) if is_link else None,
    )


def _same_file(source: Path, targets: Iterable[Path]) -> Path | None:
    """Return the target that is the source under another name, if one is."""
    return next((one for one in targets if one.exists() and os.path.samefile(source, one)), None)


@contextmanager
def _told(log: Manifest, number: int) -> Iterator[None]:
    """Write down that an action failed; where that cannot be said, it is as if it was cut off."""
    try:
        yield
    except (OSError, LabelerError) as error:
        with suppress(OSError):
            log.say(number, FAILED, reason=str(error))
        raise


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
