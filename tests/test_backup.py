"""What was said in one library is said in another one that holds the same photos elsewhere."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from labeler import journal
from labeler.errors import LabelerError
from labeler.exchange import backup
from labeler.exchange.io import backup_file
from labeler.exchange.steps import backups, finding, restore
from labeler.faces.steps import drawing
from labeler.faces.steps.index import index
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import history, naming
from labeler.people.steps.listing import list_faces
from labeler.photos import likeness
from labeler.photos.io import gray
from labeler.photos.io.walk import photo_files
from labeler.relations import RELATIONS
from labeler.types import Box, FaceKey, JournalEntry, Labels

from .conftest import DEMO
from .exchanging import overlap
from .test_cli import Shell

pytestmark = pytest.mark.slow

ALBUM = DEMO / "photos" / "2008 Lake holiday"
START = datetime(2026, 1, 1, tzinfo=timezone.utc)
PEOPLE = ("Rosa", "Emil", "Ines")
ABOUT_FACES = ("name", "reject", "ignore", "unlabel", "same", "different", "cover")
ACTIONS = (*ABOUT_FACES, *sorted(journal.ABOUT_A_PERSON), "undo")
Keyed = dict[FaceKey, Any]

decisions = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.lists(st.integers(0, 25), min_size=2, max_size=5, unique=True),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.integers(1, 12),
    ),
    max_size=14,
)


class Memory:
    """Two libraries of the same photos in two places; their journals are emptied at will."""

    def __init__(self, folder: Path, models: Path) -> None:
        self.folder = folder
        self.number = 0
        shutil.copytree(models, folder / "empty" / "cache" / "models")
        shutil.copytree(ALBUM, folder / "photos")
        library = Library.create(folder / "empty")
        index(library, [folder / "photos"])
        library.close()

    def new(self) -> Library:
        """Return a library in which nothing was said."""
        self.number += 1
        folder = self.folder / str(self.number)
        folder.mkdir()
        shutil.copy(self.folder / "empty" / "library.sqlite", folder)
        return Library.create(folder)


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Memory:
    return Memory(tmp_path_factory.mktemp("memory"), models_folder)


@pytest.fixture
def two(memory: Memory) -> Iterator[tuple[Library, Library]]:
    libraries = memory.new(), memory.new()
    yield libraries
    for library in libraries:
        library.close()


def say(library: Library, rows: list[tuple[Any, ...]], later: int = 0) -> None:
    """Append decisions, as tests draw them."""
    keys = [key for _, key in sorted(library.face_keys())]
    entries: list[JournalEntry] = []
    for number, (action, faces, person, other, many) in enumerate(rows, start=1):
        at = START + timedelta(seconds=number + later)
        about = tuple(
            keys[face % len(keys)] for face in dict.fromkeys(f % len(keys) for f in faces)
        )
        if action == "undo":
            if number > 1:
                entries.append(
                    JournalEntry(number, at, action, undoes=(many - 1) % (number - 1) + 1)
                )
            else:
                entries.append(JournalEntry(number, at, "ignore", about))
            continue
        of_person = action in journal.ABOUT_A_PERSON or action in ("name", "reject", "cover")
        relative = f"{RELATIONS[many % len(RELATIONS)]} {other}"
        born = f"19{10 + many}-01-02"
        told = {"rename": other, "merge": other, "born": born, "kin": relative, "unkin": relative}
        value = told.get(action)
        entries.append(
            JournalEntry(
                number,
                at,
                action,
                () if action in journal.ABOUT_A_PERSON else about,
                person if of_person else None,
                parts=tuple(n % 2 for n in range(len(about))) if action == "different" else (),
                value=value,
            )
        )
    library.append_all(entries)


def state(library: Library) -> tuple[Any, ...]:
    """Return all that a library says, by the keys of the faces."""
    labels: Labels = standing.labels(library)
    key = dict(library.face_keys())
    return (
        {key[face]: name for face, name in labels.names.items()},
        {key[face] for face in labels.ignored},
        {key[face]: who for face, who in labels.rejected.items()},
        [tuple(frozenset(key[face] for face in part) for part in link) for link in labels.links],
        labels.births,
        {person: key[face] for person, face in labels.covers.items()},
        labels.renamed,
        labels.hidden,
        set(labels.drawn),
        labels.kin,
    )


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(decisions)
def test_any_journal_is_the_same_again(memory: Memory, rows: list[tuple[Any, ...]]) -> None:
    one, other = memory.new(), memory.new()
    say(one, rows)
    file = one.folder / "names.json.gz"
    backups.back_up(one, file)
    report = restore.restore(other, file)
    assert (report.not_here, report.conflicts, report.entry) == (0, (), None)
    assert state(other) == state(one)
    assert [e.what for e in history.history(other)] == [e.what for e in history.history(one)]
    again = restore.restore(other, file)
    assert (again.relation, again.entries) == ("same", 0)
    for library in (one, other):
        library.close()


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(decisions, decisions)
def test_what_was_said_here_stands(
    memory: Memory, theirs: list[tuple[Any, ...]], mine: list[tuple[Any, ...]]
) -> None:
    """Whatever the two journals say, names and ignored faces of this library do not change, and a
    second restoring adds nothing."""
    one, other = memory.new(), memory.new()
    say(one, theirs)
    say(other, mine, later=1_000)
    before = standing.labels(other)
    made = backups.read_library(one)
    report = restore.restore_backup(other, made)
    after = standing.labels(other)
    assert before.names.items() <= after.names.items()
    assert before.ignored <= after.ignored
    assert before.births.items() <= after.births.items()
    assert before.kin <= after.kin
    assert all(who <= after.rejected[face] for face, who in before.rejected.items())
    if report.relation == "merged":
        told = {conflict.face for conflict in report.conflicts}
        for face, name in standing.labels(one).names.items():
            now = after.names.get(face)
            assert now == before.renamed.get(name, name) or face in told
    assert restore.restore_backup(other, made).entries == 0
    if report.entry is not None:
        history.undo(other)
        assert state_of_words(standing.labels(other)) == state_of_words(before)
    for library in (one, other):
        library.close()


def state_of_words(labels: Labels) -> tuple[Any, ...]:
    return (labels.names, labels.ignored, labels.rejected, labels.links, labels.births, labels.kin)


def test_a_backup_goes_on_where_the_last_one_ended(two: tuple[Library, Library]) -> None:
    one, other = two
    say(one, [("name", [0, 1], "Rosa", "", 1)])
    restore.restore_backup(other, backups.read_library(one))
    naming.name_faces(one, [one.faces().ids[2]], "Emil")
    old = backups.read_library(one)
    history.undo(one)
    report = restore.restore_backup(other, backups.read_library(one))
    assert (report.relation, report.entries) == ("continued", 2)
    assert state(other) == state(one)
    # The older one is a part of what was said since: what was taken back stays so.
    report = restore.restore_backup(other, old)
    assert (report.relation, report.entries) == ("same", 0)
    assert state(other) == state(one)


def test_answers_of_several_entries_stay_together(two: tuple[Library, Library]) -> None:
    one, other = two
    faces = one.faces().ids.tolist()
    with one.answer():
        for n in range(3):
            naming.name_faces(one, [faces[n]], PEOPLE[n])
    restore.restore_backup(other, backups.read_library(one))
    assert len(standing.labels(other).names) == 3
    history.undo(other)
    assert standing.labels(other).names == {}


def test_conflicts_are_told(two: tuple[Library, Library]) -> None:
    one, other = two
    first, second, third = other.faces().ids.tolist()[:3]
    naming.name_faces(one, [first, second, third], "Rosa")
    naming.name_faces(other, [first], "Emil")
    naming.reject_faces(other, [first], "Emil")
    naming.name_faces(other, [first], "Emil")
    naming.ignore_faces(other, [second])
    report = restore.restore_backup(other, backups.read_library(one))
    found = [(one.face, one.here, one.there) for one in report.conflicts]
    assert found == [(first, "Emil", "Rosa"), (second, "ignored", "Rosa")]
    assert standing.labels(other).names == {first: "Emil", third: "Rosa"}


def test_kin_that_can_be_besides_what_was_said_here(two: tuple[Library, Library]) -> None:
    one, other = two
    said = {"Clara": "parent Rosa", "Emil": "sibling Clara", "Ines": "parent Emil"}
    for child, relative in said.items():
        one.append(journal.KIN, person=child, value=relative)
    other.append(journal.KIN, person="Rosa", value="parent Clara")
    other.append(journal.KIN, person="Ines", value="parent Emil")
    other.append(journal.UNKIN, person="Ines", value="parent Emil")
    restore.restore_backup(other, backups.read_library(one))
    assert standing.labels(other).kin == {("Clara", "parent", "Rosa"), ("Clara", "sibling", "Emil")}


def test_drawn_faces_are_drawn_again(memory: Memory) -> None:
    one, other = memory.new(), memory.new()
    for library in (one, other):
        shutil.copytree(memory.folder / "empty" / "cache" / "models", library.models)
    photo = sorted(one.photo_ids_by_path())[0]
    face = drawing.draw_face(one, Path(photo), Box(20, 20, 60, 80))
    naming.name_faces(one, [face], "Ghost")
    naming.name_faces(other, [other.faces().ids[0]], "Emil")  # so that it is a merge
    report = restore.restore_backup(other, backups.read_library(one))
    assert report.relation == "merged"
    (ghost,) = (row for row in list_faces(other) if row.person == "Ghost")
    assert ghost.box == Box(20, 20, 60, 80)
    assert restore.restore_backup(other, backups.read_library(one)).entries == 0


@pytest.mark.parametrize("change", ["half", "webp", "brighter", "caption"])
def test_photos_that_were_saved_again(
    memory: Memory, tmp_path: Path, models_folder: Path, change: str
) -> None:
    """Names find their faces on resized and re-encoded copies, and on no other photo."""
    one = memory.new()
    names = {}
    for number, row in enumerate(list_faces(one)):
        names[row.face] = f"Person {number}"
        naming.name_faces(one, [row.face], names[row.face])
    for path in sorted(ALBUM.iterdir()):
        if "broken" not in path.name:
            save_again(path, tmp_path / "again" / path.name, change)
    # Others, among which nothing may be found.
    for path in sorted((DEMO / "photos" / "2003 Christmas at home").glob("*.jpg")):
        shutil.copy(path, tmp_path / "again" / f"other-{path.name}")
    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    other = Library.create(tmp_path / "library")
    index(other, [tmp_path / "again"])
    report = restore.restore_backup(other, backups.read_library(one))
    how = "pixels" if change == "caption" else "likeness"
    assert report.photos == {how: len({row.photo for row in list_faces(one)})}
    scale = 0.5 if change == "half" else 1
    by_name = {row.person: row for row in list_faces(other) if row.person}
    assert not any("other-" in row.photo for row in by_name.values())
    for row in list_faces(one):
        again = by_name[names[row.face]]
        assert Path(again.photo).stem == Path(row.photo).stem
        box = Box(*(side * scale for side in row.box.as_tuple()))
        assert overlap(again.box, box) > 0.6
    assert restore.restore_backup(other, backups.read_library(one)).entries == 0


def save_again(path: Path, out: Path, change: str) -> None:
    out.parent.mkdir(exist_ok=True)
    with Image.open(path) as image:
        exif = image.getexif()
        if change == "caption":
            exif[0x010E] = "A caption"
            if path.suffix == ".jpg":
                data = path.read_bytes()
                out.write_bytes(data[:2] + b"\xff\xfe\x00\x09caption" + data[2:])
            else:
                image.save(out, exif=exif, lossless=True)
            return
        if change == "half":
            image = image.resize((image.width // 2, image.height // 2))
        if change == "brighter":
            image = ImageEnhance.Brightness(image.convert("RGB")).enhance(1.2)
        out = out.with_suffix(".webp" if change == "webp" else ".jpg")
        image.convert("RGB").save(out, quality=70, exif=exif)


def test_photos_that_come_later(memory: Memory, tmp_path: Path, models_folder: Path) -> None:
    one = memory.new()
    say(one, [("name", list(range(20)), "Rosa", "", 1)])
    made = backups.read_library(one)
    shutil.copytree(models_folder, tmp_path / "library" / "cache" / "models")
    other = Library.create(tmp_path / "library")
    (tmp_path / "photos").mkdir()
    index(other, [tmp_path / "photos"])
    report = restore.restore_backup(other, made)
    assert (report.relation, report.entries, report.not_here) == ("continued", 1, len(made.photos))
    for path in ALBUM.iterdir():
        shutil.copy(path, tmp_path / "photos")
    half = sorted((tmp_path / "photos").glob("*.jpg"))[0]
    save_again(half, half.with_suffix(".tmp.jpg"), "half")
    half.unlink()
    index(other, [tmp_path / "photos"])
    before = len(standing.labels(other).names)
    assert 0 < before < 20  # those on unchanged photos are there at once
    report = restore.restore_backup(other, made)
    assert report.photos["likeness"] == 1
    assert len(standing.labels(other).names) == 20
    assert restore.restore_backup(other, made).entries == 0


@pytest.fixture
def file(two: tuple[Library, Library], tmp_path: Path) -> Path:
    say(two[0], [("name", [0, 1], "Rosa", "", 1), ("ignore", [2, 3], "", "", 1)])
    backups.back_up(two[0], tmp_path / "names.json.gz")
    return tmp_path / "names.json.gz"


def damaged(change: Callable[[dict[str, Any]], None], seal: bool) -> Callable[[bytes], bytes]:
    """Return a change of the document; sealed: with a checksum that is right again."""

    def damage(data: bytes) -> bytes:
        document = json.loads(gzip.decompress(data))
        change(document)
        if seal:
            document["sha256"] = backup.checksum(document["content"])
        return gzip.compress(json.dumps(document).encode())

    return damage


def swap(document: dict[str, Any]) -> None:
    entries = document["content"]["journal"]
    entries.reverse()


DAMAGE = {
    "cut": (lambda data: data[: len(data) // 2], "is damaged or cut off; nothing was restored"),
    "last byte": (lambda data: data[:-1], "is damaged or cut off; nothing was restored"),
    "flipped": (lambda data: data[:60] + bytes([data[60] ^ 8]) + data[61:], ""),
    "empty": (lambda data: b"", "is no backup; nothing was restored"),
    "text": (lambda data: b"Rosa", "is no backup; nothing was restored"),
    "a picture": (lambda data: gzip.compress(b"\xff\xd8"), "is no backup, or damaged"),
    "another document": (lambda data: gzip.compress(b"[]"), "It is no backup of this program."),
    "nested": (lambda data: gzip.compress(b"[" * 100_000), "is no backup, or damaged"),
    "newer": (damaged(lambda d: d.update(version=2), True), "update the program"),
    "changed name": (
        damaged(lambda d: d["content"]["journal"][0].update(person="Emil"), False),
        "its checksum is wrong",
    ),
    "unknown action": (
        damaged(lambda d: d["content"]["journal"][0].update(action="sell"), True),
        "an action that nobody knows",
    ),
    "out of order": (damaged(swap, True), "its entries are out of order"),
    "no box": (
        damaged(lambda d: d["content"]["journal"][0]["faces"][0].__setitem__(3, -1), True),
        "a box is not one",
    ),
    "no journal": (damaged(lambda d: d["content"].pop("journal"), True), "It is damaged"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_file_is_refused(two: tuple[Library, Library], file: Path, kind: str) -> None:
    damage, message = DAMAGE[kind]
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[no-untyped-call]
    before = two[1].state()
    with pytest.raises(LabelerError) as error:
        restore.restore(two[1], file)
    assert message in str(error.value)
    assert str(error.value).startswith(str(file))
    assert "\n" not in str(error.value)
    assert two[1].counts()["decisions"] == 0
    assert two[1].state() == before


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_single_byte_can_go_unnoticed(
    two: tuple[Library, Library], file: Path, data: st.DataObject
) -> None:
    whole = file.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[place] ^= data.draw(st.integers(1, 255))
    other = file.with_name("changed.json.gz")
    other.write_bytes(bytes(changed))
    try:
        found = backup_file.read(other)
    except LabelerError:
        return
    assert found == backup_file.read(file)  # in the gzip header: time, system, flags


def test_what_is_in_a_backup(two: tuple[Library, Library], file: Path) -> None:
    """Nothing but hashes, boxes and words: no path, no descriptor."""
    text = gzip.decompress(file.read_bytes()).decode()
    document = json.loads(text)
    assert str(ALBUM.name) not in text
    assert "IMG_" not in text
    photo = document["content"]["photos"][0]
    keys = {"content", "contents", "pixels", "likeness", "width", "height", "faces"}
    assert set(photo) == keys
    assert backup.from_document(document) == backup_file.read(file)
    docs = (Path(__file__).parent.parent / "docs" / "exchange.md").read_text(encoding="utf-8")
    for name in (*keys, *document, *document["content"], *document["content"]["journal"][0]):
        assert f'"{name}"' in docs


def test_hashes_tell_photos_apart() -> None:
    """Of all pairs of photos of the demo album, none is nearly as alike as copies are."""
    paths = [p for p in sorted((DEMO / "photos").rglob("IMG_*")) if "broken" not in p.name]
    hashes = [gray.hash_of(file) for file in photo_files(map(str, paths))]
    table = likeness.packed(hashes)
    between = np.array([likeness.distances(one, table) for one in hashes])
    assert np.array_equal(between, between.T)
    assert not between.diagonal().any()
    np.fill_diagonal(between, 256)
    assert between.min() >= 2 * likeness.MOST_DIFFERENT


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((4000, 3000), (2000, 1500), True),
        ((4000, 3000), (1024, 768), True),
        ((4000, 3000), (160, 119), True),
        ((4000, 3000), (3000, 4000), False),
        ((4000, 3000), (4000, 2700), False),
        ((0, 0), (4000, 3000), False),
    ],
)
def test_sizes_of_one_picture(one: tuple[int, int], other: tuple[int, int], expected: bool) -> None:
    assert bool(likeness.may_be_scaled(one, other)) is expected


def test_a_photo_is_found_once(memory: Memory, two: tuple[Library, Library]) -> None:
    """Of two photos of the backup that look like one here, only the closest is it."""
    say(two[0], [("name", [0, 1], "Rosa", "", 1)])
    made = backups.read_library(two[0])
    (photo,) = (one for one in made.photos[:1])
    strange = [
        backup.BackedUpPhoto(n * 64, (), "", photo.likeness, photo.width, photo.height, photo.faces)
        for n in "ab"
    ]
    found = finding.find(two[1], strange)
    assert len(found) == 1
    faceless = backup.BackedUpPhoto(
        "c" * 64, (), "", photo.likeness, photo.width, photo.height, (made.photos[0].faces[0],)
    )
    assert set(finding.find(two[1], [faceless])) == {"c" * 64}
    moved = tuple(Box(5, 5, box.width / 3, box.height / 3) for box in photo.faces)
    elsewhere = backup.BackedUpPhoto(
        "d" * 64, (), "", photo.likeness, photo.width, photo.height, moved
    )
    assert finding.find(two[1], [elsewhere]) == {}


def test_the_commands(two: tuple[Library, Library], tmp_path: Path) -> None:
    one, other = (Shell(library.folder) for library in two)
    face = int(two[0].faces().ids[0])
    naming.name_faces(two[0], [face], "Rosa")
    file = tmp_path / "names.json.gz"
    told = one.run("backup", file)
    assert told.stdout == f"1 decision about faces on 1 photo: {file}\n"
    assert "exists already" in one.fails(1, "backup", file)
    assert one.json("backup", tmp_path / "b.gz") == {
        "file": str(tmp_path / "b.gz"),
        "decisions": 1,
        "photos": 1,
        "unseen": 0,
    }
    told = other.run("restore", file)
    assert told.stdout == "1 photo of 1 found.\n1 decision restored, as they were made.\n"
    assert other.json("restore", file) == {
        "relation": "same",
        "entries": 0,
        "photos": {"content": 1},
        "not_here": 0,
        "conflicts": [],
        "entry": None,
    }
    assert "cannot be read" in other.fails(1, "restore", tmp_path / "none.gz")
