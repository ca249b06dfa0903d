"""Text as it is compared: without case, accents and superfluous spaces."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ALIKE = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'") | dict.fromkeys("\u2010\u2011", "-")
)
"""Apostrophes and hyphens, of which keyboards have one each."""


def one_spelling(text: str) -> str:
    """Return a text in the form in which two spellings of one name are equal: without case, Unicode
    forms, kinds of apostrophes and superfluous spaces, but with its accents.

    >>> one_spelling("  JOSÉ  O’Hara ") == one_spelling("jose\u0301 o'hara")
    True
    """
    lowered = unicodedata.normalize("NFD", text.translate(_ALIKE)).casefold()
    return " ".join(unicodedata.normalize("NFC", lowered).split())


def fold(text: str) -> str:
    """Return a text in the form in which those that a person takes for the same are equal.

    >>> fold("  José   MARÍA ")
    'jose maria'
    """
    apart = unicodedata.normalize("NFKD", text.translate(_ALIKE).casefold())
    bare = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
    return " ".join(bare.casefold().split())


def has_word(text: str) -> bool:
    """Tell whether the full-text index sees anything in a text: a letter or a digit."""
    return any(unicodedata.category(letter)[0] in "LN" for letter in text)


@lru_cache(maxsize=1 << 16)  # names of places come again with every search
def plain(text: str) -> str:
    """Return a text as the full-text index sees it: folded words with one space between.

    >>> plain("Saint-Étienne  (Loire)")
    'saint etienne loire'
    """
    letters = (letter if unicodedata.category(letter)[0] in "LN" else " " for letter in fold(text))
    return " ".join("".join(letters).split())


def says(text: str, words: str, prefix: bool = False) -> bool:
    """Tell whether a text has these words in this order, as the full-text index would.

    Args:
        prefix: the last word may go on.

    >>> says("New York City", "york"), says("New York City", "yor"), says("New York", "yor", True)
    (True, False, True)
    """
    wanted = plain(words)
    return bool(wanted) and f" {wanted}{'' if prefix else ' '}" in f" {plain(text)} "


def matches(pattern: str, text: str) -> bool:
    """Tell whether a folded text is what a folded pattern with * and ? means.

    >>> matches("lis*", "lisbon"), matches("lisbon", "lisbon 2008"), matches("[a]?", "[a]b")
    (True, False, True)
    """
    jokers = {"*": ".*", "?": "."}
    regex = "".join(jokers.get(letter) or re.escape(letter) for letter in pattern)
    return re.fullmatch(regex, text, re.DOTALL) is not None
