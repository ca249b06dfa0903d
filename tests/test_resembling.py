"""Whom a face resembles at once."""

from __future__ import annotations

import shutil

from labeler.library.store import Library
from labeler.people.steps.resembling import resembled_people

from .conftest import clusters_by_person, true_names


def test_the_right_person_comes_first_with_and_without_the_cache(demo_library: Library) -> None:
    names = true_names(demo_library)
    asked = [next(face for face, name in names.items() if name == who) for who in ("Rosa", "Emil")]
    others = {face: name for face, name in names.items() if face not in asked}
    for _ in range(2):
        first = [resembled_people(demo_library, face, others)[0] for face in asked]
        assert first == ["Rosa", "Emil"]
        shutil.rmtree(demo_library.cache / "graph", ignore_errors=True)


def test_everybody_once_and_nobody_from_nothing(demo_library: Library) -> None:
    names = true_names(demo_library)
    face = next(iter(names))
    found = resembled_people(demo_library, face, names)
    assert sorted(found) == sorted(set(names.values())) == sorted(clusters_by_person(demo_library))
    assert resembled_people(demo_library, face, {}) == []
    assert resembled_people(demo_library, 999_999, names) == []


def test_faces_without_a_descriptor_are_left_out(demo_library: Library) -> None:
    names = true_names(demo_library)
    face = next(face for face, name in names.items() if name == "Rosa")
    others = {other: "Rosa" if other == face + 1 else "Emil" for other in (face + 1, face + 2)}
    with demo_library._transaction() as connection:
        connection.execute("DELETE FROM descriptors WHERE face_id = ?", [face + 1])
    shutil.rmtree(demo_library.cache / "graph")
    assert resembled_people(demo_library, face, others) == ["Emil"]
