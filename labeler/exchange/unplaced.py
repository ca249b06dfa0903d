"""Names in XMP that say who is on a photo, and not where."""

from __future__ import annotations

from collections.abc import Iterable

from labeler.exchange import rdf
from labeler.exchange.iptc_regions import IPTC_EXT
from labeler.exchange.region import FACE, NO_AREA, Region
from labeler.folding import plain
from labeler.photos.xmp import Element, values

_FIELDS = (
    IPTC_EXT + "PersonInImage",
    "{http://ns.iview-multimedia.com/mediapro/1.0/}People",
    "{http://xmp.gettyimages.com/gift/1.0/}Personality",
)
_TREES = (
    ("{http://www.digikam.org/ns/1.0/}TagsList", "/"),
    ("{http://ns.adobe.com/lightroom/1.0/}hierarchicalSubject", "|"),
    ("{http://ns.microsoft.com/photo/1.0/}LastKeywordXMP", "/"),
)
"""Keywords that are paths, and what stands between the parts."""
_WORDS = """
People, Persons, Personen, Menschen, Leute, Personnes, Gens, Personas, Gente, Pessoas, Persone,
Mensen, Personer, Människor, Mennesker, Henkilöt, Ihmiset, Osoby, Ludzie, Lidé, Emberek, Személyek,
Oameni, Persoane, Kişiler, İnsanlar, Люди, Персоны, Особи, Άτομα, Πρόσωπα, 人物, 人, 人们, 사람,
인물, أشخاص, אנשים
"""
_PEOPLE = frozenset(plain(word) for word in _WORDS.split(","))
"""What the part is called under which programs keep people."""


def of_packet(about: tuple[Element, ...]) -> list[Region]:
    """Return the people whom a packet names besides its regions, each once."""
    names = [name for field in _FIELDS for name in values(about, field)]
    for description in about:
        for person in rdf.items(description, IPTC_EXT + "PersonInImageWDetails"):
            names += rdf.texts(person, IPTC_EXT + "PersonName")[:1]
    for tree, between in _TREES:
        names += _in_tree(values(about, tree), between)
    return as_regions(names)


def as_regions(names: Iterable[str]) -> list[Region]:
    """Return people as regions without a place, each once."""
    each = dict.fromkeys(" ".join(name.split()) for name in names)
    return [Region(name, FACE, None, trouble=NO_AREA, somewhere=True) for name in each if name]


def _in_tree(paths: Iterable[str], between: str) -> list[str]:
    """Return the last parts of the paths below people; what has people below it is a group."""
    parts = [tuple(part.strip() for part in path.split(between)) for path in paths]
    below = [path for path in parts if len(path) > 1 and plain(path[0]) in _PEOPLE]
    inner = {path[:length] for path in parts for length in range(1, len(path))}
    return [path[-1] for path in below if path not in inner]
