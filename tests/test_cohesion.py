"""How well faces fit into their groups."""

from __future__ import annotations

import numpy as np

from labeler.groups.cohesion import fits

from .conftest import in_clusters
from .test_store import Library, add, found_face, photo


def test_the_fit_equals_brute_force() -> None:
    random = np.random.default_rng(3)
    X = random.normal(size=(9, 16)).astype(np.float32)
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    clusters = np.array([0, 0, 0, 1, 1, -1, 0, -1, 2])
    levels = random.random(9).astype(np.float32)
    found = fits(X, clusters, levels)
    for face, cluster in enumerate(clusters):
        others = [i for i in range(9) if clusters[i] == cluster >= 0 and i != face]
        if not others:
            assert np.isnan(found[face])
            continue
        similarity = np.mean([1 - ((X[face] - X[i]) ** 2).sum() / 2 for i in others])
        expected = similarity - (levels[face] + levels[others].mean()) / 2
        assert np.isclose(found[face], expected, atol=1e-6)


def test_nobody_in_a_group_is_no_error() -> None:
    assert np.isnan(fits(np.ones((2, 4), np.float32), np.array([-1, -1]), np.zeros(2))).all()


def test_doubtful_groups_are_told_and_their_best_fitting_faces_come_first(tmp_path: object) -> None:
    from dataclasses import replace

    from labeler.people.steps.listing import list_groups

    library = Library.create(tmp_path)  # type: ignore[arg-type]
    add(library, photo("/p/a.jpg", "hash-a", *(found_face(left) for left in (0, 100, 200, 300))))
    ids = library.faces().ids
    known = replace(in_clusters(ids, [0, 0, 1, 1]), fits=np.float32([0.05, 0.07, 0.03, -0.01]))
    library.write_clusters(known)
    sure, doubtful = list_groups(library)
    assert (sure.faces, sure.doubtful) == ((2, 1), False)
    assert (doubtful.faces, doubtful.doubtful) == ((3, 4), True)
    library.write_clusters(in_clusters(ids, [0, 0, 1, 1]))
    assert not any(group.doubtful for group in list_groups(library))
