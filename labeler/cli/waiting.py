"""labeler waiting"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say, shown
from labeler.errors import LabelerError
from labeler.people.steps import waiting
from labeler.wording import count, spelled

HEADING = Heading.NAME
EXAMPLE = "labeler waiting"


def command(
    context: typer.Context,
    forget: Annotated[
        Path | None,
        typer.Option(
            metavar="PHOTO",
            help="Let the names that wait there go; `labeler undo` brings them back.",
            show_default=False,
        ),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="With --forget: only this one.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """List the names that wait for a face, because a photo was edited or searched anew.

    They are given like any name: `labeler name --face 17 Rosa`, or on the photo's page in the
    browser. Nothing is lost while they wait.
    """
    library = open_library(context)
    rows = waiting.waiting(library)
    if forget is not None:
        path = os.path.abspath(forget)
        photo = next((row.photo_id for row in rows if row.photo == path), None)
        if photo is None:
            raise LabelerError(f"No name waits for a face on {shown(str(forget))}.")
        entry = waiting.forget(library, photo, person)
        left = waiting.waiting(library)
        if json:
            print_json({"entry": entry, "waiting": left})
        else:
            say(f"Forgotten; {waiting.sentence(left) or 'no name waits any more'}.")
        return
    if json:
        print_json(rows)
        return
    if not rows:
        say("No name waits for a face.")
        return
    for row in rows:
        say(f"{shown(row.photo)}: {', '.join(map(spelled, row.people))}")
    number = waiting.number_of_names(rows)
    say(
        f"{count(number, 'name')} on {count(len(rows), 'photo')}; `labeler dashboard` shows them "
        "on the photos' pages, `labeler waiting --forget PHOTO` lets them go."
    )
