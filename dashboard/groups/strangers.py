"""Groups of nobody whom the user has named: which they are, and which of them are meant."""

from __future__ import annotations

from collections.abc import Collection

from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.people.steps.listing import GroupRow

from ..shared import views
from ..shell.snapshot import Snapshot

_KEPT = "kept_strangers"
"""Setting: groups that were kept when strangers were ignored."""


def kept(library: Library) -> set[int]:
    """Return the faces of groups that the user wants to keep though nobody has named them yet."""
    found = library.setting(_KEPT)
    return {face for face in found if isinstance(face, int)} if isinstance(found, list) else set()


def keep(library: Library, snapshot: Snapshot, faces: Collection[int]) -> int:
    """Note that the groups of some faces are not to be offered again; return how many there are."""
    clusters = {snapshot.by_id[face].cluster for face in faces if face in snapshot.by_id}
    groups = [group for group in snapshot.groups if group.cluster in clusters]
    # Another grouping may tear them apart, so all their faces are noted.
    more = {face for group in groups for face in group.faces}
    if more:
        library.write_setting(_KEPT, sorted(kept(library) | more))
    return len(groups)


def offer_again(library: Library) -> None:
    """Forget which groups were kept."""
    library.write_setting(_KEPT, [])


def strange_groups(
    snapshot: Snapshot, kept: Collection[int] = ()
) -> tuple[list[GroupRow], list[GroupRow]]:
    """Return the groups without a name that seem to be nobody who has one, and those of them that
    the user keeps; smallest first, since a large one is rather somebody.

    Args:
        kept: faces of the groups that are kept.
    """
    resembling, keeping = snapshot.likely.keys(), frozenset(kept)
    found: tuple[list[GroupRow], list[GroupRow]] = ([], [])
    for group in sorted(snapshot.groups, key=lambda group: group.open):
        if not group.open or group.person is not None:
            continue
        # Most resemble nobody; to look more closely takes longer.
        if resembling.isdisjoint(group.faces) or not views.view_group(snapshot, group).suggestion:
            found[not keeping.isdisjoint(group.faces)].append(group)
    return found


def face_of(snapshot: Snapshot, group: GroupRow) -> int:
    """Return the face that stands for a group: of those without a name, the one that fits best."""
    return next(face for face in group.faces if snapshot.is_open(face))


def meant_faces(
    snapshot: Snapshot,
    offered: Collection[int],
    chosen: Collection[int],
    everybody: bool,
    kept: Collection[int] = (),
) -> list[int]:
    """Return the faces of the strange groups that a button is about.

    A group that has got a name meanwhile is none of them.

    Args:
        offered: the faces that the browser shows, each of which stands for its group.
        chosen: those of `offered` that are ticked.
        everybody: also the groups that the browser does not show, but for those that are kept.
        kept: faces of those.

    Raises:
        LabelerError: none is meant.
    """
    stand_for = {snapshot.by_id[face].cluster: face for face in offered if face in snapshot.by_id}
    ticked = set(chosen)
    faces = [
        face
        for group in strange_groups(snapshot, kept)[0]
        if (stand_for[group.cluster] in ticked if group.cluster in stand_for else everybody)
        for face in group.faces
        if snapshot.is_open(face)
    ]
    if not faces:
        raise LabelerError("No groups were chosen; click at least one.")
    return faces
