"""labeler index"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labeler.cli.output import Json, complain, count, open_library, print_json, progress_bar, say
from labeler.pipeline import index as pipeline

EXAMPLE = "labeler index ~/Pictures /media/camera/DCIM"


def command(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", show_default=False)],
    json: Json = False,
) -> None:
    """Find new and changed photos in folders and store the faces on them.

    Photos that did not change cost next to nothing, so run it again whenever you have new ones.
    Your photos are only read, never written.
    """
    library = open_library(context)
    with progress_bar("Indexing") as progress:
        report = pipeline.index(library, paths, progress)
    if json:
        print_json(report)
        return
    say(
        f"{count(report.photos, 'photo')} with {count(report.faces, 'face')}: "
        f"{report.new:,} new, {report.unchanged:,} unchanged ({report.seconds:.1f} s)."
    )
    if report.failed:
        complain(f"{count(len(report.failed), 'file')} could not be used:")
    for failure in report.failed:
        complain(f"  {failure.path}: {failure.reason}")
    if report.new:
        say("Next: `labeler cluster` groups the faces.")
