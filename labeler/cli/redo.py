"""labeler redo"""

from __future__ import annotations

import typer

from labeler import journal
from labeler.cli.output import Json, open_library, print_json, say
from labeler.pipeline import history

EXAMPLE = "labeler redo"


def command(context: typer.Context, json: Json = False) -> None:
    """Make a decision again that the latest undo took back."""
    library = open_library(context)
    done = history.redo(library)
    what = next((row for row in library.journal() if row.id == done), None)
    if json:
        print_json({"entry": done, "what": journal.describe(what) if what else None})
        return
    say(f"Done again: {journal.describe(what)}." if what else "There is nothing to do again.")
