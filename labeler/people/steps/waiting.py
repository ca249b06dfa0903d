"""Names that wait for a face: the photo was edited so far, or the face is no longer found there."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from labeler import journal
from labeler.errors import LabelerError
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.types import FaceKey
from labeler.wording import count, listed

NAMED = 3
"""So many photos are named in a sentence."""


@dataclass(frozen=True, slots=True)
class WaitingName:
    """A name, and the face that had it: where it was on an edition that may be gone."""

    person: str
    face: FaceKey


@dataclass(frozen=True, slots=True)
class WaitingPhoto:
    """A present photo, and the names of people whose faces are not known on it."""

    photo_id: int
    photo: str
    names: tuple[WaitingName, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """Each once, in alphabetical order."""
        return tuple(sorted({name.person for name in self.names}))


def waiting(library: Library) -> list[WaitingPhoto]:
    """Return the names that wait, by path. A name waits no longer if a face on the photo has it.

    Of photos that are gone nothing waits: their names come back with them.
    """
    with library.reading():
        after = library.photos_after_others()
        lost = standing.lost_names(library)
        if not after and not lost:
            return []
        photos = library.photos()
        names = standing.labels(library).names
        found = [*_on_editions(library, after, photos, names), *_lost(library, after, photos, lost)]
        there = library.faces_on([photo for photo, _ in found if photo in photos])
    named = {photo: {names.get(face) for face in faces} for photo, faces in there.items()}
    by_photo: dict[int, list[WaitingName]] = defaultdict(list)
    for photo, name in found:
        if photo in photos and name.person not in named[photo]:
            by_photo[photo].append(name)
    rows = (
        WaitingPhoto(photo, photos[photo].path, tuple(dict.fromkeys(own)))
        for photo, own in by_photo.items()
    )
    return sorted(rows, key=lambda row: row.photo)


def on_photo(library: Library, photo_id: int) -> tuple[str, ...]:
    """Return the people whose names wait for a face on a photo."""
    with library.reading():
        rows = waiting(library) if library.may_lack_faces(photo_id) else []
    return next((row.people for row in rows if row.photo_id == photo_id), ())


def forget(library: Library, photo_id: int, person: str | None = None) -> int:
    """Let names wait no longer for faces on a photo; return the id of the journal entry.

    Args:
        person: whose name; None = all.

    Raises:
        LabelerError: no such name waits there.
    """
    names = [name for row in waiting(library) if row.photo_id == photo_id for name in row.names]
    keys = [name.face for name in names if person is None or name.person == person]
    if not keys:
        raise LabelerError("No such name waits for a face on this photo.")
    return library.append(journal.UNLABEL, keys)


def number_of_names(rows: Sequence[WaitingPhoto]) -> int:
    """Return how many names wait: each once on every photo."""
    return sum(len(row.people) for row in rows)


def sentence(rows: Sequence[WaitingPhoto]) -> str:
    """Say how many names wait and where, '' if none does."""
    if not rows:
        return ""
    number = number_of_names(rows)
    photos = listed([os.path.basename(row.photo) for row in rows], most=NAMED)
    return f"{count(number, 'name')} {'waits' if number == 1 else 'wait'} for faces on {photos}"


def _on_editions(
    library: Library,
    after: Mapping[int, Sequence[int]],
    present: Collection[int],
    names: Mapping[int, str],
) -> Iterator[tuple[int, WaitingName]]:
    """Yield the names on former editions of photos that are on no present one, with the photo."""
    gone = sorted({old for olds in after.values() for old in olds if old not in present})
    faces, same = library.faces_on(gone), library.same_faces()
    named = {face: names[face] for own in faces.values() for face in own if face in names}
    seen = library.present_among([one for face in named for one in same.all_of(face)])
    keys = library.keys_of(list(named))
    told = set()
    for photo, olds in after.items():
        for face in (face for old in olds for face in faces.get(old, ()) if face in named):
            one = same.all_of(face)[0]
            if not seen & {*same.all_of(face)} and (photo, one) not in told:
                told.add((photo, one))
                yield photo, WaitingName(named[face], keys[face])


def _lost(
    library: Library,
    after: Mapping[int, Sequence[int]],
    present: Collection[int],
    lost: Mapping[FaceKey, str],
) -> Iterator[tuple[int, WaitingName]]:
    """Yield the names of faces that nothing is known of any more, with the photo they were on."""
    ids = library.photo_ids_with(sorted({key.content_hash for key in lost}))
    later = {old: photo for photo, olds in after.items() for old in reversed(olds)}
    for key, person in lost.items():
        if key.content_hash in ids:
            photo = ids[key.content_hash]
            yield photo if photo in present else later.get(photo, photo), WaitingName(person, key)
