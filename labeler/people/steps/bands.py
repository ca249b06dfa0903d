"""Who the faces without a name are likely to be, and for which of them that is sure enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from labeler.errors import LabelerError
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.bands import (
    DEFAULT_PRECISION,
    LEAST_PRECISION,
    MOST_PRECISION,
    Effect,
    automatic_from,
    effect,
    offer,
)
from labeler.types import FloatArray, InGroups, Labels, Recognition

_PRECISION = "wanted_precision"
"""Setting: the share of automatic names that is to be right."""
_SHARE = "known_share"
"""Setting: the share of faces that seemed to be of people with a name, at the last recognition."""


def wanted_precision(library: Library) -> float:
    """Return how many of the automatic names shall be right, 0…1."""
    kept = library.setting(_PRECISION)
    sound = isinstance(kept, float) and LEAST_PRECISION <= kept <= MOST_PRECISION
    return kept if sound else DEFAULT_PRECISION


def want_precision(library: Library, precision: float) -> None:
    """Change how many of the automatic names shall be right; it holds at once.

    Raises:
        LabelerError: it is out of bounds.
    """
    check_precision(precision)
    library.write_setting(_PRECISION, float(precision))


def check_precision(precision: float) -> None:
    """Make sure that a precision can be wanted.

    Raises:
        LabelerError: it is out of bounds.
    """
    if not LEAST_PRECISION <= precision <= MOST_PRECISION:
        raise LabelerError(
            f"The wanted precision is a number from {LEAST_PRECISION} to {MOST_PRECISION}; "
            "0.99 means that 99 of 100 automatic names shall be right."
        )


def likely(library: Library, labels: Labels, table: InGroups) -> dict[int, Recognition]:
    """Return by face id what the last recognition found, as far as it still holds."""
    return holding(library.recognitions(), labels, table)


def holding(
    recognitions: Mapping[int, Recognition], labels: Labels, table: InGroups
) -> dict[int, Recognition]:
    """Return those of some recognitions, by face id, that still hold.

    They no longer hold where the user has said something about the face since, has given the person
    to another face on the photo, or has taken the name from the face that spoke most for it.
    """
    found = {}
    for face, one in recognitions.items():
        person = labels.renamed.get(one.person, one.person)
        settled = face in labels.names or face in labels.ignored
        refused = person in labels.rejected.get(face, ())
        stale = one.evidence is not None and labels.names.get(one.evidence) != person
        if not (settled or refused or stale):
            found[face] = one if person == one.person else replace(one, person=person)
    return _only_once_a_moment(found, labels, table) if found else found


def _only_once_a_moment(
    found: dict[int, Recognition], labels: Labels, table: InGroups
) -> dict[int, Recognition]:
    """Leave out the people whom the user has found on another face that is seen with this one."""
    judged = table.moments[np.isin(table.ids, list(found))]
    beside = np.isin(table.moments, judged)
    moments = dict(zip(table.ids[beside].tolist(), table.moments[beside].tolist(), strict=True))
    taken = {(moment, labels.names.get(face)) for face, moment in moments.items()}
    return {f: one for f, one in found.items() if (moments.get(f), one.person) not in taken}


def automatic(library: Library, labels: Labels, table: InGroups) -> dict[int, Recognition]:
    """Return the automatic names by face id."""
    return sure_enough(library, likely(library, labels, table))


def sure_enough(library: Library, found: Mapping[int, Recognition]) -> dict[int, Recognition]:
    """Return those of what `likely` found that are automatic names."""
    probabilities = np.array([one.probability for one in found.values()])
    least = automatic_from(probabilities, wanted_precision(library))
    return {face: one for face, one in found.items() if one.probability >= least}


def effects(library: Library, precisions: Iterable[float]) -> list[Effect]:
    """Return what each of some wanted precisions would lead to in this library."""
    probabilities = _probabilities(library)
    return [effect(probabilities, precision) for precision in precisions]


def offered(library: Library, likely: Mapping[int, Recognition] | None = None) -> Effect | None:
    """Return the lower precision that is worth an offer, and what it gives; see `bands.offer`.

    Args:
        likely: what was recognized and still holds, by face id; None = it is read.
    """
    found = _probabilities(library) if likely is None else _of(likely)
    return offer(found, wanted_precision(library))


def _probabilities(library: Library) -> FloatArray:
    """Return those of all that was recognized and still holds, (n,)."""
    with library.reading():
        found = library.recognitions()
        if found:
            found = holding(found, standing.labels(library), library.face_columns())
    return _of(found)


def _of(found: Mapping[int, Recognition]) -> FloatArray:
    return np.array([one.probability for one in found.values()])


def known_share(library: Library, labels: Labels, table: InGroups) -> float:
    """Return how many of new faces are likely to be of people who have a name, 0…1."""
    named = sum(face in labels.names for face in table.ids.tolist())
    ignored = sum(face in labels.ignored for face in table.ids.tolist())
    left = len(table) - named - ignored
    kept = share_of_the_rest(library)
    of_the_rest = 0.5 if kept is None else kept
    return min(max((named + left * of_the_rest) / max(len(table), 1), 0.02), 0.98)


def share_of_the_rest(library: Library) -> float | None:
    """Return how many of the faces without a name were likely, at the last recognition, to be of
    people who have one, 0…1; None = there was none yet."""
    kept = library.setting(_SHARE)
    return kept if isinstance(kept, float) and 0 <= kept <= 1 else None


def remember_share(library: Library, share: float) -> None:
    """Note how many of the faces without a name are likely to be of people who have one."""
    library.write_setting(_SHARE, share)
