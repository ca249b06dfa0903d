"""The estimators on plain arrays: what scikit-learn asks of them, and what they answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from labeler.estimators import FaceClusterer, OpenSetKNN
from labeler.faces.io.face_finder import DLIB_MODELS
from labeler.faces.io.impostors import strangers

_DRAWN = strangers(DLIB_MODELS[1])
assert _DRAWN is not None
STRANGERS, PEOPLE = np.split(_DRAWN, 2)
LENGTH = 1.4
"""About the length of dlib's descriptors."""


def failing_for_a_reason(estimator: Any) -> dict[str, str]:
    if not isinstance(estimator, OpenSetKNN):
        return {}
    rounding = "the 7th digit of a probability depends on how many faces are asked about at once: "
    rounding += "faiss and BLAS add up 32-bit numbers in another order"
    failing = {
        "check_methods_sample_order_invariance": rounding,
        "check_methods_subset_invariance": rounding,
    }
    if estimator.threshold > 0:
        unknown = "some of the random points are unknown, as they are meant to be"
        failing["check_classifiers_one_label"] = failing["check_classifiers_train"] = unknown
    return failing


@parametrize_with_checks(
    [OpenSetKNN(threshold=0), OpenSetKNN(), FaceClusterer()],
    expected_failed_checks=failing_for_a_reason,
)
def test_what_scikit_learn_asks(estimator: Any, check: Any) -> None:
    check(estimator)


