"""labeler family"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say, shown
from labeler.cli.streams import write_table
from labeler.family import answers
from labeler.wording import listed, spelled

if TYPE_CHECKING:
    from labeler.family.family_report import FamilyReport

HEADING = Heading.FAMILY
EXAMPLE = "labeler family --out family.html"


def command(
    context: typer.Context,
    person: Annotated[str | None, typer.Argument(metavar="[PERSON]", show_default=False)] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help="Write a page with the tree, faces side by side and charts; an older one is "
            "replaced.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Show the family: who is whose kin (see `labeler kin`), and who takes after whom.

    With PERSON, only this person's family.
    """
    from labeler.family.steps import family as pipeline

    library = open_library(context)
    if out is not None:
        pipeline.check_page(out)
    found = pipeline.report(library, person)
    if out is not None:
        pipeline.write_page(library, found, out)
    if json:
        print_json(found)
        return
    _tell(found)
    if out is not None:
        say(f"The page, with pictures of people in it: {shown(str(out))}")


def _tell(found: FamilyReport) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("Person", "Is like", "Who is the"):
        table.add_column(column, overflow="fold")
    for column in ("Of 100", "90% interval"):
        table.add_column(column, justify="right")
    for one in found.pairs:
        numbers = [answers.of_hundred(share) for share in (one.share, one.low, one.high)]
        interval = f"{numbers[1]} to {numbers[2]}"
        table.add_row(spelled(one.other), spelled(one.one), one.relation, f"{numbers[0]}", interval)
    if found.pairs:
        write_table(table)
        say("Of 100: the person is more like the relative than so many of 100 comparable people.")
    for child in found.children:
        for compared in child.comparisons:
            say(answers.verdict(child.person, compared))
    if found.children:
        say(answers.how(found.children[0])[0])
    if found.too_few:
        say(f"On too few photos to be compared: {listed(found.too_few)}.")
