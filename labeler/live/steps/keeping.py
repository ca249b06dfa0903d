"""A picture of a camera that becomes a photo of the library, with a name on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from labeler import journal
from labeler.errors import LabelerError
from labeler.faces.io.face_finder import FaceFinder
from labeler.faces.steps import drawing
from labeler.faces.steps.index import index
from labeler.groups.steps import group
from labeler.io.files import private_folder, whole_file
from labeler.library.store import Library
from labeler.live.io import jpegs
from labeler.live.io.snapshots import free_path
from labeler.people.steps import naming
from labeler.types import Box, FaceKey

FOLDER = "camera"
"""Of the library's folder; nothing but what was named is in it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that was kept. entry: of the journal, which names the face."""

    path: Path
    face: int
    entry: int


def keep_named(
    library: Library,
    jpeg: bytes,
    box: Box,
    person: str,
    taken: datetime,
    finder: FaceFinder | None = None,
) -> Kept:
    """Keep a picture below the library's folder, index it, and name the face in a box.

    Args:
        jpeg: the picture, upright. box: in its pixels.

    Raises:
        LabelerError: the name or the box is none, the picture cannot be read or kept, or another
            run is looking at folders; then nothing was kept.
    """
    name = naming.spelling(library, person)
    data = jpegs.dated(jpeg, taken)
    folder = library.folder / FOLDER
    try:
        private_folder(folder)
    except OSError as error:
        raise LabelerError(f"{folder} cannot be made ({error.strerror or error}).") from error
    path = free_path(folder, taken, "")
    with whole_file(path, private=True) as temporary:
        temporary.write_bytes(data)
    try:
        index(library, [folder], finder=finder)
        face, entry = _named(library, path, box, name, finder)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    group.welcome(library)
    return Kept(path, face, entry)


def _named(
    library: Library, path: Path, box: Box, name: str, finder: FaceFinder | None
) -> tuple[int, int]:
    """Name the face in a box on an indexed photo; return it, and the entry that does so."""
    photo = library.photo_at(str(path))
    content = None if photo is None else library.first_content(photo)
    if photo is None or content is None:
        raise LabelerError("The picture could not be looked at; freeze another one.")
    face = journal.FaceIdentifier(library.face_keys({content}))(FaceKey(content, box))
    if face is not None:
        return face, naming.name_faces(library, [face], name)
    face = drawing.draw_on(library, photo, box, finder, name)
    return face, library.last_entry()
