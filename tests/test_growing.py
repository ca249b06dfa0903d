"""A library grows in batches: people on many photos stay one group, and keep their names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from labeler.faces.io.face_finder import DLIB_MODELS, FinderSettings
from labeler.faces.steps import library_finder
from labeler.groups.steps import group
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.interview import Interview
from labeler.people.steps.listing import list_faces
from labeler.people.steps.recognize import recognize
from labeler.types import FloatArray, IntArray, MergeCandidates

from .conftest import in_clusters
from .crowd import add_photos
from .made_up import draw, faces_of

BATCHES, GROWN = 10, 400


@pytest.fixture
def empty(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library")
    library_finder.remember(library, None, DLIB_MODELS[FinderSettings().views])
    return library


def lives(change: float = 0.5) -> tuple[FloatArray, IntArray]:
    """Faces in the order of time, and whose they are: 0 grows up, the others are seen at times."""
    random = np.random.default_rng(11)
    owners = random.permutation(np.r_[np.zeros(GROWN), 1 + np.repeat(np.arange(60), 5)])
    child, grown = draw(random, 2)
    others = draw(random, 60)
    age = np.linspace(0, 1, len(owners))[:, None]
    centres = np.where(
        owners[:, None] == 0,
        child + change * age * (grown - child),
        others[np.maximum(owners.astype(int) - 1, 0)],
    )
    return faces_of(random, centres), owners.astype(np.int64)


def test_in_ten_batches_somebody_on_many_photos_stays_one_group_with_their_name(
    empty: Library,
) -> None:
    X, owners = lives()
    for batch, rows in enumerate(np.array_split(np.arange(len(X)), BATCHES)):
        add_photos(empty, X[rows], rows)
        if batch % 3 == 0 or group.welcome(empty) is None:
            group.cluster(empty)
        table = empty.faces()
        theirs = owners[: len(table.ids)] == 0
        sizes = np.bincount(table.clusters[theirs & (table.clusters >= 0)])
        assert sizes.max() >= 0.95 * theirs.sum(), batch
        inside = table.clusters == sizes.argmax()
        assert theirs[inside].mean() >= 0.98, batch
        if batch == 1:
            naming.name_faces(empty, table.ids[inside].tolist(), "Mia")
        elif batch > 1:
            recognize(empty)
            called = np.array([row.person == "Mia" for row in list_faces(empty)])
            assert called[theirs].mean() >= 0.9, batch
            assert theirs[called].mean() >= 0.98, batch
    assert "Mia" in standing.labels(empty).names.values()


def test_the_name_of_one_part_settles_the_others_by_recognition(empty: Library) -> None:
    X, owners = lives(0.3)
    add_photos(empty, X, np.arange(len(X)))
    ids = empty.faces().ids
    later = np.arange(len(X)) >= len(X) // 2
    parts = np.where(owners > 0, owners + 1, np.where(later, 1, 0))
    empty.write_clusters(in_clusters(ids, parts.tolist()))
    ends = [int(ids[parts == part][0]) for part in (0, 1)]
    empty.write_merge_candidates(
        MergeCandidates(np.array([ends]), np.array([0.02], dtype=np.float32))
    )
    interview = Interview(empty)
    first = interview.questions(1)[0]
    assert first.kind == "same"
    assert {face for one in first.groups for face in one.faces} == set(ids[owners == 0].tolist())
    # Whoever names one of the two instead has named both.
    interview.name(first.groups[0], "Mia")
    interview.refresh()
    rows = {row.face: row.person for row in list_faces(empty)}
    other = ids[(owners == 0) & ~np.isin(ids, first.groups[0].faces)]
    assert np.mean([rows[face] == "Mia" for face in other.tolist()]) >= 0.95
    assert "same" not in {question.kind for question in interview.questions()}
