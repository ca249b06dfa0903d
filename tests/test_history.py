"""Taking decisions back and making them again; what is said about people as such; drawn faces."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from labeler import geometry, journal
from labeler.errors import LabelerError, UnknownPersonError
from labeler.faces.io.face_finder import FinderSettings, make_finder
from labeler.faces.steps import drawing
from labeler.faces.steps.index import index
from labeler.groups.steps import group, numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import history, naming, people
from labeler.people.steps.listing import list_faces, list_people
from labeler.people.steps.recognize import recognize
from labeler.types import Box, Labels

from .conftest import clusters_by_person, true_names

pytestmark = pytest.mark.slow


def faces_of(library: Library, person: str) -> list[int]:
    return [face for face, name in true_names(library).items() if name == person]


def test_undo_step_by_step_and_redo(demo_library: Library) -> None:
    states: list[Labels] = [standing.labels(demo_library)]
    for faces, person in (([1], "Rosa"), ([2, 3], "Emil"), ([1], "Ines")):
        naming.name_faces(demo_library, faces, person)
        states.append(standing.labels(demo_library))
    people.rename_person(demo_library, "Emil", "Emilio")
    states.append(standing.labels(demo_library))
    for state in states[-2::-1]:
        assert history.undo(demo_library)
        assert standing.labels(demo_library) == state
    assert history.undo(demo_library) is None
    for state in states[1:]:
        assert history.redo(demo_library)
        assert standing.labels(demo_library) == state
    assert history.redo(demo_library) is None
    words = [(row.what, row.stands) for row in history.history(demo_library)]
    assert words == [
        ("renamed Emil to Emilio", True),
        ("named 1 face Ines", True),
        ("named 2 faces Emil", True),
        ("named 1 face Rosa", True),
    ]


def test_a_new_decision_ends_redoing(demo_library: Library) -> None:
    first = naming.name_faces(demo_library, [1], "Rosa")
    history.undo(demo_library)
    naming.name_faces(demo_library, [2], "Emil")
    assert history.redo(demo_library) is None
    with pytest.raises(LabelerError, match="taken back already"):
        history.undo(demo_library, first)
    with pytest.raises(LabelerError, match="no entry 99"):
        history.undo(demo_library, 99)
    assert [row.stands for row in history.history(demo_library)] == [True, False]


def test_any_decision_can_be_taken_back(demo_library: Library) -> None:
    first = naming.name_faces(demo_library, [1], "Rosa")
    naming.name_faces(demo_library, [2], "Emil")
    assert history.undo(demo_library, first) == first
    assert standing.labels(demo_library).names == {2: "Emil"}


def test_renaming_takes_automatic_names_along(demo_library: Library) -> None:
    faces = faces_of(demo_library, "Rosa")
    naming.name_faces(demo_library, faces[:5], "Granny")
    recognize(demo_library)
    automatic = [row.face for row in list_faces(demo_library) if row.source == "auto"]
    people.rename_person(demo_library, "Granny", "Rosa")
    rows = {row.face: row for row in list_faces(demo_library)}
    assert automatic
    assert {rows[face].person for face in automatic} == {"Rosa"}
    assert [row.person for row in list_people(demo_library)] == ["Rosa"]
    with pytest.raises(UnknownPersonError, match="nobody called Granny"):
        people.rename_person(demo_library, "Granny", "Anna")


def test_merging_people_and_taking_it_back(demo_library: Library) -> None:
    rosa, emil = faces_of(demo_library, "Rosa"), faces_of(demo_library, "Emil")
    naming.name_faces(demo_library, rosa[:5], "Granny")
    naming.name_faces(demo_library, rosa[5:9], "Rosa")
    naming.reject_faces(demo_library, emil[:1], "Granny")
    before = standing.labels(demo_library)
    with pytest.raises(LabelerError, match="merge them"):
        people.rename_person(demo_library, "Granny", "Rosa")
    people.merge_people(demo_library, "Granny", "Rosa")
    labels = standing.labels(demo_library)
    assert labels.names == dict.fromkeys(rosa[:9], "Rosa")
    assert labels.rejected == {emil[0]: {"Rosa"}}
    with pytest.raises(LabelerError, match="the same name"):
        people.merge_people(demo_library, "Rosa", "Rosa ")
    history.undo(demo_library)
    assert standing.labels(demo_library) == before


def test_nobody_is_recognized_before_birth(demo_library: Library) -> None:
    faces = faces_of(demo_library, "Rosa")
    taken = {row.face: row.taken for row in list_faces(demo_library)}
    dated = sorted((face for face in faces if taken[face]), key=lambda face: taken[face])  # type: ignore[arg-type, return-value]
    naming.name_faces(demo_library, dated[-6:], "Rosa")
    recognize(demo_library)
    carriers = {row.face for row in list_faces(demo_library) if row.source == "auto"}
    middle = taken[dated[len(dated) // 2]]
    assert middle
    assert any(taken[face] < middle for face in carriers if taken[face])  # type: ignore[operator]
    people.set_birth(demo_library, "Rosa", middle.date())
    recognize(demo_library)
    carriers = {row.face for row in list_faces(demo_library) if row.source == "auto"}
    assert carriers
    assert all(taken[face].date() >= middle.date() for face in carriers if taken[face])  # type: ignore[union-attr]
    assert list_people(demo_library)[0].born == middle.date()
    people.set_birth(demo_library, "Rosa", None)
    assert list_people(demo_library)[0].born is None


def test_a_picture_is_chosen_among_the_named_faces(demo_library: Library) -> None:
    naming.name_faces(demo_library, [1, 2], "Rosa")
    people.choose_cover(demo_library, 2)
    assert list_people(demo_library)[0].cover == 2
    people.rename_person(demo_library, "Rosa", "Rose")
    assert list_people(demo_library)[0].cover == 2
    naming.name_faces(demo_library, [2], "Emil")
    assert {row.person: row.cover for row in list_people(demo_library)} == {
        "Rose": None,
        "Emil": None,
    }
    with pytest.raises(LabelerError, match="no name from you"):
        people.choose_cover(demo_library, 3)
    with pytest.raises(LabelerError, match="no face 999"):
        people.choose_cover(demo_library, 999)


def test_automatic_names_are_confirmed_at_once(demo_library: Library) -> None:
    faces = faces_of(demo_library, "Rosa")
    naming.name_faces(demo_library, faces[:5], "Rosa")
    recognize(demo_library)
    automatic = {row.face for row in list_faces(demo_library) if row.source == "auto"}
    people.confirm_person(demo_library, "Rosa")
    assert set(standing.labels(demo_library).names) == automatic | set(faces[:5])
    with pytest.raises(LabelerError, match="No automatic name Rosa"):
        people.confirm_person(demo_library, "Rosa")


@pytest.fixture
def small_album(tmp_path: Path, demo_album: Path) -> tuple[Library, Path]:
    """A library of one photo, one of whose faces the detector is made to miss."""
    folder = tmp_path / "album"
    folder.mkdir()
    photo = folder / "party.jpg"
    shutil.copy(demo_album / "photos" / "2003 Christmas at home" / "IMG_1002.jpg", photo)
    return Library.create(tmp_path / "library"), photo


def test_a_drawn_face_lasts(small_album: tuple[Library, Path], models_folder: Path) -> None:
    library, photo = small_album
    finder = make_finder(models_folder)
    index(library, [photo.parent], finder=finder)
    ids, X = library.descriptors(finder.embedder.model.id)
    box = library.face(int(ids[0]))[1]  # type: ignore[index]
    with pytest.raises(LabelerError, match=f"Face {ids[0]} is there already"):
        drawing.draw_face(library, photo, box, finder)
    library.remove_faces([int(ids[0])])  # as if it had never been found
    drawn = drawing.draw_face(library, photo, box, finder)
    naming.name_faces(library, [drawn], "Rosa")
    again, Y = library.descriptors(finder.embedder.model.id)
    row = Y[again.tolist().index(drawn)]
    assert np.linalg.norm(row - X[0]) < 0.35  # dlib's points from the box, not the detector's
    # Moved, and looked at again by another detector and another network:
    moved = photo.parent.parent / "moved"
    photo.parent.rename(moved)
    other = make_finder(models_folder, FinderSettings(detector="hog", views=1))
    index(library, [moved], finder=other)
    index(library, [photo.parent.parent / "moved"], finder=finder)
    names = {r.person: r.box for r in list_faces(library) if r.person}
    overlap = geometry.intersection_over_union(
        [names["Rosa"].as_tuple()], np.array([box.as_tuple()])
    )
    assert overlap[0, 0] > journal.LEAST_OVERLAP


def test_a_drawing_is_taken_back_and_made_again(
    small_album: tuple[Library, Path], models_folder: Path
) -> None:
    library, photo = small_album
    finder = make_finder(models_folder)
    index(library, [photo.parent], finder=finder)
    before = [row.box for row in list_faces(library)]
    drawn = drawing.draw_face(library, photo, Box(-20, -20, 70, 60), finder)
    rows = {row.face: row.box for row in list_faces(library)}
    assert rows[drawn] == Box(0, 0, 50, 40)
    history.undo(library)
    assert [row.box for row in list_faces(library)] == before
    history.redo(library)
    assert Box(0, 0, 50, 40) in [row.box for row in list_faces(library)]
    index(library, [photo.parent], finder=finder)
    assert len(list_faces(library)) == len(before) + 1
    for wrong, match in ((Box(0, 0, 5, 5), "at least 10"), (Box(90_000, 0, 50, 50), "at least 10")):
        with pytest.raises(LabelerError, match=match):
            drawing.draw_face(library, photo, wrong, finder)
    with pytest.raises(LabelerError, match="not in the library"):
        drawing.draw_face(library, photo.with_name("other.jpg"), Box(0, 0, 50, 50), finder)


def test_names_survive_a_restored_backup(demo_library: Library, tmp_path: Path) -> None:
    """The one file is enough, and what was computed since then does not disturb it."""
    for person, cluster in list(clusters_by_person(demo_library).items())[:4]:
        naming.name_faces(demo_library, numbering.cluster_members(demo_library, [cluster]), person)
    people.set_birth(demo_library, "Rosa", date(1942, 5, 20))
    before = standing.labels(demo_library)
    (tmp_path / "restored").mkdir()
    shutil.copy(demo_library.path, tmp_path / "restored" / "library.sqlite")
    restored = Library.create(tmp_path / "restored")
    assert standing.labels(restored) == before
    history.undo(restored)
    assert standing.labels(restored).births == {}


def test_names_survive_whatever_is_computed_again(
    demo_library: Library, demo_album: Path, models_folder: Path
) -> None:
    """Without the cache, grouped anew, and with the descriptors of another model."""
    for person, cluster in list(clusters_by_person(demo_library).items())[:4]:
        naming.name_faces(demo_library, numbering.cluster_members(demo_library, [cluster]), person)
    before = standing.labels(demo_library)
    shutil.rmtree(demo_library.cache)
    group.cluster(demo_library)
    assert standing.labels(demo_library) == before
    finder = make_finder(models_folder, FinderSettings(views=1))
    index(demo_library, [demo_album / "photos"], finder=finder)
    group.cluster(demo_library)
    assert standing.labels(demo_library) == before
