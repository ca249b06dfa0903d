"""New faces in groups that are there: by themselves, and through the library."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labeler.errors import LabelerError
from labeler.faces.steps.index import index
from labeler.groups.clusters import cluster_faces
from labeler.groups.neighbours import neighbour_graph
from labeler.groups.newcomers import Crowd, welcome
from labeler.groups.steps import group
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.listing import list_faces
from labeler.types import IntArray

from .conftest import DEMO, in_clusters, true_names
from .test_clusters import people

pytestmark = pytest.mark.slow


def grouped(X: np.ndarray, old: int, photos: IntArray | None = None) -> Crowd:
    """A crowd of which the first `old` faces have been grouped."""
    photos = np.arange(len(X)) if photos is None else photos
    found = cluster_faces(X[:old], neighbour_graph(X[:old]), photos[:old])
    clusters, levels = np.full(len(X), -1), np.zeros(len(X), np.float32)
    clusters[:old], levels[:old] = found.clusters, found.levels
    return Crowd(X, photos, clusters, levels)


def joined(crowd: Crowd, old: int, weak: bool = False, next_cluster: int = 0) -> list[int]:
    new = np.arange(old, len(crowd.X))
    found = welcome(crowd, new, np.full(len(new), weak), next_cluster=next_cluster)
    return found.clusters.tolist()


def test_new_faces_join_their_people_or_make_new_groups() -> None:
    X, _ = people([6, 5, 4, 1])
    order = np.r_[0:5, 6:10, 5, 10, 11:16]  # two people are known; then one more face of each, …
    crowd = grouped(X[order], 9)
    assert crowd.clusters[:9].tolist() == [0] * 5 + [1] * 4
    assert joined(crowd, 9) == [0, 1, 2, 2, 2, 2, -1]
    assert joined(crowd, 9, next_cluster=40) == [0, 1, 40, 40, 40, 40, -1]


def test_two_faces_of_one_photo_do_not_join_one_person() -> None:
    X, _ = people([8], spread=0.035)
    photos = np.array([0, 1, 2, 3, 4, 5, 6, 6])
    assert sorted(joined(grouped(X, 6, photos), 6)) == [-1, 0]
    photos = np.array([0, 1, 2, 3, 4, 5, 5, 7])  # face 6 is beside a face that is in the group
    assert joined(grouped(X, 6, photos), 6) == [-1, 0]


def test_weak_faces_join_only_what_is_very_near() -> None:
    X, _ = people([9, 2], spread=0.035)
    assert joined(grouped(X[:9], 8), 8, weak=True) == [0]
    assert joined(grouped(X, 9), 9, weak=True) == [-1, -1]
    assert joined(grouped(X, 9), 9) == [1, 1]


def test_the_first_faces_of_all_make_groups_of_their_own() -> None:
    X, _ = people([3, 3])
    assert joined(Crowd(X, np.arange(6), np.full(6, -1), np.zeros(6, np.float32)), 0) == [
        0,
        0,
        0,
        1,
        1,
        1,
    ]


# -- through the library -------------------------------------------------------------------------


ALBUMS = sorted(path for path in (DEMO / "photos").iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def without_an_album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the demo album, of which the last part is to come."""
    folder = tmp_path_factory.mktemp("library")
    library = Library.create(folder)
    index(library, ALBUMS[:-1])
    group.cluster(library)
    library.close()
    return folder


@pytest.fixture
def grown(without_an_album: Path, tmp_path: Path) -> Library:
    """A copy of that library, after some photos of the last part were indexed."""
    folder = tmp_path / "library"
    shutil.copytree(without_an_album, folder)
    library = Library.create(folder)
    index(library, sorted(ALBUMS[-1].glob("*.jpg"))[:7])
    return library


def test_new_photos_join_the_groups_and_the_map(grown: Library) -> None:
    before = grown.faces()
    new = before.ids[np.isnan(before.xy[:, 0])]
    assert (before.clusters[np.isin(before.ids, new)] < 0).all()
    report = group.welcome(grown)
    assert report is not None
    after = grown.faces()
    is_new = np.isin(after.ids, new)
    assert report.faces == len(new) > 5
    assert report.alone == (after.clusters[is_new] < 0).sum()
    # Nobody else has moved.
    assert np.array_equal(after.clusters[~is_new], before.clusters[~is_new])
    assert np.array_equal(after.xy[~is_new], before.xy[~is_new])
    assert np.isfinite(after.xy).all()
    assert np.isfinite(after.fits[is_new & (after.clusters >= 0)]).all()
    truth = true_names(grown)
    right = []
    for face, cluster in zip(new.tolist(), after.clusters[is_new].tolist(), strict=True):
        mates = Counter(truth[i] for i in after.ids[(after.clusters == cluster) & ~is_new].tolist())
        if cluster >= 0 and mates:
            right.append(mates.most_common(1)[0][0] == truth[face])
    assert np.mean(right) > 0.9
    assert report.joined > 0.8 * report.faces
    assert group.welcome(grown) is None  # nobody is left


def test_after_new_faces_a_full_grouping_keeps_the_ids(grown: Library) -> None:
    group.welcome(grown)
    before = grown.faces()
    group.cluster(grown)
    after = grown.faces()
    kept = (before.clusters >= 0) & (after.clusters >= 0)
    assert (before.clusters[kept] == after.clusters[kept]).mean() > 0.95


def test_new_faces_do_not_join_what_the_user_split_off(grown: Library) -> None:
    """It has no number of its own before the next grouping: they wait until then."""
    table = grown.faces()
    largest = int(np.bincount(table.clusters[table.clusters >= 0]).argmax())
    members = table.ids[table.clusters == largest].tolist()
    naming.different_faces(grown, [members[:-3], members[-3:]])
    group.welcome(grown)
    rows = {row.face: row.cluster for row in list_faces(grown)}
    split_off = {rows[face] for face in members[-3:]}
    assert split_off.isdisjoint({rows[face] for face in members[:-3]})
    new = [face for face in rows if face > max(table.ids[~np.isnan(table.xy[:, 0])])]
    assert split_off.isdisjoint({rows[face] for face in new})


def test_too_many_new_faces_are_left_to_a_full_grouping(grown: Library) -> None:
    ids = grown.faces().ids
    grown.write_clusters(in_clusters(ids[:20], [0] * 20))
    assert group.welcome(grown) is None
    assert (grown.faces().clusters[20:] < 0).all()


def test_nothing_grouped_is_nothing_to_join(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    assert group.welcome(library) is None
    index(library, [DEMO / "inbox"])
    assert group.welcome(library) is None
    assert (library.faces().clusters < 0).all()


def test_many_newcomers_call_for_a_full_grouping(grown: Library) -> None:
    grown.write_setting(group.WELCOMED, 30)
    report = group.welcome(grown)
    assert report is not None
    assert report.outdated
    group.cluster(grown)
    assert grown.setting(group.WELCOMED) == 0


def test_grouping_twice_at_once_is_refused(demo_library: Library) -> None:
    with (
        group._alone(demo_library),
        pytest.raises(LabelerError, match="Another `labeler cluster` is at work"),
    ):
        group.cluster(Library(demo_library.folder))


def test_a_library_without_faces_is_grouped_into_nothing(
    models_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    library = Library.create(tmp_path / "library")
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (300, 300), (20, 90, 60)).save(tmp_path / "photos" / "meadow.png")
    index(library, [tmp_path / "photos"])
    report = group.cluster(library)
    assert (report.faces, report.clusters) == (0, 0)
