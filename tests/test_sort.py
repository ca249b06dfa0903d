"""Sorting an inbox: right, complete, and never at the cost of a file."""

from __future__ import annotations

import csv
import os
import shutil
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from labeler import export
from labeler.errors import LabelerError
from labeler.pipeline import naming
from labeler.pipeline.sort import SortedPhoto, apply_sort, plan_sort
from labeler.store import Library

from .conftest import clusters_by_person


@pytest.fixture
def named_library(demo_library: Library) -> Library:
    for person, cluster in clusters_by_person(demo_library).items():
        naming.name_faces(demo_library, naming.cluster_members(demo_library, [cluster]), person)
    return demo_library


def test_the_demo_inbox_is_sorted_right(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    truth: dict[str, set[str]] = defaultdict(set)
    strangers: dict[str, int] = defaultdict(int)
    with open(demo_album / "faces.csv", newline="") as table:
        for row in csv.DictReader(table):
            name = str(demo_album / row["file"])
            if row["person"] == "stranger":
                strangers[name] += 1
            else:
                truth[name].add(row["person"])
    into = tmp_path / "sorted"
    plan = plan_sort(named_library, demo_album / "inbox", into)
    assert len(plan) == 12
    for item in plan:
        assert {person.person for person in item.people} == truth[item.photo]
        assert item.unknown == strangers[item.photo]
        assert set(item.targets) == {
            str(into / person / Path(item.photo).name) for person in truth[item.photo]
        }
        assert all(person.probability >= 0.9 for person in item.people)
    assert not into.exists()  # a plan writes nothing
    apply_sort(plan, "copy")
    for item in plan:
        for target in item.targets:
            assert Path(target).read_bytes() == Path(item.photo).read_bytes()
    before = sorted(into.rglob("*"))
    again = plan_sort(named_library, demo_album / "inbox", into)
    assert apply_sort(again, "copy") == again
    assert [item.there for item in again] == [len(item.targets) for item in plan]
    assert [replace(item, there=0) for item in again] == plan
    assert sorted(into.rglob("*")) == before


def test_without_names_there_is_nothing_to_sort_by(
    demo_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    with pytest.raises(LabelerError, match="Nobody has a name yet"):
        plan_sort(demo_library, demo_album / "inbox", tmp_path)


def test_sorting_a_folder_into_itself_is_refused(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(demo_album / "inbox")
    with pytest.raises(LabelerError, match="are the same"):
        plan_sort(named_library, demo_album / "inbox", tmp_path / "link")


def test_the_target_inside_the_inbox_is_not_sorted_again(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    shutil.copy(demo_album / "inbox" / "DSC_202.jpg", inbox)
    (tmp_path / "link").symlink_to(inbox)
    for _ in range(2):
        apply_sort(plan_sort(named_library, inbox, tmp_path / "link" / "sorted"), "copy")
    assert len(list((inbox / "sorted").rglob("*.jpg"))) == 2


def test_unreadable_photos_are_part_of_the_plan(named_library: Library, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "text.jpg").write_text("no picture")
    (item,) = plan_sort(named_library, inbox, tmp_path / "sorted")
    assert item.error is not None
    assert (item.people, item.targets) == ((), ())


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    source = tmp_path / "inbox" / "a.jpg"
    source.parent.mkdir()
    source.write_bytes(b"the photo")
    return source


def test_another_photo_of_the_same_name_gets_a_number(photo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Rosa"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"another photo")
    target = export.free_target(photo, folder, "copy", set())
    assert target == folder / "a (2).jpg"
    assert export.free_target(photo, folder, "copy", {target}) == folder / "a (3).jpg"
    export.place(photo, [target], "copy")
    assert (folder / "a.jpg").read_bytes() == b"another photo"
    assert export.free_target(photo, folder, "copy", set()) == target


def test_a_file_that_appears_in_between_is_not_overwritten(photo: Path, tmp_path: Path) -> None:
    target = tmp_path / "Rosa" / "a.jpg"
    target.parent.mkdir()
    target.write_bytes(b"came in between")
    for method in ("copy", "move", "link"):
        (item,) = apply_sort([SortedPhoto(str(photo), targets=(str(target),))], method)
        assert item.error is not None
        assert target.read_bytes() == b"came in between"
        assert photo.read_bytes() == b"the photo"


def test_moving_to_two_folders_leaves_two_copies_and_no_source(photo: Path, tmp_path: Path) -> None:
    targets = [tmp_path / person / "a.jpg" for person in ("Rosa", "Emil")]
    stamp = photo.stat().st_mtime_ns
    export.place(photo, targets, "move")
    assert not photo.exists()
    assert [target.read_bytes() for target in targets] == [b"the photo"] * 2
    assert targets[0].stat().st_mtime_ns == stamp


def test_links_are_not_taken_for_copies(photo: Path, tmp_path: Path) -> None:
    target = tmp_path / "Rosa" / "a.jpg"
    export.place(photo, [target], "link")
    assert os.readlink(target) == str(photo)
    assert export.free_target(photo, target.parent, "link", set()) == target
    export.place(photo, [target], "link")
    # Moving after linking must not leave a link to nowhere as the only trace of the photo.
    second = export.free_target(photo, target.parent, "move", set())
    assert second == target.parent / "a (2).jpg"
    export.place(photo, [second], "move")
    assert second.read_bytes() == b"the photo"


def test_moving_onto_itself_keeps_the_photo(photo: Path) -> None:
    export.place(photo, [photo], "move")
    assert photo.read_bytes() == b"the photo"


def test_a_full_disk_leaves_no_half_file(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", fail)
    target = tmp_path / "Rosa" / "a.jpg"
    (item,) = apply_sort([SortedPhoto(str(photo), targets=(str(target),))], "move")
    assert item.error == "It could not be placed: No space left on device."
    assert not target.exists()
    assert photo.exists()


@pytest.mark.parametrize(
    ("person", "folder"),
    [
        ("Rosa", "Rosa"),
        ("../../etc", "_.._etc"),
        ("A/B: c.", "A_B_ c"),
        ("CON", "CON_"),
        ("...", "_"),
        ("Zoë", "Zoë"),
    ],
)
def test_folder_names_are_safe(person: str, folder: str) -> None:
    assert export.folder_name(person) == folder
