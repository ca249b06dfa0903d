"""What the tests of sorting share: a library with names, a photo, a plan made by hand."""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.sorting.io import manifest, transfer
from labeler.sorting.steps.apply import Placing, apply_sort
from labeler.sorting.steps.plan import Companion, SortedPhoto
from labeler.sorting.steps.sets import PhotoSet
from labeler.sorting.steps.sort import at_places, occupied

from .conftest import clusters_by_person

State = dict[str, tuple[object, ...]]


@pytest.fixture
def named_library(demo_library: Library) -> Library:
    """A demo library in which everybody has a name."""
    for person, cluster in clusters_by_person(demo_library).items():
        naming.name_faces(demo_library, numbering.cluster_members(demo_library, [cluster]), person)
    return demo_library


@contextmanager
def quick_folder() -> Iterator[Path]:
    """Yield an empty folder, in memory where there is such a thing, at a path without links."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(os.path.realpath(folder))


@functools.cache
def _folder_of_a_library() -> Path:
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(quick_folder())


def a_library() -> Library:
    """Open the library that sorts where it does not matter who is on a photo.

    Opened anew each time: a connection must not go with a process that is forked.
    """
    return Library.create(_folder_of_a_library())


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A file in an inbox; what is on it does not matter."""
    source = tmp_path / "inbox" / "a.jpg"
    source.parent.mkdir()
    source.write_bytes(b"the photo")
    os.utime(source, ns=(1_000_000_000, 1_234_567_891))
    return source


def planned(photo: Path, *targets: Path) -> SortedPhoto:
    """Return what a plan says of a photo that goes to these places."""
    return SortedPhoto(
        str(photo),
        targets=tuple(map(str, targets)),
        groups=tuple(target.parent.name for target in targets),
        sha256=transfer.digest(photo),
        size=photo.stat().st_size,
    )


def planned_set(
    one: PhotoSet, wanted: list[Path], method: transfer.Method, taken: dict[Path, str]
) -> SortedPhoto:
    """Return what a plan says of a photo with what belongs to it; note what it takes."""
    beside = tuple(
        Companion(
            each.path,
            shared_with=each.shared_with,
            sha256=transfer.digest(Path(each.path)),
            size=each.size,
        )
        for each in one.beside
    )
    item = at_places(replace(planned(Path(one.path)), companions=beside), wanted, method, taken)
    taken |= occupied(item, method)
    return item


def place(
    plan: list[SortedPhoto], into: Path, method: transfer.Method = "copy"
) -> list[SortedPhoto]:
    """Carry out a plan."""
    folders = [os.path.dirname(os.path.abspath(item.photo)) for item in plan]
    inbox = Path(os.path.commonpath(folders)) if plan else into / "inbox"
    with Placing(a_library(), inbox, into, method) as placing:
        return apply_sort(plan, placing)


def record_of(into: Path) -> Path:
    """Return the only manifest in a folder that was sorted into."""
    (path,) = records_in(into)
    return path


def records_in(into: Path) -> list[Path]:
    """Return the manifests in a folder that was sorted into, by name."""
    return sorted((into / manifest.FOLDER).glob(manifest.PATTERN))


def names(folder: Path) -> list[str]:
    """Return the files in a folder, without the record of what was done."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found if manifest.FOLDER not in path.parts)


def state(root: Path) -> State:
    """Return all that is in a folder: contents, times and permissions of files, where links lead.

    The times of folders are left out: they tell when something in them had a change.
    """
    found: State = {}
    for path in root.rglob("*"):
        status = os.lstat(path)
        mode = stat.S_IMODE(status.st_mode)
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = ("link", os.readlink(path))
        elif path.is_dir():
            found[name] = ("folder", mode)
        elif not stat.S_ISREG(status.st_mode):
            found[name] = ("something else", mode)
        else:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found[name] = (content, status.st_mtime_ns, mode, status.st_nlink)
    return found


def name_people(library: Library, people: Iterable[str]) -> None:
    """Give some people of the demo album, or all of them, their names."""
    clusters = clusters_by_person(library)
    for person in people:
        naming.name_faces(library, numbering.cluster_members(library, [clusters[person]]), person)
