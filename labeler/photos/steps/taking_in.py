"""Whether new photos are taken in by themselves while the dashboard runs."""

from __future__ import annotations

from labeler.library.store import Library

TAKE_IN = "take_in"
"""Setting: whether new photos are taken in while the dashboard runs."""


def takes_in(library: Library) -> bool:
    """Return whether new photos in the library's folders are taken in; at first they are not."""
    return library.setting(TAKE_IN) is True


def take_in(library: Library, wanted: bool) -> None:
    """Say whether new photos are taken in from now on."""
    library.write_setting(TAKE_IN, wanted)
