"""labeler adopt"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    beginning,
    complain,
    count,
    open_library,
    print_json,
    progress_bar,
    say,
    shown,
    tell_doubts,
)
from labeler.people.steps.doubts import doubts

if TYPE_CHECKING:
    from labeler.exchange.region import NoName
    from labeler.exchange.steps.adopt import AdoptionPlan

HEADING = Heading.EXCHANGE
EXAMPLE = "labeler adopt ~/Pictures --apply"
MOST_PEOPLE = 40
MOST_COMPLAINTS = 20
_NOT_USED: dict[NoName, str] = {
    "contact without a name": "{} of Picasa {} no name here: give its contacts.xml with --contacts "
    "FILE.",
    "placeholder": "{} {} a word for nobody, such as Unknown, in place of a name; name these faces "
    "here.",
    "no name": "{} {} no name; name these faces here.",
    "of another kind": "{} {} been left out: of pets, focus and other things than faces.",
}


def command(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help="Folders of photos, indexed first. Default: all photos of the library.",
            show_default=False,
        ),
    ] = None,
    contacts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Picasa's contacts.xml, if its folders lack names."),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Do it; otherwise only the plan is shown.")
    ] = False,
    json: Json = False,
) -> None:
    """Take over the names that other programs gave to faces. Shows the plan; --apply does it.

    Read are the regions of digiKam, Lightroom, Picasa, ACDSee and Windows: XMP in the photos and
    beside them, and `.picasa.ini`. A face that was not found is drawn. Names that are said to be on
    a photo, nobody says where (Google Photos, keywords below *People*), go to its only face without
    a name. What you have said before stands; one `labeler undo` takes everything back.
    """
    from labeler.exchange.steps import adopt

    library = open_library(context, create=bool(folders))
    with progress_bar("Looking at", per_second="photos/s") as progress:
        plan = adopt.plan(library, folders or [], contacts, progress)
    if apply:
        plan = adopt.apply(library, plan)
    if json:
        print_json(plan)
    else:
        _tell(plan, apply, beginning(context))
        if plan.entry is not None:
            tell_doubts(doubts(library, library.tied(plan.entry)))


def _tell(plan: AdoptionPlan, applied: bool, labeler: str) -> None:
    new = plan.with_outcome("name", "draw")
    people = Counter(one.person for one in new)
    will_be = "" if applied else "to be "
    drawn = Counter(one.person for one in plan.with_outcome("draw"))
    alone = Counter(one.person for one in new if one.why)
    for person, faces in people.most_common(MOST_PEOPLE):
        missed = f", {drawn[person]:,} of them {will_be}drawn" if drawn[person] else ""
        single = alone[person]
        only = f", {single:,} as the only one without a name on its photo" if single else ""
        say(f"  {person}: {count(faces, 'face')}{missed}{only}")
    if len(people) > MOST_PEOPLE:
        say(
            f"  … and {count(len(people) - MOST_PEOPLE, 'more person', 'more people')}; see --json."
        )
    _complain("conflict", plan)
    _complain("left out", plan)
    _tell_somewhere(plan)
    for reason, number in sorted(plan.not_used.items()):
        say(_NOT_USED[reason].format(count(number, "region"), "has" if number == 1 else "have"))
    for failure in plan.failed[:MOST_COMPLAINTS]:
        complain(f"{shown(failure.path)}: {failure.reason}")
    if len(plan.failed) > MOST_COMPLAINTS:
        complain(f"… and {count(len(plan.failed) - MOST_COMPLAINTS, 'more file')}; see --json.")
    settled = len(plan.with_outcome("settled"))
    before = f" {count(settled, 'face')} had the name already." if settled else ""
    whom = f"{count(len(new), 'face')} of {count(len(people), 'person', 'people')}"
    if not new:
        say(f"There is no new name for any face.{before}")
    elif applied:
        say(f"{whom} named.{before} `{labeler} undo` takes it back.")
    else:
        say(f"{whom} would be named.{before} Add --apply to do it.")


def _tell_somewhere(plan: AdoptionPlan) -> None:
    """Tell whose photo is known, and not the place on it."""
    by_photo: dict[str, list[str]] = {}
    for one in plan.with_outcome("somewhere"):
        by_photo.setdefault(one.photo, []).append(one.person)
    if not by_photo:
        return
    who, them = ("says who is", "it") if len(by_photo) == 1 else ("say who is", "them")
    say(f"{count(len(by_photo), 'photo')} {who} on {them}, but not where:")
    for photo, people in list(by_photo.items())[:MOST_COMPLAINTS]:
        say(f"  {shown(photo)}: {', '.join(map(shown, people))}, on this photo, somewhere")
    if len(by_photo) > MOST_COMPLAINTS:
        say(f"  … and {count(len(by_photo) - MOST_COMPLAINTS, 'more photo')}; see --json.")
    say("Name their faces, or draw them: `labeler dashboard`, on the photo's page.")


def _complain(outcome: str, plan: AdoptionPlan) -> None:
    rows = [one for one in plan.regions if one.outcome == outcome]
    for one in rows[:MOST_COMPLAINTS]:
        face = f", face {one.face}" if one.face is not None else ""
        complain(f"{shown(one.photo)}{face}: {shown(one.person)} is not taken over. {one.why}")
    if len(rows) > MOST_COMPLAINTS:
        complain(f"… and {count(len(rows) - MOST_COMPLAINTS, 'more region')}; see --json.")
