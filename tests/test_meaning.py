"""Searching by meaning, all the way: load, tokenize, prepare, embed, store, go on, rank."""

from __future__ import annotations

import os
import shutil
import sqlite3
import zlib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image as PILImage

from labeler.errors import LabelerError, ModelError, QueryError, UsageError
from labeler.library import migrations
from labeler.library.database import FILE_NAME
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.library.whereabouts import GONE, PRESENT
from labeler.people.steps import naming
from labeler.photos.io import decoding
from labeler.search import zero_shot
from labeler.search.steps import clip_model, image_search, search
from labeler.search.steps.embed_images import FACE_MARGIN
from labeler.search.steps.not_living import not_living
from labeler.types import AnalysedPhoto, Box, FoundFace, PhotoFile

from .test_cli import Shell
from .tiny_meaning import COLOURS, image_network, of_colour, text_network, tokenizer, write_model

pytestmark = pytest.mark.slow

GREY = (0.5, 0.5, 0.5)


def paint(path: Path, rgb: Any, size: tuple[int, int] = (60, 40)) -> Path:
    """Write a picture of one colour, and a number of its own in a corner."""
    picture = PILImage.new("RGB", size, tuple(round(255 * value) for value in rgb))
    picture.putpixel((0, 0), (len(str(path)) % 256, zlib.crc32(path.name.encode()) % 256, 0))
    picture.save(path)
    return path


def add(library: Library, path: Path, *boxes: Box) -> int:
    """Store a photo with faces in these boxes as `labeler index` would; return its id."""
    data = path.read_bytes()
    opened = decoding.OpenedPhoto(data, str(path))
    file = PhotoFile(str(path), len(data), path.stat().st_mtime_ns)
    blank = np.zeros((5, 2), np.float32)
    faces = tuple(FoundFace(box, 0.9, blank, np.ones(4, np.float32)) for box in boxes)
    photo = AnalysedPhoto(
        file, decoding.content_hash(data), decoding.facts(opened, file), faces, opened.pixel_hash()
    )
    library.add_photos([photo], "finder", "test")
    return library.photo_ids_by_path()[str(path)]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.create(tmp_path / "library")


@pytest.fixture
def colours(library: Library, tmp_path: Path) -> dict[str, int]:
    """Photos in red, green, blue and grey in the library: name → id."""
    return {
        name: add(library, paint(tmp_path / f"{name}.png", rgb))
        for name, rgb in {**COLOURS, "grey": GREY}.items()
    }


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "model")


def test_red_finds_red_photos(library: Library, colours: dict[str, int], model: Path) -> None:
    report = image_search.look(library, model)
    assert (report.photos, report.new, report.failed) == (4, 4, ())
    assert report.model.startswith("colours-")
    for name in COLOURS:
        found = image_search.rank(library, name)
        assert sorted(photo for photo, _ in found) == sorted(colours.values())
        assert found[0][0] == colours[name]
        assert image_search.about(library, name) == {colours[name]}
    cosines = dict(image_search.rank(library, "RED"))
    text = np.mean([of_colour(COLOURS["red"])], axis=0)
    text /= np.linalg.norm(text)
    for name, rgb in {**COLOURS, "grey": GREY}.items():
        wanted = of_colour(rgb) @ text / np.linalg.norm(of_colour(rgb))
        assert cosines[colours[name]] == pytest.approx(wanted, abs=0.02)  # one pixel differs


def test_a_search_asks_the_model_too(
    library: Library, colours: dict[str, int], model: Path
) -> None:
    with pytest.raises(QueryError, match="needs a model") as refused:
        search.matching_photos(library, "gps or about:red")
    assert (refused.value.start, refused.value.end) == (7, 16)
    image_search.look(library, model)
    assert search.matching_photos(library, "about:red") == {colours["red"]}
    assert search.matching_photos(library, "about:red or about:blue") == {
        colours["red"],
        colours["blue"],
    }
    assert search.matching_photos(library, "about:red -red") == set()  # red.png says so
    assert search.matching_photos(library, "-about:red faces:0") == {
        number for name, number in colours.items() if name != "red"
    }


def test_about_nothing_special(library: Library, colours: dict[str, int], model: Path) -> None:
    """A text that fits as well as what fits every photo is no better than chance."""
    image_search.look(library, model)
    assert {match.chance for match in image_search.matches(library, "a photo of something")} == {
        0.5
    }
    assert image_search.about(library, "a photo of something") == set()
    assert image_search.about(library, "red", least=1.1) == set()
    assert image_search.about(library, "red", least=0) == set(colours.values())


