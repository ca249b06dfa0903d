"""What shows a likeness to the eye: faces to put side by side, and the years one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from labeler.faces import quality
from labeler.family.family_report import FaceOfPair, FacePair, Year, Years
from labeler.family.steps.gallery import Portraits
from labeler.family.steps.resemble import Comparing

LEAST_FRONTAL = 0.45
_BEST = 60
"""Of a person's faces, so many, the most frontal ones, are looked at for the best pair."""
_YEAR = 365.25


def over_years(comparing: Comparing, person: str, relatives: Sequence[str]) -> tuple[Years, ...]:
    """Return the likeness to each relative over the years; without those of one year only."""
    found = (_years(comparing, person, relative) for relative in relatives)
    return tuple(one for one in found if len(one.years) > 1)


def side_by_side(
    comparing: Comparing,
    person: str,
    relatives: Sequence[str],
    number: int = 1,
    relation: str = "parent",
) -> tuple[FacePair, ...]:
    """Return the faces that show the likeness to each relative best, the most alike first.

    Args:
        number: so many pairs for each relative at most; no face is in two of them.
    """
    return tuple(
        pair
        for relative in relatives
        for pair in _face_pairs(comparing, person, relative, number, relation)
    )


def _years(comparing: Comparing, person: str, relative: str) -> Years:
    portraits = comparing.gallery.people[person]
    born = comparing.gallery.labels.births.get(person)
    when = np.array([day.year if day else 0 for day in portraits.dates])
    years = []
    for year in sorted(set(when.tolist()) - {0}):
        kept = when == year
        share = comparing.share(person, relative, kept, apart=True)
        age = None if born is None else year - born.year
        years.append(Year(year, age, share, len(portraits.where(kept))))
    return Years(person, relative, tuple(years))


def good_faces(comparing: Comparing, portraits: Portraits) -> np.ndarray:
    """Return the places of the faces that show most: frontal, large and sharp, the best first.

    Those on photos that are away are among them only if there are no others.
    """
    table, rows = comparing.gallery.table, portraits.rows
    frontal = np.array([quality.frontality(points) for points in table.landmarks[rows]])
    weak = quality.weak(table.sizes[rows], table.sharpness[rows])
    sharp = table.sharpness[rows] / max(float(np.median(table.sharpness[rows])), 1e-6)
    worth = np.where(weak, 0, frontal) * np.minimum(sharp, 1) * table.scores[rows]
    away = np.isin(table.ids[rows], list(comparing.gallery.away))
    order = np.lexsort((-worth, away))
    order = order[~away[order]] if not away.all() else order
    good = [place for place in order[:_BEST] if frontal[place] >= LEAST_FRONTAL]
    return np.array(good or order[:1], dtype=np.int64)


def _face_pairs(
    comparing: Comparing, person: str, relative: str, number: int, relation: str
) -> Iterator[FacePair]:
    gallery = comparing.gallery
    own, other = gallery.people[person], gallery.people[relative]
    some, others = good_faces(comparing, own), good_faces(comparing, other)
    alike = gallery.metric.likenesses(own.coordinates[some], other.coordinates[others])
    alike[own.photos[some][:, None] == other.photos[others]] = -np.inf
    for _ in range(number):
        one, two = np.unravel_index(int(alike.argmax()), alike.shape)
        if alike[one, two] == -np.inf:
            return
        yield FacePair(
            _face(comparing, person, own, int(some[one])),
            _face(comparing, relative, other, int(others[two])),
            relation,
        )
        alike[one], alike[:, two] = -np.inf, -np.inf


def _face(comparing: Comparing, person: str, portraits: Portraits, place: int) -> FaceOfPair:
    born: date | None = comparing.gallery.labels.births.get(person)
    day = portraits.dates[place]
    age = int((day - born).days / _YEAR) if day and born and day >= born else None
    return FaceOfPair(person, int(comparing.gallery.table.ids[portraits.rows[place]]), day, age)
