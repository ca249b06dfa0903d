"""The dashboard below a path, behind a proxy: every address leads there, and who is believed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import SplitResult, urlsplit

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from dashboard.shell import base_path, security
from dashboard.shell.app import serve
from dashboard.shell.proxy import Proxies
from labeler.errors import UsageError
from labeler.library.store import Library
from tests.proxying import proxy

ASSETS = Path(base_path.__file__).parent.parent / "assets"
TOKEN = security.new_token()
BASE = "/faces"


def client(
    base: str = BASE, proxies: tuple[str, ...] = (), public: str = "", host: str = "127.0.0.1"
) -> FlaskClient:
    """Return a visitor of a server that tells what it was asked."""
    server = Flask("test")
    server.add_url_rule("/<path:path>", view_func=lambda path: told(), methods=["GET", "POST"])
    server.add_url_rule("/", view_func=lambda: told(), endpoint="top")
    gate = security.Gate(host, 8050, TOKEN, public, base=base)
    security.protect(server, gate, Proxies.named(proxies))
    return server.test_client(use_cookies=False)


def told() -> str:
    said = request.remote_addr, request.host, request.scheme, request.path
    return " ".join([*map(str, said), *(name for name, _ in request.headers if "X-Forw" in name)])


KNOWN = {"Host": "localhost", "Cookie": f"face-labeler-8050={TOKEN}"}
FORWARDED = {
    "X-Forwarded-Host": "photos.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.7",
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [("", ""), ("/", ""), ("faces/", "/faces"), ("/a/b-c", "/a/b-c")]
    + [(odd, None) for odd in ("/a//b", "/..", "/a/./b", "/a b", "/a?b", "https://x/faces", '/"')],
)
def test_a_base_path_is_made_of_words(given: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(UsageError, match="cannot be the base path"):
            base_path.checked(given)
    else:
        assert base_path.checked(given) == expected


def test_what_is_not_below_the_base_is_not_there() -> None:
    visitor = client()
    assert visitor.get("/faces/map", headers=KNOWN).text.split()[3] == "/map"
    assert visitor.get("/faces/faces/1.jpg", headers=KNOWN).text.split()[3] == "/faces/1.jpg"
    outside = visitor.get("/map", headers=KNOWN)
    assert (outside.status_code, "/faces/" in outside.text) == (404, True)
    assert visitor.get("/facesmap", headers=KNOWN).status_code == 404
    assert visitor.get("/map", headers={"Host": "localhost"}).status_code == 401


def test_the_way_to_the_base_keeps_the_token() -> None:
    for start in ("/", "/faces"):
        answer = client().get(f"{start}?token=abc", headers=KNOWN)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/faces/?token=abc")
    entered = client().get(f"/faces/map?token={TOKEN}&group=3", headers={"Host": "localhost"})
    assert 'url=/faces/map?group=3"' in entered.text
    assert "; Path=/faces;" in f"{entered.headers['Set-Cookie']};"


def test_anybody_may_ask_whether_it_is_alive() -> None:
    for visitor, path in (
        (client(), "/faces/health"),
        (client(), "/health"),
        (client(""), "/health"),
    ):
        answer = visitor.get(path, headers={"Host": "evil.example"})
        assert (answer.status_code, answer.text) == (200, "alive\n")
        assert visitor.post(path, headers={"Host": "localhost"}).status_code == 401


def test_a_proxy_is_believed_only_if_it_was_named() -> None:
    own = {**KNOWN, **FORWARDED}
    stranger = client(proxies=("10.0.0.1",)).get("/faces/map", headers=own)
    assert stranger.text.split() == ["127.0.0.1", "localhost", "http", "/map"]
    named = client(proxies=("127.0.0.0/8",)).get("/faces/map", headers=own)
    assert named.text.split() == ["203.0.113.7", "photos.example", "https", "/map"]
    entered = client(proxies=("127.0.0.1",)).get(f"/faces/?token={TOKEN}", headers=FORWARDED)
    assert "Secure" in entered.headers["Set-Cookie"]
    alone = client().get(f"/faces/?token={TOKEN}", headers={"Host": "localhost", **FORWARDED})
    assert "Secure" not in alone.headers["Set-Cookie"]


def test_a_name_counts_when_the_named_proxy_was_asked_by_it() -> None:
    at = {**KNOWN, "Host": "photos.example"}
    believed = client(proxies=("127.0.0.1",))
    assert believed.get("/faces/map", headers=at).status_code == 403  # nobody vouches for it
    assert believed.get("/faces/map", headers={**at, **FORWARDED}).status_code == 200
    other = client(proxies=("127.0.0.1",), public="https://other.example")
    assert other.get("/faces/map", headers={**at, **FORWARDED}).status_code == 403
    spoofed = {**at, "X-Forwarded-Host": "localhost, photos.example"}  # the last is the proxy's
    assert believed.get("/faces/map", headers=spoofed).text.split()[1] == "photos.example"


@pytest.mark.parametrize(("origin", "status"), [("https://photos.example", 200), ("http://x", 403)])
def test_what_changes_something_comes_from_the_forwarded_name(origin: str, status: int) -> None:
    headers = {**KNOWN, **FORWARDED, "Origin": origin}
    answer = client(proxies=("127.0.0.1",)).post("/faces/map", headers=headers)
    assert answer.status_code == status


def test_a_proxy_may_have_taken_the_base_away() -> None:
    said = {**KNOWN, "X-Forwarded-Prefix": "/faces"}
    named = client(proxies=("127.0.0.1",))
    assert named.get("/faces/1.jpg", headers=said).text.split()[3] == "/faces/1.jpg"
    assert client().get("/map", headers=said).status_code == 404


@pytest.mark.parametrize("given", ["proxy", "0.0.0.0/0", "::/0", "10.0.0.300", ""])
def test_a_proxy_is_named_by_its_number(given: str) -> None:
    with pytest.raises(UsageError, match="cannot be the address of a proxy"):
        Proxies.named([given])


def test_scripts_write_no_address_but_through_the_base() -> None:
    """In JavaScript, a text that begins with a slash and a word is an address of the dashboard."""
    for script in sorted(ASSETS.glob("*.js")):
        text = script.read_text(encoding="utf-8")
        for found in re.finditer(r"""["'`]/[a-z_]""", text):
            before = text[max(0, found.start() - 40) : found.start()]
            fine = re.search(r"(\bat\(|\bPATH = |\bwithin\([\w.]+\) === )$", before)
            assert fine, f"{script.name}: {text[found.start() : found.start() + 40]}"


