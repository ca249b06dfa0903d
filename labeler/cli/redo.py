"""labeler redo"""

from __future__ import annotations

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.people.steps import history

HEADING = Heading.KEEP
EXAMPLE = "labeler redo"


def command(context: typer.Context, json: Json = False) -> None:
    """Make a decision again that the latest undo took back."""
    library = open_library(context)
    done = history.redo(library)
    what = None if done is None else history.describe(library, done)
    if json:
        print_json({"entry": done, "what": what})
        return
    say(f"Done again: {what}." if what else "There is nothing to do again.")
