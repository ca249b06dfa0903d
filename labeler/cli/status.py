"""labeler status"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, beginning, complain, open_library, print_json, say, tell_next
from labeler.errors import LabelerError
from labeler.library.connecting import FILE_NAME
from labeler.people.steps.status import status as library_status
from labeler.wording import count, photos_and_videos

HEADING = Heading.BEGIN
EXAMPLE = "labeler --library ~/faces status"


def command(
    context: typer.Context,
    report: Annotated[
        bool,
        typer.Option(
            "--report",
            help="Tell instead what belongs into the report of a fault: versions, processor and "
            "counts; no names, no paths.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Tell what the library holds and what to do next."""
    if report:
        _report(context, json)
        return
    library = open_library(context)
    status = library_status(library)
    if json:
        print_json(status)
        return
    say(f"Library: {status.library}")
    say(
        f"{photos_and_videos(status.photos, status.videos)}, {count(status.faces, 'face')} "
        f"in {count(status.clusters, 'group')}, {count(status.people, 'person', 'people')}."
    )
    settled = status.named + status.recognized + status.ignored + status.attracted
    later = f" and {status.attracted:,} like them" if status.attracted else ""
    say(
        f"Faces: {status.named:,} named by you, {status.recognized:,} recognized, "
        f"{status.ignored:,} ignored{later}, {status.faces - settled:,} without a name."
    )
    if status.away:
        say(
            f"{count(status.away, 'photo')} away just now, with the names on them; `labeler "
            "folders` tells where."
        )
    if status.missing:
        say(f"{count(status.missing, 'file')} gone from disk; their names are kept.")
    if status.waiting:
        names = count(status.waiting, "name")
        verb = "waits" if status.waiting == 1 else "wait"
        say(f"{names} {verb} for a face; `labeler waiting` lists them.")
    tell_next(library, beginning(context))


def _report(context: typer.Context, json: bool) -> None:
    from labeler.reports.steps import fault_report  # which loads the networks' library

    try:
        facts = fault_report.fault_report(open_library(context))
    except LabelerError as error:
        is_there = (context.obj / FILE_NAME).exists()
        why = fault_report.UNUSABLE if is_there else fault_report.NONE
        facts = fault_report.fault_report(None, why)
        complain(str(error))
    if json:
        print_json(facts)
    else:
        say(fault_report.in_words(facts))
