"""labeler lookalike"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    complain,
    count,
    open_library,
    print_json,
    progress_bar,
    say,
    shown,
)
from labeler.errors import UsageError
from labeler.family.verdict_words import is_somebody, nearly_all
from labeler.family.verification import LOOK_ALIKE
from labeler.types import Box
from labeler.wording import certainty

if TYPE_CHECKING:
    from labeler.family.steps.lookalike import LookAlikes, Resembling

HEADING = Heading.FAMILY
EXAMPLE = "labeler lookalike baby.jpg --top 5"


def command(
    context: typer.Context,
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", show_default=False)],
    top: Annotated[int, typer.Option(min=1, help="So many people at most for each face.")] = 3,
    max_distance: Annotated[
        float,
        typer.Option(
            min=0.0, help="Nobody further away than this; one in twenty strangers is as close."
        ),
    ] = LOOK_ALIKE,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--in",
            metavar="DIR",
            help="Compare with the people in this folder, one sub-folder of photos for each.",
            show_default=False,
        ),
    ] = None,
    face: Annotated[
        int | None, typer.Option(min=1, help="Only this face, counted from the left.")
    ] = None,
    box: Annotated[
        str | None,
        typer.Option(metavar="X,Y,W,H", help="Only the face in this box, in upright pixels."),
    ] = None,
    json: Json = False,
) -> None:
    """Tell whom the faces on a photo look like: the nearest people of the library, or of a folder.

    The photo need not be in the library, and is never compared with itself, its copies, or photos
    of the same moment. Whoever the face shows is told, and is nobody's look-alike.
    """
    if face is not None and box is not None:
        raise UsageError("Say which face either by --face or by --box, not by both.")
    wanted = None if box is None else parse_box(box)
    from labeler.family.steps import lookalike as pipeline

    library = open_library(context, create=folder is not None)
    with progress_bar("Indexing", per_second="photos/s") as progress:
        found = pipeline.look_alikes(
            library, photo, top, max_distance, folder, face, wanted, progress
        )
    if json:
        print_json(found)
    else:
        _tell(found)


def parse_box(text: str) -> Box:
    """Return the box that somebody wrote as 'left,top,width,height'.

    Raises:
        UsageError: it is none.
    """
    try:
        left, top, width, height = (float(number) for number in text.split(","))
    except ValueError as error:
        raise UsageError(
            f"{text} is no box; write left, top, width and height in pixels, as 120,80,64,64."
        ) from error
    if not all(map(math.isfinite, (left, top, width, height))):
        raise UsageError(f"{text} is no box; its numbers have to be finite.")
    return Box(left, top, width, height)


def _tell(found: LookAlikes) -> None:
    where = f"in {shown(found.folder)}" if found.folder else "in the library"
    say(f"Compared with {count(found.people, 'person', 'people')} {where}.")
    for face in found.faces:
        say(_who(face, found))
        for place, one in enumerate(face.look_alikes, start=1):
            where = shown(one.photo) if one.photo else "its photo is away"
            say(
                f"  {place}. {one.person}: closer than {nearly_all(one.similarity)} of strangers "
                f"with as many photos would come (distance {one.distance:.3f}; {where})"
            )
        if not face.look_alikes:
            say(f"  nobody{' else' if face.person else ''} closer than {found.max_distance:g}")
    if found.unclear:
        photos = count(found.unclear, "photo")
        complain(f"{photos} with several faces left out; nobody can know which one is meant.")
    for failure in found.failed:
        complain(f"{shown(failure.path)}: {failure.reason}")


def _who(face: Resembling, found: LookAlikes) -> str:
    what = "The face in the box"
    if face.number is not None:
        what = f"Face {face.number} of {found.of} from the left" if found.of > 1 else "The face"
    if face.person is None:
        return f"{what} looks like"
    sure = face.probability or 0.0
    how = "this photo is known" if face.known else certainty(sure)
    return f"{what} {is_somebody(sure)} {face.person} ({how}); look-alikes"
