"""Who may talk to the dashboard, and what a page of it may do.

The server is for this computer alone. A website that is open in the same browser could still send
requests to it, so it answers only to the names of this computer, and changes nothing for pages that
it has not served itself. On any other address than this computer's own, everybody has to bring a
token once, which a cookie keeps.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, abort, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TOKEN, COOKIE = "token", "face-labeler"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY = (
    # Dash writes scripts and styles into its pages; plotly compiles the map's drawing routines.
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def new_token() -> str:
    """Return a token that nobody guesses."""
    return secrets.token_urlsafe(24)


def protect(server: Flask, host: str, token: str | None = None) -> None:
    """Refuse requests that are not the user's.

    Args:
        host: the address that the server listens on.
        token: what visitors must bring; needed unless the address is this computer's own.
    """
    if host not in LOOPBACK and not token:
        raise ValueError("a server that others can reach needs a token")

    @server.before_request
    def check() -> AnyResponse | None:
        if host in LOOPBACK and urlsplit(f"//{request.host}").hostname not in LOOPBACK:
            abort(403)  # a website has pointed its own name at this computer
        if request.method not in _READING and not _is_from_our_page():
            abort(403)
        return None if token is None else _let_in(token)

    @server.after_request
    def keep_to_itself(response: Response) -> Response:
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def _is_from_our_page() -> bool:
    """Tell whether a request comes from a page of this server, or from no page at all."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return False
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def _let_in(token: str) -> AnyResponse | None:
    """Return None for who has the token, and otherwise what they get instead of the page."""
    if hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), token.encode()):
        return None
    brought = request.args.get(TOKEN, "")
    if not hmac.compare_digest(brought.encode(), token.encode()):
        text = "Open the dashboard by the link that `labeler dashboard` printed."
        return make_response(text, 401)
    # Out of the address bar and the history, into a cookie.
    others = [(name, value) for name, value in request.args.items(multi=True) if name != TOKEN]
    response = redirect(request.path + (f"?{urlencode(others)}" if others else ""))
    response.set_cookie(COOKIE, token, httponly=True, samesite="Strict")
    return response
