"""What is left to do with a library: where every hint of the command line comes from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.faces.steps import library_finder
from labeler.groups.steps.group import is_outdated
from labeler.library.store import Library
from labeler.people.steps.recognize import is_current
from labeler.people.steps.stand import stand
from labeler.wording import count


@dataclass(frozen=True, slots=True)
class Left:
    """What waits in a library.

    faces: on present photos. away: photos. new_faces: in no grouping yet. outdated: so many came
    after all were grouped that the groups have become worse. groups: none = nothing was grouped.
    named, recognized: faces. nameless: groups in which nobody has a name. open: faces that have
    none. current: nobody was named since the last recognition.
    """

    faces: int
    away: int
    new_faces: int
    outdated: bool
    groups: int
    named: int
    recognized: int
    nameless: int
    open: int
    current: bool


def left(library: Library) -> Left:
    """Return what is left to do."""
    with library.reading():
        now, away = stand(library), library.photos_away()
        new = library.number_ungrouped(library_finder.descriptor_model(library).id)
        outdated = is_outdated(library, len(now.table))
        current = is_current(library)
    ids, clusters = now.table.ids, now.clusters
    named, recognized, ignored = (
        np.isin(ids, np.fromiter(faces, dtype=np.int64))
        for faces in (now.labels.names, now.automatic, now.labels.ignored | now.attracted)
    )
    groups = np.unique(clusters[clusters >= 0])
    settled = named | recognized | ignored
    return Left(
        faces=len(ids),
        away=away,
        new_faces=new,
        outdated=outdated,
        groups=len(groups),
        named=int(named.sum()),
        recognized=int((recognized & ~named).sum()),
        nameless=len(np.setdiff1d(groups, np.unique(clusters[settled]), assume_unique=True)),
        open=int((~settled).sum()),
        current=current,
    )


def next_step(found: Left, labeler: str = "labeler") -> str:
    """Return what to do next, as a sentence with the command.

    Args:
        labeler: how a command about the library begins.
    """
    if not found.faces and found.away:
        return f"`{labeler} folders` tells which folder is not there; all is back when it is."
    if not found.faces:
        return f"`{labeler} index PATH` finds the faces in your photos."
    if not found.groups or found.new_faces:
        return f"`{labeler} cluster` groups the faces."
    if found.outdated:
        return f"`{labeler} cluster` groups all faces again: many are new by now."
    if not found.named:
        return f"`{labeler} dashboard` opens the browser, to give the groups their names."
    if found.open and not found.current:
        return f"`{labeler} recognize` names the faces that resemble those with a name."
    if found.nameless:
        groups = count(found.nameless, "group")
        return f"`{labeler} dashboard` to name {groups} more."
    if found.open:
        faces = count(found.open, "face")
        return f"`{labeler} suggest` lists what to say about {faces} without a name."
    return (
        f"`{labeler} sort INBOX --into DIR` sorts new photos; `{labeler} slideshow PERSON` shows "
        "them."
    )
