"""labeler people"""

from __future__ import annotations

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.cli.streams import write_table
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps.listing import list_people
from labeler.wording import count, spelled

HEADING = Heading.PEOPLE
EXAMPLE = "labeler people"


def command(context: typer.Context, json: Json = False) -> None:
    """List the people who have a name, with photos and dates; --json also the hidden ones."""
    library = open_library(context)
    everybody = list_people(library)
    if json:
        print_json(everybody)
        return
    people = [row for row in everybody if not row.hidden]
    if not everybody:
        say(_nobody(library))
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("Person")
    is_away = any(row.away for row in people)
    for column in ("Faces", "Photos", "First", "Last", *(["Away"] if is_away else [])):
        table.add_column(column, justify="right")
    for row in people:
        dates = (f"{date:%Y-%m-%d}" if date else "" for date in (row.first, row.last))
        away = [f"{row.away:,}" if row.away else ""] if is_away else []
        table.add_row(spelled(row.person), f"{row.faces:,}", f"{row.photos:,}", *dates, *away)
    if people:
        write_table(table)
    if is_away:
        say("Away: faces on photos in folders that are not there just now (`labeler folders`).")
    hidden = len(everybody) - len(people)
    if hidden:
        say(f"{count(hidden, 'person', 'people')} hidden; `labeler unhide PERSON` ends that.")


def _nobody(library: Library) -> str:
    known = len(set(standing.labels(library).names.values()))
    if known:
        people = count(known, "person has", "people have")
        return (
            f"{people} a name, but none of their photos is known to be anywhere; `labeler index` "
            "finds them again by their content."
        )
    return "Nobody has a name yet; `labeler dashboard` shows the groups to name."
