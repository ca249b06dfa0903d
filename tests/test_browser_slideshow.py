"""The page of shows in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest

from labeler.library.store import Library

from .browsing import start
from .sorting import named_library

if TYPE_CHECKING:
    from playwright import sync_api

__all__ = ["named_library"]  # fixture

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect


@pytest.fixture
def show(
    named_library: Library, page: sync_api.Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> sync_api.Page:
    """The page of shows, asked for Rosa."""
    monkeypatch.setenv("HOME", str(tmp_path))
    page.goto(start(named_library.folder) + "slideshow?person=Rosa")
    return page


def choose(page: sync_api.Page, most: int) -> None:
    page.locator("#show-most").fill(str(most))
    page.locator("#show-choose").click()
    expect(page.locator(".toast")).to_contain_text("Choosing photos", timeout=60_000)
    expect(page.locator("#show-file")).not_to_have_value("")  # the page shows the plan


def photos(page: sync_api.Page) -> list[str]:
    """Return the photos of the slides in their order."""
    script = "slides => slides.map(slide => slide.dataset.photo)"
    found: list[str] = page.locator(".show-slide").evaluate_all(script)
    return found


def expect_photos(page: sync_api.Page, wanted: list[str]) -> None:
    for place, photo in enumerate(wanted):
        slide = page.locator(".show-slide").nth(place)
        expect(slide).to_have_attribute("data-photo", photo)
    expect(page.locator(".show-slide")).to_have_count(len(wanted))


def test_a_show_is_chosen_edited_made_and_played(show: sync_api.Page, tmp_path: Path) -> None:
    show.locator(".show-more summary").click()
    show.locator("#show-not-albums").fill("*Lisbon*")
    show.locator("#show-not-albums").press("Enter")
    show.locator("#show-texts").fill("candles")
    show.locator("#show-texts").press("Enter")
    choose(show, 3)
    expect(show.locator(".show-slide")).to_have_count(3)
    expect(show.locator(".show-head h2")).to_have_text("3 slides, 0:16 min")
    expect(show.locator(".show-year.begins")).to_have_text(["2023"])
    assert all("candles" in text for text in _captions(show))
    a, b, c = photos(show)
    show.locator(".show-slide").first.focus()
    show.keyboard.press("Alt+ArrowRight")
    expect_photos(show, [b, a, c])
    focused = show.locator(".show-slide:focus")
    expect(focused).to_have_attribute("data-photo", a)
    show.keyboard.press("p")
    expect(show.locator(".show-slide.pinned")).to_have_attribute("data-photo", a)
    show.keyboard.press("ArrowRight")
    expect(focused).to_have_attribute("data-photo", c)
    show.keyboard.press("x")
    expect_photos(show, [b, a])
    expect(focused).to_have_attribute("data-photo", a)
    show.keyboard.press("Enter")
    show.keyboard.press("Control+A")
    show.keyboard.type("Eighty years")
    show.keyboard.press("Escape")
    expect(focused).to_have_attribute("data-photo", a)
    show.locator("#show-title").fill("Grandmother")
    show.locator("#show-subtitle").focus()
    expect(show.locator(".show-head h2")).to_have_text("2 slides, 0:12 min")
    expect(show.locator("#show-file")).to_have_value(str(tmp_path / "Grandmother.mp4"))
    show.reload()  # the plan is the program's, not the browser's
    expect_photos(show, [b, a])
    expect(show.locator(".show-caption").nth(1)).to_have_value("Eighty years")
    expect(show.locator("#show-title")).to_have_value("Grandmother")
    expect(show.locator(".show-more")).to_contain_text("*Lisbon*")

    expect(show.locator("#show-subtitle")).to_have_value("2023 · 2 photos")

    out = tmp_path / "rosa.mp4"
    expect(show.locator("#show-file")).to_have_value(str(tmp_path / "Grandmother.mp4"))
    show.locator("#show-file").fill(str(out))
    show.locator("#show-make").click()
    expect(show.locator(".job")).to_contain_text("Making the show")
    show.reload()  # and so does the work
    expect(show.locator(".show-made .path")).to_have_text(str(out), timeout=120_000)
    with av.open(str(out)) as video:
        assert video.streams.video[0].frames == 300
    link = show.locator(".show-made a").get_attribute("href")
    part = show.request.get(_absolute(show, link), headers={"Range": "bytes=0-99"})
    assert (part.status, part.headers["content-type"]) == (206, "video/mp4")
    assert part.body() == out.read_bytes()[:100]
    expect(show.locator("#show-file")).to_have_value(str(tmp_path / "Grandmother.mp4"))
    show.locator("#show-file").fill(str(out))
    show.locator("#show-make").click()
    expect(show.locator(".toast.failed")).to_contain_text("exists already")


def test_slides_are_dragged_and_changes_taken_back(show: sync_api.Page) -> None:
    choose(show, 4)
    expect(show.locator(".show-slide")).to_have_count(4)
    a, b, c, d = photos(show)
    pictures = show.locator(".show-picture")
    pictures.nth(3).drag_to(pictures.nth(1), target_position={"x": 10, "y": 40})
    expect_photos(show, [a, d, b, c])
    pictures.nth(0).drag_to(pictures.nth(3), target_position={"x": 190, "y": 40})
    expect_photos(show, [d, b, c, a])
    show.get_by_role("button", name="Leave slide 2 out").click()
    expect_photos(show, [d, c, a])
    show.keyboard.press("Control+z")
    expect_photos(show, [d, b, c, a])
    show.locator(f".show-slide[data-photo='{a}']").focus()
    for _ in range(3):  # faster than anything is drawn
        show.keyboard.press("Alt+ArrowLeft")
    expect_photos(show, [a, d, b, c])
    for _ in range(3):
        show.keyboard.press("Control+z")
    expect_photos(show, [d, b, c, a])
    show.locator("[data-show=undo]").click()  # not the header's, which takes back decisions
    expect_photos(show, [a, d, b, c])
    show.locator("[data-show=undo]").click()  # not the header's, which takes back decisions
    expect_photos(show, [a, b, c, d])
    with show.context.expect_page() as opened:
        show.evaluate("window.open(location.href)")
    other = opened.value
    expect_photos(other, [a, b, c, d])
    other.get_by_role("button", name="Move slide 1 on").click()
    expect_photos(other, [b, a, c, d])
    other.close()
    show.get_by_role("button", name="Leave slide 4 out").click()  # this page does not know yet
    expect_photos(show, [b, a, c])


def test_the_preview_plays_from_the_slide_on(show: sync_api.Page) -> None:
    choose(show, 3)
    slides = show.locator(".show-slide")
    expect(slides).to_have_count(3)
    slides.nth(1).focus()
    show.keyboard.press(" ")
    count, toggle = show.locator(".player-count"), show.locator(".player-toggle")
    expect(count).to_have_text("2 of 3")
    expect(toggle).to_have_text("Pause")
    expect(show.locator(".player-layer.on figcaption")).to_contain_text("20")
    show.keyboard.press(" ")
    expect(toggle).to_have_text("Play")
    show.keyboard.press("ArrowLeft")
    expect(count).to_have_text("1 of 3")
    show.keyboard.press("ArrowLeft")
    expect(show.locator(".player-title.on h2")).to_have_text("Rosa")
    show.keyboard.press("ArrowRight")
    show.keyboard.press("ArrowRight")
    show.keyboard.press("ArrowRight")
    expect(count).to_have_text("3 of 3")
    show.keyboard.press("Escape")
    expect(show.locator(".show-player")).to_be_hidden()
    expect(slides.nth(2)).to_be_focused()
    assert len(photos(show)) == 3  # no key of the preview has changed the plan


def test_work_is_cancelled_and_pages_are_played(show: sync_api.Page, tmp_path: Path) -> None:
    choose(show, 60)
    show.locator("#show-file").fill(str(tmp_path / "long.mp4"))
    show.locator("#show-make").click()
    show.locator(".job-details summary").click()
    show.locator(".job-cancel").click()
    toast = show.locator(".toast-text")
    expect(toast).to_have_text("Making the show: Cancelled; nothing of it is left")
    assert list(tmp_path.glob("*.mp4")) == []
    show.locator("#show-kind").click()
    # Scrolling there, as a click would, hides the list when its field gets out of sight.
    show.get_by_role("option", name="Page for the browser").dispatch_event("click")
    expect(show.locator("#show-file")).to_have_value(str(tmp_path / "long.html"))
    show.locator("#show-make").click()
    with show.context.expect_page() as opened:
        show.locator(".show-made a").click(timeout=60_000)
    made = opened.value
    expect(made.locator(".slide.on h1")).to_have_text("Rosa")
    made.keyboard.press("ArrowRight")
    expect(made.locator("figure.slide.on")).to_have_count(1)
    assert made.evaluate("self.origin") == "null"  # it can read nothing of the dashboard
    made.close()
    show.locator("#show-file").fill("")
    show.locator("#show-title").fill("Rosa / her life")
    show.locator("#show-subtitle").focus()  # what nobody has typed follows the title
    expect(show.locator("#show-file")).to_have_value(str(tmp_path / "Rosa - her life.html"))


def test_nobody_of_that_name(named_library: Library, page: sync_api.Page) -> None:
    page.goto(start(named_library.folder) + "slideshow?person=Ros&person=Emil&person=Rosa")
    expect(page.locator(".show-form .sort-error")).to_contain_text("did you mean Rosa?")
    expect(page.locator(".show-people")).to_contain_text("EmilRosa")
    page.locator("#show-growing").check()
    page.locator("#show-choose").click()
    expect(page.locator(".toast.failed")).to_contain_text("name only one")


def test_the_link_on_a_persons_page(named_library: Library, page: sync_api.Page) -> None:
    page.goto(start(named_library.folder) + "people/Rosa")
    page.locator(".person-actions").get_by_role("link", name="Play").click()
    expect(page.locator(".show-people")).to_contain_text("Rosa")


def _captions(page: sync_api.Page) -> list[str]:
    found: list[str] = page.locator(".show-caption").evaluate_all(
        "all => all.map(one => one.value)"
    )
    return found


def _absolute(page: sync_api.Page, link: str | None) -> str:
    assert link is not None
    return page.url.split("/slideshow")[0] + link
