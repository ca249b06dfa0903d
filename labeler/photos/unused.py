"""Files that are met beside photos and not looked into: which kinds there are, and what to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from labeler.photos import companions, video_names
from labeler.wording import count

Kind = Literal["linked folder", "picture", "video", "archive", "note", "file"]
_PICTURES = """
.jxl .jxr .wdp .hdp .jp2 .j2k .jpf .jpx .jpm .jpc .psd .psb .xcf .kra .afphoto .pxd .pdn .svg .svgz
.eps .ai .pdf .tga .pcx .ico .icns .exr .hdr .pict .pct .ppm .pgm .pbm .pnm .sgi .fits .fit .djvu
.fpx .pcd .insp .lfp .bpg .qoi .crw .raw .bay .cap .ptx .k25 .kdc .rwz .braw .cine
"""
_VIDEOS = """
.insv .lrv .ts .mp .mv
"""
"""Previews of cameras, moving parts of photos, and what may be no video at all."""
_ARCHIVES = ".zip .7z .rar .tar .gz .tgz .bz2 .xz .iso .dmg"
_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(_PICTURES.split(), "picture"),
    **dict.fromkeys([*video_names.SUFFIXES, *_VIDEOS.split()], "video"),
    **dict.fromkeys(_ARCHIVES.split(), "archive"),
}
_OF_SYSTEMS = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "picasa.ini"})
NAMES: Mapping[Kind, tuple[str, str]] = {
    "linked folder": ("linked folder", "give `labeler index` the folder itself"),
    "picture": (
        "picture of a kind that cannot be read",
        "save them as JPEG, TIFF or PNG",
    ),
    "video": ("video", "save them as MP4, and index with --videos"),
    "archive": ("archive", "unpack what has photos in it"),
    "note": ("note about a photo that is not beside it", "put them together"),
    "file": ("other file", ""),
}
"""What people call one of each kind, and what they can do."""
PLURALS: Mapping[Kind, str] = {
    "picture": "pictures of kinds that cannot be read",
    "note": "notes about photos that are not beside them",
}


def unused(
    names: Collection[str],
    suffixes: Collection[str],
    raws: Collection[str],
    are_watched: bool = False,
) -> dict[str, Kind]:
    """Return, of a folder's files, those that are neither photos nor belong to one, and their kind.

    Args:
        suffixes: of what can be looked at. raws: those of RAW files among them.
        are_watched: videos are, so that they are no such files.
    """
    seen = video_names.looked_at(names, suffixes, raws)
    others = [name for name in names if name not in seen.photos and name.lower() not in _OF_SYSTEMS]
    if not others:
        return {}
    used = seen.owners(names).keys() | (seen.videos if are_watched else ())
    return {name: _kind(name, suffixes) for name in others if name not in used}


def _kind(name: str, suffixes: Collection[str]) -> Kind:
    suffix = _suffix(name)
    if suffix in companions.NOTES and suffix != ".yml" and _is_note(name, suffix, suffixes):
        return "note"
    return _KINDS.get(suffix, "file")


def _is_note(name: str, suffix: str, suffixes: Collection[str]) -> bool:
    """Tell whether a file is about a photo; JSON is written about anything."""
    if suffix != ".json":
        return True
    about = companions.takeout_names(companions.split(name)[0])
    return any(_suffix(one) in suffixes for one in about)


def counted(found: Iterable[tuple[str, Kind]]) -> dict[Kind, dict[str, int]]:
    """Return how many files of each kind there are, by the ending, the most first."""
    numbers: dict[Kind, dict[str, int]] = {}
    for name, kind in found:
        of_kind = numbers.setdefault(kind, {})
        ending = "" if kind == "linked folder" else _suffix(name)
        of_kind[ending] = of_kind.get(ending, 0) + 1
    return {
        kind: dict(sorted(numbers[kind].items(), key=lambda item: (-item[1], item[0])))
        for kind in NAMES
        if kind in numbers
    }


def in_words(found: Mapping[Kind, Mapping[str, int]]) -> list[str]:
    """Return '3 videos', '1 linked folder', but for what nobody takes for a photo."""
    return [amount(kind, by_ending) for kind, by_ending in found.items() if kind != "file"]


def amount(kind: Kind, by_ending: Mapping[str, int]) -> str:
    """Return how many files of a kind there are, as people say it.

    >>> amount("video", {".mov": 2, ".mp4": 1})
    '3 videos'
    """
    return count(sum(by_ending.values()), NAMES[kind][0], PLURALS.get(kind))


def _suffix(name: str) -> str:
    return companions.split(name)[1].lower()
