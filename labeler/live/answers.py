"""Who a face is that is followed, without flickering from name to name.

A name is given as soon as it is likely enough, and goes only when several looks in a row speak
against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 0.9
"""A name is given from this probability on, if nothing else is wished."""
KEPT = 0.5
"""A name that was given stays for as long as it is so likely, in parts of what giving it takes."""
AGAINST = 2
"""So many answers in a row that speak against a name take it away."""

Likely = tuple[str, float]
"""A person and the probability that the face is theirs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Who a face is. person: '' = nobody that is known. against: answers in a row against it."""

    person: str = ""
    probability: float = 0.0
    against: int = 0


UNKNOWN = Answer()


def settled(before: Answer, likely: Sequence[Likely], least: float) -> Answer:
    """Return who a face is after one more look at it.

    Args:
        likely: who it may be by all looks, the likeliest first.
        least: a name is given from this probability on.

    >>> rosa = settled(UNKNOWN, [("Rosa", 0.95)], 0.9)
    >>> rosa.person, settled(rosa, [("Anna", 0.92), ("Rosa", 0.1)], 0.9).person
    ('Rosa', 'Rosa')
    """
    now = _given(likely, least)
    if not before.person:
        return now
    own = dict(likely).get(before.person, 0.0)
    if now.person == before.person or (not now.person and own >= KEPT * least):
        return Answer(before.person, own)
    if before.against + 1 >= AGAINST:
        return now
    return Answer(before.person, own, before.against + 1)


def judged_anew(likely: Sequence[Likely], least: float) -> Answer:
    """Return who a face is where what was known before does not count: the names have changed."""
    return _given(likely, least)


def nobody_twice(answers: Sequence[Answer]) -> list[Answer]:
    """Return answers about faces that are seen together: of two of one name, the likelier has it.

    >>> [one.person for one in nobody_twice([Answer("Rosa", 0.9), Answer("Rosa", 0.99), UNKNOWN])]
    ['', 'Rosa', '']
    """
    best: dict[str, int] = {}
    for place, one in enumerate(answers):
        if one.person and (
            one.person not in best or one.probability > answers[best[one.person]].probability
        ):
            best[one.person] = place
    return [
        one if not one.person or best[one.person] == place else UNKNOWN
        for place, one in enumerate(answers)
    ]


def _given(likely: Sequence[Likely], least: float) -> Answer:
    person, probability = max(likely, key=lambda one: one[1], default=("", 0.0))
    return Answer(person, probability) if person and probability >= least else UNKNOWN
