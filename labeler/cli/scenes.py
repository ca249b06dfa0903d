"""labeler scenes"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, complain, open_library, print_json, say, shown
from labeler.cli.search import SearchCommand
from labeler.wording import count, spelled

HEADING = Heading.VIDEOS
EXAMPLE = "labeler scenes 'rosa + henrik -felix' --within 2 --cut together.mp4"
CLASS = SearchCommand


def command(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", show_default=False)],
    videos: Annotated[
        list[Path] | None, typer.Argument(metavar="[VIDEO…]", show_default=False)
    ] = None,
    within: Annotated[
        float,
        typer.Option(
            min=0.0,
            metavar="S",
            help="They may come up to so many seconds after each other, as when a film shows two "
            "people in turn.",
        ),
    ] = 0.0,
    least: Annotated[
        float, typer.Option(min=0.0, metavar="S", help="Leave out shorter scenes, in seconds.")
    ] = 0.0,
    json: Json = False,
) -> None:
    """Print the scenes in which the people of a search are on screen together.

    QUERY is in quotes, and as for `labeler search`: 'rosa + henrik' · 'only rosa' · -felix ·
    'faces>=3'. Albums, dates, places and words choose the videos. VIDEO may be a folder. With
    --within, nobody who is left out (-felix) comes so soon before or after, either.
    """
    from labeler.videos import documents
    from labeler.videos.clock import clock
    from labeler.videos.steps.scenes import find_scenes
    from labeler.videos.steps.watched import chosen

    library = open_library(context)
    found = find_scenes(library, query, chosen(library, videos or ()), within, least)
    for note in found.notes:
        complain(note)
    if json:
        print_json(documents.of_scenes(found.scenes))
        return
    video = ""
    for scene in found.scenes:
        if scene.video.path != video:
            video = scene.video.path
            say(shown(video))
        who = spelled(", ".join(scene.people))
        say(f"  {clock(scene.start)}–{clock(scene.end)}  {scene.seconds:.1f} s  {who}".rstrip())
    if found.scenes:
        number = len({scene.video.photo_id for scene in found.scenes})
        total = clock(sum(scene.seconds for scene in found.scenes))
        say(f"{count(len(found.scenes), 'scene')} in {count(number, 'video')}, {total} in all.")
    elif found.hint:
        complain(found.hint.message)
    else:
        complain("There is no scene like that.")
