"""The page of groups by keys alone, and its addresses, in a real browser."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from dashboard.groups import strangers_page as strangers
from dashboard.shared import actions
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.listing import list_groups
from labeler.types import Recognition

from .browsing import start, toast

if TYPE_CHECKING:
    from playwright import sync_api
else:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


def test_everything_by_keys_alone(demo_library: Library, page: sync_api.Page) -> None:
    sizes = [len(group.faces) for group in list_groups(demo_library)]
    page.goto(start(demo_library.folder) + "groups")
    cards = page.locator(".group-card")
    sync_api.expect(cards.first.locator(".name-input input")).to_be_focused()
    page.keyboard.press("?")
    sync_api.expect(page.locator(".keys-help")).to_be_visible()
    page.keyboard.press("Escape")
    sync_api.expect(page.locator(".keys-help")).to_be_hidden()

    page.keyboard.press("ArrowDown")
    sync_api.expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    sync_api.expect(cards.first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    sync_api.expect(cards.first.locator(".face-card").nth(1)).to_be_focused()
    page.keyboard.press("Space")
    sync_api.expect(cards.first.locator(".face-card:not([data-checked])")).to_have_count(1)
    page.keyboard.press("Space")
    sync_api.expect(cards.first.locator(".face-card:not([data-checked])")).to_have_count(0)

    page.keyboard.press("Enter")  # from a face as from its group
    sync_api.expect(cards.first.locator(".name-input input")).to_be_focused()
    page.keyboard.type("Rosa")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    sync_api.expect(cards.first).to_be_focused()
    page.keyboard.press("i")
    toast(page, f"Ignored {sizes[0]} faces")


def test_names_are_typed_ahead_of_a_slow_answer(
    demo_library: Library, page: sync_api.Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty letters a second go to the group whose turn it is, though answers take two seconds."""
    name = actions.name

    def slowly(library: Library, faces: Sequence[int], person: str) -> actions.Done:
        time.sleep(2)
        return name(library, faces, person)

    monkeypatch.setattr(actions, "name", slowly)
    people = ["Vera", "Ilie Unger", "Mia", "Bartholomäus Quint", "Ed", "Zoë", "Ann", "Lennart"]
    sizes = [len(group.faces) for group in list_groups(demo_library)]
    page.goto(start(demo_library.folder) + "groups")
    fields = page.locator(".group-card .name-input input")
    sync_api.expect(fields.first).to_be_focused()
    stranger = page.locator(".group-card").nth(2).locator(".face-card").nth(1)
    stranger.click()  # of the third group, and then begin with the first one
    fields.first.click()
    page.keyboard.type("".join(f"{person}\n" for person in people), delay=50)
    page.keyboard.type("Half a na", delay=50)
    sync_api.expect(page.locator(".finished-name")).to_have_count(len(people) - 1)
    sync_api.expect(page.locator(".group-card.is-sent")).to_have_count(0)
    focused = page.locator(".group-card .name-input input:focus")
    sync_api.expect(focused).to_have_value("Half a na")
    wanted = Counter(dict(zip(people, sizes, strict=False)))
    wanted["Mia"] -= 1
    assert Counter(standing.labels(demo_library).names.values()) == wanted


def test_likely_people_by_number(demo_library: Library, page: sync_api.Page) -> None:
    first, second, third = (list(group.faces) for group in list_groups(demo_library)[:3])
    naming.name_faces(demo_library, first[:1], "Rosa")
    naming.name_faces(demo_library, second[:1], "Emil")
    demo_library.write_recognitions(
        Recognition(face, "Rosa" if place % 3 else "Emil", 0.5) for place, face in enumerate(third)
    )
    page.goto(start(demo_library.folder) + "groups")
    card = page.locator(".group-card").first
    sync_api.expect(card.locator(".candidate").first).to_contain_text("Rosa?")
    sync_api.expect(card.locator(".candidate .share")).to_have_count(2)
    sync_api.expect(card.locator(".name-input input")).to_be_focused()
    page.keyboard.press("Escape")
    sync_api.expect(card).to_be_focused()
    page.keyboard.press("2")
    toast(page, f"Named {len(third)} faces Emil")
    names = standing.labels(demo_library).names
    assert {names[face] for face in third} == {"Emil"}


def test_shift_takes_a_row_of_faces_out(demo_library: Library, page: sync_api.Page) -> None:
    page.goto(start(demo_library.folder) + "groups")
    card = page.locator(".group-card").first
    card.locator(".face-card").nth(1).click()
    card.locator(".face-card").nth(4).click(modifiers=["Shift"])
    sync_api.expect(card.locator(".face-card:not([data-checked])")).to_have_count(4)


