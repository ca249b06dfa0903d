"""How things stand: the user's word laid over what was computed, without a row for each face."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.groups.steps import numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.ignored_groups import attracted
from labeler.people.steps import bands
from labeler.types import FaceColumns, IntArray, Labels, Recognition


@dataclass(frozen=True)
class Stand:
    """What is known of all faces on present photos.

    clusters: (n,) those of the faces in `table`, as the user's word has changed them. likely: who
    the faces without a name are likely to be; automatic: where that is sure enough for a name.
    """

    labels: Labels
    table: FaceColumns
    clusters: IntArray
    likely: dict[int, Recognition]
    automatic: dict[int, Recognition]

    @property
    def attracted(self) -> frozenset[int]:
        """The faces that came to groups which the user ignores; see `ignored_groups`."""
        ids, named = self.table.ids, {*self.labels.names, *self.automatic}
        return frozenset(ids[attracted(ids, self.clusters, self.labels.ignored, named)].tolist())

    @property
    def people(self) -> dict[int, str]:
        """Who each face is, by id; those on missing photos may be among them."""
        return {face: one.person for face, one in self.automatic.items()} | dict(self.labels.names)


def stand(library: Library, with_away: bool = False) -> Stand:
    """Read how things stand now.

    Args:
        with_away: also of the faces on photos that are away.
    """
    with library.reading():
        labels, table = standing.labels(library), library.face_columns(with_away)
        likely = bands.likely(library, labels, table)
        clusters = numbering.clusters(library, table, labels)
        return Stand(labels, table, clusters, likely, bands.sure_enough(library, likely))
