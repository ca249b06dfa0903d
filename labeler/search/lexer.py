"""The text of a search as tokens: words, quoted words, fields and signs, with where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from labeler.errors import QueryError
from labeler.search.tree import Span

_VALUE = r'[^\s"()|+]'
_QUOTED = r'"(?:[^"]|"")*"\*?'
_TOKEN = re.compile(
    rf"""
    (?P<space> \s+ )
  | (?P<quoted> {_QUOTED} )
  | (?P<open> \( ) | (?P<close> \) ) | (?P<or> \| ) | (?P<and> \+ ) | (?P<minus> - )
  | (?P<faces> faces \s* (?: [<>]=? | [=:] ) \s* {_VALUE}* )
  | (?P<near> near: \s* [-\d.e]+ \s* , \s* [-\d.e]+ (?!{_VALUE}) )
  | (?P<field> [^\W\d_]+ : (?: {_QUOTED} | {_VALUE}* ) )
  | (?P<word> {_VALUE}+ )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SIGNS = {
    "or": "or",
    "and": "and",
    "&": "and",
    "not": "minus",
    "without": "minus",
    "only": "only",
    "unnamed": "unnamed",
    "gps": "gps",
}


@dataclass(frozen=True, slots=True)
class Token:
    """kind: a group of the pattern, or what a word means. text: as it was written."""

    kind: str
    text: str
    at: Span


def tokens(text: str) -> list[Token]:
    """Split a search.

    Raises:
        QueryError: a quotation mark is missing.
    """
    found, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:  # all else is a word or a sign
            message = 'The closing " is missing; write it behind the words that belong together.'
            raise QueryError(message, text, place, len(text))
        place = match.end()
        if match.lastgroup != "space":
            found += _token(str(match.lastgroup), match[0], match.start())
    return found


def _token(kind: str, written: str, start: int) -> list[Token]:
    if kind in ("word", "field", "faces"):
        written = written.rstrip(",;")  # people write lists
    if kind == "word":
        kind = _SIGNS.get(written.casefold(), kind)
    return [Token(kind, written, Span(start, start + len(written)))] if written else []


def unquoted(text: str) -> tuple[str, bool]:
    """Return words without their quotation marks, and whether a * at the end was asked for."""
    bare = text.rstrip("*")
    prefix = bare != text
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1].replace('""', '"')
    return bare, prefix
