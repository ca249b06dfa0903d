"""Which groups the page of strangers shows, and which of them a button is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.groups import strangers
from dashboard.groups import strangers_page as page
from dashboard.shell.snapshot import Snapshot
from labeler.errors import LabelerError
from labeler.types import Recognition

from .test_dashboard import face, snapshot


def of_groups(*, named: int | None = None, likely: int | None = None) -> Snapshot:
    """Three groups of two faces each, of which one may have a name and one may be Rosa."""
    rows = [
        face(10 * group + n, cluster=group, person="Rosa" if group == named and n == 0 else None)
        for group in (1, 2, 3)
        for n in (0, 1)
    ]
    found = snapshot(*rows)
    recognitions = (
        {10 * likely + n: Recognition(10 * likely + n, "Rosa", 0.8) for n in (0, 1)}
        if likely
        else {}
    )
    return replace(found, likely=recognitions)


def test_only_groups_without_a_name_that_resemble_nobody() -> None:
    def shown(library: Snapshot) -> list[int]:
        return [group.cluster for group in strangers.strange_groups(library)[0]]

    assert shown(of_groups()) == [1, 2, 3]
    assert shown(of_groups(named=2)) == [1, 3]
    assert shown(of_groups(named=2, likely=3)) == [1]


def test_groups_that_are_not_ticked_are_kept() -> None:
    library = of_groups()
    assert strangers.meant_faces(library, [10, 20], [10], everybody=False) == [10, 11]
    assert strangers.meant_faces(library, [10, 20], [10], everybody=True) == [10, 11, 30, 31]
    with pytest.raises(LabelerError, match="No groups were chosen"):
        strangers.meant_faces(library, [10, 20], [], everybody=False)


def test_a_group_that_has_got_a_name_meanwhile_is_kept() -> None:
    library = of_groups(named=1)
    assert strangers.meant_faces(library, [10, 20], [10, 20], everybody=False) == [20, 21]
    assert strangers.meant_faces(library, [99], [99], everybody=True) == [20, 21, 30, 31]


def test_the_page_without_strangers_leads_back() -> None:
    assert "No strangers are left" in str(page.body(snapshot(face(1, cluster=None))))
