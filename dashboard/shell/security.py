"""Who may talk to the dashboard, and what a page of it may do.

Nobody is served without the token: other accounts of this computer and containers with its network
reach its loopback address, too. A link brings it, a cookie keeps it, and whoever has neither gets
one sentence, whatever they ask for; so `Gate` stands before everything else, routes and files of
Dash included.

A website that is open in the same browser could still send requests. The cookie is not sent with
these (SameSite=Strict); besides, the gate answers only to the names of this computer, or to the one
that a proxy gives it, and lets nothing be changed by pages that it has not served itself. What a
proxy says counts only if the user has named the proxy (proxy.py).

One address answers without a token, for whoever looks after the server: that it is alive, and
nothing else.

What this cannot hold: browsers send a cookie to all ports of an address. A server of somebody else
on this computer gets it if the user opens a page of that server.
"""

from __future__ import annotations

import hmac
import html
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask
from werkzeug.wrappers import Request, Response

from . import base_path, proxy
from .link import leading_to

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TOKEN = "token"
HEALTH = "/health"
YEAR = 365 * 24 * 3600
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY = (
    # Dash writes scripts and styles into its pages; plotly compiles the map's drawing routines.
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
UNKNOWN = "Open the dashboard by the link that labeler dashboard printed, or start it again."
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>face labeler</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto; padding:
0 1.5rem }}</style></head>
<body><h1>face labeler</h1><p>{}</p></body></html>
"""


def new_token() -> str:
    """Return a token that nobody guesses."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Gate:
    """Decides who is let in.

    host, port: where the server listens.
    token: what visitors bring once.
    public: where a proxy serves it, such as 'https://photos.example'; '' = there is none.
    lasting: the token is the same after the next start, so the browser may keep it.
    base: the path below which everything is, such as '/faces'; '' = there is none.
    on_entry: called when somebody has brought the token.
    """

    host: str
    port: int
    token: str
    public: str = ""
    lasting: bool = False
    on_entry: Callable[[], None] = lambda: None
    base: str = ""

    @property
    def cookie(self) -> str:
        """Return the cookie's name: browsers do not tell the ports of an address apart."""
        return f"face-labeler-{self.port}"

    def knows(self, cookies: str) -> bool:
        """Tell whether the token is in what a browser says of its cookies.

        These may be of other servers of this address, and then be anything.
        """
        pairs = (one.strip().partition("=") for one in cookies.split(";"))
        return any(name == self.cookie and self._is_token(value) for name, _, value in pairs)

    def stop(self, request: Request) -> Response | None:
        """Return None for who is let in, and otherwise what they get instead of the page."""
        try:
            host = _host(request.headers.get("Host", ""))
            origin = _origin(request.headers.get("Origin"))
        except ValueError:
            return _sentence(400, "This request cannot be read.")
        if not self._is_own(host, proxy.VOUCHED in request.environ):
            return _sentence(403, "This is not an address of the dashboard.")
        if request.method not in _READING and not self._is_from_our_page(request, origin):
            return _sentence(403, "Only the dashboard's own pages may change anything.")
        if self.knows(request.headers.get("Cookie", "")):
            return None
        if request.method == "GET" and self._is_token(request.args.get(TOKEN, "")):
            return self._welcome(request)
        return _sentence(401, UNKNOWN)

    def _is_token(self, brought: str) -> bool:
        return hmac.compare_digest(brought.encode(errors="replace"), self.token.encode())

    def _is_own(self, host: str, vouched: bool) -> bool:
        """Tell whether a website has not pointed its own name at this computer.

        Args:
            vouched: a proxy that the user named says that it was asked by this name.
        """
        if self.host not in LOOPBACK:
            return True  # whoever has the token may know this computer by any name
        if self.public:
            return host in LOOPBACK or host == urlsplit(self.public).hostname
        return host in LOOPBACK or vouched

    def _is_from_our_page(self, request: Request, origin: str | None) -> bool:
        """Tell whether a request comes from a page of this server, or from no page at all."""
        if origin is not None:
            # A proxy may give the server another name than the browser knows.
            own = {urlsplit(self.public).netloc} if self.public else set()
            if origin not in {*own, request.headers.get("Host", "").lower()}:
                return False
        return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")

    def _welcome(self, request: Request) -> Response:
        """Take the token out of the address bar and the history, into a cookie.

        By a page that goes on, not by a redirect: who comes from elsewhere, as from the file that
        opens the browser, would be redirected without the cookie, because of SameSite=Strict.
        """
        others = [(name, value) for name, value in request.args.items(multi=True) if name != TOKEN]
        path = quote("/" + request.path.lstrip("/\\"), safe="/")
        where = request.script_root + path + (f"?{urlencode(others)}" if others else "")
        response = Response(leading_to(where), mimetype="text/html")
        response.headers["Cache-Control"] = "no-store"
        response.set_cookie(
            self.cookie,
            self.token,
            max_age=YEAR if self.lasting else None,
            path=self.base or "/",
            secure=self.public.startswith("https:") or request.scheme == "https",
            httponly=True,
            samesite="Strict",
        )
        self.on_entry()
        return response


def protect(server: Flask, gate: Gate, proxies: proxy.Proxies = proxy.NONE) -> None:
    """Put the gate before everything that a server answers.

    Args:
        proxies: who is believed when it says whom it asks for.
    """
    inner = server.wsgi_app

    def guarded(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            given = {name.lower() for name, _ in headers}
            more = [one for one in _HEADERS if one[0].lower() not in given]
            return start_response(status, headers + more, *error)

        proxies.believe(environ)
        stripped = bool(gate.base) and environ.get(proxy.STRIPPED) == gate.base
        below = base_path.enter(environ, gate.base, stripped)
        request = Request(environ)
        stopped = _of_anybody(request, gate.base) or gate.stop(request)
        if not (stopped or below):
            stopped = _sentence(404, f"The dashboard is at {gate.base}/.")
        environ.pop("HTTP_COOKIE", None)  # nobody else is to look at cookies
        return (stopped or inner)(environ, start)

    server.wsgi_app = guarded  # type: ignore[method-assign]


def _of_anybody(request: Request, base: str) -> Response | None:
    """Return what even a stranger gets: that the server is alive, and the way to its base."""
    if request.method not in ("GET", "HEAD"):
        return None
    # Flask's own path has a slash at least; WSGI's tells '/faces' and '/faces/' apart.
    path = request.environ.get("PATH_INFO", "")
    if path == HEALTH:
        return Response("alive\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})
    at_top = path == "/" and not request.script_root
    if base and (at_top or not path):
        query = request.query_string.decode("latin-1")
        headers = {"Location": f"{base}/" + (f"?{query}" if query else "")}
        return Response("", 302, {**headers, "Cache-Control": "no-store"})
    return None


_HEADERS = [
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    # No page that somebody else frames or is framed by may use the camera in our name.
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
]


def _host(header: str) -> str:
    """Return the name in a Host header. Raises: ValueError."""
    return urlsplit(f"//{header}").hostname or ""


def _origin(header: str | None) -> str | None:
    """Return name and port in an Origin header; None = there is none. Raises: ValueError."""
    return None if header is None else urlsplit(header).netloc.lower()


def _sentence(status: int, text: str) -> Response:
    response = Response(_PAGE.format(html.escape(text)), status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response
