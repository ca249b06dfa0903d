from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from labeler.errors import LabelerError
from labeler.slideshows import editing, plan_text, slideshow
from labeler.slideshows.slideshow import Candidate, Show, ShownFace, Slide
from labeler.slideshows.steps.slideshow import load_plan, pinned, save_plan
from labeler.types import Box


def photo(name: str) -> Candidate:
    marks = tuple((float(10 + n), 20.5) for n in range(5))
    faces = (
        ShownFace("Žofie", Box(1.5, 2, 30, 40), landmarks=marks),
        ShownFace("B", Box(0, 0, 5, 5)),
    )
    taken = datetime(2003, 12, 24, 10) if name != "c" else None
    more = {"content_hash": name * 64, "others": (Box(7, 8, 9, 10),)}
    return Candidate(f"/photos/{name}\udcff.jpg", taken, "", "", 100, 90, faces, **more)  # type: ignore[arg-type]


@pytest.fixture
def show() -> Show:
    slides = tuple(Slide(photo(name), 0, 0, (f"Line {name}", "more")) for name in "abc")
    show = Show("Žofie & B", "2003", ("Žofie", "B"), slides[0].candidate, slides)
    return slideshow.evenly_timed(show, slideshow.SLIDE_SECONDS)


def names(show: Show) -> str:
    return "".join(Path(slide.candidate.photo_path).name[0] for slide in show.slides)


# -- editing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "to", "order"), [(0, 2, "bca"), (2, 0, "cab"), (1, 1, "abc"), (1, 2, "acb")]
)
def test_move(show: Show, place: int, to: int, order: str) -> None:
    moved = editing.move(show, place, to)
    assert names(moved) == order
    assert [slide.start for slide in moved.slides] == [slide.start for slide in show.slides]


def test_drop_pin_and_captions(show: Show) -> None:
    shorter = editing.drop(show, 1)
    assert (names(shorter), shorter.seconds) == ("ac", show.seconds - 4)
    with_pin = editing.pin(shorter, 1)
    assert pinned(with_pin) == {"c" * 64: ("Line c", "more")}
    assert pinned(editing.pin(with_pin, 1, False)) == {}
    told = editing.write_caption(show, 0, " The  boat \n\n at noon\n")
    assert told.slides[0].lines == ("The boat", "at noon")
    assert editing.write_caption(show, 0, "").slides[0].lines == ()
    assert editing.entitle(show, " For\nyou ", "").title == "For you"


def test_edits_that_make_no_sense(show: Show) -> None:
    for place in (-1, 3):
        with pytest.raises(LabelerError, match="the show has 3 of them"):
            editing.drop(show, place)
        with pytest.raises(LabelerError, match="the show has 3 of them"):
            editing.move(show, 0, place)
    last = editing.drop(editing.drop(show, 0), 0)
    with pytest.raises(LabelerError, match="a show needs one"):
        editing.drop(last, 0)
    with pytest.raises(LabelerError, match="at least one letter"):
        editing.entitle(show, " ", "x")


# -- the text ------------------------------------------------------------------------------------


@pytest.mark.parametrize("growing", [False, True])
def test_what_is_written_is_read_again(show: Show, tmp_path: Path, growing: bool) -> None:
    show = editing.pin(replace(show, growing_up=growing), 2)
    show = replace(show, crossfade=slideshow.usual_crossfade(growing))
    show = slideshow.evenly_timed(show, slideshow.usual_seconds(show))
    save_plan(show, tmp_path / "show.json")
    again = load_plan(tmp_path / "show.json")
    assert replace(again, cover=show.cover) == show
    with pytest.raises(LabelerError, match="exists already"):
        save_plan(show, tmp_path / "show.json")


def test_an_edited_text_is_another_show(show: Show) -> None:
    plan = json.loads(plan_text.written(show))
    plan["slides"] = [plan["slides"][2], plan["slides"][0]]
    plan["slides"][0]["caption"] = "Mine"
    plan["slides"][1]["pinned"] = True
    edited = plan_text.read(json.dumps(plan))
    assert names(edited) == "ca"
    assert (edited.slides[0].lines, edited.slides[1].pinned) == (("Mine",), True)
    assert edited.seconds == 12


def of_first(key: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda plan: plan["slides"][0].__setitem__(key, value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda plan: plan.__setitem__("labeler_show", 2), "not the plan of a show"),
        (lambda plan: plan.pop("slides"), 'The plan lacks "slides"'),
        (lambda plan: plan["slides"].clear(), "no slides left"),
        (lambda plan: plan.__setitem__("slides", {}), '"slides" of the plan must be a list'),
        (lambda plan: plan.__setitem__("people", [1]), "list of names"),
        (lambda plan: plan.__setitem__("title", ""), "at least one letter"),
        (lambda plan: plan.__setitem__("growing_up", 1), "must be true or false"),
        (lambda plan: plan["slides"].__setitem__(1, 5), "Slide 2 of the plan must be an object"),
        (lambda plan: plan["slides"][1].pop("path"), 'Slide 2 of the plan lacks "path"'),
        (of_first("path", 3), '"path" of slide 1 of the plan must be a text'),
        (of_first("path", ""), "needs the path of a photo"),
        (of_first("taken", "Christmas"), '"taken" of slide 1 must be a date'),
        (of_first("taken", 2003), '"taken" of slide 1 must be a date'),
        (of_first("pinned", "yes"), "must be true or false"),
        (of_first("width", True), "must be a whole number"),
        (of_first("height", 0), "needs a width, a height"),
        (of_first("faces", []), "at least one face"),
        (of_first("faces", [None]), "each face must be an object"),
        (of_first("faces", [{"person": "B", "box": [1, 2, 3]}]), "left, top, width, height"),
        (of_first("faces", [{"person": "B", "box": [1, 2, 3, float("nan")]}]), "left, top"),
        (of_first("faces", [{"person": "B", "box": [1, 2, 0, 4]}]), "left, top"),
        (of_first("others", [[1, 2]]), "others are boxes"),
    ],
)
def test_what_is_wrong_in_a_plan_is_told(
    show: Show, change: Callable[[dict[str, Any]], Any], sentence: str
) -> None:
    plan = json.loads(plan_text.written(show))
    change(plan)
    with pytest.raises(LabelerError, match=sentence):
        plan_text.read(json.dumps(plan))


def test_files_that_are_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "show.json"
    with pytest.raises(LabelerError, match="does not exist"):
        load_plan(path)
    path.write_bytes(b"\xff\xd8\xff")
    with pytest.raises(LabelerError, match="is not text in UTF-8"):
        load_plan(path)
    for text in ("{", "[]", "null", '"labeler_show"'):
        path.write_text(text)
        with pytest.raises(LabelerError, match=r"plan is not JSON|not the plan"):
            load_plan(path)
