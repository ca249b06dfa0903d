"""One answer is in the journal as a whole or not at all, and one undo takes all of it back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.shared import actions
from dashboard.shell.snapshot import Snapshots
from labeler import journal
from labeler.errors import LabelerError
from labeler.exchange.steps import backups, restore
from labeler.faces.steps import drawing
from labeler.family.steps import kin
from labeler.library.repair import aftermath
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import history, naming, references
from labeler.people.steps.interview import Interview
from labeler.people.suggestions import OpenGroup, Question
from labeler.types import Box

from .conftest import DEMO
from .test_one_moment import copied, named_folder  # noqa: F401

pytestmark = pytest.mark.slow

GROUP = OpenGroup((180, 181, 182), "Rosa", 0.9)
PAGE = Question("which", (GROUP, OpenGroup((183,), "Emil", 0.8)), 1.0, None)
RELATIVES = [("parent", "Emil"), ("sibling", "Clara"), ("grandparent", "Henrik")]


def split_off(library: Library) -> None:
    """Keep a face of each of two groups apart from it."""
    snapshot = Snapshots(library).current()
    actions.split_off(library, snapshot, [group.faces[0] for group in snapshot.groups[:2]])


def add_kin(library: Library) -> None:
    kin.add_kin(library, "Rosa", RELATIVES)


def import_kin(library: Library) -> None:
    table = library.folder / "kin.csv"
    table.write_text("person,is,of\nEmil,parent,Rosa\nClara,sibling,Rosa\n", encoding="utf-8")
    kin.import_kin(library, table)


ANSWERS: dict[str, Callable[[Library], object]] = {
    "named but for one": lambda library: Interview(library).name(GROUP, "Rosa", [181]),
    "some confirmed, some refused": lambda library: Interview(library).confirm(PAGE, [GROUP]),
    "corrected": lambda library: Interview(library).correct(GROUP, "Clara", [181]),
    "split off": split_off,
    "kin": add_kin,
    "a table of kin": import_kin,
    "undone": lambda library: history.undo(library),
}


@pytest.fixture
def library(request: pytest.FixtureRequest, named_folder: Path, tmp_path: Path) -> Library:  # noqa: F811
    found = Library(copied(named_folder, tmp_path / "library"))
    if "undone" in request.node.name:
        add_kin(found)
    return found


class Appending:
    """Does something with each appending to a journal that goes on, before it and after it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.times = 0
        for name in ("append", "append_all"):
            patch.setattr(Library, name, self._watched(getattr(Library, name)))

    def _watched(self, append: Callable[..., Any]) -> Callable[..., Any]:
        def watched(library: Library, *args: Any, **options: Any) -> Any:
            self.times += 1
            self.before()
            found = append(library, *args, **options)
            self.after(library)
            return found

        return watched

    def before(self) -> None: ...

    def after(self, library: Library) -> None: ...


class Crashing(Appending):
    """Keeps the latest entry that a crash after each appending would leave."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        super().__init__(patch)
        self.left: list[int] = []
        self._folder = folder

    def after(self, library: Library) -> None:
        copy = self._folder / f"crash-{self.times}"
        copy.mkdir()
        aftermath.copy_into(library.path, copy)
        crashed = Library(copy)
        self.left.append(crashed.last_entry())
        crashed.close()


class Stopping(Appending):
    """Has the user stop the program before some appending."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int) -> None:
        super().__init__(patch)
        self._at = at

    def before(self) -> None:
        if self.times == self._at:
            raise KeyboardInterrupt


