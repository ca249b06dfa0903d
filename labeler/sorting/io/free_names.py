"""Find free names for photos, and for what belongs to them, in folders where others may be."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labeler.sorting import companions, layout
from labeler.sorting.io import transfer
from labeler.sorting.io.transfer import Method

_FREE, _SAME, _OTHER = range(3)


@dataclass(frozen=True, slots=True)
class NamedPiece:
    """A file that is to be placed. content: its SHA-256."""

    source: Path
    content: str


@dataclass(frozen=True, slots=True)
class FreePlace:
    """Where a photo goes, and what belongs to it, in its order; None = something else is there."""

    target: Path
    beside: tuple[Path | None, ...] = ()


def free_place(
    photo: NamedPiece,
    beside: Sequence[NamedPiece],
    wanted: Path,
    method: Method,
    taken: Mapping[Path, str],
) -> FreePlace:
    """Return where to put a photo: at `wanted`, or there with a number behind the name.

    What belongs to it goes along and shares the number, so that pairs stay pairs. Where all of them
    are placed already, that is their place: doing it again changes nothing. If the photo is, but
    with something else beside it, a move takes the next number for all of them; everything else
    leaves out what cannot be placed, because it is still where it came from.

    Args:
        taken: targets that others are going to have, and what will be there (see `held`).
    """
    free: FreePlace | None = None
    torn: FreePlace | None = None
    number = 1
    while True:
        target = wanted.with_name(layout.numbered(wanted.name, number)) if number > 1 else wanted
        state = _state(photo, target, method, taken)
        # One name further than the first free one: what a run that was cut off has placed may have
        # a number only because of something that is out of the inbox already.
        if free is not None and state == _FREE:
            return torn if torn is not None and method != "move" else free
        if state != _OTHER:
            found, fits = _beside(photo, beside, target, method, taken)
            if fits and state == _SAME:
                return found
            if fits:
                free = free or found
            elif state == _SAME:
                torn = torn or found
        number += 1


def _beside(
    photo: NamedPiece,
    beside: Sequence[NamedPiece],
    target: Path,
    method: Method,
    taken: Mapping[Path, str],
) -> tuple[FreePlace, bool]:
    """Return the place of a photo with those beside it, and whether none is somebody else's."""
    found: list[Path | None] = []
    for one in beside:
        name = companions.carried(one.source.name, photo.source.name, target.name)
        place = target.with_name(name)
        found.append(None if _state(one, place, method, taken) == _OTHER else place)
    return FreePlace(target, tuple(found)), None not in found


def free_target(
    source: Path, wanted: Path, method: Method, content: str, taken: Mapping[Path, str]
) -> Path:
    """Return where to put a file of its own, see `free_place`."""
    return free_place(NamedPiece(source, content), (), wanted, method, taken).target


def held(source: Path, method: Method, content: str) -> str:
    """Return what tells whether one target will do for two files: they have the same content."""
    return str(source.absolute()) if method == "link" else content


def _state(piece: NamedPiece, target: Path, method: Method, taken: Mapping[Path, str]) -> int:
    if target in taken:
        same = taken[target] == held(piece.source, method, piece.content)
    elif not os.path.lexists(target):
        return _FREE
    else:
        same = transfer.is_placed(piece.source, target, method)
    return _SAME if same else _OTHER
