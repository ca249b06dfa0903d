"""Where a photo belongs below the folder that is sorted into: '{person}/{year}/{name}'.

A layout is a template: parts with slashes between them, fields in braces. Whatever the fields hold,
a path that comes out of it stays inside the folder, and each part is a name that every common file
system takes: no reserved name, no hidden one, at most 255 bytes. The same photo always gets the
same path.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from labeler.errors import UsageError
from labeler.folding import one_spelling
from labeler.photos.companions import split

DEFAULT = "{person}/{name}"
FIELDS = ("person", "year", "month", "day", "album", "name", "stem", "suffix")
"""album: the folder that holds the photo. stem, suffix: its name without and from the last dot."""
UNDATED = "undated"
"""Stands for year, month and day of a photo that has no date."""
LONGEST_BYTES = 255
"""Of one file or folder name, in UTF-8."""

_FIELD = re.compile(r"\{([^{}]*)\}")
_DATES = re.compile(r"\{(?:year|month|day)\}(?:[^{}/]*\{(?:year|month|day)\})*")
_FORBIDDEN = str.maketrans(dict.fromkeys([*'<>:"/\\|?*', *map(chr, range(32)), "\x7f"], "_"))
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)]
)
"""Names that Windows keeps for devices."""
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a layout may say about a photo. name: of the file. taken: None = not known."""

    person: str
    name: str
    album: str = ""
    taken: date | None = None


def checked(template: str) -> str:
    """Return the template if it can be used.

    Raises:
        UsageError: it has an unknown field, or leads out of the folder.
    """
    for field in _FIELD.findall(template):
        if field not in FIELDS:
            known = ", ".join(f"{{{name}}}" for name in FIELDS)
            raise UsageError(f"The layout has no field {{{field}}}; the fields are {known}.")
    rest = _FIELD.sub("", template)
    if "{" in rest or "}" in rest:
        raise UsageError("A brace of the layout has no partner; write fields as {person}.")
    if "\\" in rest:
        raise UsageError("Write / between the parts of the layout, on every system.")
    if template.startswith("/") or re.match(r"[A-Za-z]:", template):
        raise UsageError("The layout begins below the folder of --into; leave out the first slash.")
    parts = _parts(template)
    if not parts:
        raise UsageError("The layout is empty; write for example {person}/{year}/{name}.")
    if any(part.startswith(".") for part in parts):
        raise UsageError(
            "No part of the layout may begin with a dot: it would be hidden, or lead elsewhere."
        )
    return template


def path_parts(template: str, facts: Facts) -> tuple[str, ...]:
    """Return the folders and, as the last one, the name of the file.

    A template whose last part has neither {name} nor {stem} is one of folders, in which the photo
    keeps its name. The photo always keeps its suffix.

    Examples
    --------
    >>> path_parts("{person}/{year}/{month}", Facts("Rosa", "a.jpg"))
    ('Rosa', 'undated', 'a.jpg')
    """
    parts = _parts(template)
    if not {"name", "stem"} & set(_FIELD.findall(parts[-1])):
        parts.append("{name}")
    values = _values(facts)
    if facts.taken is None:
        parts = _undated(parts)
    rendered = [_FIELD.sub(lambda field: values[field[1]], part) for part in parts]
    return (*map(folder_name, rendered[:-1]), _file_name(parts[-1], values, facts.name))


def folder_name(text: str) -> str:
    """Return a name for a folder that every file system takes.

    >>> folder_name("A/B: c.")
    'A_B_ c'
    """
    name = unicodedata.normalize("NFC", text).translate(_FORBIDDEN).strip(" .")
    name = f"{name}_" if name.lower() in _RESERVED or not name else name
    return shortened(name)


def folder_names(people: Iterable[str]) -> dict[str, str]:
    """Return a folder name for each person, of which no two are one folder on any system.

    Whose name can be a folder as it is written has it; of others with the same, some get a mark
    that depends on nothing but their name.

    >>> folder_names(["A/B", "A_B", "Rosa"])
    {'A_B': 'A_B', 'Rosa': 'Rosa', 'A/B': 'A_B~998d3ed8'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for person in sorted(set(people), key=lambda one: (folder_name(one) != one, one)):
        found[person] = folder_besides(folder_name(person), person, taken)
        taken.add(one_spelling(found[person]))
    return found


def folder_besides(name: str, meant: str, taken: AbstractSet[str]) -> str:
    """Return the name of a folder, with a mark of what is meant by it if another has that name.

    Args:
        taken: the folders that there are, as `folding.one_spelling` writes them.
    """
    if one_spelling(name) not in taken:
        return name
    return shortened(
        name, "~" + hashlib.sha256(meant.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    )


def numbered(name: str, number: int) -> str:
    """Return the name of a file with a number before its suffix; 1 = without a number.

    >>> numbered("a.jpg", 2)
    'a (2).jpg'
    """
    stem, suffix = split(name)
    return shortened(stem, f" ({number}){suffix}" if number > 1 else suffix)


def shortened(name: str, ending: str = "") -> str:
    """Return name and ending in at most 255 bytes; only the name is cut.

    What was cut is told by eight digits of its hash, so that two people whose long names begin
    alike do not get one folder.
    """
    if _size(name + ending) <= LONGEST_BYTES:
        return name + ending
    if _size(ending) > LONGEST_BYTES // 2:
        name, ending = name + ending, ""
    mark = "~" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    room = LONGEST_BYTES - _size(mark + ending)
    kept = len(name)
    size = _size(name)
    while size > room or _belongs_to_the_one_before(name, kept):
        kept -= 1
        size -= _size(name[kept])
    return name[:kept].rstrip(" .") + mark + ending


def _parts(template: str) -> list[str]:
    return [part for part in template.split("/") if part]


def _undated(parts: list[str]) -> list[str]:
    """Say once, not three times, that there is no date."""
    said = [_DATES.sub(UNDATED, part) for part in parts]
    return [part for place, part in enumerate(said) if part != UNDATED or part not in said[:place]]


def _values(facts: Facts) -> dict[str, str]:
    stem, suffix = split(facts.name)
    values = {
        "person": folder_name(facts.person),
        "album": folder_name(facts.album),
        "name": facts.name,
        "stem": stem,
        "suffix": suffix,
    }
    if facts.taken is not None:
        year, month, day = facts.taken.year, facts.taken.month, facts.taken.day
        values |= {"year": f"{year:04}", "month": f"{month:02}", "day": f"{day:02}"}
    return values


def _file_name(part: str, values: dict[str, str], name: str) -> str:
    """Return the name of the file; one that is not changed is kept to the letter."""
    literal = "".join(
        values[piece] if place % 2 else piece.translate(_FORBIDDEN)
        for place, piece in enumerate(_FIELD.split(part))
    )
    suffix = values["suffix"]
    stem = literal.removesuffix(suffix) if suffix else literal
    if not name.startswith("."):
        stem = stem.lstrip(".") or "_"
    return shortened(stem, suffix)


def _belongs_to_the_one_before(text: str, place: int) -> bool:
    """Tell whether cutting here would tear an accent from its letter or an emoji apart."""
    if not 0 < place < len(text):
        return False
    return bool(unicodedata.combining(text[place])) or _JOINER in text[place - 1 : place + 1]


def _size(text: str) -> int:
    try:
        return len(text.encode("utf-8", "surrogateescape"))  # as the system writes it
    except UnicodeEncodeError:
        return len(text.encode("utf-8", "surrogatepass"))
