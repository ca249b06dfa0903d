"""Faces are recognized by themselves after some were named."""

from __future__ import annotations

import re

import pytest

from dashboard.home.recognizing import PATIENCE, Recognizing
from dashboard.shell.jobs import Jobs
from dashboard.shell.snapshot import Snapshots
from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.outcome import why_none
from labeler.people.steps import naming, recognize
from labeler.people.steps.stand import stand

from .browsing import start
from .conftest import clusters_by_person

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


def name_half(library: Library, person: str) -> None:
    faces = numbering.cluster_members(library, [clusters_by_person(library)[person]])
    naming.name_faces(library, faces[: len(faces) // 2], person)


def test_it_waits_until_nobody_names_any_more(demo_library: Library) -> None:
    jobs = Jobs()
    recognizing = Recognizing(demo_library, Snapshots(demo_library), jobs)
    name_half(demo_library, "Rosa")
    assert not recognizing.look(0.0)  # what was said before is not its business
    assert not recognizing.look(100.0)
    name_half(demo_library, "Emil")
    assert not recognizing.look(200.0)
    assert not recognizing.look(200.0 + PATIENCE / 2)
    assert recognizing.look(201.0 + PATIENCE)
    assert recognize.is_current(demo_library)
    assert stand(demo_library).automatic
    job = jobs.current()
    assert job is not None
    assert (job.is_running, job.silent) == (False, True)
    assert not recognizing.look(900.0)
    naming.name_faces(demo_library, [1], "Clara")
    assert not recognizing.look(1000.0)
    jobs.start("Something else", lambda _: (recognizing.look(2000.0) and "No") or "Yes")
    ended = jobs.wait()
    assert ended is not None
    assert ended.message == "Yes"  # two things at once would only take longer
    assert recognizing.look(3000.0)


def test_home_says_of_whom_there_is_more(demo_library: Library, page: sync_api.Page) -> None:
    address = start(demo_library.folder, by_itself=True)
    page.goto(address)
    sync_api.expect(page.locator("h1")).to_contain_text("wait for a name")
    name_half(demo_library, "Rosa")
    found = page.locator(".home-confirm")
    sync_api.expect(found).to_have_text(
        re.compile(r"^\d+ more of Rosa to confirm$"), timeout=40_000
    )
    found.get_by_role("link").click()
    sync_api.expect(page).to_have_url(address + "people/Rosa?tab=confirm")


def test_it_is_said_why_nobody_was_recognized() -> None:
    assert why_none(1, 5, 0.99).startswith("1 face looks like somebody who has a name, but not so")
    assert "99.5 of 100" in why_none(2, 0, 0.995)
    assert why_none(0, 1, 0.99) == "the face that is left looks like nobody who has a name"
