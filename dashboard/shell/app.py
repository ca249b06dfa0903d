"""The dashboard as a Dash app, and the server that runs it on this computer."""

from __future__ import annotations

import logging
import os
import socket
import sqlite3
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import dash_mantine_components as dmc
from dash import Dash, dcc, html, set_props
from dash.development.base_component import Component
from flask import abort

from labeler.errors import LabelerError
from labeler.library import sentences
from labeler.library.store import Library

from ..home import recognizing, watching
from ..search.box import search_box
from ..shared import decisions
from ..shared.actions import Done
from ..shared.components import hidden_controls, labelled, toast
from ..shared.ids import Id
from ..shared.job_panel import job_place
from . import base_path, frame, images, link, odd_requests, security, videos
from .pages import PAGES
from .proxy import Proxies
from .server import Server
from .session import Session
from .snapshot import Snapshots

TITLE = "face labeler"
ASSETS = Path(__file__).parent.parent / "assets"
_log = logging.getLogger(__name__)
_INDEX = """<!DOCTYPE html>
<html lang="en">
<head>{%metas%}<title>{%title%}</title>
<link rel="icon" href="BASE/assets/favicon.svg">{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""

_THEME = {
    "primaryColor": "indigo",
    "primaryShade": 7,  # white on it, and it on its own tint, can be read by everybody
    "defaultRadius": "md",
    "fontFamily": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
    "cursorType": "pointer",
}


def create_app(session: Session, base: str = "") -> Dash:
    """Return the dashboard as a Dash app. Nothing in it needs the network.

    Args:
        base: the path below which browsers see it, such as '/faces'; the app itself begins at '/'.
    """
    app = odd_requests.CarefulDash(
        __name__,
        assets_folder=str(ASSETS),
        title=TITLE,
        update_title="",
        serve_locally=True,
        suppress_callback_exceptions=True,
        index_string=_INDEX.replace("BASE", base),
        requests_pathname_prefix=f"{base}/",
        routes_pathname_prefix="/",
        on_error=_tell_error,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = _layout
    odd_requests.refuse(app)
    if base:
        base_path.translate(app.server, base)
    images.add_routes(app.server, session.library)
    videos.add_routes(app.server, session.library)
    for register in (frame.register, decisions.register, *(page.register for page in PAGES)):
        if register is not None:
            register(app, session)
    return app


def _tell_error(error: Exception) -> None:
    """Tell in the browser what went wrong; of a mistake of ours, the details on this computer."""
    if isinstance(error, odd_requests.OddRequestError):
        _log.warning("a request that no page sends was refused: %r", error.__cause__)
        abort(400)
    if isinstance(error, LabelerError):
        message = str(error)
    elif isinstance(error, sqlite3.Error):
        message = sentences.of_error(error)
    else:
        _log.exception("a callback failed", exc_info=error)
        message = "Something went wrong, and nothing was changed; the program's window says more."
    set_props(Id.TOAST, {"children": toast(Done(message, failed=True), time.monotonic_ns())})


def serve(
    library: Library,
    host: str = "127.0.0.1",
    port: int = 8050,
    open_browser: bool = True,
    announce: Callable[[str], None] | None = None,
    public: str = "",
    new_link: bool = False,
    base: str = "",
    proxies: Sequence[str] = (),
    token: str = "",
    by_itself: bool = True,
) -> None:
    """Run the dashboard until it is interrupted.

    Args:
        host: the address to listen on.
        port: 0 = any that is free.
        open_browser: show the dashboard in the browser, if there is a display to show it on.
        announce: called once, as soon as the server listens, with the link that lets visitors in.
        public: where a proxy serves the dashboard, such as 'https://photos.example'.
        new_link: make a new link even where the last one would do.
        base: the path below which everything is, such as '/faces'.
        proxies: addresses of proxies that are believed when they say whom they ask for.
        token: what the link brings; '' = the program makes it.
        by_itself: recognize faces after others were named, and take in new photos if the user
            wants that.

    Raises:
        LabelerError: the port is in use, or the address is not one of this computer.
        UsageError: the base path, or the address of a proxy, is none.
    """
    base, believed = base_path.checked(base), Proxies.named(proxies)
    session = Session(library)
    app = create_app(session, base)
    with _listen(host, port) as listener, ExitStack() as at_end:
        port = listener.getsockname()[1]
        alone = host in security.LOOPBACK and not public and not proxies
        kept = token or (link.kept_token(library.folder, new_link) if alone else None)
        gate = security.Gate(
            host, port, kept or security.new_token(), public, bool(kept), at_end.close, base
        )
        security.protect(app.server, gate, believed)
        server = Server(app.server, listener, gate.knows, base)
        address = f"{public or _address(host, port)}{base}/?{security.TOKEN}={gate.token}"
        threading.Thread(target=_get_ready, args=[library, session.snapshots], daemon=True).start()
        if by_itself:
            at_end.callback(_go_on_by_itself(session).set)
        if announce:
            announce(address)
        if open_browser and has_display():
            _open(address, at_end)
        server.run()


def _go_on_by_itself(session: Session) -> threading.Event:
    """Begin to do what nobody has to ask for; return what ends it."""
    stop, library, jobs = threading.Event(), session.library, session.jobs
    recognizer = recognizing.Recognizing(library, session.snapshots, jobs)
    for target, given in (
        (watching.watch, [library, jobs, stop]),
        (recognizing.watch, [recognizer, library, stop]),
    ):
        threading.Thread(target=target, args=given, daemon=True).start()
    return stop


def _open(address: str, at_end: ExitStack) -> None:
    """Open the dashboard in the browser; where that cannot be, there is the link to be opened."""
    with suppress(OSError):
        page = link.OpeningPage(address)
        at_end.callback(page.remove)
        threading.Thread(target=webbrowser.open, args=[page.address], daemon=True).start()


def _get_ready(library: Library, snapshots: Snapshots) -> None:
    """While the browser starts, read what its first page asks for, and look for damage."""
    try:
        snapshots.current()
        library.check()  # so that the first answer need not wait for it
    except LabelerError as error:
        _log.error("%s", error)
    except sqlite3.Error as error:
        _log.error("%s", sentences.of_error(error))
    finally:
        library.close()


def _address(host: str, port: int) -> str:
    if host in ("0.0.0.0", "::"):  # everywhere: other computers know this one by its name
        host = socket.gethostname()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def has_display() -> bool:
    """Tell whether a browser window could be seen: on Linux, whether a display is known."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def free_port(wanted: int) -> int:
    """Return a port of this computer's own address if it is free, and otherwise 0, for any."""
    try:
        _listen("127.0.0.1", wanted).close()
    except LabelerError:
        return 0
    return wanted


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        elif hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: or others could take the port over
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise LabelerError(
            f"The dashboard cannot use port {port} on {host} ({error.strerror or error}); "
            "choose another with --port."
        ) from error
    return listener


