"""No file that somebody else may have written is obeyed further than it can be trusted."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from labeler.cli import output
from labeler.errors import LabelerError, ModelError, UsageError
from labeler.exchange import backup
from labeler.exchange.steps import backups, restore
from labeler.faces.networks import custom
from labeler.faces.networks.clip_description import read_meaning_description
from labeler.faces.networks.description import read_description
from labeler.faces.steps import drawing
from labeler.family.steps import verification
from labeler.family.steps.kin import import_kin
from labeler.family.steps.pair_lists import read_pairs
from labeler.groups.steps import graphs
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.metrics.steps import evaluate
from labeler.people.steps import history, naming
from labeler.people.steps.live_listing import LiveListing
from labeler.people.steps.references import learn
from labeler.photos.steps import thumbnails
from labeler.slideshows import plan_text
from labeler.slideshows.choice import Choice
from labeler.slideshows.steps import files, slideshow
from labeler.wording import moves, spelled

from .exchanging import PEOPLE, faces_on, library_of, turned

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Path:
    """The couple's photo and its library, looked at only; a photo that the library lacks."""
    folder = tmp_path_factory.mktemp("couple")
    turned(folder / "photos" / "1.jpg", 1)
    turned(folder / "private" / "6.jpg", 6)
    library = library_of(folder / "library", folder / "photos", models_folder)
    for row, person in zip(faces_on(library, folder / "photos" / "1.jpg"), PEOPLE, strict=True):
        naming.name_faces(library, [row.face], person)
    library.close()
    return folder


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Library:
    shutil.copytree(folder / "library", tmp_path / "library")
    return Library(tmp_path / "library")


# -- the plan of a show ----------------------------------------------------------------------------


@pytest.fixture
def plan(library: Library) -> dict[str, Any]:
    return json.loads(plan_text.written(slideshow.plan_show(library, Choice(("Rosa",)))))


def shown(library: Library, plan: dict[str, Any]) -> Any:
    return slideshow.of_library(library, plan_text.read(json.dumps(plan)))


@pytest.mark.parametrize("known", [True, False])
def test_a_plan_shows_no_picture_but_those_of_the_library(
    library: Library, plan: dict[str, Any], folder: Path, tmp_path: Path, known: bool
) -> None:
    """Whether its writer knows the picture's hash or not: a plan is no way to any file."""
    import hashlib

    private = folder / "private" / "6.jpg"
    content = hashlib.sha256(private.read_bytes()).hexdigest() if known else "0" * 64
    slide = {**plan["slides"][0], "path": str(private), "content_hash": content}
    with pytest.raises(LabelerError, match="None of the photos of the plan is in this library"):
        shown(library, {**plan, "slides": [slide]})
    show = shown(library, {**plan, "slides": [slide, plan["slides"][0]]})
    (left,) = show.left_out
    assert (left.path, left.reason[:34]) == (str(private), "It is no photo of this library, or")
    rendered = files.render(show, tmp_path / "rosa.html")
    assert (rendered.slides, rendered.failed) == (1, show.left_out)


def test_no_path_of_a_plan_is_opened(library: Library, plan: dict[str, Any], folder: Path) -> None:
    for path in ("/dev/zero", "/etc/passwd", "../../x", "http://127.0.0.1/", "gone.jpg"):
        plan["slides"][0]["path"] = path
        (slide,) = shown(library, plan).slides
        assert slide.candidate.photo_path == str(folder / "photos" / "1.jpg")


def of_slide(key: str, value: Any) -> Change:
    return lambda plan: plan["slides"][0].__setitem__(key, value)


