"""Find new and changed photos and store the faces on them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from labeler import photos
from labeler.errors import UnreadablePhotoError
from labeler.faces import FaceFinder, default_finder
from labeler.pipeline.parallel import in_threads
from labeler.store import KnownFile, Library
from labeler.types import AnalysedPhoto, Failure, PhotoFile

BATCH = 32
"""Photos per transaction: what an interruption can cost."""

Progress = Callable[[int, int, int], None]
"""Called with photos done, photos to do, and faces found so far."""


@dataclass(frozen=True)
class IndexReport:
    """What a run saw under its paths. `photos` = `new` + `unchanged`; `faces` are on those."""

    photos: int
    new: int
    unchanged: int
    faces: int
    failed: tuple[Failure, ...]
    seconds: float


def index(
    library: Library,
    roots: Sequence[Path],
    progress: Progress | None = None,
    finder: FaceFinder | None = None,
    jobs: int = -1,
) -> IndexReport:
    """Search the photos under `roots` that are new or changed for faces.

    A photo that cannot be read is reported and left out. What was stored stays stored when the
    run is interrupted; the next run goes on from there.

    Args:
        progress: told about every photo.
        finder: by default CenterFace and dlib's descriptor.
        jobs: photos analysed at the same time; −1 = one per core.

    Raises:
        LabelerError: a root does not exist.
    """
    started = time.monotonic()
    files, failed = _walk(roots, library.cache)
    finder = finder or default_finder(library.models)
    known = library.known_files()
    to_do = [file for file in files if not _is_unchanged(file, known.get(file.path), finder.id)]
    pending = {file.path for file in to_do}
    unchanged = [file for file in files if file.path not in pending]
    library.mark_missing(file.path for file in unchanged if known[file.path].missing)
    new, found = 0, sum(known[file.path].faces for file in unchanged)
    analyse_one = partial(_analyse_unless_known, library, finder)
    for batch in _batches(in_threads(analyse_one, to_do, jobs), BATCH):
        analysed = [result for result in batch if isinstance(result, AnalysedPhoto)]
        copies = [result for result in batch if isinstance(result, _Copy)]
        failed += [result for result in batch if isinstance(result, Failure)]
        library.add_photos(analysed, finder.id, finder.embedder.id)
        library.add_copies((copy.file, copy.content_hash) for copy in copies)
        new += len(analysed) + len(copies)
        found += sum(len(photo.faces) for photo in analysed) + sum(copy.faces for copy in copies)
        if progress:
            progress(new + len(failed), len(to_do), found)
    seen = {file.path for file in files}
    unreadable = [Path(failure.path) for failure in failed]
    gone = [
        path
        for path in known
        if path not in seen and _is_under(path, roots) and not _is_under(path, unreadable)
    ]
    library.mark_missing(gone)
    seconds = time.monotonic() - started
    return IndexReport(new + len(unchanged), new, len(unchanged), found, tuple(failed), seconds)


def analyse(file: PhotoFile, finder: FaceFinder) -> AnalysedPhoto | Failure:
    """Read one photo and find its faces."""
    try:
        data = photos.read_bytes(file.path)
        return _analyse_content(file, data, photos.content_hash(data), finder)
    except UnreadablePhotoError as error:
        return Failure(file.path, str(error))


@dataclass(frozen=True)
class _Copy:
    """A file whose content the library has analysed before, under this or another name."""

    file: PhotoFile
    content_hash: str
    faces: int


def _walk(roots: Sequence[Path], skip: Path) -> tuple[list[PhotoFile], list[Failure]]:
    files: dict[str, PhotoFile] = {}
    failures = []
    for item in photos.walk(roots, skip):
        if isinstance(item, Failure):
            failures.append(item)
        else:
            files[item.path] = item  # once, even if roots overlap
    return list(files.values()), failures


def _is_unchanged(file: PhotoFile, known: KnownFile | None, finder_id: str) -> bool:
    return known is not None and (file.size, file.modified_ns, finder_id) == (
        known.size,
        known.modified_ns,
        known.finder,
    )


def _is_under(path: str, roots: Iterable[Path]) -> bool:
    absolute = (os.path.abspath(root) for root in roots)
    return any(path == root or path.startswith(os.path.join(root, "")) for root in absolute)


def _analyse_unless_known(
    library: Library, finder: FaceFinder, file: PhotoFile
) -> AnalysedPhoto | _Copy | Failure:
    try:
        data = photos.read_bytes(file.path)
        content_hash = photos.content_hash(data)
        faces = library.known_content(content_hash, finder.id)
        if faces is not None:
            return _Copy(file, content_hash, faces)
        return _analyse_content(file, data, content_hash, finder)
    except UnreadablePhotoError as error:
        return Failure(file.path, str(error))


def _analyse_content(
    file: PhotoFile, data: bytes, content_hash: str, finder: FaceFinder
) -> AnalysedPhoto:
    pixels, facts = photos.decode(data)
    return AnalysedPhoto(file, content_hash, facts, finder.find(pixels))


T = TypeVar("T")


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
