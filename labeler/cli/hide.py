"""labeler hide"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.people.steps import people

HEADING = Heading.PEOPLE
EXAMPLE = "labeler hide Rosa"


def command(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", show_default=False)],
    json: Json = False,
) -> None:
    """Leave a person out of the list of people; no name and no face is forgotten."""
    library = open_library(context)
    entry = people.hide_person(library, person)
    if json:
        print_json({"entry": entry})
        return
    (said,) = library.entries([entry])
    say(f"{said.person} is hidden; `labeler unhide` ends that.")
