"""labeler status"""

from __future__ import annotations

import typer

from labeler.cli.headings import Heading
from labeler.cli.output import Json, open_library, print_json, say
from labeler.people.steps.status import Status
from labeler.people.steps.status import status as library_status
from labeler.wording import count, photos_and_videos

HEADING = Heading.BEGIN
EXAMPLE = "labeler --library ~/faces status"


def command(context: typer.Context, json: Json = False) -> None:
    """Tell what the library holds and what to do next."""
    status = library_status(open_library(context))
    if json:
        print_json(status)
        return
    say(f"Library: {status.library}")
    say(
        f"{photos_and_videos(status.photos, status.videos)}, {count(status.faces, 'face')} "
        f"in {count(status.clusters, 'group')}, {count(status.people, 'person', 'people')}."
    )
    unnamed = status.faces - status.named - status.recognized - status.ignored
    say(
        f"Faces: {status.named:,} named by you, {status.recognized:,} recognized, "
        f"{status.ignored:,} ignored, {unnamed:,} without a name."
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
    say(f"Next: {_next_step(status)}")


def _next_step(status: Status) -> str:
    if not status.faces and status.away:
        return "`labeler folders` tells which folder is not there; all is back when it is."
    if not status.faces:
        return "`labeler index PATH` finds the faces in your photos."
    if not status.clusters:
        return "`labeler cluster` groups the faces."
    if not status.named:
        return "`labeler dashboard` opens the browser, to give the groups their names."
    if status.nameless:
        groups = count(status.nameless, "group")
        return f"`labeler dashboard` to name {groups} more, or `labeler recognize`."
    if not status.recognized:
        return "`labeler recognize` names the faces that resemble them."
    return (
        "`labeler sort INBOX --into DIR` sorts new photos; `labeler slideshow PERSON` shows them."
    )
