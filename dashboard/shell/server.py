"""The dashboard's HTTP server: waitress, with bounds on what visitors may take.

waitress reads requests in one thread without waiting for anybody, and hands them to its workers
when they are whole. What it lacks is added here: who is not known has little room, and no request
may take for ever. A connection is known once a request on it has brought the cookie. Of the others,
the oldest that is not being answered makes room for the next, first of all among those of its own
address; so nobody is locked out by half-open requests, neither by a few nor by thousands. All
bounds are the same on this computer's own address.
"""

from __future__ import annotations

import copy
import logging
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import Error

from ..lookalike.uploads import ADDRESS, MOST_BYTES
from .security import UNKNOWN

MOST_JSON = 16_000_000
"""Bytes of a body that is no photo; the largest is a selection on the map: a million faces."""
MOST_HEADER = 65_536
WORKERS = 16
"""Requests that are answered at once; a browser sends six."""
MOST_STRANGERS, MOST_STRANGERS_OF_ADDRESS, MOST_KNOWN = 96, 64, 64
"""Connections. With all that the program opens besides, they are fewer than the 256 files that a
process may open on macOS, and the 512 sockets that Windows waits for."""
HEADER_SECONDS = 10
BODY_SECONDS, LEAST_SPEED = 30, 20_000
"""A body may take so long, and a second more for every so many bytes that have arrived."""
IDLE_SECONDS, STRANGER_IDLE_SECONDS = 120, 10
STUCK_SECONDS = 60
"""So long, a visitor may leave an answer lying before the connection is closed."""
_AT_ONCE = 16
"""Visitors are taken at once: fewer than there is room for, so that none has to go unheard."""
_TICK = 1
"""Seconds."""


class _UnknownError(Error):
    code, reason = 401, "Unauthorized"


class _Request(HTTPRequestParser):
    """A request while it arrives: it is decided as soon as its headers are there."""

    adj: Adjustments
    body_rcv: Any

    def __init__(self, adj: Adjustments, knows: Callable[[str], bool], base: str) -> None:
        super().__init__(adj)
        self._knows, self._base = knows, base
        self.known = False

    def received(self, data: bytes) -> int:
        consumed = int(super().received(data))
        # What a stranger sends behind a request is not looked at.
        return len(data) if self.completed and not self.known else consumed

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # addresses like http://[::1, lengths of 5,000 digits
            raise ParsingError("This request cannot be read.") from error
        self.known = self._knows(self.headers.get("COOKIE", ""))
        if not self.known:
            self.headers["CONNECTION"] = "close"  # one answer is enough
        if self.body_rcv is not None and not self.known:
            # No byte of it is waited for: it is answered at once, and the connection closed.
            self.body_rcv, self.content_length, self.chunked = None, 0, False
            self.expect_continue = False
            self.error = _UnknownError(UNKNOWN)
        elif self.path.removeprefix(self._base).rstrip("/") == ADDRESS:
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = MOST_BYTES + 1


class _Connection(HTTPChannel):
    """A connection that knows since when it keeps us waiting."""

    known = False

    def __init__(self, server: Server, sock: socket.socket, addr: Any, adj: Any, map: Any) -> None:
        super().__init__(server, sock, addr, adj, map=map)
        self.began = self.last_activity
        self.parser_class = lambda adj: _Request(adj, self._knows, server.base)

    def _knows(self, cookies: str) -> bool:
        known = bool(self.server.knows(cookies))
        self.known = self.known or known
        return known

    def received(self, data: bytes) -> bool:
        before = self.request
        taken = bool(super().received(data))
        if self.request is not before or self.request is None:
            self.began = time.time()  # of the next request
        return taken

    def listen_now(self) -> None:
        """Read what has arrived already, which may tell that it is somebody known."""
        with suppress(OSError):
            if self.socket.recv(1, socket.MSG_PEEK):
                self.handle_read()

    @property
    def is_waiting(self) -> bool:
        """Tell whether no request of it is being answered."""
        return not self.requests

    def has_to_go(self, now: float) -> bool:
        """Tell whether it has kept us waiting for too long."""
        if self.total_outbufs_len:
            return now - self.last_activity > (STUCK_SECONDS if self.known else HEADER_SECONDS)
        if not self.is_waiting:
            return False
        if self.request is None:
            idle = IDLE_SECONDS if self.known else STRANGER_IDLE_SECONDS
            return now - max(self.last_activity, self.began) > idle
        if not self.request.headers_finished:
            return now - self.began > HEADER_SECONDS
        allowed = BODY_SECONDS + self.request.body_bytes_received / LEAST_SPEED
        return now - self.began > allowed

    def drop(self) -> None:
        """Close it, whatever is under way; the loop does so, which sees that it is shut down."""
        self.will_close = True
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


