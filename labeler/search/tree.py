"""A query as a tree. `str` of a node is a query that means the same; `at` is where it stood.

`grammar.parse` makes it without knowing anything of a library: what may be a name or a word to look
for stays `Words` or `Phrase`. `meaning.resolve` replaces these by `Person` and `Text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from labeler.photos.albums import WantedPlace


class Span(NamedTuple):
    """A part of the query's text: from one offset up to, not including, another."""

    start: int
    end: int


@dataclass(frozen=True)
class Node:
    """Any part of a query; two are equal if they say the same, wherever they stand."""

    at: Span = field(compare=False, repr=False, kw_only=True, default=Span(0, 0))


@dataclass(frozen=True)
class Word(Node):
    """A bare word; prefix: words that begin with it are meant, too."""

    text: str
    prefix: bool = False

    def __str__(self) -> str:
        return self.text + "*" * self.prefix


@dataclass(frozen=True)
class Words(Node):
    """Bare words in a row: names and words to look for. negated: the first name or word is."""

    words: tuple[Word, ...]
    negated: bool = False

    def __str__(self) -> str:
        return "-" * self.negated + " ".join(map(str, self.words))


@dataclass(frozen=True)
class Phrase(Node):
    """Words in quotes: a name, or else words in this order."""

    text: str
    prefix: bool = False

    def __str__(self) -> str:
        return quoted(self.text) + "*" * self.prefix


@dataclass(frozen=True)
class Text(Node):
    """Words in this order in a caption, a keyword or a file's name."""

    text: str
    prefix: bool = False

    def __str__(self) -> str:
        return f"text:{quoted(self.text)}" + "*" * self.prefix


@dataclass(frozen=True)
class About(Node):
    """What a photo shows, in words that a model understands."""

    text: str

    def __str__(self) -> str:
        return f"about:{quoted(self.text)}"


@dataclass(frozen=True)
class Person(Node):
    """A name; names: the people who are called so, () = not resolved yet."""

    text: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"person:{quoted(self.text)}"


@dataclass(frozen=True)
class Only(Node):
    """These people, and nobody else, are on the photo."""

    people: tuple[Node, ...]

    def __str__(self) -> str:
        return "only " + " + ".join(map(str, self.people))


@dataclass(frozen=True)
class Unnamed(Node):
    """Somebody without a name is on the photo."""

    def __str__(self) -> str:
        return "unnamed"


@dataclass(frozen=True)
class Faces(Node):
    """The number of faces; most: None = any number."""

    least: int
    most: int | None

    def __str__(self) -> str:
        return f"faces:{self.least}..{'' if self.most is None else self.most}"


@dataclass(frozen=True)
class Period(Node):
    """Taken on these days, both included; None = no bound."""

    first: date | None
    last: date | None

    def __str__(self) -> str:
        return f"{self.first or ''}..{self.last or ''}"


@dataclass(frozen=True)
class Album(Node):
    """In a folder of this name, in which * and ? stand for any letters and any letter."""

    pattern: str

    def __str__(self) -> str:
        return f"album:{quoted(self.pattern)}"


@dataclass(frozen=True)
class Located(Node):
    """It is known where the photo was taken."""

    def __str__(self) -> str:
        return "gps"


@dataclass(frozen=True)
class Near(Node):
    """Taken near a place, in degrees (WGS 84)."""

    latitude: float
    longitude: float

    def __str__(self) -> str:
        return f"near:{self.latitude!r},{self.longitude!r}"


@dataclass(frozen=True)
class In(Node):
    """Taken where these words are in the name of the place, region or country; prefix: see Word."""

    name: str
    prefix: bool = False

    def __str__(self) -> str:
        return f"in:{quoted(self.name)}" + "*" * self.prefix


@dataclass(frozen=True)
class Not(Node):
    part: Node

    def __str__(self) -> str:
        return f"-({self.part})" if isinstance(self.part, Words) else f"-{_inner(self.part)}"


@dataclass(frozen=True)
class All(Node):
    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " + ".join(map(_inner, self.parts))


@dataclass(frozen=True)
class Either(Node):
    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " | ".join(map(_inner, self.parts))


def leaves(node: Node) -> Iterator[Node]:
    """Yield the parts of a tree that have no parts of their own, in order."""
    parts: tuple[Node, ...] = (node.part,) if isinstance(node, Not) else getattr(node, "parts", ())
    if isinstance(node, Only):
        parts = node.people
    if not parts:
        yield node
    for part in parts:
        yield from leaves(part)


def wanted_place(tree: Node) -> WantedPlace:
    """Return which of the places of a photo that a search finds is asked for."""
    inside: list[str] = []
    outside: list[str] = []
    said: list[str] = []

    def gather(node: Node, is_wanted: bool) -> None:
        if isinstance(node, Not):
            gather(node.part, not is_wanted)
        elif isinstance(node, Album):
            (inside if is_wanted else outside).append(node.pattern)
        elif isinstance(node, Text) and is_wanted:
            said.append(node.text)
        elif isinstance(node, (All, Either)):
            for part in node.parts:
                gather(part, is_wanted)

    gather(tree, True)
    return WantedPlace(tuple(inside), tuple(outside), tuple(said))


def with_part(text: str, at: Span, part: str) -> str:
    """Return a search of which a part is replaced.

    >>> with_part("cake henrk", Span(5, 10), "Henrik")
    'cake Henrik'
    """
    return text[: at.start] + part + text[at.end :]


def quoted(text: str) -> str:
    """Return a text in quotes; one inside is doubled."""
    return '"' + text.replace('"', '""') + '"'


def joined(kind: type[All] | type[Either], parts: Iterable[Node]) -> Node:
    """Return what parts say together; one alone is itself."""
    found = tuple(parts)
    if len(found) == 1:
        return found[0]
    return kind(found, at=Span(found[0].at.start, found[-1].at.end))


def _inner(node: Node) -> str:
    return f"({node})" if isinstance(node, (All, Either, Only)) else str(node)
