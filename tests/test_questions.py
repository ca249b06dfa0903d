"""Small questions are answered from what they ask about, and as if everything had been read."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labeler import journal
from labeler.errors import LabelerError
from labeler.faces.steps import drawing, library_finder
from labeler.library.steps import meant, standing
from labeler.library.store import Library
from labeler.library.whereabouts import GONE
from labeler.people.steps import history, listing, naming, people, split, status
from labeler.types import Box, FaceKey, FoundFace, Labels, Recognition
from tests.crowd import write_crowd

WHO = ("Rosa", "Emil", "Clara")


def by_keys(library: Library) -> Labels:
    """What the journal leads to when each of its keys is looked for among those of all faces."""
    identify = journal.FaceIdentifier(library.face_keys())
    return journal.replay(library.journal(), identify)


def elsewhere(library: Library, faces: list[int], shift: float) -> list[FaceKey]:
    """The keys of faces as another detector would have found them."""
    return [
        FaceKey(key.content_hash, replace(key.box, left=key.box.left + shift * key.box.width))
        for key in library.keys_of(faces).values()
    ]


DECISIONS: dict[str, Callable[[Library, list[int], str, str], object]] = {
    "name": lambda library, faces, who, _: naming.name_faces(library, faces, who),
    "name elsewhere": lambda library, faces, who, _: library.append(
        journal.NAME, elsewhere(library, faces, 0.1), who
    ),
    "name what is gone": lambda library, faces, who, _: library.append(
        journal.NAME, elsewhere(library, faces, 3.0), who
    ),
    "reject": lambda library, faces, who, _: naming.reject_faces(library, faces, who),
    "ignore": lambda library, faces, *_: naming.ignore_faces(library, faces),
    "unlabel": lambda library, faces, *_: naming.unlabel_faces(library, faces),
    "same": lambda library, faces, *_: naming.same_faces(library, faces),
    "different": lambda library, faces, who, _: naming.different_faces(
        library, [faces[:1], faces[1:]], who
    ),
    "apart elsewhere": lambda library, faces, *_: library.append(
        journal.DIFFERENT,
        elsewhere(library, faces, 0.1),
        parts=[number % 2 for number in range(len(faces))],
    ),
    "draw": lambda library, faces, *_: library.append(
        journal.DRAW, elsewhere(library, faces[:1], 2.0)
    ),
    "rename": lambda library, _, who, other: people.rename_person(library, who, other),
    "merge": lambda library, _, who, other: people.merge_people(library, who, other),
    "born": lambda library, _, who, __: people.set_birth(library, who, date(1950, 3, 1)),
    "hide": lambda library, _, who, __: people.hide_person(library, who),
    "kin": lambda library, _, who, other: library.append(
        journal.KIN, person=who, value=f"parent {other}"
    ),
    "undo": lambda library, *_: history.undo(library),
    "recognize": lambda library, faces, who, _: library.write_recognitions(
        Recognition(face, who, 0.999) for face in faces
    ),
    "lose a photo": lambda library, faces, *_: library.mark_files(
        [found[0].path for face in faces[:1] if (found := library.face(face))], GONE
    ),
}
decisions = st.tuples(
    st.sampled_from(sorted(DECISIONS)),
    st.lists(st.integers(0, 188), min_size=2, max_size=6, unique=True),
    st.sampled_from(WHO),
    st.sampled_from(WHO),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=st.lists(decisions, min_size=1, max_size=8))
def test_answers_are_those_of_reading_everything(
    demo_library: Library, monkeypatch: pytest.MonkeyPatch, made: list[Any]
) -> None:
    monkeypatch.setattr(meant, "LEAST_KEPT", 1)
    ids = [face for face, _ in demo_library.face_keys()]  # also those on photos that got lost
    for action, places, who, other in made:
        try:
            DECISIONS[action](demo_library, [ids[place] for place in places], who, other)
        except LabelerError:  # such as a person who has no name any more
            continue
        expected = by_keys(demo_library)
        assert standing.labels(demo_library) == expected  # looked up
        assert standing.labels(demo_library) == expected  # kept
        told = standing.about_people(demo_library)
        for what in ("births", "renamed", "hidden", "kin"):
            assert getattr(told, what) == getattr(expected, what)
    rows = listing.list_faces(demo_library)
    assert listing.list_people(demo_library) == people_of(rows, by_keys(demo_library))
    check_status(demo_library, rows)


def people_of(rows: list[listing.FaceRow], labels: Labels) -> list[listing.PersonRow]:
    of = listing.by_person(rows).items()
    return listing.people_in_order(listing.person_row(who, own, labels) for who, own in of)


def check_status(library: Library, rows: list[listing.FaceRow]) -> None:
    found = status.status(library)
    sources = Counter(row.source for row in rows)
    groups = {row.cluster for row in rows} - {None}
    settled = {row.cluster for row in rows if row.person or row.ignored}
    assert (found.faces, found.named, found.recognized, found.ignored) == (
        len(rows), sources["user"], sources["auto"], sum(row.ignored for row in rows),
    )  # fmt: skip
    assert (found.clusters, found.nameless) == (len(groups), len(groups - settled))
    assert found.people == len({row.person for row in rows} - {None})


def test_columns_are_those_of_the_whole_table(demo_library: Library) -> None:
    demo_library.mark_files([next(iter(demo_library.photos().values())).path], GONE)
    table, columns = demo_library.faces(), demo_library.face_columns()
    for name in ("ids", "photo_ids", "clusters", "fits"):
        whole, some = getattr(table, name), getattr(columns, name)
        assert some.dtype == whole.dtype
        np.testing.assert_array_equal(some, whole)
    dated = {id_: photo.facts.metadata.date for id_, photo in demo_library.photos().items()}
    assert demo_library.dates() == {id_: day for id_, day in dated.items() if day}
    grouped, _, _ = demo_library.grouping()
    np.testing.assert_array_equal(demo_library.levels(grouped.ids.tolist()), grouped.levels)


def test_an_empty_library_has_empty_columns(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    assert len(library.face_columns()) == 0
    assert [len(column) for column in library.faces_of_entries()] == [0, 0, 0]
    assert standing.labels(library) == Labels()
    assert status.status(library).faces == 0


@pytest.mark.parametrize("harm", ["cut off", "not ours", "empty"])
def test_what_was_kept_is_left_aside_where_it_is_damaged(
    demo_library: Library, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    monkeypatch.setattr(meant, "LEAST_KEPT", 1)
    naming.name_faces(demo_library, demo_library.faces().ids[:5].tolist(), "Rosa")
    expected = standing.labels(demo_library)
    kept = demo_library.cache / "meant.npz"
    whole = kept.read_bytes()
    kept.write_bytes({"cut off": whole[:-20], "not ours": b"?" * 500, "empty": b""}[harm])
    assert standing.labels(demo_library) == expected
    assert kept.read_bytes() != b""


@pytest.mark.parametrize("between", ["decisions", "photos"])
def test_what_was_kept_of_another_copy_of_the_library_is_left_aside(
    demo_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, between: str
) -> None:
    """As after a backup was put back: as many writings, as many decisions, but other ones."""
    monkeypatch.setattr(meant, "LEAST_KEPT", 1)
    ids = demo_library.faces().ids.tolist()
    naming.name_faces(demo_library, ids[:10], "Rosa")
    demo_library.close()
    shutil.copytree(demo_library.folder, tmp_path / "copy")
    copy = Library(tmp_path / "copy")
    for library, faces in ((demo_library, ids[10:15]), (copy, ids[15:20])):
        if between == "decisions":
            naming.name_faces(library, faces, "Emil")
        else:  # the same number of faces as before, one of which has another id
            (key,) = library.keys_of(faces[:1]).values()
            ((_, X),) = [library_finder.descriptors(library, faces[:1])]
            library.remove_faces([ids[0]])
            found = FoundFace(key.box, 1.0, np.zeros((5, 2), np.float32), X[0])
            library.add_drawn(key.content_hash, found, library_finder.descriptor_model(library).id)
    assert standing.labels(demo_library) == by_keys(demo_library)
    kept = "cache/meant.npz"
    shutil.copy(demo_library.folder / kept, copy.folder / kept)
    assert standing.labels(copy) == by_keys(copy)
    assert copy.state() != demo_library.state() or between == "decisions"


def test_after_a_decision_only_its_faces_are_looked_up(
    demo_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meant, "LEAST_KEPT", 5)
    ids = demo_library.faces().ids.tolist()
    entry = naming.name_faces(demo_library, ids[:10], "Rosa")
    standing.labels(demo_library)
    naming.ignore_faces(demo_library, ids[20:22])
    asked: list[int] = []
    look_up = Library.faces_of_entries

    def watched(self: Library, after: int = 0) -> Any:
        asked.append(after)
        return look_up(self, after)

    monkeypatch.setattr(Library, "faces_of_entries", watched)
    assert standing.labels(demo_library) == by_keys(demo_library)
    assert asked == [entry]


@pytest.fixture(scope="module")
def crowd_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crowd") / "library"
    write_crowd(folder, faces=6000, named=40)
    return folder


@pytest.fixture
def crowd(crowd_folder: Path, tmp_path: Path) -> Library:
    """A library of 6,000 faces that the test may change, and that was looked through for damage."""
    folder = tmp_path / "crowd"
    shutil.copytree(crowd_folder, folder)
    library = Library(folder)
    library.check()
    return library


@contextmanager
def work(library: Library) -> Iterator[list[int]]:
    """Count in the one item how many instructions SQLite carries out meanwhile, in hundreds."""
    count = [0]

    def step() -> int:
        count[0] += 1
        return 0

    connection = library._connection()
    connection.set_progress_handler(step, 100)
    try:
        yield count
    finally:
        connection.set_progress_handler(None, 0)


def refuse(*_: Any, **__: Any) -> Any:
    raise AssertionError("A small question read a whole table.")


def test_hiding_a_person_looks_at_no_face(crowd: Library) -> None:
    with work(crowd) as scan:
        crowd.face_columns()
    with work(crowd) as steps:
        people.hide_person(crowd, "Person 1")
        people.show_person(crowd, "Person 1")
    assert steps[0] * 10 < scan[0]


def test_drawing_a_face_looks_at_one_photo(crowd: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for whole in ("photos", "faces", "first_contents", "photo_ids_by_path"):
        monkeypatch.setattr(Library, whole, refuse)
    with work(crowd) as scan:
        crowd.face_columns()
    photo = int(crowd.face_columns().photo_ids[100])
    with work(crowd) as steps, pytest.raises(LabelerError, match="cannot be read"):
        drawing.draw_on(crowd, photo, Box(700, 0, 80, 90), finder=object())  # type: ignore[arg-type]
    assert steps[0] * 5 < scan[0]


def test_dividing_a_person_reads_that_persons_photos_and_descriptors(
    crowd: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for whole in ("photos", "faces", "grouping"):
        monkeypatch.setattr(Library, whole, refuse)
    asked: list[int] = []
    descriptors = Library.descriptors

    def counted(self: Library, model: str, faces: Any = None) -> Any:
        assert faces is not None
        asked.extend(faces)
        return descriptors(self, model, faces)

    monkeypatch.setattr(Library, "descriptors", counted)
    division = split.propose(crowd, person="Person 30", parts=2)
    assert sorted(asked) == sorted(face for part in division.parts for face in part.faces)
    assert 2 <= len(asked) < 600


def test_status_and_people_make_no_photo(crowd: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for whole in ("photos", "faces", "face_keys"):
        monkeypatch.setattr(Library, whole, refuse)
    assert status.status(crowd).people == len(listing.list_people(crowd)) == 40