@pytest.mark.parametrize("what", ANSWERS)
def test_a_crash_leaves_all_of_an_answer_or_nothing(
    what: str, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = library.last_entry()
    crashing = Crashing(monkeypatch, tmp_path)
    ANSWERS[what](library)
    assert library.last_entry() > before + 1, "the answer has to be several entries"
    assert set(crashing.left) <= {before, library.last_entry()}


@pytest.mark.parametrize("what", ANSWERS)
@pytest.mark.parametrize("at", [1, 2])
def test_an_answer_that_is_stopped_is_not_there(
    what: str, at: int, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = library.journal()
    with pytest.MonkeyPatch.context() as patch:
        Stopping(patch, at)
        with pytest.raises(KeyboardInterrupt):
            ANSWERS[what](library)
    assert library.journal() == before
    ANSWERS[what](library)  # nothing is left that would stand in its way
    assert library.last_entry() > len(before) + 1


@pytest.mark.parametrize("what", ANSWERS)
def test_one_undo_takes_an_answer_back(what: str, library: Library) -> None:
    before = standing.labels(library)
    ANSWERS[what](library)
    assert standing.labels(library) != before
    if what == "undone":
        history.redo(library)
    else:
        history.undo(library)
    assert standing.labels(library) == before


CHRISTMAS = DEMO / "photos" / "2003 Christmas at home"
BOX = Box(10, 10, 60, 80)


def draw(library: Library) -> None:
    """Draw a face on the first photo, and name it."""
    drawing.draw_face(library, Path(library.photos()[1].path), BOX, person="Ghost")


def learn_two(library: Library) -> None:
    """Learn two people from a folder with photos of each."""
    folder = library.folder.parent / "references"
    for number, person in enumerate(("Rosa", "Rosa", "Clara")):
        (folder / person).mkdir(parents=True, exist_ok=True)
        shutil.copy(CHRISTMAS / f"IMG_100{(0, 1, 8)[number]}.jpg", folder / person)
    references.learn(library, folder)


def merge(library: Library) -> None:
    """Take over what was said in another library: a drawing and its name, and another name."""
    restore.restore_backup(library, backups.read_library(Library(library.folder.parent / "said")))


WITH_NETWORKS: dict[str, Callable[[Library], object]] = {
    "drawn and named": draw,
    "learnt": learn_two,
    "merged": merge,
}


@pytest.mark.parametrize("what", WITH_NETWORKS)
def test_what_needs_networks_is_an_answer_as_well(
    what: str, demo_library: Library, tmp_path: Path
) -> None:
    other = Library(shutil.copytree(demo_library.folder, tmp_path / "said"))
    draw(other)
    naming.name_faces(other, [5], "Emil")
    naming.name_faces(demo_library, [3], "Clara")
    before, answer = standing.labels(demo_library), WITH_NETWORKS[what]
    with pytest.MonkeyPatch.context() as patch:
        stopping = Stopping(patch, at=0)
        answer(Library(shutil.copytree(demo_library.folder, tmp_path / "to count")))
    with pytest.MonkeyPatch.context() as patch:
        Stopping(patch, at=stopping.times)
        with pytest.raises(KeyboardInterrupt):
            answer(demo_library)
    assert demo_library.last_entry() == 1
    assert demo_library.face_keys(drawn=True) == []
    answer(demo_library)
    assert demo_library.last_entry() > 2
    assert standing.labels(demo_library) != before
    assert len(demo_library.face_keys(drawn=True)) == (what != "learnt")
    history.undo(demo_library)
    assert standing.labels(demo_library) == before
    assert demo_library.face_keys(drawn=True) == []


def test_a_drawing_is_taken_back_with_its_face(
    demo_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(demo_library)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Library, "remove_faces", stop)
        with pytest.raises(KeyboardInterrupt):
            history.undo(demo_library)
    assert "Ghost" in standing.labels(demo_library).names.values()
    assert len(demo_library.face_keys(drawn=True)) == 1


def test_answers_in_answers_are_one(library: Library) -> None:
    with library.answer():
        first = naming.name_faces(library, [180], "Rosa")
        with library.answer():
            more = [naming.name_faces(library, [181], "Emil"), naming.ignore_faces(library, [182])]
    alone = naming.name_faces(library, [183], "Rosa")
    assert library.tied(more[0]) == [first, *more]
    assert library.tied(alone) == [alone]


def test_nobody_sees_half_an_answer(library: Library) -> None:
    other, before = Library(library.folder), library.last_entry()
    with library.answer():
        naming.name_faces(library, [180], "Rosa")
        assert other.last_entry() == before
        assert standing.name_of(library, 180) == "Rosa"
        naming.name_faces(library, [181], "Rosa")
    assert other.last_entry() == before + 2


def test_an_answer_that_makes_no_sense_leaves_nothing(library: Library) -> None:
    before = library.journal()

    def say_nonsense() -> None:
        with library.answer():
            naming.name_faces(library, [180], "Rosa")
            naming.name_faces(library, [10**6], "Rosa")

    with pytest.raises(LabelerError, match="There is no face"):
        say_nonsense()
    assert library.journal() == before


def test_what_is_written_together_is_told_together(library: Library) -> None:
    other, before = Library(library.folder), library.state()
    with library.writing():
        library.write_setting("one", 1)
        library.append(journal.HIDE, person="Rosa")
        library.write_setting("two", 2)
        assert other.state() == before
    now = other.state()
    assert now.writes > before.writes
    assert now.entry == before.entry + 1


def test_nothing_is_left_of_what_was_not_written_to_its_end(library: Library) -> None:
    library.write_setting("one", 1)

    def stop() -> None:
        with library.writing():
            library.write_setting("one", 2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert library.setting("one") == 1
    library.write_setting("one", 3)
    assert library.setting("one") == 3
