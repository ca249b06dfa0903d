"""What answers one question tells of one moment, whatever another program writes meanwhile."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dashboard.search.searcher import Searcher
from dashboard.shell.snapshot import Snapshots
from labeler.exchange.steps import backups, pictures_out, tables_out
from labeler.exchange.steps.known import ChoiceOfNames
from labeler.faces.steps import library_finder as finders
from labeler.faces.steps import outside
from labeler.family.steps import gallery, lookalike
from labeler.groups.steps.group import cluster, welcome
from labeler.library.connecting import FILE_NAME
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.library.whereabouts import GONE
from labeler.metrics.steps import evaluate
from labeler.people.steps import bands, merging, naming, split, status, waiting
from labeler.people.steps.interview import Interview
from labeler.people.steps.listing import list_faces, list_groups, list_people
from labeler.people.steps.live_listing import Listing, LiveListing
from labeler.people.steps.recognize import recognize
from labeler.reports.steps import report
from labeler.search.steps import search
from labeler.slideshows.steps import slideshow
from labeler.types import (
    AnalysedPhoto,
    Box,
    FloatArray,
    FoundFace,
    MergeCandidates,
    PhotoFacts,
    PhotoFile,
)

from .conftest import DEMO, true_names

pytestmark = pytest.mark.slow

NAMED = 4
"""So many faces of each person have a name."""
ALONE = 94
"""The place of a face about which nothing is known."""


@pytest.fixture(scope="module")
def named_folder(demo_library_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library in which some faces have names, others automatic ones, and others none."""
    folder = tmp_path_factory.mktemp("named") / "library"
    shutil.copytree(demo_library_folder, folder)
    library = Library(folder)
    faces: dict[str, list[int]] = {}
    for face, person in sorted(true_names(library).items()):
        faces.setdefault(person, []).append(face)
    nora = faces.pop("Nora")
    for person, own in faces.items():
        naming.name_faces(library, own[:NAMED], person)
    recognize(library)
    pairs = np.array([[faces["Rosa"][1], nora[0]]])
    library.write_merge_candidates(MergeCandidates(pairs, np.array([0.01], np.float32)))
    library.close()
    return folder


def copied(folder: Path, to: Path) -> Path:
    to.mkdir()
    shutil.copyfile(folder / FILE_NAME, to / FILE_NAME)
    return to


class Interrupted(Library):
    """A library that somebody else changes just before it is asked something for the n-th time."""

    def __init__(self, folder: Path, n: int, change: Callable[[Library], object]) -> None:
        self._left: int | None = None
        super().__init__(folder)
        self._left, self._change = n, change

    @property
    def is_changed(self) -> bool:
        return self._left is not None and self._left < 0

    def _connection(self) -> sqlite3.Connection:
        # While it writes, nobody else can; what is read then is of that very moment.
        if self._left is not None and not self._is_writing:
            self._left -= 1
            if self._left == -1:
                other = Library(self.folder)
                self._change(other)
                other.close()
        return super()._connection()