def test_only_new_photos_are_looked_at(
    library: Library, colours: dict[str, int], model: Path, tmp_path: Path
) -> None:
    image_search.look(library, model)
    assert image_search.look(library).new == 0
    another = add(library, paint(tmp_path / "another.png", COLOURS["red"]))
    assert image_search.unseen(library) == 1
    assert image_search.look(library).new == 1
    assert image_search.about(library, "red") == {colours["red"], another}
    library.close()
    again = Library(library.folder)
    assert image_search.about(again, "red") == {colours["red"], another}


def test_an_interruption_costs_little(library: Library, model: Path, tmp_path: Path) -> None:
    for number in range(30):
        add(library, paint(tmp_path / f"{number}.png", (number / 30, 0.2, 0.1)))

    def interrupt(done: int, total: int) -> None:
        assert total == 30
        if done >= 16:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        image_search.look(library, model, interrupt, jobs=1)
    assert image_search.unseen(library) == 14
    told: list[tuple[int, int]] = []
    assert image_search.look(library, progress=lambda *now: told.append(now)).new == 14
    assert told[-1] == (14, 14)
    assert len(image_search.rank(library, "red")) == 30


def test_photos_that_go_change_or_cannot_be_read(
    library: Library, colours: dict[str, int], model: Path, tmp_path: Path
) -> None:
    image_search.look(library, model)
    library.mark_files([str(tmp_path / "green.png")], GONE)
    assert {photo for photo, _ in image_search.rank(library, "red")} == {
        colours[name] for name in ("red", "blue", "grey")
    }
    library.mark_files([str(tmp_path / "green.png")], PRESENT)
    assert image_search.unseen(library) == 0
    paint(tmp_path / "blue.png", COLOURS["red"])  # in place; not indexed yet
    (tmp_path / "gone.png").write_bytes((tmp_path / "grey.png").read_bytes() + b"!")
    gone = add(library, tmp_path / "gone.png")
    (tmp_path / "gone.png").unlink()
    changed = add(library, paint(tmp_path / "changed.png", COLOURS["red"]))
    paint(tmp_path / "changed.png", COLOURS["blue"])
    report = image_search.look(library)
    assert [(Path(one.path).name, one.reason) for one in report.failed] == [
        ("changed.png", "The photo has changed since it was indexed; index it again.")
    ]
    assert gone == colours["grey"]  # the same pixels are the same photo
    assert changed not in dict(image_search.rank(library, "red"))
    blue = add(library, tmp_path / "blue.png")
    assert image_search.look(library).new == 1
    assert image_search.about(library, "red") == {colours["red"], blue}


