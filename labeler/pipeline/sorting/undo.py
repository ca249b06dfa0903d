"""Take back a sort: restore what its manifest says that was changed, and nothing else.

Each step looks at the files, not only at the manifest, so it may be cut off and run again. A photo
is taken from a place only if it is, with the same content, at the place where it came from.
"""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.pipeline.sorting.records import only_sort, remove_empty
from labeler.sorting import manifest, transfer
from labeler.sorting.manifest import (
    FAILED,
    UNDONE,
    MadeFolder,
    Manifest,
    Placed,
    Record,
    Removed,
    Step,
)
from labeler.types import Failure


@dataclass(frozen=True, slots=True)
class UndoReport:
    """Files that are back in the inbox, copies and links that are gone, what was kept and why.

    complete: everything is as it was. What was kept can be tried again with the same manifest.
    """

    manifest: str
    restored: int
    removed: int
    kept: tuple[Failure, ...]
    complete: bool


def undo_sort(path: Path) -> UndoReport:
    """Take back what a manifest records, the latest first.

    A manifest in the folder that was sorted into is removed when everything is as it was.

    Args:
        path: the manifest, or the folder that was sorted into: its latest manifest.

    Raises:
        LabelerError: it is no manifest, another sort is at work there, or nothing can be written.
    """
    path = Path(os.path.abspath(path))
    if path.is_dir():
        path = manifest.latest(path) or path / manifest.FOLDER
    into = Path(manifest.read(path).into)
    try:
        with only_sort(into) if into.is_dir() else nullcontext():
            transfer.remove_leftovers(into / manifest.FOLDER)
            record = manifest.read(path)  # again: only now does nobody write to it
            report = _undo_steps(path, record)
            if report.complete and path.parent == into / manifest.FOLDER:
                path.unlink()
    except OSError as error:
        raise LabelerError(
            f"{error.filename or into} cannot be written ({error.strerror or error}); "
            "nothing is lost: mend that and undo again."
        ) from error
    if report.complete:
        remove_empty(list(record.folders))
    return report


def _undo_steps(path: Path, record: Record) -> UndoReport:
    kept: list[Failure] = []
    stuck: set[str] = set()  # photos that could not be restored: their targets stay
    restored = removed = 0
    log = Manifest.resume(path, record)
    try:
        for step in reversed(record.steps):
            action = step.action
            if step.state in (FAILED, UNDONE):
                continue
            if isinstance(action, MadeFolder):
                if _remove_if_empty(Path(action.path)):
                    _note(log, step)
                continue
            if isinstance(action, Placed) and action.source in stuck:
                continue
            try:
                if isinstance(action, Removed):
                    restored += _restore(action)
                else:
                    gone = _take_away(action, is_sure=step.state is not None)
                    removed += gone and action.method != "move"
                _note(log, step)
            except (LabelerError, OSError) as error:
                if isinstance(action, Removed):
                    stuck.add(action.source)
                where = action.target if isinstance(action, Placed) else action.source
                reason = error.strerror if isinstance(error, OSError) else None
                kept.append(Failure(where, f"{reason}." if reason else str(error)))
    finally:
        log.close()
    return UndoReport(str(path), restored, removed, tuple(kept), not kept)


def _note(log: Manifest, step: Step) -> None:
    # The disk may be full. Undoing again then finds, from the files, that this is done.
    with suppress(OSError):
        log.say(step.id, UNDONE)


def _restore(action: Removed) -> bool:
    """Bring a photo back to the inbox; False if it is there.

    Raises:
        LabelerError: something else is there, or the photo is nowhere any more.
    """
    source = Path(action.source)
    transfer.clear_up(source, action.size)
    if os.path.lexists(source):
        if _is_back(action):
            return False
        raise LabelerError(
            f"Something else is there now; move it away and undo again. The photo is kept in "
            f"{action.targets[0]}."
        )
    places = sorted(action.targets, key=lambda target: target != action.same)
    holder = next((p for p in places if transfer.holds(Path(p), action.sha256, action.size)), None)
    if holder is None:
        raise LabelerError(
            f"{places[0]} has been changed or moved since; it is left as it is, and the photo "
            "cannot be put back."
        )
    source.parent.mkdir(parents=True, exist_ok=True)
    if action.link is not None:
        os.symlink(action.link, source)
        return True
    # The file is as it was before it has its name, so that being cut off does not matter.
    stamp = transfer.Stamp(action.modified_ns, action.mode)
    if action.same == holder:
        transfer.put_stamp(Path(holder), stamp)
    if action.same != holder or not _link_back(Path(holder), source):
        transfer.copy(Path(holder), source, action.sha256, stamp)
    transfer.sync_folder(source.parent)
    return True


def _is_back(action: Removed) -> bool:
    source = Path(action.source)
    if action.link is not None:
        return source.is_symlink() and os.readlink(source) == action.link
    return transfer.holds(source, action.sha256, action.size)


def _link_back(holder: Path, source: Path) -> bool:
    try:
        os.link(holder, source)
    except FileExistsError:
        raise
    except OSError:
        return False
    return True


def _take_away(action: Placed, is_sure: bool) -> bool:
    """Remove a copy or link of ours that is unchanged; False if it has gone already.

    Args:
        is_sure: the manifest says that it was made.

    Raises:
        LabelerError: it has changed, or it is all that is left of the photo.
    """
    source, target = Path(action.source), Path(action.target)
    if not is_sure:
        transfer.clear_up(target, action.size)
    if not os.path.lexists(target):
        return False
    if action.method == "link":
        if not target.is_symlink() or os.readlink(target) != action.source:
            raise LabelerError("It is no longer the link that was made; it is left as it is.")
    elif not _is_second_name(source, target):
        if not transfer.holds(target, action.sha256, action.size):
            raise LabelerError("It has changed since it was placed; it is left as it is.")
        if not _has_content(source, action.sha256):
            raise LabelerError(
                f"{source} has gone or changed since, so this is all that is left of the photo; "
                "it is kept."
            )
    target.unlink()
    transfer.sync_folder(target.parent)
    return True


def _is_second_name(source: Path, target: Path) -> bool:
    if not source.exists() or not os.path.samefile(source, target):
        return False
    return not target.is_symlink() and not transfer.is_own_name(source, target)


def _has_content(path: Path, content: str) -> bool:
    try:
        return transfer.digest(path) == content
    except OSError:
        return False


def _remove_if_empty(folder: Path) -> bool:
    """Remove a folder that we made; False if something is in it."""
    with suppress(FileNotFoundError):
        transfer.remove_leftovers(folder)
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    transfer.sync_folder(folder.parent)
    return True
