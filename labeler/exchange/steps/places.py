"""Where what is written about a photo goes: a tree like that of the photos, in a chosen folder."""

from __future__ import annotations

import os
from pathlib import Path

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.photos.steps import folders


class Tree:
    """The places in a folder for what belongs to photos.

    A photo inside the folder has its place where it is, if the folder is one of the library's or
    inside one. Otherwise the photos of the library's only folder have the same places below the
    chosen one; of several folders, each is one in the chosen folder.

    Raises:
        LabelerError: `into` is a file.
    """

    def __init__(self, library: Library, into: Path) -> None:
        self.into = Path(os.path.abspath(into))
        if self.into.exists() and not self.into.is_dir():
            raise LabelerError(f"{into} is a file; choose a folder.")
        roots = [Path(os.path.abspath(root)) for root in folders.folders(library)]
        self._is_of_photos = any(root == self.into or root in self.into.parents for root in roots)
        self._roots: dict[Path, Path] = {}
        for root in roots:
            name, number = root.name or "photos", 2
            while Path(name) in self._roots.values():
                name, number = f"{root.name} {number}", number + 1
            self._roots[root] = Path(name) if len(roots) > 1 else Path()

    def place(self, photo: str) -> Path:
        """Return the path in the folder that stands for a photo's own path."""
        path = Path(photo)
        if self._is_of_photos and self.into in path.parents:
            return path
        for root, name in self._roots.items():
            if root in path.parents:
                return self.into / name / path.relative_to(root)
        return self.into / path.parent.name / path.name
