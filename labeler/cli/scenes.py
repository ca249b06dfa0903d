"""labeler scenes"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, complain, open_library, print_json, progress_bar, say, shown
from labeler.cli.search import SearchCommand
from labeler.wording import count, spelled

if TYPE_CHECKING:
    from labeler.videos.scenes import Scene

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
    cut: Annotated[
        Path | None,
        typer.Option(metavar="OUT.mp4", help="Join the scenes in one video, exact to the frame."),
    ] = None,
    clips: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Make a video of each scene in this folder.")
    ] = None,
    playlist: Annotated[
        Path | None,
        typer.Option(metavar="FILE.m3u8", help="Write a playlist, of which VLC plays the scenes."),
    ] = None,
    edl: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write an edit decision list for cutting programs."),
    ] = None,
    json: Json = False,
) -> None:
    """Print the scenes in which the people of a search are on screen together.

    QUERY is in quotes, and as for `labeler search`: 'rosa + henrik' · 'only rosa' · -felix ·
    'faces>=3'. Words are looked for in subtitles, too; albums, dates and places choose the videos.
    VIDEO may be a folder. With --within, nobody who is left out (-felix) comes so soon before or
    after, either.
    """
    from labeler.videos import documents
    from labeler.videos.steps import scene_files
    from labeler.videos.steps.scenes import find_scenes
    from labeler.videos.steps.watched import chosen

    wanted = scene_files.Wanted(cut, clips, playlist, edl)
    scene_files.check(wanted)
    library = open_library(context)
    found = find_scenes(library, query, chosen(library, videos or ()), within, least)
    for note in found.notes:
        complain(note)
    with progress_bar("Encoding", per_second="frames/s") as progress:
        made = scene_files.make(found.scenes, wanted, query, progress) if found.scenes else ()
    if json:
        print_json(documents.of_scenes(found.scenes))
        return
    _tell(found.scenes)
    for path in made:
        say(f"Written: {shown(str(path))}")
    if not found.scenes:
        nothing = " Nothing is written." if wanted.anything else ""
        hint = found.hint.message if found.hint else "There is no scene like that."
        complain(hint + nothing)


def _tell(scenes: Sequence[Scene]) -> None:
    from labeler.videos.clock import clock

    video = ""
    for scene in scenes:
        if scene.video.path != video:
            video = scene.video.path
            say(shown(video))
        who = spelled(", ".join(scene.people))
        say(f"  {clock(scene.start)}–{clock(scene.end)}  {scene.seconds:.1f} s  {who}".rstrip())
    if scenes:
        number = len({scene.video.photo_id for scene in scenes})
        total = clock(sum(scene.seconds for scene in scenes))
        say(f"{count(len(scenes), 'scene')} in {count(number, 'video')}, {total} in all.")
