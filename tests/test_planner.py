"""The plan of a slideshow on the dashboard: chosen, edited, made."""

from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
import pytest

from dashboard.shell.app import create_app
from dashboard.shell.jobs import Job, Jobs
from dashboard.shell.session import Session
from dashboard.slideshow.callbacks import _PAGE_POLICY as PAGE_POLICY
from dashboard.slideshow.planner import Draft, SlideshowPlanner
from dashboard.slideshow.wishes import Making, Wishes, plain, suggested_file
from labeler.errors import LabelerError
from labeler.library.store import Library
from labeler.slideshows.steps.slideshow import album_names

from .sorting import named_library
from .test_show_music import RATE, write_wave

pytestmark = pytest.mark.slow

__all__ = ["named_library"]  # fixture


class Workplace:
    """A planner, and the jobs that it starts."""

    def __init__(self, library: Library) -> None:
        self.jobs = Jobs()
        self.planner = SlideshowPlanner(library, self.jobs)

    def ended(self) -> Job:
        job = self.jobs.wait()
        assert job is not None
        return job

    def plan(self, **wanted: object) -> Draft:
        self.planner.begin(Wishes(**{"people": ("Rosa",), **wanted}))  # type: ignore[arg-type]
        job = self.ended()
        assert not job.failed, job.message
        return self.draft()

    def draft(self) -> Draft:
        draft = self.planner.draft()
        assert draft is not None
        return draft

    def order(self) -> list[int]:
        draft = self.draft()
        return [draft.photo(slide.candidate).id for slide in draft.show.slides]


@pytest.fixture
def place(named_library: Library) -> Workplace:
    return Workplace(named_library)


def test_slides_are_moved_dropped_pinned_and_it_is_taken_back(place: Workplace) -> None:
    place.plan(most=4)
    a, b, c, d = place.order()
    place.planner.move(d, b)
    assert place.order() == [a, d, b, c]
    place.planner.move(a, None)
    assert place.order() == [d, b, c, a]
    place.planner.move(d, a)
    assert place.order() == [b, c, d, a]
    place.planner.step(b, -1)  # it is the first already
    place.planner.step(b, 1)
    assert place.order() == [c, b, d, a]
    place.planner.drop(d)
    place.planner.pin(a)
    place.planner.write_caption(b, "By the lake\n\n  at noon ")
    place.planner.write_caption(b, "By the lake\nat noon")  # the same again is no change
    slides = place.draft().show.slides
    assert [slide.pinned for slide in slides] == [False, False, True]
    assert slides[1].lines == ("By the lake", "at noon")
    number = place.planner.number()
    for _ in range(3):
        place.planner.undo()
    assert place.order() == [c, b, d, a]
    assert place.planner.number() > number  # every page notices
    with pytest.raises(LabelerError, match="not in the plan any more"):
        place.planner.pin(10**9)
    for _ in range(4):
        place.planner.undo()
    assert place.order() == [a, b, c, d]
    with pytest.raises(LabelerError, match="nothing to take back"):
        place.planner.undo()


def test_pins_and_written_captions_outlive_a_new_choice(place: Workplace) -> None:
    first = place.plan(most=3, not_albums=("*Lisbon*",))
    assert not any("Lisbon" in slide.candidate.album for slide in first.show.slides)
    a, b, _ = place.order()
    place.planner.pin(a)
    place.planner.write_caption(a, "Mine")
    place.planner.write_caption(b, "Not pinned, but written")
    again = place.plan(most=1, texts=("nothing says this", "candles"))
    told = {again.photo(slide.candidate).id: slide for slide in again.show.slides}
    assert told[a].pinned
    assert told[a].lines == ("Mine",)
    everything = place.plan(most=None)
    told = {everything.photo(slide.candidate).id: slide for slide in everything.show.slides}
    assert told[a].lines == ("Mine",)
    place.planner.undo()
    assert place.draft().wanted.most == 1  # a new choice is a change like any other


def test_a_choice_that_is_cancelled_leaves_the_plan(place: Workplace) -> None:
    place.plan(most=2)
    before = place.draft()
    place.planner.begin(Wishes(("Rosa",), most=None))
    place.jobs.cancel()
    assert place.ended().message.startswith("Cancelled")
    assert place.draft() is before


def test_what_is_said_below_the_title_counts_the_slides(place: Workplace) -> None:
    place.plan(most=3)
    assert place.draft().show.subtitle.endswith("3 photos")
    place.planner.drop(place.order()[0])
    assert place.draft().show.subtitle.endswith("2 photos")
    place.planner.entitle("Rosa", "Her life")
    place.planner.drop(place.order()[0])
    assert place.draft().show.subtitle == "Her life"
    with pytest.raises(LabelerError, match="at least one letter"):
        place.planner.entitle(" ", "")


def test_what_cannot_be_chosen_is_said_in_the_words_of_the_page(place: Workplace) -> None:
    with pytest.raises(LabelerError, match="at least one person"):
        place.planner.begin(Wishes())
    with pytest.raises(LabelerError, match="next year is no date"):
        place.planner.begin(Wishes(("Rosa",), since="next year"))
    place.planner.begin(Wishes(("Rosa",), albums=("Nowhere*",)))
    job = place.ended()
    assert job.failed
    assert "is in 'Nowhere*'; ask for less." in job.message
    place.planner.begin(Wishes(("Ros",)))
    assert "did you mean Rosa?" in place.ended().message
    assert place.planner.draft() is None
    with pytest.raises(LabelerError, match="choose the photos first"):
        place.planner.make(Making("page", "/rosa.html"))
    with pytest.raises(LabelerError, match="choose the photos first"):
        place.planner.drop(1)