def index_elsewhere(library: Library) -> None:
    """Index runs take some faces away, find others, and find that a photo is missing."""
    table = library.faces()
    photos = library.photos()
    # The first one, so that the positions of all others change, and one without a name.
    gone = photos[int(table.photo_ids[len(table) // 3])]
    library.remove_faces(table.ids[[0, ALONE]].tolist())
    library.mark_files([gone.path], GONE)
    x = np.random.default_rng(0).standard_normal(128).astype(np.float32)
    add_photo(library, "new", x / np.linalg.norm(x))


def add_photo(library: Library, name: str, x: FloatArray) -> None:
    """Add a photo of one face with a descriptor (d,)."""
    face = FoundFace(Box(0, 0, 80, 90), 0.9, np.zeros((5, 2), np.float32), x, sharpness=1.0)
    content = hashlib.sha256(name.encode()).hexdigest()
    new = AnalysedPhoto(PhotoFile(f"/{name}.jpg", 1, 1), content, PhotoFacts(100, 100), (face,))
    library.add_photos([new], "drawn", finders.descriptor_model(library).id)


def told(answer: Any) -> str:
    """Write out an answer so that two can be compared, whatever arrays are in it."""
    with np.printoptions(threshold=sys.maxsize):
        return repr(answer)


def family(library: Library) -> Any:
    found = gallery.read(library)
    people = {**found.people, **dict(enumerate(found.others))}
    return {
        name: (found.table.ids[one.rows], one.photos, one.dates, one.occasions, one.coordinates)
        for name, one in people.items()
    }


def look_alikes(library: Library) -> Any:
    """Ask about a photo that shows exactly a face of the library's; no network has to look."""
    model = finders.descriptor_model(library)
    (x,) = library.descriptors(model.id, [3])[1]
    face = FoundFace(Box(0, 0, 80, 90), 0.9, np.zeros((5, 2), np.float32), x)
    seen = AnalysedPhoto(PhotoFile("asked.jpg", 1, 1), "f" * 64, PhotoFacts(100, 100), (face,))
    looking = SimpleNamespace(embedder=SimpleNamespace(model=model))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outside, "look_at", lambda *_, **__: seen)
        return lookalike.look_alikes(library, Path("asked.jpg"), finder=looking)


def lists(library: Library) -> Any:
    """Return the texts alone: the libraries are in different folders."""
    files, left_out = pictures_out.lists_of(library, library.folder / "out", ChoiceOfNames())
    return {path.name: text for path, text in files.items()}, left_out


def tables(library: Library) -> Any:
    return {**tables_out.read_tables(library), "made": None}


def current(library: Library) -> Any:
    return without_count(LiveListing(library).current())


def without_count(found: Listing) -> Any:
    """Return all that a listing holds, but the number of writings: it grows by chance."""
    return {**vars(found), "writes": 0}.values()


def searched(library: Library) -> Any:
    snapshot = Snapshots(library).current()
    return snapshot.version, Searcher(library).find(snapshot, "album:* or Rosa").photo_ids


QUESTIONS: dict[str, Callable[[Library], Any]] = {
    "faces": list_faces,
    "people": list_people,
    "groups": list_groups,
    "live listing": current,
    "snapshot": lambda library: without_count(Snapshots(library).current()),
    "search": lambda library: search.search_photos(library, "rosa"),
    "matching": lambda library: search.matching_photos(library, "rosa OR emil"),
    "report": report.report,
    "evaluate": lambda library: evaluate.evaluate(library, DEMO / "faces.csv"),
    "family": family,
    "tables": tables,
    "interview": lambda library: Interview(library).questions(),
    "merges": merging.merges,
    "division": lambda library: split.propose(library, person="Rosa"),
    "automatic": lambda library: bands.effects(library, [0.9]),
    "look-alike": look_alikes,
    "backup": lambda library: replace(backups.read_library(library), made=datetime.min),
    "lists": lists,
    "slides": lambda library: slideshow._with_faces(library, ["Rosa", "Emil"], slideshow.Extent()),
    "waiting": waiting.waiting,
    "status": lambda library: replace(status.status(library), library=Path()),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_of_one_moment(question: str, named_folder: Path, tmp_path: Path) -> None:
    ask = QUESTIONS[question]
    before = told(ask(Library(copied(named_folder, tmp_path / "before"))))
    changed = Library(copied(named_folder, tmp_path / "after"))
    index_elsewhere(changed)
    after = told(ask(changed))
    assert before != after, "the question has to be about what changes"
    for n in range(1000):
        library = Interrupted(copied(named_folder, tmp_path / str(n)), n, index_elsewhere)
        assert told(ask(library)) in (before, after), f"changed before read {n}"
        if not library.is_changed:
            break
    assert n > 1


@pytest.fixture(scope="module")
def grown_folder(named_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same library, to which some faces have come that are in no group yet."""
    library = Library(copied(named_folder, tmp_path_factory.mktemp("grown") / "library"))
    _, X = finders.descriptors(library, [10, 20, 30])
    for number, x in enumerate(X):
        add_photo(library, f"late-{number}", x)
    library.close()
    return library.folder


def grouped(library: Library) -> Any:
    return library.grouping(), library.merge_candidates()


JOBS: dict[str, tuple[Callable[[Library], object], Callable[[Library], Any]]] = {
    "cluster": (cluster, grouped),
    "welcome": (welcome, grouped),
    "recognize": (recognize, lambda library: library.recognitions()),
}


@pytest.mark.parametrize("job", JOBS)
def test_what_is_computed_is_of_one_moment(job: str, grown_folder: Path, tmp_path: Path) -> None:
    """What has gone meanwhile is left out, and nothing else is another's or fails."""
    work, result = JOBS[job]
    late = Library(copied(grown_folder, tmp_path / "late"))
    work(late)
    index_elsewhere(late)
    early = Library(copied(grown_folder, tmp_path / "early"))
    index_elsewhere(early)
    work(early)
    possible = told(result(late)), told(result(early))
    for n in range(1000):
        library = Interrupted(copied(grown_folder, tmp_path / str(n)), n, index_elsewhere)
        work(library)
        if not library.is_changed:
            break
        assert told(result(library)) in possible, f"changed before read {n}"
    assert n > 1


def test_readings_are_of_the_outer_ones_moment(demo_library: Library) -> None:
    other = Library(demo_library.folder)
    with demo_library.reading():
        before = demo_library.counts()
        other.remove_faces([1])
        with demo_library.reading():
            assert demo_library.counts() == before
        assert demo_library.counts() == before
    assert demo_library.counts()["faces"] == before["faces"] - 1


def test_a_reading_ends_however_it_ends(demo_library: Library) -> None:
    with pytest.raises(KeyError), demo_library.reading():
        raise KeyError
    naming.name_faces(demo_library, [1], "Rosa")
    assert standing.name_of(demo_library, 1) == "Rosa"


def test_nothing_is_written_on_what_is_being_read(demo_library: Library) -> None:
    """SQLite would allow it, or not, depending on who else writes."""
    with demo_library.reading(), pytest.raises(RuntimeError, match="reading"):
        naming.name_faces(demo_library, [1], "Rosa")
    assert standing.labels(demo_library).names == {}
