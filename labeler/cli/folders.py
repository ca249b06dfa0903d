"""labeler folders"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, argument, beginning, open_library, print_json, say, shown
from labeler.errors import UsageError
from labeler.library.store import Library
from labeler.photos.roots import said_of
from labeler.photos.steps import moving, whereabouts
from labeler.wording import count

HEADING = Heading.FIND
EXAMPLE = "labeler folders move /media/old-drive/Pictures ~/Pictures"
_USAGE = (
    "Write `labeler folders`, `labeler folders move OLD NEW` or `labeler folders forget FOLDER`."
)


def command(
    context: typer.Context,
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="[move OLD NEW | forget FOLDER]", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """List the folders of your photos; note that one has moved, or forget one.

    A folder that is away (an unplugged drive) hides its photos; their names are kept, and all is
    as it was when it is back. After `move`, nothing needs to be looked at again. After `forget`,
    the names wait until the photos are found again.
    """
    match what or []:
        case []:
            _list(context, json)
        case ["move", old, new]:
            moved = moving.move(open_library(context), Path(old), Path(new))
            if json:
                print_json(moved)
            else:
                _tell_moved(moved, beginning(context))
        case ["forget", folder]:
            forgotten = moving.forget(open_library(context), Path(folder))
            if json:
                print_json(forgotten)
            else:
                _tell_forgotten(forgotten)
        case _:
            raise UsageError(_USAGE)


def _list(context: typer.Context, json: bool) -> None:
    library = open_library(context)
    roots = whereabouts.roots(library)
    if json:
        print_json({"folders": roots, "moved": whereabouts.moves(library)})
        return
    if not roots:
        say("No folder was looked into yet; `labeler index PATH` finds the faces in one.")
    for root in roots:
        if root.state == "there":
            say(f"{shown(root.folder)}: {count(root.photos - root.away, 'photo')}")
    tell_away(library, beginning(context))


def tell_away(library: Library, labeler: str) -> None:
    """Tell which folders are away, where they seem to have moved to, and what can be done."""
    away = whereabouts.away_and_moved(library)
    for root, move in away:
        old = shown(root.folder)
        if move is None:
            say(said_of(root, folder=old))
            continue
        told = f"{labeler} folders move {argument(move.old)} {argument(move.new)}"
        say(f"{said_of(root, move, old, shown(move.new))} If it has moved: `{told}`.")
    if any(move is None for _, move in away):
        say(f"What is away for good: `{labeler} folders forget FOLDER`.")


def _tell_moved(moved: moving.MoveReport, labeler: str) -> None:
    say(f"{moved.there:,} of {count(moved.files, 'file')} found in {shown(moved.new)}.")
    if moved.there < moved.files:
        say(f"Next: `{labeler} index {argument(moved.new)}` looks for the others.")


def _tell_forgotten(forgotten: moving.ForgetReport) -> None:
    say(
        f"{shown(forgotten.folder)} is forgotten; {forgotten.only_there:,} of its "
        f"{count(forgotten.photos, 'photo')} nowhere else, whose names are kept in case they are "
        "indexed again."
    )