def test_a_video_is_made_and_handed_out_by_its_number_alone(
    place: Workplace, tmp_path: Path, named_library: Library
) -> None:
    place.plan(most=2)
    out = tmp_path / "rosa.mp4"
    place.planner.make(Making("720p", str(out)))
    job = place.ended()
    assert not job.failed, job.message
    with av.open(str(out)) as video:
        stream = video.streams.video[0]
        assert (stream.width, stream.height) == (1280, 720)
        assert stream.frames == 25 * (4 + 2 * 4)  # the title, and two slides; fades overlap
    (made,) = place.planner.made.latest()
    assert made.told == "2 slides of Rosa, 0:12 min"
    assert place.planner.made.file(made.number) == out
    assert place.planner.made.file(made.number + 1) is None
    with pytest.raises(LabelerError, match="exists already"):
        place.planner.make(Making("720p", str(out)))
    os.replace(out, tmp_path / "old.mp4")
    out.write_bytes(b"somebody else's")
    assert place.planner.made.file(made.number) is None
    client = create_app(
        Session(named_library)
    ).server.test_client()  # another process' shows are not ours
    assert client.get(f"/slideshow/made/{made.number}").status_code == 404


def test_nothing_is_left_of_what_was_cancelled(place: Workplace, tmp_path: Path) -> None:
    place.plan()
    place.planner.make(Making("720p", str(tmp_path / "rosa.mp4")))
    place.jobs.cancel()
    assert place.ended().message == "Cancelled; nothing of it is left"
    assert list(tmp_path.glob("*.mp4")) + list(tmp_path.glob(".*.part")) == []
    assert place.planner.made.latest() == ()


def test_folders_lists_and_pages(place: Workplace, tmp_path: Path) -> None:
    place.plan(most=2)
    for kind, name in (("copies", "copies"), ("links", "links"), ("playlist", "rosa.m3u8")):
        place.planner.make(Making(kind, str(tmp_path / name)))
        assert place.ended().message == "2 photos of Rosa"
    assert [path.is_symlink() for path in sorted((tmp_path / "links").iterdir())] == [True, True]
    assert [path.is_symlink() for path in sorted((tmp_path / "copies").iterdir())] == [False] * 2
    place.planner.make(Making("page", str(tmp_path / "rosa.html")))
    place.ended()
    assert [made.is_played for made in place.planner.made.latest()] == [True, False, False, False]


def test_a_show_lasts_as_long_as_its_music(place: Workplace, tmp_path: Path) -> None:
    place.plan(most=2)
    moments = np.arange(20 * RATE) / RATE
    tune = write_wave(tmp_path / "tune.wav", 0.3 * np.sin(2 * np.pi * 440 * moments))
    out = tmp_path / "rosa.html"
    place.planner.make(Making("page", str(out), str(tune), fit_music=True))
    assert place.ended().message == "2 slides of Rosa, 0:20 min"
    (tmp_path / "words.mp3").write_text("no music")
    with pytest.raises(LabelerError, match=r"words\.mp3"):
        place.planner.make(Making("720p", str(tmp_path / "a.mp4"), str(tmp_path / "words.mp3")))


@pytest.mark.parametrize(
    ("making", "sentence"),
    [
        (Making("720p", ""), "Type the whole path of what to write"),
        (Making("720p", "rosa.mp4"), "whole path"),
        (Making("720p", "/rosa.html"), "rosa.html must end in .mp4"),
        (Making("page", "/nowhere/rosa.html"), "/nowhere does not exist"),
        (Making("page", "~/rosa.html", music="waltz.mp3"), "whole path of the music"),
        (Making("page", "~/rosa.html", music="~/waltz.mp3"), "waltz.mp3"),
        (Making("page", "~/rosa.html", on_beat=True), "Say which music"),
    ],
)
def test_what_cannot_be_made_is_said(
    place: Workplace,
    making: Making,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    place.plan(most=1)
    with pytest.raises(LabelerError, match=sentence):
        place.planner.make(making)


def test_a_name_that_is_free_is_suggested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert suggested_file("Rosa & Emil", "720p") == tmp_path / "Rosa & Emil.mp4"
    (tmp_path / "Videos").mkdir()
    (tmp_path / "Videos" / "Rosa.mp4").touch()
    assert suggested_file("Rosa", "1080p") == tmp_path / "Videos" / "Rosa 2.mp4"
    assert suggested_file("Rosa/..", "page") == tmp_path / "Videos" / "Rosa-.html"
    assert suggested_file("..", "copies") == tmp_path / "Videos" / "Show"
    assert suggested_file("Rosa", "page", "/home/x/Own 1.5.mp4") == Path("/home/x/Own 1.5.html")
    assert suggested_file("Rosa", "page", "/home/x/Own 1.5") == Path("/home/x/Own 1.5.html")
    assert suggested_file("Rosa", "copies", "/home/x/own.m3u8") == Path("/home/x/own")


def test_albums_are_named_as_they_are_asked_for() -> None:
    photos = ["/home/x/2019 Lisbon trip/day 1/a.jpg", "/home/x/2003 Christmas/b.jpg"]
    assert album_names(photos) == ["2003 Christmas", "2019 Lisbon trip", "day 1"]
    assert album_names(["/home/x/scans/a.jpg"]) == ["scans"]
    assert album_names(["/x/ab\udcff/a.jpg"]) == ["ab�"]
    assert album_names([]) == []


def test_options_of_the_command_line_are_not_told() -> None:
    assert plain("none is in 'A' (--album); ask for less.") == "none is in 'A'; ask for less."
    assert plain("Show at most 3 (--most 3).") == "Show at most 3."
    assert "--" not in plain("No steady beat; leave out --on-beat.")


def test_a_page_that_was_made_may_only_show_itself() -> None:
    assert "sandbox" in PAGE_POLICY
    assert "'self'" not in PAGE_POLICY
