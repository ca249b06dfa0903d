"""How long the dashboard keeps its user waiting, measured in a real browser."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright import sync_api

PLOT = "document.querySelector('.graph .js-plotly-plot')"
LOOK_AT_TASKS = f"""() => {{
    window.blocked = [];
    new PerformanceObserver((list) => {{
        for (const entry of list.getEntries()) window.blocked.push(entry.duration);
    }}).observe({{ type: "longtask" }});
    for (const input of ["mousemove", "wheel", "mouseup"])
        document.addEventListener(input, () => (window.asked = performance.now()), true);
    {PLOT}.on("plotly_relayout", () => (window.settled = performance.now()));
}}"""
FRAMES = """() => new Promise((resolve) => {
    const frame = () => requestAnimationFrame(() => setTimeout(resolve));
    requestAnimationFrame(frame);
})"""
LOOK_AT_KEYS = """() => {
    document.addEventListener("keydown", () => (window.begin = performance.now()), true);
    const said = () => document.querySelector(".toast-text")?.textContent;
    let before = said();
    new MutationObserver(() => {
        if (said() !== before) [before, window.told] = [said(), performance.now()];
        if (!window.gone && !document.getElementById(window.field)) window.gone = performance.now();
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
TYPING = 100
"""Milliseconds from key to key: 120 words a minute."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the library from a process of its own, as a user does; yield its link."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    options = ["--library", str(folder), "dashboard", "--no-browser", "--port", str(port)]
    command = [sys.executable, "-u", "-m", "labeler.cli.main", *options]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().split(" at ")[1].split()[0]
    finally:
        server.terminate()
        server.communicate()


def open_map(page: sync_api.Page, address: str) -> tuple[float, int]:
    """Open the map; return after how many seconds its points are drawn, and how many they are."""
    begin = time.perf_counter()
    page.goto(address + "map")
    page.wait_for_function(f"{PLOT}?._fullData?.some((trace) => trace.x.length)")
    page.wait_for_function(f"{PLOT}._fullLayout._plots.xy._scene?.count > 0")
    seconds = time.perf_counter() - begin
    return seconds, page.evaluate(f"{PLOT}._fullData.reduce((all, {{ x }}) => all + x.length, 0)")


def longest_block(page: sync_api.Page, do: Callable[[sync_api.Page], None]) -> float:
    """Return for how many milliseconds the page does not answer at most while something is done."""
    page.evaluate(LOOK_AT_TASKS)
    do(page)
    page.wait_for_function("window.settled > window.asked")
    page.evaluate(FRAMES)  # by then, the last task has been reported
    return float(page.evaluate("Math.max(0, ...window.blocked)"))


def drag(page: sync_api.Page) -> None:
    page.locator('.modebar-btn[data-val="pan"]').click()
    page.mouse.move(400, 500)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(400 + 10 * step, 500 + 5 * step)
        page.evaluate(FRAMES)
    page.mouse.up()


def zoom(page: sync_api.Page) -> None:
    page.mouse.move(500, 500)
    for _ in range(8):
        page.mouse.wheel(0, -120)
        page.evaluate(FRAMES)


def name_first_group(page: sync_api.Page, name: str) -> tuple[float, float]:
    """Name the first group of the page by keys.

    Returns:
        Milliseconds from Enter until a toast says so, and until the next group has taken its place.
    """
    page.evaluate(LOOK_AT_KEYS)
    field = page.locator(".group-card .name-input input").first
    field.press_sequentially(name, delay=TYPING)
    page.wait_for_timeout(TYPING)
    field_id = field.get_attribute("id")
    page.evaluate("(id) => { window.field = id; window.told = window.gone = 0; }", field_id)
    page.keyboard.press("Enter")
    page.wait_for_function("window.told && window.gone")
    told, gone = page.evaluate("[window.told - window.begin, window.gone - window.begin]")
    return float(told), float(gone)
