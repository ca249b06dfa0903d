"""What belongs to a photo goes where it goes: told by names, placed as one, taken back exactly."""

from __future__ import annotations

import os
import shutil
import tempfile
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from labeler.library.store import Library
from labeler.people.steps import naming
from labeler.photos import companions
from labeler.sorting import layout
from labeler.sorting.companions import carried
from labeler.sorting.io import manifest, transfer
from labeler.sorting.steps.apply import Placing, apply_sort
from labeler.sorting.steps.plan import SortedPhoto, SortOptions
from labeler.sorting.steps.preview import with_it, write_preview
from labeler.sorting.steps.sets import find_sets
from labeler.sorting.steps.sort import plan_sort
from labeler.sorting.steps.undo import undo_sort

from .conftest import DEMO, true_names
from .filming import film, panned
from .sorting import a_library, named_library, names, place, planned_set, records_in, state
from .test_cli import Shell
from .test_sort_undo import killed_at, needs_fork

pytestmark = pytest.mark.slow

__all__ = ["named_library"]  # fixture

METHODS: tuple[transfer.Method, ...] = ("copy", "move", "link", "hard-link")
LONG = "IMG_20190704_123456_the_longest_day_of_all.jpg"  # 46 characters
LONGER = "PXL_20190704_123456_the_longest_day_of_all_and_more.jpg"


