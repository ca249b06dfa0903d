"""Who is ignored, and which faces came to them since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from labeler.library.store import Library
from labeler.people.steps.stand import stand


@dataclass(frozen=True, slots=True)
class IgnoredGroup:
    """Ignored faces that are one person; later: those that came to them and are not asked about.

    cluster: None = they are in no group, each alone.
    """

    cluster: int | None
    faces: tuple[int, ...]
    later: tuple[int, ...]


def ignored_groups(library: Library) -> list[IgnoredGroup]:
    """Return who is ignored, the largest group first, those alone last."""
    now = stand(library)
    attracted = now.attracted
    faces: dict[int, list[int]] = defaultdict(list)
    later: dict[int, list[int]] = defaultdict(list)
    for face, cluster in zip(now.table.ids.tolist(), now.clusters.tolist(), strict=True):
        if face in now.labels.ignored:
            faces[cluster].append(face)
        elif face in attracted:
            later[cluster].append(face)
    order = sorted(faces, key=lambda cluster: (cluster < 0, -len(faces[cluster]), cluster))
    return [
        IgnoredGroup(
            cluster if cluster >= 0 else None, tuple(faces[cluster]), tuple(later[cluster])
        )
        for cluster in order
    ]
