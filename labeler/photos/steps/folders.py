"""The folders that a library was made of: which there are, and whether they can be reached."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from labeler.errors import LabelerError, LibraryError
from labeler.io.files import alone
from labeler.library.store import Library
from labeler.library.whereabouts import AWAY, GONE, PRESENT, FilePlace

_FOLDERS = "folders"
"""Setting: the folders that are looked into."""
_INNER = "inner folders"
"""Setting: folders inside those, and yet with a life of their own."""
_AWAY = "folders that are away"
"""Setting: by folder, the last file that was known when it was found to be away."""


def alone_at_index(library: Library) -> AbstractContextManager[None]:
    """Let nobody else look at folders, or change what is known of them, meanwhile.

    Raises:
        LabelerError: somebody is at it.
    """
    return alone(
        library.folder / "index.lock", "Another `labeler index` is at work on this library"
    )


def folders(library: Library) -> list[Path]:
    """Return the folders that were indexed, without those inside another of them."""
    return [Path(name) for name in _names(library, _FOLDERS)]


def away(library: Library) -> list[Path]:
    """Return those of the folders that were not there at the last look, or had lost every photo."""
    known = set(watched(library))
    return [Path(name) for name in lost_since(library) if name in known]


def watched(library: Library) -> list[str]:
    """Return the folders that may be away as a whole: those that were indexed, those of them that
    lie in another by now, and the mount points in them."""
    return [*_names(library, _FOLDERS), *inner_folders(library)]


def inner_folders(library: Library) -> list[str]:
    """Return those of `watched` that lie in another."""
    return _names(library, _INNER)


def remember(library: Library, roots: Iterable[Path]) -> None:
    """Note what was indexed; single files are not noted."""
    known = set(_names(library, _FOLDERS))
    given = {os.path.abspath(root) for root in roots if root.is_dir()}
    # What was a folder of its own may be a drive among others: /media/first, and now /media.
    write(library, known | given, known | set(_names(library, _INNER)))


def remember_mounts(library: Library, paths: Iterable[str]) -> None:
    """Note the mount points between the folders of the library and the files that were found."""
    roots = set(_names(library, _FOLDERS))
    pending = {path.rpartition(os.sep)[0] for path in paths}  # dirname takes five times as long
    seen: set[str] = set()
    mounts = set()
    while pending:
        folder = pending.pop()
        seen.add(folder)
        if folder in roots:
            continue
        if os.path.ismount(folder):
            mounts.add(folder)
        around = os.path.dirname(folder)
        if around not in seen and around != folder and any(is_in(around, root) for root in roots):
            pending.add(around)
    inner = set(_names(library, _INNER))
    if not mounts <= inner:
        write(library, roots, inner | mounts)


def write(library: Library, names: Collection[str], inner: Collection[str] = ()) -> None:
    """Replace the folders by others, of which those inside another are left out.

    Args:
        inner: those that may be away while what is around them is there.
    """
    outermost: list[str] = []
    for name in sorted(set(names)):
        if not any(Path(other) in Path(name).parents for other in outermost):
            outermost.append(name)
    kept = set(inner) - set(outermost)
    inside = [name for name in sorted(kept) if any(is_in(name, one) for one in outermost)]
    for setting, found in ((_FOLDERS, outermost), (_INNER, inside)):
        if found != _names(library, setting):
            library.write_setting(setting, found)


def is_there(folder: str) -> bool:
    """Tell whether a folder can be looked into and holds anything: that of a drive is empty when
    the drive is not there."""
    try:
        with os.scandir(folder) as entries:
            return any(not entry.name.startswith(".") for entry in entries)
    except OSError:
        return False


def look(library: Library) -> None:
    """Note which folders are away just now, or back again; costs a look at each of them.

    The files of a folder that is away are away, too, so that whoever needs a photo gets one that
    can be read. Nothing is written unless something has changed, and nothing if that cannot be.
    """
    with suppress(LibraryError):  # whoever goes on to write is told
        _look(library)


def _look(library: Library) -> None:
    if not library.can_write:
        return
    known, before = watched(library), set(lost_since(library))
    lost = {name for name in known if not is_there(name)}
    for name in set(known) - lost:
        is_there_again = name in before and _back(library, name, lost)
        if not is_there_again and (name in before or _has_vanished(library, name)):
            lost = lost | {name}
    leave(library, lost - before)
    note_away(library, lost)


def _has_vanished(library: Library, folder: str) -> bool:
    """Tell whether nothing of what a folder held is there: another drive has its place, perhaps."""
    ends = library.ends_of(folder)
    if not ends or any(map(os.path.exists, ends)):
        return False
    own = (f.path for f in library.file_places() if f.state == PRESENT and is_in(f.path, folder))
    return not any(map(os.path.exists, own))


def leave(library: Library, lost: Collection[str]) -> None:
    """Note that the files of folders are away, those that were there."""
    own = (f.path for f in (library.file_places() if lost else ()) if f.state == PRESENT)
    library.mark_files([path for path in own if any(is_in(path, one) for one in lost)], AWAY)


def note_away(library: Library, names: Collection[str]) -> None:
    """Note which folders are away."""
    before = lost_since(library)
    if set(names) != before.keys():
        now = library.last_file()
        library.write_setting(_AWAY, {name: before.get(name, now) for name in sorted(names)})


def lost_since(library: Library) -> dict[str, int]:
    """Return, by folder that is away, the last file that was known when it was found to be so."""
    kept = library.setting(_AWAY)
    found = kept if isinstance(kept, dict) else {}
    return {name: serial for name, serial in found.items() if isinstance(serial, int)}


def is_in(path: str, folder: str) -> bool:
    """Tell whether a path is that of a folder, or of something in it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _was_there(name: str, roots: Iterable[str]) -> bool:
    """Tell whether what is around a path that is no folder of its own is there."""
    around = [root for root in roots if is_in(name, root)] or [os.path.dirname(name)]
    return any(map(is_there, around))


