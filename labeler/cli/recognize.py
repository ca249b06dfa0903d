"""labeler recognize"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.wording import count

HEADING = Heading.NAME
EXAMPLE = "labeler recognize --precision 0.995"


def command(
    context: typer.Context,
    precision: Annotated[
        float | None,
        typer.Option(
            help="So many of the automatic names shall be right, from now on; at first 0.99.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Give the remaining faces the names of the people whom they clearly resemble.

    Automatic names are marked as such, replaced at every run, and never override yours. They are
    taken back as soon as you take away the name that they are based on.
    """
    from labeler.people.steps import recognize

    report = recognize.recognize(open_library(context), precision)
    if json:
        print_json(report)
        return
    basis = f"{report.answers:,} of your own names" if report.answers else "other people's photos"
    say(
        f"{count(report.recognized, 'face')} recognized, {report.to_ask:,} to be asked about, "
        f"{report.unknown:,} unknown."
    )
    if report.least_probability is not None:
        say(
            f"At least {report.precision:.4g} of the names should be right: their probabilities "
            f"are {report.least_probability:.2f} and more, calibrated on {basis}."
        )
