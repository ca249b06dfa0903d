"""labeler faces"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    beginning,
    open_library,
    print_json,
    progress_bar,
    say,
    shown,
    tell_failures,
)
from labeler.people.steps.listing import FaceRow, list_faces
from labeler.search.steps import not_living as gate
from labeler.wording import certainty, count

HEADING = Heading.FIND
EXAMPLE = "labeler faces --json > faces.json"


def command(
    context: typer.Context,
    not_living: Annotated[
        bool,
        typer.Option(
            "--not-living",
            help="List only faces without a name that seem to be of paintings, statues, dolls or "
            "screens, and how to ignore them; needs a model, see `labeler embed --help`.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """List all faces: where they are, their cluster, and who they are."""
    if not_living:
        _list_not_living(context, json)
        return
    rows = list_faces(open_library(context))
    if json:
        print_json([_document(row) for row in rows])
        return
    for row in rows:
        cluster = f"group {row.cluster}" if row.cluster is not None else "alone"
        say(f"{row.face}\t{cluster}\t{_who(row)}\t{row.photo}")
    if not rows:
        say("There are no faces yet; `labeler index PATH` finds them.")


def _list_not_living(context: typer.Context, json: bool) -> None:
    library = open_library(context)
    with progress_bar("Looking", per_second="photos/s") as progress:
        report = gate.not_living(library, progress)
    if json:
        print_json(report)
        return
    for one in report.suspects:
        say(f"{one.face}\t{one.kind}\t{shown(one.photo)}")
    number = len(report.suspects)
    asked = count(report.faces, "face without a name", "faces without a name")
    say(f"{number:,} of {asked} {'seems' if number == 1 else 'seem'} to be of no living person.")
    if report.suspects:
        chosen = " ".join(f"--face {one.face}" for one in report.suspects)
        say("Leave out those that are people after all, and ignore the others:")
        say(f"    {beginning(context)} ignore {chosen}")
    tell_failures(report.failed)


def _document(row: FaceRow) -> dict[str, object]:
    return {
        "face": row.face,
        "photo": row.photo,
        "box": row.box.as_tuple(),
        "score": row.score,
        "cluster": row.cluster,
        "person": row.person,
        "source": row.source,
        "probability": row.probability,
        "xy": row.xy,
    }


def _who(row: FaceRow) -> str:
    if row.person is None:
        return "ignored" if row.ignored else "?"
    sure = "" if row.source == "user" else f" ({certainty(row.probability or 0)})"
    return f"{row.person}{sure}"
