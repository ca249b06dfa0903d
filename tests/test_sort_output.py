"""What `labeler sort` shows and writes besides the photos: the plan, a page, lists."""

from __future__ import annotations

import re
import shutil
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from labeler.cli import sort_output
from labeler.cli.main import app
from labeler.errors import LabelerError, UsageError
from labeler.library.store import Library
from labeler.reports.io import sort_page
from labeler.sorting.steps.lists import write_lists
from labeler.sorting.steps.plan import Companion
from labeler.sorting.steps.preview import folder_counts, write_preview
from labeler.sorting.steps.sort import RecognizedPerson, SortedPhoto, SortOptions, plan_sort
from labeler.types import Box

from .sorting import named_library, record_of
from .test_cli import Shell

__all__ = ["named_library"]  # fixture


@pytest.fixture
def shell(named_library: Library) -> Shell:
    return Shell(named_library.folder)


# -- the page ----------------------------------------------------------------------------------


class Page(HTMLParser):
    """Reads a page; every tag must be closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.text.append(data.strip())


def test_the_page_shows_boxes_names_and_places(
    named_library: Library, demo_album: Path, tmp_path: Path
) -> None:
    inbox, into, out = tmp_path / "inbox", tmp_path / "sorted", tmp_path / "plan.html"
    inbox.mkdir()
    for number in (204, 206):  # Henrik and a stranger; nobody
        shutil.copy(demo_album / "inbox" / f"DSC_{number}.jpg", inbox)
    (inbox / "text.jpg").write_text("no picture")
    plan = plan_sort(named_library, inbox, into)
    write_preview(plan, inbox, into, "move", out)
    page = Page(out.read_text(encoding="utf-8"))
    assert {"Henrik 99%", "unknown", "→ Henrik/DSC_204.jpg", "no face"} <= set(page.text)
    headings = ["To be moved (1)", "Left where they are (1)", "Not usable (1)"]
    assert [text for text in page.text if re.search(r"\(\d\)$", text)] == headings
    assert any("whatever its name says" in text for text in page.text)
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(images) == 2
    assert all(str(one["src"]).startswith("data:image/jpeg;base64,") for one in images)
    assert not [values for _, values in page.tags if {"href", "srcset", "action"} & set(values)]
    faces = [values for _, values in page.tags if "face" in str(values.get("class")).split()]
    (item,) = [item for item in plan if item.people]
    box = item.people[0].box
    left, top = (f"{100 * box.left / item.width:.2f}%", f"{100 * box.top / item.height:.2f}%")
    assert f"left:{left};top:{top};" in str(faces[0]["style"])
    assert "unknown" in str(faces[1]["class"])


def test_the_page_is_escaped_and_photos_that_have_gone_are_left_out(tmp_path: Path) -> None:
    evil = "<script>\"&'</script>"
    item = SortedPhoto(
        photo=str(tmp_path / "caf\udce9 <b>.jpg"),
        people=(RecognizedPerson(evil, 1.0, Box(1, 1, 5, 5)),),
        targets=(str(tmp_path / "into" / evil / "<i>.jpg"),),
        width=10,
        height=10,
    )
    out = tmp_path / "plan.html"
    write_preview([item], Path(evil), tmp_path / "into", "copy", out)
    text = out.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<b>.jpg" not in text
    assert "caf\\udce9 &lt;b&gt;.jpg" in text
    assert "<img" not in text
    Page(text)
    write_preview([item], Path("inbox"), None, "copy", out)  # one of ours may be replaced
    other = tmp_path / "other.html"
    other.write_text("mine")
    with pytest.raises(LabelerError, match="exists already"):
        sort_page.check_free(other)


# -- the plan ----------------------------------------------------------------------------------


def test_the_keys_of_the_plan_are_a_promise() -> None:
    assert [field.name for field in fields(SortedPhoto)] == [
        "photo",
        "people",
        "unknown",
        "targets",
        "there",
        "error",
        "groups",
        "unknown_boxes",
        "width",
        "height",
        "sha256",
        "size",
        "taken",
        "companions",
    ]
    assert [field.name for field in fields(Companion)] == [
        "path",
        "targets",
        "there",
        "shared_with",
        "sha256",
        "size",
    ]


def test_the_plan_of_thousands_stays_readable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    into = tmp_path / "sorted"
    plan = [
        SortedPhoto(f"/inbox/{n}.jpg", targets=(f"{into}/Person {n % 60}/{n}.jpg",))
        for n in range(5000)
    ]
    plan += [replace(item, error="The disk is full.") for item in plan[:1000]]
    sort_output.print_plan(plan, into, "copy", applied=False)
    said, complained = capsys.readouterr()
    assert len(said.splitlines()) < 110
    assert "… and 4,950 more photos; --preview FILE.html and --json show all." in said
    assert "… and 20 more folders." in said
    assert "5,000 photos would be copied into" in said
    assert len(complained.splitlines()) == sort_output.MOST_COMPLAINTS + 1
    assert complained.endswith("… and 990 more photos: The disk is full.\n")
    assert folder_counts(plan, into)[0] == ("Person 0", 84)


# -- lists -------------------------------------------------------------------------------------


def lists(folder: Path, out: str, **more: object) -> dict[str, bytes]:
    plan = [
        SortedPhoto(
            "/in/a.jpg", groups=("Rosa", "A/B"), targets=("/to/Rosa/a.jpg", "/to/A_B/a.jpg")
        ),
        SortedPhoto("/in/caf\udce9.jpg", groups=("Rosa",), targets=("/to/Rosa/caf\udce9.jpg",)),
        SortedPhoto("/in/two\nlines.jpg", groups=("Rosa",)),
        SortedPhoto("/in/nobody.jpg"),
        SortedPhoto("/in/broken.jpg", error="It cannot be read."),
    ]
    options = SortOptions()
    paths, left_out = write_lists(plan, folder / out, options, **more)  # type: ignore[arg-type]
    assert left_out == ([] if more.get("null") else ["/in/two\nlines.jpg"])
    return {path.name: path.read_bytes() for path in paths}


def test_lists_hold_the_very_bytes_of_the_paths(tmp_path: Path) -> None:
    plain = b"/in/a.jpg\n/in/caf\xe9.jpg\n"
    assert lists(tmp_path, "all.txt") == {"all.txt": plain}
    with pytest.raises(LabelerError, match="exists already"):
        lists(tmp_path, "all.txt")
    null = b"/in/a.jpg\0/in/caf\xe9.jpg\0/in/two\nlines.jpg\0"
    assert lists(tmp_path, "null", null=True) == {"null": null}
    each = lists(tmp_path, "of {person}.txt")
    assert each == {"of Rosa.txt": plain, "of A_B.txt": b"/in/a.jpg\n"}
    moved = lists(tmp_path, "moved {person}", moved=True)
    assert moved["moved Rosa"] == b"/to/Rosa/a.jpg\n/to/Rosa/caf\xe9.jpg\n"
    assert moved["moved A_B"] == b"/to/A_B/a.jpg\n"


# -- the command line --------------------------------------------------------------------------


def test_a_two_way_split_its_list_and_back(shell: Shell, demo_album: Path, tmp_path: Path) -> None:
    inbox, into, out = tmp_path / "inbox", tmp_path / "sorted", tmp_path / "rosa.txt"
    shutil.copytree(demo_album / "inbox", inbox)
    before = {path: path.stat().st_mtime_ns for path in inbox.iterdir()}
    said = shell.run("sort", inbox, "--only", "Rosa", "--list", out).stdout
    assert said.endswith(f"12 photos looked at, 12 told apart; none was placed.\nList: {out}\n")
    rosas = out.read_text().splitlines()
    assert [Path(path).name for path in rosas] == ["DSC_200.jpg", "DSC_209.jpg"]
    page = tmp_path / "plan.html"
    options = ("--only", "Rosa", "--layout", "{year}/{person}", "--move")
    done = shell.run("sort", inbox, "--into", into, *options, "--preview", page, "--apply")
    assert (done.returncode, done.stderr) == (0, "")
    assert "10  2024/without Rosa\n" in done.stdout
    assert list(inbox.iterdir()) == []
    assert "To be moved (12)" in page.read_text()
    record = record_of(into)
    assert f"labeler --library {shell.library} sort --undo {record}" in done.stdout
    report = shell.json("sort", "--undo", record)
    assert report == {
        "manifest": str(record),
        "restored": 12,
        "removed": 0,
        "kept": [],
        "complete": True,
    }
    assert {path: path.stat().st_mtime_ns for path in inbox.iterdir()} == before
    assert not into.exists()
    assert "takes its own away" in shell.fails(1, "sort", "--undo", record)


def test_a_failure_is_told_by_the_exit_code(shell: Shell, demo_album: Path, tmp_path: Path) -> None:
    inbox, into = tmp_path / "inbox", tmp_path / "sorted"
    inbox.mkdir()
    into.mkdir()
    for number in (200, 210):
        shutil.copy(demo_album / "inbox" / f"DSC_{number}.jpg", inbox)
    (into / "Rosa").write_text("in the way")
    done = shell.run("sort", inbox, "--into", into, "--apply")
    assert done.returncode == 1
    assert done.stderr == "DSC_200.jpg: It could not be placed: File exists.\n"
    assert "1 photo copied" in done.stdout
    (into / "Ines" / "DSC_210.jpg").write_text("retouched")
    undone = shell.run("sort", "--undo", into)
    assert undone.returncode == 1
    assert "has changed since it was placed" in undone.stderr
    assert "the same command tries it again" in undone.stdout


def test_wrong_command_lines(named_library: Library, tmp_path: Path) -> None:
    there, into = tmp_path / "there", tmp_path / "y"
    there.touch()

    def complaint(*arguments: object) -> str:
        with pytest.raises(LabelerError) as caught:
            app(
                ["--library", str(named_library.folder), "sort", *map(str, arguments)],
                standalone_mode=False,
            )
        assert isinstance(caught.value, UsageError) == (arguments[:1] != (tmp_path,))
        return str(caught.value)

    assert "labeler sort INBOX --into DIR" in complaint()
    assert "--into DIR" in complaint("x")
    assert "--into DIR" in complaint("x", "--list", "y", "--apply")
    assert "--watch needs --apply" in complaint("x", "--into", "y", "--watch")
    assert "add --list FILE" in complaint("x", "--into", "y", "--null")
    assert "no field {town}" in complaint("x", "--into", "y", "--layout", "{town}")
    assert "--only has two" in complaint("x", "--into", "y", "--only", "Rosa", "--together")
    assert "nothing else" in complaint("x", "--undo", "y")
    assert "Choose one" in complaint("x", "--into", "y", "--move", "--hard-link")
    sort = (tmp_path, "--into", into)
    assert "exists already" in complaint(*sort, "--list", there)
    assert "exists already" in complaint(*sort, "--preview", there)
    assert "did you mean Rosa?" in complaint(*sort, "--only", "Rsa")
    assert "is no manifest" in complaint(*sort, "--manifest", there, "--apply")
    assert not into.exists()
    assert there.read_bytes() == b""
