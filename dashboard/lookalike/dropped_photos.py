"""Faces on photos that are not in the library: whom they look like, and who is the same."""

from __future__ import annotations

import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from labeler.errors import LabelerError
from labeler.family.steps import lookalike, verification
from labeler.family.steps.lookalike import LookAlikes
from labeler.io.files import whole_file
from labeler.library.database import State
from labeler.library.store import Library
from labeler.photos.steps import thumbnails
from labeler.types import Box
from labeler.wording import count

from ..shell.jobs import Job, Jobs, Progress
from ..shell.networks import Networks
from .uploads import GONE, Upload, Uploads

K = TypeVar("K")
V = TypeVar("V")
TOP = 3
_MOST_ANSWERS = 40


@dataclass(frozen=True)
class Look:
    """Whom the faces of a photo look like. source: whose faces these are; '' = the library's."""

    upload: Upload
    found: LookAlikes
    source: str = ""


@dataclass(frozen=True)
class Verified:
    """Pairs of faces of different photos.

    photos: those on which the faces are, one for each face. without: names of photos without any.
    """

    found: verification.Verification
    photos: tuple[Upload, ...]
    without: tuple[str, ...]


class DroppedPhotos:
    """Looks at photos; several threads may ask at once."""

    def __init__(self, library: Library, uploads: Uploads, jobs: Jobs, networks: Networks) -> None:
        self._library, self.uploads, self._jobs = library, uploads, jobs
        self._networks = networks
        self._lock = threading.Lock()
        # Without the photos themselves, which are to be forgotten.
        self._answers: OrderedDict[tuple[str, Path], tuple[LookAlikes, str]] = OrderedDict()
        self._sources: OrderedDict[str, tuple[Library, frozenset[int]]] = OrderedDict()
        self._boxes: OrderedDict[str, list[Box]] = OrderedDict()
        self._looks: OrderedDict[str, tuple[State, LookAlikes]] = OrderedDict()
        self._reading = threading.Lock()
        self._people: tuple[State, lookalike.People] | None = None

    def look(self, token: str) -> Look:
        """Compare a photo with the library.

        Raises:
            LabelerError: it shows no face, is not held, or nobody has a name.
        """
        with self.uploads.as_files([token]) as files:
            ((path, upload),) = files.items()
            state = self._library.state()
            with self._lock:
                known, found = self._looks.get(token, (None, None))
            if found is None or known != state:
                found = lookalike.look_alikes(
                    self._library,
                    path,
                    TOP,
                    finder=self._networks.finder(),
                    read=lambda _: self._people_in(state),
                )
                with self._lock:
                    _put(self._looks, token, (state, found))
        self._remember(token, [face.box for face in found.faces])
        return Look(upload, found)

    def _people_in(self, state: State) -> lookalike.People:
        """Return the people of the library, which are read again only when it has changed."""
        with self._reading:
            if self._people is None or self._people[0] != state:
                self._people = (state, lookalike.people_of(self._library))
            return self._people[1]

    def begin(self, token: str, folder: Path) -> Job:
        """Begin to compare a photo with the people in a folder of references.

        Raises:
            LabelerError: there is no such folder, the photo is not held, or something goes on.
        """
        if not folder.is_dir():
            raise LabelerError(f"There is no folder {folder}; check how it is spelled.")
        if self.uploads.get(token) is None:
            raise LabelerError(GONE)

        def work(tell: Progress) -> str:
            with self.uploads.as_files([token]) as files:
                (path,) = files
                found = lookalike.look_alikes(
                    self._library,
                    path,
                    TOP,
                    folder=folder,
                    progress=tell,
                    finder=self._networks.finder(),
                )
            self._remember(token, [face.box for face in found.faces])
            faces = frozenset(one.face for face in found.faces for one in face.look_alikes)
            source = secrets.token_urlsafe(16)
            with self._lock:
                side = lookalike.reference_library(self._library, folder)
                _put(self._sources, source, (side, faces))
                _put(self._answers, (token, folder), (found, source))
            return f"compared with {count(found.people, 'person', 'people')}"

        return self._jobs.start("Looking through the folder", work)

    def keep(self, token: str | None, folder: Path) -> Path:
        """Write a photo into a folder as it was dropped, and return where it is.

        Its name is one that `Uploads` made: of a picture, and not hidden. Nothing is written over,
        nor through a link that somebody has put there, and nobody may execute it.

        Raises:
            LabelerError: it is not held, there is no such folder, a file of that name is there, or
                it cannot be written.
        """
        one = self.uploads.get(token or "")
        if one is None:
            raise LabelerError(GONE if token else "Drop a photo first; then it can be kept.")
        if not folder.is_dir():
            raise LabelerError(f"There is no folder {folder}; check how it is spelled.")
        out = folder / one.name
        if os.path.lexists(out):
            raise LabelerError(f"{out} exists already; choose another folder.")
        with whole_file(out) as temporary:
            temporary.write_bytes(one.data)
        return out

    def answer(self, token: str, folder: Path) -> Look | None:
        """Return what a comparison with a folder found; None = it has not ended."""
        with self._lock:
            answer = self._answers.get((token, folder))
        upload = self.uploads.get(token)
        return None if answer is None or upload is None else Look(upload, *answer)

    def verify(self, tokens: Sequence[str]) -> Verified:
        """Compare the faces of photos with each other.

        Raises:
            LabelerError: there are fewer than two photos with faces, or one is not held.
        """
        with self.uploads.as_files(tokens) as files:
            found = verification.verify(self._library, list(files), self._networks.finder())
        photos = tuple(files[Path(face.photo)] for face in found.faces)
        for upload in files.values():
            own = [f.box for f, one in zip(found.faces, photos, strict=True) if one is upload]
            self._remember(upload.token, own)
        without = tuple(files[Path(path)].name for path in found.without_face)
        return Verified(found, photos, without)

    def face(self, token: str, number: int) -> bytes | None:
        """Return a face of a photo that was looked at; number: from the left, from 1 on."""
        with self._lock:
            boxes = self._boxes.get(token, [])
        if not 1 <= number <= len(boxes):
            return None
        return self.uploads.face(token, boxes[number - 1])

    def reference(self, source: str, face: int) -> Path | None:
        """Return the picture of a look-alike out of a folder; of nobody else."""
        with self._lock:
            library, faces = self._sources.get(source, (None, frozenset()))
        if library is None or face not in faces:
            return None
        try:
            return thumbnails.face_thumbnail(library, face)
        except LabelerError:
            return None

    def _remember(self, token: str, boxes: list[Box]) -> None:
        with self._lock:
            _put(self._boxes, token, boxes)


def _put(held: OrderedDict[K, V], key: K, value: V) -> None:
    held[key] = value
    while len(held) > _MOST_ANSWERS:
        held.popitem(last=False)
