"""The folders that a library was made of."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from labeler.library.store import Library

_FOLDERS = "folders"


def folders(library: Library) -> list[Path]:
    """Return the folders that were indexed, without those inside another of them."""
    kept = library.setting(_FOLDERS)
    names = kept if isinstance(kept, list) else []
    return [Path(name) for name in names if isinstance(name, str)]


def remember(library: Library, roots: Iterable[Path]) -> None:
    """Note what was indexed; single files are not noted."""
    known = {str(folder) for folder in folders(library)}
    known |= {os.path.abspath(root) for root in roots if root.is_dir()}
    outermost: list[str] = []
    for name in sorted(known):
        if not any(Path(other) in Path(name).parents for other in outermost):
            outermost.append(name)
    if [Path(name) for name in outermost] != folders(library):
        library.write_setting(_FOLDERS, outermost)
