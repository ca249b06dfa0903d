"""What a look at folders tells about where photos are, and where folders may have moved to."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from labeler.library.store import KnownFile, Library
from labeler.library.whereabouts import AWAY, GONE, PRESENT, FilePlace
from labeler.photos.roots import Move, Root, RootState
from labeler.photos.steps import folders
from labeler.photos.steps.changes import Changes, is_under
from labeler.photos.steps.folders import Reach, is_in
from labeler.types import Failure


def note_losses(
    library: Library,
    reach: Reach,
    found: Changes,
    failed: Iterable[Failure],
    known: Mapping[str, KnownFile],
    succeeded: Collection[str] = (),
) -> None:
    """Note which files a run has not found, or could not read.

    What is not there is gone, unless nothing that a folder held is there: then it is away. What is
    left out counts as gone, and its folder as one that is there.

    Args:
        succeeded: files of photos of which there are later editions under other names.
    """
    gone = [path for path in found.gone if not known[path].missing]
    tops = {os.path.abspath(root) for root in reach.there}
    inner = {root for root in folders.watched(library) if is_under(root, tops)}
    vanished = _vanished(tops | inner, found, known, succeeded) if gone else set()
    library.mark_files((path for path in gone if not is_under(path, vanished)), GONE)
    library.mark_files((path for path in found.left_out if not known[path].missing), GONE)
    library.mark_files((path for path in gone if is_under(path, vanished)), AWAY)
    folders.leave(library, {os.path.abspath(root) for root in reach.away})
    for root in reach.gone:
        top = os.path.abspath(root)
        library.mark_files([path for path in known if is_in(path, top)], GONE)
    _note_unreadable(library, found, failed, known)
    _note_twins(library, found)
    _note_folders(library, vanished | {os.path.abspath(root) for root in reach.away})


def _vanished(
    roots: Iterable[str],
    found: Changes,
    known: Mapping[str, KnownFile],
    succeeded: Collection[str],
) -> set[str]:
    """Return the folders of which not one of the files is there that the library knows."""
    seen = {file.path for file in (*found.to_do, *found.unchanged)}
    seen |= {failure.path for failure in (*found.failed, *found.failed_before)}
    kept = {path for path, file in known.items() if not file.missing}
    kept -= {*found.left_out, *succeeded}
    vanished = set()
    for root in roots:
        own = [path for path in kept if is_in(path, root)]
        if own and not any(path in seen for path in own):
            vanished.add(root)
    return vanished


def _note_unreadable(
    library: Library,
    found: Changes,
    failed: Iterable[Failure],
    known: Mapping[str, KnownFile],
) -> None:
    """Note files that cannot be read: as away if they cannot be reached, or hold something else by
    now while another file holds the photo that they held."""
    tops = {failure.path for failure in found.failed}
    spoilt = {failure.path for failure in (*failed, *found.failed_before) if failure.path in known}
    if not tops and not spoilt:
        return
    out_of_reach = {
        path for path, file in known.items() if not file.missing and is_under(path, tops)
    }
    files = [file for file in library.file_places() if file.state == PRESENT]
    holders = Counter(file.photo_id for file in files if file.path not in spoilt | out_of_reach)
    replaced = {f.path for f in files if f.path in spoilt and holders[f.photo_id]}
    library.mark_files(sorted(out_of_reach | replaced), AWAY)


def _note_twins(library: Library, found: Changes) -> None:
    """Note where copies are gone elsewhere of photos that the run has seen."""
    seen = {file.path for file in (*found.to_do, *found.unchanged)}
    lost = []
    for places in library.places_of(library.photos_in_several_places()).values():
        others = [place.path for place in places if place.path not in seen]
        if len(others) < len(places):
            lost += [path for path in others if not os.path.exists(path)]
    library.mark_files(lost, GONE)


def _note_folders(library: Library, lost: set[str]) -> None:
    """Note which of the folders are away: those just found so, and those that still are.

    A folder whose photos are all somewhere else by now is none of them, if it is there, or only an
    album of one that is there.
    """
    inner = set(folders.inner_folders(library))
    lost = (lost | {str(root) for root in folders.away(library)}) & set(folders.watched(library))
    files = library.file_places() if lost else []
    there = {file.photo_id for file in files if file.state == PRESENT}
    lasting = set()
    for root in lost:
        if root not in inner and not folders.is_there(root):
            lasting.add(root)
            continue
        own = [file for file in files if file.state == AWAY and is_in(file.path, root)]
        inside = {f.photo_id for f in files if f.state == PRESENT and is_in(f.path, root)}
        left = [file for file in own if file.photo_id not in inside]
        is_lost = any(file.photo_id not in there for file in left)
        library.mark_files([f.path for f in own if f.photo_id in inside or not is_lost], GONE)
        if is_lost:
            lasting.add(root)
    folders.note_away(library, lasting)
    alive = {root for root in inner if root in lasting or folders.is_there(root)}
    if alive != inner:
        folders.write(library, [str(root) for root in folders.folders(library)], alive)


def moves(library: Library) -> list[Move]:
    """Return the folders that are away, and most of whose photos have turned up elsewhere."""
    return [move for _, move in away_and_moved(library) if move is not None]


def away_and_moved(library: Library) -> list[tuple[Root, Move | None]]:
    """Return the folders that are not there just now, each with where it seems to have moved to.

    Quick if all are there.
    """
    with library.reading():
        lost, since = folders.away(library), folders.lost_since(library)
        files = library.file_places() if lost else []
    found = _roots(lost, lost, files)
    return [(root, _move(root.folder, files, since[root.folder])) for root in found]


def _move(root: str, files: Sequence[FilePlace], since: int) -> Move | None:
    """Return where a folder may have moved to, None = most of its photos did not turn up since.

    Copies that were known before tell nothing of it.
    """
    there: dict[int, list[str]] = {}
    for file in files:
        if file.state == PRESENT and file.serial > since:
            there.setdefault(file.photo_id, []).append(file.path)
    own = [file for file in files if file.state != PRESENT and is_in(file.path, root)]
    votes: Counter[str] = Counter()
    for file in own:
        inside = file.path[len(root.rstrip(os.sep)) :]
        votes.update(
            path[: -len(inside)] for path in there.get(file.photo_id, ()) if path.endswith(inside)
        )
    if not votes:
        return None
    new = min(votes, key=lambda name: (-votes[name], len(name), name))
    return Move(root, new, votes[new], len(own)) if 2 * votes[new] > len(own) else None


def roots_away(library: Library) -> list[Root]:
    """Return the folders that are not there just now; quick if all are."""
    with library.reading():
        lost = folders.away(library)
        files = library.file_places() if lost else []
    return _roots(lost, lost, files)


def roots(library: Library) -> list[Root]:
    """Return the folders that were looked into, by path."""
    with library.reading():
        known, lost = folders.folders(library), folders.away(library)
        files = library.file_places() if known else []
    return _roots(known, lost, files)


def _roots(known: Sequence[Path], lost: Collection[Path], files: Sequence[FilePlace]) -> list[Root]:
    there: dict[int, list[str]] = {}
    for file in files:
        if file.state == PRESENT:
            there.setdefault(file.photo_id, []).append(file.path)
    return [_root(str(root), root in lost, files, there) for root in known]


def _root(
    folder: str, lost: bool, files: Sequence[FilePlace], there: Mapping[int, Sequence[str]]
) -> Root:
    own = [file for file in files if file.state != GONE and is_in(file.path, folder)]
    photos = {file.photo_id for file in own}
    away = photos - {file.photo_id for file in own if file.state == PRESENT}
    state: RootState = "there"
    if lost:
        state = "empty" if os.path.isdir(folder) else "away"
    return Root(folder, state, len(photos), len(away), len(away & there.keys()))
