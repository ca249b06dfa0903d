"""The pages about people in a real browser: each change, what the library then holds, its undo."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from labeler.groups.steps import numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.listing import list_faces, list_people
from labeler.people.steps.recognize import recognize

from .browsing import report_late, start, toast
from .conftest import clusters_by_person

if TYPE_CHECKING:
    from playwright import sync_api
else:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

expect = sync_api.expect


@pytest.fixture(scope="module")
def named_library(demo_library_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library in which everybody has a name, given to a third of the faces automatically."""
    folder = tmp_path_factory.mktemp("named") / "library"
    shutil.copytree(demo_library_folder, folder)
    library = Library.create(folder)
    for person, cluster in clusters_by_person(library).items():
        members = numbering.cluster_members(library, [cluster])
        naming.name_faces(library, members[: max(3, 2 * len(members) // 3)], person)
    recognize(library)
    library.close()
    return folder


@pytest.fixture
def folder(named_library: Path, tmp_path: Path) -> Path:
    """A copy that the test may change."""
    return shutil.copytree(named_library, tmp_path / "named")


def faces_of(folder: Path, source: str | None = None) -> Counter[str]:
    """Count the faces of each person, or only those named by the user or automatically."""
    library = Library.create(folder)
    rows = [row for row in list_faces(library) if source is None or row.source == source]
    library.close()
    return Counter(row.person for row in rows if row.person)


def hidden_in(folder: Path) -> list[str]:
    library = Library.create(folder)
    found = [row.person for row in list_people(library) if row.hidden]
    library.close()
    return found


def undo(page: sync_api.Page, text: str) -> None:
    page.locator(".toast-undo").click()
    toast(page, f"Undone: {text}")


def title(page: sync_api.Page, person: str) -> None:
    expect(page.locator("h1")).to_have_text(person)


def press(page: sync_api.Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def press_in_menu(page: sync_api.Page, name: str) -> None:
    """Press what is behind the three dots of a person's page."""
    page.locator(".person-actions .menu summary").click()
    press(page, name)


def test_rename_and_back(folder: Path, page: sync_api.Page) -> None:
    before = faces_of(folder)
    page.goto(start(folder) + "people/Rosa")
    press_in_menu(page, "Rename")
    field = page.get_by_label("New name")
    expect(field).to_be_focused()
    page.keyboard.type("Oma Rosa")
    expect(field).to_have_value("Oma Rosa")
    page.keyboard.press("Enter")
    toast(page, "Rosa is now called Oma Rosa")
    title(page, "Oma Rosa")
    expect(page).to_have_url(re.compile("/people/Oma%20Rosa$"))
    expect(page.locator(".person-panel")).to_have_count(0)
    assert faces_of(folder) == Counter(
        {"Oma Rosa" if who == "Rosa" else who: number for who, number in before.items()}
    )
    undo(page, "renamed Rosa to Oma Rosa")
    title(page, "Rosa")
    expect(page).to_have_url(re.compile("/people/Rosa$"))
    assert faces_of(folder) == before


def test_what_a_field_reports_late_changes_nothing(folder: Path, page: sync_api.Page) -> None:
    page.goto(start(folder) + "people/Rosa")
    report_late(page, "Oma Ro")
    press_in_menu(page, "Rename")
    page.get_by_label("New name").fill("Oma Rosa")
    page.keyboard.press("Enter")
    toast(page, "Rosa is now called Oma Rosa")


def test_a_taken_name_offers_to_merge(folder: Path, page: sync_api.Page) -> None:
    before = faces_of(folder)
    page.goto(start(folder) + "people/Rosa")
    press_in_menu(page, "Rename")
    page.get_by_label("New name").fill("Emil")
    expect(page.locator(".person-panel")).to_contain_text("somebody called Emil already")
    page.keyboard.press("Enter")
    expect(page.locator(".toast.failed")).to_contain_text("merge them")
    assert faces_of(folder) == before
    press(page, "Merge into Emil")
    toast(page, re.compile(r"Rosa and Emil are one person, Emil\. Emil is twice on "))
    title(page, "Emil")
    assert "Rosa" not in faces_of(folder)


def test_merge_shows_both_first(folder: Path, page: sync_api.Page) -> None:
    before = faces_of(folder, "user")
    page.goto(start(folder) + "people/Rosa")
    press_in_menu(page, "Merge into…")
    page.get_by_role("textbox", name="Rosa is the same person as").fill("Cla")
    expect(page.get_by_role("option", name="Clara")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".pair .person-name")).to_have_text(["Rosa", "Clara"])
    expect(page.locator(".pair img")).to_have_count(2)
    assert faces_of(folder, "user") == before
    press(page, "Merge into Clara")
    toast(page, re.compile(r"Rosa and Clara are one person, Clara\. Clara is twice on "))
    title(page, "Clara")
    after = faces_of(folder, "user")
    assert after["Clara"] == before["Rosa"] + before["Clara"]
    undo(page, "made Rosa and Clara one person")
    title(page, "Rosa")
    assert faces_of(folder, "user") == before


def test_split_as_previewed(folder: Path, page: sync_api.Page) -> None:
    before = faces_of(folder)
    page.goto(start(folder) + "people/Rosa")
    press_in_menu(page, "Split…")
    expect(page.locator(".part").first).to_contain_text("keeps the name")
    page.locator(".person-panel label", has_text="3").click()
    expect(page.locator(".part")).to_have_count(3)
    expect(page.locator(".part .person-name")).to_have_text(["Rosa", *["Somebody else"] * 2])
    kept = int((page.locator(".part .subtitle").first.inner_text()).split("·")[1].split()[0])
    press(page, "Split into 3")
    toast(page, "Divided Rosa into 3 people")
    assert faces_of(folder)["Rosa"] == kept < before["Rosa"]
    undo(page, "divided Rosa into 3 people")
    assert faces_of(folder) == before


def test_one_person_is_not_offered_as_several(folder: Path, page: sync_api.Page) -> None:
    page.goto(start(folder) + "people/Rosa")
    press_in_menu(page, "Split…")
    expect(page.locator(".seems-one")).to_contain_text("seem to be one person")
    expect(page.locator(".part").first).to_be_hidden()
    page.get_by_text("If they are several people all the same").click()
    expect(page.locator(".part").first).to_contain_text("keeps the name")


def test_from_a_person_to_the_photos_and_back_to_the_same_spot(
    folder: Path, page: sync_api.Page
) -> None:
    library = Library.create(folder)
    rows = [row for row in list_faces(library) if row.person]
    photos = {
        name: {row.photo_id for row in rows if row.person == name} for name in ("Rosa", "Emil")
    }
    library.close()
    number = len(photos["Rosa"] & photos["Emil"])
    assert number > 3
    page.goto(start(folder) + "people/Rosa")
    page.locator(".companion", has_text="Emil").click()
    tiles = page.locator(".photo-tile")
    expect(tiles).to_have_count(number)
    third = tiles.nth(2).get_attribute("href")
    tiles.nth(1).click()
    subtitle = page.locator(".page-head .subtitle")
    expect(subtitle).to_contain_text(f"2 of {number} · Rosa · with Emil")
    expect(page.locator(".photo-box").first).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(subtitle).to_contain_text(f"3 of {number} · Rosa · with Emil")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/people/Rosa\?with=Emil$"))
    expect(page.locator(".photo-tile:focus")).to_have_attribute("href", third or "")
    page.get_by_role("link", name="Faces").click()
    expect(page).to_have_url(re.compile(r"/people/Rosa\?tab=faces&with=Emil$"))
    face = page.locator(".person-faces .face-tile").first
    expect(page.locator(".person-faces .tools")).to_be_hidden()  # as long as nothing is chosen
    face.locator(".face-card").focus()
    page.keyboard.press("o")  # a crop leads to its photo, too
    expect(subtitle).to_contain_text(f"1 of {number} · Rosa · with Emil")


def test_confirm_and_reject_many_at_a_time(folder: Path, page: sync_api.Page) -> None:
    sure, open_ = faces_of(folder, "user"), faces_of(folder, "auto")["Rosa"]
    assert open_ >= 5
    page.goto(start(folder) + "people/Rosa?tab=confirm")
    section = page.locator(".automatic")
    cards = section.locator(".face-card")
    expect(cards).to_have_count(open_)
    expect(section.locator(".suggestion")).to_have_text(f"Confirm all {open_}")
    expect(section.locator(".rejection")).to_be_disabled()
    cards.nth(3).click()
    cards.nth(1).click(modifiers=["Shift"])
    expect(section.locator(".face-card[data-checked]")).to_have_count(3)
    expect(section.locator(".rejection")).to_have_text("Not Rosa: 3")
    section.get_by_role("button", name="Select all").click()
    expect(section.locator(".suggestion")).to_have_text(f"Confirm {open_}")
    cards.nth(0).click()
    cards.nth(2).click(modifiers=["Shift"])  # takes out what the click before took out
    expect(section.locator(".suggestion")).to_have_text(f"Confirm {open_ - 3}")
    section.locator(".suggestion").click()
    toast(page, f"Named {open_ - 3} faces Rosa")
    expect(cards).to_have_count(3)
    assert faces_of(folder, "user")["Rosa"] == sure["Rosa"] + open_ - 3
    undo(page, f"named {open_ - 3} faces Rosa")
    expect(cards).to_have_count(open_)
    assert faces_of(folder, "user") == sure

    cards.nth(0).click()
    cards.nth(1).click()
    section.locator(".rejection").click()
    toast(page, "2 faces are not Rosa")
    expect(cards).to_have_count(open_ - 2)
    assert faces_of(folder, "auto")["Rosa"] == open_ - 2
    undo(page, "said that 2 faces are not Rosa")
    expect(cards).to_have_count(open_)


def test_what_is_chosen_stays_so_when_something_fails(folder: Path, page: sync_api.Page) -> None:
    page.goto(start(folder) + "people/Rosa?tab=faces")
    cards = page.locator(".person-faces .face-card")
    for number in (0, 1):
        cards.nth(number).click()
    expect(page.locator("#person-chosen")).to_have_text("2 chosen")
    press(page, "Use as picture")
    expect(page.locator(".toast.failed")).to_have_text("Choose exactly one face to be the picture.")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".face-card[data-checked]")).to_have_count(2)


def test_confirm_all_with_one_click(folder: Path, page: sync_api.Page) -> None:
    sure, open_ = faces_of(folder, "user"), faces_of(folder, "auto")["Rosa"]
    page.goto(start(folder) + "people/Rosa?tab=confirm")
    page.locator(".automatic .suggestion").click()
    toast(page, f"Named {open_} faces Rosa")
    expect(page.locator(".automatic")).to_have_count(0)
    assert faces_of(folder, "user")["Rosa"] == sure["Rosa"] + open_
    undo(page, f"named {open_} faces Rosa")
    expect(page.locator(".automatic .face-card")).to_have_count(open_)


def test_hide_and_show(folder: Path, page: sync_api.Page) -> None:
    address = start(folder)
    page.goto(address + "people")
    names = page.locator(".person-card .person-name")
    everybody = len(faces_of(folder))
    expect(names).to_have_count(everybody)
    page.get_by_role("link", name="Rosa").click()
    press_in_menu(page, "Hide")
    toast(page, "Rosa is hidden")
    expect(page.locator("h1 .badge")).to_have_text("hidden")
    page.get_by_role("link", name="‹ All people").click()
    expect(names).to_have_count(everybody - 1)
    assert hidden_in(folder) == ["Rosa"]
    page.locator("label", has_text="Show hidden (1)").click()
    expect(names).to_have_count(everybody)
    expect(page).to_have_url(re.compile(r"\?hidden=1$"))
    page.get_by_role("link", name="Rosa").click()
    press_in_menu(page, "Show again")
    toast(page, "Rosa is shown again")
    assert hidden_in(folder) == []
    undo(page, "showed Rosa again")
    expect(page.locator("h1 .badge")).to_have_text("hidden")
    assert hidden_in(folder) == ["Rosa"]


def test_hide_and_show_from_the_list(folder: Path, page: sync_api.Page) -> None:
    page.goto(start(folder) + "people")
    names = page.locator(".person-card .person-name")
    everybody = len(faces_of(folder))
    expect(names).to_have_count(everybody)
    page.get_by_role("button", name="Hide Rosa").click()
    toast(page, "Rosa is hidden")
    expect(names).to_have_count(everybody - 1)
    assert hidden_in(folder) == ["Rosa"]
    page.locator("label", has_text="Show hidden (1)").click()
    page.get_by_role("button", name="Show Rosa").click()
    toast(page, "Rosa is shown again")
    assert hidden_in(folder) == []


def test_rename_and_merge_from_the_list(folder: Path, page: sync_api.Page) -> None:
    before = faces_of(folder, "user")
    page.goto(start(folder) + "people")
    panel, field = page.locator(".person-panel"), page.get_by_label("New name")
    page.get_by_role("button", name="Rename Emil").click()
    expect(field).to_have_value("Emil")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(page.get_by_role("button", name="Rename Emil")).to_be_focused()
    page.get_by_role("button", name="Rename Rosa").click()
    expect(field).to_have_value("Rosa")
    expect(field).to_be_focused()
    page.keyboard.type("Rosalind")
    page.keyboard.press("Enter")
    toast(page, "Rosa is now called Rosalind")
    expect(panel).to_have_count(0)
    page.get_by_role("button", name="Rename Rosalind").click()
    expect(field).to_be_focused()
    page.keyboard.type("Emil")
    expect(panel.locator(".pair .person-name")).to_have_text(["Rosalind", "Emil"])
    press(page, "Merge into Emil")
    toast(page, re.compile(r"Rosalind and Emil are one person, Emil\. Emil is twice on "))
    expect(page.locator(".person-card .person-name")).to_have_count(len(before) - 1)
    assert faces_of(folder, "user")["Emil"] == before["Rosa"] + before["Emil"]
    undo(page, "made Rosalind and Emil one person")
    expect(page.locator(".person-card .person-name")).to_have_count(len(before))


def test_find_and_sort(folder: Path, page: sync_api.Page) -> None:
    page.goto(start(folder) + "people?sort=name")
    names = page.locator(".person-card .person-name")
    people = faces_of(folder)
    expect(names).to_have_text(sorted(people))
    page.get_by_label("Find a person").press_sequentially("emi")
    expect(names).to_have_text(["Emil"])
    page.get_by_label("Find a person").fill("")
    expect(names).to_have_text(sorted(people))
    by_photos = sorted(people.items(), key=lambda item: (-item[1], item[0]))
    page.locator(".people-page label", has_text="Photos").click()
    expect(page).to_have_url(re.compile("/people$"))
    expect(names).to_have_text([who for who, _ in by_photos])


def test_a_year_a_birth_and_a_picture(folder: Path, page: sync_api.Page) -> None:
    page.goto(start(folder) + "people/Rosa?tab=faces&year=2003")
    headings = page.locator(".year-heading")
    expect(headings).to_contain_text(["2003"])
    page.get_by_role("button", name=re.compile("^2008: ")).click()
    expect(headings).to_contain_text(["2008"])
    expect(page).to_have_url(re.compile(r"\?tab=faces&year=2008$"))
    press_in_menu(page, "Birth date")
    page.get_by_label("Date of birth").fill("1942-05-20")
    press(page, "Save")
    toast(page, "Rosa was born on 20 May 1942")
    expect(headings).to_contain_text(["66 years old"])
    undo(page, "noted that Rosa was born on 1942-05-20")
    expect(headings).not_to_contain_text(["years old"])

    page.get_by_role("button", name="All years").click()
    expect(headings.first).to_contain_text("2003")
    expect(page).to_have_url(re.compile(r"/people/Rosa\?tab=faces$"))
    card = page.locator(".face-card:not(:has(.face-caption))").last
    chosen = card.get_attribute("data-face")
    card.click()
    press(page, "Use as picture")
    toast(page, "Chose a picture of Rosa")
    expect(page.locator(".person-cover")).to_have_attribute("alt", f"Face {chosen}")
    library = Library.create(folder)
    assert standing.labels(library).covers == {"Rosa": int(chosen or 0)}
    assert standing.labels(library).births == dict[str, date]()
    library.close()
