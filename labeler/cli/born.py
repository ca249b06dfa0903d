"""labeler born"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, tell_decision
from labeler.errors import UsageError
from labeler.people.steps import people

HEADING = Heading.PEOPLE
EXAMPLE = "labeler born Rosa 1942-05-20"


def command(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", show_default=False)],
    day: Annotated[str | None, typer.Argument(metavar="[YYYY-MM-DD]", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Note a birthday, or forget it: on photos from before, the person is never recognized."""
    try:
        born = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise UsageError(f"{day} is no date; write it as 1942-05-20.") from error
    library = open_library(context)
    entry = people.set_birth(library, person, born)
    (said,) = library.entries([entry])
    who = said.person
    told = f"{who} was born on {born}." if born else f"Nobody knows when {who} was born."
    tell_decision(library, [entry], json, {"entry": entry}, told)
