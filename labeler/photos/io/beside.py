"""The files beside a photo that say something about it: found by their names in its folder."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from labeler.io.files import nanoseconds
from labeler.photos import video_names
from labeler.photos.io import raw

SIDECAR = ".xmp"
NOTE = ".json"


@dataclass(frozen=True, slots=True)
class Notes:
    """sidecars: XMP files, `a.jpg.xmp` before `a.xmp`; others: JSON. stamp: another one as soon as
    any of them changes; 0 = there is none. All are ordinary files."""

    sidecars: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    stamp: int = 0


def sidecar_names(name: str) -> list[str]:
    """Return what a photo's XMP file may be called: `a.jpg.xmp` goes before `a.xmp`."""
    stems = (name, os.path.splitext(name)[0])
    return [stem + suffix for stem in stems for suffix in (SIDECAR, SIDECAR.upper())]


def is_sidecar(path: str) -> bool:
    return os.path.splitext(path)[1].lower() == SIDECAR


def is_of_raw(sidecar: str, photo: str) -> bool:
    """Tell whether how a sidecar wants a picture turned is meant for the RAW file beside a photo.

    `a.xmp` goes with both; the camera, or whoever developed it, has turned `a.jpg` already.
    """
    stem, suffix = os.path.splitext(photo)
    if suffix.lower() in raw.SUFFIXES or os.path.splitext(sidecar)[0] != stem:
        return False
    kinds = [kind for one in raw.SUFFIXES for kind in (one, one.upper())]
    return any(os.path.lexists(stem + kind) for kind in kinds)


@dataclass
class Folders:
    """Folders whose files' names are known, so that each is listed once however many photos it
    holds. suffixes: of the photos."""

    suffixes: Collection[str]
    _names: dict[str, Collection[str]] = field(default_factory=dict)
    _notes: dict[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def put(self, folder: str, names: Collection[str]) -> None:
        """Say which files a folder holds."""
        self._names = {folder: names}  # whoever walks does not come back
        self._notes = {}

    def notes(self, path: str) -> Notes:
        """Return what stands beside a photo."""
        folder, name = os.path.split(path)
        if folder not in self._names:
            self._names[folder] = _listed(folder)
        present = self._names[folder]
        if folder not in self._notes:
            self._notes[folder] = _json_by_photo(present, self.suffixes)
        sidecars = _ordinary(folder, [one for one in sidecar_names(name) if one in present])
        others = _ordinary(folder, self._notes[folder].get(name, ()))
        return Notes(tuple(sidecars), tuple(others), _stamp([*sidecars.values(), *others.values()]))


def _listed(folder: str) -> frozenset[str]:
    with suppress(OSError), os.scandir(folder) as entries:
        return frozenset(entry.name for entry in entries if not entry.name.startswith("."))
    return frozenset()


def _json_by_photo(names: Collection[str], suffixes: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the JSON files of each photo of a folder that has some."""
    if not any(name[-5:].lower() == NOTE for name in names):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    seen = video_names.looked_at(names, suffixes, raw.SUFFIXES)
    for name, owners in seen.owners(names).items():
        if name[-5:].lower() == NOTE:
            for photo in owners:
                found[photo] = (*found.get(photo, ()), name)
    return found


def _ordinary(folder: str, names: Collection[str]) -> dict[str, int]:
    """Return paths and modification times of those that are ordinary files, each file once."""
    found: dict[str, int] = {}
    seen = set()
    for name in names:
        path = os.path.join(folder, name)
        with suppress(OSError):
            status = os.stat(path)
            file = (status.st_dev, status.st_ino)
            # One file has two of these names where the system takes capitals for small letters.
            if stat.S_ISREG(status.st_mode) and not (file in seen and status.st_ino):
                seen.add(file)
                found[path] = nanoseconds(status)
    return found


def _stamp(times: list[int]) -> int:
    if len(times) < 2:
        return times[0] if times else 0
    digest = hashlib.sha256(repr(times).encode()).digest()
    return int.from_bytes(digest[:7], "big") + 1
