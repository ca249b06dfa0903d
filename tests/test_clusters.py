"""Neighbour graph, clusters and map."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.faces.steps.library_finder import descriptors
from labeler.groups.clusters import cluster_faces, matched
from labeler.groups.constraints import constraints
from labeler.groups.neighbours import neighbour_graph
from labeler.groups.projection import project
from labeler.library.store import Library
from labeler.types import IntArray, Labels, Link

from .conftest import true_names


def people(sizes: list[int], spread: float = 0.03, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors around random centres, and whose they are."""
    random = np.random.default_rng(seed)
    owners = np.repeat(np.arange(len(sizes)), sizes)
    X = random.normal(size=(len(sizes), 128))[owners] / np.sqrt(128)
    X = X + random.normal(size=X.shape) * spread / np.sqrt(128) * 5
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32), owners


def group(
    X: np.ndarray,
    photos: np.ndarray | None = None,
    names: dict[int, str] | None = None,
    rejected: dict[int, frozenset[str]] | None = None,
    links: tuple[Link, ...] = (),
) -> IntArray:
    """Group faces of which the user has said this; their ids are their positions."""
    said = Labels(names=names or {}, rejected=rejected or {}, links=links)
    photos = np.arange(len(X)) if photos is None else photos
    said_of = constraints(np.arange(len(X)), said)
    return cluster_faces(X, neighbour_graph(X), photos, said_of).clusters


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
    clusters, shuffled = group(X), group(X[order])
    for found, truth in ((clusters, owners), (shuffled, owners[order])):
        together = (found[:, None] == found[None]) & (found >= 0)[:, None]
        np.fill_diagonal(together, True)
        assert np.array_equal(together, truth[:, None] == truth[None])
    sizes_by_number = np.bincount(clusters[clusters >= 0])
    assert (np.diff(sizes_by_number) <= 0).all()


def test_faces_of_one_photo_stay_apart_unless_named_alike() -> None:
    X, _ = people([6], spread=0.035)
    photos = np.array([1, 1, 2, 3, 4, 5])
    clusters = group(X, photos)
    assert clusters[0] != clusters[1]
    assert (np.bincount(clusters[clusters >= 0]) == 5).all()
    assert set(group(X, photos, {0: "Rosa", 1: "Rosa"})) == {0}


def test_one_picture_twice_on_a_photo_is_one_person() -> None:
    X, _ = people([3], spread=0.035)
    X[1] = X[0]
    assert set(group(X, np.array([1, 1, 2]))) == {0}


def test_weak_faces_cannot_hold_groups_together() -> None:
    """A blurred face between two people resembles both."""
    X, _ = people([5, 5], spread=0.035)
    random = np.random.default_rng(1)
    between = X[:5].mean(axis=0) + X[5:].mean(axis=0) + random.normal(size=(6, 128)) * 0.001
    between /= np.linalg.norm(between, axis=1, keepdims=True)
    faces = np.concatenate([X, between]).astype(np.float32)
    weak = np.arange(len(faces)) >= 10
    photos = np.arange(len(faces))
    clusters = cluster_faces(faces, neighbour_graph(faces), photos, weak=weak).clusters
    assert len(set(clusters[:5])) == len(set(clusters[5:10])) == 1
    assert clusters[0] != clusters[5]
    assert (clusters[10:] < 0).all()
    # Were they sharp, they would be a group of their own.
    sharp = cluster_faces(faces, neighbour_graph(faces), photos).clusters
    assert len(set(sharp[10:])) == 1
    assert sharp[10] >= 0


def test_names_hold_together_and_apart() -> None:
    X, _ = people([5, 5])
    clusters = group(X, names={0: "Rosa", 1: "Emil"})  # two people in what looks like one
    assert clusters[0] != clusters[1]
    clusters = group(X, names={0: "Rosa", 9: "Rosa"})
    assert clusters[0] == clusters[9]


def test_rejections_keep_apart() -> None:
    X, _ = people([6])
    clusters = group(X, names={0: "Rosa"}, rejected={5: frozenset({"Rosa"})})
    assert clusters[5] != clusters[0]
    assert set(group(X, rejected={5: frozenset({"Nobody so far"})})) == {0}


def test_links_hold_together_and_apart_and_the_later_one_counts() -> None:
    X, _ = people([4, 4])
    same, different = (frozenset({0, 7}),), (frozenset({0, 1}), frozenset({2, 7}))
    clusters = group(X, links=(same,))
    assert clusters[0] == clusters[7]
    clusters = group(X, links=(same, different))
    assert clusters[0] not in (clusters[2], clusters[7])
    clusters = group(X, links=(different, same))
    assert clusters[0] == clusters[7]
    assert clusters[0] != clusters[2]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_the_user_said_always_holds(data: st.DataObject) -> None:
    X, _ = people([4, 4, 2], spread=0.035)
    faces = st.integers(0, 9)
    names = data.draw(st.dictionaries(faces, st.sampled_from(["Rosa", "Emil"]), max_size=5))
    rejected = data.draw(st.dictionaries(faces, st.just(frozenset({"Rosa"})), max_size=3))
    rejected = {face: people for face, people in rejected.items() if names.get(face) != "Rosa"}
    clusters = group(X, names=names, rejected=rejected)
    for face, name in names.items():
        for other, other_name in names.items():
            together = clusters[face] >= 0 and clusters[face] == clusters[other]
            assert together == (name == other_name) or face == other
        for other in rejected:
            if name == "Rosa":
                assert clusters[face] < 0 or clusters[face] != clusters[other]


def test_matched_clusters_keep_their_ids() -> None:
    before = np.array([4, 4, 4, 7, 7, -1, 2, 2])
    clusters = np.array([0, 0, 1, 1, 1, 2, 2, -1])
    # New 0 shares two faces with 4, new 1 shares two with 7 and one with 4, new 2 one with 2.
    assert matched(clusters, before, 9).tolist() == [4, 4, 7, 7, 7, 2, 2, -1]
    assert matched(clusters, np.full(8, -1), 9).tolist() == [9, 9, 10, 10, 10, 11, 11, -1]
    assert matched(np.full(8, -1), before).tolist() == [-1] * 8


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), max_size=20))
def test_matching_only_renames(pairs: list[tuple[int, int]]) -> None:
    new, before = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    new = np.unique(np.r_[-1, new], return_inverse=True)[1][1:] - 1  # without gaps
    result = matched(new, before, 6)
    assert np.array_equal(result < 0, new < 0)
    assert np.array_equal(result[:, None] == result[None], new[:, None] == new[None])
    assert ((result < 5) | (result >= 6)).all()
    kept = [i for i in set(result.tolist()) if 0 <= i < 6]
    assert all((before[result == i] == i).any() for i in kept)


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
    _, X = descriptors(library)
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
