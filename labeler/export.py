"""Put photos into folders without ever overwriting anything."""

from __future__ import annotations

import filecmp
import os
import shutil
import unicodedata
from collections.abc import Set
from pathlib import Path
from typing import Literal

Method = Literal["copy", "move", "link"]

_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)]
)
"""Names that Windows keeps for devices."""


def folder_name(person: str) -> str:
    """Return a name for a folder that every file system takes.

    >>> folder_name("A/B: c.")
    'A_B_ c'
    """
    name = unicodedata.normalize("NFC", person).translate(_FORBIDDEN).strip(" .")
    return f"{name}_" if name.lower() in _RESERVED or not name else name


def free_target(source: Path, folder: Path, method: Method, taken: Set[Path]) -> Path:
    """Return where to put `source` in `folder`: under its own name, or with a number behind it.

    Where the photo is placed already, its place is the target: doing it again changes nothing.

    Args:
        taken: targets that other photos are going to have.
    """
    number = 1
    while True:
        suffix = f" ({number})" if number > 1 else ""
        target = folder / f"{source.stem}{suffix}{source.suffix}"
        is_free = not os.path.lexists(target) or is_placed(source, target, method)
        if is_free and target not in taken:
            return target
        number += 1


def place(source: Path, targets: list[Path], method: Method) -> None:
    """Copy, move or link a photo to one or more places.

    With 'move', the source is removed after all targets hold its content. Links are symbolic and
    absolute.

    Raises:
        OSError: something could not be written; the source is still there.
    """
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
        if is_placed(source, target, method):
            continue
        if method == "link":
            os.symlink(source.absolute(), target)
        else:
            _copy_exclusively(source, target)
    if method == "move" and targets and not any(_is_same(source, target) for target in targets):
        source.unlink()


def _copy_exclusively(source: Path, target: Path) -> None:
    with open(source, "rb") as reader, open(target, "xb") as writer:
        try:
            shutil.copyfileobj(reader, writer)
            writer.flush()
            os.fsync(writer.fileno())
        except BaseException:
            target.unlink()
            raise
    shutil.copystat(source, target)


def is_placed(source: Path, target: Path, method: Method) -> bool:
    """Is the photo there: as a file with the same content or, if links will do, as a link to it?"""
    if target.is_symlink():
        return method == "link" and os.readlink(target) == str(source.absolute())
    return target.is_file() and filecmp.cmp(source, target, shallow=False)


def _is_same(source: Path, target: Path) -> bool:
    return target.exists() and os.path.samefile(source, target)
