"""The dashboard's server gives everybody their turn, and nobody more than that; on real sockets."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from flask import Flask, Response, request, send_file

from dashboard.lookalike.uploads import MOST_BYTES
from dashboard.shell import server as server_module
from dashboard.shell.server import MOST_JSON, Server

KNOWN = b"Cookie: known\r\n"
LARGE = 30_000_000


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "show.mp4"
    path.write_bytes(bytes(range(256)) * 4000)
    return path


@pytest.fixture(scope="module")
def port(video: Path) -> int:
    """A server that lets in who says 'known'."""
    app = Flask("test")

    @app.route("/", methods=["GET", "POST"], defaults={"path": ""})
    @app.route("/<path:path>", methods=["GET", "POST"])
    def answer(path: str) -> Response:
        if path == "video":
            return send_file(video, conditional=True)
        if path == "large":
            return Response(b"x" * LARGE)
        return Response(f"{len(request.get_data())}")

    listener = socket.create_server(("127.0.0.1", 0))
    served = Server(app, listener, lambda cookies: cookies == "known", base="/faces")
    threading.Thread(target=served.run, daemon=True).start()
    return int(listener.getsockname()[1])


def connect(port: int, sent: bytes = b"", source: str = "127.0.0.1") -> socket.socket:
    one = socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0))
    one.sendall(sent)
    return one


def answer(port: int, sent: bytes) -> bytes:
    """Return everything that is answered until the connection is closed."""
    with connect(port, sent) as one:
        return everything(one)


def everything(one: socket.socket) -> bytes:
    parts = []
    try:
        while part := one.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def visitor_of(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=20)


def visit(port: int, path: str = "/", **headers: str) -> tuple[int, bytes]:
    with closing(visitor_of(port)) as visitor:
        visitor.request("GET", path, headers={"Cookie": "known", **headers})
        response = visitor.getresponse()
        return response.status, response.read()


HALF_OPEN = {
    "silent": b"",
    "half a header": b"GET / HTTP/1.1\r\nHost: x\r\nX: ",
    "half a body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n12",
    "unread answers": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 50,
}


@pytest.mark.parametrize("kind", HALF_OPEN)
@pytest.mark.parametrize("sources", [1, 8])
def test_half_open_requests_lock_nobody_out(port: int, kind: str, sources: int) -> None:
    """The visitor comes from the address of the crowd, and is known only by the cookie."""
    crowd: list[socket.socket] = []
    try:
        for number in range(250):
            source = "127.0.0.1" if sources == 1 else f"127.0.0.{1 + number % sources}"
            try:
                crowd.append(connect(port, HALF_OPEN[kind], source))
            except ConnectionError:  # has had to make room already
                continue
            except OSError:
                pytest.skip("this computer has only one loopback address")
            if number % 50 == 49:
                assert visit(port) == (200, b"0")
    finally:
        for one in crowd:
            one.close()


def test_connections_of_the_known_are_not_dropped_for_strangers(port: int) -> None:
    with ExitStack() as at_end, closing(visitor_of(port)) as visitor:
        visitor.request("GET", "/", headers={"Cookie": "known"})
        assert visitor.getresponse().read() == b"0"
        sock = visitor.sock
        for _ in range(200):
            at_end.enter_context(connect(port))
        visitor.request("GET", "/", headers={"Cookie": "known"})
        assert visitor.getresponse().read() == b"0"
        assert visitor.sock is sock


@pytest.mark.parametrize(
    ("begin", "more"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\nX: ", b"x"),
        (b"GET / HTTP/1.1\r\n" + KNOWN + b"X: ", b"x"),
        (b"POST / HTTP/1.1\r\n" + KNOWN + b"Content-Length: 1000000\r\n\r\n", b"x"),
        (b"POST / HTTP/1.1\r\n" + KNOWN + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"GET /large HTTP/1.1\r\n" + KNOWN + b"\r\n", b""),
    ],
    ids=["silent", "header", "known header", "body", "chunks", "unread answer"],
)
def test_nobody_keeps_it_waiting_for_ever(
    port: int, begin: bytes, more: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then does not help."""
    for name in ("HEADER_SECONDS", "BODY_SECONDS", "STRANGER_IDLE_SECONDS", "STUCK_SECONDS"):
        monkeypatch.setattr(server_module, name, 1)
    with connect(port, begin) as one:
        started = time.monotonic()
        while time.monotonic() - started < 15:
            time.sleep(0.1)
            try:
                one.sendall(more or b"")
                one.setblocking(False)
                if b"GET /large" not in begin and one.recv(1, socket.MSG_PEEK) == b"":
                    break
            except BlockingIOError:
                pass
            except OSError:
                break
            finally:
                one.setblocking(True)
            if b"GET /large" in begin and time.monotonic() - started > 4:
                one.settimeout(20)
                assert len(everything(one)) < LARGE
                break
        else:
            pytest.fail("the connection is still open")
        assert time.monotonic() - started > 0.9


