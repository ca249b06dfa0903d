"""Fixtures: the demo album, and a library made from it once per run."""

from __future__ import annotations

import csv
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from labeler import geometry
from labeler.faces.steps.index import index
from labeler.groups.steps.group import cluster, welcome
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps.listing import list_faces
from labeler.types import GroupedFaces

from .browsing import browser, page  # noqa: F401
from .filming import film, panned
from .seal import sitecustomize

settings.register_profile("patient", deadline=None)  # other programs may be at work beside a test
settings.load_profile("patient")
DEMO = Path(__file__).parent.parent / "data" / "demo"
TRUE_FACES_INDEXED = 189
FILM = ("IMG_1004.jpg", "IMG_1000.jpg", "IMG_1007.jpg")
"""Photos that are shown for 2 s each: of Clara and Rosa, of Rosa, of Henrik and Rosa."""


SEAL_TEST = "192.0.2.1"
"""An address that nobody has, for what tries whether the seal holds."""


@pytest.fixture(scope="session", autouse=True)
def _seal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test, and no server that it runs, may ask anything of another computer."""
    log = tmp_path_factory.mktemp("seal") / "seen"
    sitecustomize.close(str(log))
    yield
    seen = log.read_text().splitlines() if log.exists() else []
    assert [line for line in seen if SEAL_TEST not in line] == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"browser", "page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")


@pytest.fixture(scope="session", autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the links of the tests' dashboards apart from the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def demo_album() -> Path:
    return DEMO


@pytest.fixture(scope="session")
def demo_library_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the demo album, indexed and grouped. Copy it before you change it."""
    folder = tmp_path_factory.mktemp("demo-library")
    library = Library.create(folder)
    index(library, [DEMO / "photos"])
    cluster(library)
    library.close()
    return folder


@pytest.fixture
def demo_library(demo_library_folder: Path, tmp_path: Path) -> Library:
    """A copy of the demo library that the test may change."""
    folder = tmp_path / "library"
    shutil.copytree(demo_library_folder, folder)
    return Library(folder)


@pytest.fixture(scope="session")
def filmed_library_folder(
    demo_library_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The demo library with a video, `FILM`, besides. Copy it before you change it."""
    films = tmp_path_factory.mktemp("films")
    photos = [DEMO / "photos" / "2003 Christmas at home" / name for name in FILM]
    frames = (frame for photo in photos for frame in panned(photo, 20, (960, 720)))
    film(films / "christmas.mp4", frames, rate=10)
    folder = tmp_path_factory.mktemp("filmed-library") / "library"
    shutil.copytree(demo_library_folder, folder)
    library = Library.create(folder)
    index(library, [films])
    welcome(library)
    library.close()
    return folder


@pytest.fixture
def filmed_library(filmed_library_folder: Path, tmp_path: Path) -> Library:
    """A copy of the library with a video that the test may change."""
    folder = tmp_path / "filmed-library"
    shutil.copytree(filmed_library_folder, folder)
    return Library(folder)


@pytest.fixture(scope="session")
def models_folder(demo_library_folder: Path) -> Path:
    """A folder that holds the converted networks already."""
    return demo_library_folder / "cache" / "models"


def true_names(library: Library, album: Path = DEMO) -> dict[int, str]:
    """Return the true name of every face of a demo library, by face id.

    Args:
        album: where its photos are.
    """
    truth: dict[str, list[tuple[list[float], str]]] = defaultdict(list)
    with open(album / "faces.csv", newline="") as table:
        for row in csv.DictReader(table):
            box = [float(row[key]) for key in ("left", "top", "width", "height")]
            truth[str(album / row["file"])].append((box, row["person"]))
    names = {}
    for face in list_faces(library):
        boxes = [box for box, _ in truth[face.photo]]
        if boxes:
            overlaps = geometry.intersection_over_union([face.box.as_tuple()], np.array(boxes))
            names[face.face] = truth[face.photo][int(overlaps.argmax())][1]
    return names


def clusters_by_person(library: Library) -> dict[str, int]:
    """Return the largest cluster in which each person has the majority."""
    truth = true_names(library)
    votes: dict[int, Counter[str]] = defaultdict(Counter)
    for face in list_faces(library):
        if face.cluster is not None and face.face in truth:
            votes[face.cluster][truth[face.face]] += 1
    found: dict[str, int] = {}
    for number in sorted(votes):  # largest first
        found.setdefault(votes[number].most_common(1)[0][0], number)
    return found


@pytest.fixture(scope="session")
def photos_folder() -> Path:
    """The real photographs that are not part of the repository."""
    folder = Path(os.environ.get("LABELER_TEST_PHOTOS", DEMO.parents[2] / "shared" / "photos"))
    if not folder.is_dir():
        pytest.skip(f"The real photographs are not here ({folder}); set LABELER_TEST_PHOTOS.")
    return folder


@pytest.fixture
def refuse_locked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function after whose call folders named 'locked' cannot be listed.

    Real permissions would not stop the superuser, who runs the tests in a container.
    """
    list_folder = os.scandir

    def scandir(path):  # type: ignore[no-untyped-def]
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return list_folder(path)

    return lambda: monkeypatch.setattr(os, "scandir", scandir)


def people_named(library: Library) -> list[str]:
    """Return everybody after whom the user has named a face, in alphabetical order."""
    return sorted(set(standing.labels(library).names.values()))


def in_clusters(ids: np.ndarray, clusters: list[int]) -> GroupedFaces:
    """What a grouping writes that put faces into these clusters."""
    unknown = np.full(len(ids), np.nan, dtype=np.float32)
    return GroupedFaces(np.asarray(ids), np.array(clusters), unknown, unknown)
