"""Sorting in the browser: the plan, corrections, carrying out, taking back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dashboard.shell import app
from dashboard.shell.jobs import Jobs
from dashboard.shell.session import Session
from dashboard.sort import page as sort
from dashboard.sort.sorter import Plan, Sorter
from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.sorting.steps.plan import SortOptions

from .browsing import start
from .sorting import named_library

__all__ = ["named_library"]  # fixture

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture
def inbox(demo_album: Path, tmp_path: Path) -> Path:
    """Three of the new photos: of two people, of one, and of nobody known."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name in ("DSC_202.jpg", "DSC_208.jpg", "DSC_211.jpg"):
        shutil.copy(demo_album / "inbox" / name, folder)
    return folder


def tree(folder: Path) -> dict[str, int]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in files
        if ".face-labeler" not in path.parts
    }


def planned(sorter: Sorter, jobs: Jobs, inbox: Path, into: Path, method: str = "move") -> Plan:
    sorter.begin(str(inbox), str(into), SortOptions(method=method))  # type: ignore[arg-type]
    job = jobs.wait()
    assert job is not None
    assert not job.failed, job.message
    plan = sorter.plan()
    assert plan is not None
    return plan


def test_a_plan_is_corrected_carried_out_and_taken_back(
    named_library: Library, inbox: Path, tmp_path: Path
) -> None:
    jobs, into = Jobs(), tmp_path / "people"
    sorter = Sorter(named_library, jobs)
    before = tree(inbox)
    plan = planned(sorter, jobs, inbox, into)
    names = [[one.person for one in item.people] for item in plan.photos]
    assert (names, plan.to_place) == ([["Clara", "Jonas"], ["Felix"], []], 2)
    with pytest.raises(LabelerError, match="another plan by now"):
        sorter.correct(plan.number + 1, 0, [])
    corrected = sorter.correct(plan.number, 0, ["Jonas", " Aunt/Ida ", ""])
    assert corrected.targets == (
        str(into / "Jonas" / "DSC_202.jpg"),
        str(into / "Aunt_Ida" / "DSC_202.jpg"),
    )
    assert corrected.people[0].probability > 0.9  # what was seen stays seen
    sorter.correct(plan.number, 2, ["Rosa"])
    sorter.carry_out()
    job = jobs.wait()
    assert job is not None
    assert job.message == "3 photos moved"
    assert set(tree(into)) == {
        "Jonas/DSC_202.jpg",
        "Aunt_Ida/DSC_202.jpg",
        "Felix/DSC_208.jpg",
        "Rosa/DSC_211.jpg",
    }
    assert tree(inbox) == {}
    assert sorter.picture(plan.number, 0)  # from where it was moved to
    for again in (sorter.carry_out, lambda: sorter.correct(plan.number, 0, [])):
        with pytest.raises(LabelerError):
            again()
    assert "3 files in the inbox again" in sorter.take_back().message
    assert tree(inbox) == before
    assert not into.exists()
    with pytest.raises(LabelerError, match="Nothing was sorted"):
        sorter.take_back()
    assert sorter.carry_out().title == "Sorting"
    jobs.wait()


def test_what_belongs_to_a_photo_goes_where_it_is_corrected_to(
    named_library: Library, inbox: Path, tmp_path: Path
) -> None:
    (inbox / "DSC_208.xmp").write_text("about Felix")
    (inbox / "DSC_208.MOV").write_text("the movie")
    (inbox / "DSC_208.strange").write_text("nobody knows")
    jobs, into = Jobs(), tmp_path / "people"
    sorter = Sorter(named_library, jobs)
    plan = planned(sorter, jobs, inbox, into)
    item = sorter.correct(plan.number, 1, ["Rosa"])
    shown = [line.children for line in sort.places(plan, item)]
    assert shown == [["→ ", "Rosa/DSC_208.jpg"], "+ DSC_208.MOV, DSC_208.xmp"]
    sorter.carry_out()
    job = jobs.wait()
    assert job is not None
    assert job.message.endswith("moved; 1 file called like them left in the inbox")
    together = {"Rosa/DSC_208.jpg", "Rosa/DSC_208.xmp", "Rosa/DSC_208.MOV"}
    assert together <= set(tree(into))
    assert set(tree(inbox)) == {"DSC_208.strange", "DSC_211.jpg"}
    assert "4 files in the inbox again" in sorter.take_back().message


def test_two_corrections_never_share_a_place(
    named_library: Library, inbox: Path, tmp_path: Path
) -> None:
    (inbox / "more").mkdir()
    shutil.copy(inbox / "DSC_208.jpg", inbox / "more" / "DSC_202.jpg")
    jobs = Jobs()
    sorter = Sorter(named_library, jobs)
    plan = planned(sorter, jobs, inbox, tmp_path / "people", "copy")
    targets = {
        target
        for index in range(len(plan.photos))
        for target in sorter.correct(plan.number, index, ["Rosa"]).targets
    }
    assert len(targets) == 4


def test_what_cannot_be_sorted_is_said(named_library: Library, inbox: Path) -> None:
    sorter = Sorter(named_library, Jobs())
    with pytest.raises(LabelerError, match="whole path of the folder of new photos"):
        sorter.begin("inbox", "/people", SortOptions())
    with pytest.raises(LabelerError, match="no folder"):
        sorter.begin(str(inbox / "nowhere"), "/people", SortOptions())
    with pytest.raises(LabelerError, match="nowhere"):
        sorter.begin(str(inbox), "/people", SortOptions(layout="{nowhere}"))
    with pytest.raises(LabelerError, match="make one first"):
        sorter.carry_out()


def test_pictures_are_of_the_plan_only(named_library: Library) -> None:
    client = app.create_app(Session(named_library)).server.test_client()
    for address in ("/sort/1/0.jpg", "/sort/0/0.jpg"):
        assert client.get(address).status_code == 404
    assert client.get("/sort/1/..%2f..%2fetc.jpg").mimetype == "text/html"  # a page like any other


def test_sort_in_the_browser(
    named_library: Library, inbox: Path, tmp_path: Path, page: sync_api.Page
) -> None:
    into = tmp_path / "people"
    before = tree(inbox)
    page.goto(start(named_library.folder) + "sort")
    sync_api.expect(page.locator("#inbox")).to_be_focused()
    page.locator("#plan").click()
    toast = page.locator(".toast")
    sync_api.expect(toast).to_contain_text("Type the whole path")
    page.locator("#inbox").fill(str(inbox))
    page.locator("#into").fill(str(into))
    page.locator("#plan").click()
    cards = page.locator(".sort-card")
    sync_api.expect(cards).to_have_count(3, timeout=60_000)
    sync_api.expect(page.locator(".sort-place")).to_have_text(
        ["→ Clara/DSC_202.jpg", "→ Jonas/DSC_202.jpg", "→ Felix/DSC_208.jpg"]
    )
    field = cards.nth(2).locator("input").first
    field.fill("Rosa")
    field.press("Enter")
    sync_api.expect(cards.nth(2).locator(".sort-place")).to_have_text("→ Rosa/DSC_211.jpg")
    sync_api.expect(page.locator("#sort-apply")).to_have_text("Copy 3 photos")
    page.reload()  # the plan lies on the sorter, not in the browser
    sync_api.expect(page.locator(".sort-place")).to_have_count(4)
    page.locator("#sort-apply").click()
    sync_api.expect(toast).to_contain_text("3 photos copied", timeout=30_000)
    assert len(tree(into)) == 4
    page.locator("#sort-undo").click()
    sync_api.expect(toast).to_contain_text("Taken back")
    assert not into.exists()
    assert tree(inbox) == before
