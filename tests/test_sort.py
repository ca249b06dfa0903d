"""Sorting an inbox: right, complete, and never at the cost of a file."""

from __future__ import annotations

import csv
import os
import shutil
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from labeler.errors import LabelerError, UnknownPersonError, UsageError
from labeler.library.store import Library
from labeler.people.steps import people
from labeler.people.steps.people import set_birth
from labeler.sorting import layout
from labeler.sorting.io import free_names, transfer
from labeler.sorting.steps.apply import Placing, apply_sort
from labeler.sorting.steps.lists import write_lists
from labeler.sorting.steps.sort import SortedPhoto, SortOptions, folder, groups, plan_sort

from .sorting import a_library, named_library, photo, place, planned

__all__ = ["named_library", "photo"]  # fixtures


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
    inbox = demo_album / "inbox"
    with Placing(named_library, inbox, into, "copy") as placing:
        apply_sort(plan, placing)
    for item in plan:
        for target in item.targets:
            assert Path(target).read_bytes() == Path(item.photo).read_bytes()
    before = sorted(into.rglob("*"))
    again = plan_sort(named_library, demo_album / "inbox", into)
    with Placing(named_library, inbox, into, "copy") as placing:
        assert apply_sort(again, placing) == again
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
    into = tmp_path / "link" / "sorted"
    for _ in range(2):
        with Placing(named_library, inbox, into, "copy") as placing:
            apply_sort(plan_sort(named_library, inbox, into), placing)
    assert len(list((inbox / "sorted").rglob("*.jpg"))) == 2


def test_unreadable_photos_are_part_of_the_plan(named_library: Library, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "text.jpg").write_text("no picture")
    (item,) = plan_sort(named_library, inbox, tmp_path / "sorted")
    assert item.error is not None
    assert (item.people, item.targets) == ((), ())


def test_another_photo_of_the_same_name_gets_a_number(photo: Path, tmp_path: Path) -> None:
    wanted = tmp_path / "Rosa" / "a.jpg"
    second, third = (wanted.with_name(f"a ({n}).jpg") for n in (2, 3))
    wanted.parent.mkdir()
    wanted.write_bytes(b"another photo")
    content = transfer.digest(photo)
    assert free_names.free_target(photo, wanted, "copy", content, {}) == second
    assert free_names.free_target(photo, wanted, "copy", content, {second: "else"}) == third
    transfer.put(photo, second, "copy", content)
    assert wanted.read_bytes() == b"another photo"
    assert free_names.free_target(photo, wanted, "copy", content, {}) == second


def test_the_same_content_twice_in_one_inbox_is_placed_once(photo: Path, tmp_path: Path) -> None:
    double = photo.parent / "again" / "a.jpg"
    double.parent.mkdir()
    shutil.copy(photo, double)
    content = transfer.digest(photo)
    wanted = tmp_path / "Rosa" / "a.jpg"
    taken = {wanted: free_names.held(photo, "copy", content)}
    assert free_names.free_target(double, wanted, "move", content, taken) == wanted
    linked = {wanted: free_names.held(photo, "link", content)}
    assert free_names.free_target(double, wanted, "link", content, linked) != wanted
    done = place([planned(photo, wanted), planned(double, wanted)], tmp_path, "move")
    assert [item.error for item in done] == [None, None]
    assert not photo.exists()
    assert not double.exists()
    assert wanted.read_bytes() == b"the photo"


def test_a_file_that_appears_in_between_is_not_overwritten(photo: Path, tmp_path: Path) -> None:
    target = tmp_path / "Rosa" / "a.jpg"
    target.parent.mkdir()
    target.write_bytes(b"came in between")
    methods: tuple[transfer.Method, ...] = ("copy", "move", "link", "hard-link")
    for method in methods:
        (item,) = place([planned(photo, target)], tmp_path, method)
        assert item.error == f"{target} has appeared meanwhile; run the command again."
        assert target.read_bytes() == b"came in between"
        assert photo.read_bytes() == b"the photo"
        with pytest.raises(FileExistsError):  # at the last moment
            transfer.put(photo, target, method, transfer.digest(photo))
        assert os.listdir(target.parent) == ["a.jpg"]


