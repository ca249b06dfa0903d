"""The dashboard in a real browser: what a person does, and what the library then holds."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.people.steps.listing import list_faces, list_groups

from .browsing import report_late, start, toast
from .conftest import clusters_by_person
from .stopwatch import PLOT

if TYPE_CHECKING:
    from playwright import sync_api
else:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


def names_in(folder: Path) -> Counter[str]:
    """Count the faces of each person as the library on disk has it."""
    library = Library.create(folder)
    counts = Counter(row.person for row in list_faces(library) if row.person is not None)
    library.close()
    return counts


def group_sizes(folder: Path) -> list[int]:
    library = Library.create(folder)
    sizes = [len(group.faces) for group in list_groups(library)]
    library.close()
    return sizes


def name_fields(page: sync_api.Page) -> sync_api.Locator:
    return page.locator(".group-card .name-input input")


def test_name_undo_and_go_on_by_keyboard(demo_library: Library, page: sync_api.Page) -> None:
    folder = demo_library.folder
    first, second, third = group_sizes(folder)[:3]
    page.goto(start(folder) + "groups")
    before = name_fields(page).first.get_attribute("id")

    sync_api.expect(name_fields(page).first).to_be_focused()
    page.keyboard.type("Rosa")
    page.keyboard.press("Enter")
    toast(page, f"Named {first} faces Rosa")
    assert names_in(folder) == {"Rosa": first}
    sync_api.expect(name_fields(page).first).not_to_have_attribute("id", before or "")
    sync_api.expect(name_fields(page).first).to_be_focused()
    sync_api.expect(page.locator(".finished-name")).to_have_text(["Rosa"])

    page.keyboard.type("Clara")
    page.keyboard.press("Enter")
    toast(page, f"Named {second} faces Clara")
    assert names_in(folder) == {"Rosa": first, "Clara": second}

    page.locator(".toast-undo").click()
    toast(page, f"Undone: named {second} faces Clara")
    assert names_in(folder) == {"Rosa": first}
    page.locator(".toast-undo").click()
    toast(page, f"Done again: named {second} faces Clara")
    assert names_in(folder) == {"Rosa": first, "Clara": second}

    # A suggestion that is marked is what Enter means, not the letters typed so far.
    sync_api.expect(page.locator(".finished-name")).to_have_count(2)
    name_fields(page).first.click()
    page.keyboard.type("cla")
    sync_api.expect(page.get_by_role("option", name="Clara")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    said = f"Named {third} faces Clara. Clara is twice on "  # on some photos is one of either group
    sync_api.expect(page.locator(".toast-text")).to_contain_text(said)
    assert names_in(folder) == {"Rosa": first, "Clara": second + third}


def test_a_face_clicked_away_is_not_named(demo_library: Library, page: sync_api.Page) -> None:
    folder = demo_library.folder
    size = group_sizes(folder)[0]
    page.goto(start(folder) + "groups")
    card = page.locator(".group-card").first
    card.locator(".face-card").nth(1).click()
    sync_api.expect(card.locator(".face-card:not([data-checked])")).to_have_count(1)
    sync_api.expect(name_fields(page).first).to_be_focused()
    page.keyboard.type("Rosa")
    page.keyboard.press("Enter")
    toast(page, f"Named {size - 1} faces Rosa")
    page.get_by_role("button", name="Show more groups").click()
    rest = page.locator(".group-card", has_text="1 face still unnamed")
    sync_api.expect(rest.locator(".face-card")).to_have_count(1)
    rest.get_by_role("button", name="Yes, Rosa").click()
    toast(page, "Named 1 face Rosa")
    assert names_in(folder) == {"Rosa": size}


def test_a_half_typed_name_stays_when_another_group_is_named(
    demo_library: Library, page: sync_api.Page
) -> None:
    folder = demo_library.folder
    page.goto(start(folder) + "groups")
    name_fields(page).nth(2).fill("Half typ")
    name_fields(page).first.fill("Rosa")
    page.keyboard.press("Enter")
    toast(page, f"Named {group_sizes(folder)[0]} faces Rosa")
    sync_api.expect(page.locator(".finished-name")).to_have_text(["Rosa"])
    sync_api.expect(name_fields(page).nth(1)).to_have_value("Half typ")
    sync_api.expect(name_fields(page).first).to_have_value("")
    # The toast can be seen, also where the pointer rests on it.
    page.locator(".toast-undo").hover()
    page.locator(".toast-undo").click()
    toast(page, f"Undone: named {group_sizes(folder)[0]} faces Rosa")
    page.wait_for_function("getComputedStyle(document.querySelector('.toast')).opacity === '1'")


def test_a_name_counts_as_it_stands_in_the_field(
    demo_library: Library, page: sync_api.Page
) -> None:
    """On a busy computer the button may be pressed before Dash has heard of the last letters."""
    page.goto(start(demo_library.folder) + "groups")
    name_fields(page).first.evaluate(
        """(input) => {
            const prototype = Object.getPrototypeOf(input);
            Object.getOwnPropertyDescriptor(prototype, "value").set.call(input, "Rosa");
            input.dispatchEvent(new Event("input", { bubbles: true }));
            input.closest(".name-row").querySelector(".name-submit").click();
        }"""
    )
    toast(page, f"Named {group_sizes(demo_library.folder)[0]} faces Rosa")


def test_a_name_is_not_cut_by_what_its_field_reports_late(
    demo_library: Library, page: sync_api.Page
) -> None:
    page.goto(start(demo_library.folder) + "groups")
    report_late(page, "Ro")
    name_fields(page).first.fill("Rosa")
    page.keyboard.press("Enter")
    toast(page, f"Named {group_sizes(demo_library.folder)[0]} faces Rosa")


def test_u_undoes_except_while_typing(demo_library: Library, page: sync_api.Page) -> None:
    folder = demo_library.folder
    size = group_sizes(folder)[0]
    page.goto(start(folder) + "groups")
    page.locator(".group-card").first.get_by_role("button", name="Ignore").click()
    toast(page, f"Ignored {size} faces")
    sync_api.expect(name_fields(page).first).to_be_focused()
    page.keyboard.type("Uwe")
    sync_api.expect(name_fields(page).first).to_have_value("Uwe")
    toast(page, f"Ignored {size} faces")
    page.locator("h1").click()
    page.keyboard.press("u")
    toast(page, f"Undone: ignored {size} faces")


def test_undo_and_redo_without_a_keyboard(demo_library: Library, page: sync_api.Page) -> None:
    folder = demo_library.folder
    first, second = (list(group.faces) for group in list_groups(demo_library)[:2])
    naming.name_faces(demo_library, first, "Rosa")
    naming.name_faces(demo_library, second, "Clara")
    page.goto(start(folder) + "people")
    undo = page.locator("#undo-last")
    redo = page.locator("#redo-last")
    sync_api.expect(undo).to_have_attribute("title", f"Undo: named {len(second)} faces Clara (U)")
    sync_api.expect(redo).to_be_disabled()
    undo.click()
    toast(page, f"Undone: named {len(second)} faces Clara")
    assert names_in(folder) == {"Rosa": len(first)}
    redo.click()
    toast(page, f"Done again: named {len(second)} faces Clara")
    assert names_in(folder) == {"Rosa": len(first), "Clara": len(second)}
    page.get_by_role("link", name="Home").click()
    page.get_by_role("link", name="All of the history").click()
    line = page.locator(".history li", has_text="Rosa")  # not the last one
    line.get_by_role("button").click()
    toast(page, f"Undone: named {len(first)} faces Rosa")
    assert names_in(folder) == {"Clara": len(second)}
    sync_api.expect(line).to_have_class("undone")
    line.get_by_role("button", name="Redo").click()
    toast(page, f"Done again: named {len(first)} faces Rosa")
    assert names_in(folder) == {"Rosa": len(first), "Clara": len(second)}


def test_not_rosa(demo_library: Library, page: sync_api.Page) -> None:
    folder = demo_library.folder
    size = group_sizes(folder)[0]
    address = start(folder)
    page.goto(address + "groups")
    name_fields(page).first.fill("Rosa")
    page.keyboard.press("Enter")
    toast(page, f"Named {size} faces Rosa")
    page.goto(address + "people/Rosa?tab=faces")
    sync_api.expect(page.locator(".face-card")).to_have_count(size)
    sync_api.expect(page.get_by_role("button", name="Not Rosa")).to_be_hidden()
    for number in (0, 2):
        page.locator(".face-card").nth(number).click()
    sync_api.expect(page.locator(".face-card[data-checked]")).to_have_count(2)
    page.get_by_role("button", name="Not Rosa").click()
    toast(page, "2 faces are not Rosa")
    sync_api.expect(page.locator(".face-card")).to_have_count(size - 2)
    assert names_in(folder) == {"Rosa": size - 2}
    page.locator(".toast-undo").click()
    toast(page, "Undone: said that 2 faces are not Rosa")
    assert names_in(folder) == {"Rosa": size}


def test_select_on_the_map_name_and_restart(demo_library: Library, page: sync_api.Page) -> None:
    folder = demo_library.folder
    page.goto(start(folder) + "map")
    faces = sum(row.xy is not None for row in list_faces(demo_library))
    page.wait_for_function(f"{PLOT}?._fullData?.flatMap((t) => [...t.x]).length === {faces}")
    page.wait_for_load_state("networkidle")  # plotly draws twice before it listens to the mouse
    assert drawn_pixels(page) > 500

    lasso_everything(page)
    heading = page.locator(".panel h2")
    sync_api.expect(heading).to_have_text(f"{faces} faces selected")
    page.locator("#map-clear").click()
    sync_api.expect(page.locator(".panel")).to_contain_text("Nothing is selected")

    page.wait_for_function(f"{PLOT}.data.every((trace) => trace.selectedpoints === null)")
    x, y = a_point(page)
    page.mouse.move(x, y, steps=5)
    sync_api.expect(page.locator(".map-tooltip img")).to_be_visible()
    page.mouse.click(x, y)
    sync_api.expect(heading).to_be_visible()
    size = int((heading.text_content() or "").split()[0])
    assert size in group_sizes(folder)
    marked = "flatMap((trace) => trace.selectedpoints ?? []).length"
    page.wait_for_function(f"(size) => {PLOT}.data.{marked} === size", arg=size)
    page.locator(".panel .name-input input").fill("Zoë")
    page.locator(".panel").get_by_role("button", name="Name", exact=True).click()
    toast(page, f"Named {size} faces Zoë")
    assert names_in(folder) == {"Zoë": size}
    sync_api.expect(page.locator(".map-names span:visible")).to_have_text("Zoë")

    page.goto(start(folder) + "people")
    sync_api.expect(page.locator(".person-name")).to_have_text(["Zoë"])
    page.locator(".person-card").click()
    sync_api.expect(page.locator("h1")).to_have_text("Zoë")
    page.get_by_role("link", name="Faces").click()
    sync_api.expect(page.locator(".face-card")).to_have_count(size)


EQUAL_UNITS = """() => {
    const { xaxis, yaxis } = document.querySelector(".graph .js-plotly-plot")._fullLayout;
    const units = ({ range, _length }) => (range[1] - range[0]) / _length;
    return Math.abs(units(xaxis) / units(yaxis) - 1) < 0.01;
}"""


def a_point(page: sync_api.Page) -> tuple[float, float]:
    """Return where on the page a point of a group is; WebGL leaves no element to ask for."""
    x, y = page.evaluate(
        f"""() => {{
            const plot = {PLOT}, place = plot.getBoundingClientRect();
            const {{xaxis, yaxis}} = plot._fullLayout, points = plot._fullData.at(-1);
            return [place.left + xaxis._offset + xaxis.d2p(points.x[0]),
                    place.top + yaxis._offset + yaxis.d2p(points.y[0])];
        }}"""
    )
    return x, y


def drawn_pixels(page: sync_api.Page) -> int:
    """Count the pixels of the map that are not background, on a picture of the screen."""
    picture = Image.open(io.BytesIO(page.locator(".graph .plot-container").screenshot()))
    pixels = np.asarray(picture.convert("RGB")).astype(int)
    return int((np.abs(pixels - pixels[5, 5]).max(axis=-1) > 30).sum())


def lasso_everything(page: sync_api.Page) -> None:
    area = page.locator(".graph .nsewdrag").bounding_box()
    assert area is not None
    left, top = area["x"] + 1, area["y"] + 1
    right, bottom = left + area["width"] - 3, top + area["height"] - 3
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top)):
        page.mouse.move(x, y, steps=5)
    page.mouse.up()


def test_the_map_goes_to_a_person_and_shows_albums(
    demo_library: Library, page: sync_api.Page
) -> None:
    people = clusters_by_person(demo_library)
    for person, name in (("Rosa", "Rosa"), ("Emil", "Emil <b>& Co")):
        faces = numbering.cluster_members(demo_library, [people[person]])
        naming.name_faces(demo_library, faces, name)
    page.goto(start(demo_library.folder) + "map")
    names = page.locator(".map-names span:visible")
    sync_api.expect(names).to_have_text(["Rosa", "Emil <b>& Co"])
    width = """() => {
        const plot = document.querySelector(".js-plotly-plot");
        const range = plot && plot.layout.xaxis && plot.layout.xaxis.range;
        return range ? range[1] - range[0] : 0;
    }"""
    page.wait_for_function(f"() => ({width})() > 0")
    whole = page.evaluate(width)
    page.locator("#map-find").fill("Rosa")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function(f"(whole) => ({width})() < 0.8 * whole", arg=whole)
    sync_api.expect(names).to_have_text(["Rosa"])
    page.wait_for_function(EQUAL_UNITS)
    page.set_viewport_size({"width": 900, "height": 900})
    page.wait_for_function(EQUAL_UNITS)
    page.get_by_text("Album", exact=True).click()
    page.wait_for_function(f"new Set({PLOT}.data.map(({{ marker }}) => marker.color)).size > 3")


def test_light_and_dark_stay_as_chosen(demo_library: Library, page: sync_api.Page) -> None:
    page.goto(start(demo_library.folder))
    root = page.locator("html")
    sync_api.expect(root).to_have_attribute("data-mantine-color-scheme", "light")
    page.locator("#theme").click()
    sync_api.expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    page.reload()
    sync_api.expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
