"""Searching in a real browser: the box, what is found, what is wrong, the way back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.search.steps.search import matching_photos

from .browsing import new_context, start
from .conftest import clusters_by_person

if TYPE_CHECKING:
    from playwright import sync_api
else:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

expect = sync_api.expect


@pytest.fixture(scope="module")
def folder(demo_library_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search") / "library"
    shutil.copytree(demo_library_folder, folder)
    library = Library.create(folder)
    for person, cluster in clusters_by_person(library).items():
        naming.name_faces(library, numbering.cluster_members(library, [cluster]), person)
    naming.unlabel_faces(library, [1, 2])
    library.close()
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> str:
    return start(folder)


def number_found(folder: Path, text: str) -> int:
    library = Library.create(folder)
    found = matching_photos(library, text)
    library.close()
    return len(found)


def test_from_the_box_to_a_photo_and_back(page: sync_api.Page, address: str, folder: Path) -> None:
    both, rosa = number_found(folder, "rosa + henrik"), number_found(folder, "rosa")
    page.goto(address + "people")
    expect(page.locator(".person-card").first).to_be_visible()
    page.keyboard.press("/")
    box = page.locator("#search-box")
    expect(box).to_be_focused()
    page.keyboard.type("rosa + hen")
    expect(page.locator("#search-names option")).to_have_attribute("value", "rosa + Henrik")
    page.keyboard.type("rik")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=rosa\+%2B\+henrik$"))
    expect(page.locator("h1")).to_have_text(f"{both} photos")
    expect(page.locator(".photo-tile")).to_have_count(both)
    box.fill("rosa")
    box.press("Enter")
    expect(page.locator("h1")).to_have_text(f"{rosa} photos")
    tiles = page.locator(".photo-tile")
    second, third = (tiles.nth(n).get_attribute("href") or "" for n in (1, 2))
    tiles.nth(1).click()
    expect(page.locator(".photo-box").first).to_be_visible()
    expect(box).to_have_value("")
    subtitle = page.locator(".page-head .subtitle")
    expect(subtitle).to_contain_text(f"2 of {rosa} · rosa")
    page.keyboard.press("ArrowRight")  # to the next one that was found, whatever its album
    expect(subtitle).to_contain_text(f"3 of {rosa} · rosa")
    assert page.url.endswith(third)
    page.go_back()
    expect(subtitle).to_contain_text(f"2 of {rosa} · rosa")
    page.reload()
    expect(subtitle).to_contain_text(f"2 of {rosa} · rosa")
    page.keyboard.press("Escape")
    expect(page.locator(".photo-tile:focus")).to_have_attribute("href", second)
    expect(page.locator("h1")).to_have_text(f"{rosa} photos")
    page.go_back()
    page.go_back()
    expect(page.locator("h1")).to_have_text(f"{rosa} photos")
    expect(box).to_have_value("rosa")
    page.go_back()
    expect(page.locator("h1")).to_have_text(f"{both} photos")
    expect(box).to_have_value("rosa + henrik")
    page.go_forward()
    expect(page.locator("h1")).to_have_text(f"{rosa} photos")


def test_an_address_without_a_page(browser: sync_api.Browser, address: str) -> None:
    page = new_context(browser).new_page()
    answer = page.goto(address + "nonsense/12")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h2")).to_have_text("There is no such page")
    page.get_by_role("link", name="Go to the first page").click()
    expect(page.locator(".hero")).to_be_visible()
    page.context.close()


def test_a_slideshow_of_what_was_found(page: sync_api.Page, address: str) -> None:
    page.goto(address + "search?q=rosa+2008")
    page.get_by_role("link", name="Slideshow of these").click()
    sync_api.expect(page.locator("#show-search")).to_have_value("rosa 2008")
    sync_api.expect(page.locator("#show-form")).to_contain_text("Rosa")
    page.get_by_role("button", name="Show the plan").click()
    sync_api.expect(page.locator(".show-slide").first).to_be_visible()
    years = set(page.locator(".show-year.begins").all_text_contents())
    assert years == {"2008"}


def test_an_error_points_at_the_word(page: sync_api.Page, address: str) -> None:
    page.goto(address + "search?q=cake+person%3Ahenrk+2008")
    expect(page.locator(".search-error mark")).to_have_text("person:henrk")
    expect(page.locator(".search-error p")).to_have_text(
        "Nobody is called henrk; did you mean Henrik? Search for cake Henrik 2008"
    )
    expect(page.locator("#search-box")).to_have_value("cake person:henrk 2008")
    page.locator("#search-box").fill("henrk")
    page.locator("#search-box").press("Enter")
    expect(page.locator("h1")).to_have_text("No photo is like that")
    expect(page.locator(".search-hint")).to_contain_text("did you mean Henrik?")
    page.get_by_role("link", name="Search for Henrik").click()
    expect(page.locator("#search-box")).to_have_value("Henrik")
    expect(page.locator(".photo-tile").first).to_be_visible()


def test_the_help_has_examples_to_click(page: sync_api.Page, address: str, folder: Path) -> None:
    page.goto(address)
    page.locator("#search-ask").click()
    help_ = page.locator("#search-help")
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    page.locator("#search-ask").click()
    example = help_.locator("code", has_text="only")
    text = example.inner_text()
    example.click()
    expect(page.locator("h1")).to_have_text(f"{number_found(folder, text)} photos")
    expect(help_).to_be_hidden()
    expect(page.locator("#search-box")).to_have_value(text)


def test_not_all_photos_are_sent_at_once(
    page: sync_api.Page, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.search import page as search

    monkeypatch.setattr(search, "PHOTOS_A_TIME", 30)
    page.goto(address + "search?q=img")
    expect(page.locator("h1")).to_have_text("84 photos")
    expect(page.locator(".photo-tile")).to_have_count(30)
    for number in (60, 84):
        page.locator("#search-more").click()
        expect(page.locator(".photo-tile")).to_have_count(number)
    expect(page.locator("#search-more")).to_be_hidden()


def test_typing_is_no_shortcut(page: sync_api.Page, address: str, folder: Path) -> None:
    """In Review, the slash means the field for a name; in the box, Y and N are letters."""
    library = Library.create(folder)
    before = library.last_entry()
    page.goto(address + "review")
    expect(page.locator(".review-title")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator(".name-input input")).to_be_focused()
    page.locator("#search-box").click()
    page.keyboard.type("yniusd/?1 ")
    expect(page.locator("#search-box")).to_have_value("yniusd/?1 ")
    expect(page).to_have_url(re.compile("/review$"))
    page.goto(address + "groups")
    expect(page.locator(".group-card").first).to_be_visible()
    page.locator("#search-box").click()
    page.keyboard.type("yui1")
    expect(page.locator("#search-box")).to_have_value("yui1")
    assert library.last_entry() == before
    library.close()


def test_on_a_phone_a_button_opens_the_box(browser: sync_api.Browser, address: str) -> None:
    context = new_context(browser, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(address + "people")
    expect(page.locator(".person-card").first).to_be_visible()
    box = page.locator("#search-box")
    expect(box).to_be_hidden()
    page.locator(".search-open").click()
    expect(box).to_be_focused()
    page.keyboard.type("rosa")
    page.keyboard.press("Enter")
    expect(page.locator(".photo-tile").first).to_be_visible()
    expect(box).to_be_hidden()
    context.close()
