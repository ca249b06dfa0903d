"""The page Camera in a real browser, whose camera shows a film of Clara and Rosa."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image as PILImage

from labeler.library.store import Library
from labeler.people.steps import naming

from .browsing import BROWSERS, FLAGS, new_context, start, toast
from .conftest import DEMO, people_named, true_names
from .filming import panned

if TYPE_CHECKING:
    from playwright import sync_api
else:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

PHOTO = DEMO / "photos" / "2003 Christmas at home" / "IMG_1004.jpg"


@pytest.fixture(scope="module")
def film_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of Clara and Rosa as the browser wants it: JPEGs one after the other."""
    path = tmp_path_factory.mktemp("camera") / "two.mjpeg"
    views = list(panned(PHOTO, 20, (640, 360)))
    with path.open("wb") as file:
        for view in [*views, *reversed(views)]:
            stream = io.BytesIO()
            PILImage.fromarray(view).save(stream, "JPEG", quality=88)
            file.write(stream.getvalue())
    return path


@pytest.fixture
def camera(page: sync_api.Page, film_of_two: Path) -> Iterator[sync_api.Page]:
    """A page of a browser whose camera shows the film."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    flags = [
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film_of_two}",
    ]
    kind = page.context.browser.browser_type
    browser = kind.launch(executable_path=found, args=[*FLAGS, *flags])
    context = new_context(browser, viewport={"width": 1400, "height": 900})
    context.grant_permissions(["camera"])  # as if its user had allowed it
    own = context.new_page()
    own.set_default_timeout(30_000)
    yield own
    context.close()
    browser.close()


def label(page: sync_api.Page, name: str) -> sync_api.Locator:
    return page.locator(".camera-box", has=page.get_by_text(name, exact=True))


def test_names_over_the_picture_of_the_camera(demo_library: Library, camera: sync_api.Page) -> None:
    faces = [face for face, name in true_names(demo_library).items() if name == "Rosa"]
    naming.name_faces(demo_library, faces, "Rosa")
    folder = demo_library.folder
    posts: list[str] = []
    camera.on("request", lambda one: posts.append(one.url) if one.method == "POST" else None)
    address = start(folder)
    camera.goto(f"{address}camera")
    sign = camera.locator(".camera-sign")
    sync_api.expect(camera.get_by_role("button", name="Turn the camera on")).to_be_visible()
    sync_api.expect(sign).to_be_hidden()
    assert not [url for url in posts if "camera-pictures" in url]

    # Rosa is named, and Clara, whom nobody has named, is unknown.
    camera.get_by_role("button", name="Turn the camera on").click()
    sync_api.expect(sign).to_be_visible()
    sync_api.expect(label(camera, "Rosa")).to_be_visible(timeout=30_000)
    sync_api.expect(label(camera, "unknown")).to_be_visible()
    sync_api.expect(camera.locator(".camera-seen li").first).to_be_visible()
    assert not (folder / "camera").exists()

    # She is named on the frozen picture, which is kept, and known from then on.
    camera.get_by_role("button", name="Freeze").click()
    label(camera, "unknown").click()
    camera.locator(".camera-aside .name-input input").fill("Clara")
    camera.locator("#camera-name").click()
    toast(camera, re.compile("This is Clara; the picture is kept in .*camera"))
    sync_api.expect(label(camera, "Clara")).to_be_visible(timeout=30_000)
    sync_api.expect(label(camera, "Rosa")).to_be_visible()
    assert people_named(Library(folder)) == ["Clara", "Rosa"]
    (kept,) = (folder / "camera").iterdir()
    assert kept.suffix == ".jpg"

    # Another tab takes the camera over, and says so.
    other = camera.context.new_page()
    other.goto(f"{address}camera")
    other.get_by_role("button", name="Turn the camera on").click()
    said = camera.locator(".camera-said")
    sync_api.expect(said).to_have_text("The camera goes on in another tab; it is off here.")
    sync_api.expect(sign).to_be_hidden()
    other.close()

    # A camera that is unplugged, or may not be used, is told; and a page where none may be.
    turn_on = camera.get_by_role("button", name="Turn the camera on")
    turn_on.click()
    sync_api.expect(sign).to_be_visible()
    camera.evaluate(
        "document.querySelector('.camera-video').srcObject.getTracks()[0]"
        ".dispatchEvent(new Event('ended'))"
    )
    sync_api.expect(said).to_contain_text("was unplugged")
    sync_api.expect(sign).to_be_hidden()
    camera.context.clear_permissions()
    turn_on.click()
    sync_api.expect(said).to_contain_text("does not let this page use the camera")
    # What a browser shows to pages that come over plain HTTP from elsewhere.
    camera.evaluate("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    turn_on.click()
    sync_api.expect(said).to_contain_text("only where nobody can listen")
