"""From which probability on names are given without asking.

The user says how many of the automatic names shall be right, 99 of 100 for instance. That is the
mean of their probabilities, so the likeliest names are given for as long as the mean is no less.
No single one is given that is more than ten times as likely to be wrong as they shall be on the
whole, however sure the others are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from labeler.types import FloatArray

DEFAULT_PRECISION = 0.99
LEAST_PRECISION, MOST_PRECISION = 0.8, 0.9999
_WORST = 10
_LEAST = 0.5
"""Nobody gets a name that is likelier wrong than right, whatever is wanted."""
OFFERED = (0.995, 0.99, 0.98, 0.97, 0.95, 0.9)
"""The precisions of which one is offered where the wanted one gives too few names."""
_MANY_MORE = 2
_MOST_OF_THEM = 0.9


@dataclass(frozen=True, slots=True)
class Effect:
    """What a wanted precision leads to: so many names, so many of them wrong as they should be."""

    precision: float
    names: int
    expected_wrong: float


def effect(probabilities: FloatArray, precision: float) -> Effect:
    """Return what a wanted precision leads to, with the probabilities of names (n,)."""
    given = probabilities[probabilities >= automatic_from(probabilities, precision)]
    return Effect(precision, len(given), float((1 - given.astype(np.float64)).sum()))


def automatic_from(
    probabilities: FloatArray, precision: float = DEFAULT_PRECISION, weights: ArrayLike = 1.0
) -> float:
    """Return the probability from which on a name is given: never more than `precision`.

    Args:
        probabilities: (n,) of the names that could be given. precision: wanted, 0…1.
        weights: how much each of the names counts.

    Examples
    --------
    >>> automatic_from(np.array([0.999, 0.999, 0.98, 0.6]), 0.99)
    0.98
    >>> automatic_from(np.array([0.6]), 0.99)
    0.99
    """
    order = np.argsort(-probabilities, kind="stable")
    ordered = probabilities[order].astype(np.float64)
    counts = np.broadcast_to(np.asarray(weights, dtype=np.float64), ordered.shape)[order]
    mean = np.cumsum(ordered * counts) / np.maximum(np.cumsum(counts), 1e-300)
    alike = np.append(ordered[1:] == ordered[:-1], False)  # equal ones are given together
    least = max(1 - _WORST * (1 - precision), _LEAST)
    given = ordered[(mean >= precision) & (ordered >= least) & ~alike]
    return min(float(given[-1]), precision) if len(given) else precision


def offer(probabilities: FloatArray, precision: float) -> Effect | None:
    """Return what could be had instead where a wanted precision gives few names or none.

    That is the highest precision which gives nearly all the names that the lowest of `OFFERED`
    does. None = there are not twice as many names to be had.

    Examples
    --------
    >>> offer(np.array([0.97] * 200), 0.99).precision
    0.97
    >>> offer(np.array([0.999] * 200), 0.99) is None
    True
    """
    lower = [effect(probabilities, one) for one in OFFERED if one < precision]
    if not lower or lower[-1].names < _MANY_MORE * max(effect(probabilities, precision).names, 0.5):
        return None
    enough = _MOST_OF_THEM * lower[-1].names
    return next(one for one in lower if one.names >= enough)
