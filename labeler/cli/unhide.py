"""labeler unhide"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.people.steps import people

HEADING = Heading.PEOPLE
EXAMPLE = "labeler unhide Rosa"
FORMER_NAME = "show"


def command(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", show_default=False)],
    json: Json = False,
) -> None:
    """Bring a hidden person back to the list of people."""
    library = open_library(context)
    entry = people.show_person(library, person)
    if json:
        print_json({"entry": entry})
        return
    (said,) = library.entries([entry])
    say(f"{said.person} is shown again.")
