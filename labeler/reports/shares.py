"""Write shares for people: 0.9934 as 99.3%."""

from __future__ import annotations

import math


def percent(share: float | None) -> str:
    """Return a measured share with one decimal, rounded down so that only all is 100%; – = none.

    >>> percent(0.99972), percent(1), percent(0.5), percent(None)
    ('99.9%', '100%', '50%', '–')
    """
    if share is None:
        return "–"
    return f"{math.floor(share * 1000 + 1e-6) / 10:g}%"


def exactly(share: float) -> str:
    """Return a wanted share with all its decimals.

    >>> exactly(0.9999), exactly(0.8)
    ('99.99%', '80%')
    """
    return f"{share * 100:.6g}%"
