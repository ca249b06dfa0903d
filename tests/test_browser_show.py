"""The page of a show in a real browser: keys, fingers, focus, motion, music."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image as PILImage

from labeler.slideshows import slideshow
from labeler.slideshows.io.video import VideoLook
from labeler.slideshows.slideshow import Candidate, Show, ShownFace, Slide
from labeler.slideshows.steps.files import Style, render
from labeler.types import Box

from .test_show_music import RATE, write_wave

if TYPE_CHECKING:
    from playwright import sync_api

FACE = Box(200, 150, 120, 150)


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Show:
    folder = tmp_path_factory.mktemp("photos")
    slides = []
    for number, size in enumerate([(1200, 900), (600, 900), (900, 900)]):
        path = folder / f"{number}.png"
        PILImage.new("RGB", size, (90 + 40 * number, 120, 60)).save(path)
        faces = (ShownFace("Rosa", FACE),)
        photo = Candidate(str(path), None, "", "", *size, faces)
        slides.append(Slide(photo, 0, 0, (f"Line {number}",)))
    show = Show("Rosa & <Emil>", "2003", ("Rosa",), slides[0].candidate, tuple(slides))
    return slideshow.evenly_timed(show, 60.0)  # nothing moves on by itself meanwhile


@pytest.fixture(scope="module")
def silent(show: Show, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("page") / "rosa.html"
    render(show, out)
    return out.as_uri()


@pytest.fixture(scope="module")
def with_music(show: Show, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("page")
    moments = np.arange(3 * RATE) / RATE
    tune = write_wave(folder / "tune.wav", 0.3 * np.sin(2 * np.pi * 440 * moments))
    render(show, folder / "rosa.html", Style(VideoLook(music=tune)))
    return (folder / "rosa.html").as_uri()


@pytest.fixture
def offline(browser: sync_api.Browser) -> Any:
    """A page on a phone without a net, that must not complain nor ask for anything."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    context.set_offline(True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: complaints.append(r.url) if r.url[:4] == "http" else None)
    yield page
    context.close()
    assert complaints == []


def swipe(page: sync_api.Page, start: int, end: int) -> None:
    session = page.context.new_cdp_session(page)

    def touch(kind: str, x: int | None) -> None:
        points = [] if x is None else [{"x": x, "y": 400}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start)
    for step in range(1, 6):
        touch("touchMove", start + (end - start) * step // 5)
    touch("touchEnd", None)


def until(page: sync_api.Page, condition: str) -> None:
    """Wait for a condition; the page's own rules forbid playwright's way, which needs eval."""
    page.evaluate(
        "new Promise((done) => { const look = () =>"
        f" ({condition}) ? done() : requestAnimationFrame(look); look(); }})"
    )


def caption(page: sync_api.Page) -> str:
    return page.locator(".slide.on figcaption, .slide.on h1").inner_text()


def test_a_finger_turns_the_pages(offline: sync_api.Page, silent: str) -> None:
    offline.goto(silent)
    assert caption(offline) == "Rosa & <Emil>"
    swipe(offline, 300, 60)
    assert caption(offline) == "Line 0"
    swipe(offline, 300, 60)
    assert caption(offline) == "Line 1"
    swipe(offline, 60, 300)
    assert caption(offline) == "Line 0"
    swipe(offline, 200, 195)  # a tap in the middle holds the show
    assert "paused" in (offline.locator("#show").get_attribute("class") or "")
    assert caption(offline) == "Line 0"


def test_keys_turn_the_pages_and_focus_is_seen(offline: sync_api.Page, silent: str) -> None:
    offline.goto(silent)
    for key, told in [("ArrowRight", "Line 0"), ("End", "Line 2"), ("ArrowLeft", "Line 1")]:
        offline.keyboard.press(key)
        assert caption(offline) == told
    offline.keyboard.press("Home")
    assert caption(offline) == "Rosa & <Emil>"
    offline.keyboard.press(" ")
    assert offline.locator("#show.paused").count() == 1
    focused = []
    for _ in range(4):
        offline.keyboard.press("Tab")
        focused.append(
            offline.evaluate(
                "[document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle]"
            )
        )
    assert focused == [[name, "solid"] for name in ("back", "toggle", "next", "full")]
    offline.locator("#next").press("Enter")
    assert caption(offline) == "Line 0"


@pytest.mark.parametrize("size", [(390, 844), (844, 390), (1400, 900)])
def test_the_face_is_in_sight_on_every_screen(
    offline: sync_api.Page, silent: str, size: tuple[int, int]
) -> None:
    offline.set_viewport_size({"width": size[0], "height": size[1]})
    offline.goto(silent)
    offline.keyboard.press(" ")
    for width, height in [(1200, 900), (600, 900), (900, 900)]:
        offline.keyboard.press("ArrowRight")
        box = offline.locator(".slide.on .photo").bounding_box()
        assert box is not None
        across, down = box["width"] / width, box["height"] / height
        assert box["x"] + FACE.left * across >= -1
        assert box["x"] + FACE.right * across <= size[0] + 1
        assert box["y"] + FACE.top * down >= -1
        assert box["y"] + FACE.bottom * down <= size[1] + 1


def test_who_wants_no_motion_gets_none(offline: sync_api.Page, silent: str) -> None:
    offline.goto(silent)
    style = "getComputedStyle(document.querySelector('.slide.on .photo')).animationName"
    offline.keyboard.press("ArrowRight")
    assert offline.evaluate(style) == "approach"
    offline.emulate_media(reduced_motion="reduce")
    assert offline.evaluate(style) == "none"


def test_music_follows_the_show(offline: sync_api.Page, with_music: str) -> None:
    offline.goto(with_music)
    if not offline.evaluate(
        "document.createElement('audio').canPlayType('audio/mp4; codecs=mp4a.40.2')"
    ):
        pytest.skip("This browser plays no AAC.")
    until(offline, "document.getElementById('music').readyState >= 2")
    music = "document.getElementById('music')"
    assert offline.evaluate(f"{music}.duration") == pytest.approx(4 + 3 * 59, abs=0.1)
    offline.keyboard.press("ArrowRight")
    until(offline, f"!{music}.paused && {music}.currentTime > 3")
    offline.keyboard.press("End")
    until(offline, f"{music}.currentTime >= {4 + 2 * 59 - 1}")
    offline.keyboard.press(" ")
    assert offline.evaluate(f"{music}.paused")
    offline.keyboard.press(" ")
    until(offline, f"!{music}.paused")
    offline.locator("#sound").click()
    assert offline.evaluate(f"{music}.paused")
    assert offline.locator("#sound").get_attribute("aria-pressed") == "false"


def test_without_music_there_is_no_button_for_it(offline: sync_api.Page, silent: str) -> None:
    offline.goto(silent)
    assert offline.locator("#sound").is_hidden()
