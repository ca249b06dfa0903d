"""Whom does a person of the library take after?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np

from labeler.errors import UsageError
from labeler.family import family, resemblance
from labeler.family.answers import SURE, CohortName, Comparison, Relative, Resemblance
from labeler.family.resemblance import (
    COMPARABLE,
    DRAWS,
    LEAST_COHORT,
    CohortOfPeople,
    comparable,
    kinds,
    made_up_people,
)
from labeler.family.steps.gallery import Gallery, Portraits, as_one, read
from labeler.library.store import Library
from labeler.people.steps import naming

LEAST_PHOTOS = 2
LEAST_APART = 3
"""Photos with both are left out where every relative has so many others."""
LIKE_THE_LIBRARY = 4
"""So many people of the library who are no kin weigh as much as what is known of people anywhere,
when made-up people are moved to where the library's are."""
LEAST_STRANGERS, MOST_STRANGERS = 3, 20
LEAST_STRANGER = 2
"""So many people, each on so many photos, tell if the cohort suits the library."""
SAME_AGE = 5.0
"""Years: so far apart, at most, are the ages at which people are compared where that can be."""
_YEAR = 365.25


def resemble(
    library: Library,
    person: str,
    relatives: Sequence[str],
    comparing: Comparing | None = None,
) -> Resemblance:
    """Tell how much more a person is like each of some relatives.

    Args:
        comparing: the library's people, where they have been read already.

    Raises:
        UnknownPersonError: nobody has one of the names.
        UsageError: somebody is named twice, or nobody to compare with.
        LabelerError: somebody is on too few photos.
    """
    with library.reading():
        child = naming.known_person(library, person)
        names = [naming.known_person(library, name) for name in relatives]
    if not names:
        raise UsageError("Say with whom to compare: --to NAME, best twice.")
    twice = [name for name in names if name == child or names.count(name) > 1]
    if twice:
        raise UsageError(f"{twice[0]} is named twice; compare different people.")
    comparing = comparing or Comparing(read(library))
    found = resemblance_of(comparing, child, names)
    return replace(found, strangers=comparing.strangers(child, set(names)))


class Comparing:
    """A gallery and the people to compare with, found once for many questions."""

    def __init__(self, gallery: Gallery) -> None:
        self.gallery = gallery
        self.made_up = made_up_people(gallery.metric)
        names = list(gallery.people)
        some = [as_one(one) for one in (*gallery.people.values(), *gallery.others)]
        k = len(gallery.metric.rho)
        self._place = {name: place for place, name in enumerate(names)}
        self._people = np.array([place for place, _ in some]).reshape(-1, k)
        self._kinds = np.array([kind for _, kind in some]).reshape(len(some), -1)
        self._kin: dict[str, set[str]] = {}
        for one, _, other in family.with_what_follows(gallery.labels.kin):
            self._kin.setdefault(one, set()).add(other)
            self._kin.setdefault(other, set()).add(one)

    def cohorts(
        self, child: str, relatives: Mapping[str, Portraits]
    ) -> tuple[list[CohortOfPeople], CohortName]:
        """Return people who are comparable with each relative, and where they come from."""
        own = [as_one(one)[1] for one in relatives.values()]
        kept = self._no_kin({child, *relatives})
        people, theirs = self._people[kept], self._kinds[kept]
        chosen = [comparable(kind, theirs, COMPARABLE) for kind in own]
        if all(len(some) >= LEAST_COHORT for some in chosen):
            return [CohortOfPeople(people[some], made_up=False) for some in chosen], "library"
        # Around those whom the library knows, as far as these are enough: its people may all look
        # more like each other than people anywhere do.
        moved = people.sum(axis=0) / (len(people) + LIKE_THE_LIBRARY)
        made_up, theirs = self.made_up
        theirs = theirs + kinds(moved[None], np.zeros((1, 2)))
        nearest = [comparable(kind, theirs) for kind in own]
        return [
            CohortOfPeople(made_up[some] + moved, made_up=True) for some in nearest
        ], "reference"

    def share(
        self, person: str, relative: str, kept: np.ndarray | None = None, apart: bool = False
    ) -> float:
        """Return the share of comparable people who are less like a person than a relative is.

        Args:
            kept: only these of the person's faces, (n,) bool. apart: without the photos that show
                both, if others are enough.
        """
        own, other = self.gallery.people[person], self.gallery.people[relative]
        own = own if kept is None else own.where(kept)
        alone = other.where(~np.isin(other.photos, own.photos)) if apart else other
        other = alone if len(alone) >= LEAST_PHOTOS else other
        (cohort,), _ = self.cohorts(person, {relative: other})
        metric = self.gallery.metric
        return resemblance.share(metric, own.per_occasion(), other.per_occasion(), cohort)

    def strangers(self, child: str, asked: set[str]) -> float | None:
        """Return the mean share of comparable people who are less like a person than strangers.

        Args:
            asked: who are no strangers besides the person's kin.
        """
        kin = self._with_kin({child, *asked})
        people = self.gallery.people
        some = [name for name in people if name not in kin and len(people[name]) >= LEAST_STRANGER]
        if len(some) < LEAST_STRANGERS:
            return None
        return float(np.mean([self.share(child, name) for name in some[:MOST_STRANGERS]]))

    def _with_kin(self, asked: set[str]) -> set[str]:
        return asked.union(*(self._kin.get(who, ()) for who in asked))

    def _no_kin(self, asked: set[str]) -> np.ndarray:
        """Tell who of the library is no kin of those who are asked about, (n,) bool."""
        kept = np.ones(len(self._people), dtype=bool)
        kept[[self._place[who] for who in self._with_kin(asked) if who in self._place]] = False
        return kept


