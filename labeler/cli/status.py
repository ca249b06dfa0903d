"""labeler status"""

from __future__ import annotations

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, beginning, open_library, print_json, say, tell_next
from labeler.people.steps.status import status as library_status
from labeler.wording import count, photos_and_videos

HEADING = Heading.BEGIN
EXAMPLE = "labeler --library ~/faces status"


def command(context: typer.Context, json: Json = False) -> None:
    """Tell what the library holds and what to do next."""
    library = open_library(context)
    status = library_status(library)
    if json:
        print_json(status)
        return
    say(f"Library: {status.library}")
    say(
        f"{photos_and_videos(status.photos, status.videos)}, {count(status.faces, 'face')} "
        f"in {count(status.clusters, 'group')}, {count(status.people, 'person', 'people')}."
    )
    settled = status.named + status.recognized + status.ignored + status.attracted
    later = f" and {status.attracted:,} like them" if status.attracted else ""
    say(
        f"Faces: {status.named:,} named by you, {status.recognized:,} recognized, "
        f"{status.ignored:,} ignored{later}, {status.faces - settled:,} without a name."
    )
    if status.away:
        say(
            f"{count(status.away, 'photo')} away just now, with the names on them; `labeler "
            "folders` tells where."
        )
    if status.missing:
        say(f"{count(status.missing, 'file')} gone from disk; their names are kept.")
    if status.waiting:
        names = count(status.waiting, "name")
        verb = "waits" if status.waiting == 1 else "wait"
        say(f"{names} {verb} for a face; `labeler waiting` lists them.")
    tell_next(library, beginning(context))
