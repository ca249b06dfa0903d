"""What the user's decisions add up to as they stand now."""

from __future__ import annotations

from labeler import journal
from labeler.library.store import Library
from labeler.types import Labels


def labels(library: Library) -> Labels:
    """Return what the user has said as it stands now."""
    with library.reading():
        entries = library.journal()
        contents = {key.content_hash for entry in entries for key in entry.faces}
        return journal.replay(entries, journal.FaceIdentifier(library.face_keys(contents)))


def name_of(library: Library, face_id: int) -> str | None:
    """Return the name that the user gave to one face, if any; quicker than all `labels`."""
    with library.reading():
        key = library.keys_of([face_id]).get(face_id)
        if key is None:
            return None
        identify = journal.FaceIdentifier(library.face_keys({key.content_hash}))
        return journal.replay(library.journal([key.content_hash]), identify).names.get(face_id)
