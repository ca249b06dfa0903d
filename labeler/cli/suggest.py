"""labeler suggest"""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.people.suggestions import OpenGroup, Question
from labeler.wording import certainty, count

HEADING = Heading.NAME
EXAMPLE = "labeler suggest --top 3"
TOP = 5
FACES_SHOWN = 6


def command(
    context: typer.Context,
    top: Annotated[int, typer.Option(min=1, help="List so many questions at most.")] = TOP,
    json: Json = False,
) -> None:
    """List what to say next: the questions whose answers settle the most faces.

    `labeler recognize` proposes people for the faces that are left, so run it in between.
    """
    from labeler.people.steps.interview import Interview

    questions = Interview(open_library(context)).questions(top)
    if json:
        print_json(questions)
        return
    if not questions:
        say("No face waits for an answer.")
    for question in questions:
        say(f"{_asked(question)} (settles about {count(round(question.gain), 'face')})")
        for group in question.groups:
            say(f"    {_group(group)}")
        say(f"    → {_command(question)}")


def _asked(question: Question) -> str:
    if question.kind == "who":
        return "Who is this?"
    if question.kind == "same":
        return f"Are these the same person? ({certainty(question.probability or 0)})"
    return "Which of these are wrong?"


def _group(group: OpenGroup) -> str:
    faces = ", ".join(map(str, group.faces[:FACES_SHOWN]))
    more = ", …" if len(group.faces) > FACES_SHOWN else ""
    what = f"{'face' if len(group.faces) == 1 else 'faces'} {faces}{more}"
    if group.cluster is not None:
        what = f"cluster {group.cluster}: {what}"
    if group.person is None or group.probability < 0.01:
        return what
    return f"{what}: {group.person}? ({certainty(group.probability)})"


def _command(question: Question) -> str:
    first, *others = (_option(group) for group in question.groups)
    if question.kind == "same":
        both = " ".join([first, *others])
        return f"labeler same {both}, or labeler different {both}"
    if question.kind == "who":
        return f"labeler name {first} NAME"
    person = shlex.quote(question.groups[0].person or "")
    more = "; and so on" if others else ""
    return f"labeler name {first} {person}, or labeler reject {first} {person}{more}"


def _option(group: OpenGroup) -> str:
    if group.cluster is not None:
        return f"--cluster {group.cluster}"
    return " ".join(f"--face {face}" for face in group.faces)
