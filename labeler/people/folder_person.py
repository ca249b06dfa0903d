"""Whose folder is it? The person is the face that the photos of a folder share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.faces.descriptors import REFERENCE_THRESHOLD, distances
from labeler.types import FloatArray, IntArray

_MARGIN = 0.06
"""So much farther than the person's face the next one on the photo has to be; and no farther from
the person's faces than these are from each other, and so much more, may a face of the person be."""
_ONE = 0.36
"""So far from the only face that is known may another one of the person be: on LFW nine of ten are,
and a few of a thousand strangers."""


def person_on_photos(X: FloatArray, photos: IntArray, known: NDArray[np.bool_]) -> IntArray:
    """Return which faces are the person of a folder, (k,) rows, at most one for each photo.

    Photos on which a face is known are settled; on each of the others it is the face that resembles
    those that are known. Where none is, the face counts that all photos have most alike, if nobody
    else is nearly as much alike on all of them. A photo with two faces that may be it, or none,
    stays unclear and has no row.

    Args:
        X: (n, d) descriptors on the common scale. photos: (n,) which photo each is on.
        known: (n,) those that are the person for certain.
    """
    apart = distances(X, X)
    np.fill_diagonal(apart, np.nan)
    person = known if known.any() else _shared(apart, photos)
    if not person.any():
        return np.empty(0, dtype=np.int64)
    far = _far(apart, person)
    most = _ONE
    if person.sum() > 1:
        most = min(float(far[person].max()) + _MARGIN, REFERENCE_THRESHOLD)
    found = []
    for photo in np.setdiff1d(photos, photos[known]).tolist():
        rows = np.flatnonzero(photos == photo)
        order = rows[np.argsort(far[rows], kind="stable")]
        is_clear = len(order) < 2 or far[order[1]] >= far[order[0]] + _MARGIN
        if far[order[0]] <= most and is_clear:
            found.append(int(order[0]))
    return np.array(found, dtype=np.int64)


def _far(apart: NDArray[np.float64], person: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how far faces are from a person's: half from the nearest, half from the middle one.

    One odd photo of a person is then not enough to be taken for the person.
    """
    to_person = apart[:, person].copy()
    if to_person.shape[1] == 1:
        to_person[np.isnan(to_person)] = 0.0  # the only face of the person, to itself
    return np.asarray((np.nanmin(to_person, axis=1) + np.nanmedian(to_person, axis=1)) / 2)


def _shared(apart: NDArray[np.float64], photos: IntArray) -> NDArray[np.bool_]:
    """Tell which faces are the one that all photos share; none where that is not clear."""
    nobody = np.zeros(len(photos), dtype=bool)
    numbers = np.unique(photos)
    if len(numbers) < 2:
        return nobody
    # The nearest face on each of the other photos, and how near they are on the whole.
    nearest = np.full((len(photos), len(numbers)), -1, dtype=np.int64)
    near = np.full(nearest.shape, np.nan)
    for column, number in enumerate(numbers):
        there, asked = np.flatnonzero(photos == number), np.flatnonzero(photos != number)
        among = apart[np.ix_(asked, there)]
        nearest[asked, column] = there[among.argmin(axis=1)]
        near[asked, column] = among.min(axis=1)
    whole = np.nanmedian(near, axis=1)
    best = int(whole.argmin())
    members = nobody.copy()
    members[[best, *nearest[best][nearest[best] >= 0]]] = True
    rivals = whole[~members]
    if whole[best] >= REFERENCE_THRESHOLD or (rivals < whole[best] + _MARGIN).any():
        return nobody
    return members
