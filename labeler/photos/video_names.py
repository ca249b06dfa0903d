"""Which files of a folder are videos to be watched, told by their names."""

from __future__ import annotations

from collections.abc import Collection

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


def to_watch(
    names: Collection[str], photos: Collection[str], raws: Collection[str]
) -> frozenset[str]:
    """Return the videos of a folder but for the movies of live photos, which belong to their photo.

    Args:
        names: of the files in the folder. photos: those that can be looked at, with the RAW files.
        raws: the RAW files among them.

    >>> sorted(to_watch(["a.jpg", "a.mov", "b.mov"], ["a.jpg"], []))
    ['b.mov']
    """
    videos = {name for name in names if is_video(name)}
    if not videos:
        return frozenset()
    return frozenset(videos - companions.owners(names, photos, raws).keys())
