"""How quick is the dashboard with a large library, in a real browser?

    python -m benchmarks.dashboard LIBRARY

The library (`python -m benchmarks.joining … --keep LIBRARY` makes one of 100,000 made-up faces) is
copied and served, and headless Chromium looks at it. Reported: until the map shows its points, how
long the page is blocked at most while the map is dragged and while it is zoomed, until a toast says
that a group has its name, and until the next group has taken its place. Without a graphics card the
points are drawn by the processor, which counts as the page being blocked.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright import sync_api

from tests.browsing import BROWSERS, FLAGS, SOFTWARE_WEBGL

PLOT = "document.querySelector('.graph .js-plotly-plot')"
WATCH = """() => {
    window.blocked = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.blocked.push(entry.duration);
    }).observe({ type: "longtask" });
}"""
STOPWATCH = """() => {
    document.addEventListener("keydown", () => (window.begin = performance.now()), true);
    const said = () => document.querySelector(".toast-text")?.textContent;
    let before = said();
    new MutationObserver(() => {
        if (said() !== before) [before, window.told] = [said(), performance.now()];
        if (!window.gone && !document.getElementById(window.field)) window.gone = performance.now();
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
PATIENCE = 120_000
TYPING = 100
"""Milliseconds from key to key: 120 words a minute."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", type=Path, metavar="LIBRARY")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_api.sync_playwright() as playwright:
        folder = Path(name) / "library"
        shutil.copytree(arguments.library, folder)
        found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS + SOFTWARE_WEBGL)
        page = chromium.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(PATIENCE)
        with served(folder) as address:
            page.goto(address)  # the server reads the library before anybody opens the map
            page.wait_for_selector(".home-card")
            look_at_map(page, address)
            name_a_group(page, address)
        chromium.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the library from a process of its own, as `labeler dashboard` does."""
    options = ["--library", str(folder), "dashboard", "--no-browser"]
    command = [sys.executable, "-u", "-m", "labeler.cli.main", *options]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().split(" at ")[1].split()[0]
    finally:
        server.terminate()
        server.wait()


def look_at_map(page: sync_api.Page, address: str) -> None:
    begin = time.perf_counter()
    page.goto(address + "map")
    page.wait_for_function(f"{PLOT}?._fullData?.some((trace) => trace.x.length)")
    page.wait_for_function(f"{PLOT}._fullLayout._plots.xy._scene?.count > 0")
    points = page.evaluate(f"{PLOT}._fullData.reduce((all, trace) => all + trace.x.length, 0)")
    print(f"map of {points:,} points: {time.perf_counter() - begin:.1f} s", flush=True)
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH)
    page.locator('.modebar-btn[data-val="pan"]').click()
    print(f"dragging blocks for {longest(page, drag):.0f} ms at most", flush=True)
    print(f"zooming blocks for {longest(page, zoom):.0f} ms at most", flush=True)


def longest(page: sync_api.Page, do: Any) -> float:
    page.evaluate("window.blocked = []")
    do(page)
    page.wait_for_timeout(1000)
    return float(page.evaluate("Math.max(0, ...window.blocked)"))


def drag(page: sync_api.Page) -> None:
    page.mouse.move(400, 500)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(400 + 10 * step, 500 + 5 * step)
        page.wait_for_timeout(30)
    page.mouse.up()


def zoom(page: sync_api.Page) -> None:
    page.mouse.move(500, 500)
    for _ in range(8):
        page.mouse.wheel(0, -120)
        page.wait_for_timeout(60)


def name_a_group(page: sync_api.Page, address: str) -> None:
    """Measure in the page itself, from Enter to the change: what the user waits for."""
    page.goto(address + "groups")
    page.wait_for_selector(".group-card")
    page.wait_for_load_state("networkidle")
    page.evaluate(STOPWATCH)
    for name in ("Anna", "Berta", "Clara"):
        field = page.locator(".group-card .name-input input").first
        field.press_sequentially(name, delay=TYPING)
        page.wait_for_timeout(TYPING)
        page.evaluate(
            "(id) => { window.field = id; window.told = window.gone = 0; }", field_id(page)
        )
        page.keyboard.press("Enter")
        page.wait_for_function("window.told && window.gone")
        told, gone = page.evaluate("[window.told - window.begin, window.gone - window.begin]")
        print(f"{name}: toast {told:.0f} ms, the next group {gone:.0f} ms", flush=True)
        page.wait_for_load_state("networkidle")


def field_id(page: sync_api.Page) -> str:
    return str(page.locator(".group-card .name-input input").first.get_attribute("id"))


if __name__ == "__main__":
    main()
