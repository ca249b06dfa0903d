"""labeler people"""

from __future__ import annotations

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.cli.streams import write_table
from labeler.people.steps.listing import list_people
from labeler.wording import count, spelled

HEADING = Heading.PEOPLE
EXAMPLE = "labeler people"


def command(context: typer.Context, json: Json = False) -> None:
    """List the people who have a name, with photos and dates; --json also the hidden ones."""
    everybody = list_people(open_library(context))
    if json:
        print_json(everybody)
        return
    people = [row for row in everybody if not row.hidden]
    if not everybody:
        say("Nobody has a name yet; `labeler dashboard` shows the groups to name.")
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("Person")
    for column in ("Faces", "Photos", "First", "Last"):
        table.add_column(column, justify="right")
    for row in people:
        dates = (f"{date:%Y-%m-%d}" if date else "" for date in (row.first, row.last))
        table.add_row(spelled(row.person), f"{row.faces:,}", f"{row.photos:,}", *dates)
    if people:
        write_table(table)
    hidden = len(everybody) - len(people)
    if hidden:
        say(f"{count(hidden, 'person', 'people')} hidden; `labeler unhide PERSON` ends that.")
