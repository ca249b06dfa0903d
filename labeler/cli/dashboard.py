"""labeler dashboard"""

from __future__ import annotations

import re
import signal
from dataclasses import asdict, dataclass
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
LEAST_TOKEN, MOST_TOKEN = 24, 500
"""Letters."""
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{LEAST_TOKEN},{MOST_TOKEN}}}")

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
    base_path: Annotated[
        str,
        typer.Option(
            metavar="PATH",
            help="Serve everything below a path, such as /faces, which a proxy hands on as it is.",
        ),
    ] = "",
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="Believe a proxy at this address (a number, or a network like 172.18.0.0/16) when "
            "it says by which name, and how, it was asked (X-Forwarded-…); may be repeated. Nobody "
            "else is believed.",
        ),
    ] = None,
    browser: Browser = True,
    new_link: Annotated[
        bool,
        typer.Option("--new-link", help="Make a new link; the old ones let nobody in any more."),
    ] = False,
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A file with what the link brings, in place of one that the program makes: "
            f"{LEAST_TOKEN} letters, digits, - and _, or more. It is not printed.",
        ),
    ] = None,
) -> None:
    """Open the map and the groups in the browser, to name them. Ctrl-C ends it.

    Only who has opened the link that is printed is let in. It stays the same from start to start,
    unless others can reach the dashboard: then each start has its own, or that of --token-file.
    """
    reach = Reach(
        host, _public(public_address), new_link, base_path, tuple(proxy or ()), _token(token_file)
    )
    show(open_library(context, create=True), port, browser, reach)


@dataclass(frozen=True, slots=True)
class Reach:
    """From where a dashboard can be reached, and with what; see `dashboard.shell.app.serve`."""

    host: str = "127.0.0.1"
    public: str = ""
    new_link: bool = False
    base: str = ""
    proxies: tuple[str, ...] = ()
    token: str = ""


def show(library: Library, port: int, browser: bool, reach: Reach = Reach()) -> None:
    """Serve the dashboard until Ctrl-C and say where it is."""
    serve = dashboard_module("shell.app").serve
    loopback = dashboard_module("shell.security").LOOPBACK

    def announce(address: str) -> None:
        if reach.token:  # what is printed may be kept in a log
            address = f"{address.partition('?')[0]}?token=…, with what the file says"
        say(f"The dashboard is at {address} (Ctrl-C ends it).")
        if browser:
            say("If no page opens, open this link.")
        if reach.host not in loopback or reach.public.startswith("http:"):
            say(
                "The connection is not encrypted: use it only in a network that you trust, or "
                "behind a proxy with HTTPS (--public-address)."
            )

    # What ends services and containers is as good an end as Ctrl-C, also where that is ignored.
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, signal.default_int_handler)
    serve(library, port=port, open_browser=browser, announce=announce, **asdict(reach))


def dashboard_module(name: str) -> Any:
    """Return a module of the dashboard, which lies in `labeler` once that is installed.

    In a checkout it lies beside `labeler`. Any program may call a package of its own `dashboard`,
    so that none is installed under that name, and none is imported but ours.
    """
    if (Path(labeler.__file__).parent / "dashboard").is_dir():
        return import_module(f"labeler.dashboard.{name}")
    return import_module(f"dashboard.{name}")


def _token(file: Path | None) -> str:
    """Return what a file says that the link brings; '' = there is no file."""
    if file is None:
        return ""
    try:
        with open(file, encoding="ascii") as stream:
            token = stream.read(MOST_TOKEN + 1).strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it holds other letters"
        raise UsageError(f"The token cannot be read from {file} ({reason}).") from error
    if not _TOKEN.fullmatch(token):
        raise UsageError(
            f"{file} holds no token: write {LEAST_TOKEN} to {MOST_TOKEN} letters, digits, - and _ "
            "into it, drawn by lot, as by `openssl rand -hex 24`."
        )
    return token


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
            "without anything behind the name; what follows it is for --base-path."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}" if given else ""
