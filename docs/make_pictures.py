"""Make the pictures of the dashboard in this folder, from the demo album, which shows nobody real.

    python docs/make_pictures.py [PAGE …]

It needs Chromium and playwright (`pip install '.[dev]'`). The library is made in a temporary
folder: the album is indexed and grouped, some groups are named, the rest is recognized.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright import sync_api  # noqa: E402

from dashboard.shell.app import serve  # noqa: E402
from labeler.faces.steps.index import index  # noqa: E402
from labeler.groups.steps.group import cluster  # noqa: E402
from labeler.library.store import Library  # noqa: E402
from labeler.people.steps import naming  # noqa: E402
from labeler.people.steps.recognize import recognize  # noqa: E402
from tests.browsing import enter  # noqa: E402
from tests.conftest import true_names  # noqa: E402

DEMO = ROOT / "data" / "demo"
PAGES = {
    "home": "",
    "groups": "groups",
    "review": "review",
    "map": "map",
    "people": "people",
    "person": "people/Rosa",
    "photo": "photo/3",
    "slideshow": "slideshow?person=Rosa",
    "sort": "sort",
    "settings": "settings",
}
SIZE = {"width": 1280, "height": 800}
COLOURS = 128
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def named_library(folder: Path, album: Path) -> Library:
    """Make a library in which some groups have names, and others wait for one."""
    library = Library.create(folder)
    index(library, [album / "photos"])
    cluster(library)
    truth = true_names(library, album)
    for person, _ in Counter(truth.values()).most_common()[:8]:
        faces = [face for face, name in truth.items() if name == person]
        naming.name_faces(library, faces[: max(4, len(faces) // 2)], person)
    recognize(library)
    return library


def take(link: str, names: Sequence[str], folder: Path, album: Path) -> None:
    """Look at each page and keep what is seen."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    flags = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=[*flags, "--enable-unsafe-swiftshader"]
        )
        page = browser.new_page(viewport=SIZE, device_scale_factor=1)  # type: ignore[arg-type]
        address = enter(page, link)
        for name in names:
            page.goto(address + PAGES[name])
            page.wait_for_load_state("networkidle")
            if name == "sort":
                page.locator("#inbox").fill(str(album / "inbox"))
                page.locator("#into").fill(str(album / "people"))
                page.locator("#plan").click()
                page.locator(".sort-card").first.wait_for(timeout=60_000)
                page.locator(".toast").wait_for(state="hidden", timeout=60_000)
            if name == "slideshow":
                page.locator("#show-choose").click()
                page.locator(".show-slide").first.wait_for(timeout=60_000)
                page.locator(".toast").wait_for(state="hidden", timeout=60_000)
            page.wait_for_timeout(1500)  # pictures and the map are drawn
            target = folder / f"{name}.png"
            page.screenshot(path=target)
            Image.open(target).convert("RGB").quantize(COLOURS).save(target, optimize=True)
            print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} KB")
        browser.close()


def main(names: Sequence[str]) -> None:
    unknown = set(names) - set(PAGES)
    if unknown:
        raise SystemExit(f"There is no page {', '.join(unknown)}; choose from {', '.join(PAGES)}.")
    with tempfile.TemporaryDirectory(prefix="rosa-") as temporary:
        album = Path(temporary) / "Pictures"  # the paths are seen on the pictures
        shutil.copytree(DEMO, album)
        library = named_library(Path(temporary) / "library", album)
        library.close()
        links: Queue[str] = Queue()
        more = {"port": 0, "open_browser": False, "announce": links.put}
        threading.Thread(target=serve, args=[library], kwargs=more, daemon=True).start()
        folder = ROOT / "docs" / "pictures"
        folder.mkdir(exist_ok=True)
        take(links.get(timeout=60), names or list(PAGES), folder, album)


if __name__ == "__main__":
    main(sys.argv[1:])
