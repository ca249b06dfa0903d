"""labeler screentime"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, complain, open_library, print_json, say, shown
from labeler.cli.streams import write_table
from labeler.wording import count, percent, spelled

if TYPE_CHECKING:
    from labeler.videos.screen_time import ScreenTime

HEADING = Heading.VIDEOS
EXAMPLE = "labeler screentime ~/Videos/2024"
MOST_VIDEOS = 3


def command(
    context: typer.Context,
    videos: Annotated[
        list[Path] | None, typer.Argument(metavar="[VIDEO…]", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Tell how long everybody is on screen: in all videos, or in some (files or folders).

    People on screen at once count each, a person on screen twice at a time counts once. Whoever has
    no name is called unknown_1 and so on, by the time in these videos.
    """
    from labeler.videos import documents
    from labeler.videos.screen_time import screen_time
    from labeler.videos.steps.watched import chosen, watched

    library = open_library(context)
    seen = watched(library, chosen(library, videos or ()))
    rows = screen_time(seen)
    if json:
        print_json(documents.of_screen_time(rows))
    elif not seen:
        complain("There is no video in the library; `labeler index` finds those in a folder.")
    elif not rows:
        say(f"Nobody is seen in {count(len(seen), 'video')}.")
    else:
        _print(rows, sum(video.seconds for video in seen), len(seen))


def _print(rows: Sequence[ScreenTime], seconds: float, videos: int) -> None:
    from rich.table import Table

    from labeler.videos.clock import clock
    from labeler.videos.screen_time import listed_first

    table = Table(box=None, pad_edge=False)
    table.add_column("Person")
    table.add_column("On screen", justify="right")
    table.add_column("Share", justify="right")
    table.add_column("Videos", justify="right")
    table.add_column("Most of it in")
    first, rest = listed_first(rows)
    for row in first:
        where = [
            f"{shown(os.path.basename(one.video.path))} {clock(one.seconds)}"
            for one in row.videos[:MOST_VIDEOS]
        ]
        more = ["…"] if len(row.videos) > MOST_VIDEOS else []
        table.add_row(
            spelled(row.name),
            clock(row.seconds),
            percent(row.seconds / seconds if seconds else None),
            f"{len(row.videos):,}",
            ", ".join(where + more),
        )
    write_table(table)
    if rest:
        longest = clock(max(row.seconds for row in rest))
        say(f"… and {len(rest):,} more without a name, none longer than {longest}.")
    say(f"{count(videos, 'video')}, {clock(seconds)} in all.")
