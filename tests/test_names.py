"""Where the people's names stand on the map."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.map.name_placement import (
    GAP,
    LINE,
    MOST_LETTERS,
    PADDING,
    PLOT_SIZE,
    PlacedName,
    largest_island,
    place_names,
    shorten,
    text_width,
    units_per_pixel,
)

NOBODY = np.empty((0, 2))
FRAME = np.array([[0.0, 0.0], [90.0, 64.0]])
"""Far corners: with them, a unit of the map is nine pixels."""
SCALE = 9.0


def island(x: float, y: float, size: int = 5, radius: float = 0.5) -> np.ndarray:
    angle = np.arange(size) * 2 * np.pi / size
    return np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)])


def the(names: list[PlacedName], person: str) -> PlacedName:
    return next(name for name in names if name.person == person)


def test_a_name_stands_above_the_middle_of_its_island() -> None:
    points = np.array([[40.0, 30.0], [41.0, 30.0], [41.0, 31.0], [42.0, 30.0]])
    (name,) = place_names({"Rosa": points}, FRAME)
    assert (name.x, name.y) == (41.0, 31.0)
    assert (name.dx, name.dy) == pytest.approx((0, GAP + LINE / 2))
    assert not name.crowded


def test_a_name_is_at_the_largest_island_not_between_two() -> None:
    points = np.concatenate([island(20, 20, 6), island(70, 40, 5)])
    (name,) = place_names({"Rosa": points}, FRAME)
    assert np.hypot(name.x - 20, name.y - 20) < 1
    assert sorted(largest_island(points * SCALE)) == [0, 1, 2, 3, 4, 5]


def test_a_name_turns_aside_from_other_peoples_points() -> None:
    above = np.column_stack([np.linspace(38, 42, 9), np.full(9, 32.5)])
    (name,) = place_names({"Rosa": island(40, 30)}, np.concatenate([FRAME, above]))
    assert name.dy < 0
    below = above - [0, 5]
    names = place_names({"Rosa": island(40, 30)}, np.concatenate([FRAME, above, below]))
    assert names[0].dx > 0
    assert abs(names[0].dy) < LINE


def test_in_a_crowd_the_person_with_fewer_faces_gives_way() -> None:
    people = {"Few": island(40, 30, 3, 0.1), "Many": island(40, 30, 60, 0.1)}
    everywhere = np.stack(np.meshgrid(np.arange(0, 90.5, 0.3), np.arange(0, 64.5, 0.3)), axis=-1)
    names = place_names(people, everywhere.reshape(-1, 2))
    assert [(name.person, name.crowded) for name in names] == [("Many", True), ("Few", True)]
    names = place_names(people, everywhere[::2, ::2].reshape(-1, 2))
    assert [(name.person, name.crowded) for name in names] == [("Many", False), ("Few", True)]
    names = place_names(people, FRAME)
    assert [(name.person, name.crowded) for name in names] == [("Many", False), ("Few", False)]
    assert names[0].dy > 0
    assert names[1].dy < 0


def test_nobody_and_one_point() -> None:
    assert place_names({}, NOBODY) == []
    (name,) = place_names({"Rosa": np.array([[5.0, 5.0]])}, NOBODY)
    assert (name.x, name.y, name.crowded) == (5.0, 5.0, False)


def test_long_names_are_cut_and_wide_letters_are_wider() -> None:
    assert shorten("Rosa") == "Rosa"
    assert len(shorten("R" * 90)) == MOST_LETTERS
    assert shorten("R" * 90).endswith("…")
    assert text_width("Iill") < text_width("Rosa") < text_width("MWMW") < text_width("田中さくら")
    assert text_width("Zoe\u0308") == text_width("Zoe")


def test_scale_of_the_whole_map() -> None:
    assert units_per_pixel(FRAME) == pytest.approx(64 / (PLOT_SIZE[1] * (1 - 2 * PADDING)))


@st.composite
def maps(draw: st.DrawFn) -> tuple[dict[str, np.ndarray], np.ndarray]:
    random = np.random.default_rng(draw(st.integers(0, 999)))
    people = {}
    for number in range(draw(st.integers(1, 30))):
        middle, size = random.uniform(0, 20, 2), int(random.integers(1, 30))
        name = "N" * int(random.integers(1, 20)) + str(number)
        people[name] = middle + random.normal(scale=0.4, size=(size, 2))
    return people, random.uniform(0, 20, (draw(st.integers(0, 400)), 2))


@settings(max_examples=60, deadline=None)
@given(maps())
def test_names_do_not_overlap_nor_leave_the_plot_and_are_near_their_points(
    drawn: tuple[dict[str, np.ndarray], np.ndarray],
) -> None:
    people, others = drawn
    names = place_names(people, others)
    assert sorted(name.person for name in names) == sorted(people)
    sizes = [len(people[name.person]) for name in names]
    assert sizes == sorted(sizes, reverse=True)
    free = [name for name in names if not name.crowded]
    for index, name in enumerate(free):
        assert not any(name.box.overlaps(other.box) for other in free[index + 1 :])
        assert min(name.box.left, name.box.bottom) >= 0
        assert name.box.right <= PLOT_SIZE[0]
        assert name.box.top <= PLOT_SIZE[1]
    for name in names:
        assert (people[name.person] == (name.x, name.y)).all(axis=1).any()
        half = text_width(name.text) / 2
        assert abs(name.dx) <= half + GAP + 0.01
        assert abs(name.dy) <= LINE / 2 + GAP + 0.01 or abs(name.dx) <= half + 0.01


def test_a_few_people_find_room() -> None:
    random = np.random.default_rng(0)
    middles = [(2, 2), (10, 18), (18, 2), (2, 18), (18, 18), (10, 8)]
    people = {
        f"Person {n}": np.array(at) + random.normal(scale=0.4, size=(20, 2))
        for n, at in enumerate(middles)
    }
    names = place_names(people, random.uniform(0, 20, (100, 2)))
    assert not any(name.crowded for name in names)


@settings(max_examples=20, deadline=None)
@given(maps())
def test_names_depend_on_nothing_but_the_points(
    drawn: tuple[dict[str, np.ndarray], np.ndarray],
) -> None:
    people, others = drawn
    names = place_names(people, others)
    assert place_names(dict(reversed(people.items())), others[::-1]) == names
