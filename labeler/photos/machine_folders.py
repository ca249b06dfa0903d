"""Folders that programs and systems make: thumbnails, previews, bins, snapshots.

What is in them was shown elsewhere already, or was thrown away.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase

_NAMES = (
    # Bins.
    *(
        "#recycle",
        "@recycle",
        "$recycle.bin",
        "recycle.bin",
        "recycle bin*",
        "recycler",
        "recycled",
    ),
    *("trash", "trashbox", "network trash folder", "files_trashbin"),
    # Snapshots and earlier versions.
    *("#snapshot", "@recently-snapshot", "@snapshots", "@sharesnap", "~snapshot"),
    *("files_versions", "backups.backupdb"),
    # Thumbnails and previews: Synology, QNAP, Lightroom, iPhoto, Nextcloud, LibrePhotos, Sony.
    *("@eadir", "@__thumb", ".@__thumb", "*.lrdata", "ipod photo cache", "appdata_*"),
    *("protected_media", "thmbnl", "plex media server"),
    # What systems keep for themselves.
    *("system volume information", "$windows.~*", "found.[0-9][0-9][0-9]", "lost+found"),
    *("lost.dir", "temporary items", "__macosx", "@tmp", "@database", "node_modules"),
)
_INSIDE = (
    # Capture One, PhotoPrism, Piwigo, cameras of DJI.
    *(("captureone", "cache"), ("*.cocatalog", "cache")),
    *(("storage", "cache"), ("storage", "sidecar"), ("photoprism", "storage")),
    *(("_data", "i"), ("misc", "thm")),
)
"""Folders that are made only inside certain others."""
_HOLD_ORIGINALS = frozenset({"mobile downloads.lrdata"})
_LIBRARIES = ("*.photoslibrary", "*.photolibrary", "*.migratedphotolibrary", "*.aplibrary")
"""Of Photos, iPhoto and Aperture: a folder that looks like one file, in which the photos are."""
_OLD_LIBRARIES = ("iphoto library", "aperture library")
"""Plain folders, which people may call so, too: they are libraries if the originals are in them."""
_ORIGINALS = frozenset({"originals", "masters"})
_CLOUD_LIBRARY, _CLOUD_ORIGINALS = "*.lrlibrary", "originals"
"""Lightroom's own: the originals are two levels down."""
MARKS = frozenset({".nomedia", ".ppstorage"})
"""Files that say that the folder around them is not to be looked at: Android's, PhotoPrism's."""
_IMMICH, _OF_IMMICH = ".immich", frozenset({"thumbs", "encoded-video", "profile", "backups"})


def made_by_machine(path: Sequence[str], beside: Collection[str] = ()) -> str | None:
    """Return by which name to tell of a folder that programs or systems make; None = it is none.

    Args:
        path: the names of the folder and of those around it, outermost first; three are enough.
        beside: the names of all files and folders that are in the same folder.

    >>> made_by_machine(["2008", "@eaDir"]), made_by_machine(["2008", "Lisbon"])
    ('@eaDir', None)
    >>> made_by_machine(["Mine.photoslibrary", "originals"])
    >>> made_by_machine(["Mine.photoslibrary", "resources"])
    'Mine.photoslibrary but for its originals'
    """
    *around, name = (one.casefold() for one in path)
    if name not in _HOLD_ORIGINALS and _is_any(name, _NAMES):
        return path[-1]
    if around:
        if any(_is_any(around[-1], [outer]) and name == inner for outer, inner in _INSIDE):
            return "/".join(path[-2:])
        is_library = _is_any(around[-1], _LIBRARIES) or (
            around[-1] in _OLD_LIBRARIES and _ORIGINALS & {one.casefold() for one in beside}
        )
        if is_library and name not in _ORIGINALS:
            return f"{path[-2]} but for its originals"
    if len(around) > 1 and _is_any(around[-2], [_CLOUD_LIBRARY]) and name != _CLOUD_ORIGINALS:
        return f"{path[-3]} but for its originals"
    there = {one.casefold() for one in beside} if name in _OF_IMMICH else set()
    if _IMMICH in there or {"thumbs", "encoded-video"} <= there:
        return path[-1]
    return None


def marked(name: str, inside: Collection[str]) -> str | None:
    """Return by which name to tell of a folder in which a file says that it is to be left out.

    Args:
        inside: the names of what is in the folder.

    >>> marked("private", ["a.jpg", ".nomedia"]), marked("thumbs", [".immich", "1"])
    ('private (.nomedia)', 'thumbs')
    """
    for mark in sorted(MARKS.intersection(inside)):
        return f"{name} ({mark})"
    return name if _IMMICH in inside and name.casefold() in _OF_IMMICH else None


def _is_any(name: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
