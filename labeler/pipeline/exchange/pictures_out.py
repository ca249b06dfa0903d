"""Pictures of the photos with names on them, and lists of each person's photos."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.exchange import annotated
from labeler.files import whole_file
from labeler.images import photos
from labeler.pipeline.exchange import known
from labeler.pipeline.exchange.known import Choice
from labeler.pipeline.exchange.places import Tree
from labeler.pipeline.index import Progress
from labeler.pipeline.parallel import in_parallel
from labeler.sorting import layout
from labeler.storage.store import Library
from labeler.types import Box, Failure, Photo


@dataclass(frozen=True)
class WrittenFiles:
    """files: that were written. left_out: photos of which nothing was, and why."""

    files: tuple[Path, ...]
    left_out: tuple[Failure, ...] = ()


def write_annotated(
    library: Library, into: Path, choice: Choice, progress: Progress | None = None
) -> WrittenFiles:
    """Write a JPEG of every photo with a named face: boxes, names, and no metadata.

    A file that is there already is not overwritten.

    Raises:
        UnknownPersonError: nobody has a name that was chosen.
        LabelerError: `into` is a file.
    """
    tree = Tree(library, into)
    rows = known.faces_by_photo(library, choice)
    tasks: list[tuple[Photo, Path, list[tuple[Box, str]]]] = []
    taken: set[Path] = set()
    for photo in sorted(library.photos().values(), key=lambda photo: photo.path):
        faces = [(row.box, row.person) for row in rows.get(photo.id, ()) if row.person]
        if faces:
            out = _free(tree.place(photo.path), taken)
            tasks.append((photo, out, faces))
    results = in_parallel(lambda task: _annotate(*task), tasks)
    files: list[Path] = []
    left_out: list[Failure] = []
    for done, (task, failure) in enumerate(zip(tasks, results, strict=True), start=1):
        if failure is None:
            files.append(task[1])
        else:
            left_out.append(failure)
        if progress:
            progress(done, len(tasks), len(files))
    return WrittenFiles(tuple(files), tuple(left_out))


def write_lists(library: Library, into: Path, choice: Choice) -> WrittenFiles:
    """Write for each person a text file with the paths of their photos, one a line.

    Older lists are replaced. A path with a line break in it is left out.

    Raises:
        UnknownPersonError: nobody has a name that was chosen.
        LabelerError: `into` is a file, or a list cannot be written.
    """
    into = Tree(library, into).into
    photo_of = library.photos()
    paths: dict[str, list[str]] = defaultdict(list)
    for photo_id, faces in known.faces_by_photo(library, choice).items():
        for person in known.names(faces):
            paths[person].append(photo_of[photo_id].path)
    into.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    left_out: dict[str, Failure] = {}
    for person in sorted(paths):
        out = into / layout.shortened(layout.folder_name(person), ".txt")
        lines = [path for path in sorted(paths[person]) if not {"\n", "\r"} & set(path)]
        for path in set(paths[person]) - set(lines):
            left_out[path] = Failure(path, "It has a line break in its name; rename it.")
        if out in files:
            out = into / layout.numbered(out.name, 2)
        with whole_file(out) as temporary:
            temporary.write_bytes(b"".join(os.fsencode(path) + b"\n" for path in lines))
        files.append(out)
    return WrittenFiles(tuple(files), tuple(left_out.values()))


def _free(place: Path, taken: set[Path]) -> Path:
    """Return the name of a JPEG that no other photo of this run has."""
    out = place.with_suffix(".jpg")
    if out in taken:
        out = Path(f"{place}.jpg")
    number = 2
    while out in taken:
        out, number = place.with_name(layout.numbered(f"{place.name}.jpg", number)), number + 1
    taken.add(out)
    return out


def _annotate(photo: Photo, out: Path, faces: list[tuple[Box, str]]) -> Failure | None:
    try:
        if os.path.lexists(out):
            raise LabelerError(f"{out} exists already; choose another folder.")
        width, height = photo.facts.width, photo.facts.height
        with photos.room_for_picture(width, height):
            limit = max(width * height, photos.MOST_PIXELS)
            pixels = photos.decode_file(photo.path, None, limit)
            if pixels.shape[:2] != (height, width):
                raise LabelerError("The picture has changed; index it again.")
            out.parent.mkdir(parents=True, exist_ok=True)
            annotated.write(annotated.draw(pixels, faces), out)
    except LabelerError as error:
        return Failure(photo.path, str(error))
    except OSError as error:
        return Failure(photo.path, f"{out.parent} cannot be made ({error.strerror}).")
    return None
