"""Somebody who changes a lot is gathered from many pieces, and strangers are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labeler.groups import constraints
from labeler.groups.clusters import CUT, cluster_faces
from labeler.groups.gathering import gathered
from labeler.groups.linkage import Apart
from labeler.groups.neighbours import neighbour_graph
from labeler.types import FloatArray, IntArray

from .made_up import MADE_UP, draw, faces_of

NOBODY = np.empty((0, 2), dtype=np.int64)
GROWN = 1200


@pytest.fixture(scope="module")
def changing() -> tuple[FloatArray, IntArray]:
    """Faces, and whose they are: 0 changes a lot, 1 is a sister, others are on a few photos."""
    random = np.random.default_rng(7)
    child, grown, sister = draw(random, 3)
    age = np.linspace(0, 1, GROWN)[:, None] ** 2
    near = np.repeat((0.35 * child + 0.75 * sister)[None], 200, axis=0)
    few = np.r_[np.repeat(np.arange(200), 5), np.arange(200, 400)]
    centres = [child + 0.8 * age * (grown - child), near, draw(random, 400)[few]]
    owners = np.r_[np.zeros(GROWN), np.ones(200), 2 + few].astype(np.int64)
    return faces_of(random, np.concatenate(centres), 0.6), owners


def test_somebody_who_changes_a_lot_is_one_group_and_nobody_elses(
    changing: tuple[FloatArray, IntArray],
) -> None:
    X, owners = changing
    clusters = cluster_faces(X, neighbour_graph(X), np.arange(len(X)), strangers=MADE_UP).clusters
    groups = np.bincount(clusters[(owners == 0) & (clusters >= 0)])
    assert groups.max() >= 0.98 * GROWN
    assert (groups > 0).sum() <= 3
    inside = owners[clusters == groups.argmax()]
    assert (inside == 0).mean() >= 0.995


@pytest.fixture(scope="module")
def pieces() -> tuple[FloatArray, IntArray, FloatArray]:
    """A person's 300 faces; the first 200 are one cluster, the others alone, at too high levels;
    then 50 strangers, alone, too."""
    random = np.random.default_rng(3)
    centres = np.concatenate([np.repeat(draw(random, 1), 300, axis=0), draw(random, 50)])
    labels = np.r_[np.zeros(200), np.arange(1, 151)].astype(np.int64)
    return faces_of(random, centres), labels, np.full(350, 0.935, dtype=np.float32)


def gather(
    pieces: tuple[FloatArray, IntArray, FloatArray],
    never: IntArray = NOBODY,
    photo: IntArray = NOBODY,
    names: dict[int, int] | None = None,
    bystanders: tuple[int, ...] = (),
) -> IntArray:
    """Return the faces beyond the first 200 that joined these."""
    X, labels, levels = pieces
    said = np.full(len(X), -1)
    for face, code in (names or {}).items():
        said[face] = code
    single = said < 0
    single[list(bystanders)] = False
    found = gathered(X, labels, levels, Apart(never, photo), said, single, MADE_UP).labels
    assert len(np.unique(found[:200])) == 1
    return 200 + np.flatnonzero(found[200:] == found[0])


def test_what_is_left_of_a_person_joins_and_no_stranger_does(
    pieces: tuple[FloatArray, IntArray, FloatArray],
) -> None:
    joined = gather(pieces)
    assert len(joined) >= 98
    assert (joined < 300).all()


def test_what_the_user_said_is_kept(pieces: tuple[FloatArray, IntArray, FloatArray]) -> None:
    assert 250 in gather(pieces)
    assert 250 not in gather(pieces, never=np.array([[250, 3]]))
    assert 250 not in gather(pieces, names={250: 1})  # one who was named stays where they are


def test_a_part_that_did_not_join_is_a_candidate(
    pieces: tuple[FloatArray, IntArray, FloatArray],
) -> None:
    X, _, levels = pieces
    labels = np.r_[np.zeros(280), np.ones(20), np.arange(2, 52)].astype(np.int64)
    said, single = np.full(len(X), -1), np.ones(len(X), dtype=bool)
    twice = Apart(NOBODY, np.array([[3, 299]]))  # both are on one photo, perhaps a mirror
    found = gathered(X, labels, levels, twice, said, single, MADE_UP)
    assert found.labels[0] != found.labels[299]
    ((part, whole),) = found.candidates.tolist()
    assert (labels[part], labels[whole]) == (1, 0)
    assert found.closeness[0] > CUT


def test_on_one_photo_with_the_person_is_somebody_else(
    pieces: tuple[FloatArray, IntArray, FloatArray],
) -> None:
    assert 250 not in gather(pieces, photo=np.array([[3, 250]]))
    of_two = gather(pieces, photo=np.array([[250, 251]]))
    assert len({250, 251} & set(of_two.tolist())) <= 1


def test_weak_faces_do_not_join_by_themselves(
    pieces: tuple[FloatArray, IntArray, FloatArray],
) -> None:
    assert not {250, 251} & set(gather(pieces, bystanders=(250, 251)).tolist())


def test_nobody_on_many_photos_is_no_trouble(
    pieces: tuple[FloatArray, IntArray, FloatArray],
) -> None:
    X, _, levels = pieces
    labels = np.arange(len(X))
    alone = gathered(
        X, labels, levels, Apart(NOBODY, NOBODY), np.full(len(X), -1), labels >= 0, MADE_UP
    )
    assert (alone.labels == labels).all()
    none = np.empty(0, dtype=np.int64)
    empty = np.empty((0, 128), dtype=np.float32)
    apart = Apart(NOBODY, NOBODY)
    assert not len(
        gathered(empty, none, empty[:, 0], apart, none, none.astype(bool), MADE_UP).labels
    )


def test_a_group_keeps_what_was_said_about_it(changing: tuple[FloatArray, IntArray]) -> None:
    X, owners = changing
    one, other = np.flatnonzero(owners == 0)[[0, -1]].tolist()
    said = replace(constraints.none(len(X)), apart=np.array([[one, other]]))
    graph = neighbour_graph(X)
    clusters = cluster_faces(X, graph, np.arange(len(X)), said, strangers=MADE_UP).clusters
    assert clusters[one] != clusters[other] or clusters[one] < 0