def test_a_removed_photo_takes_its_vector_along(
    library: Library, colours: dict[str, int], model: Path
) -> None:
    image_search.look(library, model)
    library.close()
    with closing(sqlite3.connect(library.path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM photos WHERE id = ?", [colours["red"]])
        left = connection.execute("SELECT photo_id FROM photo_meanings").fetchall()
    assert sorted(row[0] for row in left) == sorted(set(colours.values()) - {colours["red"]})


def test_an_edited_photo_is_looked_at_again(library: Library, model: Path, tmp_path: Path) -> None:
    """It is another photo, in the place of the first, which is found no longer."""
    face = Box(5, 5, 20, 20)
    first = add(library, paint(tmp_path / "a.png", COLOURS["red"]), face)
    image_search.look(library, model)
    second = add(library, paint(tmp_path / "a.png", COLOURS["blue"]), face)
    assert second != first
    assert image_search.unseen(library) == 1
    assert image_search.look(library).new == 1
    assert image_search.about(library, "red") == set()
    assert image_search.about(library, "blue") == {second}


def test_several_models_are_told_apart(
    library: Library, colours: dict[str, int], model: Path, tmp_path: Path
) -> None:
    first = image_search.look(library, model).model
    inverted = write_model(tmp_path / "other", image_network(factor=-1), id="inverted")
    report = image_search.look(library, inverted)
    assert (report.new, report.model != first) == (4, True)
    assert dict(image_search.rank(library, "red"))[colours["red"]] < 0
    assert image_search.look(library, model).new == 0
    assert image_search.rank(library, "red")[0][0] == colours["red"]


def test_a_search_takes_note_of_a_copied_model_before_it_reads(
    library: Library, colours: dict[str, int], model: Path
) -> None:
    image_search.look(library, model)
    os.utime(model.parent / "vision_model.onnx", ns=(1, 1))
    assert search.matching_photos(library, "about:red") == {colours["red"]}
    os.utime(model.parent / "vision_model.onnx", ns=(2, 2))
    assert [one.photo.id for one in search.search_photos(library, "about:red").photos] == [
        colours["red"]
    ]


def test_a_model_that_is_moved_replaced_or_gone(
    library: Library, colours: dict[str, int], model: Path, tmp_path: Path
) -> None:
    image_search.look(library, model)
    os.utime(model.parent / "vision_model.onnx", ns=(1, 1))  # copied: the content is the same
    assert image_search.about(library, "red") == {colours["red"]}
    state = library.state()
    assert image_search.about(library, "red") == {colours["red"]}
    assert library.state() == state  # a search writes nothing
    moved = Path(shutil.move(model.parent, tmp_path / "moved")) / model.name
    with pytest.raises(ModelError, match=r"colours\.toml is gone; bring it back, or say which"):
        image_search.rank(library, "red")
    assert image_search.look(library, moved).new == 0
    write_model(moved.parent, image_network(factor=2))
    with pytest.raises(ModelError, match=r"is another one than .* `labeler embed .*toml` looks"):
        image_search.rank(library, "red")
    assert image_search.look(library, moved).new == 4
    write_model(moved.parent, image_network(factor=2), fit="squash")
    with pytest.raises(ModelError, match="is another one than"):
        image_search.look(library)
    write_model(moved.parent, image_network(factor=2), text_network(tokenizer(), extra=1))
    with pytest.raises(ModelError, match=r"vectors of 4 numbers, but text_model\.onnx of 5"):
        image_search.rank(library, "red")
    (moved.parent / "vision_model.onnx").unlink()
    with pytest.raises(ModelError, match=r"There is no network .*; correct `image` in"):
        image_search.rank(library, "red")


def test_without_a_model_or_a_text(library: Library, colours: dict[str, int], model: Path) -> None:
    for ask in (image_search.look, image_search.unseen, not_living):
        with pytest.raises(LabelerError, match=r"needs a model of the CLIP family .* no model\."):
            ask(library)
    with pytest.raises(UsageError, match="Say what the photos should show"):
        image_search.rank(library, " ")
    clip_model.choose(library, model)
    with pytest.raises(LabelerError, match="No photo was looked at yet; `labeler embed` does"):
        image_search.about(library, "red")
    library.write_setting("meaning_model", {"file": 5})  # somebody meddled with it
    with pytest.raises(LabelerError, match="needs a model"):
        image_search.rank(library, "red")


def test_a_wrong_model_is_not_remembered(library: Library, model: Path, tmp_path: Path) -> None:
    wrong = write_model(tmp_path / "wrong", image_network(extra=1))
    with pytest.raises(ModelError, match=r"vectors of 5 numbers, but text_model\.onnx of 4"):
        image_search.look(library, wrong)
    assert not clip_model.has_model(library)


# Faces of no living person


def collage(path: Path, *colours: Sequence[float], turned: bool = False) -> list[Box]:
    """Write a grey picture with squares of some colours, and return boxes in their middle."""
    picture = np.full((100, 120 * len(colours), 3), 128, dtype=np.uint8)
    boxes = []
    for number, rgb in enumerate(colours):
        left = 120 * number + 20
        picture[20:80, left : left + 60] = np.asarray(rgb) * 255
        boxes.append(Box(left + 15, 35, 30, 30))
    assert FACE_MARGIN * 30 == 60
    image = PILImage.fromarray(picture)
    if turned:  # on its side in the file, with EXIF telling
        exif = PILImage.Exif()
        exif[274] = 6
        image.transpose(PILImage.Transpose.ROTATE_90).save(path, exif=exif)
    else:
        image.save(path)
    return boxes


@pytest.mark.parametrize("turned", [True, False])
def test_faces_of_statues_and_dolls(
    library: Library, model: Path, tmp_path: Path, turned: bool
) -> None:
    boxes = collage(tmp_path / "a.png", *COLOURS.values(), turned=turned)
    add(library, tmp_path / "a.png", *boxes)
    clip_model.choose(library, model)
    kinds = {"person": ("person", "a person"), "statue": ("statue",), "doll": ("a doll",)}
    report = not_living(library, kinds=kinds)
    assert (report.faces, report.failed) == (3, ())
    found = {one.face: (one.kind, one.photo) for one in report.suspects}
    assert found == {
        2: ("statue", str(tmp_path / "a.png")),
        3: ("doll", str(tmp_path / "a.png")),
    }
    assert all(one.chance > 0.99 for one in report.suspects)
    assert not standing.labels(library).ignored  # only listed
    naming.ignore_faces(library, [2])
    naming.name_faces(library, [3], "Rosa")
    again = not_living(library, kinds=kinds)
    assert (again.faces, again.suspects) == (1, ())


def test_a_face_that_moved_is_looked_at_again(
    library: Library, model: Path, tmp_path: Path
) -> None:
    boxes = collage(tmp_path / "a.png", COLOURS["red"], COLOURS["green"])
    add(library, tmp_path / "a.png", boxes[0])
    clip_model.choose(library, model)
    (face,) = library.faces().ids.tolist()
    assert not not_living(library).suspects
    assert library.without_meaning("face", clip_model.chosen(library).id) == []
    moved = Box(boxes[0].left + 2, *boxes[0].as_tuple()[1:])
    add(library, tmp_path / "a.png", moved)
    assert library.faces().ids.tolist() == [face]
    assert library.without_meaning("face", clip_model.chosen(library).id) == [face]


# Numbers


COSINES = arrays(np.float32, (6, 4), elements=st.floats(-1, 1, width=32))


@given(COSINES, st.floats(0.1, 200))
def test_chances_are_a_softmax(cosines: Any, scale: float) -> None:
    found = zero_shot.chances(cosines, scale)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)
    assert ((found >= 0) & (found <= 1)).all()
    for row, chance in zip(cosines, found, strict=True):
        order = np.argsort(row)
        assert (np.diff(chance[order]) >= -1e-6).all()


@given(COSINES)
def test_even_chances_are_where_the_best_neutral_text_is(cosines: Any) -> None:
    chance = zero_shot.chance_of_text(cosines[:, 0], cosines[:, 1:], 100.0)
    gap = cosines[:, 0] - cosines[:, 1:].max(axis=1)
    clear = np.abs(gap) > 1e-5
    assert np.array_equal((chance > 0.5)[clear], (gap > 0)[clear])


def test_means_of_runs() -> None:
    vectors = np.array([[1, 0], [0, 1], [0, 1], [-1, 0]], dtype=np.float32)
    found = zero_shot.mean_vectors(vectors, [2, 1, 1])
    assert np.allclose(found, [[0.5**0.5, 0.5**0.5], [0, 1], [-1, 0]])


# The library of an older version, and the command line


def test_an_older_library_can_be_searched(tmp_path: Path, model: Path) -> None:
    before = next(i for i, step in enumerate(migrations.MIGRATIONS) if "photo_meanings" in step)
    folder = tmp_path / "old"
    folder.mkdir()
    path = paint(tmp_path / "red.png", COLOURS["red"])
    content = decoding.content_hash(path.read_bytes())
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection, connection:
        connection.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, applied_at TEXT)")
        for number in range(1, before + 1):
            connection.executescript(migrations.MIGRATIONS[number - 1])
            connection.execute("INSERT INTO migrations VALUES (?, '2026-01-01')", [number])
        connection.execute(
            "INSERT INTO photos (id, content_hash, width, height, finder) "
            "VALUES (7, ?, 60, 40, '')",
            [content],
        )
        connection.execute(
            "INSERT INTO files (path, photo_id, folder, size, modified_ns, content_hash) "
            "VALUES (?, 7, ?, 1, 1, ?)",
            [str(path), str(tmp_path), content],
        )
    library = Library.create(folder)
    assert (folder / f"library-before-migration-{before + 1}.sqlite").exists()
    assert image_search.look(library, model).new == 1
    assert image_search.about(library, "red") == {7}


