"""labeler evaluate"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, complain, open_library, print_json, say
from labeler.metrics.steps import evaluate as pipeline
from labeler.wording import count

HEADING = Heading.MEASURE
EXAMPLE = "labeler evaluate album/faces.csv"


def command(
    context: typer.Context,
    faces: Annotated[Path, typer.Argument(metavar="FACES.csv", show_default=False)],
    json: Json = False,
) -> None:
    """Compare the library with true boxes and names.

    The table has the columns file (relative to its own folder), left, top, width, height in
    upright pixels, and person.
    """
    result = pipeline.evaluate(open_library(context), faces)
    if json:
        print_json(result)
        return
    for title in ("detection", "clusters", "names"):
        scores = getattr(result, title)
        if scores is not None:
            say(f"{title}: {_sentence(scores)}")
    if result.photos_missing:
        complain(f"{count(result.photos_missing, 'photo')} of the table not in the library.")


def _sentence(scores: object) -> str:
    values = dataclasses.asdict(scores)  # type: ignore[call-overload]
    shown = (
        f"{name.replace('_', ' ')} {'–' if value is None else f'{value:.4f}'}"
        for name, value in values.items()
    )
    return ", ".join(shown)
