"""Groups of nobody whom the user has named: which they are, and which of them are meant."""

from __future__ import annotations

from collections.abc import Collection

from labeler.errors import LabelerError
from labeler.people.steps.listing import GroupRow

from ..shared import views
from ..shell.snapshot import Snapshot


def strange_groups(snapshot: Snapshot) -> list[GroupRow]:
    """Return the groups without a name that seem to be nobody who has one, largest first."""
    nameless = (group for group in snapshot.groups if group.open and group.person is None)
    resembling = snapshot.likely.keys()
    return [
        group
        for group in nameless
        if resembling.isdisjoint(group.faces)  # as most do; to look more closely takes longer
        or views.view_group(snapshot, group).suggestion is None
    ]


def face_of(snapshot: Snapshot, group: GroupRow) -> int:
    """Return the face that stands for a group: of those without a name, the one that fits best."""
    return next(face for face in group.faces if snapshot.is_open(face))


def meant_faces(
    snapshot: Snapshot, offered: Collection[int], chosen: Collection[int], everybody: bool
) -> list[int]:
    """Return the faces of the strange groups that a button is about.

    A group that has got a name meanwhile is none of them.

    Args:
        offered: the faces that the browser shows, each of which stands for its group.
        chosen: those of `offered` that are ticked.
        everybody: also the groups that the browser does not show.

    Raises:
        LabelerError: none is meant.
    """
    stand_for = {snapshot.by_id[face].cluster: face for face in offered if face in snapshot.by_id}
    ticked = set(chosen)
    faces = [
        face
        for group in strange_groups(snapshot)
        if (stand_for[group.cluster] in ticked if group.cluster in stand_for else everybody)
        for face in group.faces
        if snapshot.is_open(face)
    ]
    if not faces:
        raise LabelerError("No groups were chosen; click at least one.")
    return faces