def of_face(key: str, value: Any) -> Change:
    return lambda plan: plan["slides"][0]["faces"][0].__setitem__(key, value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (of_slide("content_hash", ""), "needs the SHA-256 of its photo"),
        (of_slide("content_hash", "../" * 20 + "0000"), "needs the SHA-256 of its photo"),
        (of_face("box", [0, 0, 1e300, 1e300]), "the box of a face is left, top"),
        (of_face("box", [-1e8, 0, 10, 10]), "is not on its photo"),
        (of_face("landmarks", [[1e8, 0]] * 5), "is not on its photo"),
        (of_slide("others", [[0, 0, 1e8, 5]]), "is not on its photo"),
    ],
)
def test_a_plan_that_nobody_was_given_here(
    plan: dict[str, Any], change: Change, sentence: str
) -> None:
    change(plan)
    with pytest.raises(LabelerError, match=sentence):
        plan_text.read(json.dumps(plan))


def test_a_plan_that_says_another_size(library: Library, plan: dict[str, Any]) -> None:
    plan["slides"][0] |= {"width": 10**6, "height": 10**6}
    with pytest.raises(LabelerError, match="None of the photos of the plan"):
        shown(library, plan)


def test_a_plan_nested_without_end() -> None:
    with pytest.raises(LabelerError, match="is not JSON"):
        plan_text.read("[" * 100_000)


def test_a_caption_adds_no_line_to_a_playlist(
    library: Library, plan: dict[str, Any], tmp_path: Path
) -> None:
    """A player would open the next line, be it an address."""
    plan["slides"][0]["caption"] = "A\x0bhttp://b/\x0c\x1cc"
    show = shown(library, plan)
    lines = ("a\rhttp://evil/\u2028\x1b[2J\nfile:///etc/passwd",)
    slides = tuple(slide.__class__(slide.candidate, 0, 5, lines) for slide in show.slides)
    files.render(show.__class__(**{**fields(show), "slides": slides}), tmp_path / "a.m3u8")
    text = (tmp_path / "a.m3u8").read_bytes().decode()
    assert [line[:1] for line in text.splitlines()] == ["#", "#", "/"]
    assert "\x1b" not in text


def fields(show: Any) -> dict[str, Any]:
    return {name: getattr(show, name) for name in show.__dataclass_fields__}


def test_a_caption_of_a_million_letters(
    library: Library, plan: dict[str, Any], tmp_path: Path
) -> None:
    style = files.Style(files.VideoLook((64, 64), 10), seconds=2.5)
    for number, text in enumerate(("a" * 500_000 + " b" * 250_000, "a\n" * 500_000)):
        plan["slides"][0]["caption"] = text
        rendered = files.render(shown(library, plan), tmp_path / f"{number}.mp4", style)
        assert rendered.slides == 1


# -- backups ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def content(folder: Path) -> dict[str, Any]:
    with gzip.open(folder / "b.gz", "wb") as file:
        library = Library(folder / "library")
        document = backup.to_document(backups.read_library(library))
        library.close()
        file.write(json.dumps(document).encode())
    return document["content"]