class Server(TcpWSGIServer):
    """Serves an application to whoever is known, until it is interrupted.

    Args:
        listener: a socket that is bound.
        knows: tells whether a Cookie header lets its bearer in.
        base: the path below which everything is; '' = there is none.
    """

    channel_class = _Connection

    def __init__(
        self,
        application: Any,
        listener: socket.socket,
        knows: Callable[[str], bool],
        base: str = "",
    ) -> None:
        self.knows, self.base = knows, base
        for name in ("waitress", "waitress.queue"):  # of what visitors do, nobody needs a word
            logging.getLogger(name).setLevel(logging.ERROR)
        adj = Adjustments(
            sockets=[listener],
            threads=WORKERS,
            ident="",
            backlog=1024,
            connection_limit=2 * (MOST_STRANGERS + MOST_KNOWN),  # is never reached
            cleanup_interval=_TICK,
            asyncore_loop_timeout=_TICK,
            asyncore_use_poll=True,
            log_socket_errors=False,
            max_request_header_size=MOST_HEADER,
            max_request_body_size=MOST_JSON,
            clear_untrusted_proxy_headers=False,  # proxy.py does so, and knows who is trusted
        )
        workers = ThreadedTaskDispatcher()
        workers.set_thread_count(adj.threads)
        place = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            application,
            _sock=listener,
            dispatcher=workers,
            adj=adj,
            sockinfo=place,
            bind_socket=False,
        )

    def set_reuse_addr(self) -> None:
        """Leave the socket as it is: on Windows, others could take its port over."""

    def run(self) -> None:
        """Serve until Ctrl-C; what is still being answered then is not waited for."""
        try:
            wasyncore.loop(_TICK, use_poll=True, map=self._map)
        except KeyboardInterrupt:
            pass
        finally:
            self.task_dispatcher.shutdown(timeout=0)
            wasyncore.close_all(self._map)

    def handle_accept(self) -> None:
        """Take several visitors at a time, so that a crowd does not keep others waiting."""
        for _ in range(_AT_ONCE):
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) == before:
                break
            next(reversed(self.active_channels.values())).listen_now()
        self._make_room()

    def maintenance(self, now: float) -> None:
        for one in list(self.active_channels.values()):
            if one.has_to_go(now):
                one.drop()

    def _make_room(self) -> None:
        """Drop the oldest connections that are too many and not being answered."""
        here = [one for one in list(self.active_channels.values()) if not one.will_close]
        strangers = [one for one in here if not one.known]
        known = sorted((one for one in here if one.known), key=lambda one: one.last_activity)
        of_address = Counter(one.addr[0] for one in strangers)
        strangers.sort(key=lambda one: one.creation_time)
        for one in [one for one in strangers if one.is_waiting]:
            address, most = one.addr[0], max(of_address.values())
            crowded = of_address[address] > MOST_STRANGERS_OF_ADDRESS
            too_many = of_address.total() > MOST_STRANGERS and of_address[address] == most
            if crowded or too_many:
                of_address[address] -= 1
                one.drop()
        for one in [one for one in known if one.is_waiting][: max(0, len(known) - MOST_KNOWN)]:
            one.drop()
