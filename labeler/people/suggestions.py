"""What to ask next: the question whose answer settles the most faces.

- who: a group that resembles nobody with a name. Who is this?
- which: groups that may well be somebody with a name are tiles on a page. Which of these are wrong?
  A page costs one answer, and one more for each tile that has to be clicked away.
- same: two groups that nobody has named. Are they the same person? Then one name will do for both.

All have one measure: the number of faces that an answer is expected to settle. Only what is left
of somebody on many photos is asked about before everything else, since one name then does for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

LEAST_LIKELY = 0.5
"""A group that is somebody with a lower probability is asked about by itself."""
MANY = 40
"""Whether parts belong to a group of so many faces is asked first of all."""
TILES = 20
"""So many groups, at most, are on a page."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody whom a group may show, with the mean probability of its faces.

    evidence: faces that the user named so and that speak most for it, the strongest first.
    """

    person: str
    probability: float
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """Faces that belong together and wait for the user's word; one face may be alone.

    person, probability: who they may be, with the mean probability of the faces; None, 0 = nobody.
    cluster: which they are the whole of; None = they are a part of one, or alone.
    proposals: all whom they may be, the likeliest first.
    """

    faces: tuple[int, ...]
    person: str | None = None
    probability: float = 0.0
    cluster: int | None = None
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one group (who), two (same) or more (which).

    gain: how many faces an answer is expected to settle. probability: of two being the same.
    """

    kind: Literal["who", "which", "same"]
    groups: tuple[OpenGroup, ...]
    gain: float
    probability: float | None = None


def ranked(groups: Iterable[OpenGroup], tiles: int = TILES) -> list[Question]:
    """Return the questions about groups by themselves, best first.

    Args:
        tiles: so many groups on a page, at most.
    """
    likely: list[OpenGroup] = []
    others: list[OpenGroup] = []
    for group in groups:
        (likely if group.probability >= LEAST_LIKELY else others).append(group)
    questions = [Question("who", (group,), float(len(group.faces))) for group in others]
    questions += (Question("which", page, _gain_of_page(page)) for page in _pages(likely, tiles))
    return in_order(questions)


def same(one: OpenGroup, other: OpenGroup, probability: float) -> Question:
    """Return the question whether two groups are one person."""
    smaller = min(len(one.faces), len(other.faces))
    return Question("same", (one, other), probability * smaller, probability)


def in_order(questions: Iterable[Question]) -> list[Question]:
    """Return questions in the order in which they shall be asked.

    Parts of people on many photos are first. Among equals, those with a resemblance come first:
    they are more likely to be somebody known.
    """
    return sorted(
        questions,
        key=lambda q: (not _about_a_part(q), -q.gain, -q.groups[0].probability, q.groups[0].faces),
    )


def _about_a_part(question: Question) -> bool:
    """Tell whether it is asked if more than a single face is a part of a large group."""
    sizes = [len(group.faces) for group in question.groups]
    return question.kind == "same" and max(sizes) >= MANY and min(sizes) > 1


def _pages(groups: Sequence[OpenGroup], tiles: int) -> Iterator[tuple[OpenGroup, ...]]:
    """Yield pages of groups, those that settle the most for what they are likely to cost first."""
    worth = sorted(groups, key=lambda g: (-g.probability * len(g.faces), g.faces))
    for start in range(0, len(worth), tiles):
        yield tuple(worth[start : start + tiles])


def _gain_of_page(page: Sequence[OpenGroup]) -> float:
    settled = sum(group.probability * len(group.faces) for group in page)
    return settled / (1 + sum(1 - group.probability for group in page))
