"""How what was measured of faces is said: chances, rare cases, nearly all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from labeler.wording import certainty

LIKELY, SURE = 0.6, 0.9
"""From these probabilities on something is said to be so probably, and to be so."""


def verdict(probability: float) -> str:
    """Return what is said of two faces; between the answers it says that it cannot tell.

    >>> [verdict(one) for one in (0.98, 0.7, 0.5, 0.2, 0.03)]
    ['same', 'probably same', 'cannot tell', 'probably different', 'different']
    """
    said = kind(probability)
    if said == "unsure":
        return "cannot tell"
    if said == "same":
        return "same" if probability >= SURE else "probably same"
    return "different" if probability <= 1 - SURE else "probably different"


def kind(probability: float) -> Literal["same", "unsure", "different"]:
    """Return which of three answers is given, probably or surely."""
    if probability >= LIKELY:
        return "same"
    return "unsure" if probability > 1 - LIKELY else "different"


def in_full(probability: float) -> str:
    """Return what is said of two faces in a sentence.

    >>> in_full(0.98), in_full(0.5), in_full(0.2)
    ('the same person', 'perhaps the same person, perhaps not', 'probably different people')
    """
    words = verdict(probability)
    if kind(probability) == "unsure":
        return "perhaps the same person, perhaps not"
    return words.replace("same", "the same person").replace("different", "different people")


def is_somebody(probability: float) -> str:
    """Return how it is said that a face is somebody.

    >>> [is_somebody(one) for one in (0.98, 0.7, 0.5)]
    ['is', 'is probably', 'may be']
    """
    return "is" if probability >= SURE else "is probably" if probability >= LIKELY else "may be"


def pairs(probabilities: Sequence[float]) -> str:
    """Return what is said of many pairs of faces.

    >>> pairs([0.99, 0.95, 0.5, 0.1])
    'Of 4 pairs of faces, 2 are the same person, and 1 cannot be told.'
    >>> pairs([0.99, 0.01])
    'Of 2 pairs of faces, 1 is the same person.'
    """
    said = [kind(one) for one in probabilities]
    same, unsure = said.count("same"), said.count("unsure")
    rest = f", and {unsure:,} cannot be told" if unsure else ""
    are = "is" if same == 1 else "are"
    return f"Of {len(said):,} pairs of faces, {same:,} {are} the same person{rest}."


def chance(probability: float) -> str:
    """Return '97%'; neither answer is ever certain.

    >>> chance(0.978), chance(0.9999), chance(0.002)
    ('97%', 'over 99.9%', 'under 1%')
    """
    if probability < 0.01:
        return "under 1%"
    if probability >= 0.999:
        return "over 99.9%"
    return certainty(probability)


def rate(share: float) -> str:
    """Return '12%' or, of what is rare, '1 in 270': two digits are meant.

    >>> rate(0.12), rate(0.0037)
    ('12%', '1 in 270')
    """
    if share >= 0.02:
        return f"{share:.0%}"
    times = round(1 / share)
    return f"1 in {round(times, 2 - len(str(times))):,}"


def nearly_all(share: float) -> str:
    """Return '97%', or '99.98%' of what is nearly all, rounded down.

    >>> nearly_all(0.978), nearly_all(0.9987)
    ('97%', '99.8%')
    """
    digits = 0 if share < 0.99 else 1 if share < 0.999 else 3
    return f"{math.floor(share * 100 * 10**digits) / 10**digits:.{digits}f}%"