def files(folder: Path, *names: str) -> None:
    """Write files whose content is their path, so that no two are alike."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(path))


def plan(
    inbox: Path, into: Path, method: transfer.Method = "move", person: str = "Rosa"
) -> list[SortedPhoto]:
    """Return what a plan says that puts all photos into one folder."""
    taken: dict[Path, str] = {}
    return [
        planned_set(one, [into / person / Path(one.path).name], method, taken)
        for one in find_sets(inbox, into)
    ]


# -- what belongs to what ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "photos"),
    [
        ("a.xmp", ["a.JPG"]),
        ("a.XMP", ["a.jpg"]),
        ("a.jpg.Xmp", ["a.JPG"]),
        ("a.aae", ["a.heic"]),
        ("a.mov", ["a.HEIC"]),
        ("a.Mp4", ["a.jpg"]),
        ("a.CR2", ["a.jpg"]),
        ("a.crw", ["a.jpg"]),
        ("a.CR2.xmp", ["a.CR2"]),
        ("a.jpg.json", ["a.jpg"]),
        ("a.json", ["a.jpg"]),
        ("a.jpg.supplemental-metadata.json", ["a.JPG"]),
        ("a.jpg.suppl.json", ["a.jpg"]),
        ("a.jpg(1).json", ["a(1).jpg"]),
        ("a.jpg.supplemental-metadata(2).json", ["a(2).jpg"]),
        ("a.b.xmp", ["a.b.jpg"]),
        (f"{LONG}.json", [LONG]),
        (f"{LONGER[:46]}.json", [LONGER]),
        ("a.xmp", ["a.HEIC", "a.JPG"]),
        ("a.dng", ["a.HEIC", "a.JPG"]),
        ("a_01.jpg.xmp", ["a.JPG"]),
        ("a_12.CR2.xmp", ["a.CR2"]),
        ("PXL_1.MP", ["PXL_1.MP.jpg"]),
        ("PXL_1.MP~2", ["PXL_1.MP~2.jpg"]),
        ("MVIMG_1.MV", ["MVIMG_1.MV.jpg"]),
        ("a.WAV", ["a.jpg"]),
        ("a.on1", ["a.jpg"]),
        ("a.jpg.arp", ["a.jpg"]),
        ("IMG_O12.AAE", ["IMG_12.HEIC"]),
        ("a.jpg.json", ["a.jpg", "a-bearbeitet.jpg"]),
        ("a.HEIC.supplemental-metadata.json", ["a-edited.jpg"]),
        ("a.jpg(1).json", ["a(1).jpg", "a-modifié(1).jpg"]),
        (f"{LONGER[:46]}.json", [f"{LONGER[:47]}.jpg", f"{LONGER[:47]}-edi.jpg"]),
    ],
)
def test_what_belongs_to_a_photo(name: str, photos: list[str]) -> None:
    is_raw = name in ("a.CR2", "a.dng")
    looked_at = [*photos, "b.jpg", "ab.jpg", "A.jpg", *([name] if is_raw else [])]
    raws = [one for one in looked_at if one in ("a.CR2", "a.dng")]
    assert companions.owners([name, *looked_at], looked_at, raws) == {name: tuple(photos)}


@pytest.mark.parametrize(
    "name",
    [
        *("b.xmp", "a.txt", "a.jpg.part", "a.jpg.suppl.xmp", "ab.mov", "a.jpg(1).json"),
        *("a.jpg.x.json", "a_1.jpg.xmp", "a_01.png.xmp", "a_01.jpg.pp3", "b.MP", "a", "IMG_O2.AAE"),
    ],
)
def test_what_does_not(name: str) -> None:
    assert companions.owners([name, "a.jpg"], ["a.jpg"], []) == {}


def test_what_is_noted_about_the_parts_belongs_to_the_whole() -> None:
    beside = ["a.CR2", "a.CR2.xmp", "a.MOV", "a.MOV.json", "a.jpg.xmp", "a.xmp", "a.heic.xmp"]
    names = ["a.jpg", "a.heic", *beside]
    owners = companions.owners(names, ["a.jpg", "a.heic", "a.CR2"], ["a.CR2"])
    assert {name for name, of in owners.items() if of == ("a.heic", "a.jpg")} == {*beside} - {
        "a.jpg.xmp",
        "a.heic.xmp",
    }
    assert (owners["a.jpg.xmp"], owners["a.heic.xmp"]) == (("a.jpg",), ("a.heic",))
    # Of two RAW files without a picture, one is the photo.
    raws = ["a.CR2", "a.DNG"]
    assert companions.owners([*raws, "a.DNG.xmp"], raws, raws) == {
        "a.DNG": ("a.CR2",),
        "a.DNG.xmp": ("a.CR2",),
    }


def test_a_new_name_is_carried_over() -> None:
    new = "2019 a (2).JPG"
    assert [
        carried(name, "a(1).JPG", new)
        for name in ("a(1).xmp", "a(1).JPG.xmp", "a(1).CR2", "a.JPG(1).json", "a(1)_01.JPG.xmp")
    ] == [
        "2019 a (2).xmp",
        "2019 a (2).JPG.xmp",
        "2019 a (2).CR2",
        "2019 a (2).JPG.json",
        "2019 a (2)_01.JPG.xmp",
    ]
    assert carried("a.MP", "a.MP.jpg", "a.MP (2).jpg") == "a.MP (2)"
    assert carried("IMG_O1.AAE", "IMG_1.HEIC", "b.HEIC") == "b.HEIC.AAE"
    assert carried("a.JPG(1).json", "a(1).JPG", "a(1).JPG") == "a.JPG(1).json"
    longest = layout.numbered("ä" * 125 + ".jpg", 2)
    name = carried(f"{'ä' * 125}.xmp", f"{'ä' * 125}.jpg", longest)
    assert len(name.encode()) <= layout.LONGEST_BYTES


# -- a real folder -----------------------------------------------------------------------------


def test_a_pair_is_one_photo_and_lands_together(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    inbox.mkdir()
    shutil.copy(demo_album / "inbox" / "DSC_202.jpg", inbox / "IMG_1.JPG")  # Clara and Jonas
    shutil.copy(demo_album / "inbox" / "DSC_206.jpg", inbox / "IMG_2.JPG")  # nobody
    beside = ["IMG_1.CR2", "IMG_1.CR2.xmp", "IMG_1.JPG.supplemental-metadata.json", "IMG_1.MOV"]
    files(inbox, *beside, "IMG_2.nef", "IMG_2.xmp", "notes.txt")
    before = state(tmp_path)
    found = plan_sort(named_library, inbox, into, options=SortOptions("move"))
    assert [Path(item.photo).name for item in found] == ["IMG_1.JPG", "IMG_2.JPG"]
    pair, alone = found
    assert [Path(one.path).name for one in pair.companions] == beside
    assert {Path(one).parent.name for one in pair.companions[0].targets} == {"Clara", "Jonas"}
    assert with_it(pair) == ["+ " + ", ".join(beside)]
    assert [one.targets for one in alone.companions] == [(), ()]
    assert with_it(alone) == []
    with Placing(named_library, inbox, into, "move") as placing:
        assert [item.error for item in apply_sort(found, placing)] == [None, None]
    assert names(inbox) == ["IMG_2.JPG", "IMG_2.nef", "IMG_2.xmp", "notes.txt"]
    together = ["IMG_1.JPG", *beside]
    assert names(into) == sorted(f"{who}/{name}" for who in ("Clara", "Jonas") for name in together)
    assert undo_sort(named_library, into).restored == 5
    assert {k: v for k, v in state(tmp_path).items() if not k.startswith("library")} == {
        k: v for k, v in before.items() if not k.startswith("library")
    }


def test_versions_motion_and_memos_move_along_and_come_back(tmp_path: Path) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    beside = ["a.WAV", "a.jpg.xmp", "a_01.jpg.xmp", "a_02.jpg.xmp", "PXL_1.MP", "b.jpg.json"]
    files(inbox, "a.jpg", "PXL_1.MP.jpg", "b.jpg", "b-edited.jpg", *beside, "a.strange")
    files(into, "Rosa/a.jpg")
    before = state(inbox)
    place(plan(inbox, into), into, "move")
    assert names(inbox) == ["a.strange"]
    assert names(into / "Rosa") == sorted(
        [
            *("a.jpg", "a (2).jpg", "a (2).WAV", "a (2).jpg.xmp", "a (2)_01.jpg.xmp"),
            *("a (2)_02.jpg.xmp", "PXL_1.MP", "PXL_1.MP.jpg", "b.jpg", "b.jpg.json"),
            "b-edited.jpg",
        ]
    )
    undo_sort(a_library(), into)
    assert state(inbox) == before


def test_a_number_is_shared_and_nothing_is_done_twice(tmp_path: Path) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    files(inbox, "a.jpg", "a.CR2", "a.jpg.xmp", "b.jpg", "b.xmp")
    files(into, "Rosa/a.CR2", "Rosa/b.jpg")
    for _ in range(2):
        done = place(plan(inbox, into, "copy"), into, "copy")
        assert [item.error for item in done] == [None, None]
        assert names(into / "Rosa") == [
            "a (2).CR2",
            "a (2).jpg",
            "a (2).jpg.xmp",
            "a.CR2",
            "b (2).jpg",
            "b (2).xmp",
            "b.jpg",
        ]
    assert [item.is_there for item in plan(inbox, into, "copy")] == [True, True]


def test_a_sidecar_that_was_edited_is_neither_overwritten_nor_lost(tmp_path: Path) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    files(inbox, "a.jpg", "a.xmp", "a.mov")
    place(plan(inbox, into, "copy"), into, "copy")
    (into / "Rosa" / "a.xmp").write_text("edited there")
    files(inbox, "a.jpg.json")
    (item,) = plan(inbox, into, "copy")
    assert with_it(item) == [
        "+ a.jpg.json, a.mov",
        "(without a.xmp: something else of that name is there)",
    ]
    assert not item.is_there  # the JSON file is new
    place([item], into, "copy")
    (item,) = plan(inbox, into, "copy")
    assert item.is_there
    assert names(into / "Rosa") == ["a.jpg", "a.jpg.json", "a.mov", "a.xmp"]
    assert (into / "Rosa" / "a.xmp").read_text() == "edited there"
    # To leave the inbox, both need a place.
    place(plan(inbox, into), into, "move")
    assert names(inbox) == []
    assert (into / "Rosa" / "a (2).xmp").read_text() == str(inbox / "a.xmp")
    assert "a (2).jpg" in names(into / "Rosa")
    assert (into / "Rosa" / "a.xmp").read_text() == "edited there"


@pytest.mark.parametrize("second", ["stays", "fails", "goes"])
def test_what_two_photos_share_leaves_with_the_last(tmp_path: Path, second: str) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    files(inbox, "a.HEIC", "a.JPG", "a.xmp", "a.JPG.xmp")
    before = state(inbox)
    heic, jpg = plan(inbox, into)
    targets = [into / "Emil" / "a.JPG"] if second != "stays" else []
    jpg = planned_set(find_sets(inbox, into)[1], targets, "move", {})
    assert [one.shared_with for one in jpg.companions] == [(), (str(inbox / "a.HEIC"),)]
    with Placing(a_library(), inbox, into, "move") as placing:
        assert placing.place(heic).error is None
        if second == "fails":
            (inbox / "a.JPG.xmp").write_text("edited meanwhile")
        assert (placing.place(jpg).error is not None) == (second == "fails")
    assert (into / "Rosa" / "a.xmp").read_text() == str(inbox / "a.xmp")
    if second == "goes":
        assert names(inbox) == []
        emils = ["Emil/a.JPG", "Emil/a.JPG.xmp", "Emil/a.xmp"]
        assert names(into) == [*emils, "Rosa/a.HEIC", "Rosa/a.xmp"]
        assert not os.path.samefile(into / "Emil" / "a.xmp", into / "Rosa" / "a.xmp")
    else:
        assert names(inbox) == ["a.JPG", "a.JPG.xmp", "a.xmp"]
        files(inbox, "a.JPG.xmp")
    assert undo_sort(a_library(), into).complete
    assert {k: v[0] for k, v in state(inbox).items()} == {k: v[0] for k, v in before.items()}
    assert names(tmp_path / "sorted") == []


def test_a_photo_does_not_leave_without_what_belongs_to_it(tmp_path: Path) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    files(inbox, "a.jpg", "a.mov")
    (item,) = plan(inbox, into)
    (inbox / "a.mov").write_text("still being written")
    (done,) = place([item], into, "move")
    assert done.error == "a.mov has changed since it was looked at; run the command again."
    assert names(inbox) == ["a.jpg", "a.mov"]


def test_an_unreadable_companion_keeps_the_photo(
    named_library: Library, demo_album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    shutil.copy(demo_album / "inbox" / "DSC_200.jpg", inbox / "a.jpg")
    files(inbox, "a.xmp")
    digest = transfer.digest

    def refuse(path: Path) -> str:
        if path.suffix == ".xmp":
            raise PermissionError(13, "Permission denied", str(path))
        return digest(path)

    monkeypatch.setattr(transfer, "digest", refuse)
    (item,) = plan_sort(named_library, inbox, tmp_path / "sorted")
    assert item.error == "a.xmp, which belongs to it, cannot be read: Permission denied."
    assert item.targets == ()


def test_a_folder_of_thousands_is_listed_and_not_asked_name_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(1500):
        (inbox / f"{number}.jpg").touch()
    files(inbox, "7.xmp", "8.CR2")
    asked: list[str] = []
    stat = os.stat

    def counted(path: str, **more: object) -> os.stat_result:
        asked.append(os.path.basename(path))
        return stat(path, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "stat", counted)
    sets = find_sets(inbox, None)
    assert len(sets) == 1500
    others = [name for name in asked if not name.endswith(".jpg")]
    assert set(others) <= {"7.xmp", "8.CR2", "inbox", ".labelerignore"}
    assert others.count(".labelerignore") <= len(inbox.parents)
    assert [Path(one.path).name for item in sets for one in item.beside] == ["7.xmp", "8.CR2"]


def test_the_command_says_what_goes_along(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    shell, inbox, into = Shell(named_library.folder), tmp_path / "inbox", tmp_path / "sorted"
    inbox.mkdir()
    shutil.copy(demo_album / "inbox" / "DSC_200.jpg", inbox / "IMG_1.JPG")
    files(inbox, "IMG_1.xmp", "IMG_1.cr2")
    page = tmp_path / "plan.html"
    said = shell.run("sort", inbox, "--into", into, "--preview", page).stdout
    assert "→ Rosa/IMG_1.JPG + IMG_1.cr2, IMG_1.xmp\n" in said
    assert "1 photo would be copied" in said
    assert "<p>+ IMG_1.cr2, IMG_1.xmp</p>" in page.read_text(encoding="utf-8")
    (item,) = shell.json("sort", inbox, "--into", into)
    assert [one["targets"] for one in item["companions"]] == [
        [str(into / "Rosa" / "IMG_1.cr2")],
        [str(into / "Rosa" / "IMG_1.xmp")],
    ]
    shell.run("sort", inbox, "--into", into, "--move", "--apply")
    assert names(inbox) == []
    assert "3 files put back into the inbox" in shell.run("sort", "--undo", into).stdout
    assert names(inbox) == ["IMG_1.JPG", "IMG_1.cr2", "IMG_1.xmp"]


# -- whatever there is -------------------------------------------------------------------------

STEMS = ("a", "a (2)", "b")
SUFFIXES = (".jpg", ".JPG", ".heic", ".cr2", ".xmp", ".jpg.xmp", ".cr2.xmp", ".MOV", ".jpg.json")
tree = st.dictionaries(
    st.builds(
        str.__add__,
        st.sampled_from([f"{folder}{stem}" for folder in ("", "sub/") for stem in STEMS]),
        st.sampled_from(SUFFIXES),
    ),
    st.sampled_from(["one", "two", "three", ""]),
    max_size=12,
)
ROSAS = {number: {"Rosa"} for number in range(12)}
people = st.dictionaries(
    st.integers(0, 11), st.sets(st.sampled_from(["Rosa", "Emil"])), max_size=12
)


def scene(root: Path, inbox: dict[str, str], there: dict[str, str]) -> None:
    for folder, contents in (("inbox", inbox), ("sorted/Rosa", there)):
        (root / folder).mkdir(parents=True)
        for number, (name, content) in enumerate(contents.items()):
            path = root / folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(content)
            os.utime(path, ns=(0, 1_500_000_000_123_456_789 + number))


def everything(root: Path, who: dict[int, set[str]], method: transfer.Method) -> list[SortedPhoto]:
    """Return the plan that puts each photo, told by its number, to some people."""
    taken: dict[Path, str] = {}
    return [
        planned_set(
            one,
            [root / "sorted" / person / Path(one.path).name for person in sorted(to)],
            method,
            taken,
        )
        for one in find_sets(root / "inbox", root / "sorted")
        for to in [who.get(zlib.crc32(os.path.relpath(one.path, root).encode()) % 12, set())]
    ]


@settings(max_examples=150, deadline=None)
@given(tree, tree, people, st.sampled_from(METHODS))
@example({"a.jpg": "1", "a.heic": "2", "a.xmp": "3"}, {"a.xmp": "1"}, ROSAS, "move")
def test_sort_then_undo_restores_the_tree(
    inbox: dict[str, str],
    there: dict[str, str],
    who: dict[int, set[str]],
    method: transfer.Method,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        scene(root, inbox, there)
        before = state(root)
        todo = everything(root, who, method)
        assert [item.error for item in place(todo, root / "sorted", method)] == [None] * len(todo)
        for name, content in there.items():  # nothing is written over
            assert (root / "sorted" / "Rosa" / name).read_text() == content
        contents = {path.read_text() for path in root.rglob("*") if path.is_file()}
        assert {*inbox.values(), *there.values()} <= contents  # nor lost
        for item in todo:
            _is_whole(item, inbox, root / "inbox", method)
        if records_in(root / "sorted"):
            assert undo_sort(a_library(), root / "sorted").complete
        assert state(root) == before


@needs_fork
@settings(max_examples=60, deadline=None)
@given(tree, tree, people, st.sampled_from(["copy", "move"]), st.integers(1, 150), st.booleans())
@example(  # killed when the sidecar, the reason for the number, has left the inbox, and no more
    {"a.jpg": "1", "a.xmp": "3", "a.cr2": "4", "a.heic": "5"},
    {"a.xmp": "1"},
    ROSAS,
    "move",
    87,
    True,
)
def test_a_sort_that_was_killed_is_finished_or_taken_back(
    inbox: dict[str, str],
    there: dict[str, str],
    who: dict[int, set[str]],
    method: transfer.Method,
    moment: int,
    finish: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole, root = Path(folder, "whole"), Path(folder, "root")
        for one in (whole, root):
            scene(one, inbox, there)
        place(everything(whole, who, method), whole / "sorted", method)
        before = state(root)

        def sort() -> None:
            with Placing(a_library(), root / "inbox", root / "sorted", method) as placing:
                done = apply_sort(everything(root, who, method), placing)
            assert [item.error for item in done] == [None] * len(done)

        killed_at(moment, sort)
        contents = {path.read_text() for path in root.rglob("*") if path.is_file()}
        assert {*inbox.values(), *there.values()} <= contents
        if finish:
            sort()
            assert contents_of(root) == contents_of(whole)
        for record in records_in(root / "sorted"):
            if not record.stat().st_size:
                continue
            assert undo_sort(a_library(), record).complete
        assert {k: v for k, v in state(root).items() if manifest.FOLDER not in k} == before


def contents_of(root: Path) -> dict[str, str]:
    return {name: (root / name).read_text() for name in names(root)}


def _is_whole(
    item: SortedPhoto, inbox: dict[str, str], source: Path, method: transfer.Method
) -> None:
    """Hold that a photo and what belongs to it are together, whichever way it went."""
    name = os.path.basename(item.photo)
    gone = method == "move" and bool(item.targets)
    assert os.path.lexists(item.photo) != gone
    for one in item.companions:
        content = inbox[os.path.relpath(one.path, source)]
        if not gone or any(map(os.path.lexists, one.shared_with)):
            assert Path(one.path).read_text() == content
        else:
            assert not os.path.lexists(one.path)
        if method == "move":
            assert len(one.targets) == len(item.targets)
        for target in item.targets:
            own = carried(os.path.basename(one.path), name, os.path.basename(target))
            beside = os.path.join(os.path.dirname(target), own)
            if beside in one.targets:
                assert Path(beside).read_text() == content
            else:
                assert Path(beside).exists()  # something else, which was there before


def test_each_folder_is_for_itself(tmp_path: Path) -> None:
    files(tmp_path, "x/a.jpg", "x/a.xmp", "y/a.jpg", "y/a.mov", "a.jpg")
    found = {os.path.relpath(one.path, tmp_path): one.beside for one in find_sets(tmp_path, None)}
    assert {name: [Path(b.path).name for b in beside] for name, beside in found.items()} == {
        "a.jpg": [],
        "x/a.jpg": ["a.xmp"],
        "y/a.jpg": ["a.mov"],
    }
    # One file named itself takes what belongs to it, and a RAW file of a pair goes alone.
    files(tmp_path, "x/a.CR2")
    (one,) = find_sets(tmp_path / "x" / "a.jpg", None)
    assert [Path(b.path).name for b in one.beside] == ["a.CR2", "a.xmp"]
    (raw,) = find_sets(tmp_path / "x" / "a.CR2", None)
    assert raw.beside == ()


@pytest.mark.slow
def test_a_video_is_sorted_by_who_is_in_it(demo_library: Library, tmp_path: Path) -> None:
    known = true_names(demo_library)
    for person in sorted(set(known.values()) - {""}):
        naming.name_faces(demo_library, [f for f, name in known.items() if name == person], person)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    photos = sorted((DEMO / "photos").rglob("*.jpg"))[:2]
    film(inbox / "a.mp4", (v for one in photos for v in panned(one, 20, (640, 480))), rate=10)
    (inbox / "a.mp4.xmp").write_text("<x/>")
    (item,) = plan_sort(demo_library, inbox, tmp_path / "into")
    people = [one.person for one in item.people]
    assert people
    assert len(people) == len(set(people))
    assert {Path(target).name for target in item.targets} == {"a.mp4"}
    assert [Path(one.path).name for one in item.companions] == ["a.mp4.xmp"]
    write_preview([item], inbox, tmp_path / "into", "copy", tmp_path / "preview.html")
    page = (tmp_path / "preview.html").read_text()
    assert "data:image/jpeg" in page
    assert people[0] in page
