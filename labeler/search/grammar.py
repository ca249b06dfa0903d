"""The grammar of searches, the same everywhere: text → tree.

    search  = all { ("|" | "or") all }
    all     = term { ["+" | "and"] term }
    term    = ("-" | "not" | "without") term | "(" search ")" | "only" name { "+" name } | leaf
    leaf    = words | "quoted words" | period | "unnamed" | "gps" | faces:N | near:LAT,LON
            | in:PLACE | place:PLACE | person:NAME | text:WORD | about:WORD | album:NAME
            | folder:NAME | date:PERIOD

A field's value may be quoted. Bare words in a row stay together: only who knows the people can tell
where a name of several words ends (see `meaning`). A minus holds for the first name or word behind
it.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from labeler.errors import QueryError
from labeler.folding import has_word
from labeler.search.lexer import Token, tokens, unquoted
from labeler.search.periods import Days, read_period
from labeler.search.tree import (
    About,
    Album,
    All,
    Either,
    Faces,
    In,
    Located,
    Near,
    Node,
    Not,
    Only,
    Period,
    Person,
    Phrase,
    Span,
    Text,
    Unnamed,
    Word,
    Words,
    joined,
    quoted,
    with_part,
)

LONGEST = 1000
_DEEPEST = 30
_FIELDS = ("person", "text", "about", "album", "folder", "faces", "in", "place", "near", "date")
_FACES = re.compile(
    r"faces\s*(?:([<>]=?|[=:])\s*(\d{1,6})|[=:]\s*(\d{1,6})?\.\.(\d{1,6})?)", re.I | re.ASCII
)


def parse(text: str) -> Node:
    """Return the tree of a search. `parse(str(tree)) == tree`.

    Raises:
        QueryError: it cannot be understood; it tells which part of the text.
    """
    if len(text) > LONGEST:
        message = f"The search is longer than {LONGEST} characters; shorten it."
        raise QueryError(message, text, LONGEST, len(text))
    return _Parser(text).search()


def written(name: str) -> str:
    """Return how a search asks for a name: in quotes, unless it is one word without a meaning.

    >>> written("Rosa"), written("Anna Maria"), written("only")
    ('Rosa', '"Anna Maria"', '"only"')
    """
    try:
        simple = parse(name) == Words((Word(name),))
    except QueryError:
        simple = False
    return name if simple else quoted(name)


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._place = 0
        self._depth = 0

    def search(self) -> Node:
        if not self._tokens:
            raise self._error("Write whom or what you look for.", Span(0, len(self._text)))
        found = self._either()
        if self._place < len(self._tokens):  # nothing but a ")" ends a search too early
            raise self._error('There is no "(" for this ")".', self._tokens[self._place].at)
        return found

    def _either(self) -> Node:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        return joined(Either, parts)

    def _all(self) -> Node:
        parts = [self._term()]
        while self._take("and") or self._kind() not in ("or", "close", "end"):
            parts.append(self._term())
        return joined(All, parts)

    def _term(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error("There are too many brackets in each other.", self._here())
        token = self._next()
        if token.kind == "minus":
            found = self._negated(token)
        elif token.kind == "open":
            found = self._either()
            if not self._take("close"):
                raise self._error('The closing ")" is missing.', token.at)
        elif token.kind == "only":
            found = self._only(token)
        else:
            found = self._leaf(token)
        self._depth -= 1
        return found

    def _negated(self, minus: Token) -> Node:
        part = self._term()
        at = Span(minus.at.start, part.at.end)
        if isinstance(part, Words) and not part.negated and self._before(part.at) == minus:
            return Words(part.words, negated=True, at=at)
        return Not(part, at=at)

    def _only(self, only: Token) -> Node:
        people = [self._name(only)]
        while self._kind() == "and" and self._is_name(self._place + 1):
            self._place += 1
            people.append(self._name(only))
        return Only(tuple(people), at=Span(only.at.start, people[-1].at.end))

    def _name(self, only: Token) -> Node:
        if not self._is_name(self._place):
            here = self._here() if self._kind() != "end" else only.at
            raise self._error('After "only" comes a name: only Rosa.', here)
        return self._leaf(self._next())

    def _is_name(self, place: int) -> bool:
        if place >= len(self._tokens):
            return False
        token = self._tokens[place]
        if token.kind == "word":
            return self._period(place) is None
        return token.kind == "quoted" or token.text.casefold().startswith("person:")

    def _leaf(self, token: Token) -> Node:
        if token.kind == "quoted":
            words, prefix = unquoted(token.text)
            return Phrase(words, prefix, at=token.at)
        if token.kind == "word":
            return self._words(token)
        if token.kind == "unnamed":
            return Unnamed(at=token.at)
        if token.kind == "gps":
            return Located(at=token.at)
        return self._field(token)

    def _words(self, first: Token) -> Node:
        """Return the period or the bare words that begin with a word."""
        start = self._place - 1
        period = self._period(start)
        if period:
            (since, until), number = period
            self._place = start + number
            return Period(
                since, until, at=Span(first.at.start, self._tokens[self._place - 1].at.end)
            )
        found = [self._word(first)]
        while self._kind() == "word" and not self._period(self._place):
            found.append(self._word(self._next()))
        return Words(tuple(found), at=Span(first.at.start, found[-1].at.end))

    def _word(self, token: Token) -> Word:
        text, prefix = unquoted(token.text)
        return Word(text.rstrip(",;*"), prefix, at=token.at)

    def _period(self, place: int) -> tuple[Days, int] | None:
        words = []
        for token in self._tokens[place : place + 4]:
            if token.kind != "word":
                break
            words.append(token.text)
        return self._read_period(words, self._tokens[place].at)

    def _read_period(self, words: list[str], at: Span) -> tuple[Days, int] | None:
        try:
            return read_period(words)
        except ValueError as error:
            raise self._error(str(error), at) from None

    def _field(self, token: Token) -> Node:
        if token.kind == "faces":
            return self._faces(token)
        name, _, rest = token.text.partition(":")
        name, (value, prefix) = name.casefold(), unquoted(rest)
        if name not in _FIELDS:
            raise self._unknown_field(name, token)
        if name == "near":
            return self._near(rest, token.at)
        if name == "date":
            words = value.split()
            period = self._read_period(words, token.at)
            if period is None or period[1] < len(words):
                raise self._error('Write a date, as date:"summer 2008".', token.at)
            return Period(*period[0], at=token.at)
        if name in ("album", "folder"):
            pattern = (value + "*" * prefix).strip()
            if not pattern:
                raise self._error('Write the name of an album, as album:"Lisbon*".', token.at)
            return Album(pattern, at=token.at)
        if name in ("in", "place"):
            if not has_word(value):
                raise self._error("Write a town, region or country, as in:Lisbon.", token.at)
            return In(value, prefix, at=token.at)
        if name == "person":
            if not value.strip():
                raise self._error("Write a name, as person:Rosa.", token.at)
            return Person(value, at=token.at)
        if not has_word(value):
            raise self._error("There is no letter and no digit to look for.", token.at)
        if name == "about":
            return About(value, at=token.at)
        return Text(value, prefix, at=token.at)

    def _faces(self, token: Token) -> Node:
        match = _FACES.fullmatch(token.text)
        sign, number, low, high = match.groups() if match else (None,) * 4
        least, most = int(low or 0), int(high) if high else None
        if number:
            n = int(number)
            bounds = {">": (n + 1, None), ">=": (n, None), "<": (0, n - 1), "<=": (0, n)}
            least, most = bounds.get(str(sign), (n, n))
        if match is None or (most is not None and most < least):
            message = "Write a number of faces, as faces:3, faces>=3 or faces:2..4."
            raise self._error(message, token.at)
        return Faces(least, most, at=token.at)

    def _near(self, value: str, at: Span) -> Node:
        try:
            latitude, longitude = (float(part) for part in value.split(","))
        except ValueError:
            latitude = longitude = float("nan")
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            message = "Write a place in degrees, as near:38.72,-9.14, or its name, as in:Lisbon."
            raise self._error(message, at)
        return Near(latitude, longitude, at=at)

    def _unknown_field(self, name: str, token: Token) -> QueryError:
        closest = get_close_matches(name, _FIELDS, n=1)
        meant = f"did you mean {closest[0]}:?" if closest else f"there are {', '.join(_FIELDS)}."
        error = self._error(
            f'There is no "{name}:"; {meant} Text with a colon is quoted.', token.at
        )
        if closest:
            field = Span(token.at.start, token.at.start + token.text.index(":"))
            error.instead = with_part(self._text, field, closest[0])
        return error

    # -- tokens ------------------------------------------------------------------------------

    def _kind(self) -> str:
        return self._tokens[self._place].kind if self._place < len(self._tokens) else "end"

    def _here(self) -> Span:
        if self._place < len(self._tokens):
            return self._tokens[self._place].at
        return self._tokens[-1].at

    def _take(self, kind: str) -> bool:
        taken = self._kind() == kind
        self._place += taken
        return taken

    def _next(self) -> Token:
        """Return the token that begins a term."""
        token = self._tokens[self._place] if self._place < len(self._tokens) else None
        if token is None or token.kind in ("or", "and", "close"):
            at = token.at if token else self._here()
            where = "before" if token else "after"
            written = self._text[at.start : at.end]
            raise self._error(f'Something is missing {where} "{written}".', at)
        self._place += 1
        return token

    def _before(self, at: Span) -> Token | None:
        """Return the token that ends where some text begins, spaces aside."""
        earlier = [token for token in self._tokens if token.at.end <= at.start]
        return earlier[-1] if earlier else None

    def _error(self, message: str, at: Span) -> QueryError:
        return QueryError(message, self._text, at.start, at.end)
