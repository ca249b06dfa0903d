"""labeler dashboard"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

import labeler
from labeler.cli.headings import Heading
from labeler.cli.output import open_library, say
from labeler.errors import UsageError
from labeler.library.store import Library

HEADING = Heading.BEGIN
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
            "has the link that is printed can see and name the faces. The connection is not "
            "encrypted: use this only in a network that you trust, or see --public-address."
        ),
    ] = "127.0.0.1",
    public_address: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="Where a proxy on this computer serves the dashboard with HTTPS, such as "
            "https://photos.example; then leave --host as it is.",
        ),
    ] = "",
    browser: Browser = True,
    new_link: Annotated[
        bool,
        typer.Option("--new-link", help="Make a new link; the old ones let nobody in any more."),
    ] = False,
) -> None:
    """Open the map and the groups in the browser, to name them. Ctrl-C ends it.

    Only who has opened the link that is printed is let in. It stays the same from start to start,
    unless others can reach the dashboard: then each start has its own.
    """
    public = _public(public_address)
    show(open_library(context, create=True), port, browser, host, public, new_link)


def show(
    library: Library,
    port: int,
    browser: bool,
    host: str = "127.0.0.1",
    public: str = "",
    new_link: bool = False,
) -> None:
    """Serve the dashboard until Ctrl-C and say where it is."""
    serve = dashboard_module("shell.app").serve
    loopback = dashboard_module("shell.security").LOOPBACK

    def announce(address: str) -> None:
        say(f"The dashboard is at {address} (Ctrl-C ends it).")
        if browser:
            say("If no page opens, open this link.")
        if host not in loopback or public.startswith("http:"):
            say(
                "The connection is not encrypted: use it only in a network that you trust, or "
                "behind a proxy with HTTPS (--public-address)."
            )

    serve(library, host, port, browser, announce, public, new_link)


def dashboard_module(name: str) -> Any:
    """Return a module of the dashboard, which lies in `labeler` once that is installed.

    In a checkout it lies beside `labeler`. Any program may call a package of its own `dashboard`,
    so that none is installed under that name, and none is imported but ours.
    """
    if (Path(labeler.__file__).parent / "dashboard").is_dir():
        return import_module(f"labeler.dashboard.{name}")
    return import_module(f"dashboard.{name}")


def _public(given: str) -> str:
    """Return the address of a proxy without a slash at its end; '' = there is none."""
    try:
        parts = urlsplit(given)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        alone = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    except ValueError:
        good = alone = False
    if given and not (good and alone):
        raise UsageError(
            f"{given} cannot be the public address; write it like https://photos.example, "
            "without anything behind the name."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}" if given else ""
