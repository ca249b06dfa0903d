"""Which faces the journal means, kept in the library's cache: of decisions, only new are looked up.

What was kept holds for as long as nothing but decisions was written, and only for the journal that
goes on from the same decisions: not for a backup that was put back, after which others were made.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from labeler.errors import LabelerError
from labeler.io.files import anything, private_folder, whole_file
from labeler.library.store import Library
from labeler.types import IntArray

LEAST_KEPT = 1_000
"""Fewer faces than so many, or so many new ones, are looked up as quickly as a file is written."""

Meant = tuple[IntArray, IntArray, IntArray]
"""See `Library.faces_of_entries`."""


@dataclass(frozen=True)
class _Kept:
    """What is known up to an entry; said: see `Library.said_until`."""

    writes: int
    entry: int
    said: str
    meant: Meant


def faces_of_entries(library: Library) -> Meant:
    """Return what `Library.faces_of_entries` does, without looking all of it up again.

    To be called inside of `Library.reading`, so that all is of one moment.
    """
    path, state = library.cache / "meant.npz", library.state()
    kept = _read(path)
    if kept is not None and (
        kept.writes != state.writes or library.said_until(kept.entry) != kept.said
    ):
        kept = None
    if kept is not None and kept.entry == state.entry:
        return kept.meant
    new = found = library.faces_of_entries(after=kept.entry if kept else 0)
    if kept is not None:
        entries, parts, faces = (np.concatenate(both) for both in zip(kept.meant, new, strict=True))
        found = entries, parts, faces
    if len(new[0]) >= LEAST_KEPT and library.can_write and library.is_settled():
        _write(path, _Kept(state.writes, state.entry, library.said_until(state.entry), found))
    return found


def _read(path: Path) -> _Kept | None:
    """Return what was kept; None = nothing, or it is damaged."""
    try:
        with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
            writes, entry = (int(number) for number in file["state"])
            said, meant = str(file["said"]), np.array(file["meant"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile):
        return None
    is_sound = meant.dtype == np.int64 and meant.ndim == 2 and len(meant) == 3
    return _Kept(writes, entry, said, (meant[0], meant[1], meant[2])) if is_sound else None


def _write(path: Path, kept: _Kept) -> None:
    """Keep what was found. A full disk costs the cache only."""
    with suppress(OSError, LabelerError):
        private_folder(path.parent)
        with whole_file(path, anything) as part, open(part, "wb") as file:
            state = np.array([kept.writes, kept.entry], dtype=np.int64)
            np.savez(file, state=state, said=kept.said, meant=np.stack(kept.meant))