def test_moving_to_two_folders_leaves_two_files_and_no_source(photo: Path, tmp_path: Path) -> None:
    targets = [tmp_path / person / "a.jpg" for person in ("Rosa", "Emil")]
    photo.chmod(0o640)
    before = photo.stat()
    place([planned(photo, *targets)], tmp_path, "move")
    assert not photo.exists()
    assert [target.read_bytes() for target in targets] == [b"the photo"] * 2
    assert not os.path.samefile(*targets)  # changing one must not change the other
    for target in targets:
        assert target.stat().st_mtime_ns == before.st_mtime_ns
        assert target.stat().st_mode == before.st_mode


def test_links_are_not_taken_for_copies(photo: Path, tmp_path: Path) -> None:
    target = tmp_path / "Rosa" / "a.jpg"
    content = transfer.digest(photo)
    place([planned(photo, target)], tmp_path, "link")
    assert os.readlink(target) == str(photo)
    assert free_names.free_target(photo, target, "link", content, {}) == target
    place([planned(photo, target)], tmp_path, "link")
    # Moving after linking must not leave a link to nowhere as the only trace of the photo.
    second = free_names.free_target(photo, target, "move", content, {})
    assert second == target.parent / "a (2).jpg"
    place([planned(photo, second)], tmp_path, "move")
    assert second.read_bytes() == b"the photo"


def test_hard_links_are_second_names_that_a_move_may_rely_on(photo: Path, tmp_path: Path) -> None:
    target = tmp_path / "Rosa" / "a.jpg"
    place([planned(photo, target)], tmp_path, "hard-link")
    assert os.path.samefile(photo, target)
    place([planned(photo, target)], tmp_path, "move")
    assert not photo.exists()
    assert target.read_bytes() == b"the photo"


def test_moving_onto_itself_keeps_the_photo(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "Rosa").symlink_to(photo.parent)
    os.link(photo, tmp_path / "second name")  # so that the number of names proves nothing
    for target in (photo, tmp_path / "Rosa" / "a.jpg"):
        assert transfer.is_own_name(photo, target)
        (item,) = place([planned(photo, target)], tmp_path, "move")
        assert item.error is None
        assert photo.read_bytes() == b"the photo"
    assert not transfer.is_own_name(photo, tmp_path / "second name")


def test_a_link_in_the_inbox_is_moved_as_a_photo(photo: Path, tmp_path: Path) -> None:
    link = photo.parent / "link.jpg"
    link.symlink_to("a.jpg")
    target = tmp_path / "Rosa" / "link.jpg"
    place([planned(link, target)], tmp_path, "move")
    assert not os.path.lexists(link)
    assert not target.is_symlink()
    assert (target.read_bytes(), photo.read_bytes()) == (b"the photo", b"the photo")


def test_several_people_and_nobody() -> None:
    def of(people: list[str], faces: int, **options: object) -> tuple[str, ...]:
        return groups(people, faces, SortOptions(**options))  # type: ignore[arg-type]

    assert of(["Rosa", "emil"], 2) == ("Rosa", "emil")
    assert of(["Rosa", "emil"], 2, together=True) == ("emil & Rosa",)
    assert of([], 2) == of([], 0) == ()
    assert of([], 2, unknown="Who", no_face="Views") == ("Who",)
    assert of([], 0, unknown="Who", no_face="Views") == ("Views",)
    assert of(["Rosa", "Emil"], 3, only="Rosa") == ("Rosa",)
    assert of(["Emil"], 1, only="Rosa") == of([], 0, only=" Rosa") == ("without Rosa",)


