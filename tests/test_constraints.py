"""What the user's decisions mean for the grouping of some faces."""

from __future__ import annotations

import numpy as np

from labeler.groups.constraints import constraints
from labeler.types import Labels

IDS = np.arange(4)


def labels(**more: object) -> Labels:
    nothing = {"names": {}, "ignored": frozenset(), "rejected": {}, "links": ()}
    return Labels(**{**nothing, **more})  # type: ignore[arg-type]


def test_a_rejected_face_leaves_the_set_that_has_the_name() -> None:
    linked = (frozenset({0, 1, 2}),)
    told = labels(names={0: "Rosa"}, links=(linked,))
    assert len(set(constraints(IDS, told).together[:3].tolist())) == 1
    told = labels(names={0: "Rosa"}, links=(linked,), rejected={1: frozenset({"Rosa"})})
    found = constraints(IDS, told)
    zero, one, two, three = found.together.tolist()
    assert zero == two
    assert len({zero, one, three}) == 3
    assert {frozenset(pair) for pair in found.apart.tolist()} == {frozenset({0, 1})}


def test_a_rejection_does_not_touch_a_face_with_a_name_of_its_own() -> None:
    linked = (frozenset({0, 1}),)
    told = labels(names={0: "Rosa", 1: "Rosa"}, links=(linked,), rejected={1: frozenset({"Emil"})})
    assert len(set(constraints(IDS, told).together[:2].tolist())) == 1


def test_names_unite_and_keep_apart() -> None:
    told = labels(names={0: "Rosa", 1: "Emil", 2: "Rosa"})
    found = constraints(IDS, told)
    zero, one, two, three = found.together.tolist()
    assert zero == two
    assert len({zero, one, three}) == 3
    assert found.names.tolist() == [1, 0, 1, -1]
