"""labeler draw"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, tell_decision
from labeler.people.steps import naming
from labeler.types import Box

HEADING = Heading.FIND
EXAMPLE = "labeler draw party.jpg 120 80 64 64 --name Rosa"


def command(
    context: typer.Context,
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", show_default=False)],
    left: Annotated[float, typer.Argument(show_default=False)],
    top: Annotated[float, typer.Argument(show_default=False)],
    width: Annotated[float, typer.Argument(show_default=False)],
    height: Annotated[float, typer.Argument(show_default=False)],
    name: Annotated[str | None, typer.Option(help="Who it is.", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Add a face that was not found: a box in pixels of the upright photo, from brow to chin."""
    from labeler.faces.steps import drawing

    library = open_library(context)
    person = naming.spelling(library, name) if name is not None else None
    box = Box(left, top, width, height)
    face = drawing.draw_face(library, photo, box, person=person)
    entries = [library.last_entry()] if person else []
    told = f"This is face {face}{f', {person}' if person else ''}."
    tell_decision(library, entries, json, {"face": face, "person": person}, told)
