"""The page of questions in a real browser: answering by keyboard, undo, reload, two windows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.listing import list_faces, list_groups
from labeler.types import Recognition

from .browsing import start, toast
from .conftest import in_clusters
from .test_review import with_proposals

if TYPE_CHECKING:
    from playwright import sync_api
else:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


def names_in(folder: Path) -> Counter[str]:
    """Count the faces that the user has given each name, as the library on disk has it."""
    library = Library.create(folder)
    names = Counter(standing.labels(library).names.values())
    library.close()
    return names


def asked(page: sync_api.Page) -> str:
    """Return what tells the question on the page from others, once it can be answered by keys."""
    sync_api.expect(page.locator(".review-title")).to_be_focused()
    return page.locator(".review-question").get_attribute("data-question") or ""


def size(page: sync_api.Page) -> int:
    """Return how many faces the question is about."""
    return int((page.locator(".review-head .subtitle").text_content() or "").split()[0])


def gone(page: sync_api.Page, question: str) -> None:
    locator = page.locator(".review-question")
    sync_api.expect(locator).not_to_have_attribute("data-question", question)
    sync_api.expect(page.locator(".review-title")).to_be_focused()


def test_five_questions_by_keyboard_undo_and_reload(
    demo_library: Library, page: sync_api.Page
) -> None:
    folder = demo_library.folder
    page.goto(start(folder) + "review")
    named = Counter[str]()
    for person, key in (("Rosa", "/"), ("Clara", "Tab"), ("Yusuf", "/")):
        question, faces = asked(page), size(page)
        page.keyboard.press(key)
        sync_api.expect(page.locator(".name-input input")).to_be_focused()
        page.keyboard.type(person)  # with the letters of the keys y and s
        page.keyboard.press("Enter")
        toast(page, f"Named {faces} faces {person}")
        named[person] = faces
        gone(page, question)
        assert names_in(folder) == named
        sync_api.expect(page.locator(".review-counts")).to_contain_text(
            f"the last answer settled {faces} faces"
        )
    ignored, faces = asked(page), size(page)
    page.keyboard.press("i")
    toast(page, f"Ignored {faces} faces")
    gone(page, ignored)

    page.keyboard.press("u")
    toast(page, f"Undone: ignored {faces} faces")
    sync_api.expect(page.locator(".review-question")).to_have_attribute("data-question", ignored)
    assert asked(page) == ignored
    page.reload()
    assert asked(page) == ignored
    page.keyboard.press("s")
    gone(page, ignored)
    question, faces = asked(page), size(page)
    page.keyboard.press("i")
    toast(page, f"Ignored {faces} faces")
    gone(page, question)
    assert names_in(folder) == named
    assert len(standing.labels(demo_library).ignored) == faces


def test_faces_are_left_out_and_looked_at(demo_library: Library, page: sync_api.Page) -> None:
    folder = demo_library.folder
    page.goto(start(folder) + "review")
    question, faces = asked(page), size(page)
    picks = page.locator(".pick")
    photo = page.locator(".photo img")
    for place in (1, 4):
        picks.nth(place).click()
        sync_api.expect(picks.nth(place)).to_have_attribute("aria-pressed", "false")
        source = picks.nth(place).get_attribute("data-photo") or ""
        sync_api.expect(photo).to_have_attribute("src", source)
    page.wait_for_function("document.querySelector('.photo img').naturalWidth > 0")
    box = page.locator(".evidence-box").bounding_box()
    frame = page.locator(".photo-frame").bounding_box()
    assert box
    assert frame
    left, *_ = map(float, (picks.nth(4).get_attribute("data-box") or "").split())
    assert box["x"] - frame["x"] == pytest.approx(frame["width"] * left / 100, abs=1.5)
    page.keyboard.press("/")
    page.keyboard.type("Rosa")
    page.keyboard.press("Enter")
    toast(page, f"Named {faces - 2} faces Rosa")
    gone(page, question)
    assert names_in(folder) == {"Rosa": faces - 2}


def test_tiles_by_keyboard_and_one_undo(demo_library: Library, page: sync_api.Page) -> None:
    faces = with_proposals(demo_library)["likely"]
    before = standing.labels(demo_library)
    page.goto(start(demo_library.folder) + "review")
    question = asked(page)
    sync_api.expect(page.locator(".tile")).to_have_count(3)
    for key in ("1", "2", "1"):
        page.keyboard.press(key)
    sync_api.expect(page.locator(".tile[aria-pressed=true]")).to_have_count(1)
    page.keyboard.press("Enter")
    toast(page, "Confirmed 2 faces and rejected 1 face")
    gone(page, question)
    labels = standing.labels(demo_library)
    assert [labels.names.get(face) for face in faces] == ["Rosa", None, "Rosa"]
    assert labels.rejected == {faces[1]: {"Emil"}}
    page.locator(".toast-undo").click()
    toast(page, "Undone: named 2 faces Rosa; said that 1 face is not Emil")
    sync_api.expect(page.locator(".review-question")).to_have_attribute("data-question", question)
    assert standing.labels(demo_library) == before


def test_yes_no_or_somebody_else_and_back_from_another_page(
    demo_library: Library, page: sync_api.Page
) -> None:
    faces = proposed_as_one(demo_library)
    page.goto(start(demo_library.folder) + "review")
    sync_api.expect(page.locator("h1")).to_have_text("Are these Rosa?")
    question = asked(page)
    page.keyboard.press("n")
    toast(page, "2 faces are not Rosa")
    gone(page, question)
    page.keyboard.press("u")
    toast(page, "Undone: said that 2 faces are not Rosa")
    sync_api.expect(page.locator("h1")).to_have_text("Are these Rosa?")
    assert asked(page) == question
    page.keyboard.press("/")
    page.keyboard.type("Ines")
    page.keyboard.press("Enter")
    toast(page, "Named 2 faces Ines. Ines is twice on IMG_1004.jpg.")
    gone(page, question)
    labels = standing.labels(demo_library)
    assert [labels.names[face] for face in faces] == ["Ines", "Ines"]
    assert labels.rejected == {face: {"Rosa"} for face in faces}
    following = asked(page)
    page.get_by_role("link", name="People").click()
    sync_api.expect(page.locator(".person-card")).to_have_count(3)
    page.get_by_role("link", name="Name", exact=True).click()
    page.get_by_role("link", name="Review").click()
    assert asked(page) == following


def proposed_as_one(library: Library) -> list[int]:
    """Make a group of two faces that are likely to be Rosa, and leave the others alone."""
    prepared = with_proposals(library)
    faces = prepared["likely"][:2]
    library.write_recognitions(
        Recognition(face, "Rosa", 0.8, known)
        for face, known in zip(faces, prepared["Rosa"], strict=False)
    )
    ids = library.faces().ids
    library.write_clusters(in_clusters(ids, [0 if face in faces else -1 for face in ids.tolist()]))
    return faces


def test_two_windows_at_once(demo_library: Library, page: sync_api.Page) -> None:
    address = start(demo_library.folder) + "review"
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    question = asked(page)
    assert asked(other) == question
    page.keyboard.press("i")
    gone(page, question)
    other.keyboard.press("i")
    toast(other, "This was answered meanwhile; here is the next question.")
    gone(other, question)
    following = asked(page)
    assert asked(other) == following
    other.keyboard.press("i")
    gone(other, following)
    page.keyboard.press("s")
    toast(page, "This was answered meanwhile; here is the next question.")
    assert [entry.action for entry in demo_library.journal()] == ["ignore", "ignore"]


def test_home_groups_and_review_count_the_same_faces(
    demo_library: Library, page: sync_api.Page
) -> None:
    """Recognized faces wait to be confirmed; all others without a name are open, on every page."""
    first, second = list_groups(demo_library)[:2]
    naming.name_faces(demo_library, first.faces[:2], "Rosa")
    demo_library.write_recognitions(
        [Recognition(face, "Rosa", 0.999) for face in (first.faces[2], *second.faces)]
    )
    faces = list_faces(demo_library)
    open_ = [face for face in faces if face.person is None]
    recognized = sum(face.source == "auto" for face in faces)
    assert recognized > len(second.faces) / 2
    left, groups = len(open_), len({face.cluster for face in open_})
    words = f"{left} faces in {groups} groups to go"
    address = start(demo_library.folder)
    page.goto(address)
    sync_api.expect(page.locator(".hero")).to_contain_text(words)
    sync_api.expect(page.locator(".hero")).to_contain_text(f"{groups} groups wait for a name")
    sync_api.expect(page.locator(".number-tiles")).to_contain_text(f"{left}to go")
    page.goto(address + "groups")
    head = page.locator(".page-head")
    sync_api.expect(head).to_contain_text(words)
    sync_api.expect(head).to_contain_text(f"{recognized} recognized faces wait to be confirmed")
    page.goto(address + "review")
    sync_api.expect(page.locator(".review-counts")).to_contain_text(f"{left} faces to go")


def test_a_list_of_keys(demo_library: Library, page: sync_api.Page) -> None:
    page.goto(start(demo_library.folder) + "review")
    asked(page)
    keys = page.get_by_role("dialog", name="Keys")
    sync_api.expect(keys).to_be_hidden()
    page.keyboard.press("?")
    sync_api.expect(keys).to_be_visible()
    page.keyboard.press("i")
    page.keyboard.press("Escape")
    sync_api.expect(keys).to_be_hidden()
    assert demo_library.journal() == []
