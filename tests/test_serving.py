"""The dashboard as its users start it: who gets in, by which link, and through which proxy."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import SplitResult, urlsplit

import pytest

from dashboard.shell import app, link
from labeler.cli.dashboard import _public, _token
from labeler.errors import UsageError
from labeler.library.store import Library
from tests.proxying import ask, proxy

pytestmark = pytest.mark.slow

PUBLIC = "https://photos.example"
SECRET = "0123456789abcdefghij-_XYZ"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(link, "secret_file", lambda: tmp_path / "state" / "dashboard-secret")
    return Library.create(tmp_path / "library")


def serve(library: Library, **more: Any) -> SplitResult:
    """Serve a library; return its link."""
    links: Queue[str] = Queue()
    chosen = {"port": 0, "open_browser": False, "announce": links.put, **more}
    threading.Thread(target=app.serve, args=[library], kwargs=chosen, daemon=True).start()
    return urlsplit(links.get(timeout=60))


def cookie_of(place: SplitResult, port: int | None = None, **headers: str) -> str:
    """Open a link; return the cookie that it brings."""
    answer = ask(port or place.port or 0, f"/?{place.query}", **headers)
    assert answer.status == 200
    return str(answer.getheader("Set-Cookie")).split(";")[0]


def test_the_link_lets_in_and_stays_the_same(library: Library) -> None:
    first, second = serve(library), serve(library)
    assert first.query == second.query
    cookie = cookie_of(first)
    assert cookie.startswith(f"face-labeler-{first.port}=")
    assert ask(first.port or 0, "/", Cookie=cookie).status == 200
    assert ask(first.port or 0, "/assets/dashboard.css", Cookie=cookie).status == 200
    assert ask(first.port or 0, "/assets/dashboard.css").status == 401
    assert ask(second.port or 0, "/", Cookie=cookie).status == 401  # a cookie of another port
    renewed = serve(library, new_link=True)
    assert renewed.query != first.query
    assert serve(library).query == renewed.query


def test_where_others_reach_it_each_start_has_its_own_link(library: Library) -> None:
    kept = serve(library).query
    found = {kept, *(serve(library, host="0.0.0.0").query for _ in range(2))}
    found |= {serve(library, public=PUBLIC).query for _ in range(2)}
    assert len(found) == 5


def test_it_serves_on_ipv6_too(library: Library) -> None:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("this computer has no IPv6")
    place = serve(library, host="::1")
    assert place.hostname == "::1"
    answer = ask(place.port or 0, f"/?{place.query}", host="::1")
    cookie = str(answer.getheader("Set-Cookie")).split(";")[0]
    assert ask(place.port or 0, "/", host="::1", Cookie=cookie).status == 200
    assert ask(place.port or 0, "/", host="::1").status == 401


@pytest.mark.parametrize("keeps_host", [True, False], ids=["as Caddy", "as nginx"])
def test_a_proxy_may_stand_before_it(library: Library, keeps_host: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    place = serve(library, public=PUBLIC, port=port)
    assert place.geturl().startswith(f"{PUBLIC}/?token=")
    with proxy(port, keeps_host=keeps_host) as outer:
        own = {"Host": "photos.example", "Origin": PUBLIC, "Sec-Fetch-Site": "same-origin"}
        cookie = cookie_of(place, outer, Host="photos.example")
        assert ask(outer, "/", Cookie=cookie, **own).status == 200
        assert ask(outer, "/", **own).status == 401
        path = "/uploads/nothing"
        assert ask(outer, path, method="DELETE", Cookie=cookie, **own).status == 204
        other = {**own, "Origin": "https://evil.example"}
        assert ask(outer, path, method="DELETE", Cookie=cookie, **other).status == 403


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", ""),
        ("https://Photos.example/", PUBLIC),
        ("http://nas.local:8443", "http://nas.local:8443"),
        ("photos.example", None),
        ("ftp://photos.example", None),
        ("https://photos.example/faces", None),
        ("https://me@photos.example", None),
        ("https://[::1", None),
        ("https://x:99999", None),
    ],
)
def test_a_public_address_is_a_name_alone(given: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(UsageError, match="cannot be the public address"):
            _public(given)
    else:
        assert _public(given) == expected


def test_a_token_from_a_file_lets_in_and_stays(library: Library, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    for host in ("127.0.0.1", "0.0.0.0"):
        place = serve(library, host=host, token=_token(secret))
        assert place.query == f"token={SECRET}"
        assert ask(place.port or 0, "/", Cookie=cookie_of(place)).status == 200


@pytest.mark.parametrize("held", [b"", b"too short", b"0123456789abcdefghij xyz 0", b"\xff" * 30])
def test_a_file_that_holds_no_token(held: bytes, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(held)
    with pytest.raises(UsageError, match="token"):
        _token(tmp_path / "secret")
    with pytest.raises(UsageError, match="cannot be read"):
        _token(tmp_path / "nothing")


def test_the_browser_is_opened_by_a_file(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is all that others can see; and once somebody is in, it is gone."""
    opened: Queue[str] = Queue()
    monkeypatch.setattr(webbrowser, "open", opened.put)
    monkeypatch.setattr(app, "has_display", lambda: True)
    place = serve(library, open_browser=True)
    address = opened.get(timeout=30)
    token = place.query.removeprefix("token=")
    assert token not in address
    page = Path(address.removeprefix("file://"))
    assert place.geturl() in page.read_text()
    cookie_of(place)
    for _ in range(100):
        if not page.exists():
            break
        time.sleep(0.05)
    assert not page.exists()


def test_from_the_file_into_the_browser(library: Library, browser: Any) -> None:
    """A page of nowhere leads to the link; the strict cookie is taken, and sent."""
    place = serve(library)
    page = browser.new_context().new_page()
    opening = link.OpeningPage(place.geturl())
    page.goto(opening.address)
    page.wait_for_url(f"http://127.0.0.1:{place.port}/")
    page.locator(".nav-link").first.wait_for()
    page.context.close()
    opening.remove()


@pytest.mark.parametrize("ending", ["SIGINT", "SIGTERM"])
def test_as_it_is_started(ending: str, tmp_path: Path) -> None:
    """It prints where it is, warns where the connection is not encrypted, and Ctrl-C ends it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    options = ["dashboard", "--host", "0.0.0.0", "--port", str(port), "--no-browser"]
    options += ["--base-path", "/faces", "--token-file", str(secret)]
    command = [sys.executable, "-u", "-m", "labeler.cli.main", "--library", str(tmp_path), *options]
    flags = subprocess.CREATE_NEW_PROCESS_GROUP if sys.platform == "win32" else 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, creationflags=flags
    ) as started:
        try:
            assert started.stdout is not None
            said = started.stdout.readline()
            assert "/faces/?token=…" in said
            assert SECRET not in said
            assert "not encrypted" in started.stdout.readline()
            entered = ask(port, f"/faces/?token={SECRET}")
            cookie = str(entered.getheader("Set-Cookie")).split(";")[0]
            assert ask(port, "/faces/", Cookie=cookie).status == 200
            assert ask(port, "/faces/").status == 401
            with socket.create_connection(("127.0.0.1", port)) as waiting:
                waiting.sendall(b"GET / HTTP/1.1\r\n")
                interrupted = time.monotonic()
                windows = sys.platform == "win32"
                started.send_signal(signal.CTRL_BREAK_EVENT if windows else signal.Signals[ending])
                code = started.wait(timeout=30)
                assert time.monotonic() - interrupted < 10
            assert windows or code == 0
            assert "Traceback" not in started.stdout.read()
        finally:
            started.kill()
