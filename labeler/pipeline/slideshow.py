"""Make the slideshow of one person: read the library → plan the show → write one file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labeler.errors import LabelerError
from labeler.pipeline import listing, naming
from labeler.shows import slideshow, video, web_show
from labeler.shows.slideshow import Candidate
from labeler.storage.store import Library
from labeler.types import Failure

MOST_SLIDES = 60
VIDEO, PAGE = frozenset({".mp4"}), frozenset({".html", ".htm"})

Progress = Callable[[int, int], None]
"""Called with slides done and slides in all."""


@dataclass(frozen=True, slots=True)
class SlideshowReport:
    """What was made: slides and seconds in the show, its file, and the photos left out."""

    person: str
    slides: int
    seconds: float
    file: Path
    failed: tuple[Failure, ...]


def make_slideshow(
    library: Library,
    person: str,
    out: Path,
    most: int = MOST_SLIDES,
    progress: Progress | None = None,
) -> SlideshowReport:
    """Write a slideshow of the photos that show a person, named by the user or automatically.

    Args:
        out: a new file ending in .mp4 (video) or .html (page for the browser).
        most: number of slides at most.

    Raises:
        UnknownPersonError: nobody has that name.
        LabelerError: `out` exists already, cannot be written, or has another ending; or `most` is
            below 1; or none of the photos can be read.
    """
    _check(out, most)
    name, candidates = _candidates(library, person)
    show = slideshow.plan(name, candidates, most)
    renderer = video if out.suffix.lower() in VIDEO else web_show
    rendered = renderer.render(show, out, progress=progress)
    return SlideshowReport(name, rendered.slides, rendered.seconds, out.absolute(), rendered.failed)


def _check(out: Path, most: int) -> None:
    if out.suffix.lower() not in VIDEO | PAGE:
        raise LabelerError(f"{out.name} must end in .mp4 for a video or .html for a page.")
    if not out.parent.is_dir():
        raise LabelerError(f"The folder {out.parent} does not exist; create it first.")
    if os.path.lexists(out):
        raise LabelerError(f"{out} exists already; choose another name.")
    if most < 1:
        raise LabelerError("A slideshow needs at least one slide.")


def _candidates(library: Library, person: str) -> tuple[str, list[Candidate]]:
    """Return the person's name in the library's spelling, and every face of theirs."""
    name = naming.clean_name(person)
    faces = listing.list_faces(library)
    photos = {photo.path: photo.facts for photo in library.photos().values()}
    candidates = [
        Candidate(
            photo_path=row.photo,
            taken=row.taken,
            caption=photos[row.photo].metadata.caption,
            album=os.fsencode(Path(row.photo).parent.name).decode(errors="replace"),
            width=photos[row.photo].width,
            height=photos[row.photo].height,
            face=row.box,
            score=row.score,
        )
        for row in faces
        if row.person == name
    ]
    if not candidates:
        raise naming.unknown_person(name, sorted({row.person for row in faces if row.person}))
    return name, candidates