def test_a_group_has_an_address(demo_library: Library, page: sync_api.Page) -> None:
    group = list_groups(demo_library)[1]
    address = start(demo_library.folder)
    page.goto(address + "groups")
    page.locator(".group-card").nth(1).locator("h2 a").click()
    sync_api.expect(page.locator("h1")).to_have_text(f"Group {group.cluster}")
    assert page.url == f"{address}groups/{group.cluster}"
    sync_api.expect(page.locator(".face-card")).to_have_count(len(group.faces))
    page.locator(".name-input input").fill("Rosa")
    page.keyboard.press("Enter")
    toast(page, f"Named {len(group.faces)} faces Rosa")
    sync_api.expect(page.locator(".finished-name")).to_have_text("Rosa")
    page.go_back()
    sync_api.expect(page.locator("h1")).to_have_text("Name groups")
    page.goto(address + "groups/987654")
    sync_api.expect(page.locator(".page")).to_contain_text("There is no group 987654")


def test_a_selection_on_the_map_has_an_address(demo_library: Library, page: sync_api.Page) -> None:
    first, second = list_groups(demo_library)[:2]
    naming.name_faces(demo_library, first.faces[:4], "Rosa")
    address = start(demo_library.folder)
    page.goto(f"{address}map?group={second.cluster}")
    heading = page.locator(".panel h2")
    sync_api.expect(heading).to_have_text(f"{len(second.faces)} faces selected")
    page.goto(f"{address}map?person=Rosa")
    sync_api.expect(heading).to_have_text("4 faces selected")
    sync_api.expect(page.locator("#map-find")).to_have_value("Rosa")
    page.locator("#map-clear").click()
    sync_api.expect(page.locator(".panel")).to_contain_text("Nothing is selected")
    page.wait_for_url(f"{address}map")
    page.go_back()
    sync_api.expect(heading).to_have_text("4 faces selected")

    faces = ".".join(map(str, sorted(first.faces[:2])))
    page.goto(f"{address}map?faces={faces}")
    sync_api.expect(heading).to_have_text("2 faces selected")
    page.get_by_role("button", name="Not Rosa").click()
    toast(page, "2 faces are not Rosa")
    page.get_by_role("button", name="Split from their group").click()
    toast(page, "Split off 2 faces")
    sizes = sorted(len(group.faces) for group in list_groups(demo_library))
    assert len(first.faces) - 2 in sizes
    page.keyboard.press("u")
    toast(page, "Undone: kept 2 groups apart")


def test_all_strangers_are_ignored_but_those_that_are_kept(
    demo_library: Library, page: sync_api.Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "GROUPS_SHOWN", 3)
    groups = list_groups(demo_library)
    smallest = min(len(group.faces) for group in groups)
    rest = sum(len(group.faces) for group in groups) - smallest
    page.goto(start(demo_library.folder) + "groups/strangers")
    tiles = page.locator(".strangers .face-card")
    sync_api.expect(tiles).to_have_count(3)
    sync_api.expect(tiles.first).to_contain_text(f"{smallest} faces")  # a large one is somebody
    tiles.first.click()
    page.get_by_role("button", name=f"Ignore all {len(groups) - 1} groups").click()
    toast(page, f"Ignored {rest} faces")
    sync_api.expect(page.locator("#strangers")).to_contain_text("No strangers are left")
    page.keyboard.press("u")
    toast(page, f"Undone: ignored {rest} faces")
    sync_api.expect(tiles).to_have_count(3)
    sync_api.expect(page.locator(".kept-strangers")).to_contain_text("1 group kept")


def test_strangers_are_ignored_or_kept_many_at_once(
    demo_library: Library, page: sync_api.Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is to be ignored has the cross, as on Groups; who is kept is not offered again."""
    monkeypatch.setattr(strangers, "GROUPS_SHOWN", 4)
    folder = demo_library.folder
    first, *others = list_groups(demo_library)
    sizes = sorted(len(group.faces) for group in others)
    naming.name_faces(demo_library, first.faces[:1], "Rosa")  # so the group may be hers
    address = start(folder)
    page.goto(address + "groups")
    page.get_by_role("link", name="Ignore strangers").click()
    tiles = page.locator(".strangers .face-card")
    cross = "(one) => getComputedStyle(one, '::after').content"
    sync_api.expect(tiles).to_have_count(4)
    assert tiles.first.evaluate(cross) == '"×"'
    tiles.first.click()
    sync_api.expect(page.locator(".strangers .face-card:not([data-checked])")).to_have_count(1)
    assert tiles.first.evaluate(cross) == "none"
    page.get_by_role("button", name="Ignore 3 groups, keep 1").click()
    toast(page, f"Ignored {sum(sizes[1:4])} faces")
    sync_api.expect(tiles.first).to_contain_text(f"{sizes[4]} faces")  # the next ones
    for tile in tiles.all():
        tile.click()
    page.get_by_role("button", name="Keep 4 groups").click()
    toast(page, "Kept 4 groups")
    sync_api.expect(tiles).to_have_count(len(others) - 8)
    page.reload()
    sync_api.expect(tiles).to_have_count(len(others) - 8)
    page.get_by_role("button", name="Offer them again").click()
    sync_api.expect(tiles).to_have_count(4)
    sync_api.expect(tiles.first).to_contain_text(f"{sizes[0]} faces")
