"""labeler cluster"""

from __future__ import annotations

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, beginning, open_library, print_json, say, tell_next
from labeler.groups.steps import group
from labeler.wording import count

HEADING = Heading.FIND
EXAMPLE = "labeler cluster"


def command(context: typer.Context, json: Json = False) -> None:
    """Group the faces by person and draw the map. Names are kept and respected."""
    library = open_library(context)
    report = group.cluster(library)
    if json:
        print_json(report)
        return
    if not report.faces:
        say("There are no faces yet.")
        tell_next(library, beginning(context))
        return
    say(
        f"{count(report.faces, 'face')} in {count(report.clusters, 'group')}, "
        f"{report.unclustered:,} alone ({report.seconds:.1f} s)."
    )
    tell_next(library, beginning(context))
