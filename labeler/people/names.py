"""Whom a name means among those that are known: the one way in which names are compared.

Two spellings that differ in case, Unicode form, apostrophes or spaces are one name; nobody is made
twice by them. Two that differ in accents may be two people, but whoever asks for Jose finds José
where there is no Jose.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches

from labeler import wording
from labeler.folding import fold, one_spelling, plain, says

MOST_LISTED = 5
_ALIKE = 0.75
"""Of two words that may be one, misspelt; see `difflib`."""


def same(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known names of which this one is another spelling; only itself if it is known.

    >>> same("MATS", ["Mats", "mats", "Måts"]), same("mats", ["Mats", "mats"])
    (('Mats', 'mats'), ('mats',))
    """
    return _equal(name, known, one_spelling)


def called(name: str, known: Collection[str]) -> tuple[str, ...]:
    """Return whom somebody means who asks for a name: `same`, or else those that sound so.

    >>> called("jose", ["José", "Rosa"]), called("jose", ["José", "JOSE"])
    (('José',), ('JOSE',))
    """
    return same(name, known) or _equal(name, known, fold)


class Spellings:
    """Gives each name that comes from elsewhere the spelling that it has here.

    Args:
        known: those who have a name here, in the order in which they go before each other.
        renamed: what people who had another name once are called now.
    """

    def __init__(self, known: Iterable[str], renamed: Mapping[str, str] | None = None) -> None:
        self._exact: set[str] = set()
        self._spelled: dict[str, str] = {}
        self._renamed = {one_spelling(old): new for old, new in (renamed or {}).items()}
        for name in known:
            self._note(name)

    def of(self, name: str) -> str:
        """Return how a name is spelled here; one that is new is known from now on.

        >>> here = Spellings(["Rosa"], {"Granny": "Anna"})
        >>> here.of("ROSA"), here.of("granny"), here.of("Emil"), here.of("emil")
        ('Rosa', 'Anna', 'Emil', 'Emil')
        """
        if name in self._exact:
            return name
        form = one_spelling(name)
        if form not in self._spelled and form in self._renamed:
            return self._renamed[form]
        if form not in self._spelled:
            self._note(name)
        return self._spelled[form]

    def _note(self, name: str) -> None:
        self._exact.add(name)
        self._spelled.setdefault(one_spelling(name), name)


def with_words(words: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the names of which these words, in a row and whole, are a part.

    >>> with_words("rosa", ["Rosa Lind", "Anna Rosa", "Rosalie"])
    ('Anna Rosa', 'Rosa Lind')
    """
    return tuple(sorted(name for name in known if says(name, words)))


def similar(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the names that may have been meant by one that nobody has: likely ones first.

    >>> similar("rosa", ["Rosa Lind", "Rose"]), similar("henrk", ["Henrik", "Emil"])
    (('Rosa Lind',), ('Henrik',))
    >>> similar("rosaa", ["Rosa Lind", "Emil Lind"])
    ('Rosa Lind',)
    """
    names = sorted(known)
    within = with_words(name, names)
    if within:
        return within
    by_folded = {fold(other): other for other in names}
    likely = tuple(by_folded[one] for one in get_close_matches(fold(name), by_folded, n=1))
    return likely or nearly_with(name, names)


def nearly_with(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the names a part of which is nearly this word."""
    names = sorted(known)
    parts = {part for name in names for part in plain(name).split()}
    likely = get_close_matches(plain(word), parts, n=1, cutoff=_ALIKE)
    return with_words(likely[0], names) if likely else ()


def listed(names: Sequence[str], last: str = "or") -> str:
    """Return names as a sentence has them, the first few of many."""
    return wording.listed(names, last, MOST_LISTED)


def _equal(name: str, known: Iterable[str], form: Callable[[str], str]) -> tuple[str, ...]:
    wanted = form(name)
    found = sorted(other for other in known if form(other) == wanted)
    return (name,) if name in found else tuple(found)
