"""labeler recognize"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, beginning, open_library, print_json, say, tell_next
from labeler.wording import count, exactly

if TYPE_CHECKING:
    from labeler.people.bands import Effect
    from labeler.people.steps.recognize import RecognizeReport

HEADING = Heading.NAME
EXAMPLE = "labeler recognize --precision 0.995"
LISTED = 20
"""So many names that are taken back are listed one by one."""


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

    library = open_library(context)
    report = recognize.recognize(library, precision)
    if json:
        print_json(report)
        return
    basis = f"{report.answers:,} of your own names" if report.answers else "other people's photos"
    say(
        f"{count(report.recognized, 'face')} recognized, {report.to_ask:,} to be asked about, "
        f"{report.unknown:,} unknown."
    )
    if not report.recognized:
        say(f"{report.why_none[:1].upper()}{report.why_none[1:]}.")
    if report.least_probability is not None:
        say(
            f"At least {report.precision:.4g} of the names should be right: their probabilities "
            f"are {report.least_probability:.2f} and more, calibrated on {basis}."
        )
    if report.taken_back:
        _tell_taken_back(report, beginning(context))
    if report.offer is not None:
        say(_offered(report, report.offer, beginning(context)))
    tell_next(library, beginning(context))


def _offered(report: RecognizeReport, offer: Effect, labeler: str) -> str:
    """Say what can be had where the wanted precision is not to be had for many faces."""
    few = "only a few faces" if report.recognized else "no face"
    return (
        f"{exactly(report.precision)} can be promised for {few}, {exactly(offer.precision)} for "
        f"{offer.names:,}. To take them: `{labeler} recognize --precision {offer.precision:g}`."
    )


def _tell_taken_back(report: RecognizeReport, labeler: str) -> None:
    """List the names that were given automatically before, and are not any more."""
    number = len(report.taken_back)
    verb = "is" if number == 1 else "are"
    say(f"{count(number, 'automatic name')} of before {verb} taken back:")
    for one in report.taken_back[:LISTED]:
        now = f", {one.now} now" if one.now else ""
        say(f"  face {one.face}: {one.person}{now}")
    if number > LISTED:
        say(f"  … and {number - LISTED:,} more; --json lists all.")
    say(f"`{labeler} name --face N NAME` says that one was right.")
