"""What the user's decisions mean for the grouping of some faces."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from labeler.groups.constraints import constraints, none
from labeler.groups.links import regrouped
from labeler.types import Labels, Link

from .test_links import FACES, some_links

IDS = np.arange(4)
PEOPLE = ("Emil", "Ines", "Rosa")
somebody = st.sampled_from(PEOPLE)


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


def naive(told: Labels) -> tuple[list[object], set[frozenset[int]]]:
    """Say of each face with what it goes, and which pairs stay apart, one face after the other."""
    ids = np.arange(FACES)
    sets = regrouped(ids, np.full(FACES, -1), told.links).tolist()

    def goes_with(face: int) -> object:
        if face in told.names:
            return told.names[face]
        if sets[face] < 0:
            return face
        carried = {told.names[f] for f in told.names if sets[f] == sets[face]}
        if len(carried) > 1 or carried & told.rejected.get(face, frozenset()):
            return face  # it leaves a set that contradicts itself, or what was said of it
        return carried.pop() if carried else ("set", sets[face])

    together = [goes_with(face) for face in range(FACES)]
    pairs = {
        frozenset((face, other))
        for face, people in told.rejected.items()
        for other in told.names
        if told.names[other] in people
    }
    for link in told.links:
        for i, one in enumerate(link[:-1]):
            pairs |= {frozenset((a, b)) for part in link[i + 1 :] for a in one for b in part}
    return together, {pair for pair in pairs if len({together[face] for face in pair}) == 2}


@given(
    st.dictionaries(st.integers(0, FACES - 1), somebody),
    st.dictionaries(st.integers(0, FACES - 1), st.frozensets(somebody, min_size=1)),
    some_links(),
)
def test_it_equals_the_naive_one(
    names: dict[int, str], rejected: dict[int, frozenset[str]], links: list[Link]
) -> None:
    present = range(FACES)
    links = [tuple(part & frozenset(present) for part in link) for link in links]
    told = labels(names=names, rejected=rejected, links=tuple(links))
    found = constraints(np.arange(FACES), told)
    together, apart = naive(told)
    partition = {frozenset(np.flatnonzero(found.together == t).tolist()) for t in found.together}
    assert partition == {frozenset(f for f in present if together[f] == t) for t in together}
    people = sorted(set(names.values()))
    assert found.names.tolist() == [people.index(names[f]) if f in names else -1 for f in present]
    # Of the faces that carry a name, one stands for all: they are together anyway.
    label = found.together.tolist()
    kept = {frozenset((label[a], label[b])) for a, b in found.apart.tolist()}
    assert kept == {frozenset(label[face] for face in pair) for pair in apart}


def test_nothing_said() -> None:
    found = none(3)
    assert found.together.tolist() == [0, 1, 2]
    assert found.names.tolist() == [-1, -1, -1]
    assert found.apart.shape == (0, 2)
