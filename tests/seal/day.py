"""A day with the program, as somebody would spend it: python day.py LIBRARY ALBUM INBOX MODEL OUT

The first command that fails ends the day.
"""

from __future__ import annotations

import http.cookiejar
import re
import sys
import threading
import time
import urllib.request
from pathlib import Path
from queue import Queue

import numpy as np

from dashboard.shell.app import serve
from labeler.cli.main import app
from labeler.faces.networks import centerface, runtime
from labeler.library.store import Library

HELD = 15
"""Seconds for which a network is held ready: what reports to its maker does so after 7 to 10."""
PAGES = ("", "groups", "review", "map", "people", "settings", "faces/1.jpg", "photos/1.jpg",
         "_dash-layout", "_dash-dependencies")  # fmt: skip


def main(library: str, album: str, inbox: str, model: str, out: str) -> None:
    made = Path(out)
    made.mkdir()

    def do(*arguments: object) -> None:
        app(["--library", library, *map(str, arguments)], standalone_mode=False)

    do("index", album)
    holding = threading.Thread(target=hold)
    holding.start()
    do("cluster")
    for cluster, person in ((1, "Rosa"), (2, "Henrik")):
        do("name", "--cluster", cluster, person)
    for command in ("recognize", "status", "people", "suggest", "merges", "history"):
        do(command)
    do("search", "rosa")
    do("sort", inbox, "--into", made / "sorted", "--apply")
    do("slideshow", "Rosa", "--most", 2, "--out", made / "rosa.html")
    film = ("--size", "320x180", "--fps", 10, "--seconds", 2.5, "--most", 2)
    do("slideshow", "Rosa", *film, "--out", made / "rosa.mp4")
    kinds = ("xmp", "embed", "annotated", "lists", "tables")
    do("export", *(part for kind in kinds for part in (f"--{kind}", made / kind)))
    do("lookalike", Path(inbox) / "DSC_200.jpg")
    do("backup", made / "names.json.gz")
    do("report", "--out", made / "report.html")
    do("meaning", model)
    visit(Path(library))
    holding.join()
    print("The day is over.")


def hold() -> None:
    """Keep a network busy for longer than it takes to report the first time."""
    network = runtime.session(centerface.network())
    for _ in range(HELD * 2):
        network.run(None, {"picture": np.zeros((1, 64, 64, 3), np.uint8)})
        time.sleep(0.5)


def visit(library: Path) -> None:
    """Run the dashboard and look at its pages."""
    addresses: Queue[str] = Queue()
    more = {"port": 0, "open_browser": False, "announce": addresses.put}
    threading.Thread(target=serve, args=[Library(library)], kwargs=more, daemon=True).start()
    address = addresses.get(timeout=60)
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))
    first = browser.open(address).read().decode()
    base = address.partition("?")[0]
    for page in (*PAGES, *re.findall(r'(?:src|href)="/([^"]+)"', first)):
        browser.open(base + page).read()


if __name__ == "__main__":
    main(*sys.argv[1:])