def _back(library: Library, folder: str, lost: Collection[str]) -> bool:
    """Note that files of a folder that was away are there again; False = none of them is.

    Args:
        lost: other folders, which may be inside, that are away still.
    """
    own = [
        file.path
        for file in library.file_places()
        if file.state == AWAY
        and is_in(file.path, folder)
        and not any(is_in(file.path, other) for other in lost)
    ]
    there = [path for path in own if os.path.exists(path)]
    if own and not there:
        return False
    library.mark_files(there, PRESENT)
    library.mark_files(set(own) - set(there), GONE)
    return True


def _names(library: Library, setting: str) -> list[str]:
    kept = library.setting(setting)
    return [name for name in kept if isinstance(name, str)] if isinstance(kept, list) else []


@dataclass(frozen=True)
class Reach:
    """The paths of a run: those that are there, the folders that are away, and those that are not
    in their folder any more (which is there)."""

    there: list[Path] = field(default_factory=list)
    away: list[Path] = field(default_factory=list)
    gone: list[Path] = field(default_factory=list)


def reach(library: Library, roots: Sequence[Path]) -> Reach:
    """Tell which of the paths of a run can be looked at.

    Raises:
        LabelerError: one is not there, and nothing in it was ever looked at.
    """
    found = Reach()
    known = watched(library)
    files: list[FilePlace] | None = None
    for root in roots:
        name = os.path.abspath(root)
        if is_there(name) or os.path.isfile(name):
            found.there.append(root)
            continue
        files = library.file_places() if files is None else files
        own = [file for file in files if file.state != GONE and is_in(file.path, name)]
        if os.path.exists(name) and not own:
            found.there.append(root)  # an empty folder, or something that is no photo
        elif not own and name not in known and not any(is_in(f.path, name) for f in files):
            raise LabelerError(f"{name} does not exist; check the path.")
        elif name not in known and _was_there(name, known):
            found.gone.append(root)
        else:
            found.away.append(root)
    return found
