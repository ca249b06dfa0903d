"""The places of the dashboard in a real browser: the ways between its pages."""

from __future__ import annotations

import pytest

from labeler.library.store import Library

from .browsing import new_context, start

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect


def test_five_places_lead_to_all_pages(filmed_library: Library, page: sync_api.Page) -> None:
    page.goto(start(filmed_library.folder))
    here, tabs = page.locator(".nav-link[aria-current]"), page.locator(".place-tab:visible")
    expect(page.locator(".nav-link")).to_have_text(["Home", "People", "Photos", "Name", "Make"])
    expect(here).to_have_text("Home")
    expect(tabs).to_have_count(0)
    page.get_by_role("link", name="Name", exact=True).click()
    expect(tabs).to_have_text(["Groups", "Review", "Map"])
    expect(page.locator(".group-card").first).to_be_visible()
    page.get_by_role("link", name="Photos", exact=True).click()
    expect(page.locator(".page .subtitle")).to_have_text("84 photos and 1 video, newest first")
    page.get_by_role("link", name="Make", exact=True).click()
    page.get_by_role("link", name="Videos").click()
    expect(page.locator(".film-badge")).to_have_text("0:06")
    page.locator(".photo-tile").click()
    expect(page.locator("h1")).to_have_text("christmas.mp4")
    expect(page.locator(".page-head .subtitle")).to_contain_text("1 of 1 · Videos")
    page.keyboard.press("Escape")
    expect(page.locator(".photo-tile:focus")).to_be_visible()
    page.get_by_role("link", name="Settings").click()
    expect(page.locator(".small-link[aria-current]")).to_have_attribute("title", "Settings")
    expect(here).to_have_count(0)


def test_on_a_phone_the_places_are_at_the_bottom(
    filmed_library: Library, browser: sync_api.Browser
) -> None:
    context = new_context(browser, viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(start(filmed_library.folder) + "groups")
    expect(page.locator(".group-card").first).to_be_visible()
    for link in page.locator(".nav-link, .place-tab:visible, .header-buttons > *").all():
        box = link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    last = page.locator(".nav-link").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] == 844
    page.locator(".nav-link", has_text="People").tap()
    expect(page.locator(".nav-link[aria-current]")).to_have_text("People")
    context.close()
