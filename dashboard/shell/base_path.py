"""The dashboard below a path, such as '/faces': a proxy serves other things beside it.

Inside, every address begins at '/'; no page knows where it is served. What is below the path is
translated in one place each: requests here, before anything else looks at them; what callbacks
say and are told here, too, on their way through JSON; and what scripts write, in
assets/addresses.js.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Flask, Response, request

from labeler.errors import UsageError

from .odd_requests import UPDATE

LAYOUT = "_dash-layout"
ADDRESSES = frozenset(
    {"href", "src", "poster", "pathname", "data-page", "data-photo", "data-picture"}
)
"""Properties of components whose texts are addresses if they begin with a slash."""
_GOOD = re.compile(r"(/[A-Za-z0-9._~-]+)+")


def checked(given: str) -> str:
    """Return a base path with a slash before and none behind it; '' = there is none.

    >>> checked("/faces/"), checked("photos/faces"), checked("/")
    ('/faces', '/photos/faces', '')

    Raises:
        UsageError: it is not a path of plain words.
    """
    inner = given.strip("/")
    path = f"/{inner}" if inner else ""
    if path and (not _GOOD.fullmatch(path) or {".", ".."} & set(inner.split("/"))):
        raise UsageError(
            f"{given} cannot be the base path; write it like /faces, of letters, digits and "
            "hyphens."
        )
    return path


def enter(environ: dict[str, Any], base: str, stripped: bool) -> bool:
    """Let a request's path begin at the base; False = it is not below it, and is left as it is.

    Args:
        environ: of WSGI; changed.
        stripped: a proxy has taken the base from the path already.
    """
    path = environ.get("PATH_INFO", "")
    if not stripped and path != base and not path.startswith(f"{base}/"):
        return False
    environ["SCRIPT_NAME"] = base
    environ["PATH_INFO"] = path if stripped else path[len(base) :]
    return True


def translate(server: Flask, base: str) -> None:
    """Translate the addresses in what callbacks of Dash are told, and in what they answer."""

    @server.before_request
    def let_them_begin_here() -> None:
        if request.method == "POST" and request.path == f"/{UPDATE}":
            said = request.get_json(silent=False)  # the object that Dash is given, too
            for part in ("inputs", "state"):
                _take_from(said.get(part) if isinstance(said, dict) else None, base)

    @server.after_request
    def let_them_begin_outside(response: Response) -> Response:
        if request.path in (f"/{UPDATE}", f"/{LAYOUT}") and response.is_json:
            answer = json.loads(response.get_data())
            response.set_data(json.dumps(put_before(answer, base), separators=(",", ":")))
        return response


def put_before(value: Any, base: str, name: object = None) -> Any:
    """Return JSON with the base before each address in it.

    >>> put_before({"props": {"href": "/map", "title": "/map", "src": "//x"}}, "/faces")
    {'props': {'href': '/faces/map', 'title': '/map', 'src': '//x'}}
    """
    if isinstance(value, dict):
        return {key: put_before(inner, base, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [put_before(inner, base) for inner in value]
    is_address = name in ADDRESSES and isinstance(value, str) and value.startswith("/")
    return f"{base}{value}" if is_address and not value.startswith("//") else value


def _take_from(parts: Any, base: str) -> None:
    """Take the base from what callbacks are told of addresses."""
    for one in parts if isinstance(parts, list) else []:
        if isinstance(one, list):  # of a pattern
            _take_from(one, base)
        elif isinstance(one, dict) and one.get("property") in ADDRESSES:
            value = one.get("value")
            if isinstance(value, str) and (value == base or value.startswith(f"{base}/")):
                one["value"] = value[len(base) :] or "/"
