"""Which files of a folder are looked at, as photos or as videos, told by their names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from labeler.photos import companions

SUFFIXES = frozenset(
    ".mp4 .m4v .mov .qt .3gp .3g2 .mkv .webm .avi .divx .mpg .mpeg .mpe .m2v .mpv .vob .mod .tod "  # noqa: SIM905
    ".mts .m2ts .m2t .wmv .asf .flv .f4v .ogv .rm .rmvb .dv .mxf".split()
)
"""Not `.ts`, which programs are called as well."""


def is_video(path: str) -> bool:
    """Tell whether a file is a video by its name.

    >>> is_video("/a/IMG_1.MOV"), is_video("a.jpg")
    (True, False)
    """
    return companions.split(path)[1].lower() in SUFFIXES


@dataclass(frozen=True, slots=True)
class LookedAt:
    """The files of a folder that are looked at, by their names.

    photos: with the RAW files. raws: these alone. videos: but for the movies of live photos, which
    belong to their photo.
    """

    photos: frozenset[str]
    raws: frozenset[str]
    videos: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.photos | self.videos

    def owners(self, names: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return what each file of the folder belongs to, see `labeler.photos.companions`."""
        return companions.owners(names, self.all, self.raws)


def looked_at(
    names: Collection[str], suffixes: Collection[str], raw_suffixes: Collection[str]
) -> LookedAt:
    """Return which files of a folder are looked at.

    Args:
        suffixes: of photos, with the RAW files. raw_suffixes: of these alone.

    >>> sorted(looked_at(["a.jpg", "a.mov", "b.mov", "b.txt"], {".jpg"}, ()).all)
    ['a.jpg', 'b.mov']
    """
    kinds = {name: companions.split(name)[1].lower() for name in names}
    photos = frozenset(name for name, kind in kinds.items() if kind in suffixes)
    raws = frozenset(name for name in photos if kinds[name] in raw_suffixes)
    videos = frozenset(name for name, kind in kinds.items() if kind in SUFFIXES)
    if videos:
        videos -= companions.owners(names, photos, raws).keys()
    return LookedAt(photos, raws, videos)
