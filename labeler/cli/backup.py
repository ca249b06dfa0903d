"""labeler backup"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    complain,
    count,
    open_library,
    print_json,
    progress_bar,
    say,
    shown,
)

HEADING = Heading.KEEP
EXAMPLE = "labeler backup names.json.gz"


def command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    json: Json = False,
) -> None:
    """Write everything you have said into one file, without your photos: `restore` reads it.

    The file holds names and hashes, but no paths, pictures or descriptors.
    """
    from labeler.exchange.steps import backups

    library = open_library(context)
    with progress_bar("Looking at") as progress:
        report = backups.back_up(library, file, progress)
    if json:
        print_json(report)
        return
    if report.unseen:
        complain(
            f"{count(report.unseen, 'photo')} cannot be read just now; resized copies of these "
            "will not be known."
        )
    on = f"{count(report.decisions, 'decision')} about faces on {count(report.photos, 'photo')}"
    say(f"{on}: {shown(str(report.file))}")
