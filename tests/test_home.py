"""The first page and the settings."""

from __future__ import annotations

import json
import re
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.home import page as home
from dashboard.home.next_step import next_step
from dashboard.settings import page as settings
from dashboard.shared import actions
from dashboard.shell.snapshot import Snapshot, read_snapshot
from labeler.errors import LabelerError
from labeler.faces.steps import index as index_module
from labeler.faces.steps.index import index
from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.bands import Effect
from labeler.people.steps import bands, history, naming
from labeler.people.steps.recognize import recognize
from labeler.people.steps.stand import stand
from labeler.types import Recognition

from .browsing import new_context, start
from .conftest import clusters_by_person

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


def words(components: object) -> str:
    """Return what a page says, as JSON."""
    return json.dumps(components, default=lambda c: c.to_plotly_json())


def test_the_next_step_leads_from_photos_to_people(demo_library: Library) -> None:
    snapshot = read_snapshot(demo_library)
    assert next_step(Snapshot()).kind == "add"
    assert next_step(replace(snapshot, groups=())).kind == "group"
    step = next_step(snapshot)
    assert (step.kind, step.title) == ("name", "11 groups wait for a name")
    people = clusters_by_person(demo_library)
    for person, cluster in people.items():
        faces = numbering.cluster_members(demo_library, [cluster])
        naming.name_faces(demo_library, faces[:4], person)
    assert next_step(read_snapshot(demo_library)).kind == "recognize"
    report = recognize(demo_library)
    step = next_step(read_snapshot(demo_library))
    assert (step.kind, step.title) == ("confirm", f"{report.recognized} faces recognized")
    demo_library.write_recognitions([])
    step = next_step(read_snapshot(demo_library), is_current=True)
    assert step.kind == "ask"
    assert step.text.startswith("Nobody was recognized: none of the other ")
    for person, cluster in people.items():
        faces = numbering.cluster_members(demo_library, [cluster])
        naming.name_faces(demo_library, faces, person)
    assert next_step(read_snapshot(demo_library)).kind == "done"


def test_home_tells_what_there_is(demo_library: Library) -> None:
    naming.name_faces(demo_library, [1, 2], "Rosa & Söhne")
    history.undo(demo_library)
    naming.name_faces(demo_library, [1, 2, 3], "Rosa & Söhne")
    said = words(home.body(read_snapshot(demo_library), history.history(demo_library)))
    for text in ("189", "/people/Rosa%20%26%20S%C3%B6hne", "Named 3 faces", '"undone"'):
        assert text in said
    assert "No folder" in words(home.folder_list([]))
    assert "/photos/of us" in words(home.folder_list([Path("/photos/of us")]))
    assert len(home.body(Snapshot(), [])) == 1


def test_what_can_be_promised_is_one_click(demo_library: Library) -> None:
    """As unsure as where many people look alike: what was found is written anew with that."""
    naming.name_faces(demo_library, [1], "Rosa")
    found = [Recognition(face, "Rosa", 0.972, evidence=1) for face in range(2, 41)]
    demo_library.write_recognitions(found)
    offer = bands.offered(demo_library)
    assert offer is not None
    assert (offer.precision, offer.names) == (0.97, 39 - len(twice(demo_library, found)))
    said = words(home.body(read_snapshot(demo_library), [], offer=offer))
    assert f"{offer.names} faces could have a name" in said
    assert actions.take_offer(demo_library).message == f"{offer.names} faces named, about 1 wrong"
    assert bands.wanted_precision(demo_library) == 0.97
    assert len(stand(demo_library).automatic) == offer.names
    with pytest.raises(LabelerError, match="no more names"):
        actions.take_offer(demo_library)


def twice(library: Library, found: list[Recognition]) -> list[int]:
    """Return which of some faces are on the photo on which Rosa has a name."""
    faces = library.face_columns()
    photo = faces.photo_ids[faces.ids == 1][0]
    there = faces.ids[faces.photo_ids == photo].tolist()
    return [one.face_id for one in found if one.face_id in there]


def test_settings_tell_what_a_precision_leads_to() -> None:
    effects = [Effect(p, int(100 * (1 - p)), 0.4) for p in settings.PRECISIONS]
    said = words(settings.body(0.99, effects, Path("/library"), 1.25, [Path("/photos")]))
    for text in ("99.5 %", "1.2 MB", "/library", "/photos"):
        assert text in said
    assert "No face has" in words(settings.body(0.99, [Effect(0.99, 0, 0)], Path("/l"), 0, []))


