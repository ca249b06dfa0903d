"""`labeler video`: who is in a video, and all that can be made of that."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labeler import open_library
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import bands, naming
from labeler.photos.steps.thumbnails import face_thumbnail

from .commanding import command
from .conftest import DEMO, clusters_by_person, in_clusters
from .filming import film, panned
from .test_store import add
from .test_video_store import track, video

CAKE = DEMO / "photos" / "2003 Christmas at home" / "IMG_1002.jpg"
"""Emil and Henrik."""


@pytest.fixture
def party(tmp_path: Path) -> Path:
    """A video of 2 s that is red, then blue."""
    colours = [(250, 0, 0)] * 10 + [(0, 0, 250)] * 10
    frames = [np.full((480, 640, 3), colour, np.uint8) for colour in colours]
    return film(tmp_path / "party.mp4", frames, rate=10)


@pytest.fixture
def library(party: Path, tmp_path: Path) -> Library:
    """A library that has seen four faces in the video, of which two are in one group."""
    library = Library.create(tmp_path / "library")
    seen = (track(0, 1, 100), track(1.1, 2, 100), track(0, 1.5, 300), track(0.5, 1, 500))
    analysed = video(*seen, path=str(party))
    status = party.stat()
    file = replace(analysed.file, size=status.st_size, modified_ns=status.st_mtime_ns)
    facts = replace(analysed.facts, seconds=2)
    assert analysed.video is not None
    watched = replace(analysed.video, facts=replace(analysed.video.facts, seconds=2))
    add(library, replace(analysed, file=file, facts=facts, video=watched))
    library.write_clusters(in_clusters(library.faces().ids, [0, 0, 1, -1]))
    return library


def told(library: Library, *words: object) -> dict:
    done = command(library.folder, "video", *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_document_tells_all_of_a_video(library: Library, party: Path) -> None:
    naming.name_faces(library, library.faces().ids.tolist()[2:3], "Henrik")
    found = told(library, party)
    assert [found[key] for key in ("video", "seconds", "fps", "width", "height")] == [
        str(party),
        2,
        25,
        640,
        480,
    ]
    assert found["people"] == [
        {
            "person": "Henrik",
            "seconds": 1.5,
            "share": 0.75,
            "first": 0,
            "last": 1.5,
            "scenes": [{"start": 0, "end": 1.5}],
            "source": "named",
            "probability": 1,
        }
    ]
    assert [(row["name"], row["seconds"], row["cluster"]) for row in found["unknown"]] == [
        ("unknown_1", 2, 0),
        ("unknown_2", 0.5, None),
    ]
    first = found["tracks"][0]
    assert [first[key] for key in ("start", "end", "cluster", "person")] == [0, 1, 0, None]
    assert first["boxes"][1] == [0.5, 105, 10, 50, 60]


def test_a_name_is_given_to_all_of_a_group(library: Library, party: Path) -> None:
    first, second, *_ = library.faces().ids.tolist()
    found = told(library, party, "--person", "unknown_1", "Rosa")
    assert [row["person"] for row in found["people"]] == ["Rosa"]
    assert standing.labels(library).names == {first: "Rosa", second: "Rosa"}
    told(library, party, "--person", "unknown_2", "Felix")
    assert len(standing.labels(library).names) == 3
    wrong = command(library.folder, "video", party, "--person", "unknown_7", "Felix")
    assert wrong.returncode == 1
    assert wrong.stderr == (
        "Nobody in this video is called unknown_7; there are unknown_1 to unknown_1.\n"
    )


def test_several_people_get_their_names_at_once(library: Library, party: Path) -> None:
    first, second, third, _ = library.faces().ids.tolist()
    found = told(library, party, "--person", "unknown_2", "Felix", "--person=unknown_1", "Rosa")
    assert {row["person"] for row in found["people"]} == {"Rosa", "Felix"}
    assert standing.labels(library).names == {first: "Rosa", second: "Rosa", third: "Felix"}
    for words in (["--person", "unknown_1"], ["--person", "unknown_1", "--json"]):
        wrong = command(library.folder, "video", party, *words)
        assert (wrong.returncode, "takes two words" in wrong.stderr) == (2, True)
    assert len(standing.labels(library).names) == 3


def test_files_are_made_and_nothing_is_written_over(library: Library, party: Path) -> None:
    folder = library.folder.parent
    options = {
        "--html": folder / "a.html",
        "--csv": folder / "a.csv",
        "--vtt": folder / "a.vtt",
        "--srt": folder / "names",
        "--chapters": folder / "chapters.txt",
    }
    naming.name_faces(library, library.faces().ids.tolist()[2:3], "Hen/rik <3")
    words = [word for pair in options.items() for word in pair]
    done = command(library.folder, "video", party, *words)
    assert done.returncode == 0, done.stderr
    assert "Hen/rik <3" in done.stdout
    page = options["--html"].read_text("utf-8")
    assert "<h1>Who is in party.mp4</h1>" in page
    assert "Hen/rik &lt;3" in page
    assert page.count("data:image/jpeg") == 3
    with options["--csv"].open(newline="") as table:
        people = [row["person"] for row in csv.DictReader(table)]
        assert people == ["Hen/rik <3", "unknown_1", "unknown_2"]
    assert sorted(path.name for path in options["--srt"].iterdir()) == [
        "Hen_rik _3.srt",
        "unknown_1.srt",
        "unknown_2.srt",
    ]
    assert "CHAPTER01NAME=" in options["--chapters"].read_text("utf-8")
    assert options["--vtt"].read_text("utf-8").startswith("WEBVTT")
    # A page of ours is made again; what may be somebody else's is not.
    assert command(library.folder, "video", party, "--html", options["--html"]).returncode == 0
    for option in ("--csv", "--vtt", "--srt", "--chapters"):
        again = command(library.folder, "video", party, option, options[option])
        assert again.returncode == 1
        assert "exists already" in again.stderr


def test_what_cannot_be_watched_is_told(library: Library, tmp_path: Path) -> None:
    for wrong, said in (
        (tmp_path / "gone.mp4", "gone.mp4"),
        (tmp_path, "is a folder"),
        (CAKE, "does not have the name of a video"),
    ):
        done = command(library.folder, "video", wrong)
        assert done.returncode == 1
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
    assert len(library.photos()) == 1


def test_faces_at_other_times_have_other_pictures(library: Library) -> None:
    early, late, *_ = library.faces().ids.tolist()
    with Image.open(face_thumbnail(library, early)) as picture:
        assert picture.getpixel((80, 80))[0] > 200
    with Image.open(face_thumbnail(library, late)) as picture:
        assert picture.getpixel((80, 80))[2] > 200


def test_tables_for_programs_tell_the_same(library: Library, party: Path) -> None:
    naming.name_faces(library, library.faces().ids.tolist()[2:3], "Henrik")
    with open_library(library.folder) as opened:
        time = opened.screen_time()
        assert time["person"].tolist() == ["Henrik", "unknown_1", "unknown_2"]
        assert time["seconds"].tolist() == [1.5, 2.0, 0.5]
        assert time["known"].tolist() == [True, False, False]
        both = opened.scenes("henrik + unnamed", [party], least=0.2)
        assert both[["start", "end"]].to_numpy().tolist() == [[0.0, 1.5]]
        assert both["people"].tolist() == [("Henrik",)]


@pytest.mark.slow
def test_who_is_named_on_photos_is_recognized_in_a_new_video(
    demo_library: Library, tmp_path: Path
) -> None:
    groups = clusters_by_person(demo_library)
    for person in ("Emil", "Henrik", "Rosa"):
        assert command(demo_library.folder, "name", "--cluster", groups[person], person)
    new = film(tmp_path / "cake.mp4", panned(CAKE, 20, (640, 480)), rate=10)
    bands.want_precision(demo_library, 0.9)
    found = told(demo_library, new)
    both = {("Emil", "recognized"), ("Henrik", "recognized")}
    assert {(row["person"], row["source"]) for row in found["people"]} == both
    scenes = command(demo_library.folder, "scenes", "henrik + emil", new, "--json").stdout
    assert set(json.loads(scenes)[0]["people"]) == {"Emil", "Henrik"}
    only = told(demo_library, new, "--cast", "henrik")
    assert [row["person"] for row in only["people"]] == ["Henrik"]
    assert len(only["unknown"]) == len(found["unknown"]) + 1
    rosa = told(demo_library, new, "--cast", "rosa", "--cast", "emil")
    assert [row["person"] for row in rosa["people"]] == ["Emil"]
    bands.want_precision(demo_library, 0.9999)
    strict = told(demo_library, new)
    guesses = {row["perhaps"]["person"] for row in strict["unknown"] if row["perhaps"]}
    assert guesses
    assert guesses | {row["person"] for row in strict["people"]} == {"Emil", "Henrik"}
    wrong = command(demo_library.folder, "video", new, "--cast", "henrk")
    assert "Henrik" in wrong.stderr
