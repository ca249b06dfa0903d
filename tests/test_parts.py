"""People on many photos come in one group, however much they change in twenty years."""

from __future__ import annotations

import numpy as np
import pytest

from labeler.groups import parts
from labeler.groups.clusters import cluster_faces
from labeler.groups.linkage import Apart, Linkage
from labeler.groups.neighbours import neighbour_graph
from labeler.groups.pairs import graph_pairs
from labeler.types import FloatArray, IntArray

from .made_up import MADE_UP, draw, faces_of

NOBODY = np.empty((0, 2), dtype=np.int64)
GROWN = 1500
"""So many faces has the one who grows up; a tenth of the others' faces are of people seen once."""


@pytest.fixture(scope="module")
def growing() -> tuple[FloatArray, IntArray]:
    """Faces, and whose they are: 0 grows up, 1 is a sister, the others are on a few photos."""
    random = np.random.default_rng(7)
    child, grown, sister = draw(random, 3)
    age = np.linspace(0, 1, GROWN)[:, None]
    path = child + 0.5 * age * (grown - child)
    near = np.repeat((0.35 * child + 0.75 * sister)[None], 300, axis=0)
    few = np.r_[np.repeat(np.arange(200), 5), np.arange(200, 400)]
    owners = np.r_[np.zeros(GROWN), np.ones(300), 2 + few]
    others = draw(random, 400)[few]
    X = faces_of(random, np.concatenate([path, near, others]))
    order = random.permutation(len(X))
    return X[order], owners[order].astype(np.int64)


def test_somebody_who_grows_up_is_one_group_and_nobody_elses(
    growing: tuple[FloatArray, IntArray],
) -> None:
    X, owners = growing
    clusters = cluster_faces(X, neighbour_graph(X), np.arange(len(X)), strangers=MADE_UP).clusters
    groups = np.bincount(clusters[(owners == 0) & (clusters >= 0)])
    assert groups.max() >= 0.98 * GROWN
    assert (groups > 0).sum() <= 3
    inside = owners[clusters == groups.argmax()]
    assert (inside == 0).mean() >= 0.995


@pytest.fixture
def halves() -> tuple[FloatArray, IntArray, FloatArray]:
    """Faces of one person, the last ten in a cluster of their own, and the faces' levels."""
    X = faces_of(np.random.default_rng(3), np.repeat(draw(np.random.default_rng(2), 1), 90, axis=0))
    labels = np.r_[np.zeros(80), np.ones(10)].astype(np.int64)
    return X, labels, np.full(90, 0.90, dtype=np.float32)


def join(
    halves: tuple[FloatArray, IntArray, FloatArray],
    never: IntArray = NOBODY,
    photo: IntArray = NOBODY,
    names: dict[int, int] | None = None,
    stricter: float = 0.0,
) -> int:
    """Return the number of clusters after the parts have been joined."""
    X, labels, levels = halves
    said = np.full(len(X), -1)
    for face, code in (names or {}).items():
        said[face] = code
    return len(np.unique(parts.joined(X, labels, levels, Apart(never, photo), said, stricter)))


def test_a_part_joins_its_person(halves: tuple[FloatArray, IntArray, FloatArray]) -> None:
    assert join(halves) == 1
    assert join(halves, names={0: 5}) == join(halves, names={0: 5, 85: 5}) == 1


def test_what_the_user_said_keeps_parts_apart(
    halves: tuple[FloatArray, IntArray, FloatArray],
) -> None:
    assert join(halves, never=np.array([[3, 84]])) == 2
    assert join(halves, names={0: 5, 85: 6}) == 2


def test_two_people_on_one_photo_stay_two_but_one_mirror_among_many_photos_does_not_matter(
    halves: tuple[FloatArray, IntArray, FloatArray],
) -> None:
    X, labels, levels = halves
    assert join(halves, photo=np.array([[3, 84]])) == 2  # one of ten faces
    more = np.r_[np.zeros(30), np.ones(60)].astype(np.int64)
    mirror = np.array([[3, 84]])
    joined = parts.joined(X, 1 - more, levels, Apart(NOBODY, mirror), np.full(90, -1))
    assert len(np.unique(joined)) == 2  # one of thirty
    hundred = np.repeat(X, 4, axis=0)
    labels = np.repeat(labels, 4)
    labels[120:320] = 1
    joined = parts.joined(
        hundred, labels, np.repeat(levels, 4), Apart(NOBODY, mirror * 4), np.full(360, -1)
    )
    assert len(np.unique(joined)) == 1  # one of a hundred and twenty


def test_a_stranger_is_no_part(halves: tuple[FloatArray, IntArray, FloatArray]) -> None:
    X, labels, levels = halves
    other = faces_of(np.random.default_rng(5), np.repeat(draw(np.random.default_rng(9), 1), 10, 0))
    assert join((np.concatenate([X[:80], other]), labels, levels)) == 2
    assert join(halves, stricter=1.0) == 2


def test_nothing_to_join_is_no_trouble() -> None:
    empty = np.empty((0, 128), dtype=np.float32)
    apart = Apart(NOBODY, NOBODY)
    none = np.empty(0, dtype=np.int64)
    assert len(parts.joined(empty, none, np.empty(0, np.float32), apart, none)) == 0


def test_uniting_leaves_what_merging_by_hand_would(
    halves: tuple[FloatArray, IntArray, FloatArray],
) -> None:
    X, labels, levels = halves
    pairs = graph_pairs(neighbour_graph(X, 10))
    forest = Linkage(X, pairs, Apart(NOBODY, np.array([[0, 85]])), levels, labels)
    assert len(forest.open_pairs()[0]) == 0  # the photo keeps the two apart
    forest.unite(np.zeros(90, dtype=np.int64))
    assert len(np.unique(forest.labels())) == 1
    root = forest.labels()[0]
    assert forest.sizes[root] == 90
    assert np.allclose(forest.sums[root], X.sum(axis=0), atol=1e-3)