def faces_of(people: int, faces: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return made-up encodings, as long as dlib's, of made-up people, and their names."""
    random = np.random.default_rng(seed)
    y = np.repeat(np.arange(people), faces)
    X = PEOPLE[y] + 0.02 * random.normal(size=(len(y), 128))
    lengths = np.linalg.norm(X, axis=1, keepdims=True)
    order = random.permutation(len(y))
    return (LENGTH * X / lengths)[order], np.array([f"p{person:03}" for person in y])[order]


@pytest.fixture(scope="module")
def named() -> tuple[np.ndarray, np.ndarray]:
    return faces_of(20, 4)


@pytest.fixture(scope="module")
def fitted(named: tuple[np.ndarray, np.ndarray]) -> OpenSetKNN:
    return OpenSetKNN(strangers="dlib").fit(*named)


def test_people_are_known_and_strangers_are_not(fitted: OpenSetKNN) -> None:
    X, y = faces_of(20, 2, seed=1)
    assert (fitted.predict(X) == y).mean() >= 0.95
    others = LENGTH * PEOPLE[100:200]
    assert (fitted.predict(others) == "").mean() >= 0.95
    assert (fitted.known_proba(others) < 0.9).mean() >= 0.95


def test_the_threshold_decides_who_is_unknown(named: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = named
    queries = np.concatenate([X, LENGTH * PEOPLE[100:200]])
    known = OpenSetKNN().fit(X, y).known_proba(queries)
    for threshold in (0.0, 0.5, 0.9, 0.99, 1.1):
        names = OpenSetKNN(threshold, unknown="?").fit(X, y).predict(queries)
        assert np.array_equal(names == "?", known < threshold)
    assert (OpenSetKNN(1.1).fit(X, np.arange(len(X)) // 2).predict(X) == -1).all()


def test_who_is_asked_about_beside_a_face_changes_next_to_nothing(fitted: OpenSetKNN) -> None:
    """What scikit-learn asks to seven digits and more holds to five."""
    X, _ = faces_of(20, 4, seed=4)
    for method in (fitted.predict_proba, fitted.known_proba):
        together, one_by_one = method(X), np.concatenate([method(row[None]) for row in X])
        assert np.allclose(together, one_by_one, rtol=0, atol=1e-5)
        assert np.allclose(together[::-1], method(X[::-1]), rtol=0, atol=1e-5)


def test_probabilities_are_shares_of_the_people(fitted: OpenSetKNN) -> None:
    X, y = faces_of(20, 2, seed=2)
    shares = fitted.predict_proba(X)
    assert shares.shape == (40, 20)
    assert np.allclose(shares.sum(axis=1), 1)
    assert (shares >= 0).all()
    certain = clone(fitted).set_params(threshold=0).fit(*faces_of(20, 4))
    assert np.array_equal(fitted.classes_[shares.argmax(axis=1)], certain.predict(X))
    assert shares[np.arange(40), np.searchsorted(fitted.classes_, y)].mean() > 0.9


def test_neighbours_are_the_nearest_named_faces(
    fitted: OpenSetKNN, named: tuple[np.ndarray, np.ndarray]
) -> None:
    X, _ = named
    queries, _ = faces_of(20, 1, seed=3)
    distances, rows = fitted.kneighbors(queries, 3)
    by_hand = np.linalg.norm((queries[:, None] - X) / LENGTH, axis=2)
    assert np.array_equal(rows, by_hand.argsort(axis=1)[:, :3])
    assert np.allclose(distances, np.sort(by_hand, axis=1)[:, :3], atol=1e-4)
    assert np.array_equal(fitted.kneighbors(queries, 3, return_distance=False), rows)
    own = fitted.kneighbors(n_neighbors=1, return_distance=False)
    assert (own[:, 0] != np.arange(len(X))).all()
    with pytest.raises(ValueError, match="n_neighbors is a number from 1 to 79"):
        fitted.kneighbors(n_neighbors=80)


@pytest.mark.parametrize("estimator", [OpenSetKNN(), FaceClusterer()], ids=["knn", "clusterer"])
def test_lengths_do_not_count(estimator: Any) -> None:
    X, y = faces_of(10, 4)
    scaled = X * np.linspace(0.5, 3, len(X))[:, None]
    if isinstance(estimator, OpenSetKNN):
        answers = [clone(estimator).fit(some, y).predict(X) for some in (X, scaled)]
    else:
        answers = [estimator.fit_predict(some) for some in (X, scaled)]
    assert np.array_equal(*answers)


def test_another_networks_threshold_scales(named: tuple[np.ndarray, np.ndarray]) -> None:
    """Where everything is half as far apart, half the threshold gives the same distances."""
    X, y = named
    usual = OpenSetKNN().fit(X, y).kneighbors(X[:5], 3)[0]
    halved = OpenSetKNN(pair_threshold=0.86).fit(X, y).kneighbors(X[:5], 3)[0]
    assert np.allclose(halved, usual / 2, atol=1e-4)


def test_it_works_inside_scikit_learn(named: tuple[np.ndarray, np.ndarray]) -> None:
    X, y = named
    pipeline = make_pipeline(FunctionTransformer(), OpenSetKNN(strangers=STRANGERS))
    assert cross_val_score(pipeline, X, y, cv=4).mean() >= 0.9


def test_faces_are_grouped_into_people() -> None:
    X, y = faces_of(30, 5)
    X = np.concatenate([X, LENGTH * PEOPLE[200:210]])
    clusterer = FaceClusterer(strangers="dlib")
    labels = clusterer.fit_predict(X)
    assert labels.dtype == np.int64
    assert np.array_equal(labels, clusterer.labels_)
    assert (labels[-10:] == -1).all()
    codes = np.unique(y, return_inverse=True)[1]
    assert len(set(zip(labels[:150].tolist(), codes.tolist(), strict=True))) == 30
    assert clusterer.candidates_.shape[1:] == (2,)


def test_two_faces_on_one_photo_are_two_people() -> None:
    X, _ = faces_of(1, 2)
    assert FaceClusterer().fit_predict(X).tolist() == [0, 0]
    alike = X + 0.05 * np.eye(128)[:2]
    alike[1] += 0.2 * np.eye(128)[5]
    apart = FaceClusterer().fit_predict(alike, photos=["a.jpg", "a.jpg"])
    assert FaceClusterer().fit_predict(alike, photos=["a.jpg", "b.jpg"]).tolist() == [0, 0]
    assert apart.tolist() == [-1, -1]


@pytest.mark.parametrize("estimator", [OpenSetKNN, FaceClusterer])
@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        ({"strangers": "facenet"}, "strangers are 'dlib', an array or None, not 'facenet'"),
        ({"strangers": "dlib"}, "The strangers have 128 numbers each, but the faces 3"),
        ({"strangers": np.eye(4)}, "The strangers have 4 numbers each, but the faces 3"),
        ({"pair_threshold": 0}, "pair_threshold is a distance greater than 0, not 0"),
    ],
)
def test_wrong_parameters_are_refused(
    estimator: Any, parameters: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        estimator(**parameters).fit(np.eye(3), [0, 1, 2])


def test_photos_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"photos has the shape \(2,\), not \(3,\)"):
        FaceClusterer().fit(np.eye(3), photos=[1, 2])
    with pytest.raises(ValueError, match="n_neighbors is a number from 1 on, not 0"):
        FaceClusterer(n_neighbors=0).fit(np.eye(3))
