"""Who is it — or nobody we know? Nearest named neighbours, with a calibrated probability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from labeler.types import FloatArray, IntArray

UNKNOWN = ""
"""The answer for a face that is nobody with a name."""
LEAST_PROBABILITY = 0.9
"""Names below this are not given. On held-out people it keeps 99 % of the given names right."""

# Logistic calibration for dlib's mirror-averaged descriptors, fitted by benchmarks/calibration.py.
_INTERCEPT, _DISTANCE, _MARGIN = 6.39, -23.06, 32.16
_FAR = 0.5
"""Distances beyond this say nothing: the margin to a second person is counted up to here."""
_NEAREST_SHARE = 0.25
_BLOCK = 1024


class OpenSetKNN(ClassifierMixin, BaseEstimator):
    """k-nearest-neighbour classifier that may answer 'unknown'.

    A person's distance is a blend of the nearest, and the mean of the `n_neighbors` nearest, of
    their named faces. The probability that the closest person is the right one follows from this
    distance and from its margin to the second-closest person, by a logistic curve fitted on other
    people's photos. A face that is closer to one of which it was said that it is not this person
    than to each of the person's named faces is not this person: the probability is 0.

    Parameters
    ----------
    n_neighbors : int
        Named faces per person that count.
    least_probability : float
        `predict` answers `unknown` below this probability.
    unknown : str
        What `predict` answers for strangers.

    Attributes
    ----------
    classes_ : (c,) array
        The people, sorted.
    n_features_in_ : int

    Examples
    --------
    >>> X = np.eye(4, dtype=np.float32)
    >>> OpenSetKNN().fit(X[:2], ["Rosa", "Emil"]).predict(X).tolist()
    ['Rosa', 'Emil', '', '']
    """

    def __init__(
        self,
        n_neighbors: int = 3,
        least_probability: float = LEAST_PROBABILITY,
        unknown: str = UNKNOWN,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.least_probability = least_probability
        self.unknown = unknown

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        rejected: Mapping[str, FloatArray] | None = None,
    ) -> OpenSetKNN:
        """Remember named faces, and faces that are not somebody.

        Args:
            X: (n, d) descriptors of length 1.
            y: (n,) names.
            rejected: for some of the people (m, d) descriptors of faces that are not them.
        """
        references, names = validate_data(self, X, y, dtype=np.float32)
        self.classes_, codes = np.unique(names, return_inverse=True)
        order = np.argsort(codes, kind="stable")
        self._references: FloatArray = references[order]
        self._starts = np.searchsorted(codes[order], np.arange(len(self.classes_)))
        rejected = rejected or {}
        known = [i for i, name in enumerate(self.classes_.tolist()) if len(rejected.get(name, ()))]
        self._rejected = {person: rejected[self.classes_[person]] for person in known}
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the name for each descriptor, or `unknown`."""
        best, probability = self.identify(X)
        names = self.classes_[best].astype(object)
        names[probability < self.least_probability] = self.unknown
        return names

    def identify(self, X: ArrayLike) -> tuple[IntArray, FloatArray]:
        """Return the index in `classes_` of the closest person, and the probability of a match.

        It is 0 where the closest person was rejected for this face or one that is still closer.
        """
        check_is_fitted(self)
        queries: FloatArray = validate_data(self, X, dtype=np.float32, reset=False)
        best = np.empty(len(queries), dtype=np.int64)
        probability = np.empty(len(queries), dtype=np.float32)
        for start in range(0, len(queries), _BLOCK):
            block = slice(start, start + _BLOCK)
            distances = self._distances_to_people(queries[block])
            best[block] = distances.argmin(axis=1)
            probability[block] = _probability(distances)
            probability[block][self._are_rejected(queries[block], best[block])] = 0
        return best, probability

    def _are_rejected(self, X: FloatArray, people: IntArray) -> NDArray[np.bool_]:
        """Tell for each face (n,) if one rejected for its person (n,) is closer than their own."""
        refused = np.zeros(len(X), dtype=bool)
        ends = np.append(self._starts, len(self._references))
        for person, others in self._rejected.items():
            of_person = people == person
            theirs = self._references[ends[person] : ends[person + 1]]
            faces = X[of_person]
            # The larger the product of two vectors of length 1, the closer they are.
            refused[of_person] = (faces @ others.T).max(axis=1) > (faces @ theirs.T).max(axis=1)
        return refused

    def _distances_to_people(self, X: FloatArray) -> FloatArray:
        """Return (n, c): for each person the blend of nearest and mean of nearest."""
        squared = 2 - 2 * (X @ self._references.T)
        pairwise = np.sqrt(np.maximum(squared, 0))
        counts = np.diff(np.append(self._starts, len(self._references)))
        nearest = np.minimum.reduceat(pairwise, self._starts, axis=1)
        total = nearest.copy()
        smallest = nearest
        for taken in range(1, self.n_neighbors):
            # Strike out the smallest of each person, then look for the next.
            pairwise[pairwise == np.repeat(smallest, counts, axis=1)] = np.inf
            smallest = np.minimum.reduceat(pairwise, self._starts, axis=1)
            has_more = (counts > taken) & np.isfinite(smallest)
            total += np.where(has_more, smallest, total / taken)
        blend = _NEAREST_SHARE * nearest + (1 - _NEAREST_SHARE) * total / self.n_neighbors
        return blend.astype(np.float32)


def _probability(distances: FloatArray) -> FloatArray:
    """Return the calibrated probability that the closest person is right, (n,).

    With only one person there is no second: the margin is then counted up to `_FAR`.
    """
    two = np.sort(distances, axis=1)[:, :2]
    closest = two[:, 0]
    second = two[:, -1] if two.shape[1] > 1 else np.full_like(closest, _FAR)
    margin = np.minimum(second, _FAR) - np.minimum(closest, _FAR)
    log_odds = _INTERCEPT + _DISTANCE * closest + _MARGIN * margin
    return (1 / (1 + np.exp(-log_odds))).astype(np.float32)
