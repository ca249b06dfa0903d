"""labeler demo"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.dashboard import Browser, Port, show
from labeler.cli.headings import Heading
from labeler.cli.output import Json, argument, beginning, opened, print_json, progress_bar, say
from labeler.library.store import Library
from labeler.wording import count, photos_and_videos

HEADING = Heading.BEGIN
EXAMPLE = "labeler demo"


def command(
    context: typer.Context,
    port: Port = 8050,
    browser: Browser = True,
    dashboard: Annotated[
        bool, typer.Option("--dashboard/--no-dashboard", help="Open it when it is ready.")
    ] = True,
    json: Json = False,
) -> None:
    """Try everything on the synthetic family album that comes with the program.

    Builds a library of its own from it and opens the dashboard. Run it again to go on.
    """
    from labeler.people.steps import demo

    root = context.parent if context.parent is not None else context
    chosen = root.params.get("library")
    library = opened(context, Library.create(chosen or context.obj / "demo"))
    with progress_bar("Indexing") as progress:
        report = demo.build(library, progress, progress.watched)
    facts = {
        "library": library.folder,
        "album": demo.album(),
        "inbox": demo.album() / "inbox",
        "film": demo.film(),
        "photos": report.photos,
        "videos": report.videos,
        "faces": report.faces,
        "clusters": report.clusters,
    }
    if json:
        print_json(facts)
        return
    say(
        f"The demo library has {photos_and_videos(report.photos, report.videos)} with "
        f"{count(report.faces, 'face')} in {count(report.clusters, 'group')}: {library.folder}"
    )
    for failure in report.failed:
        say(f"One file is broken on purpose: {failure.path}: {failure.reason}")
    say(f"New photos to sort later are in {facts['inbox']}")
    film = argument(str(demo.film()))
    say(f"`{beginning(context)} video {film}` tells who is when in the video.")
    if dashboard:
        show(library, port, browser)
