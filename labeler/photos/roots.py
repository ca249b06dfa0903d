"""A folder of photos as the library remembers it, and how to say whether it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labeler.wording import count

RootState = Literal["there", "away", "empty"]
"""empty: there is a folder, but none of the photos that it held, as if a drive was not there."""


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that was looked into, and how many photos it holds, those that are away included.

    away: how many are. elsewhere: those of them that are in another folder, too, which is there.
    """

    folder: str
    state: RootState
    photos: int
    away: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Move:
    """A folder that is away, and the one that holds so many of its photos in the same places."""

    old: str
    new: str
    photos: int
    of: int


def said_of(
    root: Root, move: Move | None = None, folder: str | None = None, new: str | None = None
) -> str:
    """Return a sentence about a folder that is not as it was.

    Args:
        move: where it seems to be by now. folder, new: how the two folders are written.

    >>> said_of(Root("/media/usb", "away", 10, 10, 4))
    '/media/usb is not there just now; its 10 photos are kept (4 of them are elsewhere, too).'
    >>> said_of(Root("/a", "away", 10, 10, 10), Move("/a", "/b", 10, 10))
    '/a is not there any more, but 10 of its 10 photos are in /b.'
    """
    name, photos = folder or root.folder, count(root.away, "photo")
    if move is not None:
        are = "is" if move.photos == 1 else "are"
        those = f"{move.photos:,} of its {count(move.of, 'photo')} {are}"
        return f"{name} is not there any more, but {those} in {new or move.new}."
    one = root.away == 1
    which = "it is" if one else "all of them are"
    if root.elsewhere < root.away:
        which = f"{root.elsewhere:,} of them {'is' if root.elsewhere == 1 else 'are'}"
    also = f" ({which} elsewhere, too)" if root.elsewhere else ""
    if root.state == "empty":
        lost = f"The only photo that was in {name}" if one else f"None of the {photos} in {name}"
        return (
            f"{lost} is {'not ' * one}there just now; {'it is' if one else 'they are'} kept{also}."
        )
    return f"{name} is not there just now; its {photos} {'is' if one else 'are'} kept{also}."