def test_the_command(
    library: Library, colours: dict[str, int], model: Path, tmp_path: Path
) -> None:
    shell = Shell(library.folder)
    for arguments in (["meaning"], ["meaning", "--find", "red"], ["faces", "--not-living"]):
        assert "needs a model of the CLIP family" in shell.fails(1, *arguments)
    assert "There is no file" in shell.fails(2, "meaning", tmp_path / "missing.toml")
    said = shell.run("meaning", model).stdout
    assert said.startswith("4 photos can be found by what they show, 4 of them new (")
    add(library, paint(tmp_path / "late.png", GREY))
    said = shell.run("meaning", "--find", "red", "--top", "2").stdout.splitlines()
    assert said[0].startswith("1 of 4 photos seem to show “red”; the 2 nearest, with “?”")
    assert said[1] == f"  1.00  {tmp_path / 'red.png'}"
    assert said[2].startswith("? 0.")
    assert said[2].endswith(f"  {tmp_path / 'grey.png'}")
    assert said[3:] == ["1 photo not looked at yet; `labeler embed` does that."]
    found = shell.json("meaning", "--find", "red")
    assert (found["about"], found["seen"], found["unseen"]) == (1, 4, 1)
    assert found["photos"][0]["photo"] == str(tmp_path / "red.png")
    assert shell.json("meaning")["new"] == 1


def test_the_command_for_faces(library: Library, model: Path, tmp_path: Path) -> None:
    shell = Shell(library.folder)
    boxes = collage(tmp_path / "a.png", *COLOURS.values())
    add(library, tmp_path / "a.png", *boxes)
    clip_model.choose(library, model)
    said = shell.run("faces", "--not-living").stdout.splitlines()
    assert "2 of 3 faces without a name seem to be of no living person." in said
    command = said[-1].strip()
    assert command.startswith(f"labeler --library {library.folder} ignore --face ")
    shell.run(*command.split()[3:])
    assert standing.labels(library).ignored == {2, 3}
    assert shell.run("faces", "--not-living").stdout.startswith("0 of 1 face without a name seem")
