from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler import geometry
from labeler.types import Box

numbers = st.floats(0, 1000, allow_nan=False)
sides = st.floats(1, 500, allow_nan=False)
boxes = st.lists(st.tuples(numbers, numbers, sides, sides), min_size=1, max_size=8)


def test_overlap_of_hand_computed_boxes() -> None:
    first = [(0, 0, 10, 10), (0, 0, 0, 0)]
    second = [(5, 0, 10, 10), (20, 20, 5, 5), (0, 0, 10, 10)]
    expected = [[50 / 150, 0, 1], [0, 0, 0]]
    assert np.allclose(geometry.intersection_over_union(first, second), expected)


@given(boxes, boxes)
def test_overlap_is_symmetric_and_bounded(first: list, second: list) -> None:
    overlaps = geometry.intersection_over_union(first, second)
    assert np.allclose(overlaps, geometry.intersection_over_union(second, first).T)
    assert overlaps.min() >= 0
    assert overlaps.max() <= 1 + 1e-9
    assert np.allclose(np.diag(geometry.intersection_over_union(first, first)), 1)


@given(boxes, st.floats(0.1, 0.9))
def test_no_two_kept_boxes_overlap_much(rows: list, most: float) -> None:
    scores = np.linspace(0.4, 0.9, len(rows)).astype(np.float32)
    kept = geometry.suppress_doubles(np.array(rows), scores, most)
    overlaps = geometry.intersection_over_union(np.array(rows)[kept], np.array(rows)[kept])
    np.fill_diagonal(overlaps, 0)
    assert overlaps.max(initial=0) <= most
    assert kept[0] == len(rows) - 1  # the best score is always kept
    dropped = set(range(len(rows))) - set(kept.tolist())
    all_overlaps = geometry.intersection_over_union(np.array(rows), np.array(rows))
    assert all(all_overlaps[index, kept].max() > most for index in dropped)


@given(boxes, boxes)
def test_matches_are_one_to_one(first: list, second: list) -> None:
    pairs = geometry.match_boxes(np.array(first), np.array(second), 0.3)
    overlaps = geometry.intersection_over_union(first, second)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(overlaps[i, j] >= 0.3 for i, j in pairs)
    used_first, used_second = {i for i, _ in pairs}, {j for _, j in pairs}
    free = [(i, j) for i in range(len(first)) for j in range(len(second))]
    left = [overlaps[i, j] for i, j in free if i not in used_first and j not in used_second]
    assert max(left, default=0) < 0.3  # nothing that could be paired is left


def test_no_boxes_match_nothing() -> None:
    assert geometry.match_boxes(np.empty((0, 4)), np.array([[0, 0, 5, 5]])) == []


@given(numbers, numbers, sides, sides, st.integers(50, 2000), st.integers(50, 2000))
def test_square_lies_in_the_picture(
    left: float, top: float, width: float, height: float, across: int, down: int
) -> None:
    a, b, c, d = geometry.square_around(Box(left, top, width, height), 1.5, across, down)
    assert 0 <= a < c <= across
    assert 0 <= b < d <= down
    assert abs((c - a) - (d - b)) <= 1


@given(st.integers(1, 9), st.integers(1, 9), st.integers(-4, 7), st.data())
def test_every_pixel_and_box_is_turned_back_to_where_it_was(
    width: int, height: int, turns: int, data: st.DataObject
) -> None:
    """numpy turns a marked rectangle; geometry finds it again. Corners lie between pixels."""
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    across = data.draw(st.integers(1, width - left))
    down = data.draw(st.integers(1, height - top))
    picture = np.zeros((height, width), dtype=int)
    picture[top : top + down, left : left + across] = 1
    picture[top, left] = 2
    turned = np.rot90(picture, turns)
    rows, columns = np.nonzero(turned)
    box = Box(int(columns.min()), int(rows.min()), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1)
    back = geometry.box_turned_back(box, turns, width, height)
    assert back == Box(left, top, across, down)
    (marked,) = np.argwhere(turned == 2)
    centre = geometry.turned_back(marked[::-1] + 0.5, turns, width, height)
    assert centre.tolist() == [left + 0.5, top + 0.5]


