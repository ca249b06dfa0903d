"""labeler cluster"""

from __future__ import annotations

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.groups.steps import group
from labeler.wording import count

HEADING = Heading.FIND
EXAMPLE = "labeler cluster"


def command(context: typer.Context, json: Json = False) -> None:
    """Group the faces by person and draw the map. Names are kept and respected."""
    report = group.cluster(open_library(context))
    if json:
        print_json(report)
        return
    if not report.faces:
        say("There are no faces yet; `labeler index PATH` finds them.")
        return
    say(
        f"{count(report.faces, 'face')} in {count(report.clusters, 'group')}, "
        f"{report.unclustered:,} alone ({report.seconds:.1f} s)."
    )
    if report.clusters:
        say("Next: `labeler dashboard` opens the browser, to give the groups their names.")
