"""The folders that a library was made of: which there are, and whether they can be reached."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from labeler.errors import LabelerError, LibraryError
from labeler.library.store import Library
from labeler.library.whereabouts import AWAY, GONE, PRESENT, FilePlace

_FOLDERS = "folders"
_AWAY = "folders that are away"


def folders(library: Library) -> list[Path]:
    """Return the folders that were indexed, without those inside another of them."""
    return [Path(name) for name in _names(library, _FOLDERS)]


def away(library: Library) -> list[Path]:
    """Return those of the folders that were not there at the last look, or had lost every photo."""
    known = set(_names(library, _FOLDERS))
    return [Path(name) for name in _names(library, _AWAY) if name in known]


def remember(library: Library, roots: Iterable[Path]) -> None:
    """Note what was indexed; single files are not noted."""
    known = {str(folder) for folder in folders(library)}
    known |= {os.path.abspath(root) for root in roots if root.is_dir()}
    write(library, known)


def write(library: Library, names: Collection[str]) -> None:
    """Replace the folders by others, of which those inside another are left out."""
    outermost: list[str] = []
    for name in sorted(set(names)):
        if not any(Path(other) in Path(name).parents for other in outermost):
            outermost.append(name)
    if outermost != _names(library, _FOLDERS):
        library.write_setting(_FOLDERS, outermost)


def is_there(folder: str) -> bool:
    """Tell whether a folder can be looked into and holds anything: a mount point is empty."""
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
    known, before = _names(library, _FOLDERS), set(_names(library, _AWAY))
    lost = {name for name in known if not is_there(name)}
    if lost == before or not library.can_write:
        return
    files = library.file_places()
    for name in sorted(lost - before):
        leave(library, name, files)
    still = {
        name for name in before & set(known) if name not in lost and not _back(library, name, files)
    }
    note_away(library, lost | still)


def leave(library: Library, folder: str, files: Iterable[FilePlace]) -> None:
    """Note that the files of a folder are away, those that were there."""
    paths = [file.path for file in files if file.state == PRESENT and is_in(file.path, folder)]
    library.mark_files(paths, AWAY)


def note_away(library: Library, names: Collection[str]) -> None:
    """Note which folders are away."""
    if set(names) != set(_names(library, _AWAY)):
        library.write_setting(_AWAY, sorted(names))


def is_in(path: str, folder: str) -> bool:
    """Tell whether a path is that of a folder, or of something in it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _was_there(name: str, roots: Iterable[str]) -> bool:
    """Tell whether what is around a path that is no folder of its own is there."""
    around = [root for root in roots if is_in(name, root)] or [os.path.dirname(name)]
    return any(map(is_there, around))


def _back(library: Library, folder: str, files: Iterable[FilePlace]) -> bool:
    """Note that files of a folder that was away are there again; False = none of them is."""
    own = [file.path for file in files if file.state == AWAY and is_in(file.path, folder)]
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
    known = _names(library, _FOLDERS)
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
