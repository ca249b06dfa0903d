"""labeler dashboard"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.output import open_library

EXAMPLE = "labeler dashboard --port 8060"

Port = Annotated[int, typer.Option(min=1, max=65535, help="Where the page is served.")]
Browser = Annotated[
    bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
]


def command(context: typer.Context, port: Port = 8050, browser: Browser = True) -> None:
    """Open the map and the groups in the browser, to name them. Ctrl-C ends it."""
    from dashboard.app import serve

    serve(open_library(context), port=port, open_browser=browser)
