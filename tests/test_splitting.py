"""How a group comes apart: the arrays alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.groups import splitting
from labeler.groups.splitting import split


def people(*sizes: int, seed: int = 0, spread: float = 0.02) -> tuple[np.ndarray, np.ndarray]:
    """Return faces of people who are far apart, (n, 32) of length 1 and shuffled, and whose."""
    rng = np.random.default_rng(seed)
    whose = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    X = np.eye(32)[whose] + rng.normal(size=(len(whose), 32)) * spread
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32), whose


def same_division(one: np.ndarray, other: np.ndarray) -> bool:
    return np.array_equal(one[:, None] == one[None], other[:, None] == other[None])


@pytest.mark.parametrize("sizes", [(5, 4), (30, 3), (9, 9, 9), (12, 7, 5, 3, 2), (20, 1)])
def test_people_come_apart_and_are_numbered_by_size(sizes: tuple[int, ...]) -> None:
    X, whose = people(*sizes)
    photos = np.arange(len(X))
    for parts in (None, len(sizes)):
        found = split(X, photos, parts)
        assert same_division(found, whose)
        assert np.bincount(found).tolist() == sorted(sizes, reverse=True)
    assert found.dtype == np.int64


def test_equally_large_parts_are_numbered_by_their_first_face() -> None:
    X, whose = people(4, 4)
    assert split(X, np.arange(8)).tolist() == (whose != whose[0]).astype(int).tolist()


def test_an_odd_face_does_not_hide_two_people() -> None:
    """The highest cut of the tree would take off the face that is like nobody."""
    X, whose = people(8, 8, 1)
    X[whose < 2, 3] += 1  # makes these two alike
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    tree = splitting._tree(splitting._distances(X, np.arange(17)))
    assert sorted(np.bincount(splitting._cut(tree, 2)).tolist()) == [1, 16]
    found = split(X, np.arange(17), 2)
    assert len(set(found[whose == 0])) == len(set(found[whose == 1])) == 1
    assert sorted(np.bincount(found).tolist()) == [8, 9]


def test_two_faces_on_one_photo_are_two_people() -> None:
    rng = np.random.default_rng(0)
    X, _ = people(12, spread=0.1)
    photos = np.repeat(np.arange(6), 2)
    found = split(X, photos, 2)
    assert all(set(found[photos == photo]) == {0, 1} for photo in range(6))
    alone = split(X, np.arange(12), 2)
    assert not all(set(alone[photos == photo]) == {0, 1} for photo in range(6))
    twice = np.repeat(X[::2], 2, axis=0)  # each picture twice, as in a collage
    twice += rng.normal(size=twice.shape).astype(np.float32) * 1e-3
    found = split(twice, photos, 2)
    assert all(len(set(found[photos == photo])) == 1 for photo in range(6))


@pytest.mark.parametrize("seed", range(4))
def test_what_photos_say_decides_how_many_there_are(seed: int) -> None:
    X, _ = people(18, spread=0.1, seed=seed)
    photos = np.repeat(np.arange(6), 3)
    found = split(X, photos)
    assert np.bincount(found).tolist() == [6, 6, 6]
    assert all(set(found[photos == photo]) == {0, 1, 2} for photo in range(6))


def test_one_photo_moves_the_face_that_fits_worse_and_nothing_else() -> None:
    X, whose = people(20, 8)
    faces = np.flatnonzero(whose == 0)[:2]
    X[faces[1]] += 0.5 * np.eye(32, dtype=np.float32)[1]
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    photos = np.arange(28)
    assert np.array_equal(split(X, photos, 2), whose)
    photos[faces[1]] = photos[faces[0]]
    found = split(X, photos, 2)
    assert found[faces].tolist() == [0, 1]
    assert np.flatnonzero(found != whose).tolist() == [faces[1]]


def test_the_faces_of_a_large_group_follow_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    X, whose = people(70, 50, 30)
    monkeypatch.setattr(splitting, "MOST_LINKED", 40)
    sizes = []
    distances = splitting._distances
    monkeypatch.setattr(
        splitting, "_distances", lambda X, photos: sizes.append(len(X)) or distances(X, photos)
    )
    found = split(X, np.arange(150))
    assert sizes == [38]
    assert same_division(found, whose)
    assert np.bincount(found).tolist() == [70, 50, 30]


def test_too_few_faces_are_refused() -> None:
    X, _ = people(3)
    with pytest.raises(LabelerError, match="A single face cannot be divided"):
        split(X[:1], np.arange(1))
    with pytest.raises(LabelerError, match="3 faces cannot become 4 people; ask for 3 at most"):
        split(X, np.arange(3), 4)


some_faces = st.integers(2, 14).flatmap(
    lambda n: st.tuples(
        st.just(n), st.lists(st.integers(0, 5), min_size=n, max_size=n), st.integers(0, 10**6)
    )
)


@settings(max_examples=60, deadline=None)
@given(some_faces, st.integers(2, 14), st.sampled_from([2, 100]))
def test_every_part_has_faces_and_the_largest_is_first(
    faces: tuple[int, list[int], int], parts: int, values: int
) -> None:
    """Also where many faces are exactly alike."""
    n, photos, seed = faces
    X = np.random.default_rng(seed).integers(0, values, (n, 3)).astype(np.float32) + 1
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    for asked in (None, min(parts, n)):
        before = X.copy()
        found = split(X, np.array(photos), asked)
        sizes = np.bincount(found)
        assert len(sizes) == asked if asked else 2 <= len(sizes) <= splitting.MOST_PARTS
        assert sizes.min() >= 1
        assert np.all(np.diff(sizes) <= 0)
        assert np.array_equal(found, split(X, np.array(photos), asked))
        assert np.array_equal(X, before)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 12), st.integers(0, 10**6))
def test_the_quality_is_the_mean_of_two_silhouettes(n: int, seed: int) -> None:
    from sklearn.metrics import silhouette_samples

    rng = np.random.default_rng(seed)
    points = rng.normal(size=(n + 2, 2))
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    part = np.r_[0, 1, rng.integers(0, 2, n)]
    samples = silhouette_samples(distances, part, metric="precomputed")
    by_part = np.mean([samples[part == 0].mean(), samples[part == 1].mean()])
    expected = (samples.mean() + by_part) / 2
    assert np.isclose(splitting._quality(distances.astype(np.float32), part), expected, atol=1e-4)
