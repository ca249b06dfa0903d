"""The numbers of groups, as the user's word has changed them."""

from __future__ import annotations

from collections.abc import Iterable

from labeler.errors import LabelerError
from labeler.groups.links import regrouped
from labeler.library.steps.standing import labels as standing_labels
from labeler.library.store import Library
from labeler.types import InGroups, IntArray, Labels

NEXT_CLUSTER = "next_cluster"
"""Setting: the number that the next new group gets, so that none means two groups in turn."""


def clusters(library: Library, table: InGroups, labels: Labels) -> IntArray:
    """Return the clusters of the faces in `table`, (n,) int64, as the user's word has changed them.

    `table.clusters` are those that were last computed; all that shows clusters shows these.
    """
    return regrouped(table.ids, table.clusters, labels.links, next_cluster(library))


def next_cluster(library: Library) -> int:
    """Return the lowest number that no cluster has ever had."""
    stored = library.setting(NEXT_CLUSTER)
    return stored if isinstance(stored, int) else 0


def cluster_members(library: Library, numbers: Iterable[int]) -> list[int]:
    """Return the ids of the faces in clusters.

    Raises:
        LabelerError: there is no such cluster.
    """
    with library.reading():
        faces = library.face_columns()
        grouped = clusters(library, faces, standing_labels(library))
    return [face for number in numbers for face in members(faces.ids, grouped, number)]


def members(ids: IntArray, grouped: IntArray, number: int) -> list[int]:
    """Return those of the faces, (n,) ids and clusters, that are in one cluster.

    Raises:
        LabelerError: there is no such cluster.
    """
    found: list[int] = ids[grouped == number].tolist() if number >= 0 else []
    if not found:
        raise LabelerError(
            f"There is no cluster {number}; `labeler faces` lists the clusters, "
            "and `labeler cluster` makes them."
        )
    return found
