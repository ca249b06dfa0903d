"""All that is told about a family, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from labeler.family.answers import CohortName, Resemblance
from labeler.types import Kin


@dataclass(frozen=True, slots=True)
class Member:
    """A person in the family. photos: those of one burst count once. face: the picture, or None."""

    person: str
    photos: int
    born: date | None
    generation: int
    face: int | None


@dataclass(frozen=True, slots=True)
class PairLikeness:
    """How much `other` is like `one`, who is a parent (…) of `other`; see `Relative`."""

    one: str
    relation: str
    other: str
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Year:
    """How much a person is like a relative on the photos of one year. age: in whole years."""

    year: int
    age: int | None
    share: float
    photos: int


@dataclass(frozen=True)
class Years:
    """The likeness to one relative over the years."""

    person: str
    relative: str
    years: tuple[Year, ...]


@dataclass(frozen=True, slots=True)
class FaceOfPair:
    """A face to look at: whose, when, and how old the person was, as far as that is known."""

    person: str
    face: int
    taken: date | None
    age: int | None


@dataclass(frozen=True, slots=True)
class FacePair:
    """Two faces, on different photos, that show the likeness best."""

    one: FaceOfPair
    other: FaceOfPair
    relation: str


@dataclass(frozen=True)
class FamilyReport:
    """A family of the library.

    members: eldest generation first. kin: said and what follows. pairs: of kin with photos enough.
    children: for each with two parents, whom they take after. matrix: members who are on enough
    photos, and for each two of them the share of comparable people who are less alike; the mean of
    both directions. too_few: members who are on too few photos. cohort: see `Resemblance`.
    """

    members: tuple[Member, ...]
    kin: tuple[Kin, ...]
    pairs: tuple[PairLikeness, ...]
    children: tuple[Resemblance, ...]
    matrix_of: tuple[str, ...]
    matrix: tuple[tuple[float | None, ...], ...]
    years: tuple[Years, ...]
    face_pairs: tuple[FacePair, ...]
    too_few: tuple[str, ...]
    cohort: CohortName | None
