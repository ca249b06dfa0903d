"""labeler slideshow"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labeler.cli.output import (
    Json,
    complain,
    open_library,
    print_json,
    progress_bar,
    say,
    shown,
)
from labeler.wording import count

EXAMPLE = "labeler slideshow Rosa --out rosa.mp4"


def command(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", show_default=False)],
    out: Annotated[
        Path, typer.Option(help="File to make: .mp4 (video) or .html (page).", show_default=False)
    ],
    most: Annotated[int, typer.Option(min=1, help="At most this many slides.")] = 60,
    json: Json = False,
) -> None:
    """Make a slideshow of one person's photos, in the order in which they were taken."""
    from labeler.pipeline.slideshow import make_slideshow

    library = open_library(context)
    with progress_bar("Rendering") as progress:
        report = make_slideshow(library, person, out, most=most, progress=progress)
    if json:
        print_json(
            {
                "person": report.person,
                "slides": report.slides,
                "seconds": report.seconds,
                "file": report.file,
            }
        )
        return
    for failure in report.failed:
        complain(f"{shown(failure.path)}: {failure.reason}")
    length = f"{report.seconds // 60:.0f}:{report.seconds % 60:02.0f} min"
    say(f"{count(report.slides, 'slide')} of {report.person}, {length}: {report.file}")
