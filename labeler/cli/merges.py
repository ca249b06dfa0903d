"""labeler merges"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.cli.streams import write_table
from labeler.people.steps.merging import Merge, merges
from labeler.wording import certainty, spelled

HEADING = Heading.NAME
EXAMPLE = "labeler merges --top 50"
TOP = 20


def command(
    context: typer.Context,
    top: Annotated[int, typer.Option(min=1, help="List so many pairs at most.")] = TOP,
    json: Json = False,
) -> None:
    """List pairs of groups that may be the same person, the likeliest first.

    `labeler same` or `labeler different` settles a pair: it is never listed again.
    """
    found = merges(open_library(context), top)
    if json:
        print_json(found)
        return
    if not found:
        say("No two groups look like one person; `labeler cluster` looks again.")
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("Chance", justify="right")
    table.add_column("Closeness", justify="right")
    for side in ("One", "Other"):
        table.add_column(side, overflow="fold")
    table.add_column("Faces", justify="right")
    for merge in found:
        sides = (spelled(_side(merge, side)) for side in (0, 1))
        faces = " + ".join(f"{number:,}" for number in merge.faces)
        table.add_row(certainty(merge.probability), f"{merge.closeness:.4f}", *sides, faces)
    write_table(table)
    first = " ".join(_option(found[0], side) for side in (0, 1))
    say(f"Settle a pair with `labeler same {first}`, or `labeler different {first}`.")


def _side(merge: Merge, side: int) -> str:
    cluster, person = merge.clusters[side], merge.people[side]
    what = f"face {merge.examples[side]}" if cluster is None else f"group {cluster}"
    return what if person is None else f"{what} ({person})"


def _option(merge: Merge, side: int) -> str:
    cluster = merge.clusters[side]
    return f"--face {merge.examples[side]}" if cluster is None else f"--cluster {cluster}"
