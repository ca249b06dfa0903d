"""`labeler slideshow` as a person types it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import av
import pytest

from labeler.library.store import Library

from .conftest import clusters_by_person
from .test_beats import clicks
from .test_cli import Shell
from .test_show_music import write_wave


@pytest.fixture(scope="module")
def shell(demo_library_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A library in which Rosa, Emil and Nora have names."""
    import shutil

    folder = tmp_path_factory.mktemp("named") / "library"
    shutil.copytree(demo_library_folder, folder)
    shell = Shell(folder)
    clusters = clusters_by_person(Library.create(folder))
    for person in ("Rosa", "Emil", "Nora"):
        shell.json("name", "--cluster", clusters[person], person)
    shell.json("born", "Rosa", "1943-03-11")
    return shell


def slides(path: Path) -> list[dict[str, object]]:
    return json.loads(path.read_text(encoding="utf-8"))["slides"]


def albums(path: Path) -> set[str]:
    return {Path(str(slide["path"])).parent.name for slide in slides(path)}


def test_albums_words_and_dates(shell: Shell, tmp_path: Path) -> None:
    def planned(name: str, *more: object) -> Path:
        out = tmp_path / f"{name}.json"
        shell.json("slideshow", "Rosa", "Emil", "--plan", out, *more)
        return out

    everything = albums(planned("all"))
    assert "2019 Lisbon trip" in everything
    assert albums(planned("a", "--not-album", "Lisbon*")) == everything - {"2019 Lisbon trip"}
    assert albums(planned("b", "--album", "lisbon*")) == {"2019 Lisbon trip"}
    assert albums(planned("c", "--text", "boats")) == {"2008 Lake holiday"}
    assert albums(planned("d", "--from", "2010", "--to", "2012-06-02")) == {
        "2012 Clara and Jonas wedding"
    }
    assert albums(planned("i", "--search", "summer 2008")) == {"2008 Lake holiday"}
    found = shell.json("search", "rosa 2008..2012 -emil")
    chosen = {
        str(slide["path"]) for slide in slides(planned("j", "--search", "rosa 2008..2012 -emil"))
    }
    assert chosen
    assert chosen <= {str(photo["photo"]) for photo in found}
    most = slides(planned("e", "--most", 5))
    assert len(most) == 5
    best = slides(planned("f", "--best-per-year", 1))
    assert len({str(slide["taken"])[:4] for slide in best}) == len(best) == len(everything)
    for both in slides(planned("g", "--all")):
        assert {face["person"] for face in both["faces"]} == {"Rosa", "Emil"}  # type: ignore[attr-defined]
    alone = slides(planned("h", "--only"))
    assert alone
    assert all(slide["others"] == [] for slide in alone)


def test_a_plan_is_edited_and_shown(shell: Shell, tmp_path: Path) -> None:
    plan, out = tmp_path / "show.json", tmp_path / "rosa.html"
    told = shell.json("slideshow", "Rosa", "--most", 4, "--plan", plan)
    assert (told["slides"], told["file"], told["plan"]) == (4, None, str(plan))
    edited = json.loads(plan.read_text(encoding="utf-8"))
    assert edited["slides"][0]["caption"].endswith("aged 60")
    edited["slides"] = [edited["slides"][3], edited["slides"][0]]
    edited["slides"][0] |= {"caption": "The last comes first", "pinned": True}
    edited["slides"][1]["content_hash"] = "0" * 64
    plan.write_text(json.dumps(edited), encoding="utf-8")
    done = shell.run("slideshow", "--from-plan", plan, "--out", out)
    assert done.stdout.startswith("1 slide of Rosa, 0:08 min:")
    assert "has been replaced or changed since it was chosen" in done.stderr
    assert "The last comes first" in out.read_text(encoding="utf-8")
    again = tmp_path / "again.json"
    shell.json("slideshow", "Rosa", "--most", 1, "--from-plan", plan, "--plan", again)
    (kept,) = slides(again)
    assert kept["content_hash"] == edited["slides"][0]["content_hash"]
    assert (kept["pinned"], kept["caption"]) == (True, "The last comes first")


def test_video_with_music_in_another_size(shell: Shell, tmp_path: Path) -> None:
    tune = write_wave(tmp_path / "tune.wav", clicks(100, 0.2, 20)[0])
    out = tmp_path / "nora.mp4"
    more = ["--size", "320x180", "--fps", 12, "--music", tune, "--fit-music", "--on-beat"]
    told = shell.json("slideshow", "Nora", "--most", 3, "--out", out, *more)
    assert told["seconds"] == pytest.approx(20, abs=0.1)
    with av.open(str(out)) as container:
        video = container.streams.video[0]
        assert (video.width, video.height, video.average_rate) == (320, 180, 12)
        assert len(container.streams.audio) == 1
    assert sorted(os.listdir(tmp_path)) == ["nora.mp4", "tune.wav"]


def test_folder_and_list(shell: Shell, tmp_path: Path) -> None:
    done = shell.run("slideshow", "Nora", "--most", 2, "--out", f"{tmp_path}/St. Nora/")
    assert done.stdout.startswith("2 photos of Nora: ")
    assert [name[:4] for name in sorted(os.listdir(tmp_path / "St. Nora"))] == ["001 ", "002 "]
    shell.json("slideshow", "Nora", "--most", 2, "--out", tmp_path / "nora.m3u8")
    assert (tmp_path / "nora.m3u8").read_text(encoding="utf-8").count("#EXTINF") == 2


@pytest.mark.parametrize(
    ("code", "arguments", "sentence"),
    [
        (2, ["Rosa"], "Say what to make: --out FILE, or --plan FILE.json."),
        (2, ["--out", "x.mp4"], "Say of whom the show shall be"),
        (2, ["Rosa", "--out", "x.mp4", "--size", "tiny"], "tiny is no size; write 720p"),
        (2, ["Rosa", "--out", "x.mp4", "--size", "321x180"], "321x180 is no size"),
        (2, ["Rosa", "--out", "x.mp4", "--on-beat"], "need --music FILE"),
        (2, ["Rosa", "--out", "x.mp4", "--from", "yesterday"], "yesterday is no date"),
        (2, ["Rosa", "--out", "x.mp4", "--most", "0"], "See `labeler slideshow --help`"),
        (1, ["Rosa", "--out", "x.avi"], "x.avi must end in .mp4"),
        (1, ["Rosa", "--out", "nowhere/x.mp4"], "does not exist; create it first"),
        (1, ["Rosa", "--out", "x.mp4", "--music", "no.mp3"], "no file that can be played"),
        (1, ["Rosa", "--out", "x.mp4", "--text", "bagpipe"], "none says 'bagpipe' (--text)"),
        (1, ["Rosy", "--out", "x.mp4"], "did you mean Rosa?"),
        (1, ["Rosa", "Emil", "--growing-up", "--out", "x.mp4"], "one person at a time"),
        (1, ["--from-plan", "no.json", "--out", "x.mp4"], "no.json does not exist"),
        (2, ["--from-plan", "no.json", "--out", "x.mp4", "--text", "a"], "add PERSON"),
        (2, ["--from-plan", "no.json", "--out", "x.mp4", "--growing-up"], "add PERSON"),
        (1, ["Rosa", "--seconds", "1", "--out", "x.mp4"], "at least 2.2 seconds"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    shell: Shell, tmp_path: Path, code: int, arguments: list[str], sentence: str
) -> None:
    here = [str(tmp_path / word) if "." in word else word for word in arguments]
    assert sentence in shell.fails(code, "slideshow", *here)
    assert list(tmp_path.iterdir()) == []
