"""Neighbour graph, clusters and map."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.clusters import cluster_faces
from labeler.faces import DESCRIPTOR_MODEL
from labeler.neighbours import neighbour_graph
from labeler.projection import project
from labeler.store import Library

from .conftest import true_names


def people(sizes: list[int], spread: float = 0.03, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors around random centres, and whose they are."""
    random = np.random.default_rng(seed)
    owners = np.repeat(np.arange(len(sizes)), sizes)
    X = random.normal(size=(len(sizes), 128))[owners] / np.sqrt(128)
    X = X + random.normal(size=X.shape) * spread / np.sqrt(128) * 5
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32), owners


@pytest.mark.parametrize("k", [1, 5, 60])
def test_graph_equals_brute_force(k: int) -> None:
    X, _ = people([20, 20, 9])
    graph = neighbour_graph(X, k)
    distances = np.linalg.norm(X[:, None] - X[None], axis=-1)
    np.fill_diagonal(distances, np.inf)
    expected = np.sort(distances, axis=1)[:, : min(k, 48)]
    assert np.allclose(graph.distances, expected, atol=1e-3)
    assert np.allclose(
        np.take_along_axis(distances, graph.indices, axis=1), graph.distances, atol=1e-3
    )


def test_graph_of_duplicates_has_no_self_edges() -> None:
    X = np.repeat(people([1])[0], 30, axis=0)
    graph = neighbour_graph(X, 10)
    assert not (graph.indices == np.arange(30)[:, None]).any()
    assert len(neighbour_graph(X[:1])) == 1
    assert neighbour_graph(X[:1]).indices.shape == (1, 0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.integers(0, 99))
def test_clear_people_are_found_whatever_the_order(sizes: list[int], seed: int) -> None:
    X, owners = people(sizes, seed=seed)
    order = np.random.default_rng(seed).permutation(len(X))
    photos = np.arange(len(X))
    clusters = cluster_faces(X, neighbour_graph(X), photos)
    shuffled = cluster_faces(X[order], neighbour_graph(X[order]), photos)
    for found, truth in ((clusters, owners), (shuffled, owners[order])):
        together = (found[:, None] == found[None]) & (found >= 0)[:, None]
        np.fill_diagonal(together, True)
        assert np.array_equal(together, truth[:, None] == truth[None])
    sizes_by_number = np.bincount(clusters[clusters >= 0])
    assert (np.diff(sizes_by_number) <= 0).all()


def test_faces_of_one_photo_stay_apart_unless_named_alike() -> None:
    X, _ = people([6])
    photos = np.array([1, 1, 2, 3, 4, 5])
    clusters = cluster_faces(X, neighbour_graph(X), photos)
    assert clusters[0] != clusters[1]
    names = ["Rosa", "Rosa", None, None, None, None]
    assert set(cluster_faces(X, neighbour_graph(X), photos, names)) == {0}


def test_names_hold_together_and_apart() -> None:
    X, _ = people([5, 5])
    photos = np.arange(10)
    names: list[str | None] = [None] * 10
    names[0], names[1] = "Rosa", "Emil"  # two people in what looks like one
    clusters = cluster_faces(X, neighbour_graph(X), photos, names)
    assert clusters[0] != clusters[1]
    names = ["Rosa" if index in (0, 9) else None for index in range(10)]
    clusters = cluster_faces(X, neighbour_graph(X), photos, names)
    assert clusters[0] == clusters[9]


def test_quality_on_the_demo_album(demo_library_folder: object) -> None:
    library = Library(demo_library_folder)  # type: ignore[arg-type]
    table, truth = library.faces(), true_names(library)
    votes = {}
    for cluster in np.unique(table.clusters[table.clusters >= 0]):
        members = {truth[face] for face in table.ids[table.clusters == cluster].tolist()}
        assert len(members) == 1, f"cluster {cluster} mixes {members}"
        votes[cluster] = members.pop()
    assert len(votes) == len(set(votes.values())) == 11
    assert (table.clusters < 0).sum() <= 1


def test_map_is_repeatable_and_keeps_people_together(demo_library_folder: object) -> None:
    library = Library(demo_library_folder)  # type: ignore[arg-type]
    _, X = library.descriptors(DESCRIPTOR_MODEL)
    table = library.faces()
    assert np.array_equal(project(X, neighbour_graph(X)), table.xy)
    distances = np.linalg.norm(table.xy[:, None] - table.xy[None], axis=-1)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argmin(axis=1)
    grouped = table.clusters >= 0
    same = table.clusters[grouped] == table.clusters[nearest[grouped]]
    assert same.mean() > 0.98


@pytest.mark.parametrize("n", [0, 1, 2, 5, 13])
def test_small_libraries_have_a_map(n: int) -> None:
    X = people([max(n, 1)])[0][:n]
    xy = project(X, neighbour_graph(X))
    assert xy.shape == (n, 2)
    assert xy.dtype == np.float32
    assert np.isfinite(xy).all()
