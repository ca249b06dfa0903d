"""Make the pictures of the dashboard in this folder, from the demo album, which shows nobody real.

    python docs/make_pictures.py [PAGE …]

`naming` is a moving one: groups get their names, typed as by hand.

It needs Chromium and playwright (`pip install '.[dev]'`). The library is made in a temporary
folder: the album is indexed and grouped, some groups are named, the rest is recognized.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
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
NAMING = "naming"
NAMED = 4
"""So many groups get a name in the moving picture."""
MOVING_SIZE = (800, 500)
WAITS_FOR_A_NAME = """() => {
    const field = document.activeElement;
    const isThere = [...document.images].every((one) => one.complete);
    return isThere && field.closest(".group-card") && field.value === "";
}"""
KEY, PAUSE, END = 110, 900, 2500
"""How long its frames are shown, ms."""
SIZE = {"width": 1280, "height": 800}
COLOURS = 128
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def named_library(folder: Path, album: Path) -> Library:
    """Make a library in which some groups have names, and others wait for one.

    Beside it, in FOLDER-unnamed, it is kept as it was before.
    """
    library = Library.create(folder)
    index(library, [album / "photos"])
    cluster(library)
    library.close()
    shutil.copytree(folder, unnamed(folder))
    truth = true_names(library, album)
    for person, _ in Counter(truth.values()).most_common()[:8]:
        faces = [face for face, name in truth.items() if name == person]
        naming.name_faces(library, faces[: max(4, len(faces) // 2)], person)
    recognize(library)
    return library


def wait_for_a_field(page: sync_api.Page) -> None:
    """Wait until the cursor is in the empty field of a group."""
    for _ in range(100):
        if page.evaluate(WAITS_FOR_A_NAME):
            return
        page.wait_for_timeout(200)
    raise SystemExit("The page waits for no name.")


def record_naming(page: sync_api.Page, address: str, truth: Mapping[int, str], into: Path) -> None:
    """Name the first groups as by hand, and keep that as a moving picture."""
    frames: list[tuple[Image.Image, int]] = []

    def keep(milliseconds: int) -> None:
        seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        frames.append((seen.resize(MOVING_SIZE, Image.Resampling.LANCZOS), milliseconds))

    page.goto(f"{address}groups")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    wait_for_a_field(page)
    keep(PAUSE)
    for _ in range(NAMED):
        card = page.locator(".group-card:focus-within")
        picture = card.locator("img").first.get_attribute("alt") or ""
        for letter in truth[int(picture.removeprefix("Face "))]:
            page.keyboard.type(letter)
            keep(KEY)
        frames[-1] = (frames[-1][0], PAUSE)
        page.keyboard.press("Enter")
        page.wait_for_timeout(1200)
        wait_for_a_field(page)
        keep(PAUSE)
    frames[-1] = (frames[-1][0], END)
    first, *others = [frame for frame, _ in frames]
    durations = [shown for _, shown in frames]
    first.save(into, save_all=True, append_images=others, duration=durations, loop=0, quality=70)
    print(f"{into.relative_to(ROOT)}: {into.stat().st_size // 1024} KB")


def unnamed(folder: Path) -> Path:
    """Return where the library in a folder is as it was before anybody had a name."""
    return folder.with_name(f"{folder.name}-unnamed")


def link_to(folder: Path) -> str:
    """Serve the library in a folder; return the link to its dashboard."""
    links: Queue[str] = Queue()
    more = {"port": 0, "open_browser": False, "announce": links.put}
    threading.Thread(target=serve, args=[Library(folder)], kwargs=more, daemon=True).start()
    return links.get(timeout=60)


def take(
    library: Path, names: Sequence[str], folder: Path, album: Path, truth: Mapping[int, str]
) -> None:
    """Look at each page and keep what is seen.

    Args:
        truth: who the faces are, by face id.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    flags = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=[*flags, "--enable-unsafe-swiftshader"]
        )
        page = browser.new_page(viewport=SIZE, device_scale_factor=1)  # type: ignore[arg-type]
        address = enter(page, link_to(library))
        for name in names:
            if name == NAMING:
                other = enter(page, link_to(unnamed(library)))
                record_naming(page, other, truth, folder / f"{NAMING}.webp")
                continue
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
    all_names = [*PAGES, NAMING]
    if unknown := set(names) - set(all_names):
        raise SystemExit(f"There is no page {', '.join(unknown)}; choose: {', '.join(all_names)}.")
    with tempfile.TemporaryDirectory(prefix="rosa-") as temporary:
        album = Path(temporary) / "Pictures"  # the paths are seen on the pictures
        shutil.copytree(DEMO, album)
        library = named_library(Path(temporary) / "library", album)
        truth = true_names(library, album)
        library.close()
        folder = ROOT / "docs" / "pictures"
        folder.mkdir(exist_ok=True)
        take(Path(temporary) / "library", names or all_names, folder, album, truth)


if __name__ == "__main__":
    main(sys.argv[1:])
