"""labeler merge"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, tell_decision
from labeler.people.steps import people

HEADING = Heading.PEOPLE
EXAMPLE = "labeler merge Granny Rosa"


def command(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", show_default=False)],
    into: Annotated[str, typer.Argument(metavar="OTHER", show_default=False)],
    json: Json = False,
) -> None:
    """Say that two names mean one person, who is called OTHER from now on."""
    library = open_library(context)
    entry = people.merge_people(library, person, into)
    (said,) = library.entries([entry])
    told = f"{said.person} and {said.value} are one person, {said.value}."
    tell_decision(library, [entry], json, {"entry": entry}, told)
