"""The command line as a user and as a script sees it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from labeler.cli.headings import Heading
from labeler.cli.main import app
from labeler.groups.steps import numbering
from labeler.library.database import FILE_NAME
from labeler.library.store import Library
from labeler.people.steps import naming

from . import commanding
from .conftest import clusters_by_person

pytestmark = pytest.mark.slow


class Shell:
    """Runs `labeler --library FOLDER …`."""

    def __init__(self, library: Path) -> None:
        self.library = library

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("LABELER_LIBRARY", raising=False)
            return commanding.command(self.library, *arguments)

    def json(self, *arguments: object, code: int = 0) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == code, done.stderr
        assert done.stderr == ""
        return json.loads(done.stdout)

    def fails(self, code: int, *arguments: object) -> str:
        """Return the one sentence that a failing command says."""
        done = self.run(*arguments)
        assert done.returncode == code, (done.stdout, done.stderr)
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1
        assert "Traceback" not in done.stderr
        return done.stderr.strip()


@pytest.fixture
def shell(demo_library: Library) -> Shell:
    return Shell(demo_library.folder)


def test_the_main_job_end_to_end(
    demo_library_folder: Path, demo_album: Path, tmp_path: Path
) -> None:
    shell = Shell(tmp_path / "library")
    shutil.copytree(demo_library_folder / "cache" / "models", shell.library / "cache" / "models")
    report = shell.json("index", demo_album / "photos")
    assert set(report) == {
        "photos",
        "new",
        "unchanged",
        "faces",
        "failed",
        "failed_before",
        "away",
        "moved",
        "not_used",
        "followed",
        "noted",
        "seconds",
        "left_out",
        "videos",
    }
    assert (report["photos"], report["new"], report["faces"]) == (84, 84, 189)
    assert [Path(failure["path"]).name for failure in report["failed"]] == ["IMG_broken.jpg"]
    assert set(report["failed"][0]) == {"path", "reason"}
    report = shell.json("cluster")
    assert set(report) == {"faces", "clusters", "unclustered", "seconds"}

    clusters = clusters_by_person(Library(shell.library))
    assert len(clusters) == 11
    for person, cluster in clusters.items():
        named = shell.json("name", "--cluster", cluster, person)
        assert named["person"] == person
        assert named["faces"] >= 5
    before = shell.json("faces")
    found = shell.json("recognize")
    parts = {"recognized", "to_ask", "unknown"}
    more = {"precision", "least_probability", "answers", "offer", "taken_back"}
    assert set(found) == parts | more
    assert sum(found[part] for part in parts) == sum(not face["person"] for face in before)

    scores = shell.json("evaluate", demo_album / "faces.csv")
    assert set(scores) >= {"detection", "clusters", "names"}
    assert set(scores["detection"]) == {"recall", "precision"}
    kinds = ("precision", "recall", "f")
    assert set(scores["clusters"]) == {f"{way}_{x}" for way in ("pair", "bcubed") for x in kinds}
    assert set(scores["names"]) == {"precision", "recall", "unknown_rejected"}
    assert scores["detection"]["recall"] >= 0.99
    assert scores["detection"]["precision"] >= 0.99
    assert scores["clusters"]["pair_f"] >= 0.99
    assert scores["names"]["precision"] >= 0.99
    assert scores["names"]["recall"] >= 0.95

    faces = shell.json("faces")
    assert len(faces) == 189
    keys = ["face", "photo", "box", "score", "cluster", "person", "source", "probability", "xy"]
    assert list(faces[0]) == keys
    assert len(faces[0]["box"]) == 4
    assert len(faces[0]["xy"]) == 2
    assert Path(faces[0]["photo"]).is_absolute()
    assert {face["source"] for face in faces} <= {"user", "auto", None}

    people = shell.json("people")
    assert {row["person"] for row in people} == set(clusters)
    rosa = next(row for row in people if row["person"] == "Rosa")
    assert set(rosa) == {
        *("person", "faces", "photos", "first", "last", "cover", "born", "hidden", "away")
    }
    assert (rosa["first"][:4], rosa["last"][:4]) == ("2003", "2023")

    into = tmp_path / "sorted"
    plan = shell.json("sort", demo_album / "inbox", "--into", into)
    assert len(plan) == 12
    assert {"photo", "people", "unknown", "targets"} <= set(plan[0])
    assert set(plan[0]["people"][0]) == {"person", "probability", "box"}
    assert not into.exists()
    assert shell.json("sort", demo_album / "inbox", "--into", into, "--apply") == plan
    assert all(Path(target).is_file() for item in plan for target in item["targets"])

    status = shell.json("status")
    assert (status["photos"], status["faces"], status["people"]) == (84, 189, 11)
    again = shell.json("index", demo_album / "photos")
    assert (again["new"], again["unchanged"]) == (0, 84)


def test_html_slideshow(shell: Shell, tmp_path: Path) -> None:
    cluster = clusters_by_person(Library(shell.library))["Felix"]
    shell.json("name", "--cluster", cluster, "Felix")
    out = tmp_path / "felix.html"
    report = shell.json("slideshow", "Felix", "--out", out)
    assert list(report) == ["person", "people", "slides", "seconds", "file", "plan", "failed"]
    assert (report["person"], report["file"]) == ("Felix", str(out))
    assert report["slides"] >= 8
    assert "Felix" in out.read_text(encoding="utf-8")
    assert "exists already" in shell.fails(1, "slideshow", "Felix", "--out", out)
    assert "did you mean Felix?" in shell.fails(1, "slideshow", "felx", "--out", tmp_path / "x.mp4")


def test_requests_that_cannot_be_carried_out_are_one_sentence(shell: Shell, tmp_path: Path) -> None:
    assert "does not exist" in shell.fails(1, "index", tmp_path / "nowhere")
    assert "no cluster 999" in shell.fails(1, "name", "--cluster", 999, "Rosa")
    assert "no face 99999" in shell.fails(1, "name", "--face", 99999, "Rosa")
    assert "at least one letter" in shell.fails(1, "name", "--face", 1, "  ")
    assert "nobody called Rosa" in shell.fails(1, "reject", "--face", 1, "Rosa")
    assert "no cluster 999" in shell.fails(1, "same", "--cluster", 0, "--cluster", 999)
    assert "in two of the sets" in shell.fails(1, "different", "--face", 1, "--face", 1)
    assert "Nobody has a name" in shell.fails(1, "recognize")
    assert "nobody called Rosa" in shell.fails(1, "slideshow", "Rosa", "--out", tmp_path / "r.mp4")
    assert "does not exist" in shell.fails(1, "evaluate", tmp_path / "no.csv")
    (tmp_path / "bad.csv").write_text("file,left\na.jpg,1\n")
    assert "no column 'top'" in shell.fails(1, "evaluate", tmp_path / "bad.csv")
    (tmp_path / "file").write_text("x")
    assert "choose another folder" in Shell(tmp_path / "file").fails(1, "status")


def test_wrong_command_lines_are_one_sentence(shell: Shell) -> None:
    assert "No such command 'indx'" in shell.fails(2, "indx")
    assert "--into" in shell.fails(2, "sort", "inbox")
    assert "--cluster N or --face N" in shell.fails(2, "name", "Rosa")
    assert "--cluster N or --face N" in shell.fails(2, "reject", "Rosa")
    assert "--cluster N or --face N" in shell.fails(2, "same")
    assert "at least twice" in shell.fails(2, "different", "--cluster", 0)
    assert "--copy, --move and --link" in shell.fails(
        2, "sort", "inbox", "--into", "x", "--copy", "--move"
    )
    assert "PATH" in shell.fails(2, "index")
    assert "integer" in shell.fails(2, "name", "--face", "x", "Rosa")


def test_bad_files_are_told_to_people_too(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "empty.jpg").touch()
    done = shell.run("index", tmp_path)
    assert done.returncode == 1  # nothing could be used at all
    assert "0 photos with 0 faces" in done.stdout
    assert "2 files could not be used" in done.stderr
    assert done.stderr.count("\n") == 3
    again = shell.run("index", tmp_path)
    assert "2 files failed before and did not change since; --retry-failed" in again.stderr
    assert again.stderr.count("\n") == 1
    retried = shell.json("index", "--retry-failed", tmp_path, code=1)
    assert (len(retried["failed"]), retried["failed_before"]) == (2, 0)


def test_names_are_kept_by_regrouping(shell: Shell) -> None:
    clusters = clusters_by_person(Library(shell.library))
    shell.json("name", "--cluster", clusters["Rosa"], "--cluster", clusters["Emil"], "Both")
    before = [face["face"] for face in shell.json("faces") if face["person"] == "Both"]
    shell.json("cluster")
    faces = shell.json("faces")
    assert [face["face"] for face in faces if face["person"] == "Both"] == before
    assert len({face["cluster"] for face in faces if face["person"] == "Both"}) == 1


def test_what_is_said_about_groups_shows_at_once(shell: Shell) -> None:
    def faces_of(cluster: int) -> list[int]:
        return [face["face"] for face in shell.json("faces") if face["cluster"] == cluster]

    first, second = faces_of(0), faces_of(1)
    united = len(first) + len(second)
    same = shell.json("same", "--cluster", 0, "--cluster", 1)
    assert (set(same), same["faces"]) == ({"faces", "doubts"}, united)
    assert faces_of(0) == sorted(first + second)
    apart = shell.json("different", "--face", first[0], "--face", second[0])
    assert apart == {"people": 2, "faces": 2}
    assert faces_of(0) == sorted(first + second[1:])
    shell.json("name", "--cluster", 0, "Rosa")
    rejected = shell.json("reject", "--face", first[0], "--face", second[1], " Rosa")
    assert rejected == {"person": "Rosa", "faces": 2}
    assert shell.json("status")["named"] == united - 3
    assert shell.run("reject", "--face", second[2], "Rosa").stdout == "1 face noted as not Rosa.\n"
    assert shell.run("same", "--cluster", 0).stdout.endswith("faces put together as one person.\n")
    said = shell.run("different", "--cluster", 0, "--cluster", 2).stdout
    assert said.endswith("faces kept apart as 2 people.\n")


@contextmanager
def indexing_begun(library: Path, models: Path, photos: Path) -> Iterator[subprocess.Popen[str]]:
    """Start `labeler index` and wait until the first photos are stored."""
    shutil.copytree(models, library / "cache" / "models")
    command = [sys.executable, "-m", "labeler.cli.main", "--library", str(library), "index"]
    command += ["--jobs", "1"]  # not too quick to be caught at it
    with subprocess.Popen([*command, str(photos)], stderr=subprocess.PIPE, text=True) as process:
        while not (library / FILE_NAME).exists() and process.poll() is None:
            time.sleep(0.02)
        reader = Library(library)
        while not reader.counts()["photos"] and process.poll() is None:
            time.sleep(0.02)
        yield process


def goes_on(library: Path, photos: Path) -> None:
    """Run again and check that only what was missing was done, and all is there."""
    kept = Library(library).counts()["photos"]
    assert 0 < kept < 84
    report = Shell(library).json("index", photos)
    assert (report["unchanged"], report["new"], report["faces"]) == (kept, 84 - kept, 189)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_ctrl_c_keeps_what_is_done_and_says_so(
    models_folder: Path, demo_album: Path, tmp_path: Path
) -> None:
    photos = demo_album / "photos"
    with indexing_begun(tmp_path, models_folder, photos) as process:
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert complaint.startswith("Interrupted; what was finished is kept.")
    assert complaint.count("\n") == 1
    goes_on(tmp_path, photos)


def test_a_killed_run_goes_on(models_folder: Path, demo_album: Path, tmp_path: Path) -> None:
    photos = demo_album / "photos"
    with indexing_begun(tmp_path, models_folder, photos) as process:
        process.kill()
        process.communicate(timeout=60)
    with closing(sqlite3.connect(tmp_path / "library.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    goes_on(tmp_path, photos)


def test_every_command_has_help_with_an_example(shell: Shell) -> None:
    listing = shell.run("--help").stdout
    places = [listing.index(f"\n{heading.value}:\n") for heading in Heading]
    assert places == sorted(places)
    commands = re.findall(r"^  ([a-z-]+)  ", listing[places[0] :], re.MULTILINE)
    assert len(commands) == len(set(commands)) == 52
    assert "meaning" not in commands  # the former name of a command goes on working
    assert "Let a model look" in shell.run("meaning", "--help").stdout
    for command in commands:
        text = CliRunner().invoke(app, [command, "--help"]).stdout  # a process each takes a minute
        assert "Example: labeler " in text
        assert len(text.splitlines()) > 5


def test_the_demo_command_builds_its_own_library(demo_library_folder: Path, tmp_path: Path) -> None:
    shell = Shell(tmp_path / "demo")
    shutil.copytree(demo_library_folder, shell.library)
    facts = shell.json("demo", "--no-dashboard")
    assert (facts["photos"], facts["videos"], facts["clusters"]) == (85, 1, 11)
    assert Path(facts["inbox"]).is_dir()
    library = Library(shell.library)
    for person, group in clusters_by_person(library).items():
        naming.name_faces(library, numbering.cluster_members(library, [group]), person)
    found = {row["person"]: row["seconds"] for row in shell.json("screentime", facts["film"])}
    true = {"Rosa": 15.9, "Henrik": 13.1, "Ines": 6.0, "Clara": 3.6, "Felix": 3.6, "Nora": 3.4}
    for person, seconds in true.items():
        assert found[person] == pytest.approx(seconds, abs=2), person
    scenes = shell.json("scenes", "Rosa + Henrik", "--least", 3)
    assert [round(scene["start"]) for scene in scenes] == [3, 18]
    (tmp_path / "own").mkdir()
    shutil.copy(next((Path(facts["album"]) / "inbox").iterdir()), tmp_path / "own")
    shell.json("index", tmp_path / "own")
    assert "photos of its own" in shell.fails(1, "demo", "--no-dashboard")


def test_decisions_on_the_command_line(shell: Shell, demo_album: Path) -> None:
    assert shell.json("name", "--face", 1, "--face", 2, "Granny")["faces"] == 2
    assert set(shell.json("rename", "Granny", "Rosa")) == {"entry"}
    assert shell.json("name", "--face", 3, "Oma")["person"] == "Oma"
    assert "merge them" in shell.fails(1, "rename", "Oma", "Rosa")
    assert set(shell.json("merge", "Oma", "Rosa")) == {"entry", "doubts"}
    assert set(shell.json("born", "Rosa", "1942-05-20")) == {"entry", "doubts"}
    assert "no date" in shell.fails(2, "born", "Rosa", "20.5.1942")
    assert set(shell.json("hide", "Rosa")) == {"entry"}
    assert "hidden already" in shell.fails(1, "hide", "Rosa")
    assert [row["hidden"] for row in shell.json("people")] == [True]
    assert shell.run("people").stdout == "1 person hidden; `labeler unhide PERSON` ends that.\n"
    assert set(shell.json("show", "Rosa")) == {"entry"}
    assert "not hidden" in shell.fails(1, "show", "Rosa")
    assert "Rosa" in shell.run("people").stdout
    assert shell.json("cover", 3)["person"] == "Rosa"
    assert shell.json("ignore", "--face", 4)["faces"] == 1
    assert shell.json("unlabel", "--face", 4)["faces"] == 1
    (person,) = shell.json("people")
    assert (person["person"], person["cover"], person["born"]) == ("Rosa", 3, "1942-05-20")
    photo = demo_album / "photos" / "2003 Christmas at home" / "IMG_1002.jpg"
    drawn = shell.json("draw", photo, 0, 0, 40, 40, "--name", "Rosa")
    assert drawn["person"] == "Rosa"
    decisions = shell.json("history", "--top", 3)
    assert [row["action"] for row in decisions] == ["name", "draw", "unlabel"]
    assert set(decisions[0]) == {"entry", "at", "action", "what", "stands", "turns"}
    assert shell.json("undo")["what"] == "drew 1 face; named 1 face Rosa"
    assert drawn["face"] not in [face["face"] for face in shell.json("faces")]
    assert shell.json("redo")["what"] == "drew 1 face; named 1 face Rosa"
    assert shell.json("undo", decisions[2]["entry"])["entry"] == decisions[2]["entry"]
    assert "taken back already" in shell.fails(1, "undo", decisions[2]["entry"])
    recognized = shell.json("recognize")["recognized"]
    if recognized:
        assert shell.json("confirm", "Rosa")["faces"] == recognized
    assert "No automatic name" in shell.fails(1, "confirm", "Rosa")
    questions = shell.json("suggest", "--top", 2)
    assert [set(question) for question in questions] == [
        {"kind", "groups", "gain", "probability"}
    ] * 2
    group = questions[0]["groups"][0]
    assert set(group) == {"faces", "person", "probability", "cluster", "proposals"}
    told = shell.run("suggest", "--top", 2).stdout
    assert told.count("    → labeler ") == 2
    listed = shell.run("history").stdout
    assert "(undone) unnamed 1 face" in " ".join(listed.split())
