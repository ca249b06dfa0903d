"""Which files of a folder belong to which photos, told by their names.

Beside `IMG_1.JPG` these are part of it, whatever the case of their endings:

- what programs and phones note about it: `IMG_1.xmp`, `IMG_1.JPG.xmp`, `IMG_1.AAE`,
  `IMG_1.JPG.pp3`, `IMG_1.JPG.dop`, `IMG_1.THM`, `IMG_1.JPG.json`, and as Google Takeout writes it
  today, cut after 46 characters: `IMG_1.JPG.supplemental-metadata.json`;
- the same picture as the sensor saw it: `IMG_1.CR2`, `IMG_1.DNG` …;
- the movie of a live photo: `IMG_1.MOV`, `IMG_1.MP4`;
- what is noted about those: `IMG_1.CR2.xmp`, `IMG_1.MOV.json`.

`IMG_1.JPG` and `IMG_1.HEIC` stay two photos, because they may show different things; `IMG_1.xmp`
and `IMG_1.CR2` belong to both of them then. A RAW file without a developed picture is a photo.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from labeler.sorting import layout

NOTES = frozenset({".xmp", ".json", ".pp3", ".dop", ".aae"})
"""Stand behind the whole name of what they are about, or in place of its ending."""
MOVIES = frozenset({".mov", ".mp4", ".m4v"})
BESIDE = NOTES | MOVIES | {".thm", ".crw", ".raw"}
"""Stand in place of the photo's ending. The last two are RAW files that cannot be looked at."""

_TAKEOUT = "supplemental-metadata"
_TAKEOUT_LONGEST = 46
"""Characters that Google Takeout leaves of a name before '.json'."""
_NUMBERED = re.compile(r"(.+?)(\(\d+\))?", re.DOTALL)


def owners(
    names: Iterable[str], photos: Collection[str], raws: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return the photos that each file of one folder belongs to; of a photo itself nothing.

    Args:
        names: of the files in the folder. photos: those that can be looked at, with the RAW files.
        raws: the RAW files among them.

    Examples
    --------
    >>> owners(["a.JPG", "a.cr2", "a.cr2.XMP", "b.mov"], ["a.JPG", "a.cr2"], ["a.cr2"])
    {'a.cr2': ('a.JPG',), 'a.cr2.XMP': ('a.JPG',)}
    """
    names = sorted(names)
    leading = _leading(photos, raws)
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        stem, suffix = layout.split(name)
        beside = suffix.lower() in BESIDE if name not in photos else name in raws
        if beside and name not in leading.get(stem, ()) and stem in leading:
            found[name] = leading[stem]
    named = _Names([*photos, *(name for name in names if layout.split(name)[1].lower() in MOVIES)])
    for name in names:
        stem, suffix = layout.split(name)
        if name not in photos and suffix.lower() in NOTES:
            about = named.like(stem) or (
                named.of_takeout(stem) if suffix.lower() == ".json" else []
            )
            of = [photo for one in about for photo in found.get(one, (one,)) if photo in photos]
            if of:
                found[name] = tuple(dict.fromkeys(of))
    return dict(sorted(found.items()))


def carried(name: str, photo: str, target: str) -> str:
    """Return what a file that belongs to a photo is called where the photo has another name.

    >>> carried("a.JPG.xmp", "a.JPG", "a (2).JPG"), carried("a.CR2", "a.JPG", "2019 a.JPG")
    ('a (2).JPG.xmp', '2019 a.CR2')
    """
    if target == photo:
        return name
    stem, new = layout.split(photo)[0], layout.split(target)[0]
    if name.startswith(stem + "."):
        return layout.shortened(new, name.removeprefix(stem))
    return layout.shortened(new, layout.split(target)[1] + layout.split(name)[1])


def _leading(photos: Collection[str], raws: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Return, for what stands before the ending, the photos: developed ones, else one RAW file."""
    by_stem = defaultdict(list)
    for name in sorted(photos):
        by_stem[layout.split(name)[0]].append(name)
    return {
        stem: tuple(one for one in same if one not in raws) or (same[0],)
        for stem, same in by_stem.items()
    }


class _Names:
    """Finds names that differ in the case of their endings only."""

    def __init__(self, names: Iterable[str]) -> None:
        self._like: defaultdict[str, list[str]] = defaultdict(list)
        self._cut: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(names):
            self._like[_key(name)].append(name)
            if len(name) > _TAKEOUT_LONGEST:
                self._cut[name[:_TAKEOUT_LONGEST]].append(name)

    def like(self, name: str) -> list[str]:
        """Return that very name if it is there, else those that are spelled in another case."""
        like = self._like.get(_key(name), [])
        return [name] if name in like else like

    def of_takeout(self, text: str) -> list[str]:
        """Return what a JSON file of Google Takeout is about, given its name before '.json'.

        The second of two photos of one name is `a(1).jpg` there, and its file `a.jpg(1).json`.
        """
        match = _NUMBERED.fullmatch(text)
        plain, number = (match[1], match[2] or "") if match else (text, "")
        head, _, tail = plain.rpartition(".")
        for name in (plain, head if _TAKEOUT.startswith(tail.lower()) else ""):
            stem, suffix = layout.split(name)
            if name and (found := self.like(f"{stem}{number}{suffix}")):
                return found
        cut = self._cut.get(text, [])
        return cut if len(cut) == 1 else []


def _key(name: str) -> str:
    stem, suffix = layout.split(name)
    return stem + suffix.lower()