def test_layout_and_options_decide_the_places(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    inbox.mkdir()
    for number in (200, 202, 206):  # Rosa; Clara and Jonas; nobody
        shutil.copy(demo_album / "inbox" / f"DSC_{number}.jpg", inbox)

    def places(**options: object) -> list[list[str]]:
        plan = plan_sort(named_library, inbox, into, options=SortOptions(**options))  # type: ignore[arg-type]
        return [[os.path.relpath(one, into) for one in item.targets] for item in plan]

    assert places(layout="{album}/{person}/{year}-{month}", together=True, no_face="Views") == [
        ["inbox/Rosa/2024-08/DSC_200.jpg"],
        ["inbox/Clara & Jonas/2024-08/DSC_202.jpg"],
        ["inbox/Views/2024-08/DSC_206.jpg"],
    ]
    # A layout without the person gives a photo of two people one place, not two.
    assert places(layout="{year}") == [["2024/DSC_200.jpg"], ["2024/DSC_202.jpg"], []]
    without = "without Clara/DSC_{}.jpg"
    assert places(only="Clara") == [
        [without.format(200)],
        ["Clara/DSC_202.jpg"],
        [without.format(206)],
    ]
    with pytest.raises(UnknownPersonError, match="did you mean Clara"):
        places(only="Klara")
    with pytest.raises(UsageError, match="two folders"):
        places(only="Clara", together=True)


def test_two_people_never_share_a_folder() -> None:
    everybody = ["A/B", "A:B", "A_B", "rosa", "Rosa", "Jr.", "Jr", "Emil & Rosa", "without Rosa"]
    own = layout.folder_names(everybody)

    def of(group: str, on_it: list[str], **options: object) -> str:
        return folder(group, on_it, SortOptions(folders=own, **options))  # type: ignore[arg-type]

    assert len({name.casefold() for name in own.values()}) == len(everybody)
    assert [own[one] for one in ("A_B", "Rosa", "Jr", "Emil & Rosa")] == [
        *("A_B", "Rosa", "Jr", "Emil & Rosa")
    ]
    assert own == layout.folder_names(reversed(everybody))
    assert own["A/B"] == layout.folder_names(["A/B", "A_B"])["A/B"]  # whoever else is there
    assert of("A/B", ["A/B"]) == own["A/B"]
    nobody = {
        of("Emil & Rosa", ["Emil", "Rosa"], together=True),
        of("without Rosa", ["Emil"], only="Rosa"),
        of("rosa", [], unknown="rosa"),
        of("A/B & Rosa", ["A/B", "Rosa"], together=True),
        of("A:B & Rosa", ["A:B", "Rosa"], together=True),
    }
    assert len(nobody) == 5
    assert not {name.casefold() for name in nobody} & {name.casefold() for name in own.values()}


def test_people_whose_folders_have_one_name_are_sorted_apart(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    people.rename_person(named_library, "Clara", "A/B")
    people.rename_person(named_library, "Jonas", "A:B")
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    inbox.mkdir()
    shutil.copy(demo_album / "inbox" / "DSC_202.jpg", inbox)  # of both
    (item,) = plan_sort(named_library, inbox, into)
    assert {one.person for one in item.people} == {"A/B", "A:B"}
    assert len({Path(target).parent for target in item.targets}) == 2
    lists, _ = write_lists([item], tmp_path / "{person}.txt", SortOptions())
    assert len(lists) == 2


def test_the_plan_tells_what_a_page_needs(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    shutil.copy(demo_album / "inbox" / "DSC_204.jpg", inbox)  # Henrik and a stranger
    (item,) = plan_sort(named_library, inbox, None)
    assert (item.targets, item.groups, item.unknown) == ((), ("Henrik",), 1)
    assert len(item.unknown_boxes) == 1
    assert item.unknown_boxes[0] != item.people[0].box
    assert item.unknown_boxes[0].right <= item.width
    assert item.size == os.path.getsize(item.photo)
    assert item.sha256 == transfer.digest(Path(item.photo))


def test_a_photo_without_targets_stays(photo: Path, tmp_path: Path) -> None:
    into = tmp_path / "sorted"
    with Placing(a_library(), photo.parent, into, "move") as placing:
        assert apply_sort([SortedPhoto(str(photo))], placing) == [SortedPhoto(str(photo))]
    assert placing.record is None
    assert not into.exists()  # nothing to do, nothing made


def test_nobody_is_on_a_photo_from_before_birth(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    def people() -> set[str]:
        plan = plan_sort(named_library, demo_album / "inbox", tmp_path)
        return {one.person for item in plan for one in item.people}

    assert "Rosa" in people()
    set_birth(named_library, "Rosa", date(2025, 1, 1))
    assert "Rosa" not in people()
