"""Albums are folders: what they are called, and which of a photo's places somebody asks for."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from labeler.folding import fold, matches

_YEAR_BEFORE = re.compile(r"\d{4}[ _-]+")


def is_album(pattern: str, album: str) -> bool:
    """Tell whether an album has a name, in which * and ? are jokers; a year before it may be left
    out.

    >>> is_album("lisbon*", "2019 Lisbon trip"), is_album("2019*", "2019 Lisbon trip")
    (True, True)
    """
    wanted, name = fold(pattern), fold(album)
    return matches(wanted, name) or matches(wanted, _YEAR_BEFORE.sub("", name, count=1))


@dataclass(frozen=True, slots=True)
class WantedPlace:
    """Which of the places of a photo is asked for, where it has several.

    inside: patterns of albums of which it should be in one. outside: of those in none of which it
    should be. said: what its file is called.
    """

    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    def fitness(self, albums: Collection[str], name: str) -> tuple[bool, bool, int]:
        """Return how well a place fits, which is higher for one that fits better.

        Args:
            albums: the names of the albums that it is in. name: that of the file.
        """
        return (
            not self.inside or _is_any(self.inside, albums),
            not _is_any(self.outside, albums),
            sum(fold(words) in fold(name) for words in self.said),
        )


ANYWHERE = WantedPlace()
"""Nothing is asked for: any place does."""


def _is_any(patterns: Collection[str], albums: Collection[str]) -> bool:
    return any(is_album(pattern, album) for pattern in patterns for album in albums)
