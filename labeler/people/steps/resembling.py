"""Whom a face resembles, at once: what to offer beside the field for its name."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from labeler.faces.steps import library_finder
from labeler.groups.steps.graphs import vectors_of
from labeler.library.store import Library


def resembled_people(library: Library, face: int, people: Mapping[int, str]) -> list[str]:
    """Return people in the order in which a face resembles them; of each, the nearest face counts.

    The right one is among the first three for 0.98 of the faces of LFW and 0.88 of family photos
    (`python -m benchmarks.resembling`). How likely they are, only `recognize` tells.

    Args:
        people: who other faces are, by face id. What another network has embedded is left out.
    """
    _, own = library_finder.descriptors(library, [face])
    if not people or not len(own):
        return []
    ids = np.fromiter(people, dtype=np.int64, count=len(people))
    similarity = vectors_of(library, ids, own.shape[1]) @ own[0]
    # Many faces, few people: ranking the people takes a fraction of ranking the faces.
    number = {person: i for i, person in enumerate(dict.fromkeys(people.values()))}
    of = np.fromiter((number[person] for person in people.values()), np.int64, len(people))
    nearest = np.full(len(number), -np.inf)
    np.fmax.at(nearest, of, similarity)
    order = np.argsort(-nearest, kind="stable")[: np.isfinite(nearest).sum()]
    names = list(number)
    return [names[i] for i in order.tolist()]