@pytest.fixture
def served(demo_library: Library) -> Iterator[SplitResult]:
    """The demo library below '/faces', as a browser sees it through a proxy: its link."""
    links: Queue[str] = Queue()
    more: dict[str, Any] = {"port": 0, "open_browser": False, "announce": links.put}
    more |= {"base": BASE, "proxies": ["127.0.0.1"], "token": TOKEN}
    threading.Thread(target=serve, args=[demo_library], kwargs=more, daemon=True).start()
    link = urlsplit(links.get(timeout=60))
    with proxy(link.port or 0, keeps_host=False, tells=True, below=BASE) as outer:
        yield link._replace(netloc=f"127.0.0.1:{outer}")


ADDRESSES_ON_THE_PAGE = """() => [...document.querySelectorAll("[href], [src], [poster]")]
    .flatMap((one) => ["href", "src", "poster", "data-page", "data-photo", "data-picture"]
        .map((name) => one.getAttribute(name)))
    .filter((value) => value && value.startsWith("/") && !value.startsWith("/faces/"))"""


@pytest.mark.browser
def test_every_page_is_whole_below_the_base(served: SplitResult, page: Any) -> None:
    """Not one request leads elsewhere: the proxy has nothing there, and the page fails by it."""
    from playwright.sync_api import expect

    page.goto(served.geturl())
    page.wait_for_url(f"http://{served.netloc}/faces/")
    assert page.context.cookies()[0]["path"] == BASE
    for name in ("Photos", "Make", "People", "Name"):
        link = page.locator(".nav-link", has_text=name)
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        page.wait_for_load_state("networkidle")
        assert page.evaluate(ADDRESSES_ON_THE_PAGE) == []
    page.locator("#search-box").fill("2003")
    page.locator("#search-box").press("Enter")
    page.wait_for_url("**/faces/search?q=2003")
    page.locator("a.photo-tile").first.click()
    page.wait_for_url("**/faces/photo/*")
    page.locator(".photo-box").first.click()
    page.wait_for_url(re.compile(r"/faces/photo/\d+/\d+"))
    assert page.locator(".photo-stage img").first.evaluate("image => image.naturalWidth") > 0
    page.reload()
    page.locator(".photo-face").wait_for()
    assert page.evaluate(ADDRESSES_ON_THE_PAGE) == []
