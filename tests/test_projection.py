"""The map: edges, layout, alignment to the map before, and places for new faces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.groups.neighbours import NeighbourGraph, neighbour_graph
from labeler.groups.placement import NUDGE, memberships, place_new
from labeler.groups.projection import _edges, align, project

from .test_clusters import people

SIZES = [40, 30, 25, 20, 15]


@pytest.fixture(scope="module")
def crowd() -> tuple[np.ndarray, np.ndarray, NeighbourGraph, np.ndarray]:
    """Descriptors of five clear people, whose they are, their graph and their map."""
    X, owners = people(SIZES)
    graph = neighbour_graph(X)
    return X, owners, graph, project(X, graph)


def nearest_on(xy: np.ndarray) -> np.ndarray:
    return neighbour_graph(xy.astype(np.float32), 1).indices[:, 0]


def diagonal(xy: np.ndarray) -> float:
    return float(np.linalg.norm(np.ptp(xy, axis=0)))


# -- edges ---------------------------------------------------------------------------------------


def test_memberships_fall_from_one_and_add_up() -> None:
    distances = np.sort(np.random.default_rng(0).uniform(0.2, 1, (50, 14)), axis=1)
    found = memberships(distances.astype(np.float32))
    assert np.all(found[:, 0] == 1)
    assert (np.diff(found, axis=1) <= 0).all()
    assert np.allclose(found.sum(axis=1), np.log2(15), atol=1e-3)


@pytest.mark.filterwarnings("ignore:Tensorflow:ImportWarning")  # umap-learn, when imported
def test_edges_are_those_of_umap() -> None:
    from umap.umap_ import compute_membership_strengths, smooth_knn_dist

    X, _ = people([12, 9, 9])
    X[3] = X[4]  # two copies of one photo
    graph = neighbour_graph(X)
    own = np.arange(len(X))[:, None]
    indices = np.hstack([own, graph.indices[:, :14]])
    distances = np.hstack([0 * own, graph.distances[:, :14]]).astype(np.float32)
    scales, nearest = smooth_knn_dist.py_func(distances, 15.0)  # uncompiled
    heads, tails, weights, _ = compute_membership_strengths.py_func(
        indices, distances, scales, nearest
    )
    directed = np.zeros((len(X), len(X)))
    directed[heads, tails] = weights
    found = _edges(graph)
    dense = np.zeros_like(directed)
    dense[found.heads, found.tails] = found.weights
    assert np.allclose(dense, directed + directed.T - directed * directed.T, atol=1e-3)


def test_memberships_of_copies_and_of_nobody() -> None:
    assert memberships(np.zeros((2, 3), np.float32)).tolist() == [[1, 1, 1], [1, 1, 1]]
    assert memberships(np.full((1, 3), 0.5, np.float32)).tolist() == [[1, 1, 1]]
    assert memberships(np.full((1, 1), 0.5, np.float32)).tolist() == [[1]]
    assert memberships(np.empty((2, 0), np.float32)).shape == (2, 0)
    assert memberships(np.empty((0, 5), np.float32)).shape == (0, 5)


# -- layout --------------------------------------------------------------------------------------


def test_people_are_islands(crowd: tuple) -> None:
    X, owners, graph, xy = crowd
    assert np.array_equal(owners[nearest_on(xy)], owners)
    assert np.array_equal(project(X, graph), xy)


def test_a_known_map_is_kept(crowd: tuple) -> None:
    X, owners, graph, xy = crowd
    again = project(X, graph, xy)
    assert np.median(np.linalg.norm(again - xy, axis=1)) < 0.03 * diagonal(xy)
    assert np.array_equal(owners[nearest_on(again)], owners)
    assert np.array_equal(project(X, graph, xy), again)


def test_new_faces_join_their_person_and_the_others_stay(crowd: tuple) -> None:
    X, owners, graph, xy = crowd
    before = xy.copy()
    before[::4] = np.nan
    known = np.isfinite(before[:, 0])
    after = project(X, graph, before)
    assert np.array_equal(owners[nearest_on(after)], owners)
    assert np.median(np.linalg.norm(after - xy, axis=1)[known]) < 0.03 * diagonal(xy)
    assert np.isnan(before[::4]).all()


def test_a_map_of_which_little_is_known_is_made_afresh_and_turned(crowd: tuple) -> None:
    X, _, graph, xy = crowd
    before = np.full_like(xy, np.nan)
    before[:20] = turned(xy, 2.0)[:20] + 50
    assert np.array_equal(project(X, graph, before), align(xy, before))


@pytest.mark.parametrize("n", [0, 1, 2, 11, 12])
def test_few_faces_have_a_map_and_keep_it(n: int) -> None:
    X = people([6, 6])[0][:n]
    graph = neighbour_graph(X)
    xy = project(X, graph)
    assert xy.shape == (n, 2)
    assert xy.dtype == np.float32
    assert np.isfinite(xy).all()
    again = project(X, graph, xy)
    assert again.dtype == np.float32
    assert np.isfinite(again).all()
    if n < 12:
        assert np.allclose(project(X, graph, turned(xy, 1.0) + 3), turned(xy, 1.0) + 3, atol=1e-5)


def test_copies_of_one_face_have_a_map() -> None:
    X = np.repeat(people([1])[0], 20, axis=0)
    assert np.isfinite(project(X, neighbour_graph(X))).all()


# -- alignment -----------------------------------------------------------------------------------


def turned(xy: np.ndarray, angle: float, mirrored: bool = False) -> np.ndarray:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if mirrored:
        turn[0] = -turn[0]
    return (xy @ turn).astype(np.float32)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(3, 40),
    st.floats(-3.1, 3.1),
    st.booleans(),
    st.floats(-50, 50),
    st.integers(0, 99),
)
def test_alignment_undoes_turning_mirroring_and_moving(
    n: int, angle: float, mirrored: bool, shift: float, seed: int
) -> None:
    xy = np.random.default_rng(seed).uniform(-10, 10, (n, 2)).astype(np.float32)
    assert np.allclose(align(turned(xy, angle, mirrored) + shift, xy), xy, atol=1e-3)


def test_alignment_is_rigid_and_needs_no_face_in_common(crowd: tuple) -> None:
    xy = crowd[3]
    onto = np.full_like(xy, np.nan)
    assert np.array_equal(align(xy, onto), xy)
    onto[7] = (3, 4)
    assert align(xy, onto)[7].tolist() == pytest.approx([3, 4])
    found = align(xy, 2 * turned(xy, 1.0))
    assert diagonal(found - found.mean(axis=0)) > 0
    lengths = np.linalg.norm(xy - xy.mean(axis=0), axis=1)
    assert np.allclose(np.linalg.norm(found - found.mean(axis=0), axis=1), lengths, atol=1e-3)


def test_a_group_that_has_moved_away_does_not_turn_the_others() -> None:
    random = np.random.default_rng(0)
    xy = random.uniform(-10, 10, (100, 2)).astype(np.float32)
    onto = turned(xy, 0.7) + random.normal(scale=0.01, size=(100, 2)).astype(np.float32)
    onto[:20] += (40, -25)
    assert np.abs(align(xy, onto)[20:] - onto[20:]).max() < 0.2


# -- places of new faces -------------------------------------------------------------------------


def placed(
    indices: list[list[int]], distances: list[list[float]], xy: np.ndarray, rows: list[int]
) -> np.ndarray:
    return place_new(
        np.array(indices), np.array(distances, dtype=np.float32), xy, np.array(rows, dtype=np.int64)
    )


def test_a_new_face_is_beside_its_neighbour() -> None:
    xy = np.array([[1, 2], [50, 60], [np.nan, np.nan]], dtype=np.float32)
    (found,) = placed([[0]], [[0.3]], xy, [2])
    assert np.linalg.norm(found - [1, 2]) <= NUDGE


def test_a_new_face_is_never_between_two_groups() -> None:
    xy = np.array([[0, 0], [0, 1], [1, 0], [30, 0], [30, 1], [np.nan] * 2], dtype=np.float32)
    (found,) = placed([[0, 1, 2, 3, 4]], [[0.3] * 5], xy, [5])
    assert np.linalg.norm(found - [1 / 3, 1 / 3]) < 0.5
    # The three are further away than the two: the two win.
    (found,) = placed([[3, 4, 0, 1, 2]], [[0.2, 0.2, 0.5, 0.5, 0.5]], xy, [5])
    assert np.linalg.norm(found - [30, 0.5]) < 0.5


def test_new_faces_are_chained_through_new_ones_whatever_their_order() -> None:
    xy = np.full((6, 2), np.nan, dtype=np.float32)
    xy[0], xy[5] = (3, 4), (90, 90)
    indices = [[0, 2], [1, 3], [2, 4], [3, 2]]  # 4 knows 3 knows 2 knows 1 knows 0
    found = placed(indices, [[0.3, 0.5]] * 4, xy, [1, 2, 3, 4])
    assert np.abs(found - [3, 4]).max() < 2 * NUDGE
    reverse = placed(indices[::-1], [[0.3, 0.5]] * 4, xy, [4, 3, 2, 1])
    assert np.abs(reverse - [3, 4]).max() < 2 * NUDGE


def test_strangers_go_beside_the_map_together() -> None:
    xy = np.full((7, 2), np.nan, dtype=np.float32)
    xy[0], xy[1] = (0, 0), (10, 8)
    rows = [2, 3, 4, 5, 6]
    indices = [[3], [2], [5], [6], [4]]  # two sets who know only each other
    found = placed(indices, [[0.3]] * 5, xy, rows)
    assert (found[:, 0] > 10 + NUDGE).all()
    assert np.abs(found[:2] - [11, 6]).max() <= NUDGE
    assert np.abs(found[2:] - [11, 2]).max() <= NUDGE
    assert len(np.unique(found, axis=0)) == 5


def test_without_a_map_nobody_has_a_place() -> None:
    xy = np.full((3, 2), np.nan, dtype=np.float32)
    assert np.isnan(placed([[1], [0], [0]], [[0.3]] * 3, xy, [0, 1, 2])).all()


def test_a_face_without_neighbours_goes_beside_the_map() -> None:
    xy = np.array([[1, 1], [np.nan, np.nan]], dtype=np.float32)
    found = place_new(np.empty((1, 0), int), np.empty((1, 0), np.float32), xy, np.array([1]))
    assert np.abs(found - [2, 1]).max() <= NUDGE


def test_placing_nobody_is_free(crowd: tuple) -> None:
    graph, xy = crowd[2], crowd[3]
    nobody = np.empty(0, dtype=np.int64)
    assert place_new(graph.indices[nobody], graph.distances[nobody], xy, nobody).shape == (0, 2)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 99))
def test_new_faces_land_on_their_persons_island_in_any_order(crowd: tuple, seed: int) -> None:
    _, owners, graph, xy = crowd
    random = np.random.default_rng(seed)
    rows = random.permutation(len(xy))[:30]
    before = xy.copy()
    before[rows] = np.nan
    after = before.copy()
    after[rows] = place_new(graph.indices[rows], graph.distances[rows], before, rows)
    assert np.array_equal(owners[nearest_on(after)][rows], owners[rows])
    order = random.permutation(30)
    shuffled = place_new(
        graph.indices[rows[order]], graph.distances[rows[order]], before, rows[order]
    )
    assert np.abs(shuffled - after[rows[order]]).max() <= 2 * NUDGE + 1e-4