def test_a_stranger_sends_no_body(port: int) -> None:
    for more in (b"Content-Length: 50000000\r\n", b"Transfer-Encoding: chunked\r\n"):
        for wait in (b"", b"Expect: 100-continue\r\n"):
            said = answer(port, b"POST /uploads HTTP/1.1\r\nHost: x\r\n" + more + wait + b"\r\n")
            assert said.startswith(b"HTTP/1.1 401 ")
            assert b"by the link" in said


@pytest.mark.parametrize(
    ("path", "most"),
    [("/", MOST_JSON)]
    + [(path, MOST_BYTES + 1) for path in ("/uploads", "/uploads/", "/faces/uploads")],
)
def test_bodies_are_bounded_before_they_are_read(port: int, path: str, most: int) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nCookie: known\r\nContent-Length: ".encode()
    for length in (most, 700_000_000, 10**30):
        said = answer(port, head + str(length).encode() + b"\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 413 ")
    with connect(port, head + str(most - 1).encode() + b"\r\n\r\n" + b"x" * 1000) as one:
        one.settimeout(0.3)
        with pytest.raises(TimeoutError):  # it waits for the rest
            one.recv(1)


def test_bodies_of_unknown_length_are_bounded(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nCookie: known\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connect(port, head) as one, pytest.raises(ConnectionError):  # noqa: PT012
        for _ in range(2 * MOST_JSON // 1_000_000):
            one.sendall(b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n")
            time.sleep(0.01)


def test_a_body_arrives_whole(port: int) -> None:
    with closing(visitor_of(port)) as visitor:
        visitor.request("POST", "/", body=b"x" * 2_000_000, headers={"Cookie": "known"})
        assert visitor.getresponse().read() == b"2000000"
        visitor.request("POST", "/", body=iter([b"x" * 1000] * 5), headers={"Cookie": "known"})
        assert visitor.getresponse().read() == b"5000"


ODD = [
    b"GET http://[::1 HTTP/1.1\r\n\r\n",
    b"GET //[ HTTP/1.1\r\nHost: [\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: " + b"1" * 5000 + b"\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"GET\r\n\r\n",
    b"get / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nA\x00B: x\r\n\r\n",
    b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"GET /\xff\xfe?\xff HTTP/1.1\r\nX: \xff\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
    b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
]


@pytest.mark.parametrize("sent", ODD, ids=range(len(ODD)))
def test_odd_requests_are_refused(port: int, sent: bytes, capfd: pytest.CaptureFixture) -> None:
    said = answer(port, sent)
    status = said.partition(b"\r\n")[0].split(b" ")[1:2]
    assert not said or status == [b"501"] or status[0].startswith((b"4", b"2"))
    assert "Traceback" not in capfd.readouterr().err
    assert b"waitress" not in said.lower()
    assert b"python" not in said.lower()
    assert visit(port) == (200, b"0")


def test_parts_of_a_video_are_served(port: int, video: Path) -> None:
    data = video.read_bytes()
    assert visit(port, "/video") == (200, data)
    assert visit(port, "/video", Range="bytes=1000-1999") == (206, data[1000:2000])
    assert visit(port, "/video", Range="bytes=-10") == (206, data[-10:])
    assert visit(port, "/video", Range=f"bytes={len(data)}-")[0] == 416


def test_of_the_server_nothing_is_told(port: int) -> None:
    with connect(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") as one:
        assert b"\r\nserver:" not in everything(one).lower()
