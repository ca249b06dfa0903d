"""The library file: migrations, round trips, and what must never be lost."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from labeler.errors import LibraryError
from labeler.faces.steps import library_finder
from labeler.library import migrations
from labeler.library.database import FILE_NAME
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.library.whereabouts import GONE
from labeler.people.steps import naming
from labeler.types import (
    AnalysedPhoto,
    Box,
    FaceKey,
    FoundFace,
    MergeCandidates,
    Metadata,
    PhotoCopy,
    PhotoFacts,
    PhotoFile,
    Recognition,
)

from .conftest import in_clusters

MODEL = "test-model"
TAKEN = datetime(2001, 2, 3, 4, 5, 6)
KNOWN = Metadata(TAKEN, "exif", "Zoë’s party", ("cake", "été"), -12.5, 8.25)


def found_face(left: float, seed: int = 0) -> FoundFace:
    random = np.random.default_rng(seed)
    landmarks = random.random((5, 2), dtype=np.float32)
    return FoundFace(Box(left, 10, 50, 60), 0.75, landmarks, random.random(4, dtype=np.float32))


def photo(path: str, content: str, *faces: FoundFace) -> AnalysedPhoto:
    facts = PhotoFacts(640, 480, KNOWN)
    return AnalysedPhoto(PhotoFile(path, 100, 200), content, facts, faces)


def add(library: Library, *photos: AnalysedPhoto) -> None:
    library.add_photos(photos, "finder", MODEL)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    faces = (found_face(0, 1), found_face(100, 2))
    add(Library.create(tmp_path), photo("/p/a.jpg", "hash-a", *faces), photo("/p/b.jpg", "hash-b"))
    library = Library(tmp_path)  # a new connection, as after a restart
    table = library.faces()
    assert len(table) == 2
    assert np.array_equal(table.boxes, [[0, 10, 50, 60], [100, 10, 50, 60]])
    assert np.array_equal(table.landmarks, [face.landmarks for face in faces])
    assert table.clusters.tolist() == [-1, -1]
    assert np.isnan(table.xy).all()
    ids, vectors = library.descriptors(MODEL)
    assert np.array_equal(ids, table.ids)
    assert np.array_equal(vectors, [face.descriptor for face in faces])
    assert library.photos()[1].facts == PhotoFacts(640, 480, KNOWN)
    assert library.known_files()["/p/a.jpg"].faces == 2
    assert library.known_files()["/p/b.jpg"].faces == 0


def test_computed_tables_are_replaced_as_a_whole(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    add(library, photo("/p/a.jpg", "hash-a", found_face(0), found_face(100)))
    ids = library.faces().ids
    library.write_clusters(in_clusters(ids, [3, 3]))
    library.write_clusters(in_clusters(ids[:1], [5]))
    assert library.faces().clusters.tolist() == [5, -1]
    gone = MergeCandidates(np.array([[1, 2], [1, 999], [999, 2]]), np.float32([0.03, 0.02, 0.01]))
    library.write_merge_candidates(gone)
    assert library.merge_candidates().faces.tolist() == [[1, 2]]
    library.write_map(ids, np.array([[1, 2], [3, 4]], dtype=np.float32))
    assert library.faces().xy.tolist() == [[1, 2], [3, 4]]
    library.write_recognitions([Recognition(int(ids[1]), "Rosa", 0.5)])
    assert library.recognitions() == {int(ids[1]): Recognition(int(ids[1]), "Rosa", 0.5)}
    # A face that went away while clusters were computed does not spoil the write.
    library.write_clusters(in_clusters(np.array([int(ids[0]), 999]), [1, 1]))
    assert library.faces().clusters.tolist() == [1, -1]


def test_analysing_again_keeps_face_ids_and_names(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    add(library, photo("/p/a.jpg", "hash-a", found_face(0), found_face(100)))
    first, second = library.faces().ids.tolist()
    naming.name_faces(library, [first], "Rosa")
    naming.name_faces(library, [second], "Emil")
    # Another detector draws the first box a little elsewhere, misses the second, finds a third.
    add(library, photo("/p/a.jpg", "hash-a", found_face(5, 7), found_face(300)))
    ids = library.faces().ids.tolist()
    assert ids[0] == first
    assert second not in ids
    assert standing.labels(library).names == {first: "Rosa"}
    # The second is found again: its name comes back from the journal.
    add(library, photo("/p/a.jpg", "hash-a", found_face(5), found_face(98), found_face(300)))
    assert sorted(standing.labels(library).names.values()) == ["Emil", "Rosa"]


def test_gone_files_are_hidden_and_come_back(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    add(library, photo("/p/a.jpg", "hash-a", found_face(0)))
    naming.name_faces(library, library.faces().ids.tolist(), "Rosa")
    library.mark_files(["/p/a.jpg"], GONE)
    assert len(library.faces()) == len(library.photos()) == 0
    moved = PhotoFile("/q/moved.jpg", 100, 300)
    library.add_copies([PhotoCopy(moved, "hash-a", PhotoFacts(640, 480, KNOWN), 1)])
    assert library.photos()[1].path == "/q/moved.jpg"
    assert list(standing.labels(library).names.values()) == ["Rosa"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM journal",
        "UPDATE journal SET person = 'Emil'",
        "DELETE FROM journal_faces",
        "UPDATE journal_faces SET box_left = 0",
        "UPDATE journal_faces SET part = 1",
    ],
)
def test_the_journal_is_append_only(tmp_path: Path, statement: str) -> None:
    library = Library.create(tmp_path)
    add(library, photo("/p/a.jpg", "hash-a", found_face(0)))
    naming.name_faces(library, [1], "Rosa")
    with sqlite3.connect(library.path) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_names_survive_the_loss_of_everything_else(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    add(library, photo("/p/a.jpg", "hash-a", found_face(0), found_face(100)))
    naming.name_faces(library, [2], "Rosa")
    with sqlite3.connect(library.path) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM photos")
    assert standing.labels(library).names == {}
    add(library, photo("/elsewhere/a.jpg", "hash-a", found_face(0), found_face(100)))
    names = standing.labels(library).names
    boxes = dict(zip(library.faces().ids.tolist(), library.faces().boxes.tolist(), strict=True))
    assert [boxes[face][0] for face in names] == [100]


def test_paths_that_are_not_utf8_are_kept(tmp_path: Path) -> None:
    path = os.fsdecode(b"/p/caf\xe9.jpg")
    library = Library.create(tmp_path)
    add(library, photo(path, "hash-a", found_face(0)))
    assert library.photos()[1].path == path
    assert list(library.known_files()) == [path]
    library.mark_files([path], GONE)
    assert library.known_files()[path].missing


def test_migrations_are_recorded_once(tmp_path: Path) -> None:
    for _ in range(2):
        Library.create(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        rows = connection.execute("SELECT number FROM migrations").fetchall()
    assert rows == [(number,) for number in range(1, len(migrations.MIGRATIONS) + 1)]


def test_what_goes_with_a_face_is_found_by_an_index(tmp_path: Path) -> None:
    """Without one, each face that goes, or question, has every row of a table read."""
    Library.create(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        execute = connection.execute
        tables = [row[0] for row in execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        looked_up = {("files", "folder"), ("journal_faces", "content_hash")}
        for table in tables:
            keys = execute(f"PRAGMA foreign_key_list({table})").fetchall()
            looked_up |= {(table, key[3]) for key in keys if key[2] == "faces"}
        assert ("recognitions", "evidence") in looked_up
        for table, column in sorted(looked_up):
            asked = f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = ?"
            assert execute(asked, [1]).fetchall()[0][3].startswith("SEARCH"), (table, column)


def test_an_old_library_is_backed_up_and_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.create(tmp_path)
    add(library, photo("/p/a.jpg", "hash-a", found_face(0)))
    naming.name_faces(library, [1], "Rosa")
    library.close()
    step = "ALTER TABLE photos ADD COLUMN place TEXT;"
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, step))
    newer = Library(tmp_path)
    assert standing.labels(newer).names == {1: "Rosa"}
    assert len(newer.notes) == 1
    assert "kept beside it as library-before-migration-" in newer.notes[0]
    assert Library(tmp_path).notes == []
    assert [path.name for path in tmp_path.glob("*before*")] == [
        f"library-before-migration-{len(migrations.MIGRATIONS)}.sqlite"
    ]


def test_a_failing_migration_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Library.create(tmp_path).close()
    before = len(migrations.MIGRATIONS)
    bad = "CREATE TABLE extra (x);\nCREATE TABLE photos (x);"
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, bad))
    with pytest.raises(LibraryError):
        Library(tmp_path)
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        assert connection.execute("SELECT max(number) FROM migrations").fetchone() == (before,)
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'extra'").fetchone()


def test_libraries_that_cannot_be_used_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="choose another folder"):
        Library.create(tmp_path / "file")
    (tmp_path / FILE_NAME).write_bytes(b"this is no database, " * 100)
    with pytest.raises(LibraryError, match="choose another folder"):
        Library.create(tmp_path)
    future = tmp_path / "future"
    Library.create(future).close()
    with sqlite3.connect(future / FILE_NAME) as connection:
        connection.execute("INSERT INTO migrations VALUES (999, '')")
    with pytest.raises(LibraryError, match="newer version"):
        Library(future)


def test_a_copy_of_the_file_alone_has_every_decision(tmp_path: Path) -> None:
    """Also while another program, such as the dashboard, keeps the library open."""
    library, dashboard = Library.create(tmp_path / "a"), Library.create(tmp_path / "a")
    add(library, photo("/p/a.jpg", "hash-a", found_face(0)))
    assert len(dashboard.faces()) == 1
    naming.name_faces(library, [1], "Rosa")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / FILE_NAME).write_bytes(library.path.read_bytes())
    assert standing.labels(Library(tmp_path / "b")).names == {1: "Rosa"}


def test_a_library_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """Its photos, files, faces, names and the model of its descriptors are what they were."""
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, applied_at TEXT)")
        connection.executescript(migrations.MIGRATIONS[0])
        connection.execute("INSERT INTO migrations VALUES (1, '2026-01-01')")
        connection.execute(
            "INSERT INTO photos VALUES (7, 'hash-a', 640, 480, ?, 'Zoë’s party', 'old/finder')",
            [TAKEN.isoformat()],
        )
        connection.execute("INSERT INTO files VALUES ('/p/a.jpg', 7, '/p', 100, 200, 0)")
        connection.execute(
            "INSERT INTO faces VALUES (3, 7, 1, 2, 30, 40, 0.9, ?)",
            [np.zeros((5, 2), dtype="<f4").tobytes()],
        )
        vector = np.ones(4, dtype="<f4").tobytes()
        connection.execute(
            "INSERT INTO descriptors VALUES (3, 'dlib-resnet-v1-mirrored', ?)", [vector]
        )
        connection.execute("INSERT INTO journal VALUES (1, '2026-01-01', 'name', 'Rosa', NULL)")
        connection.execute("INSERT INTO journal_faces VALUES (1, 'hash-a', 1, 2, 30, 40)")
    library = Library.create(tmp_path)
    assert library.photos()[7].facts == PhotoFacts(640, 480, Metadata(TAKEN, "exif", "Zoë’s party"))
    known = library.known_files()["/p/a.jpg"]
    assert (known.content_hash, known.sidecar_ns, known.faces) == ("hash-a", 0, 1)
    assert standing.labels(library).names == {3: "Rosa"}
    ids, X = library_finder.descriptors(library)
    assert (ids.tolist(), X.shape) == ([3], (1, 4))
    assert (tmp_path / "library-before-migration-2.sqlite").exists()
    add(library, photo("/q/b.jpg", "hash-a", found_face(500)))  # the same content is known
    assert list(library.photos()) == [7]


def test_a_library_of_the_second_version_can_tell_people_apart(tmp_path: Path) -> None:
    """Its decisions are about one part each, and still nothing may change them."""
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, applied_at TEXT)")
        for number in (1, 2):
            connection.executescript(migrations.MIGRATIONS[number - 1])
            connection.execute("INSERT INTO migrations VALUES (?, '2026-01-01')", [number])
        connection.execute("INSERT INTO journal VALUES (1, '2026-01-01', 'name', 'Rosa', NULL)")
        connection.execute("INSERT INTO journal_faces VALUES (1, 'hash-a', 0, 10, 50, 60)")
    library = Library.create(tmp_path)
    assert (tmp_path / "library-before-migration-3.sqlite").exists()
    add(library, photo("/p/a.jpg", "hash-a", *(found_face(left) for left in (0, 100, 200, 300))))
    naming.different_faces(library, [[3, 1], [2]])
    first, second = (FaceKey("hash-a", Box(left, 10, 50, 60)) for left in (0, 100))
    named, different = library.journal()
    assert (named.faces, named.parts) == ((first,), ())
    assert (different.faces[1:], different.parts) == ((first, second), (0, 0, 1))
    assert standing.labels(library).names == {1: "Rosa"}
    assert standing.labels(library).links == ((frozenset({1, 3}), frozenset({2})),)
    with sqlite3.connect(library.path) as connection:
        for statement in ("UPDATE journal_faces SET part = 1", "DELETE FROM journal_faces"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


def test_a_library_of_the_ninth_version_keeps_a_record_of_its_sorts(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, applied_at TEXT)")
        for number in range(1, 10):
            connection.executescript(migrations.MIGRATIONS[number - 1])
            connection.execute("INSERT INTO migrations VALUES (?, '2026-01-01')", [number])
    library = Library(tmp_path)
    assert (tmp_path / "library-before-migration-10.sqlite").exists()
    before = library.state()
    first = library.begin_sort("/in\udcff", "/out", "/out/1")  # not UTF-8
    second = library.begin_sort("/in", "/out", "/out/2")
    assert library.sorts() == [second, first]
    assert library.sort_called(first.id) == first
    assert library.sort_called("0" * 32) is None
    assert (len(first.key), first.key != second.key) == (32, True)
    library.end_sort(first.number, "seal")
    library.undo_sort(second.number)
    assert library.sorts() == [replace(second, is_undone=True), replace(first, last_seal="seal")]
    assert library.state() == before  # nobody who shows the library need look again


def test_a_library_of_the_fifth_version_can_tie_decisions_together(tmp_path: Path) -> None:
    """Each of its decisions is an answer by itself, and new ones may be several entries."""
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, applied_at TEXT)")
        for number in range(1, 6):
            connection.executescript(migrations.MIGRATIONS[number - 1])
            connection.execute("INSERT INTO migrations VALUES (?, '2026-01-01')", [number])
        connection.execute("INSERT INTO journal (at, action) VALUES ('2026-01-01', 'name')")
    library = Library.create(tmp_path)
    assert (tmp_path / "library-before-migration-6.sqlite").exists()
    assert (library.tied(1), library.last_entry()) == ([1], 1)
    add(library, photo("/p/a.jpg", "hash-a", found_face(0), found_face(100)))
    with library.answer():
        entries = [naming.name_faces(library, [face], "Rosa") for face in (1, 2)]
    assert [library.tied(entry) for entry in (1, *entries)] == [[1], entries, entries]
    assert library.last_entry() == entries[-1]


def test_some_entries_are_those_of_the_journal(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    keys = [FaceKey("hash", Box(100 * n, 0, 50, 50)) for n in range(3)]
    library.append("name", keys[:2], "Rosa")
    library.append("different", keys, "Rosa", parts=[0, 1, 1])
    library.append("rename", person="Rosa", value="Rose")
    library.append("undo", undoes=2)
    everything = library.journal()
    assert library.entries([4, 2]) == [everything[1], everything[3]]
    assert library.entries([]) == []
    assert library.entries([1, 99]) == everything[:1]


def test_a_step_of_the_schema_is_never_left_out_without_a_word() -> None:
    assert migrations._statements("CREATE TABLE a (b);\n-- done\n") == ["CREATE TABLE a (b);\n"]
    for step in ("CREATE TABLE a (b)", "CREATE TABLE a (b);\nCREATE TABLE c (d)\n"):
        with pytest.raises(ValueError, match="needs a semicolon"):
            migrations._statements(step)
    for step in migrations.MIGRATIONS:
        assert migrations._statements(step)


def test_what_took_whose_place_is_told_of_all_photos_as_of_each(tmp_path: Path) -> None:
    """1 → 2 → 3 is a chain; 6 took the place of 4 and of 5, which itself was 4; 7 and 8 circle."""
    library = Library.create(tmp_path)
    add(library, *(photo(f"/p/{number}.jpg", f"hash-{number}") for number in range(1, 10)))
    for old, new in ((1, 2), (2, 3), (4, 5), (4, 6), (5, 6), (7, 8), (8, 7), (2, 9)):
        library.note_replaced(old, new)
    library.mark_files(["/p/2.jpg"], GONE)
    found = library.photos_after_others()
    assert found == {3: [2, 1], 5: [4], 6: [5, 4], 7: [8], 8: [7], 9: [2, 1]}
    assert list(found) == sorted(found)
    assert found == {photo_id: library.before(photo_id) for photo_id in found}
    assert library.former_photos() == {1, 2, 4, 5, 7, 8}
