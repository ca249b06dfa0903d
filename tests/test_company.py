"""Who is on the photo, too, tells something about a face."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.library.store import Library
from labeler.people.classifier import PersonClassifier
from labeler.people.company import Company
from labeler.people.steps import bands, naming
from labeler.people.steps.recognize import recognize
from labeler.sorting.steps.sort import plan_sort

from .conftest import true_names

ROSA, EMIL, ADA = range(3)
named = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 4)), min_size=1, max_size=40)


def company(shown: list[set[int]], count: int = 3) -> Company:
    pairs = [(photo, person) for photo, people in enumerate(shown) for person in people]
    photos, people = np.array(pairs).T
    return Company(photos, people, count)


def lifts(of: Company, beside: list[int], people: list[int]) -> list[float]:
    pairs = np.array([(0, person) for person in beside], dtype=np.int64).reshape(-1, 2)
    return of.log_lifts(pairs, np.array([people])).tolist()[0]


def test_who_is_often_seen_with_somebody_is_likelier_beside_them() -> None:
    often, never = lifts(company([{ROSA, EMIL}] * 5 + [{ADA}] * 5), [ROSA], [EMIL, ADA])
    assert often > 0 > never


def test_the_lift_is_the_ratio_of_the_two_shares() -> None:
    # 5 of Rosa's 5 photos and 5.5 of 10, each with four photos more on which chance decides.
    chance = 5.5 / 10
    expected = np.log((5 + 4 * chance) / (5 + 4) / chance)
    found = lifts(company([{ROSA, EMIL}] * 5 + [{ADA}] * 5), [ROSA], [EMIL])
    assert found == pytest.approx([expected], rel=1e-5)


def test_nothing_follows_where_everybody_is_seen_with_everybody() -> None:
    family = company([{ROSA, EMIL, ADA}] * 30)
    assert lifts(family, [ROSA], [EMIL, ADA]) == pytest.approx([0, 0], abs=0.02)


def test_of_several_the_one_counts_who_says_most() -> None:
    known = company([{ROSA, EMIL}] * 5 + [{ADA}] * 5)
    assert lifts(known, [ROSA, ADA], [EMIL]) == lifts(known, [ROSA], [EMIL])


def test_company_suggests_who_was_seen_with_it() -> None:
    known = company([{0, 11}] * 5 + [{other} for other in range(1, 11)], count=12)
    assert known.suggested(np.array([[1, 0]]), faces=2)[1, 0] == 11


@given(named, st.lists(st.integers(0, 4), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_the_order_of_names_and_company_means_nothing(
    shown: list[tuple[int, int]], beside: list[int]
) -> None:
    photos, people = np.array(shown).T
    one = Company(photos, people, 5)
    other = Company(photos[::-1], people[::-1], 5)
    found = lifts(one, beside, list(range(5)))
    assert np.isfinite(found).all()
    assert found == lifts(other, beside[::-1] * 2, list(range(5)))


def test_company_decides_between_look_alikes() -> None:
    """Emil and his twin look the same; Rosa is seen with Emil, Ada with the twin."""
    axes = np.eye(8, dtype=np.float32)
    names = ["Rosa", "Emil", "Ada", "Twin"] * 6
    X = np.tile(axes[[0, 1, 2, 1]], (6, 1))
    photos = [photo for _ in range(6) for photo in (0, 0, 1, 1)]
    photos = (np.array(photos) + 2 * np.repeat(np.arange(6), 4)).tolist()
    model = PersonClassifier().fit(X, names, photos=photos)
    codes = {name: code for code, name in enumerate(model.classes_.tolist())}
    for friend, expected in (("Rosa", "Emil"), ("Ada", "Twin")):
        beside = np.array([[0, codes[friend]]])
        best, _ = model.identify(axes[[1]], excluded=beside, company=beside)
        assert model.classes_[best[0]] == expected


def test_company_makes_nobody_of_a_face_that_looks_like_nobody() -> None:
    axes = np.eye(8, dtype=np.float32)
    model = PersonClassifier().fit(
        np.tile(axes[:2], (9, 1)), ["Rosa", "Emil"] * 9, np.arange(18) // 2
    )
    beside = np.array([[0, model.classes_.tolist().index("Rosa")]])
    assert model.identify(axes[[5]], excluded=beside, company=beside)[1][0] < 0.1


HELD_OUT = 3


def name_twins(library: Library) -> dict[int, str]:
    """Name everybody, Clara 'Henrik's' beside Henrik and 'Jonas's' beside Jonas.

    Returns:
        Some of her faces that have no name, and which of the two they should get.
    """
    truth, table = true_names(library), library.faces()
    on: dict[int, set[str]] = defaultdict(set)
    for face, photo in zip(table.ids.tolist(), table.photo_ids.tolist(), strict=True):
        on[photo].add(truth.get(face, ""))
    twins: dict[str, list[int]] = defaultdict(list)
    named: dict[str, list[int]] = defaultdict(list)
    for face, photo in zip(table.ids.tolist(), table.photo_ids.tolist(), strict=True):
        friends = on[photo] & {"Henrik", "Jonas"}
        if truth.get(face) == "Clara" and len(friends) == 1:
            twins[f"{friends.pop()}'s"].append(face)
        elif face in truth and truth[face] != "Clara":
            named[truth[face]].append(face)
    for name, faces in twins.items():
        named[name] = faces[HELD_OUT:]
    for name, faces in named.items():
        naming.name_faces(library, faces, name)
    return {face: name for name, faces in twins.items() for face in faces[:HELD_OUT]}


def test_recognition_regards_who_is_named_on_the_photo(demo_library: Library) -> None:
    expected = name_twins(demo_library)
    in_company = chances(demo_library, expected)
    table = demo_library.faces()
    photos = table.photo_ids[np.isin(table.ids, list(expected))]
    truth = true_names(demo_library)
    friends = [
        face
        for face in table.ids[np.isin(table.photo_ids, photos)].tolist()
        if truth.get(face) in ("Henrik", "Jonas")
    ]
    naming.unlabel_faces(demo_library, friends)
    assert in_company > chances(demo_library, expected) + 0.25


def chances(library: Library, expected: dict[int, str]) -> float:
    """Recognize, and return the mean chance that faces are given of who they should be."""
    recognize(library)
    found = [(library.recognitions().get(face), name) for face, name in expected.items()]
    return sum(one.probability for one, name in found if one and one.person == name) / len(found)


def test_sorting_regards_who_is_surely_on_the_photo(demo_library: Library, tmp_path: Path) -> None:
    """By their looks, all of Clara's faces that were held out are sooner 'Henrik's'."""
    expected = name_twins(demo_library)
    bands.want_precision(demo_library, bands.LEAST_PRECISION)
    recognize(demo_library)
    table, photos = demo_library.faces(), demo_library.photos()
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for face in (face for face, name in expected.items() if name == "Jonas's"):
        shutil.copy(photos[int(table.photo_ids[table.ids == face][0])].path, inbox)
    plan = plan_sort(demo_library, inbox, None)
    assert any("Jonas's" in [one.person for one in item.people] for item in plan)
