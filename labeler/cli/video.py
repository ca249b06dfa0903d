"""labeler video"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand

from labeler.cli.headings import Heading
from labeler.cli.output import (
    Json,
    beginning,
    complain,
    open_library,
    print_json,
    progress_bar,
    say,
    shown,
    tell_doubts,
)
from labeler.cli.streams import write_table
from labeler.cli.watching import Every, Thorough
from labeler.wording import certainty, count, percent, spelled

if TYPE_CHECKING:
    from labeler.videos.presence import SeenVideo
    from labeler.videos.screen_time import InVideo, ScreenTime

HEADING = Heading.VIDEOS
EXAMPLE = "labeler video holidays.mp4 --html holidays.html"


class _VideoCommand(TyperCommand):
    """A command with an option that may be repeated and takes two words, which Typer cannot say."""

    def parse_args(self, ctx, args: list[str]) -> list[str]:  # type: ignore[no-untyped-def]
        """Hand on the two words as one, with what is in no word between them."""
        joined: list[str] = []
        left = iter(args)
        for one in left:
            option, equals, first = one.partition("=")
            if option == "--person":
                words = [*([first] if equals else islice(left, 1)), *islice(left, 1)]
                joined += [option, _BETWEEN.join(words)]
            else:
                joined.append(one)
                if one == "--":
                    joined += left
        return super().parse_args(ctx, joined)


def _pair(joined: str) -> tuple[str, str]:
    who, between, name = joined.partition(_BETWEEN)
    if not between or who.startswith("--") or name.startswith("--"):
        raise typer.BadParameter("--person takes two words, such as unknown_1 Rosa.")
    return who, name


CLASS = _VideoCommand
_BETWEEN = "\0"
WIDTH = 30
"""Letters of the line that shows when somebody is on screen."""


def command(
    context: typer.Context,
    video: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    every: Every = None,
    thorough: Thorough = None,
    cast: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Recognize nobody but this person; may be repeated. What you have named stays.",
        ),
    ] = None,
    person: Annotated[
        list[str] | None,
        typer.Option(
            metavar="unknown_N NAME",
            show_default=False,
            help="Name somebody who has no name yet, and all faces of the same group; may be "
            "repeated.",
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a page with portraits and a lane per person."),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the table for a spreadsheet.")
    ] = None,
    vtt: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write subtitles (WebVTT) that name who is on screen."),
    ] = None,
    srt: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write subtitles (SRT) into a folder, a file per person."),
    ] = None,
    chapters: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write chapters by who is on screen: .vtt for browsers, .txt for mkvmerge.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Tell who is in a video, how long and when; looks at it first if it is new or has changed.

    Whoever has no name is called unknown_1 and so on, by the time on screen in this video; --person
    unknown_1 Rosa gives a name, as `labeler name --cluster N` does.
    """
    from labeler.people.steps.doubts import doubts
    from labeler.videos import documents
    from labeler.videos.screen_time import screen_time
    from labeler.videos.steps import one_video, video_files

    named = [_pair(one) for one in person or ()]
    wanted = video_files.Wanted(html, csv, vtt, srt, chapters)
    video_files.check(wanted)
    library = open_library(context, create=True)
    with progress_bar("Watching") as progress:
        looked = one_video.look_at(library, video, progress, every, thorough, progress.watched)
    if looked.note:
        complain(looked.note)
    seen, entries = looked.video, []
    if named:
        entries = one_video.name_unknown(library, screen_time([seen]), named)
        seen = one_video.look_at(library, video).video
    if cast:
        seen = one_video.judged_against(library, seen, cast)
    rows = screen_time([seen])
    made = video_files.make(library, seen, rows, wanted)
    if json:
        boxes = library.track_boxes([track.face for track in seen.tracks])
        print_json(documents.of_video(seen, rows, boxes))
    else:
        _tell(seen, rows)
        for path in made:
            say(f"Written: {shown(str(path))}")
        if any(not row.is_known for row in rows):
            say(f"Next: `{beginning(context)} video … --person unknown_1 NAME` names somebody.")
    tell_doubts(doubts(library, entries))


def _tell(video: SeenVideo, rows: Sequence[ScreenTime]) -> None:
    from rich.table import Table

    from labeler.videos.clock import clock
    from labeler.videos.screen_time import listed_first
    from labeler.videos.timeline import line

    facts = f"{video.width} × {video.height}, {count(max(len(video.shots), 1), 'shot')}"
    say(f"{shown(video.path)}: {clock(video.seconds)}, {facts}.")
    if not rows:
        say("Nobody is seen in it.")
        return
    first, rest = listed_first(rows)
    table = Table(box=None, pad_edge=False)
    table.add_column("Person", min_width=12)
    table.add_column("On screen", justify="right", no_wrap=True)
    table.add_column("Share", justify="right", no_wrap=True)
    table.add_column("How sure")
    table.add_column("When", no_wrap=True)
    for row in first:
        own = row.videos[0]
        table.add_row(
            spelled(row.name),
            clock(own.seconds),
            percent(own.share),
            _how_sure(own),
            line(own.scenes, video.seconds, WIDTH),
        )
    write_table(table)
    if rest:
        longest = clock(max(row.seconds for row in rest))
        say(f"… and {len(rest):,} more without a name, none longer than {longest}.")


def _how_sure(own: InVideo) -> str:
    if own.source == "named":
        return "named"
    if own.source == "recognized":
        return certainty(own.probability or 0.0)
    guess = own.guess
    return f"{spelled(guess.person)}? {certainty(guess.probability)}" if guess else ""
