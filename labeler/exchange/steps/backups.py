"""Make a backup of a library's names: what the user said, and how its photos are known again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from labeler import journal
from labeler.errors import LabelerError
from labeler.exchange.backup import BackedUpPhoto, Backup
from labeler.exchange.io import backup_file
from labeler.faces.steps.index import Progress
from labeler.io.files import check_free
from labeler.io.parallel import in_parallel
from labeler.library.exchange import PhotoIdentity
from labeler.library.store import Library
from labeler.photos.io import gray
from labeler.photos.io.walk import photo_files
from labeler.types import Box, Failure, JournalEntry, PhotoFile


@dataclass(frozen=True)
class BackupReport:
    """decisions: entries of the journal. photos: on which their faces are; unseen: those of them
    of which only a file that did not change since can be known again, because they are missing
    or cannot be read just now."""

    file: Path
    decisions: int
    photos: int
    unseen: int


def back_up(library: Library, out: Path, progress: Progress | None = None) -> BackupReport:
    """Write everything that the user has said to a new file.

    Raises:
        LabelerError: the file exists already, or cannot be written; the library is damaged.
    """
    check_free(out, "the backup")
    library.check()
    made = read_library(library, progress)
    backup_file.write(made, out)
    unseen = sum(not photo.likeness for photo in made.photos)
    return BackupReport(out.absolute(), len(made.entries), len(made.photos), unseen)


def read_library(library: Library, progress: Progress | None = None) -> Backup:
    """Return the backup of a library as it is now."""
    with library.reading():
        entries, first_of = _as_now(library, library.journal()), library.answers()
        wanted = sorted({key.content_hash for entry in entries for key in entry.faces})
        identities, keys = library.identities(), library.face_keys(set(wanted))
    known = {content: one for one in identities for content in one.contents}
    faces: dict[str, list[Box]] = defaultdict(list)
    for _, key in keys:
        faces[key.content_hash].append(key.box)
    ones = [known.get(content) for content in wanted]
    photos = []
    for done, (content, one, likeness) in enumerate(
        zip(wanted, ones, likenesses(ones), strict=True), start=1
    ):
        photos.append(_photo(content, one, likeness, tuple(faces[content])))
        if progress:
            progress(done, len(wanted), 0)
    answers: dict[int, list[int]] = defaultdict(list)
    for entry, first in sorted(first_of.items()):
        answers[first].append(entry)
    return Backup(
        datetime.now(timezone.utc),
        tuple(photos),
        tuple(entries),
        tuple(map(tuple, answers.values())),
    )


def _as_now(library: Library, entries: list[JournalEntry]) -> list[JournalEntry]:
    """Return entries with the keys that faces have on the present editions of their photos.

    Of an edition that was edited away nobody has a copy to restore its names to.
    """
    present = library.photos()
    first = library.first_contents()
    gone = {first[old] for old in library.former_photos() - present.keys()}
    if not gone:
        return entries
    identify, same = journal.FaceIdentifier(library.all_keys(gone)), library.same_faces()
    meant = {
        key: same.all_of(face)[0]
        for entry in entries
        for key in entry.faces
        if key.content_hash in gone and (face := identify(key)) is not None
    }
    seen = library.present_among(list(meant.values()))
    keys = library.keys_of(sorted(seen))
    now = {key: keys[face] for key, face in meant.items() if face in seen}
    return [replace(e, faces=tuple(now.get(key, key) for key in e.faces)) for e in entries]


def likenesses(photos: Sequence[PhotoIdentity | None]) -> Iterator[str]:
    """Yield the perceptual hash of each photo, '' for one that cannot be read just now."""
    paths = [one.path if one else None for one in photos]
    files = {file.path: file for file in photo_files({path for path in paths if path is not None})}
    return in_parallel(_likeness_of, [None if path is None else files[path] for path in paths])


def _likeness_of(file: PhotoFile | Failure | None) -> str:
    if file is None:
        return ""
    try:
        return gray.hash_of(file)
    except (LabelerError, OSError):
        return ""


def _photo(
    content: str, one: PhotoIdentity | None, likeness: str, faces: tuple[Box, ...]
) -> BackedUpPhoto:
    if one is None:
        return BackedUpPhoto(content)
    contents = tuple(sorted(one.contents - {content}))
    return BackedUpPhoto(content, contents, one.pixels, likeness, one.width, one.height, faces)
