"""What the user's decisions add up to as they stand now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from labeler import journal
from labeler.library.steps.meant import faces_of_entries
from labeler.library.store import Library
from labeler.types import IntArray, Labels


def labels(library: Library) -> Labels:
    """Return what the user has said as it stands now."""
    with library.reading():
        numbers, parts, faces = faces_of_entries(library)
        entries = {entry.id: entry for entry in library.journal(contents=())}
        # Only of drawings, and where a face is no longer in its place, the keys are needed.
        drawings = {entry.id for entry in entries.values() if entry.action == journal.DRAW}
        uncertain = entries.keys() & np.unique(numbers[faces < 0]).tolist()
        entries.update((entry.id, entry) for entry in library.entries([*(drawings | uncertain)]))
        contents = {key.content_hash for entry in uncertain for key in entries[entry].faces}
        same = library.same_faces()
        identify = same.by_root(
            journal.FaceIdentifier(library.face_keys(contents) if contents else ())
        )
    faces = same.roots_of(faces)
    said: dict[int, list[int | None]] = {}
    for places in _runs(numbers):
        entry = int(numbers[places[0]])
        said[entry] = faces[places].tolist()
        if entry in uncertain:
            said[entry] = [identify(key) for key in entries[entry].faces]
        if entry in entries and parts[places].any():
            entries[entry] = replace(entries[entry], parts=tuple(parts[places].tolist()))
    found = journal.replay_found(list(entries.values()), lambda entry: said.get(entry.id, ()))
    return same.spread(found)


def _runs(numbers: IntArray) -> list[IntArray]:
    """Return the places of each number, in order."""
    order = np.argsort(numbers, kind="stable")
    runs = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
    return runs if len(order) else []


def about_people(library: Library) -> Labels:
    """Return what `labels` says of people as such: births, hidden, kin, renamed; much quicker."""
    with library.reading():
        entries = {entry.id: entry for entry in library.journal(contents=())}
        # Of faces it matters only whether somebody got a name back that another name had replaced.
        replaced = {
            e.person for e in entries.values() if e.action in (journal.RENAME, journal.MERGE)
        }
        named = [
            e.id for e in entries.values() if e.action == journal.NAME and e.person in replaced
        ]
        entries.update((entry.id, entry) for entry in library.entries(named))
        contents = {key.content_hash for entry in named for key in entries[entry].faces}
        identify = journal.FaceIdentifier(library.face_keys(contents) if contents else ())
    found = journal.replay(list(entries.values()), identify)
    return Labels(births=found.births, renamed=found.renamed, hidden=found.hidden, kin=found.kin)


def name_of(library: Library, face_id: int) -> str | None:
    """Return the name that the user gave to one face, if any; quicker than all `labels`."""
    with library.reading():
        same = library.same_faces()
        keys = library.keys_of(same.all_of(face_id))
        if face_id not in keys:
            return None
        contents = {key.content_hash for key in keys.values()}
        identify = same.by_root(journal.FaceIdentifier(library.face_keys(contents)))
        said = journal.replay(library.journal(sorted(contents)), identify)
        return said.names.get(same.roots.get(face_id, face_id))