def _layout() -> Component:
    return dmc.MantineProvider(
        [
            *hidden_controls(),
            dmc.AppShell(
                [
                    dmc.AppShellHeader(_header()),
                    dmc.AppShellMain([*frame.tabs(), html.Div(id=Id.CONTENT)]),
                ],
                header={"height": 60},
                padding=0,
            ),
            html.Div(id=Id.TOAST, className="toast-place"),
        ],
        theme=_THEME,
        defaultColorScheme="auto",
    )


def _header() -> Component:
    brand = dcc.Link(
        [html.Span(className="glyph glyph-faces"), html.Span(TITLE, className="brand-name")],
        href="/",
        className="brand",
    )
    theme = html.Button(
        html.Span(className="glyph glyph-theme"),
        id=Id.THEME,
        type="button",
        title="Light or dark",
        className="icon-button",
        disable_n_clicks=True,
        **labelled("Switch between light and dark"),
    )
    counts = html.Span(id=Id.COUNTS, className="counts")
    navigation = html.Nav(frame.links(), id=Id.NAVIGATION, className="nav", **labelled("Places"))
    steps = [_step(Id.UNDO_LAST, "undo", "Undo"), _step(Id.REDO_LAST, "redo", "Redo")]
    small = [*steps, *frame.small_links(), theme]
    right = [search_box(), counts, html.Div(small, className="header-buttons")]
    return html.Div([brand, navigation, *right, job_place()], className="header")


def _step(identity: str, glyph: str, words: str) -> Component:
    """Return the button that takes back the last decision, or does it again."""
    return html.Button(
        html.Span(className=f"glyph glyph-{glyph}"),
        id=identity,
        type="button",
        title=words,
        disabled=True,
        className="icon-button",
        disable_n_clicks=True,  # dashboard.js hands the wish over
        **labelled(words),
    )
