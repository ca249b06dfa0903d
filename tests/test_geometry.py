from __future__ import annotations

import numpy as np
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
