"""labeler history"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.cli.streams import write_table
from labeler.people.steps import history
from labeler.wording import spelled

HEADING = Heading.KEEP
EXAMPLE = "labeler history --top 50"


TOP = 20


def command(
    context: typer.Context,
    top: Annotated[int, typer.Option(min=1, help="List so many decisions at most.")] = TOP,
    json: Json = False,
) -> None:
    """List what you decided, the latest first. Nothing of it is ever deleted."""
    decisions = history.history(open_library(context))
    if json:
        print_json(decisions[:top])
        return
    if not decisions:
        say("Nothing was decided yet; `labeler dashboard` shows the groups to name.")
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("Entry", justify="right")
    table.add_column("When")
    table.add_column("What", overflow="fold")
    for row in decisions[:top]:
        when = f"{row.at.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(
            str(row.entry), when, spelled(row.what if row.stands else f"(undone) {row.what}")
        )
    write_table(table)
    if len(decisions) > top:
        say(f"{len(decisions) - top:,} more; --top {len(decisions)} lists them all.")
