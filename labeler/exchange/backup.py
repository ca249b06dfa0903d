"""A backup of everything that the user has said, and of how to find the faces again elsewhere.

The document is JSON, one object (docs/exchange.md lists every field):

    format, version   'face-labeler backup', 1
    sha256            of `content`, as `checksum` spells it
    content           made, photos, journal

Photos are told by hashes only; their paths are not in it, nor any picture or descriptor. Boxes are
upright pixels beside the size of their photo, so that they can be scaled and yet stay exact.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

from labeler import journal
from labeler.types import Box, FaceKey, JournalEntry
from labeler.wording import moves

FORMAT, VERSION = "face-labeler backup", 1
_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST_TEXT = 200
"""Letters of a name, and of what is said of a person: this program writes no longer ones."""
_MOST_PIXELS = 1_000_000
"""Of a side of a photo, and from its corner to a face."""
_YEARS = range(1970, 3000)
"""In which somebody can have said something."""
_OF_SOMEBODY = journal.ABOUT_A_PERSON | {journal.NAME, journal.REJECT, journal.COVER}
_LONGEST_NUMBER = 2**53


@dataclass(frozen=True, slots=True)
class BackedUpPhoto:
    """How to know a photo again.

    content: the hash that keys of its faces carry. contents: of all files that held it.
    pixels: hash of its pixels, likeness: perceptual hash; '' = not known.
    width, height: upright pixels, 0 = not known. faces: boxes of all faces on it.
    """

    content: str
    contents: tuple[str, ...] = ()
    pixels: str = ""
    likeness: str = ""
    width: int = 0
    height: int = 0
    faces: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Backup:
    """made: when. entries: the journal, with the photos of its faces in `photos`.
    answers: the entries that were one answer."""

    made: datetime
    photos: tuple[BackedUpPhoto, ...]
    entries: tuple[JournalEntry, ...]
    answers: tuple[tuple[int, ...], ...]


def to_document(backup: Backup) -> dict[str, Any]:
    """Return a backup as what JSON can hold."""
    numbers = {photo.content: number for number, photo in enumerate(backup.photos)}
    answer_of = {entry: answer[0] for answer in backup.answers for entry in answer}
    content = {
        "made": backup.made.astimezone(timezone.utc).isoformat(timespec="seconds"),
        "photos": [
            {
                "content": photo.content,
                "contents": list(photo.contents),
                "pixels": photo.pixels,
                "likeness": photo.likeness,
                "width": photo.width,
                "height": photo.height,
                "faces": [list(box.as_tuple()) for box in photo.faces],
            }
            for photo in backup.photos
        ],
        "journal": [
            {
                "entry": entry.id,
                "at": entry.at.isoformat(timespec="milliseconds"),
                "action": entry.action,
                "person": entry.person,
                "value": entry.value,
                "undoes": entry.undoes,
                "answer": answer_of.get(entry.id),
                "faces": [
                    [numbers[key.content_hash], *key.box.as_tuple(), part, *_time(key)]
                    for key, part in zip(
                        entry.faces, entry.parts or (0,) * len(entry.faces), strict=True
                    )
                ],
            }
            for entry in backup.entries
        ],
    }
    return {"format": FORMAT, "version": VERSION, "sha256": checksum(content), "content": content}


def from_document(document: Any) -> Backup:
    """Return the backup that a document holds.

    Raises:
        ValueError: it is none, damaged, or of a newer version; the text is one sentence.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError("It is no backup of this program.")
    if document.get("version") != VERSION:
        raise ValueError("It was written by a newer version of this program; update the program.")
    content: Any = document.get("content")
    if document.get("sha256") != checksum(content):
        raise ValueError("It is damaged: its checksum is wrong.")
    try:
        photos = tuple(map(_photo, content["photos"]))
        entries = tuple(_entry(one, photos) for one in content["journal"])
        answers: dict[int, list[int]] = {}
        for one in content["journal"]:
            if one["answer"] is not None:
                answers.setdefault(one["answer"], []).append(one["entry"])
        made = datetime.fromisoformat(content["made"])
        _check_order(entries)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise ValueError(f"It is damaged: {_short(error)}.") from error
    return Backup(made, photos, entries, tuple(map(tuple, answers.values())))


