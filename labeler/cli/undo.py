"""labeler undo"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.people.steps import history

HEADING = Heading.KEEP
EXAMPLE = "labeler undo"


def command(
    context: typer.Context,
    entry: Annotated[
        int | None,
        typer.Argument(
            metavar="[ENTRY]",
            help="Its number in `labeler history`; by default the latest.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Take back a decision. `labeler redo` makes it again."""
    library = open_library(context)
    undone = history.undo(library, entry)
    what = None if undone is None else history.describe(library, undone)
    if json:
        print_json({"entry": undone, "what": what})
        return
    say(f"Undone: {what}." if what else "There is nothing to undo.")
