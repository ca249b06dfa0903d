"""Who is it, and who belongs together: on plain arrays, as estimators of scikit-learn.

Both take descriptors of faces, one a row, (n, d) of any kind of numbers: the 128 numbers of
`labeler.face_recognition`, say, or those of another network. They are scaled to one length first,
so that only their directions count.

    >>> import numpy as np
    >>> from labeler.estimators import FaceClusterer, OpenSetKNN
    >>> X = np.eye(4)[[0, 0, 1, 1, 2]]
    >>> FaceClusterer().fit_predict(X).tolist()
    [0, 0, 1, 1, -1]
    >>> OpenSetKNN().fit(X[:4], ["Rosa", "Rosa", "Emil", "Emil"]).predict(X).tolist()
    ['Rosa', 'Rosa', 'Emil', 'Emil', '']

Parameters that both have:

pair_threshold : float
    The distance between descriptors of length 1 below which two faces are rather one person than
    two. 0.43 is right for `labeler.face_recognition`; for another network, measure it.
strangers : "dlib", (s, d) array or None
    Descriptors of people who are nobody in X, to compare with; with few faces in X they make the
    answers much better. "dlib" are 1000 made-up ones that fit `labeler.face_recognition`.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, ClusterMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from labeler.faces.descriptors import REFERENCE_THRESHOLD, DescriptorModel, comparable
from labeler.faces.io import impostors as made_up
from labeler.faces.io.face_finder import DLIB_MODELS
from labeler.groups.clusters import cluster_faces
from labeler.groups.neighbours import NEIGHBOURS, nearest, neighbour_graph
from labeler.people import classifier
from labeler.types import FloatArray, IntArray

__all__ = ["FaceClusterer", "OpenSetKNN"]

Strangers = ArrayLike | Literal["dlib"] | None
_NEVER_SURE = 1e-7
"""Probabilities in 32 bits are as far from 0 and 1 as this where their logarithms are needed."""


class OpenSetKNN(ClassifierMixin, BaseEstimator):
    """Nearest-neighbour classifier that answers 'unknown' for faces of strangers.

    The score of a face and a person, and how it becomes a probability that is calibrated on the
    named faces, is described at `labeler.people.classifier.PersonClassifier`, which does the work.

    Parameters
    ----------
    threshold : float
        `predict` answers `unknown` where the likeliest person is less probable than this; 0 = it
        always answers with a person.
    unknown : str or int, optional
        What `predict` answers for strangers: by default '', or −1 where people are numbers.
    pair_threshold, strangers
        See the module.

    Attributes
    ----------
    classes_ : (c,) array
        The people, sorted; `unknown` is not among them.
    n_features_in_ : int
    """

    def __init__(
        self,
        threshold: float = classifier.LEAST_PROBABILITY,
        unknown: str | int | None = None,
        pair_threshold: float = REFERENCE_THRESHOLD,
        strangers: Strangers = None,
    ) -> None:
        self.threshold = threshold
        self.unknown = unknown
        self.pair_threshold = pair_threshold
        self.strangers = strangers

    def fit(self, X: ArrayLike, y: ArrayLike, photos: ArrayLike | None = None) -> OpenSetKNN:
        """Remember named faces.

        Args:
            X: (n, d) descriptors.
            y: (n,) names, as text or whole numbers.
            photos: (n,) what each face was taken from. Faces of one photo, or of a burst of photos,
                say nothing about how well others of the same person are known.

        Raises:
            ValueError: the arrays do not fit each other, or hold what is no number.
        """
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        strangers = _strangers(self.strangers, self.pair_threshold, self.n_features_in_)
        self._X = _scaled(X, self.pair_threshold)
        self._people = classifier.PersonClassifier(strangers).fit(self._X, y, photos)
        self.classes_: NDArray[Any] = self._people.classes_
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the name for each descriptor, (n,) like `classes_`, or `unknown`."""
        queries = self._queries(X)
        self._people.set_params(least_probability=self.threshold, unknown=self.unknown)
        return self._people.predict(queries)

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return which of the people it is, (n, c), if it is one of them: each row adds up to 1.

        Whether it is one of them is what `known_proba` tells. Beyond the eight likeliest people,
        all count as impossible.
        """
        queries = self._queries(X)
        found = self._people.matches(queries)
        sure = np.clip(found.probabilities.astype(np.float64), _NEVER_SURE, 1 - _NEVER_SURE)
        odds = sure / (1 - sure)
        # Of equally sure ones the first is the likeliest: their scores, which say so, are finer.
        odds *= 1 - 1e-9 * np.arange(odds.shape[1])
        odds[:, 1:][found.probabilities[:, 1:] == 0] = 0
        shares = np.zeros((len(odds), len(self.classes_)))
        np.put_along_axis(shares, found.people, odds / odds.sum(axis=1, keepdims=True), axis=1)
        return shares

    def known_proba(self, X: ArrayLike) -> FloatArray:
        """Return how probably each face shows the likeliest person and no stranger, (n,) float32.

        `predict` compares this with `threshold`.
        """
        queries = self._queries(X)
        return self._people.identify(queries)[1]

    def kneighbors(
        self, X: ArrayLike | None = None, n_neighbors: int = 5, return_distance: bool = True
    ) -> tuple[FloatArray, IntArray] | IntArray:
        """Return the nearest named faces, nearest first.

        Args:
            X: (m, d) descriptors; None = each named face, which is then no neighbour of itself.
            n_neighbors: k, so many.
            return_distance: give distances, too.

        Returns:
            (m, k) float32 Euclidean distances of the scaled descriptors, if asked for, and
            (m, k) int64 rows of what `fit` got.

        Raises:
            ValueError: there are not so many named faces.
        """
        check_is_fitted(self)
        others = len(self._X) - (X is None)
        if not 0 < n_neighbors <= others:
            raise ValueError(
                f"n_neighbors is a number from 1 to {others}, of the faces to choose from, "
                f"not {n_neighbors}."
            )
        if X is None:
            graph = neighbour_graph(self._X, n_neighbors)
            rows, distances = graph.indices, graph.distances
        else:
            rows, distances = nearest(self._queries(X), self._X, n_neighbors)
        return (distances, rows) if return_distance else rows

    def _queries(self, X: ArrayLike) -> FloatArray:
        check_is_fitted(self)
        return _scaled(validate_data(self, X, reset=False), self.pair_threshold)


class FaceClusterer(ClusterMixin, BaseEstimator):
    """Group faces into people: average linkage on a neighbour graph, against what strangers reach.

    How, is described at `labeler.groups.clusters`, which does the work. How many people there
    are need not be known. Memory grows with n, not with n². The same faces in the same order give
    the same groups.

    Parameters
    ----------
    n_neighbors : int
        So many neighbours of each face are looked at.
    pair_threshold, strangers
        See the module.

    Attributes
    ----------
    labels_ : (n,) int64
        The group of each face, 0, 1, … by falling size; −1 = it is alone.
    candidates_ : (m, 2) int64
        Rows of pairs of faces whose groups might be one person, the likeliest pair first.
    n_features_in_ : int
    """

    def __init__(
        self,
        n_neighbors: int = NEIGHBOURS,
        pair_threshold: float = REFERENCE_THRESHOLD,
        strangers: Strangers = None,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.pair_threshold = pair_threshold
        self.strangers = strangers

    def fit(self, X: ArrayLike, y: Any = None, photos: ArrayLike | None = None) -> FaceClusterer:
        """Group faces; `fit_predict` returns `labels_` as well.

        Args:
            X: (n, d) descriptors.
            y: is not used.
            photos: (n,) the photo that each face is on, of any kind: two faces on one photo are two
                people. None = each is on another one.

        Raises:
            ValueError: the arrays do not fit each other, or hold what is no number.
        """
        if self.n_neighbors < 1:
            raise ValueError(f"n_neighbors is a number from 1 on, not {self.n_neighbors}.")
        X = validate_data(self, X)
        scaled = _scaled(X, self.pair_threshold)
        grouping = cluster_faces(
            scaled,
            neighbour_graph(scaled, self.n_neighbors),
            _numbers_of(photos, len(scaled)),
            strangers=_strangers(self.strangers, self.pair_threshold, self.n_features_in_),
        )
        self.labels_: IntArray = grouping.clusters
        self.candidates_: IntArray = grouping.candidates
        return self


def _scaled(X: ArrayLike, pair_threshold: float) -> FloatArray:
    """Return descriptors (n, d) on the scale for which everything here was calibrated."""
    if not pair_threshold > 0:
        raise ValueError(f"pair_threshold is a distance greater than 0, not {pair_threshold}.")
    # In 64 bits: lengths of large numbers do not fit into 32.
    long = np.asarray(X, dtype=np.float64)
    scaled = comparable(long, DescriptorModel("", pair_threshold))  # type: ignore[arg-type]
    return scaled.astype(np.float32)


def _strangers(given: Strangers, pair_threshold: float, features: int) -> FloatArray | None:
    if given is None:
        return None
    if isinstance(given, str):
        if given != "dlib":
            raise ValueError(f"strangers are 'dlib', an array or None, not {given!r}.")
        found = made_up.strangers(DLIB_MODELS[1])
    else:
        found = check_array(given)
    if found is None or found.shape[1] != features:
        length = None if found is None else found.shape[1]
        raise ValueError(
            f"The strangers have {length} numbers each, but the faces {features}; give strangers "
            "of the same network, or None."
        )
    return _scaled(found, pair_threshold)


def _numbers_of(photos: ArrayLike | None, n: int) -> IntArray:
    """Return a number for each face's photo."""
    if photos is None:
        return np.arange(n)
    given = np.asarray(photos)
    if given.shape != (n,):
        raise ValueError(f"photos has the shape {given.shape}, not ({n},), one for each face.")
    return np.unique(given, return_inverse=True)[1].astype(np.int64)
