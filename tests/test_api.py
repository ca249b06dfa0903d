"""What programs may rely on: `import labeler`, and a library's methods."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import labeler
from labeler import FaceLibrary, LabelerError, open_library
from labeler.library.store import Library

from .conftest import clusters_by_person

pytestmark = pytest.mark.slow

PUBLIC = {
    "FaceClusterer",
    "FaceLibrary",
    "LabelerError",
    "LibraryError",
    "OpenSetKNN",
    "QueryError",
    "__version__",
    "open_library",
}
METHODS = {
    "close",
    "scenes",
    "screen_time",
    "cluster",
    "descriptors",
    "faces",
    "folder",
    "groups",
    "index",
    "name",
    "people",
    "recognize",
    "search",
    "slideshow",
    "sort",
    "undo",
    "verify",
}
"""Programs break when one of these goes: the changelog must tell of it."""
ALBUM = "2003 Christmas at home"


@pytest.fixture
def library(demo_library: Library) -> FaceLibrary:
    return open_library(demo_library.folder, create=False)


@pytest.fixture
def named(library: FaceLibrary, demo_library: Library) -> FaceLibrary:
    """A library in which a group has the name of each person."""
    for person, group in clusters_by_person(demo_library).items():
        library.name(person, groups=[group])
    return library


def test_the_public_surface() -> None:
    assert set(labeler.__all__) == PUBLIC
    assert set(dir(labeler)) >= PUBLIC
    assert all(getattr(labeler, name) is not None for name in PUBLIC)
    assert {name for name in vars(FaceLibrary) if not name.startswith("_")} == METHODS
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = labeler.nothing


def test_importing_loads_nothing() -> None:
    code = "import sys, labeler; print({'numpy', 'pandas', 'sqlite3', 'PIL'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_example_runs(
    tmp_path: Path, demo_album: Path, monkeypatch: pytest.MonkeyPatch, models_folder: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    shutil.copytree(demo_album / "photos" / ALBUM, tmp_path / "Pictures")
    shutil.copytree(models_folder, tmp_path / "faces" / "cache" / "models")
    head, _, rest = (labeler.api.__doc__ or "").partition("\n\n    import")
    assert head
    example = textwrap.dedent("    import" + rest.partition("\n\nTables")[0])
    exec(compile(example, "example", "exec"), {})
    with open_library("faces", create=False) as library:
        assert "Rosa" in library.people().index


def test_tables(named: FaceLibrary) -> None:
    faces, people, groups = named.faces(), named.people(), named.groups()
    assert len(faces) == 189
    assert (faces.right > faces.left).all()
    assert faces.person.value_counts().to_dict() == people.faces.to_dict()
    assert people.index.name == "person"
    assert groups.faces.map(len).is_monotonic_decreasing
    assert set(groups.index) == set(faces.group) - {-1}
    ids, X = named.descriptors()
    assert ids.tolist() == faces.index.tolist()
    assert X.shape == (189, 128)
    assert X.dtype == np.float32


def test_names_are_recognized_and_taken_back(library: FaceLibrary, demo_library: Library) -> None:
    group = clusters_by_person(demo_library)["Rosa"]
    members = library.groups().faces[group]
    decision = library.name("Rosa", faces=members[:3])
    assert library.people().faces.to_dict() == {"Rosa": 3}
    library.recognize()
    found = library.faces()
    assert (found[found.person == "Rosa"].source == "auto").any()
    assert library.undo() == decision
    assert library.undo() is None
    assert len(library.people()) == 0


def test_searches(named: FaceLibrary) -> None:
    found = named.search("rosa + emil")
    assert len(found)
    assert all({"Rosa", "Emil"} <= set(people) for people in found.people)
    assert found.taken.is_monotonic_increasing
    with pytest.raises(labeler.QueryError):
        named.search("rosa +")


def test_sorts(named: FaceLibrary, demo_album: Path, tmp_path: Path) -> None:
    into = tmp_path / "sorted"
    plan = named.sort(demo_album / "inbox", into)
    assert not into.exists()
    done = named.sort(demo_album / "inbox", into, apply=True)
    assert done.targets.to_dict() == plan.targets.to_dict()
    assert all(Path(target).is_file() for targets in done.targets for target in targets)
    assert done.people.map(len).sum() > 0
    with pytest.raises(TypeError):
        named.sort(demo_album / "inbox", into, metod="move")


def test_makes_slideshows(named: FaceLibrary, tmp_path: Path) -> None:
    made = named.slideshow(["Rosa"], tmp_path / "rosa.m3u8", most=5)
    assert made.slides == 5
    assert (tmp_path / "rosa.m3u8").read_text(encoding="utf-8").count(".jpg") == 5
    with pytest.raises(LabelerError, match="nobody called Nobody"):
        named.slideshow(["Nobody"], tmp_path / "nobody.m3u8")


def test_verifies(library: FaceLibrary, demo_album: Path) -> None:
    photos = sorted((demo_album / "photos" / ALBUM).glob("*.jpg"))[1:3]
    pairs = library.verify(photos)
    assert set(pairs.photo) <= set(map(str, photos))
    assert (pairs.distance.between(0, 2)).all()
    assert (pairs.same == (pairs.probability > 0.5)).mean() > 0.9


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(labeler.LibraryError):
        open_library(tmp_path / "nowhere", create=False)