def test_the_precision_is_chosen(demo_library: Library) -> None:
    done = actions.want_precision(demo_library, 0.995)
    assert done.message == "Of 100 automatic names, 99.5 have to be right"
    assert bands.wanted_precision(demo_library) == 0.995
    with pytest.raises(LabelerError):
        actions.want_precision(demo_library, 2)


def test_from_an_empty_library_to_groups(
    tmp_path: Path,
    demo_album: Path,
    demo_library: Library,
    page: sync_api.Page,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As somebody does who opens the program for the first time; the networks are there already."""
    told, go_on = threading.Event(), threading.Event()

    def when_told(library: Library, roots: Any, tell: Any, **more: Any) -> Any:
        def wait_at_the_end(done: int, total: int, found: int) -> None:
            tell(done, total, found)
            if found and not told.is_set():
                told.set()
                go_on.wait(60)

        return index(library, roots, wait_at_the_end, **more)

    monkeypatch.setattr(index_module, "index", when_told)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "rosa")
    album, library = tmp_path / "rosa" / "Pictures" / "album", tmp_path / "new"
    album.mkdir(parents=True)
    (tmp_path / "rosa" / "Desktop").mkdir()
    for photo in sorted((demo_album / "photos" / "2003 Christmas at home").iterdir())[:6]:
        shutil.copy(photo, album)
    (album / "broken.jpg").write_bytes(b"no photo at all")
    shutil.copytree(demo_library.models, library / "cache" / "models")
    (tmp_path / "rosa" / ".config").mkdir()
    (tmp_path / "rosa" / "letter.txt").touch()
    page.goto(start(library))
    heading = page.locator("h1")
    sync_api.expect(heading).to_have_text("Where are your photos?")
    page.locator("#folder").fill(str(album / "nowhere"))
    page.locator("#add-folder").click()
    toast = page.locator(".toast")
    sync_api.expect(toast).to_contain_text("There is no folder")
    inside = page.locator(".folder-inside button")
    sync_api.expect(inside).to_have_text(["album"])  # that is where one begins
    page.get_by_role("button", name="Home").click()
    sync_api.expect(inside).to_have_text(["Desktop", "Pictures"])  # no hidden folders, no files
    inside.last.press("Enter")
    sync_api.expect(inside).to_have_text(["album"])
    inside.press("Enter")
    sync_api.expect(page.locator("#folder")).to_have_value(str(album))
    sync_api.expect(page.locator(".folder-inside")).to_contain_text("no folders in this one")
    sync_api.expect(page.locator(".folder-way button:focus")).to_be_visible()
    last = page.get_by_role("link", name="Settings")
    place = last.bounding_box()
    page.locator("#add-folder").click()
    sync_api.expect(page.locator(".job")).to_contain_text("Looking for new photos")
    assert last.bounding_box() == place  # what goes on does not push the links out of sight
    sync_api.expect(heading).to_have_text("Looking for faces …")
    sync_api.expect(page.locator("#folders")).to_contain_text(
        re.compile("being looked (into|for) just now")
    )
    told.wait(60)
    page.locator(".job-details summary").click()
    sync_api.expect(page.locator(".job-panel")).to_contain_text("of 7 photos")
    sync_api.expect(page.locator(".job-panel")).to_contain_text("found")
    go_on.set()
    sync_api.expect(toast).to_contain_text("6 new photos", timeout=60_000)
    sync_api.expect(heading).to_contain_text("wait for a name")
    sync_api.expect(page.locator(".folders")).to_contain_text(str(album))
    sync_api.expect(page.locator(".unused")).to_contain_text(str(album / "broken.jpg"))
    shutil.copy(album / "IMG_1000.jpg", album / "broken.jpg")
    page.get_by_role("button", name="Try them again").click()
    sync_api.expect(page.locator(".unused-files")).to_have_count(0)
    page.get_by_role("link", name="Name groups").click()
    sync_api.expect(page.locator(".group-card").first).to_be_visible(timeout=60_000)
    page.goto(start(library) + "settings")
    page.locator("label", has_text="99.5 %").click()
    sync_api.expect(toast).to_contain_text("99.5 have to be right")
    assert bands.wanted_precision(Library(library)) == 0.995


def test_our_own_mistakes_are_told_without_details(
    demo_library: Library, browser: sync_api.Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("dashboard.settings.page.body", fail)
    context = new_context(browser)
    page = context.new_page()
    bodies: list[str] = []
    page.on("response", lambda r: bodies.append(r.text()) if "update" in r.url else None)
    page.goto(start(demo_library.folder) + "settings")
    sync_api.expect(page.locator(".toast.failed")).to_contain_text("Something went wrong")
    page.wait_for_load_state("networkidle")
    assert bodies
    assert not any("secret" in body or "Traceback" in body for body in bodies)
    context.close()
