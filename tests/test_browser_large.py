"""A library of 100,000 faces in a real browser: nobody waits.

Other programs may be at work beside a test and only ever slow it down, so that the best of a few
measurements is the one that counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from . import stopwatch
from .browsing import enter
from .crowd import FACES, write_crowd

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.timed

ATTEMPTS = 5
MAP_SECONDS, BLOCKED, TOAST = 5.0, 300, 300
"""Seconds until the map is there; milliseconds that the page does not answer at most, and from
Enter to the toast, for which 100 ms are the goal. A computer without a graphics card that does
nothing else reaches 200 ms for both; a slow one has needed 203."""


@pytest.fixture(scope="module")
def link(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("crowd")
    write_crowd(folder)
    with stopwatch.served(folder) as link:
        yield link


@pytest.fixture
def address(link: str, page: sync_api.Page) -> str:
    return enter(page, link)


def best(measure: Callable[[], float], limit: float) -> float:
    """Return the least of a few measurements, or the first that is within the limit."""
    least = measure()
    for _ in range(ATTEMPTS - 1):
        if least <= limit:
            break
        least = min(least, measure())
    return least


def test_the_map_opens_and_moves_without_waiting(address: str, page: sync_api.Page) -> None:
    page.goto(address)
    sync_api.expect(page.locator("#counts")).to_contain_text(f"{FACES:,}")

    def open_map() -> float:
        seconds, points = stopwatch.open_map(page, address)
        assert points == FACES
        page.wait_for_load_state("networkidle")
        return seconds

    assert best(open_map, MAP_SECONDS) <= MAP_SECONDS
    for move in (stopwatch.drag, stopwatch.zoom):
        assert best(lambda move=move: stopwatch.longest_block(page, move), BLOCKED) <= BLOCKED


def test_a_name_is_answered_at_once(address: str, page: sync_api.Page) -> None:
    page.goto(address + "groups")
    page.wait_for_selector(".group-card")
    names = iter(("Anna", "Berta", "Clara", "Dora", "Emma"))

    def name_a_group() -> float:
        page.wait_for_load_state("networkidle")
        return stopwatch.name_first_group(page, next(names))[0]

    assert best(name_a_group, TOAST) <= TOAST
