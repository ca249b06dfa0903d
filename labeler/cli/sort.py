"""labeler sort"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labeler import export
from labeler.cli.output import (
    Json,
    complain,
    count,
    open_library,
    percent,
    print_json,
    progress_bar,
    say,
    shown,
)
from labeler.errors import UsageError

if TYPE_CHECKING:
    from labeler.pipeline.sort import SortedPhoto

EXAMPLE = "labeler sort ~/inbox --into ~/Pictures/people --move --apply"


def command(
    context: typer.Context,
    inbox: Annotated[Path, typer.Argument(metavar="INBOX", show_default=False)],
    into: Annotated[
        Path, typer.Option(help="Folder that gets one folder per person.", show_default=False)
    ],
    copy: Annotated[bool, typer.Option("--copy", help="Copy the photos (default).")] = False,
    move: Annotated[bool, typer.Option("--move", help="Move them out of the inbox.")] = False,
    link: Annotated[bool, typer.Option("--link", help="Make symbolic links to them.")] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Do it; otherwise only the plan is shown.")
    ] = False,
    json: Json = False,
) -> None:
    """Sort new photos by the people on them. Shows the plan; --apply carries it out.

    A photo of two people goes to both folders, one without a known person stays where it is, and
    no file is ever overwritten.
    """
    from labeler.pipeline import sort as pipeline  # loads scikit-learn, which takes a second

    if copy + move + link > 1:
        raise UsageError("Choose one of --copy, --move and --link.")
    method: export.Method = "move" if move else "link" if link else "copy"
    library = open_library(context)
    with progress_bar("Looking at") as progress:
        plan = pipeline.plan_sort(library, inbox, into, progress, method=method)
    if apply:
        plan = pipeline.apply_sort(plan, method)
    if json:
        print_json(plan)
    else:
        _print_plan(plan, into, method, apply)


def _print_plan(plan: list[SortedPhoto], into: Path, method: export.Method, applied: bool) -> None:
    for item in plan:
        name = shown(Path(item.photo).name)
        if item.error:
            complain(f"{name}: {item.error}")
            continue
        who = [f"{person.person} ({percent(person.probability)})" for person in item.people]
        if item.unknown:
            who.append(count(item.unknown, "unknown face"))
        say(f"{name}: {', '.join(who) or 'no face'}")
        for target in item.targets:
            say(f"    → {target}")
    to_place = [item for item in plan if len(item.targets) > item.there and not item.error]
    there = sum(0 < len(item.targets) == item.there for item in plan)
    staying = len(plan) - len(to_place) - there
    done = {"copy": "copied", "move": "moved", "link": "linked"}[method]
    say(
        f"{count(len(to_place), 'photo')} {done if applied else f'would be {done}'} into {into}, "
        f"{there:,} there already, {staying:,} left where they are."
    )
    if not applied and to_place:
        say("This was the plan; add --apply to carry it out.")
