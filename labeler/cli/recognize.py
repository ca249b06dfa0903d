"""labeler recognize"""

from __future__ import annotations

import typer

from labeler.cli.output import Json, count, open_library, print_json, say

EXAMPLE = "labeler recognize"


def command(context: typer.Context, json: Json = False) -> None:
    """Give the remaining faces the names of the people whom they clearly resemble.

    Automatic names are marked as such, replaced at every run, and never override yours.
    """
    from labeler.pipeline import recognize  # loads scikit-learn, which takes a second

    report = recognize.recognize(open_library(context))
    if json:
        print_json(report)
        return
    say(f"{count(report.recognized, 'face')} recognized, {report.unknown:,} unknown.")
