"""labeler references"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    argument,
    beginning,
    complain,
    open_library,
    print_json,
    progress_bar,
    say,
    shown,
    tell_left_out,
    tell_not_used,
)
from labeler.wording import count

if TYPE_CHECKING:
    from labeler.people.steps.references import (
        ReferenceConflict,
        ReferenceQuestion,
        ReferencesReport,
    )

HEADING = Heading.NAME
EXAMPLE = "labeler references ~/Pictures/references"


def command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)],
    json: Json = False,
) -> None:
    """Learn people from a folder with one sub-folder of photos per person.

    A person is called as the sub-folder is, upper and lower case aside. Of several faces
    on a photo, it is the one that the folder's photos share; where that is not clear, the photo is
    asked about, and the answer is the command that is printed. What you have said
    before stands, and a second run changes nothing.
    """
    from labeler.people.steps import references as pipeline

    library = open_library(context, create=True)
    with progress_bar("Indexing", per_second="photos/s") as progress:
        report = pipeline.learn(library, folder, progress)
    if json:
        print_json(report)
    else:
        _tell(report, beginning(context))


def _tell(report: ReferencesReport, labeler: str) -> None:
    named = sum(len(person.named) for person in report.people)
    new = [person for person in report.people if person.named]
    before = sum(person.before for person in report.people)
    known = f"; {count(before, 'photo')} settled before" if before else ""
    say(f"{count(named, 'face')} of {count(len(new), 'person', 'people')} named{known}.")
    for person in new:
        apart = len(person.told_apart)
        told = f", {apart:,} of them told from others on the photo" if apart else ""
        say(f"  {person.person}: {count(len(person.named), 'face')}{told}")
    for question in report.to_ask:
        _ask(question, labeler)
    for conflict in report.conflicts:
        complain(_sentence(conflict))
    _list("Photos without a face", report.without_face)
    _list("Photos in no person's folder, named after nobody", report.loose)
    _list("Sub-folders without a photo", report.empty)
    tell_left_out(report.left_out)
    tell_not_used(report.not_used)
    for failure in report.failed:
        complain(f"{shown(failure.path)}: {failure.reason}")


def _ask(question: ReferenceQuestion, labeler: str) -> None:
    faces = count(len(question.faces), "face")
    say(f"Which of the {faces} on {shown(question.photo)} is {question.person}? From the left:")
    for face in question.faces:
        box = face.box
        name = f", {face.name}" if face.name else ""
        place = f"{box.width:.0f} × {box.height:.0f} pixels at {box.left:.0f}, {box.top:.0f}"
        say(f"  face {face.face}{name} ({place})")
        if face.face in question.may_be:
            say(f"    {labeler} name --face {face.face} {argument(question.person)}")


def _sentence(conflict: ReferenceConflict) -> str:
    photo, person = shown(conflict.photo), conflict.person
    if conflict.why == "two folders":
        return f"{photo} is also in the folder of {conflict.said}; its face was not named."
    if conflict.why == "another name":
        return f"{photo} is in the folder of {person}, but you named the face {conflict.said}."
    if conflict.why == "rejected":
        return f"{photo} is in the folder of {person}, but you said that the face is not {person}."
    return f"{photo} is in the folder of {person}, but you said that the face is to be ignored."


def _list(what: str, paths: Sequence[str]) -> None:
    if paths:
        complain(f"{what} ({len(paths):,}):")
    for path in paths:
        complain(f"  {shown(path)}")