def with_entry(content: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Return a whole backup with one more entry, its checksum as it should be."""
    changed = json.loads(json.dumps(content))
    blank = {"entry": 99, "answer": None, "undoes": None, "faces": [], "person": None}
    changed["journal"].append({**changed["journal"][-1], **blank, "value": None, **entry})
    checked = {"sha256": backup.checksum(changed), "content": changed}
    return {"format": backup.FORMAT, "version": backup.VERSION, **checked}


FACE = [0, 10.0, 10.0, 50.0, 50.0, 0]
HOSTILE: list[dict[str, Any]] = [
    {"action": "name", "faces": [FACE]},
    {"action": "name", "faces": [FACE], "person": ""},
    {"action": "name", "faces": [FACE], "person": "\x1b[2J\x1b]0;x\x07Rosa"},
    {"action": "name", "faces": [FACE], "person": "Rosa\u202egpj.exe"},
    {"action": "name", "faces": [FACE], "person": "A\nB"},
    {"action": "name", "faces": [FACE], "person": "A\0B"},
    {"action": "name", "faces": [FACE], "person": "A\ud800B"},
    {"action": "name", "faces": [FACE], "person": "A" * 1_000_000},
    {"action": "rename", "person": "Rosa", "value": "\x9b31mRosa"},
    {"action": "hide", "person": None},
    {"action": "born", "person": "Rosa", "value": "yesterday"},
    {"action": "hide", "person": "Rosa", "at": "0001-01-01T00:00:00.000+00:00"},
    {"action": "hide", "person": "Rosa", "at": "9999-12-31T23:59:59.999-12:00"},
    {"action": "hide", "person": "Rosa", "at": "2020-01-01T00:00:00"},
    {"action": "hide", "person": "Rosa", "entry": 10**30},
    {"action": "hide", "person": "Rosa", "entry": True},
    {"action": "hide", "person": "Rosa", "answer": [1]},
    {"action": "undo", "undoes": 1.0},
    {"action": "undo", "undoes": 98},
    {"action": "shell", "person": "Rosa"},
    {"action": "draw", "faces": [[0, -1e308, -1e308, 1e308, 1e308, 0]]},
    {"action": "draw", "faces": [[0, 0, 0, float(2**40), 5, 0]]},
    {"action": "different", "faces": [[*FACE[:5], 10**30]]},
    {"action": "ignore", "faces": [[-1, *FACE[1:]]]},
    {"action": "ignore", "faces": [[True, *FACE[1:]]]},
]


@pytest.mark.parametrize("entry", HOSTILE, ids=lambda entry: str(entry)[:60])
def test_a_backup_that_this_program_never_wrote(
    content: dict[str, Any], entry: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"^It is damaged: .*\.$"):
        backup.from_document(with_entry(content, entry))


def test_a_refused_backup_changes_nothing(
    library: Library, content: dict[str, Any], tmp_path: Path
) -> None:
    state = library.state()
    for number, entry in enumerate(HOSTILE):
        file = tmp_path / f"{number}.gz"
        file.write_bytes(gzip.compress(json.dumps(with_entry(content, entry)).encode()))
        with pytest.raises(LabelerError, match="was not restored"):
            restore.restore(library, file)
    assert library.state() == state


def test_a_backup_may_say_what_its_user_could_say(
    library: Library, content: dict[str, Any]
) -> None:
    """It is somebody's word: far dates, kin in a circle, hidden people. All of it can be undone."""
    said = [
        {"action": "born", "person": "Rosa", "value": "2999-01-01"},
        {"action": "kin", "person": "Rosa", "value": "parent Clara", "entry": 100},
        {"action": "kin", "person": "Clara", "value": "parent Rosa", "entry": 101},
        {"action": "hide", "person": "Rosa", "entry": 102},
        {"action": "draw", "faces": [[0, 5e5, 5e5, 9e5, 9e5, 0]], "entry": 103},
        {"action": "name", "faces": [FACE], "person": "Žofie 👩‍👧 O'Neil", "entry": 104},
    ]
    document: dict[str, Any] = {"content": content}
    for entry in said:
        document = with_entry(document["content"], entry)
    before = library.last_entry()
    report = restore.restore_backup(library, backup.from_document(document))
    assert (report.relation, report.entries) == ("continued", 6)
    LiveListing(library).current()
    assert len(library.faces().ids) == 2  # nothing is there where nobody can have drawn it
    assert len(history.history(library)) == before + 6
    for _ in said:
        history.undo(library)
    assert standing.labels(library).names.keys() == {1, 2}
    assert not standing.labels(library).births


def test_a_box_in_the_journal_that_no_photo_has_room_for(library: Library) -> None:
    """Also a library may come from elsewhere."""
    key = next(iter(library.keys_of([1]).values()))
    huge = key.box.__class__(-1e308, -1e308, 1e308, 1e308)
    library.append("draw", [key.__class__(key.content_hash, huge)])
    with np.errstate(over="ignore"):
        drawing.settle(library)
    assert len(library.faces().ids) == 2


# -- networks --------------------------------------------------------------------------------------


def network(location: str, nested: bool = False) -> onnx.ModelProto:
    """Return a network whose numbers are in another file, at its top or deep inside it."""
    numbers = onnx.TensorProto(name="w", data_type=onnx.TensorProto.UINT8, dims=[16])
    numbers.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", "16")):
        numbers.external_data.add(key=key, value=value)
    one, shape = onnx.TensorProto.FLOAT, [1]
    infos = [helper.make_tensor_value_info(name, one, shape) for name in ("x", "y")]
    nodes = [helper.make_node("Constant", [], ["w"], value=numbers)] if nested else []
    nodes += [
        helper.make_node("Cast", ["w"], ["f"], to=one),
        helper.make_node("ReduceSum", ["f"], ["s"], keepdims=0),
        helper.make_node("Add", ["x", "s"], ["y"]),
    ]
    graph = helper.make_graph(nodes, "g", infos[:1], infos[1:], [] if nested else [numbers])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    return model


@pytest.mark.parametrize("nested", [False, True])
def test_numbers_of_a_network_lie_in_its_folder(tmp_path: Path, nested: bool) -> None:
    """Whatever version of onnxruntime is there, and wherever in the network they are asked for."""
    own = tmp_path / "network"
    own.mkdir()
    for folder in (tmp_path, own):
        (folder / "numbers.bin").write_bytes(bytes(range(16)))
    places = ["../numbers.bin", str(tmp_path / "numbers.bin"), "a/../../numbers.bin"]
    if os.name != "nt":
        (own / "link.bin").symlink_to(tmp_path / "numbers.bin")
        places.append("link.bin")
    file = own / "network.onnx"
    for place in places:
        file.write_bytes(network(place, nested).SerializeToString())
        with pytest.raises(ModelError, match=r"wants to read .* which is not in its folder"):
            custom.opened(file)
    if not nested:
        file.write_bytes(network("numbers.bin").SerializeToString())
        (found,) = custom.opened(file).run(None, {"x": np.zeros(1, np.float32)})
        assert found.tolist() == [120.0]


@pytest.mark.skipif(os.name == "nt", reason="Windows wants to be asked before it makes links.")
def test_networks_behind_links_as_caches_keep_them(tmp_path: Path) -> None:
    """Hugging Face's cache: the names are links to files that lie beside each other elsewhere."""
    blobs, snapshot = tmp_path / "blobs", tmp_path / "snapshots" / "1"
    blobs.mkdir()
    snapshot.mkdir(parents=True)
    (blobs / "aa").write_bytes(network("network.bin").SerializeToString())
    (blobs / "bb").write_bytes(bytes(range(16)))
    (snapshot / "network.onnx").symlink_to(blobs / "aa")
    (snapshot / "network.bin").symlink_to(blobs / "bb")
    custom._check_data(snapshot / "network.onnx")


def test_operations_that_nobody_knows(tmp_path: Path) -> None:
    infos = [helper.make_tensor_value_info(name, 1, [1]) for name in ("x", "y")]
    graph = helper.make_graph(
        [helper.make_node("Evil", ["x"], ["y"], domain="evil")], "g", infos[:1], infos[1:]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("evil", 1)])
    (tmp_path / "a.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match="is not an ONNX network"):
        custom.opened(tmp_path / "a.onnx")


@pytest.mark.parametrize("read", [read_description, read_meaning_description])
def test_descriptions_that_lead_nowhere(read: Callable[[Path], Any], tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    for text, sentence in (
        ("id = " + "[" * 100_000, "is not TOML"),
        ('id = "x\\u001b[2J"', "`id` must be"),
        ('id = "x"\nfile = "a\\u0000b"\nimage = "a\\u0000b"', "must be the path|unknown key"),
        ("#" * 2_000_000, "larger than 1 MB"),
    ):
        file.write_text(text)
        with pytest.raises(UsageError, match=sentence):
            read(file)
    file.write_text('id = "x"\nfile = "~nobody-at-all/a.onnx"\nthreshold = 1.0')
    if read is read_description:
        assert read(file).file == tmp_path / "~nobody-at-all" / "a.onnx"


# -- tables ----------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes with names in folders.")
def test_pipes_are_not_waited_for(library: Library, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    readers: list[Callable[[], Any]] = [
        lambda: read_pairs(pipe),
        lambda: import_kin(library, pipe),
        lambda: slideshow.load_plan(pipe),
        lambda: read_description(pipe),
        lambda: read_meaning_description(pipe),
        lambda: evaluate.evaluate(library, pipe),
        lambda: restore.restore(library, pipe),
    ]
    for read in readers:
        with pytest.raises(LabelerError, match="cannot be read"):
            read()


@pytest.mark.parametrize(
    "text", ["path1,path2,same\n" + "a" * 200_000 + ",b,1\n", 'path1,path2,same\n"a,b,1']
)
def test_lists_of_pairs_that_make_no_sense(tmp_path: Path, text: str) -> None:
    (tmp_path / "pairs.csv").write_text(text)
    with pytest.raises(LabelerError, match=r"cannot be read as CSV|does not say"):
        read_pairs(tmp_path / "pairs.csv")


def test_a_list_of_pairs_with_zero_bytes(library: Library, tmp_path: Path) -> None:
    (tmp_path / "pairs.txt").write_bytes(b"Rosa\0\t1\t2\n")
    with pytest.raises(LabelerError, match="holds NUL bytes"):
        verification.measure(library, tmp_path / "pairs.txt")


# -- names -----------------------------------------------------------------------------------------


@given(st.text())
def test_what_is_printed_moves_nothing(text: str) -> None:
    assert not moves(spelled(text))
    assert spelled(text) == text or moves(text)
    assert not moves(spelled(text, "\n").replace("\n", ""))


def test_names_from_elsewhere_do_not_steer_the_terminal(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    """A library may come from somebody else, too."""
    from labeler.cli.main import app

    library.append("rename", person="Rosa", value="\x1b[2J\x1b]0;x\x07R\u202ea\x9b1m")
    library.append("kin", person="Clara", value="parent \x1b[2J\x1b]0;x\x07R\u202ea\x9b1m")
    for command in ("people", "history", "status", "kin", "faces", "suggest", "merges"):
        app(["--library", str(library.folder), command], standalone_mode=False)
    output.complain("\x1b[31mred\nnext")
    said = capsys.readouterr()
    assert "\\x1b[2J" in said.out
    assert "\\x1b[31mred\nnext\n" in said.err
    assert not moves((said.out + said.err).replace("\n", "").replace("\t", ""))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names.")
def test_folders_of_references_with_odd_names(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    """They become names as they are typed; links to elsewhere are not followed."""
    references = tmp_path / "references"
    for number, name in enumerate(("-rf", "--rosa", "A\nB\x1b[2J"), start=2):
        turned(references / name / "a.jpg", number)
    (references / "Private").symlink_to(folder / "private")
    (references / "-rf" / "more").symlink_to(folder / "private")
    found = learn(library, references)
    assert [one.person for one in found.people] == ["--rosa", "-rf", "A B [2J"]
    paths = library.photo_ids_by_path()
    assert not any("rivate" in path or "/more/" in path for path in paths)


# -- a library that somebody else made -------------------------------------------------------------


def test_a_hash_in_a_library_is_no_way_to_another_folder(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    """Pictures in the cache are replaced without asking, so none may have its place elsewhere."""
    out = tmp_path / "out"
    out.mkdir()
    with library._transaction() as connection:
        connection.execute("UPDATE files SET content_hash = ?", [f"../../../{out.name}/x"])
    for picture in (
        lambda: thumbnails.face_thumbnail(library, 1),
        lambda: thumbnails.photo_picture(library, 1),
    ):
        with pytest.raises(LabelerError, match="The library is damaged"):
            picture()
    assert os.listdir(out) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows wants to be asked before it makes links.")
def test_a_link_in_a_librarys_cache_is_not_written_through(
    library: Library, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"x" * 1001)
    cache = graphs._Cache(library)
    cache._faces.parent.mkdir(parents=True, exist_ok=True)
    cache._faces.unlink(missing_ok=True)
    cache._faces.symlink_to(precious)
    graphs.add_vectors(library, np.array([7]), np.ones((1, 128), np.float32))
    assert precious.read_bytes() == b"x" * 1001
