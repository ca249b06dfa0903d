"""labeler confirm"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, tell_decision
from labeler.people.steps import people
from labeler.wording import count

HEADING = Heading.NAME
EXAMPLE = "labeler confirm Rosa --least 0.99"


def command(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", show_default=False)],
    least: Annotated[
        float, typer.Option(min=0, max=1, help="Only names at least so probable.")
    ] = 0.0,
    json: Json = False,
) -> None:
    """Make a person's automatic names your own: they count from now on as if you had given them."""
    library = open_library(context)
    entry = people.confirm_person(library, person, least)
    (decision,) = library.entries([entry])
    confirmed = len(decision.faces)
    document = {"entry": entry, "faces": confirmed}
    tell_decision(library, [entry], json, document, f"{count(confirmed, 'face')} confirmed.")
