"""A folder of photos as the library remembers it, and how to say whether it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labeler.wording import count

RootState = Literal["there", "away", "empty"]
"""empty: the folder is there, but not one of the photos that it held; as if a drive was not."""


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that was looked into, and how many photos it holds, or held when it was there.

    elsewhere: those of them that are in another folder, too, which is there.
    """

    folder: str
    state: RootState
    photos: int
    elsewhere: int


def said_of(root: Root, folder: str | None = None) -> str:
    """Return a sentence about a folder that is not as it was.

    Args:
        folder: how it is written.

    >>> said_of(Root("/media/usb", "away", 10, 4))
    '/media/usb is not there just now; its 10 photos are kept (4 of them are elsewhere, too).'
    """
    name, one = folder or root.folder, root.photos == 1
    photos = f"its {count(root.photos, 'photo')} {'is' if one else 'are'} kept"
    also = f" ({'it is' if one else f'{root.elsewhere:,} of them are'} elsewhere, too)"
    if root.state == "empty":
        return f"{name} has lost all its photos at once; {photos}{also if root.elsewhere else ''}."
    return f"{name} is not there just now; {photos}{also if root.elsewhere else ''}."
