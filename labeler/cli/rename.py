"""labeler rename"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.people.steps import people

HEADING = Heading.PEOPLE
EXAMPLE = 'labeler rename Rosa "Rosa Lind"'


def command(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", show_default=False)],
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    json: Json = False,
) -> None:
    """Give a person another name, automatic names included."""
    library = open_library(context)
    entry = people.rename_person(library, person, name)
    if json:
        print_json({"entry": entry})
        return
    (said,) = library.entries([entry])
    say(f"Renamed {said.person} to {said.value}.")
