"""labeler restore"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    beginning,
    complain,
    count,
    open_library,
    print_json,
    progress_bar,
    say,
    shown,
)
from labeler.library.repair import putting_back

if TYPE_CHECKING:
    from labeler.exchange.steps.restore import RestoreReport

HEADING = Heading.KEEP
EXAMPLE = "labeler restore names.json.gz"
MOST_COMPLAINTS = 20


def command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    json: Json = False,
) -> None:
    """Add what a backup says to the library, which holds the same photos, or copies of them.

    Photos are known by their content, their pixels, or, if they were resized or saved again, by
    their looks. What you have said in this library stands. Restoring twice adds nothing.

    Of a copy of the file library.sqlite, it makes the library instead; the present file is kept
    under another name.
    """
    if putting_back.is_copy(file):
        put = putting_back.put_back(context.obj, file)
        if json:
            print_json(put)
        else:
            _tell_put_back(put)
        return
    from labeler.exchange.steps import restore

    library = open_library(context, create=True)
    with progress_bar("Comparing") as progress:
        report = restore.restore(library, file, progress)
    if json:
        print_json(report)
    else:
        _tell(report, beginning(context))


def _tell_put_back(put: putting_back.PutBackReport) -> None:
    said = count(put.decisions, "decision")
    of = f"{count(put.photos, 'photo')} and {count(put.faces, 'face')}"
    say(f"The library is that copy now: {of}, {said}.")
    if put.kept is not None:
        say(f"What was there before is kept as {shown(put.kept.name)}.")


def _tell(report: RestoreReport, labeler: str) -> None:
    for one in report.conflicts[:MOST_COMPLAINTS]:
        complain(
            f"Face {one.face} on {shown(one.photo)} stays as you said here ({one.here}); "
            f"the backup says {one.there}."
        )
    if len(report.conflicts) > MOST_COMPLAINTS:
        complain(f"… and {len(report.conflicts) - MOST_COMPLAINTS:,} more; --json lists all.")
    found = sum(report.photos.values())
    alike = report.photos.get("likeness", 0)
    looks = f", {alike:,} of them by their looks" if alike else ""
    say(f"{count(found, 'photo')} of {found + report.not_here:,} found{looks}.")
    if report.not_here:
        say(f"Index the other {report.not_here:,} and restore again to get their names.")
    if not report.entries:
        say("There was nothing to add: all of it was said here before.")
    elif report.entry is None:
        say(f"{count(report.entries, 'decision')} restored, as they were made.")
    else:
        say(f"{count(report.entries, 'decision')} added; `{labeler} undo` takes them back.")
