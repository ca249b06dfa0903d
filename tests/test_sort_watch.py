"""Watching a folder: what has arrived completely is sorted, once."""

from __future__ import annotations

import copy
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labeler.errors import LabelerError
from labeler.faces.steps import library_finder
from labeler.groups.steps import numbering
from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.sorting.io import manifest
from labeler.sorting.steps import watch as watching
from labeler.sorting.steps.apply import Placing
from labeler.sorting.steps.plan import SortedPhoto, SortOptions
from labeler.sorting.steps.sets import PhotoSet, find_sets, look
from labeler.sorting.steps.sort import make_judge
from labeler.sorting.steps.undo import undo_sort
from labeler.sorting.steps.watch import Arrivals, CurrentJudge, Left, watch
from labeler.types import Failure, PhotoFile

from .conftest import clusters_by_person
from .sorting import name_people, named_library, names, record_of

pytestmark = pytest.mark.slow

__all__ = ["named_library"]  # fixture


def test_only_what_two_looks_saw_alike_has_arrived() -> None:
    arrivals = Arrivals()
    growing, whole = PhotoFile("a.jpg", 10, 1), PhotoFile("a.jpg", 20, 2)
    other, bad = PhotoFile("b.jpg", 5, 1), Failure("c.jpg", "It cannot be read.")
    assert arrivals.look([growing, bad]) == []
    assert arrivals.look([whole, other, bad]) == [bad]
    assert arrivals.look([whole, other, bad]) == [whole, other]
    assert arrivals.look([whole, other, bad]) == []
    assert arrivals.look([growing, other, bad]) == []  # changed, and perhaps still changing
    assert arrivals.look([growing, other, bad]) == [growing]
    assert arrivals.look([other, bad]) == []
    assert arrivals.look([growing, other, bad]) == []  # came back
    assert arrivals.look([growing, other, bad]) == [growing]


class Rounds(threading.Event):
    """Passes no time between two looks; instead, something happens in the inbox."""

    def __init__(self, happenings: list[Callable[[], object]]) -> None:
        super().__init__()
        self._left = happenings

    def wait(self, timeout: float | None = None) -> bool:
        self._left.pop(0)()
        if not self._left:
            self.set()
        return True


def test_arrivals_are_sorted(named_library: Library, demo_album: Path, tmp_path: Path) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "inbox" / "sorted"
    inbox.mkdir()
    seen: list[list[str]] = []

    def arrive(name: str, size: int | None = None) -> None:
        (inbox / name).write_bytes((demo_album / "inbox" / name).read_bytes()[:size])

    def look() -> None:
        seen.append(sorted(path.name for path in into.rglob("*.jpg")))

    rosa, two = "DSC_200.jpg", "DSC_202.jpg"
    rounds: list[Callable[[], object]] = [
        lambda: arrive(rosa),
        lambda: arrive(two, 9000),  # only a part of it has arrived
        look,
        lambda: arrive(two),
        look,
        look,
        look,
    ]
    with Placing(named_library, inbox, into, "copy") as placing:
        found = watch(named_library, inbox, into, placing, SortOptions(), 2.0, Rounds(rounds))
        done = [Path(item.photo).name for item in found]
    assert done == [rosa, two, two]
    assert seen == [[rosa], [rosa], [rosa, two, two], [rosa, two, two]]
    record = manifest.read(named_library, record_of(into))
    assert len(record.steps) == 6  # three folders and three copies
    assert record.folders == (str(into),)
    assert undo_sort(named_library, record_of(into)).removed == 3
    assert not into.exists()


