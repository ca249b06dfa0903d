"""Which files of a folder belong to which photos, told by their names.

Beside `IMG_1.JPG` these are part of it, whatever the case of their endings:

- what programs and phones note about it: `IMG_1.xmp`, `IMG_1.JPG.xmp`, `IMG_1.AAE`,
  `IMG_1.JPG.pp3`, `IMG_1.JPG.dop`, `IMG_1.THM`, `IMG_1.JPG.json`, and as Google Takeout writes it
  today, cut after 46 characters: `IMG_1.JPG.supplemental-metadata.json`;
- what is noted about another version of it: darktable's `IMG_1_01.JPG.xmp`, Apple's `IMG_O1.AAE`;
- the same picture as the sensor saw it: `IMG_1.CR2`, `IMG_1.DNG` …;
- the movie of a live photo: `IMG_1.MOV`, `IMG_1.MP4`, and `PXL_1.MP` beside `PXL_1.MP.jpg`;
- what was said to it: `IMG_1.WAV`;
- what is noted about those: `IMG_1.CR2.xmp`, `IMG_1.MOV.json`.

`IMG_1.JPG` and `IMG_1.HEIC` stay two photos, because they may show different things; `IMG_1.xmp`
and `IMG_1.CR2` belong to both of them then. So do `IMG_1.JPG` and Google's `IMG_1-edited.jpg`, for
which Takeout writes one JSON file. A RAW file without a developed picture is a photo.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

NOTES = frozenset(
    ".xmp .json .pp3 .dop .aae .arp .on1 .vrd .dr4 .nksc .acr .yml .spd .cos".split()  # noqa: SIM905
)
"""Stand behind the whole name of what they are about, or in place of its ending."""
MOVIES = frozenset({".mov", ".mp4", ".m4v"})
MEMOS = frozenset({".wav", ".m4a", ".aac", ".amr"})
"""What was said into the camera."""
BESIDE = NOTES | MOVIES | MEMOS | {".thm", ".crw", ".raw"}
"""Stand in place of the photo's ending. The last two are RAW files that cannot be looked at."""

_TAKEOUT = "supplemental-metadata"
_TAKEOUT_LONGEST = 46
"""Characters that Google Takeout leaves of a name before '.json'."""
_NUMBERED = re.compile(r"(.+?)(\(\d+\))?", re.DOTALL)
_MOTION = re.compile(r"\.(mp|mv)(~\d+)?( ?\(\d+\))?", re.IGNORECASE)
"""How the moving part of a photo ends whose own name goes on with `.jpg`."""
_VERSION = re.compile(r"(.+)_\d\d+", re.DOTALL)
"""How darktable calls another version of a photo: `IMG_1_01`."""
_BEFORE = re.compile(r"(IMG_)O(\d+)", re.IGNORECASE)
"""How an iPhone calls what it notes about a photo as it was before it was edited."""
_EDITED = (
    *("-edited", "-effects", "-smile", "-mix", "-edytowane", "-bearbeitet", "-bewerkt"),
    *("-編集済み", "-modificato", "-modifié", "-ha editado", "-editado", "-editat", "-redigerad"),
    *("-redigeret", "-redigert", "-muokattu", "-upraveno", "-düzenlendi", "-изменено"),
    *("-已修改", "-已编辑", "-已編輯", "-수정됨"),
)
"""How Google Photos calls what was made of a photo, in the user's language."""


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
    moving = []
    for name in names:
        stem, suffix = split(name)
        if name not in photos and _MOTION.fullmatch(suffix) and name in leading:
            found[name] = leading[name]
            moving.append(name)
            continue
        if suffix.lower() not in BESIDE if name not in photos else name not in raws:
            continue
        if stem not in leading and (before := _BEFORE.fullmatch(stem)):
            stem = before[1] + before[2]
        if name not in leading.get(stem, ()) and stem in leading:
            found[name] = leading[stem]
    movies = (name for name in names if split(name)[1].lower() in MOVIES)
    named = _Names([*photos, *movies, *moving])
    for name in names:
        stem, suffix = split(name)
        if name not in photos and suffix.lower() in NOTES:
            of = [
                photo
                for one in named.about(stem, suffix.lower())
                for photo in found.get(one, (one,))
                if photo in photos
            ]
            if of:
                found[name] = tuple(dict.fromkeys(of))
    return dict(sorted({**found, **_of_edited(names, photos, found)}.items()))


