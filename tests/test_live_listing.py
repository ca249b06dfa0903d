"""A listing that follows decisions is the listing that is read anew after them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.people.steps import history, listing, live_listing, naming, people
from labeler.people.steps.live_listing import LiveListing
from labeler.types import Recognition

PEOPLE = ("Rosa", "Emil", "Clara")
DECISIONS: dict[str, Callable[[Library, list[int], str, str], object]] = {
    "name": lambda library, faces, who, _: naming.name_faces(library, faces, who),
    "reject": lambda library, faces, who, _: naming.reject_faces(library, faces, who),
    "ignore": lambda library, faces, *_: naming.ignore_faces(library, faces),
    "unlabel": lambda library, faces, *_: naming.unlabel_faces(library, faces),
    "same": lambda library, faces, *_: naming.same_faces(library, faces),
    "different": lambda library, faces, *_: naming.different_faces(library, [faces[:1], faces[1:]]),
    "rename": lambda library, _, who, other: people.rename_person(library, who, other),
    "merge": lambda library, _, who, other: people.merge_people(library, who, other),
    "born": lambda library, _, who, __: people.set_birth(library, who, date(1950, 3, 1)),
    "hide": lambda library, _, who, __: people.hide_person(library, who),
    "cover": lambda library, faces, *_: people.choose_cover(library, faces[0]),
    "undo": lambda library, *_: history.undo(library),
    "recognize": lambda library, faces, who, _: library.write_recognitions(
        Recognition(face, who, 0.999) for face in faces
    ),
}
decisions = st.tuples(
    st.sampled_from(sorted(DECISIONS)),
    st.lists(st.integers(0, 188), min_size=2, max_size=6, unique=True),
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=st.lists(decisions, min_size=1, max_size=6))
@pytest.mark.parametrize("most_groups", [0, live_listing.MOST_GROUPS])
def test_it_is_what_is_read_anew(
    demo_library: Library, monkeypatch: pytest.MonkeyPatch, made: list, most_groups: int
) -> None:
    monkeypatch.setattr(live_listing, "MOST_GROUPS", most_groups)
    ids = demo_library.faces().ids.tolist()
    for who, face in zip(PEOPLE, ids, strict=False):
        naming.name_faces(demo_library, [face], who)
    live = LiveListing(demo_library)
    live.current()
    for action, places, who, other in made:
        try:
            DECISIONS[action](demo_library, [ids[place] for place in places], who, other)
        except LabelerError:  # such as a person who has no name any more
            continue
        assert live.current() == LiveListing(demo_library).current()
    assert list(live.current().faces) == listing.list_faces(demo_library)
    assert list(live.current().people) == listing.list_people(demo_library)
    assert list(live.current().groups) == listing.list_groups(demo_library)


def test_nothing_is_made_anew_where_nothing_happened(demo_library: Library) -> None:
    live = LiveListing(demo_library)
    first = live.current()
    assert live.current() is first
    rosa = first.groups[0].faces
    naming.name_faces(demo_library, rosa, "Rosa")
    second = live.current()
    before, after = first.by_id, second.by_id
    assert {face for face in after if after[face] is not before[face]} == set(rosa)
    kept = [row for row in first.groups if any(row is other for other in second.groups)]
    assert len(kept) == len(first.groups) - 1


def test_it_hears_of_other_writers(demo_library: Library) -> None:
    live = LiveListing(demo_library)
    live.current()
    other = Library(demo_library.folder)
    naming.name_faces(other, [1], "Rosa")
    assert live.current().by_id[1].person == "Rosa"
    other.remove_faces([2])
    assert 2 not in live.current().by_id
    other.close()
