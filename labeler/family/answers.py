"""What is said about who takes after whom: plain values, and the sentences made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SURE = 0.8
"""Less confidence than this is none: the photos cannot tell."""
_TOO_ALIKE = 0.75
_CARE = ": the reference does not suit your photos, so mind only who is more alike than whom"
CohortName = Literal["library", "reference"]


@dataclass(frozen=True, slots=True)
class Relative:
    """How much a person is like one relative, among comparable people: see `Likeness`.

    photos: of the relative, those of one burst counting as one. compared: so many others.
    """

    person: str
    photos: int
    score: float
    share: float
    low: float
    high: float
    compared: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """By how much more like `one` than `other`; see `labeler.family.resemblance.Difference`."""

    one: str
    other: str
    difference: float
    low: float
    high: float
    confidence: float


@dataclass(frozen=True)
class Resemblance:
    """Whom a person takes after: relatives, most alike first, and each compared with the next.

    cohort: of whom the comparable people are. apart: photos that show both the person and the
    relative were left out. by_age: only photos of the relatives at the person's age count.
    most_alike: who is more alike than all others with `SURE` confidence; None = nobody can tell.
    strangers: the same share for people of the library who are no kin, on average: 0.5 where the
    cohort suits the library; None = there are too few.
    """

    person: str
    photos: int
    relatives: tuple[Relative, ...]
    comparisons: tuple[Comparison, ...]
    cohort: CohortName
    apart: bool
    by_age: bool
    most_alike: str | None
    strangers: float | None = None


def sentences(found: Resemblance) -> list[str]:
    """Return what a family wants to know, one sentence each."""
    said = [
        f"{found.person} is more like {one.person} than {of_hundred(one.share)} of 100 comparable "
        f"people ({_interval(one)})."
        for one in found.relatives
    ]
    return [*said, *(verdict(found.person, one) for one in found.comparisons)]


def _interval(one: Relative) -> str:
    low, high = of_hundred(one.low), of_hundred(one.high)
    return f"90% interval: {low} to {high}" if low < high else f"90% interval: {low}"


def verdict(person: str, compared: Comparison) -> str:
    """Say who of two relatives is more alike, if that can be said."""
    if compared.confidence >= SURE:
        return (
            f"{person} is more like {compared.one} than like {compared.other}, with "
            f"{confidence(compared.confidence)} confidence."
        )
    return (
        f"The photos cannot tell whether {person} is more like {compared.one} or {compared.other}."
    )


def how(found: Resemblance) -> list[str]:
    """Say what was compared with what."""
    sizes = sorted({one.compared for one in found.relatives})
    number = f"{sizes[0]:,}" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,}"
    source = (
        f"{number} other people in your library"
        if found.cohort == "library"
        else f"{number} made-up people from the reference that comes with the program, as your "
        "library has too few others"
    )
    said = [
        "Comparable people look about as old, as male or female, and from about the same part of "
        f"the world as the relative: {source}."
    ]
    if found.strangers is not None:
        said.append(
            f"People of your library who are no kin are more like {found.person} than "
            f"{of_hundred(found.strangers)} of 100, on average; 50 would be usual"
            f"{_CARE if found.strangers > _TOO_ALIKE else ''}."
        )
    if found.apart:
        said.append("Photos that show both were left out, as one light makes faces alike.")
    if found.by_age:
        said.append("Of the relatives, only photos at about the same age were compared.")
    return said


def of_hundred(share: float) -> int:
    """Return how many of 100: never all or none, of whom nobody can know."""
    return min(max(round(share * 100), 1), 99)


def confidence(value: float) -> str:
    """Return '87%', at most '99%'."""
    return f"{min(int(value * 100), 99)}%"