def split(name: str) -> tuple[str, str]:
    """Return the name of a file before its last dot, and the rest with the dot.

    >>> split("a.b.jpg"), split("readme"), split(".hidden")
    (('a.b', '.jpg'), ('readme', ''), ('.hidden', ''))
    """
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if stem and suffix else (name, "")


def _of_edited(
    names: Iterable[str], photos: Collection[str], found: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Return Takeout's JSON files of which Google's edited photos are, too.

    It writes none for these; what it notes of the photos that they were made of is true of them.
    """
    notes = [name for name in names if name[-5:].lower() == ".json" and name not in photos]
    noted = {photo for name in notes for photo in found.get(name, ())}
    edited: defaultdict[str, list[str]] = defaultdict(list)
    for photo in sorted(photos):
        if photo not in noted and (stem := _unedited(split(photo)[0])) is not None:
            edited[stem].append(photo)
    more = {}
    for name in notes if edited else ():
        of = found.get(name, ())
        about = (*of, *takeout_names(split(name)[0]))
        stems = dict.fromkeys(_normal(split(one)[0]) for one in about)
        made = [photo for stem in stems for photo in edited.get(stem, ())]
        if made:
            more[name] = tuple(dict.fromkeys((*of, *made)))
    return more


def _unedited(stem: str) -> str | None:
    """Return what a photo is called of which Google made another one, given that one's stem.

    Long names are cut, within that word too. Of two photos of one name, the number stands behind.
    """
    match = _NUMBERED.fullmatch(_normal(stem))
    if match is None:
        return None
    plain, number = match[1], match[2] or ""
    for word in _EDITED:
        least = 2 if len(plain) >= _TAKEOUT_LONGEST else len(word)
        for length in range(len(word), least - 1, -1):
            if plain.endswith(word[:length]) and len(plain) > length:
                return plain[:-length] + number
    return None


def takeout_names(text: str) -> list[str]:
    """Return what a JSON file of Google Takeout may be about, given its name before '.json'.

    The second of two photos of one name is `a(1).jpg` there, and its file `a.jpg(1).json`.
    """
    match = _NUMBERED.fullmatch(text)
    plain, number = (match[1], match[2] or "") if match else (text, "")
    head, _, tail = plain.rpartition(".")
    found = []
    for name in (plain, head if _TAKEOUT.startswith(tail.lower()) else ""):
        stem, suffix = split(name)
        if name:
            found.append(f"{stem}{number}{suffix}")
    return found


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _leading(photos: Collection[str], raws: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Return, for what stands before the ending, the photos: developed ones, else one RAW file."""
    by_stem = defaultdict(list)
    for name in sorted(photos):
        by_stem[split(name)[0]].append(name)
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

    def about(self, text: str, suffix: str) -> list[str]:
        """Return what a note is about, given its name before its ending, and that."""
        if found := self.like(text):
            return found
        if suffix == ".json":
            return self.of_takeout(text)
        stem, kind = split(text)
        version = _VERSION.fullmatch(stem)
        return self.like(version[1] + kind) if version and kind and suffix == ".xmp" else []

    def like(self, name: str) -> list[str]:
        """Return that very name if it is there, else those that are spelled in another case."""
        like = self._like.get(_key(name), [])
        return [name] if name in like else like

    def of_takeout(self, text: str) -> list[str]:
        """Return what a JSON file of Google Takeout is about, given its name before '.json'."""
        for name in takeout_names(text):
            if found := self.like(name):
                return found
        cut = self._cut.get(text, [])
        stems = {_normal(split(name)[0]) for name in cut}
        first = [name for name in cut if _unedited(split(name)[0]) not in stems]
        return first if len(first) == 1 else []


def _key(name: str) -> str:
    stem, suffix = split(name)
    return stem + suffix.lower()
