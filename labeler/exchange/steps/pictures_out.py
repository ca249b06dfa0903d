"""Pictures of the photos with names on them, and lists of each person's photos."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.exchange.io import annotated
from labeler.exchange.steps import known
from labeler.exchange.steps.known import ChoiceOfNames
from labeler.exchange.steps.owned import OwnFiles, holds
from labeler.exchange.steps.places import Tree
from labeler.faces.steps.index import Progress
from labeler.io.files import remove_parts, same_name
from labeler.io.parallel import in_parallel
from labeler.library.store import Library
from labeler.photos.io import decoding
from labeler.sorting import layout
from labeler.types import Box, Failure, Photo


@dataclass(frozen=True)
class WrittenFiles:
    """files: that were written. left_out: photos of which nothing was, and why."""

    files: tuple[Path, ...]
    left_out: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class _Task:
    """A picture to be made. made_from: what tells whether it would be the same again."""

    photo: Photo
    out: Path
    faces: tuple[tuple[Box, str], ...]
    made_from: str


def write_annotated(
    library: Library, into: Path, choice: ChoiceOfNames, progress: Progress | None = None
) -> WrittenFiles:
    """Write a JPEG of every photo with a named face: boxes, names, and no metadata.

    A picture that is there as it would be made counts as written, so a run that was interrupted
    can be gone on with; of pictures that this library made, that is known without making them
    again. One that it made of other names is replaced, unless somebody changed it; whatever else
    is there stays.

    Raises:
        UnknownPersonError: nobody has a name that was chosen.
        LabelerError: `into` is a file.
    """
    tasks = _tasks(library, into, choice)
    for folder in {task.out.parent for task in tasks}:
        remove_parts(folder)
    own = OwnFiles(library)
    results = in_parallel(lambda task: _picture(own, task), tasks)
    files: list[Path] = []
    left_out: list[Failure] = []
    # The pictures are made side by side, but written here: when the program is told to end, no
    # thread is in the middle of a file.
    for done, (task, made) in enumerate(zip(tasks, results, strict=True), start=1):
        failure = _write(own, task, made) if isinstance(made, bytes) else made
        if failure is None:
            files.append(task.out)
        else:
            left_out.append(failure)
        if progress:
            progress(done, len(tasks), len(files))
    return WrittenFiles(tuple(files), tuple(left_out))


def lists_of(
    library: Library, into: Path, choice: ChoiceOfNames
) -> tuple[dict[Path, bytes], tuple[Failure, ...]]:
    """Return for each person the text file with the paths of their photos, one a line.

    A path with a line break in it is left out. No two files have names that are one on a disk that
    takes large and small letters for the same.

    Raises:
        UnknownPersonError: nobody has a name that was chosen.
        LabelerError: `into` is a file.
    """
    into = Tree(library, into).into
    with library.reading():
        photo_of, rows = library.photos(), known.faces_by_photo(library, choice)
    paths: dict[str, list[str]] = defaultdict(list)
    for photo_id, faces in rows.items():
        for person in known.names(faces):
            paths[person].append(photo_of[photo_id].path)
    files: dict[Path, bytes] = {}
    left_out: dict[str, Failure] = {}
    taken: set[str] = set()
    for person in sorted(paths):
        lines = [path for path in sorted(paths[person]) if not {"\n", "\r"} & set(path)]
        for path in set(paths[person]) - set(lines):
            left_out[path] = Failure(path, "It has a line break in its name; rename it.")
        name = layout.shortened(layout.folder_name(person), ".txt")
        out = _unlike(into / name, taken)
        files[out] = b"".join(os.fsencode(path) + b"\n" for path in lines)
    return files, tuple(left_out.values())


def _tasks(library: Library, into: Path, choice: ChoiceOfNames) -> list[_Task]:
    tree = Tree(library, into)
    with library.reading():
        photos, rows = library.photos().values(), known.faces_by_photo(library, choice)
    tasks: list[_Task] = []
    taken: set[str] = set()
    for photo in sorted(photos, key=lambda photo: photo.path):
        faces = [(row.box, row.person) for row in rows.get(photo.id, ()) if row.person]
        if faces and not photo.facts.is_video:
            out = _unlike(tree.place(photo.path).with_suffix(".jpg"), taken, photo.path)
            drawn = (annotated.VERSION, photo.content_hash, [(b.as_tuple(), n) for b, n in faces])
            made_from = hashlib.sha256(repr(drawn).encode("utf-8", "surrogatepass")).hexdigest()
            tasks.append(_Task(photo, out, tuple(faces), made_from))
    return tasks


def _unlike(wanted: Path, taken: set[str], photo: str = "") -> Path:
    """Return a path that is another one than those before, on every kind of disk.

    Args:
        photo: whose whole name, with its own ending, comes before a number.
    """
    names = [wanted.name, *([f"{Path(photo).name}.jpg"] if photo else [])]
    out, number = wanted, 1
    while same_name(str(out)) in taken:
        number += 1
        name = names[1] if len(names) > 1 and number == 2 else layout.numbered(names[-1], number)
        out = wanted.with_name(name)
    taken.add(same_name(str(out)))
    return out


def _picture(own: OwnFiles, task: _Task) -> bytes | Failure | None:
    """Return the picture of a photo; None = it is there already."""
    photo = task.photo
    try:
        there = own.standing(task.out)
        if there is not None and there.made_from == task.made_from:
            return None
        width, height = photo.facts.width, photo.facts.height
        with decoding.room_for_picture(width, height):
            limit = max(width * height, decoding.MOST_PIXELS)
            turn = photo.facts.metadata.orientation
            pixels = decoding.decode_file(photo.path, None, limit, orientation=turn)
            if pixels.shape[:2] != (height, width):
                raise LabelerError("The picture has changed; index it again.")
            return annotated.jpeg(annotated.draw(pixels, task.faces))
    except LabelerError as error:
        return Failure(photo.path, str(error))


def _write(own: OwnFiles, task: _Task, data: bytes) -> Failure | None:
    """Write a picture, unless it is there already; return why that cannot be done."""
    out = task.out
    try:
        if os.path.lexists(out) and not (holds(out, data) or own.is_standing(out)):
            raise LabelerError(f"{out} exists already; choose another folder.")
        out.parent.mkdir(parents=True, exist_ok=True)
        own.write(out, data, task.made_from)
    except LabelerError as error:
        return Failure(task.photo.path, str(error))
    except OSError as error:
        return Failure(task.photo.path, f"{out.parent} cannot be made ({error.strerror}).")
    return None
