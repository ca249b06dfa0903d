"""The page of a photo in a real browser: what a person does, and what the library then holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from labeler import geometry
from labeler.faces.steps.index import index
from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.steps import naming, waiting
from labeler.people.steps.listing import FaceRow, list_faces
from labeler.photos.io import decoding
from labeler.types import Recognition

from .browsing import start, toast
from .conftest import DEMO, clusters_by_person, true_names

if TYPE_CHECKING:
    from playwright import sync_api
else:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

GROUP = "photos/2003 Christmas at home/IMG_1003.jpg"
"""A photo of four people."""
PHOTO = 3
"""A photo of three people in the middle of its album, stored sideways: 1200 × 900 upright."""


def faces_on(folder: Path, photo: int = PHOTO) -> list[FaceRow]:
    """Return the faces on a photo from left to right as the library on disk has them."""
    library = Library.create(folder)
    rows = [row for row in list_faces(library) if row.photo_id == photo]
    library.close()
    return sorted(rows, key=lambda row: row.box.left)


def heading(page: sync_api.Page, text: str) -> None:
    sync_api.expect(page.locator("h1")).to_have_text(text)


def name_field(page: sync_api.Page) -> sync_api.Locator:
    return page.locator(".photo-face .name-input input")


def on_photo(page: sync_api.Page, x: float, y: float) -> tuple[float, float]:
    """Return where on the screen a pixel of the upright photo is."""
    area = page.locator(".photo-stage").bounding_box()
    assert area is not None
    return area["x"] + x / 1200 * area["width"], area["y"] + y / 900 * area["height"]


def drag(page: sync_api.Page, left: float, top: float, right: float, bottom: float) -> None:
    page.mouse.move(*on_photo(page, left, top))
    page.mouse.down()
    page.mouse.move(*on_photo(page, right, bottom), steps=4)
    page.mouse.up()


def test_fix_a_name(demo_library: Library, page: sync_api.Page) -> None:
    folder = demo_library.folder
    left, middle, right = (row.face for row in faces_on(folder))
    naming.name_faces(demo_library, [left, right], "Rosa")
    demo_library.write_recognitions([Recognition(middle, "Clara", 0.999)])
    page.goto(start(folder) + f"photo/{PHOTO}")
    boxes = page.locator(".photo-box")
    sync_api.expect(boxes).to_have_text(["Rosa", "Clara 99%", "Rosa"])
    drawn_on = page.locator(".photo-picture").evaluate("(i) => [i.naturalWidth, i.naturalHeight]")
    assert drawn_on == [1200, 900]

    # The box lies over the face: the middle of the one is the middle of the other.
    box, area = faces_on(folder)[0].box, boxes.first.bounding_box()
    assert area is not None
    centre = on_photo(page, box.left + box.width / 2, box.top + box.height / 2)
    assert area["x"] + area["width"] / 2 == pytest.approx(centre[0], abs=1)
    assert area["y"] + area["height"] / 2 == pytest.approx(centre[1], abs=1)

    boxes.nth(1).click()
    sync_api.expect(page.locator(".photo-face")).to_contain_text("99% sure")
    sync_api.expect(name_field(page)).to_be_focused()
    page.keyboard.type("Henrik")
    page.keyboard.press("Enter")
    toast(page, "Named 1 face Henrik")
    sync_api.expect(boxes).to_have_text(["Rosa", "Henrik", "Rosa"])
    assert [row.person for row in faces_on(folder)] == ["Rosa", "Henrik", "Rosa"]
    sync_api.expect(boxes.nth(1)).to_be_focused()  # from where Tab leads on to the next face
    page.get_by_role("button", name="Make it Henrik's picture").click()
    toast(page, "This is Henrik's picture now")

    boxes.nth(2).click()
    page.get_by_role("button", name="Not Rosa").click()
    toast(page, "1 face is not Rosa")
    sync_api.expect(boxes).to_have_text(["Rosa", "Henrik", "?"])
    page.get_by_role("button", name="Not a face, or nobody").click()
    toast(page, "Ignored 1 face")
    assert [row.ignored for row in faces_on(folder)] == [False, False, True]
    page.locator(".toast-undo").click()
    toast(page, "Undone: ignored 1 face")
    assert [row.ignored for row in faces_on(folder)] == [False, False, False]


def test_confirm_an_automatic_name(demo_library: Library, page: sync_api.Page) -> None:
    face = faces_on(demo_library.folder)[0].face
    demo_library.write_recognitions([Recognition(face, "Emil", 0.999)])
    page.goto(start(demo_library.folder) + f"photo/{PHOTO}/{face}")
    sync_api.expect(page.locator('.photo-box[aria-pressed="true"]')).to_have_text("Emil 99%")
    page.get_by_role("button", name="Yes, Emil").click()
    toast(page, "Named 1 face Emil")
    row = faces_on(demo_library.folder)[0]
    assert (row.person, row.source) == ("Emil", "user")
    page.locator(".photo-face h2 a").click()
    sync_api.expect(page.locator("h1")).to_have_text("Emil")


def test_fix_a_name_without_typing(demo_library: Library, page: sync_api.Page) -> None:
    folder = demo_library.folder
    for person, cluster in clusters_by_person(demo_library).items():
        naming.name_faces(demo_library, numbering.cluster_members(demo_library, [cluster]), person)
    face, *_ = faces_on(folder)
    right = true_names(demo_library)[face.face]
    wrong = "Pavel" if right != "Pavel" else "Yuki"
    naming.name_faces(demo_library, [face.face], wrong)
    page.goto(start(folder) + f"photo/{PHOTO}")
    boxes, likely = page.locator(".photo-box"), page.locator(".photo-face .candidate")
    boxes.first.click()
    sync_api.expect(likely).to_have_count(3)
    sync_api.expect(likely.first).to_have_text(f"{right}?")
    likely.first.click()
    toast(page, f"Named 1 face {right}")
    sync_api.expect(boxes.first).to_have_text(right)
    sync_api.expect(likely.first).not_to_have_text(f"{right}?")  # which it is now
    page.locator(".toast-undo").click()
    sync_api.expect(boxes.first).to_have_text(wrong)
    boxes.nth(1).click()
    boxes.first.click()
    sync_api.expect(name_field(page)).to_be_focused()
    page.keyboard.press("1")  # no name begins so
    toast(page, f"Named 1 face {right}")


def test_a_list_of_keys(demo_library: Library, page: sync_api.Page) -> None:
    page.goto(start(demo_library.folder) + f"photo/{PHOTO}")
    page.locator(".photo-box").first.click()
    sync_api.expect(name_field(page)).to_be_focused()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    sync_api.expect(keys).to_contain_text("likely name with that number")
    sync_api.expect(keys).to_contain_text("Held while you drag")
    page.keyboard.press("Escape")
    sync_api.expect(keys).to_be_hidden()
    sync_api.expect(name_field(page)).to_be_visible()  # Esc was about the list, not about the face


def test_draw_a_face_with_ctrl_held(demo_library: Library, page: sync_api.Page) -> None:
    page.goto(start(demo_library.folder) + f"photo/{PHOTO}")
    heading(page, "IMG_1002.jpg")
    page.keyboard.down("Control")
    drag(page, 300, 560, 302, 561)  # a slip of the hand draws nothing
    sync_api.expect(page.locator(".photo-draft")).to_be_hidden()
    drag(page, 300, 560, 420, 720)
    page.keyboard.up("Control")
    toast(page, "Added a face; now say who it is")
    sync_api.expect(name_field(page)).to_be_focused()


def test_draw_a_face_with_the_mouse_and_take_it_back(
    demo_library: Library, page: sync_api.Page
) -> None:
    folder = demo_library.folder
    known = {row.face for row in faces_on(folder)}
    page.goto(start(folder) + f"photo/{PHOTO}")
    page.get_by_role("button", name="Draw a face").click()
    drag(page, 300, 560, 420, 720)
    toast(page, "Added a face; now say who it is")
    sync_api.expect(name_field(page)).to_be_focused()
    sync_api.expect(page.locator(".photo-box")).to_have_count(len(known) + 1)
    (drawn,) = [row for row in faces_on(folder) if row.face not in known]
    wanted = [(300.0, 560.0, 120.0, 160.0)]
    assert geometry.intersection_over_union([drawn.box.as_tuple()], wanted)[0, 0] > 0.95
    page.keyboard.type("Leila")
    page.keyboard.press("Enter")
    toast(page, "Named 1 face Leila")
    assert {r.face: r.person for r in faces_on(folder)}[drawn.face] == "Leila"
    page.keyboard.press("Escape")
    sync_api.expect(page.get_by_role("heading", name="On this photo")).to_be_visible()
    page.keyboard.press("u")
    toast(page, "Undone: named 1 face Leila")
    page.keyboard.press("d")
    drag(page, 300, 560, 420, 720)
    toast(page, f"Face {drawn.face} is there already; name or ignore that one.")


def test_draw_a_face_with_the_keyboard(demo_library: Library, page: sync_api.Page) -> None:
    folder = demo_library.folder
    known = {row.face for row in faces_on(folder)}
    page.goto(start(folder) + f"photo/{PHOTO}")
    heading(page, "IMG_1002.jpg")
    draft = page.locator(".photo-draft")
    page.keyboard.press("d")
    sync_api.expect(draft).to_be_visible()
    page.keyboard.press("Escape")
    sync_api.expect(draft).to_be_hidden()
    page.keyboard.press("d")
    # The box begins as a quarter of the shorter side, 225 pixels, in the middle; a step is 18.
    for key, times in (("ArrowRight", 2), ("ArrowDown", 10), ("Shift+ArrowLeft", 3)):
        for _ in range(times):
            page.keyboard.press(key)
    page.keyboard.press("Enter")
    toast(page, "Added a face; now say who it is")
    (drawn,) = [row for row in faces_on(folder) if row.face not in known]
    box = [drawn.box.left, drawn.box.top, drawn.box.width, drawn.box.height]
    assert box == pytest.approx([487.5 + 36, 337.5 + 180, 225 - 54, 225], abs=1)
    page.locator(".toast-undo").click()
    toast(page, "Undone: drew 1 face")
    sync_api.expect(page.locator(".photo-box")).to_have_count(len(known))
    assert {row.face for row in faces_on(folder)} == known


def turn(page: sync_api.Page, key: str, name: str) -> None:
    """Press a key that leads to another photo, once the page has settled on the one before."""
    page.wait_for_load_state("networkidle")
    page.keyboard.press(key)
    heading(page, name)


def test_previous_next_and_back(demo_library: Library, page: sync_api.Page) -> None:
    page.goto(start(demo_library.folder) + f"photo/{PHOTO}")
    heading(page, "IMG_1002.jpg")
    turn(page, "ArrowRight", "IMG_1003.jpg")
    sync_api.expect(page.locator(".photo-picture")).to_have_attribute("src", _photo_address(4))
    page.get_by_role("link", name="Previous photo").click()
    heading(page, "IMG_1002.jpg")
    turn(page, "ArrowLeft", "IMG_1001.jpg")
    page.go_back()
    heading(page, "IMG_1002.jpg")
    page.go_forward()
    heading(page, "IMG_1001.jpg")
    turn(page, "ArrowLeft", "IMG_1000.jpg")
    sync_api.expect(page.get_by_role("link", name="Previous photo")).to_have_count(0)

    page.locator(".photo-box").first.click()
    sync_api.expect(name_field(page)).to_be_focused()
    page.wait_for_url("**/photo/1/*")
    page.reload()  # the address says which face is selected
    sync_api.expect(name_field(page)).to_be_visible()
    page.locator(".photo-box").first.focus()
    sync_api.expect(page.locator(".photo-box").first).to_be_focused()
    page.keyboard.press("ArrowRight")  # a face is selected: the keys are not about photos
    page.keyboard.press("Escape")
    sync_api.expect(page.get_by_role("heading", name="On this photo")).to_be_visible()
    sync_api.expect(page.locator(".photo-box").first).to_be_focused()
    turn(page, "ArrowRight", "IMG_1001.jpg")


def _photo_address(photo: int) -> re.Pattern[str]:
    return re.compile(rf"^/photos/{photo}\.jpg\?v=[0-9a-f]+$")


def test_from_a_face_elsewhere_to_its_photo(demo_library: Library, page: sync_api.Page) -> None:
    page.goto(start(demo_library.folder) + "groups")
    tile = page.locator(".face-tile").nth(1)
    card = tile.locator(".face-card")
    href = tile.locator(".photo-link").get_attribute("href") or ""
    face = href.rsplit("/", 1)[1]
    tile.hover()
    tile.locator(".photo-link").click()
    selected = page.locator('.photo-box[aria-pressed="true"]')
    sync_api.expect(selected).to_have_attribute("data-face", face)
    assert page.url.endswith(href)
    page.go_back()
    sync_api.expect(card).to_have_attribute("aria-checked", "true")  # the link is not the tile
    card.focus()
    page.keyboard.press("o")
    sync_api.expect(selected).to_have_attribute("data-face", face)


def test_an_unknown_photo(demo_library: Library, page: sync_api.Page) -> None:
    page.goto(start(demo_library.folder) + "photo/99999")
    sync_api.expect(page.locator("h2")).to_have_text("This photo is not in the library")
    page.get_by_role("link", name="Back to the groups").click()
    heading(page, "Name groups")


def test_names_that_wait_are_offered_where_they_waited(
    demo_library: Library, tmp_path: Path, page: sync_api.Page
) -> None:
    """A photo of four is cropped to three: one is without a face, and is given or let go."""
    album, photo = tmp_path / "album", tmp_path / "album" / "party.jpg"
    album.mkdir()
    picture = Image.fromarray(decoding.decode_file(str(DEMO / GROUP)))
    picture.save(photo, quality=92)
    index(demo_library, [album])
    rows = sorted(
        (row for row in list_faces(demo_library) if row.photo == str(photo)),
        key=lambda row: row.box.left,
    )
    for row, person in zip(rows, ("Ada", "Ben", "Cleo", "Dan"), strict=True):
        naming.name_faces(demo_library, [row.face], person)
    picture.crop((640, 0, picture.width, picture.height)).save(photo, quality=92)
    index(demo_library, [album])
    edited = demo_library.photo_at(str(photo))
    assert edited is not None
    assert waiting.on_photo(demo_library, edited) == ("Ada", "Ben")
    other = next(row.face for row in list_faces(demo_library) if row.photo_id == edited)
    naming.unlabel_faces(demo_library, [other])
    missing = next(name for name in ("Cleo", "Dan") if name in names_on(demo_library, edited))

    page.goto(start(demo_library.folder))
    card = page.locator(".home-waiting")
    sync_api.expect(card).to_contain_text("party.jpg")
    sync_api.expect(card).to_contain_text("Ada, Ben")
    card.get_by_role("link", name="party.jpg").click()
    sync_api.expect(page.locator(".photo-waiting .photo-who")).to_have_text(["Ada", "Ben"])

    # Ada is given to the face without a name: her name is offered first.
    page.locator(f'.photo-line[data-face="{other}"]').click()
    page.locator(".photo-face").get_by_role("button", name="Ada").click()
    sync_api.expect(page.locator(".photo-box")).to_contain_text(["Ada", missing])
    page.keyboard.press("Escape")
    sync_api.expect(page.locator(".photo-waiting .photo-who")).to_have_text(["Ben"])

    page.locator(".photo-waiting").get_by_role("button", name="Let go").click()
    toast(page, "Ben is waited for no longer")
    sync_api.expect(page.locator(".photo-waiting")).to_have_count(0)
    page.keyboard.press("u")
    sync_api.expect(page.locator(".photo-waiting .photo-who")).to_have_text(["Ben"])


def names_on(library: Library, photo: int) -> set[str | None]:
    return {row.person for row in list_faces(library) if row.photo_id == photo}
