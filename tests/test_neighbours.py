"""The neighbour graph: exact, by cells, kept up to date, kept in the cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.faces.steps import library_finder
from labeler.groups import neighbours
from labeler.groups.neighbours import (
    NeighbourGraph,
    nearest,
    neighbour_graph,
    neighbours_of,
    updated,
)
from labeler.groups.steps import graphs
from labeler.library.store import Library
from labeler.types import IntArray

from .test_clusters import people


def brute_force(X: np.ndarray, k: int) -> np.ndarray:
    distances = np.linalg.norm(X[:, None] - X[None], axis=-1)
    np.fill_diagonal(distances, np.inf)
    return np.sort(distances, axis=1)[:, :k]


def assert_is_exact(graph: NeighbourGraph, X: np.ndarray, k: int) -> None:
    assert graph.indices.shape == (len(X), min(k, len(X) - 1))
    assert np.allclose(graph.distances, brute_force(X, graph.indices.shape[1]), atol=2e-3)
    own = np.linalg.norm(X[graph.indices] - X[:, None], axis=-1)
    assert np.allclose(own, graph.distances, atol=2e-3)
    assert not (graph.indices == np.arange(len(X))[:, None]).any()
    assert all(len(set(row)) == len(row) for row in graph.indices.tolist())


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(2, 40), st.integers(0, 12), st.integers(0, 12), st.data())
def test_an_updated_graph_is_that_of_the_faces_as_they_are_now(
    k: int, kept: int, gone: int, new: int, data: st.DataObject
) -> None:
    """Whoever came, went, or moved to another place."""
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    former = random.normal(size=(kept + gone, 8)).astype(np.float32)
    rows = random.permutation(kept + gone)[:kept]
    before = np.r_[rows, np.full(new, -1)]
    X = np.concatenate([former[rows], random.normal(size=(new, 8)).astype(np.float32)])
    order = random.permutation(len(X))
    graph = updated(neighbour_graph(former, k), X[order], before[order], k)
    assert_is_exact(graph, X[order], k)


def test_the_former_graph_stays_as_it_was() -> None:
    X, _ = people([9, 9])
    graph = neighbour_graph(X[:16], 5)
    indices = graph.indices.copy()
    updated(graph, X, np.r_[np.arange(16), -1, -1], 5)
    assert np.array_equal(graph.indices, indices)


def test_cells_find_most_neighbours_and_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "MOST_EXACT", 100)
    monkeypatch.setattr(neighbours, "FACES_A_CELL", 20)
    monkeypatch.setattr(neighbours, "CELLS_SEARCHED", 8)
    X, _ = people([15] * 60)
    graph = neighbour_graph(X, 10)
    again = neighbour_graph(X, 10)
    assert np.array_equal(graph.indices, again.indices)
    monkeypatch.undo()
    exact = neighbour_graph(X, 10)
    shared = [np.isin(a, b).mean() for a, b in zip(graph.indices, exact.indices, strict=True)]
    assert np.mean(shared) > 0.95


def test_rows_that_the_cells_leave_short_are_searched_exactly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(neighbours, "MOST_EXACT", 50)
    monkeypatch.setattr(neighbours, "FACES_A_CELL", 4)
    monkeypatch.setattr(neighbours, "CELLS_SEARCHED", 1)
    X, _ = people([10] * 8)
    graph = neighbour_graph(X, 30)
    assert (graph.indices >= 0).all()
    assert (np.diff(graph.distances, axis=1) >= 0).all()


def test_some_rows_are_those_of_the_whole_graph() -> None:
    X, _ = people([8, 8, 3])
    rows: IntArray = np.array([4, 18, 0])
    graph, some = neighbour_graph(X, 6), neighbours_of(rows, X, 6)
    assert np.array_equal(some.indices, graph.indices[rows])
    assert np.allclose(some.distances, graph.distances[rows], atol=1e-6)


@pytest.mark.parametrize(("m", "n"), [(0, 5), (3, 0), (0, 0)])
def test_nobody_is_near_where_nobody_is(m: int, n: int) -> None:
    found, distances = nearest(np.ones((m, 4), np.float32), np.ones((n, 4), np.float32), 3)
    assert found.shape == distances.shape == (m, min(3, n))


# -- in the cache -------------------------------------------------------------------------------


def faces_of(library: Library) -> tuple[IntArray, np.ndarray]:
    ids, X = library_finder.descriptors(library)
    return ids, np.array(X)


def test_the_graph_is_kept_and_made_only_once(
    demo_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, X = faces_of(demo_library)
    expected = neighbour_graph(X)
    graphs.current_graph(demo_library, ids, X)

    def refuse(*_: object) -> NeighbourGraph:
        raise AssertionError("The graph is there already.")

    monkeypatch.setattr(graphs, "neighbour_graph", refuse)
    monkeypatch.setattr(graphs, "updated", refuse)
    kept = graphs.current_graph(demo_library, ids, X)
    assert np.array_equal(kept.indices, expected.indices)
    assert np.array_equal(kept.distances, expected.distances)


def test_a_kept_graph_follows_the_library(demo_library: Library) -> None:
    ids, X = faces_of(demo_library)
    graphs.current_graph(demo_library, ids[:180], X[:180])
    graphs.add_vectors(demo_library, ids[180:], X[180:])
    assert_is_exact(graphs.current_graph(demo_library, ids, X), X, 40)
    X[7] = X[100] + np.float32(0.01)  # somebody edited the photo
    assert_is_exact(graphs.current_graph(demo_library, ids[5:], X[5:]), X[5:], 40)
    assert np.array_equal(graphs.vectors_of(demo_library, ids[5:], 128), X[5:])


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_a_damaged_cache_is_as_good_as_none(demo_library: Library, damage: str) -> None:
    ids, X = faces_of(demo_library)
    graphs.current_graph(demo_library, ids, X)
    for path in (demo_library.cache / "graph").iterdir():
        spoil(path, damage)
    assert np.array_equal(graphs.vectors_of(demo_library, ids, 128), X)
    assert_is_exact(graphs.current_graph(demo_library, ids, X), X, 40)
    assert_is_exact(graphs.current_graph(demo_library, ids, X), X, 40)


def spoil(path: Path, damage: str) -> None:
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-1000])
    else:
        path.write_bytes(bytes(range(256)) * 400)


def test_the_end_of_a_record_left_by_an_interruption_does_no_harm(demo_library: Library) -> None:
    ids, X = faces_of(demo_library)
    graphs.current_graph(demo_library, ids[:150], X[:150])
    (path,) = (demo_library.cache / "graph").glob("*.faces")
    with open(path, "ab") as file:
        file.write(b"half a record")
    graphs.add_vectors(demo_library, ids[150:], X[150:])
    assert np.array_equal(graphs.vectors_of(demo_library, ids, 128), X)
