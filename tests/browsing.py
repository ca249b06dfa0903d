"""A real browser and a dashboard that it looks at, for the tests."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from labeler.library.store import Library

if TYPE_CHECKING:
    from playwright import sync_api

FLAGS = [
    *("--no-sandbox", "--disable-background-networking", "--no-first-run"),
    "--disable-gpu-compositing",  # only the map's WebGL needs what imitates a graphics card
]
SOFTWARE_WEBGL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    sync_api.expect.set_options(timeout=20_000)  # busy computers take their time
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with sync_api.sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(
                executable_path=found, args=FLAGS + SOFTWARE_WEBGL
            )
        except sync_api.Error as error:
            reason = str(error).splitlines()[0]
            pytest.skip(f"No Chromium can be started ({reason}); `playwright install chromium`.")
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: sync_api.Browser) -> Iterator[sync_api.Page]:
    """A page that must not complain, nor ask anything of another computer."""
    context = new_context(browser, viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.extend(_complaining(message)))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.extend(_leaving(request.url)))
    page.on("response", lambda response: complaints.extend(_failing(response)))
    yield page
    context.close()
    assert complaints == [], complaints


def _leaving(url: str) -> list[str]:
    parts = urlsplit(url)
    local = parts.scheme in ("data", "blob") or parts.hostname == "127.0.0.1"
    return [] if local else [f"request to {url}"]


def _complaining(message: sync_api.ConsoleMessage) -> list[str]:
    return [f"{message.text} ({message.location['url']})"] if message.type == "error" else []


def _failing(response: sync_api.Response) -> list[str]:
    return [f"{response.status} {response.url}"] if response.status >= 400 else []


_cookies: list[Any] = []
"""Of all dashboards that were started here."""
_open: list[Any] = []
"""Contexts of browsers that look at them."""


def start(folder: Path, by_itself: bool = False) -> str:
    """Serve the library in a folder on a free port; return the address.

    The contexts of `new_context` are let in, as if they had opened the link once.
    """
    from dashboard.shell.app import serve

    links: Queue[str] = Queue()
    more = {"port": 0, "open_browser": False, "announce": links.put, "by_itself": by_itself}
    threading.Thread(target=serve, args=[Library.create(folder)], kwargs=more, daemon=True).start()
    address, token = links.get(timeout=60).split("?token=")
    name = f"face-labeler-{urlsplit(address).port}"
    _cookies.append({"name": name, "value": token, "url": address})
    for context in _open:
        context.add_cookies(_cookies)
    return address


def new_context(browser: sync_api.Browser, **more: Any) -> sync_api.BrowserContext:
    """Return a browser's context that the dashboards of `start` let in."""
    context = browser.new_context(**more)
    context.add_cookies(_cookies)
    _open.append(context)
    context.on("close", lambda closed: _open.remove(closed))
    return context


def enter(page: sync_api.Page, link: str) -> str:
    """Open the link of a dashboard, as its user does; return the address to which it leads."""
    address, _, _ = link.partition("?")
    page.goto(link)
    page.wait_for_url(address)
    return address


def report_late(page: sync_api.Page, text: str) -> None:
    """Make fields report an older text right after a button is clicked, as on busy computers."""
    page.evaluate(
        """(value) => document.addEventListener("click", ({ target }) => {
            const row = target.closest(".name-row, .one-field");
            const id = row && row.querySelector("input").id;
            const meant = id && id.startsWith("{") ? JSON.parse(id) : id;
            if (row) window.dash_clientside.set_props(meant, { value });
        }, true)""",
        text,
    )


def toast(page: sync_api.Page, text: str | re.Pattern[str]) -> None:
    """Wait until the page says what was done."""
    from playwright.sync_api import expect

    expect(page.locator(".toast-text")).to_have_text(text)
