"""What speaks against a decision that was just made: it stands, but the user is told.

A person twice on a photo may be a mirror or a collage, and a photo from before somebody's birth may
have a wrong date; so nothing is refused.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from labeler import journal
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people import names
from labeler.types import FaceKey, JournalEntry, Labels, Photo
from labeler.wording import count

_FEW = 200
"""Photos whose own decisions are read rather than everybody's."""


def doubts(library: Library, entries: Sequence[int]) -> tuple[str, ...]:
    """Return sentences about decisions that cannot all be true; () = nothing speaks against them.

    Somebody is named twice on a photo, or on one that was taken before they were born, or a new
    name sounds like one that is known.

    Args:
        entries: of the journal, just made.
    """
    with library.reading():
        said = library.entries(entries)
        made = [one for one in said if _person(one)]
        found = [sentence for one in said for sentence in _one_and_the_same(library, one)]
        for person in dict.fromkeys(map(_person, made)):
            own = [one for one in made if _person(one) == person]
            found += _sounds_like(library, str(person), own)
            found += _about(library, str(person), own)
    return tuple(dict.fromkeys(found))


def with_doubts(message: str, sentences: Sequence[str]) -> str:
    """Return what was done together with what speaks against it.

    >>> with_doubts("Named 1 face Rosa", ["Rosa is twice on a.jpg."])
    'Named 1 face Rosa. Rosa is twice on a.jpg.'
    """
    return " ".join([f"{message}.", *sentences]) if sentences else message


def _person(entry: JournalEntry) -> str | None:
    if entry.action == journal.MERGE:
        return entry.value
    return entry.person if entry.action in (journal.NAME, journal.BORN) else None


def _about(library: Library, person: str, made: Sequence[JournalEntry]) -> list[str]:
    if all(entry.action == journal.NAME for entry in made):
        contents = {key.content_hash for entry in made for key in entry.faces}
        keys, labels = _named_on(library, contents)
    else:  # it is about all photos of the person
        labels = standing.labels(library)
        keys = library.keys_of([face for face, who in labels.names.items() if who == person])
    faces: dict[str, set[int]] = defaultdict(set)
    in_videos: set[str] = set()
    for face, key in keys.items():
        if labels.names.get(face) == person:
            faces[key.content_hash].add(face)
            if key.at is not None:  # whoever is seen several times in a video is not there twice
                in_videos.add(key.content_hash)
    twice = {content for content, own in faces.items() if len(own) > 1} - in_videos
    born = labels.births.get(person)
    if not twice and born is None:
        return []
    photos = _photos(library, faces if born else twice)
    found = []
    if any(entry.action != journal.BORN for entry in made):
        found += _twice(person, [photos[one] for one in twice if one in photos])
    if born is not None:
        dated = ((photo, photo.facts.metadata.date) for photo in photos.values())
        early = [photo for photo, taken in dated if taken and taken.date() < born]
        found += _unborn(person, born, early)
    return found


def _one_and_the_same(library: Library, entry: JournalEntry) -> list[str]:
    """Tell of faces that were said to be one person, though they are on one photo."""
    if entry.action != journal.SAME:
        return []
    number = Counter(key.content_hash for key in entry.faces)
    photos = _photos(library, [content for content, times in number.items() if times > 1])
    if not photos:
        return []
    more = f" and {len(photos) - 1:,} more" if len(photos) > 1 else ""
    return [f"That person is twice on {_first([*photos.values()])}{more}."]


def _sounds_like(library: Library, person: str, made: Sequence[JournalEntry]) -> list[str]:
    """Tell of a name that is new with a decision, and differs from another by accents only."""
    if made[0].action != journal.NAME:
        return []
    entries = library.journal(contents=())
    before = journal.people_named([entry for entry in entries if entry.id < made[0].id])
    others = [] if person in before else names.called(person, before)
    return [
        f"{other} has a name that sounds like {person}; merge them if they are one person."
        for other in others
    ]


def _named_on(library: Library, contents: set[str]) -> tuple[dict[int, FaceKey], Labels]:
    """Return the faces on some photos, and what was said of them."""
    keys = library.face_keys(contents)
    if len(contents) > _FEW:
        return dict(keys), standing.labels(library)
    said = library.journal(sorted(contents))
    return dict(keys), journal.replay(said, journal.FaceIdentifier(library.all_keys(contents)))


def _photos(library: Library, contents: Iterable[str]) -> dict[str, Photo]:
    """Return those photos that are there, by the content hash of their faces' keys."""
    ids = library.photo_ids_with(list(contents))
    there = library.photos_with(list(ids.values()))
    return {content: there[one] for content, one in ids.items() if one in there}


def _twice(person: str, photos: Sequence[Photo]) -> list[str]:
    if len(photos) > 1:
        return [f"{person} is twice on {count(len(photos), 'photo')}, such as {_first(photos)}."]
    return [f"{person} is twice on {_first(photos)}."] if photos else []


def _unborn(person: str, born: date, photos: Sequence[Photo]) -> list[str]:
    if len(photos) > 1:
        number = count(len(photos), "photo")
        return [
            f"{number} of {person}, such as {_first(photos)}, are from before the day of birth, "
            f"{born}."
        ]
    for photo in photos:
        taken = photo.facts.metadata.date
        assert taken is not None
        name = os.path.basename(photo.path)
        return [f"{name} is from {taken.date()}, before {person} was born ({born})."]
    return []


def _first(photos: Sequence[Photo]) -> str:
    return min(os.path.basename(photo.path) for photo in photos)
