"""labeler embed"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    open_library,
    print_json,
    progress_bar,
    say,
    shown,
    tell_failures,
)
from labeler.library.store import Library
from labeler.search.steps import image_search
from labeler.search.zero_shot import LEAST_CHANCE
from labeler.wording import count

HEADING = Heading.FIND
EXAMPLE = 'labeler embed --find "birthday cake" --top 20'
FORMER_NAME = "meaning"
TOP = 20


def command(
    context: typer.Context,
    model: Annotated[
        Path | None,
        typer.Argument(
            metavar="MODEL.toml",
            help="TOML file that describes a CLIP model of yours: its id, two ONNX files (image, "
            "text) and its tokenizer.",
            show_default="that of the last run",
        ),
    ] = None,
    find: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="List the photos that show this.", show_default=False),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="List so many photos at most.")] = TOP,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Photos looked at side by side.", show_default="one per core"),
    ] = None,
    json: Json = False,
) -> None:
    """Let a model look at new photos, so that they can be found by what they show.

    It needs a model of the CLIP family on this computer; nothing is downloaded. Photos that were
    looked at before cost nothing. Without a model, everything else works.
    """
    library = open_library(context)
    if find is None or model is not None:
        with progress_bar("Looking", per_second="photos/s") as progress:
            report = image_search.look(library, model, progress, jobs=jobs or -1)
        if find is None and json:
            print_json(report)
        elif not json:
            _tell(report)
        if find is None:
            return
    _find(library, find, top, json)


def _tell(report: image_search.LookReport) -> None:
    speed = f", {report.new / report.seconds:.1f} photos/s" if report.new else ""
    say(
        f"{count(report.photos, 'photo')} can be found by what they show, {report.new:,} of them "
        f"new ({report.seconds:.1f} s{speed})."
    )
    tell_failures(report.failed)


def _find(library: Library, text: str, top: int, json: bool) -> None:
    found = image_search.matches(library, text)
    listed = [(library.photo(match.photo_id), match) for match in found[:top]]
    rows = [(photo.path, match) for photo, match in listed if photo is not None]
    unseen = image_search.unseen(library)
    good = sum(match.chance >= LEAST_CHANCE for match in found)
    if json:
        photos = [
            {"photo": path, "cosine": match.cosine, "chance": match.chance} for path, match in rows
        ]
        print_json({"about": good, "seen": len(found), "unseen": unseen, "photos": photos})
        return
    say(
        f"{good:,} of {count(len(found), 'photo')} seem to show “{text}”; the {len(rows):,} "
        "nearest, with “?” where it is doubtful:"
    )
    for path, match in rows:
        say(f"{' ' if match.chance >= LEAST_CHANCE else '?'} {match.cosine:.2f}  {shown(path)}")
    if unseen:
        say(f"{count(unseen, 'photo')} not looked at yet; `labeler embed` does that.")
