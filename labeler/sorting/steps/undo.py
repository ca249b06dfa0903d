"""Take back a sort: restore what its manifest says that was changed, and nothing else.

Only what this library wrote into a manifest counts, and only in the two folders that it sorted
between; a folder on the way may have become a link.

Each step looks at the files, not only at the manifest, so it may be cut off and run again. A photo
is taken from a place only if it is, with the same content, at the place where it came from.
"""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.io import files
from labeler.library.sorts import Sort
from labeler.library.store import Library
from labeler.sorting.io import manifest, transfer
from labeler.sorting.io.actions import Action, MadeFolder, Placed, Removed
from labeler.sorting.io.manifest import FAILED, UNDONE, Manifest, Record, Step
from labeler.sorting.steps.records import latest, only_sort, remove_empty
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


def undo_sort(library: Library, path: Path) -> UndoReport:
    """Take back what a manifest records, the latest first.

    A manifest in the folder that was sorted into is removed when everything is as it was.

    Args:
        library: that sorted; it has the record of its sorts.
        path: the manifest, or the folder that was sorted into: the latest sort into it.

    Raises:
        LabelerError: it is no manifest of this library, another sort is at work there, or nothing
            can be written.
    """
    path = Path(os.path.abspath(path))
    wanted = latest(library, path) if path.is_dir() else None
    if wanted is not None:
        path = Path(wanted.manifest)
    record = manifest.read(library, path)
    into = Path(record.sort.into)
    if wanted is not None and record.sort.number != wanted.number:
        raise LabelerError(f"{path} is the manifest of another sort; name the one to be undone.")
    if os.path.realpath(into) != str(into):
        raise LabelerError(f"{into} is a link by now, so nothing is done; put the folder back.")
    try:
        with only_sort(into) if into.is_dir() else nullcontext():
            transfer.remove_leftovers(into / manifest.FOLDER)
            record = manifest.read(library, path)  # again: only now does nobody write to it
            report = _undo_steps(path, record)
            if report.complete:
                library.undo_sort(record.sort.number)
                if os.path.realpath(path.parent) == str(into / manifest.FOLDER):
                    path.unlink()
    except OSError as error:
        raise LabelerError(
            f"{error.filename or into} cannot be written ({error.strerror or error}); "
            "nothing is lost: mend that and undo again."
        ) from error
    if report.complete:
        remove_empty([one for one in record.folders if into.is_relative_to(os.path.realpath(one))])
    return report


def _undo_steps(path: Path, record: Record) -> UndoReport:
    kept: list[Failure] = []
    stuck: set[str] = set()  # photos that could not be restored: their targets stay
    restored = removed = 0
    log = Manifest.resume(record)
    try:
        for step in reversed(record.steps):
            action = step.action
            if step.state in (FAILED, UNDONE):
                continue
            if isinstance(action, Placed) and action.source in stuck:
                continue
            try:
                _refuse_outside(action, record.sort)
                if isinstance(action, MadeFolder):
                    if not _remove_if_empty(Path(action.path)):
                        continue
                elif isinstance(action, Removed):
                    restored += _restore(action)
                else:
                    gone = _take_away(action, is_sure=step.state is not None)
                    removed += gone and action.method != "move"
                _note(log, step)
            except (LabelerError, OSError) as error:
                if isinstance(action, Removed):
                    stuck.add(action.source)
                reason = error.strerror if isinstance(error, OSError) else None
                kept.append(Failure(_where(action), f"{reason}." if reason else str(error)))
    finally:
        log.close()
    return UndoReport(str(path), restored, removed, tuple(kept), not kept)


def _where(action: Action) -> str:
    """Return the place that an undo of an action would change."""
    if isinstance(action, MadeFolder):
        return action.path
    return action.target if isinstance(action, Placed) else action.source


def _refuse_outside(action: Action, sort: Sort) -> None:
    """Refuse to change anything but the two folders of a sort.

    Raises:
        LabelerError: a link leads out of them.
    """
    places = [(_where(action), sort.inbox if isinstance(action, Removed) else sort.into)]
    if isinstance(action, Removed):
        places += [(target, sort.into) for target in action.targets]
    for path, root in places:
        if not transfer.is_inside(path, root):
            raise LabelerError(f"{path} is no longer inside {root}; it is left as it is.")


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
    files.sync_folder(source.parent)
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
    files.sync_folder(target.parent)
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
    files.sync_folder(folder.parent)
    return True
