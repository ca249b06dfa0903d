"""How quick is the dashboard with a large library, in a real browser?

    python -m benchmarks.dashboard [LIBRARY]

The library (if none is named: the 100,000 made-up faces of the tests) is copied and served, and
headless Chromium looks at it. Reported: until the map shows its points (while the server still
reads the library, and when it is opened again), how long the page is blocked at most while the map
is dragged and while it is zoomed, until a toast says that a group has its name, and until the next
group has taken its place. Without a graphics card the points are drawn by the processor, which
counts as the page being blocked.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from playwright import sync_api

from tests import stopwatch
from tests.browsing import BROWSERS, FLAGS, SOFTWARE_WEBGL, enter
from tests.crowd import write_crowd

PATIENCE = 120_000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", type=Path, nargs="?", metavar="LIBRARY")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_api.sync_playwright() as playwright:
        folder = Path(name) / "library"
        if arguments.library:
            shutil.copytree(arguments.library, folder)
        else:
            write_crowd(folder)
        found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS + SOFTWARE_WEBGL)
        page = chromium.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(PATIENCE)
        with stopwatch.served(folder) as link:
            address = enter(page, link)
            look_at_map(page, address)
            name_groups(page, address)
        chromium.close()


def look_at_map(page: sync_api.Page, address: str) -> None:
    for when in ("right after the start", "again"):
        seconds, points = stopwatch.open_map(page, address)
        print(f"map of {points:,} points {when}: {seconds:.1f} s", flush=True)
        page.wait_for_load_state("networkidle")
    for what, do in (("dragging", stopwatch.drag), ("zooming", stopwatch.zoom)):
        blocked = stopwatch.longest_block(page, do)
        print(f"{what} blocks for {blocked:.0f} ms at most", flush=True)


def name_groups(page: sync_api.Page, address: str) -> None:
    page.goto(address + "groups")
    page.wait_for_selector(".group-card")
    for name in ("Anna", "Berta", "Clara"):
        page.wait_for_load_state("networkidle")
        told, gone = stopwatch.name_first_group(page, name)
        print(f"{name}: toast {told:.0f} ms, the next group {gone:.0f} ms", flush=True)


if __name__ == "__main__":
    main()
