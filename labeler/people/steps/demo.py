"""The synthetic album that comes with the program, and a library made from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import labeler
from labeler.errors import LabelerError
from labeler.faces.steps.index import Progress, index
from labeler.faces.steps.watching import OnWatch
from labeler.groups.steps.group import cluster
from labeler.library.store import Library
from labeler.people.steps.listing import list_groups
from labeler.types import Failure


@dataclass(frozen=True)
class DemoReport:
    """What the demo library holds, and the file of the album that is broken on purpose.

    Of these `photos`, so many are `videos`.
    """

    photos: int
    videos: int
    faces: int
    clusters: int
    failed: tuple[Failure, ...]


def album() -> Path:
    """Return the album's folder: photos/, videos/, inbox/, faces.csv, kin.csv.

    Raises:
        LabelerError: it was not installed.
    """
    package = Path(labeler.__file__).parent
    for folder in (package / "demo_album", package.parent / "data" / "demo"):
        if (folder / "faces.csv").is_file():
            return folder
    raise LabelerError("The demo album is missing; reinstall face-labeler to get it back.")


def film() -> Path:
    """Return the album's video.

    Raises:
        LabelerError: the album was not installed.
    """
    return album() / "videos" / "birthday.mp4"


def build(
    library: Library, progress: Progress | None = None, on_watch: OnWatch | None = None
) -> DemoReport:
    """Index and group the album, unless that has been done already.

    Raises:
        LabelerError: the library holds other photos, which the demo must not mix with.
    """
    parts = [album() / "photos", album() / "videos"]
    known = map(Path, library.photo_ids_by_path())
    if any(not any(path.is_relative_to(part) for part in parts) for path in known):
        raise LabelerError(
            f"The library in {library.folder} has photos of its own; "
            "choose another folder for the demo with --library."
        )
    report = index(library, parts, progress, on_watch=on_watch)
    if report.new or (library.faces().clusters < 0).all():
        cluster(library)
    groups = len(list_groups(library))
    return DemoReport(report.photos, report.videos, report.faces, groups, report.failed)
