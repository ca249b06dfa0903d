"""A small proxy, such as people put before the dashboard, for the tests."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

OF_THE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length"}


def ask(
    port: int,
    path: str,
    host: str = "127.0.0.1",
    method: str = "GET",
    body: bytes | None = None,
    **headers: str,
) -> Any:
    """Return the answer, whose body is in `data`."""
    with closing(http.client.HTTPConnection(host, port, timeout=30)) as visitor:
        visitor.request(method, path, body, headers=headers)
        found = visitor.getresponse()
        found.data = found.read()  # type: ignore[attr-defined]
        return found


@contextmanager
def proxy(
    port: int,
    keeps_host: bool = True,
    tells: bool = False,
    below: str = "",
) -> Iterator[int]:
    """Hand requests on to a port of this computer; yield the proxy's own port.

    Args:
        keeps_host: under the name that it was asked by; else, under its own.
        tells: by which name it was asked, in X-Forwarded-Host.
        below: only what is below this path is handed on; nothing else is there.
    """

    class Handler(BaseHTTPRequestHandler):
        def hand_on(self) -> None:
            if not self.path.startswith(below):
                self.send_error(404)
                return
            headers = dict(self.headers.items())
            headers["Connection"] = "close"
            if tells:
                headers["X-Forwarded-Host"] = headers["Host"]
            if not keeps_host:
                headers["Host"] = f"127.0.0.1:{port}"
            length = int(headers.get("Content-Length", 0))
            body = self.rfile.read(length) if length else None
            found = ask(port, self.path, method=self.command, body=body, **headers)
            self.send_response(found.status)
            for name, value in found.getheaders():
                if name.lower() not in OF_THE_CONNECTION:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.data)))
            self.end_headers()
            self.wfile.write(found.data)

        do_GET = do_HEAD = do_POST = do_DELETE = hand_on  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()
