"""How what was measured of faces is said: chances, rare cases, nearly all."""

from __future__ import annotations

import math

from labeler.wording import certainty


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