@pytest.mark.parametrize(
    ("turns", "corner"), [(0, (0, 0)), (1, (300, 0)), (2, (300, 200)), (3, (0, 200))]
)
def test_the_top_left_corner_of_a_turned_picture(turns: int, corner: tuple[int, int]) -> None:
    back = geometry.turned_back(np.array([[[0.0, 0.0]]]), turns, 300, 200)
    assert back.shape == (1, 1, 2)
    assert tuple(back[0, 0]) == corner
    whole = Box(0, 0, *((200, 300) if turns % 2 else (300, 200)))
    assert geometry.box_turned_back(whole, turns, 300, 200) == Box(0, 0, 300, 200)


@given(numbers, numbers, sides, sides, st.integers(0, 3))
def test_turning_a_box_back_and_forth_changes_nothing(
    left: float, top: float, width: float, height: float, turns: int
) -> None:
    box = Box(left, top, width, height)
    size = (1700, 1300)
    turned = geometry.box_turned_back(box, -turns, *(size[::-1] if turns % 2 else size))
    back = geometry.box_turned_back(turned, turns, *size)
    assert back.as_tuple() == pytest.approx(box.as_tuple(), abs=1e-6)


coordinates = st.floats(-500, 500, allow_nan=False)
clouds = st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=8).filter(
    lambda points: np.ptp(np.array(points), axis=0).max() > 1
)
shifts = st.tuples(coordinates, coordinates)


def matrix(angle: float, scale: float, shift: tuple[float, float]) -> np.ndarray:
    """Return the (2, 3) matrix of a turn, a scaling and a shift."""
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[cosine, -sine, shift[0]], [sine, cosine, shift[1]]])


def moved(points: np.ndarray, by: np.ndarray) -> np.ndarray:
    return points @ by[:, :2].T + by[:, 2]


@given(clouds, st.floats(-np.pi, np.pi), st.floats(0.05, 20), shifts)
def test_turn_scaling_and_shift_are_recovered(
    points: list, angle: float, scale: float, shift: tuple[float, float]
) -> None:
    source, true = np.array(points), matrix(angle, scale, shift)
    found = geometry.similarity(source, moved(source, true))
    assert found.shape == (2, 3)
    assert np.allclose(found[:, :2], true[:, :2], atol=1e-6 * max(scale, 1))
    assert np.allclose(moved(source, found), moved(source, true), atol=1e-6 * max(scale, 1))


@given(clouds, st.lists(shifts, min_size=8, max_size=8))
def test_points_are_never_mirrored_or_distorted(points: list, targets: list) -> None:
    source, target = np.array(points), np.array(targets)[: len(points)]
    for to in (target, source * (-1, 1), source * (3, 1)):
        (a, b, _), (c, d, _) = geometry.similarity(source, to)
        assert (a, b) == (d, -c)
        assert a * d - b * c >= 0


@given(
    clouds,
    st.lists(shifts, min_size=8, max_size=8),
    st.floats(-1, 1),
    st.floats(0.5, 2),
    st.tuples(st.floats(-20, 20), st.floats(-20, 20)),
)
def test_no_other_similarity_brings_points_closer(
    points: list, targets: list, angle: float, scale: float, shift: tuple[float, float]
) -> None:
    source, target = np.array(points), np.array(targets)[: len(points)]
    best = geometry.similarity(source, target)

    def error(by: np.ndarray) -> float:
        return float(((moved(source, by) - target) ** 2).sum())

    middle = moved(source, best).mean(axis=0)
    about = matrix(angle, scale, (0, 0))
    about[:, 2] = middle - about[:, :2] @ middle + shift
    other = np.column_stack([about[:, :2] @ best[:, :2], moved(best[:, 2], about)])
    assert error(best) <= error(other) * (1 + 1e-9) + 1e-6


def test_a_mirrored_square_is_not_mirrored_back() -> None:
    """By hand: the best for a mirrored square is its middle, as no turn is better than another."""
    square = np.array([(0, 0), (2, 0), (2, 2), (0, 2)], dtype=float)
    mirrored = square[[1, 0, 3, 2]]
    assert np.allclose(geometry.similarity(square, mirrored), [[0, 0, 1], [0, 0, 1]])


def test_points_in_one_place_are_brought_to_the_middle() -> None:
    same = np.full((5, 2), 3.0)
    target = np.arange(10.0).reshape(5, 2)
    assert np.allclose(moved(same, geometry.similarity(same, target)), [4, 5])