def test_the_classifier_is_made_again_only_when_the_library_has_changed(
    demo_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    clusters = clusters_by_person(demo_library)

    def name(person: str) -> None:
        members = numbering.cluster_members(demo_library, [clusters[person]])
        naming.name_faces(demo_library, members, person)

    name("Rosa")
    made = []
    make = watching.make_judge
    monkeypatch.setattr(watching, "make_judge", lambda *rest: made.append(rest) or make(*rest))
    judge = CurrentJudge(demo_library)
    first = judge()
    assert judge() is first
    assert judge().names == ["Rosa"]
    name("Emil")
    second = judge()
    assert second.names == ["Emil", "Rosa"]
    assert second.finder is first.finder  # the networks stay
    assert judge() is second
    assert len(made) == 2
    assert library_finder.settings(demo_library) == library_finder.settings(demo_library)


def test_who_was_unknown_is_looked_at_again_when_the_library_knows_more(
    demo_library: Library, demo_album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = clusters_by_person(demo_library)
    name_people(demo_library, (person for person in everybody if person not in ("Felix", "Rosa")))
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    inbox.mkdir()
    # Felix, Rosa, nobody at all
    for file in ("DSC_208.jpg", "DSC_200.jpg", "DSC_206.jpg"):
        shutil.copy(demo_album / "inbox" / file, inbox)
    (inbox / "DSC_208.xmp").write_text("about Felix")
    looks: list[int] = []
    judges: list[object] = []
    look, make = watching.look, watching.make_judge

    def counted(finder: Any, sets: Any, *rest: Any) -> Any:
        sets = list(sets)
        looks.extend([len(sets)] if sets else [])
        return look(finder, sets, *rest)

    monkeypatch.setattr(watching, "look", counted)
    monkeypatch.setattr(watching, "make_judge", lambda *rest: judges.append(1) or make(*rest))

    def nothing() -> None: ...

    def at_rest() -> None:
        assert names(into) == []
        assert len(judges) == 1  # nobody is asked again while nothing has changed

    def edit() -> None:
        (inbox / "DSC_200.jpg").write_bytes((demo_album / "inbox" / "DSC_202.jpg").read_bytes())
        name_people(demo_library, ["Felix"])

    rounds = [
        nothing,
        nothing,
        at_rest,
        lambda: name_people(demo_library, ["Rosa"]),
        edit,
        nothing,
        nothing,
        nothing,
    ]
    with Placing(demo_library, inbox, into, "move") as placing:
        found = watch(demo_library, inbox, into, placing, SortOptions("move"), 2.0, Rounds(rounds))
        done = [(Path(item.photo).name, len(item.targets)) for item in found]
    assert done[:3] == [("DSC_200.jpg", 0), ("DSC_206.jpg", 0), ("DSC_208.jpg", 0)]
    # What has changed is another photo now: of Clara and Jonas, whom it shows.
    assert sorted(done[3:]) == [("DSC_200.jpg", 2), ("DSC_208.jpg", 1)]
    assert names(into) == [
        "Clara/DSC_200.jpg",
        "Felix/DSC_208.jpg",
        "Felix/DSC_208.xmp",
        "Jonas/DSC_200.jpg",
    ]
    assert looks == [3, 1]  # Felix's photo was not read again
    assert len(judges) == 2  # two names, one after the other, are learned at once
    assert names(inbox) == ["DSC_206.jpg"]


def test_other_networks_look_at_it_themselves(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    (one,) = find_sets(demo_album / "inbox" / "DSC_208.jpg", None)
    judge = make_judge(named_library)
    (seen,) = look(judge.finder, [one])
    left, arrivals = Left(), Arrivals[PhotoSet]()
    arrivals.look([one])
    assert arrivals.look([one]) == [one]
    item = SortedPhoto(one.path)
    left.keep(seen, item, judge)
    assert left
    assert left.again(judge, arrivals) == []
    other = replace(judge, people=replace(judge.people, known_share=0.5))
    assert [again is seen for again in left.again(other, arrivals)] == [True]
    strange = replace(judge, finder=copy.copy(judge.finder))
    assert left.again(strange, arrivals) == []
    assert not left
    assert arrivals.look([one]) == [one]  # it arrives once more
    left.keep(seen, replace(item, targets=("x",)), judge)
    assert not left


def test_a_photo_waits_for_what_is_still_being_written_beside_it(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    inbox.mkdir()
    shutil.copy(demo_album / "inbox" / "DSC_200.jpg", inbox / "a.jpg")
    movie = inbox / "a.MOV"
    movie.write_bytes(b"the beginning")

    def grow() -> None:
        assert names(into) == []
        with open(movie, "ab") as file:
            file.write(b", and more")

    rounds: list[Callable[[], object]] = [grow, grow, grow, lambda: names(into), lambda: None]
    with Placing(named_library, inbox, into, "move") as placing:
        found = watch(named_library, inbox, into, placing, SortOptions("move"), 2.0, Rounds(rounds))
        assert [len(item.companions) for item in found] == [1]
    assert names(into) == ["Rosa/a.MOV", "Rosa/a.jpg"]
    assert (into / "Rosa" / "a.MOV").read_bytes() == b"the beginning" + 3 * b", and more"


def test_watching_needs_an_inbox(named_library: Library, tmp_path: Path) -> None:
    into = tmp_path / "sorted"
    with Placing(named_library, tmp_path / "inbox", into, "copy") as placing:
        found = watch(
            named_library, tmp_path / "inbox", into, placing, SortOptions(), 2.0, Rounds([])
        )
        with pytest.raises(LabelerError, match="does not exist"):
            next(found)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_ctrl_c_ends_watching_with_a_summary(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    inbox.mkdir()
    shutil.copy(demo_album / "inbox" / "DSC_200.jpg", inbox)
    command = [sys.executable, "-m", "labeler.cli.main", "--library", str(named_library.folder)]
    command += ["sort", str(inbox), "--into", str(into)]
    command += ["--move", "--apply", "--watch", "--every", "0.1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        deadline = time.monotonic() + 60
        while list(inbox.iterdir()) and run.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        said, complained = run.communicate(timeout=60)
    assert (run.returncode, complained) == (0, "")
    first, summary, undo = said.splitlines()
    assert first.startswith("DSC_200.jpg: Rosa (")
    assert first.endswith(" → Rosa/DSC_200.jpg")
    assert summary.startswith("1 photo moved into ")
    program = f"labeler --library {named_library.folder}"  # no other library knows of it
    assert undo == f"To take this back: {program} sort --undo {record_of(into)}"
    assert manifest.read(named_library, record_of(into)).ended
