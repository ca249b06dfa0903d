"""labeler resemble"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, count, open_library, print_json, say
from labeler.family import answers
from labeler.wording import listed

HEADING = Heading.FAMILY
EXAMPLE = "labeler resemble Nora --to Clara --to Jonas"


def command(
    context: typer.Context,
    child: Annotated[str, typer.Argument(metavar="CHILD", show_default=False)],
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="NAME", help="A relative; to be repeated."),
    ] = None,
    json: Json = False,
) -> None:
    """Tell whom a person takes after, compared with people of the relative's kind.

    The intervals hold what other photos of the same people would say, 90% of the time. Where
    birthdays are known (`labeler born`), the relatives are compared at the person's age, if there
    are such photos.
    """
    from labeler.family.steps import resemble as pipeline

    found = pipeline.resemble(open_library(context), child, to or [])
    if json:
        print_json({**vars(found), "sentences": answers.sentences(found)})
        return
    for sentence in answers.sentences(found):
        say(sentence)
    photos = listed([f"{one.photos:,} of {one.person}" for one in found.relatives])
    say(f"From {count(found.photos, 'photo')} of {found.person}, {photos}.")
    for sentence in answers.how(found):
        say(sentence)
