"""The page of a video in a real browser: it plays, jumps, and is the place to name people."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.photos.steps import thumbnails

from .browsing import start, toast
from .conftest import clusters_by_person, people_named
from .test_video_page import lane_of, the_video

if TYPE_CHECKING:
    from playwright import sync_api
else:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

TIME = "document.getElementById('video-player')?.currentTime"
PAUSED = "document.getElementById('video-player').paused"


def wait_for(page: sync_api.Page, condition: str) -> None:
    page.wait_for_function(condition)


def test_watch_a_video_and_name_who_is_in_it(filmed_library: Library, page: sync_api.Page) -> None:
    folder, video = filmed_library.folder, the_video(filmed_library)
    rosa = clusters_by_person(filmed_library)["Rosa"]
    faces = filmed_library.faces()
    naming.name_faces(filmed_library, faces.ids[faces.clusters == rosa].tolist(), "Rosa")
    last = max(lane_of(filmed_library, None).stretches, default=(0.0, 0.0))
    page.goto(start(folder) + f"photo/{video.id}?t=3")
    wait_for(page, f"{TIME} >= 3")
    sync_api.expect(page.locator(".lane-name")).to_have_text(["Rosa", "unknown_1", "unknown_2"])

    # A click on a stretch plays from there; the space bar pauses.
    stretch = page.locator(".lane").nth(1).locator(".stretch")
    stretch.click()
    wait_for(page, f"Math.abs({TIME} - {last[0]}) < 1 && !{PAUSED}")
    page.keyboard.press("Space")
    wait_for(page, PAUSED)

    # Only the scenes of those who are ticked are played, and then it stops.
    page.locator(".lane-choose").nth(1).click()
    page.get_by_role("button", name="Play only their scenes").click()
    sync_api.expect(page.locator(".scenes-hint")).to_have_text("1 scene, 2 s")
    wait_for(page, f"{PAUSED} && Math.abs({TIME} - {last[1]}) < 0.6")
    page.locator(".lane-choose").nth(2).click()
    page.get_by_role("button", name="Play everything").click()
    sync_api.expect(page.locator(".scenes-hint")).to_have_text("Never on screen together")

    # Somebody is named here, with the whole group.
    page.locator(".lane").nth(2).locator(".name-input input").fill("Em")
    page.locator(".lane").nth(1).locator(".name-input input").fill("Henrik")
    page.keyboard.press("Enter")
    toast(page, re.compile(r"\d\d faces .*Henrik"))
    sync_api.expect(page.locator(".lane-name")).to_have_text(["Rosa", "Henrik", "unknown_1"])
    sync_api.expect(page.locator(".lane").nth(2).locator(".name-input input")).to_have_value("Em")
    assert people_named(Library(folder)) == ["Henrik", "Rosa"]


def test_a_video_that_the_browser_cannot_play_is_a_sentence(
    filmed_library: Library, page: sync_api.Page, tmp_path: Path
) -> None:
    other = tmp_path / "old.avi"
    other.write_bytes(b"RIFF" + bytes(5000))
    video = the_video(filmed_library)
    thumbnails.photo_picture(filmed_library, video.id)  # as long as there is a poster
    with filmed_library._transaction() as connection:
        connection.execute("UPDATE files SET path = ? WHERE photo_id = ?", [str(other), video.id])
    page.goto(start(filmed_library.folder) + f"photo/{video.id}")
    said = page.locator(".video-said")
    sync_api.expect(said).to_contain_text("This browser cannot play the video")
    sync_api.expect(said).to_contain_text("old.avi")
