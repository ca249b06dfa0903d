"""No page may shut out who reads with a screen reader, by keyboard, or with weak eyes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import pytest

from labeler.family.steps import kin
from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.recognize import recognize

from .browsing import new_context, start
from .conftest import DEMO, clusters_by_person

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

DROPPED = {
    "lookalike": (["DSC_209.jpg"], ".look-card"),
    "verify": (["DSC_200.jpg", "DSC_201.jpg", "DSC_209.jpg"], ".verify-matrix"),
}
"""What is dropped on a page, and what comes of it."""
PAGES = {
    "": ".number-tile",
    "groups": ".group-card",
    "groups/1": ".page h1",
    "groups/strangers": ".strangers",
    "review": ".review-question",
    "map": ".panel-empty",
    "people": ".person-card",
    "people/Rosa": ".person-page h1",
    "people/Rosa?tab=faces": ".face-card",
    "people/Rosa?tab=confirm": ".automatic",
    "photo/3": ".photo-box",
    "slideshow": ".show-slide",
    "sort": ".sort-form",
    "settings": ".precision",
    "ignored": ".page h1",
    "history": ".history",
    "nonsense": ".empty",
    "search?q=rosa": ".photo-tile",
    "search?q=rosa+person:henrk": ".search-error",
    "search": ".search-example",
    "photos": ".photo-tile",
    "resemblance?person=Nora": ".kin-matrix",
    "lookalike": ".drop-zone",
    "verify": ".drop-zone",
}
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
NOTHING_STICKS_OUT = """() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth === clientWidth && clientWidth === window.innerWidth;
}"""
COLOURS_ARE_THERE = """() =>
    !document.getAnimations().some((one) => one instanceof CSSTransition)
"""
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


@pytest.fixture(scope="module")
def address(
    demo_library_folder: Any,
    tmp_path_factory: pytest.TempPathFactory,
    browser: sync_api.Browser,
) -> str:
    """A dashboard whose pages all have something to show."""
    import shutil

    folder = tmp_path_factory.mktemp("access") / "library"
    shutil.copytree(demo_library_folder, folder)
    library = Library.create(folder)
    for person, cluster in list(clusters_by_person(library).items())[:8]:
        faces = numbering.cluster_members(library, [cluster])
        naming.name_faces(library, faces[:4], person)
    naming.ignore_faces(library, faces[-2:])
    kin.import_kin(library, DEMO / "kin.csv")
    recognize(library)
    library.close()
    address = start(folder)
    make_plan(browser, address, folder)
    return address


def make_plan(browser: sync_api.Browser, address: str, folder: Path) -> None:
    """Plan a slideshow, and make a list of it."""
    page = new_context(browser).new_page()
    page.goto(address + "slideshow?person=Rosa")
    page.locator(".show-more summary").click()
    page.locator("#show-until").fill("2100")
    page.locator("#show-choose").click()
    page.locator(".show-slide").first.wait_for()
    page.locator("#show-kind").click()
    page.get_by_role("option", name="List of the photos").dispatch_event("click")
    # The name that is suggested for this kind would come over what is typed before it.
    sync_api.expect(page.locator("#show-file")).to_have_value(re.compile(r"\.m3u8$"))
    page.locator("#show-file").fill(str(folder / "rosa.m3u8"))
    page.locator("#show-make").click()
    page.locator(".show-made").wait_for()
    page.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shuts_nobody_out(browser: sync_api.Browser, address: str, path: str) -> None:
    """Nothing sticks out on a phone or a wide screen, and axe finds nothing, in light and dark."""
    context = new_context(browser, viewport={"width": 360, "height": 740}, color_scheme="light")
    page = context.new_page()
    page.goto(address + path)
    page.locator(PAGES[path]).first.wait_for()
    page.wait_for_load_state("networkidle")
    for width in (360, 3840, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(NOTHING_STICKS_OUT)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.locator(f"html[data-mantine-color-scheme={scheme}]").wait_for()
        page.wait_for_function(COLOURS_ARE_THERE)
        found = axe.Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
    context.close()


@pytest.mark.parametrize("path", DROPPED)
def test_answers_about_dropped_photos_shut_nobody_out(
    browser: sync_api.Browser, address: str, path: str
) -> None:
    context = new_context(browser, viewport={"width": 360, "height": 740}, color_scheme="light")
    page = context.new_page()
    page.goto(address + path)
    photos, answer = DROPPED[path]
    with page.expect_file_chooser() as chooser:
        page.locator(".drop-choose").click()
    chooser.value.set_files([str(DEMO / "inbox" / photo) for photo in photos])
    page.locator(answer).first.wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_function(NOTHING_STICKS_OUT)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.locator(f"html[data-mantine-color-scheme={scheme}]").wait_for()
        page.wait_for_function(COLOURS_ARE_THERE)
        found = axe.Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
    context.close()
