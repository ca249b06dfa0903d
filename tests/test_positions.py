"""Values are found where they are, and never where a neighbour is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.positions import positions, positions_of_all

numbers = st.lists(st.integers(-5, 20), max_size=12)


@given(there=numbers, wanted=numbers)
def test_every_value_is_at_its_own_position_or_nowhere(there: list[int], wanted: list[int]) -> None:
    known = sorted(set(there))
    found = positions(np.array(known, dtype=np.int64), np.array(wanted, dtype=np.int64))
    assert found.tolist() == [known.index(one) if one in known else -1 for one in wanted]


def test_names_are_found_as_ids_are() -> None:
    names = np.array(["Clara", "Emil", "Rosa"])
    assert positions(names, ["Rosa", "Clara Luise", "Emil"]).tolist() == [2, -1, 1]
    assert positions_of_all(names, []).tolist() == []


def test_a_value_that_has_to_be_there_is_missed() -> None:
    with pytest.raises(LookupError, match="4 is not among 3 ids"):
        positions_of_all(np.array([2, 3, 7]), np.array([7, 4]))
