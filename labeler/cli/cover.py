"""labeler cover"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.people.steps import people

HEADING = Heading.PEOPLE
EXAMPLE = "labeler cover 17"


def command(
    context: typer.Context,
    face: Annotated[int, typer.Argument(metavar="FACE", show_default=False)],
    json: Json = False,
) -> None:
    """Make a face the picture of the person who it is."""
    library = open_library(context)
    entry = people.choose_cover(library, face)
    (decision,) = library.entries([entry])
    person = decision.person
    if json:
        print_json({"entry": entry, "person": person})
        return
    say(f"Face {face} is the picture of {person}.")
