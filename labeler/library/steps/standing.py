"""What the user's decisions add up to as they stand now."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from labeler import journal
from labeler.library.same_faces import Identify, SameFaces
from labeler.library.steps.meant import faces_of_entries
from labeler.library.store import Library
from labeler.types import FaceKey, IntArray, JournalEntry, Labels


def labels(library: Library) -> Labels:
    """Return what the user has said as it stands now."""
    return _Said.read(library).labels(lambda key: None)


def lost_names(library: Library) -> dict[FaceKey, str]:
    """Return the names of faces that are no longer where they were when they got them."""
    numbers: dict[FaceKey, int] = {}
    found = _Said.read(library).labels(lambda key: numbers.setdefault(key, -2 - len(numbers)))
    return {key: found.names[face] for key, face in numbers.items() if face in found.names}


@dataclass(frozen=True)
class _Said:
    """All entries, and the faces that they mean; None = one that is not there.

    uncertain: entries with such faces, of which alone the keys are known.
    """

    entries: dict[int, JournalEntry]
    faces: dict[int, list[int | None]]
    uncertain: AbstractSet[int]
    same: SameFaces

    @classmethod
    def read(cls, library: Library) -> _Said:
        with library.reading():
            numbers, parts, faces = faces_of_entries(library)
            entries = {entry.id: entry for entry in library.journal(contents=())}
            # Only of drawings, and where a face is no longer in its place, the keys are needed.
            drawings = {entry.id for entry in entries.values() if entry.action == journal.DRAW}
            uncertain = entries.keys() & np.unique(numbers[faces < 0]).tolist()
            wanted = [*(drawings | uncertain)]
            entries.update((entry.id, entry) for entry in library.entries(wanted))
            contents = {key.content_hash for entry in uncertain for key in entries[entry].faces}
            same = library.same_faces()
            identify = identifier(library, contents, same)
        faces = same.roots_of(faces)
        said: dict[int, list[int | None]] = {}
        for places in _runs(numbers):
            entry = int(numbers[places[0]])
            said[entry] = faces[places].tolist()
            if entry in uncertain:
                said[entry] = [identify(key) for key in entries[entry].faces]
            if entry in entries and parts[places].any():
                entries[entry] = replace(entries[entry], parts=tuple(parts[places].tolist()))
        return cls(entries, said, uncertain, same)

    def labels(self, lost: Identify) -> Labels:
        """Return what follows.

        Args:
            lost: what stands for a face that is not there.
        """

        def find(entry: JournalEntry) -> Sequence[int | None]:
            faces = self.faces.get(entry.id, ())
            if entry.id not in self.uncertain:
                return faces
            keys = self.entries[entry.id].faces
            return [lost(k) if face is None else face for k, face in zip(keys, faces, strict=True)]

        return self.same.spread(journal.replay_found(list(self.entries.values()), find))


def _runs(numbers: IntArray) -> list[IntArray]:
    """Return the places of each number, in order."""
    order = np.argsort(numbers, kind="stable")
    runs = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
    return runs if len(order) else []


def identifier(library: Library, contents: AbstractSet[str], same: SameFaces) -> Identify:
    """Return what tells which face a key means, the same one for all editions of a photo.

    Args:
        contents: the content hashes of the keys that will be asked about.
    """
    return same.by_root(journal.FaceIdentifier(library.all_keys(contents)))


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
        identify = journal.FaceIdentifier(library.all_keys(contents))
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
        identify = identifier(library, contents, same)
        said = journal.replay(library.journal(sorted(contents)), identify)
        return said.names.get(same.roots.get(face_id, face_id))
