"""labeler dashboard"""

from __future__ import annotations

from typing import Annotated

import typer

from labeler.cli.output import open_library, say
from labeler.storage.store import Library

EXAMPLE = "labeler dashboard --port 8060"

Port = Annotated[int, typer.Option(min=1, max=65535, help="Where the page is served.")]
Browser = Annotated[
    bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
]


def command(
    context: typer.Context,
    port: Port = 8050,
    host: Annotated[
        str,
        typer.Option(
            help="Address to serve on. If it is not this computer's own, such as 0.0.0.0, whoever "
            "has the link that is printed can see and name the faces."
        ),
    ] = "127.0.0.1",
    browser: Browser = True,
) -> None:
    """Open the map and the groups in the browser, to name them. Ctrl-C ends it."""
    show(open_library(context, create=True), port, browser, host)


def show(library: Library, port: int, browser: bool, host: str = "127.0.0.1") -> None:
    """Serve the dashboard until Ctrl-C and say where it is."""
    from dashboard.app import serve

    def announce(address: str) -> None:
        say(f"The dashboard is at {address} (Ctrl-C ends it).")

    serve(library, host, port, open_browser=browser, announce=announce)
