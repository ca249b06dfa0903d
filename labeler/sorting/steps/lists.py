"""Write plain lists of the photos that belong together, for other programs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from labeler.io import files
from labeler.io.files import whole_file
from labeler.sorting import layout
from labeler.sorting.steps.plan import WITHOUT, SortedPhoto, SortOptions

PERSON = "{person}"


def check_free(out: Path) -> None:
    """Refuse to write over a file that is there.

    Raises:
        LabelerError: it exists.
    """
    if PERSON not in out.name:
        files.check_free(out, "the list")


def write_lists(
    plan: Sequence[SortedPhoto],
    out: Path,
    options: SortOptions,
    moved: bool = False,
    null: bool = False,
) -> tuple[list[Path], list[str]]:
    """Write the absolute paths of the photos, one a line, in the order of the plan.

    With {person} in its name there is one list for each of `SortedPhoto.groups`. Without, it holds
    the photos that show the one person of a two-way split, or all that belong somewhere.

    Args:
        moved: the photos are at their targets now. null: end each path with a zero byte instead.

    Returns:
        The lists, and the paths that had to be left out: they have a line break in them.

    Raises:
        LabelerError: a list exists already, or cannot be written.
    """
    folders = layout.folder_names(group for item in plan for group in item.groups)
    lists: dict[Path, dict[str, None]] = {} if PERSON in out.name else {out: {}}
    for item in plan:
        if item.error and not item.targets:
            continue
        for number, group in enumerate(item.groups):
            if PERSON in out.name:
                name = out.name.replace(PERSON, folders[group])
                path = out.with_name(layout.shortened(*layout.split(name)))
            elif options.only is not None and group.startswith(WITHOUT):
                continue
            else:
                path = out
            # Groups that share a folder by the layout share its target.
            target = item.targets[min(number, len(item.targets) - 1)] if item.targets else None
            here = target if target and moved and not item.error else item.photo
            lists.setdefault(path, {})[here] = None
    for path in lists:
        files.check_free(path, "the list")
    left_out = [] if null else [p for p in _all(lists) if "\n" in p or "\r" in p]
    for path, photos in lists.items():
        end = b"\0" if null else b"\n"
        lines = [os.fsencode(photo) + end for photo in photos if photo not in left_out]
        with whole_file(path) as temporary:
            temporary.write_bytes(b"".join(lines))
    return list(lists), left_out


def _all(lists: dict[Path, dict[str, None]]) -> list[str]:
    return list(dict.fromkeys(photo for photos in lists.values() for photo in photos))
