"""`labeler repair`: whatever page is damaged, every decision on a readable page is saved."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from labeler.errors import LibraryError
from labeler.journal import LOST
from labeler.library import migrations
from labeler.library.connecting import is_sound
from labeler.library.database import FILE_NAME
from labeler.library.repair.pages import Pages
from labeler.library.repair.repairing import RepairReport, repair
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import history

from . import damaging

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "library"
    damaging.write_library(folder)
    return folder / FILE_NAME


@pytest.fixture(scope="module")
def decisions(sound: Path) -> dict[int, tuple[object, ...]]:
    return damaging.entries(sound)


def spoiled(sound: Path, folder: Path, page: int, way: str, seed: int = 0) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    damaging.damage(Path(shutil.copy(sound, folder / FILE_NAME)), page, way, seed)
    return folder


def entries_on(path: Path, page: int) -> set[int | None]:
    with open(path, "rb") as stream:
        found = Pages(stream).page(page)
        return {cell.key for cell in found.cells} if found else set()


def check_repaired(folder: Path, report: RepairReport) -> None:
    assert is_sound(folder / FILE_NAME)
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
        steps = connection.execute("SELECT count(*) FROM migrations").fetchone()[0]
    assert steps == len(migrations.MIGRATIONS)
    if report.repaired:
        assert report.kept is not None
        assert report.kept.name.startswith("library-damaged-")
    assert not repair(folder).repaired
    library = Library(folder)
    standing.labels(library)
    assert len(history.history(library, 10**6)) >= 0
    library.close()


@pytest.mark.parametrize("way", damaging.WAYS)
@pytest.mark.parametrize("kind", ["leaf", "internal", "faces", "index", "first", "any"])
def test_no_decision_on_a_readable_page_is_lost(
    sound: Path, decisions: dict[int, tuple[object, ...]], tmp_path: Path, kind: str, way: str
) -> None:
    pages = damaging.pages_of(sound, "journal")
    random = np.random.default_rng(len(kind) * 10 + len(way))
    chosen = {
        "leaf": [page for page, what in pages.items() if what == "leaf"],
        "internal": [page for page, what in pages.items() if what == "internal"],
        "faces": list(damaging.pages_of(sound, "journal_faces")),
        "index": list(damaging.pages_of(sound, "journal_faces_by_entry")),
        "first": [1],
        "any": list(range(2, sound.stat().st_size // damaging.PAGE)),
    }[kind]
    for page in random.permutation(chosen)[:3].tolist():
        folder = spoiled(sound, tmp_path / "library", page, way, page)
        report = repair(folder)
        check_repaired(folder, report)
        saved = damaging.entries(folder / FILE_NAME)
        lost = {n for n in decisions if n not in saved or saved[n][1] == LOST}
        assert lost <= (entries_on(sound, page) if page in pages else set())
        if report.repaired:
            assert report.tables["journal"].lost == len(lost)
            assert report.tables["journal"].saved == len(decisions) - len(lost)
        if page not in damaging.pages_of(sound, "journal_faces"):
            assert all(saved[n] == decisions[n] for n in decisions if n not in lost)
        kept = folder / report.kept.name if report.kept else folder / FILE_NAME
        assert kept.stat().st_size == sound.stat().st_size


def test_all_but_the_damaged_page_is_there(sound: Path, tmp_path: Path) -> None:
    leaves = [p for p, what in damaging.pages_of(sound, "descriptors").items() if what == "leaf"]
    folder = spoiled(sound, tmp_path / "library", leaves[3], "zeros")
    report = repair(folder)
    check_repaired(folder, report)
    library = Library(folder)
    assert len(library.faces()) == damaging.PHOTOS * damaging.FACES_EACH
    ids, _ = library.descriptors(damaging.MODEL)
    gone = damaging.PHOTOS * damaging.FACES_EACH - len(ids)
    assert 0 < gone < 10
    assert abs(report.tables["descriptors"].lost - gone) <= 2
    # The photos of these faces are looked at again.
    again = [one for one in library.known_files().values() if one.finder == ""]
    assert gone / damaging.FACES_EACH <= len(again) < 12


def test_numbers_are_not_given_again(sound: Path, tmp_path: Path) -> None:
    last = max(p for p, what in damaging.pages_of(sound, "journal").items() if what == "leaf")
    folder = spoiled(sound, tmp_path / "library", last, "noise")
    report = repair(folder)
    assert report.tables["journal"].lost > 0
    assert Library(folder).append("ignore") == damaging.DECISIONS + 1


def test_an_older_library_is_repaired_and_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrations.apply(connection, 1)
        connection.execute("BEGIN")
        for number in range(1, 400):
            connection.execute(
                "INSERT INTO photos VALUES (?, ?, 640, 480, NULL, '', 'old')",
                [number, f"{number:064x}"],
            )
            connection.execute(
                "INSERT INTO files VALUES (?, ?, '/p', 1, 2, 0)", [f"/p/{number}.jpg", number]
            )
            connection.execute(
                "INSERT INTO journal VALUES (?, '2026-01-01', 'name', 'Rosa', NULL)", [number]
            )
            connection.execute(
                "INSERT INTO journal_faces VALUES (?, ?, 0, 0, 5.5, 5)", [number, f"{number:064x}"]
            )
        connection.execute("COMMIT")
    leaves = [p for p, what in damaging.pages_of(path, "journal").items() if what == "leaf"]
    keys = entries_on(path, leaves[1])
    damaging.damage(path, leaves[1], "zeros")
    report = repair(tmp_path)
    check_repaired(tmp_path, report)
    assert report.tables["journal"].lost == len(keys)
    library = Library(tmp_path)
    assert len(library.identities()) == len(library.known_files()) == 399
    assert {entry.faces[0].box.width for entry in library.journal()} == {5.5}
    assert library.photos_with_text("7") == [7]


@pytest.mark.parametrize("page", [1, 2])
def test_decisions_in_the_log_are_saved_too(sound: Path, tmp_path: Path, page: int) -> None:
    """After a crash, with damage to a page that may be the one that tells whose log it is."""
    library = tmp_path / "library"
    library.mkdir()
    shutil.copy(sound, library)
    damaging.decide_and_crash(library)
    damaging.damage(library / FILE_NAME, page, "zeros")
    repair(library)
    assert damaging.entries(library / FILE_NAME)[damaging.DECISIONS + 1][2] == "Newcomer"


def test_a_repair_that_fails_changes_nothing(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaf = next(p for p, what in damaging.pages_of(sound, "journal").items() if what == "leaf")
    folder = spoiled(sound, tmp_path / "library", leaf, "zeros")
    before = (folder / FILE_NAME).read_bytes()

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(migrations, "apply", full)
    with pytest.raises(LibraryError, match="as it was"):
        repair(folder)
    monkeypatch.undo()
    assert (folder / FILE_NAME).read_bytes() == before
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]
    assert repair(folder).repaired


def test_the_command(sound: Path, tmp_path: Path) -> None:
    leaf = next(p for p, what in damaging.pages_of(sound, "journal").items() if what == "leaf")
    folder = spoiled(sound, tmp_path / "library", leaf, "zeros")
    command = [sys.executable, "-m", "labeler.cli.main", "--library", str(folder)]

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *words], capture_output=True, text=True, check=True)

    other = Path(shutil.copytree(folder, tmp_path / "other"))
    said = run("repair").stdout
    assert "Saved from library.sqlite:" in said
    assert "150 photos\n" in said
    assert "The damaged file is kept as library-damaged-" in said
    assert run("repair").stdout == "The library is sound; there is nothing to repair.\n"
    command[-1] = str(other)
    report = json.loads(run("repair", "--json").stdout)
    assert set(report) == {"library", "repaired", "source", "kept", "tables"}
    assert report["tables"]["faces"] == {"saved": 300, "lost": 0}
    assert report["tables"]["journal"]["lost"] > 0
    # Where a decision was taken back, and is lost, it is seen as such.
    assert "decided something that was lost by damage" in run("history", "--top", "9999").stdout