def checksum(content: Any) -> str:
    """Return the SHA-256 of JSON without spaces, keys in order, in ASCII.

    Raises:
        ValueError: JSON cannot hold it.
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _photo(one: Mapping[str, Any]) -> BackedUpPhoto:
    hashes = [one["content"], *one["contents"], *filter(None, (one["pixels"], one["likeness"]))]
    if not all(_HASH.fullmatch(text) for text in hashes):
        raise ValueError("a hash is not one")
    width, height = (_whole(one[side], _MOST_PIXELS) for side in ("width", "height"))
    boxes = tuple(_box(sides) for sides in one["faces"])
    contents = tuple(map(str, one["contents"]))
    return BackedUpPhoto(
        one["content"], contents, one["pixels"], one["likeness"], width, height, boxes
    )


def _entry(one: Mapping[str, Any], photos: Sequence[BackedUpPhoto]) -> JournalEntry:
    action, person, value = one["action"], one["person"], one["value"]
    if action not in journal.ACTIONS:
        raise ValueError("it has an action that nobody knows")
    _check_text(person)
    _check_text(value)
    if person is None and action in _OF_SOMEBODY:
        raise ValueError("an entry is about nobody")
    if action == journal.BORN and value:
        date.fromisoformat(value)
    at = datetime.fromisoformat(one["at"])
    if at.tzinfo is None or at.year not in _YEARS:
        raise ValueError("a time is not one")
    places = [_whole(row[0], len(photos) - 1) for row in one["faces"]]
    faces = tuple(
        FaceKey(photos[place].content, _box(row[1:5]), *map(_seconds, row[6:7]))
        for place, row in zip(places, one["faces"], strict=True)
    )
    parts = tuple(_whole(row[5], _MOST_PIXELS) for row in one["faces"])
    undoes = one["undoes"]
    return JournalEntry(
        _whole(one["entry"], _LONGEST_NUMBER),
        at,
        action,
        faces,
        person,
        None if undoes is None else _whole(undoes, _LONGEST_NUMBER),
        parts if any(parts) else (),
        value,
    )


def _box(sides: Sequence[float]) -> Box:
    left, top, width, height = map(float, sides)
    near = all(math.isfinite(side) and abs(side) <= _MOST_PIXELS for side in (left, top))
    if not near or not (0 < width <= _MOST_PIXELS and 0 < height <= _MOST_PIXELS):
        raise ValueError("a box is not one")
    return Box(left, top, width, height)


def _time(key: FaceKey) -> tuple[float, ...]:
    return () if key.at is None else (key.at,)


def _seconds(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= _LONGEST_NUMBER:
        raise ValueError("a time in a video is not one")
    return float(value)


def _whole(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("a number is not one")
    return value


def _check_text(text: Any) -> None:
    """Refuse a name that could do something to a screen; everything that people write is fine."""
    if text is None:
        return
    if not isinstance(text, str):
        raise ValueError("a name is no text")
    text.encode()  # no half of a letter: nothing could store it
    if not text.strip() or len(text) > _LONGEST_TEXT or moves(text):
        raise ValueError("a name has letters in it that no name has")


def _check_order(entries: Sequence[JournalEntry]) -> None:
    """Entries are numbered upwards, and an undo takes back one before it."""
    before: set[int] = set()
    last = 0
    for entry in entries:
        if entry.id <= last or (entry.undoes is not None and entry.undoes not in before):
            raise ValueError("its entries are out of order")
        if (entry.action == journal.UNDO) != (entry.undoes is not None):
            raise ValueError("an entry takes back nothing")
        last = entry.id
        before.add(last)


def _short(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")[:100] or type(error).__name__