def resemblance_of(
    comparing: Comparing, child: str, names: Iterable[str], draws: int = DRAWS
) -> Resemblance:
    """Return the answer for people who are different and known.

    Raises:
        LabelerError: somebody is on too few photos.
    """
    gallery = comparing.gallery
    own = gallery.portraits(child, LEAST_PHOTOS)
    seen = {name: gallery.portraits(name, LEAST_PHOTOS) for name in names}
    chosen = _chosen(own, seen, child, gallery.labels.births)
    cohorts, source = comparing.cohorts(child, chosen.relatives)
    photos = [one.per_occasion() for one in chosen.relatives.values()]
    told = resemblance.answer(gallery.metric, own.per_occasion(), photos, cohorts, draws)
    order = sorted(range(len(photos)), key=lambda place: -told.likenesses[place].score)
    people = list(chosen.relatives)
    relatives = tuple(
        Relative(
            person=people[place],
            photos=len(photos[place]),
            score=told.likenesses[place].score,
            share=told.likenesses[place].share,
            low=told.likenesses[place].low,
            high=told.likenesses[place].high,
            compared=len(cohorts[place].people),
        )
        for place in order
    )
    comparisons = tuple(
        Comparison(people[one], people[other], gap.value, gap.low, gap.high, gap.confidence)
        for one, other in pairwise(order)
        for gap in [told.differences[one, other]]
    )
    first = [told.differences[order[0], other].confidence for other in order[1:]]
    most = relatives[0].person if first and min(first) >= SURE else None
    return Resemblance(
        child, len(own), relatives, comparisons, source, chosen.apart, chosen.by_age, most
    )


@dataclass(frozen=True)
class _Chosen:
    """The photos of the relatives that count, and why the others do not."""

    relatives: dict[str, Portraits]
    apart: bool
    by_age: bool


def _chosen(
    own: Portraits, seen: dict[str, Portraits], child: str, births: Mapping[str, date]
) -> _Chosen:
    apart = {name: one.where(~np.isin(one.photos, own.photos)) for name, one in seen.items()}
    without = any(len(apart[name]) < len(seen[name]) for name in seen)
    is_apart = without and all(len(one) >= LEAST_APART for one in apart.values())
    some = apart if is_apart else seen
    ages = _ages(own, births.get(child))
    matched = {name: _at_ages(one, births.get(name), ages) for name, one in some.items()}
    by_age = all(one is not None and len(one) >= LEAST_PHOTOS for one in matched.values())
    if by_age:
        some = {name: one for name, one in matched.items() if one is not None}
    return _Chosen(some, is_apart, by_age)


def _ages(portraits: Portraits, born: date | None) -> np.ndarray:
    """Return a person's age on each photo in years, (n,); NaN = not known."""
    return np.array(
        [(day - born).days / _YEAR if day and born else np.nan for day in portraits.dates]
    )


def _at_ages(portraits: Portraits, born: date | None, ages: np.ndarray) -> Portraits | None:
    """Return the photos at about one of these ages; None = no age is known."""
    own, wanted = _ages(portraits, born), ages[~np.isnan(ages)]
    if not len(wanted) or np.isnan(own).all():
        return None
    near = np.abs(own[:, None] - wanted) <= SAME_AGE
    return portraits.where(near.any(axis=1))
