"""Searching a library: the words of its photos kept up to date, and the command."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from labeler.cli.search import as_one
from labeler.errors import QueryError
from labeler.faces.steps.index import index
from labeler.library import migrations
from labeler.library.database import FILE_NAME
from labeler.library.store import Library
from labeler.library.whereabouts import GONE, PRESENT
from labeler.people.steps import naming
from labeler.search.steps.search import matching_photos, search_photos
from labeler.types import AnalysedPhoto, Metadata, PhotoCopy, PhotoFacts, PhotoFile

from .conftest import true_names
from .test_cli import Shell
from .test_store import found_face

NOTHING = Metadata()


def photo(path: str, content: str, known: Metadata = NOTHING, faces: int = 0) -> AnalysedPhoto:
    facts = PhotoFacts(640, 480, known)
    found = tuple(found_face(100.0 * number) for number in range(faces))
    return AnalysedPhoto(PhotoFile(path, 100, 200), content, facts, found)


def add(library: Library, *photos: AnalysedPhoto) -> None:
    library.add_photos(photos, "finder", "test-model")


@pytest.fixture
def named_library(demo_library: Library) -> Library:
    """The demo album in which everybody has the true name."""
    faces: dict[str, list[int]] = {}
    for face, person in true_names(demo_library).items():
        faces.setdefault(person, []).append(face)
    for person, own in faces.items():
        naming.name_faces(demo_library, own, person)
    return demo_library


def test_words_are_found_in_captions_keywords_and_file_names(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    known = Metadata(caption="Zoë’s party, by the lake", keywords=("big cake", "été"))
    add(library, photo("/p/IMG_1002.jpg", "a", known), photo("/p/Émile at sea.jpg", "b"))
    for text in ("zoe", "PARTY", '"the lake"', "cake", "ete", "img_1002", "1002", "lak"):
        assert matching_photos(library, text) == {1}, text
    assert matching_photos(library, '"emile at"') == {2}
    assert matching_photos(library, "jpg -cake") == {2}
    for text in ('"lake the"', "lak jpg", "text:p", "/p/ jpg", "text:lak", '"lake big"'):
        assert matching_photos(library, text) == set(), text


def test_words_follow_what_is_written(tmp_path: Path) -> None:
    """New captions, edited and moved files, copies, files that go and come back."""
    library = Library.create(tmp_path)
    add(library, photo("/p/one.jpg", "a", Metadata(caption="boat")), photo("/p/two.jpg", "b"))
    assert [matching_photos(library, text) for text in ("boat", "one", "two")] == [{1}, {1}, {2}]
    facts = PhotoFacts(640, 480, Metadata(caption="ship", keywords=("sail",)))
    library.add_copies([PhotoCopy(PhotoFile("/p/one.jpg", 100, 201), "a", facts, 0)])
    assert [matching_photos(library, text) for text in ("boat", "ship", "sail")] == [
        set(),
        {1},
        {1},
    ]
    library.add_copies([PhotoCopy(PhotoFile("/q/copy.jpg", 100, 201), "a", facts, 0)])
    library.mark_files(["/p/one.jpg"], GONE)  # moved
    assert [matching_photos(library, text) for text in ("one", "copy")] == [set(), {1}]
    library.mark_files(["/p/one.jpg"], PRESENT)
    assert matching_photos(library, "one") == {1}
    add(library, photo("/p/one.jpg", "c"))  # another photo under the old name
    assert matching_photos(library, "one") == {3}
    library.mark_files(["/q/copy.jpg"], GONE)
    assert matching_photos(library, "ship") == set()


@pytest.mark.skipif(os.name == "nt", reason="paths are text there")
def test_names_that_are_no_text_are_searched_too(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    add(library, photo(os.fsdecode(b"/p\xff/caf\xe9 noir.jpg"), "a"))
    assert matching_photos(library, "noir") == {1}
    assert matching_photos(library, "text:p") == set()


def test_a_search_survives_signs_that_mean_something_to_the_index(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    add(library, photo("/p/a.jpg", "a", Metadata(caption='He said "NEAR" AND* (left) ^x')))
    for text in ('"he said ""near"""', "text:AND*", '"and* (left) ^x"', '"\0left"'):
        assert matching_photos(library, text) == {1}, text
    assert matching_photos(library, "x\udcff") == {1}


def test_a_library_of_the_sixth_version_is_searched_for_words(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, applied_at TEXT)")
        for number in range(1, 7):
            connection.executescript(migrations.MIGRATIONS[number - 1])
            connection.execute("INSERT INTO migrations VALUES (?, '2026-01-01')", [number])
        connection.execute(
            "INSERT INTO photos (id, content_hash, width, height, caption, finder, keywords) "
            "VALUES (7, 'hash-a', 640, 480, 'Zoë’s party', 'finder', '[\"big cake\"]')"
        )
        for path, missing in (("/p/a.jpg", 0), ("/p/gone.jpg", 1)):
            row = [path, missing]
            connection.execute(
                "INSERT INTO files (path, photo_id, folder, size, modified_ns, missing) "
                "VALUES (?, 7, '/p', 100, 200, ?)",
                row,
            )
        connection.execute(
            "INSERT INTO photos (id, content_hash, width, height, finder) "
            "VALUES (8, 'hash-b', 640, 480, 'finder')"
        )
    library = Library.create(tmp_path)
    assert (tmp_path / "library-before-migration-7.sqlite").exists()
    for text in ("zoe", '"big cake"', "a.jpg"):
        assert matching_photos(library, text) == {7}
    assert matching_photos(library, "gone") == set()
    with closing(sqlite3.connect(library.path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM photos WHERE id = 7")
        assert connection.execute("SELECT rowid FROM photo_texts").fetchall() == [(8,)]


def test_dates_that_are_a_guess_and_places(tmp_path: Path) -> None:
    library = Library.create(tmp_path)
    at = datetime(2008, 3, 5, 12)
    add(
        library,
        photo("/p/late.jpg", "a", Metadata(datetime(2008, 3, 5, 23, 59), "exif")),
        photo("/p/early.jpg", "b", Metadata(at, "exif", latitude=38.72, longitude=-9.14)),
        photo("/p/guess.jpg", "c", Metadata(at, "file time")),
        photo("/p/another.jpg", "d"),
    )
    found = search_photos(library, "2008-03-05").photos
    assert [one.photo.id for one in found] == [2, 1]
    assert [one.photo.id for one in search_photos(library, "jpg").photos] == [2, 1, 4, 3]
    assert matching_photos(library, "-2008") == {3, 4}
    assert matching_photos(library, "gps") == matching_photos(library, "near:38.8,-9.1") == {2}
    assert matching_photos(library, "near:39.2,-9.1") == set()


def test_albums_are_folders_within_what_was_indexed(tmp_path: Path, demo_album: Path) -> None:
    library = Library.create(tmp_path)
    library.write_setting("folders", ["/home/rosa/photos"])
    add(
        library,
        photo("/home/rosa/photos/2008 Lisbon/day one/a.jpg", "a"),
        photo("/home/rosa/photos/Lisbon/b.jpg", "b"),
        photo("/home/rosa/elsewhere/c.jpg", "c"),
    )
    assert matching_photos(library, 'album:"*lisbon"') == {1, 2}
    assert matching_photos(library, "folder:LISBON") == {2}
    assert matching_photos(library, 'album:"day one"') == {1}
    assert matching_photos(library, "album:photos") == {1, 2}
    assert matching_photos(library, "-album:Lisbon") == {1, 3}
    assert matching_photos(library, "album:elsewhere") == {3}
    with pytest.raises(QueryError, match="No album is called rosa"):
        matching_photos(library, "album:rosa")


def test_people_are_those_whom_the_user_named(named_library: Library) -> None:
    photos: dict[int, set[str]] = {}
    names = true_names(named_library)
    table = named_library.faces()
    for face, photo_id in zip(table.ids.tolist(), table.photo_ids.tolist(), strict=True):
        photos.setdefault(photo_id, set()).add(names[face])
    both = {i for i, there in photos.items() if {"Rosa", "Henrik"} <= there}
    assert len(both) > 3
    assert matching_photos(named_library, "rosa + henrik") == both
    alone = {i for i, there in photos.items() if there == {"Rosa"}}
    assert alone
    assert matching_photos(named_library, "only rosa") == alone
    found = search_photos(named_library, "rosa -clara").photos
    assert {one.photo.id for one in found} == {
        i for i, there in photos.items() if "Rosa" in there and "Clara" not in there
    }
    assert all(names[face] == "Rosa" for one in found for face in one.faces)
    assert {one.people for one in found} == {("Rosa",)}
    dates = [one.photo.facts.metadata.date for one in found]
    assert dates == sorted(date for date in dates if date)


def test_whom_somebody_may_have_meant(named_library: Library) -> None:
    found = search_photos(named_library, "rosaa")
    assert found.photos == ()
    assert found.hint is not None
    assert found.hint.message == "Nobody is called rosaa; did you mean Rosa?"
    assert found.hint.instead == "Rosa"
    assert search_photos(named_library, "rosa").hint is None
    add(named_library, photo("/p/rosaa.jpg", "x"))
    assert search_photos(named_library, "rosaa + henrik").hint is None  # there is such a word


def test_a_sidecar_that_changes_is_found(tmp_path: Path, demo_album: Path) -> None:
    """Through the whole of an index run."""
    album = tmp_path / "album"
    album.mkdir()
    source = next((demo_album / "photos").rglob("*.jpg"))
    (album / "a.jpg").write_bytes(source.read_bytes())
    library = Library.create(tmp_path / "library")
    index(library, [album])
    assert matching_photos(library, "lighthouse") == set()
    (album / "a.xmp").write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
        '<rdf:li xml:lang="x-default">A lighthouse</rdf:li></rdf:Alt></dc:description>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    index(library, [album])
    assert len(matching_photos(library, "lighthouse")) == 1
    (album / "a.jpg").rename(album / "harbour.jpg")
    (album / "a.xmp").rename(album / "harbour.xmp")
    index(library, [album])
    assert len(matching_photos(library, "harbour lighthouse")) == 1
    assert matching_photos(library, "a.jpg") == set()


# -- the command -------------------------------------------------------------------------------


def test_the_words_of_a_command_line() -> None:
    assert as_one(["rosa", "+", "henrik"]) == "rosa + henrik"
    assert as_one(["rosa or henrik"]) == "rosa or henrik"
    assert as_one(["Anna Maria", "album:My Lisbon", "-x"]) == '"Anna Maria" album:"My Lisbon" -x'


def test_the_command(named_library: Library, demo_album: Path) -> None:
    shell = Shell(named_library.folder)
    done = shell.run("search", "rosa", "+", "henrik", "-felix", "before", "2012")
    paths = done.stdout.splitlines()
    assert paths
    assert done.stderr == ""
    assert all(Path(path).is_relative_to(demo_album) for path in paths)
    document = shell.json("search", "rosa + henrik -felix before 2012")
    assert [one["photo"] for one in document] == paths
    assert set(document[0]) == {"photo", "photo_id", "taken", "caption", "faces", "people", "facts"}
    assert sorted(document[0]["people"]) == ["Henrik", "Rosa"]
    assert shell.run("search", "-henrik", "--count").stdout.strip() == str(
        len(matching_photos(named_library, "-henrik"))
    )
    null = shell.run("search", "-0", "rosa + henrik -felix before 2012").stdout
    assert null == "".join(f"{path}\0" for path in paths)


def test_the_command_points_at_the_word(named_library: Library) -> None:
    done = Shell(named_library.folder).run("search", "cake", "person:Henrk", "2008")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "cake person:Henrk 2008",
        "     ^^^^^^^^^^^^",
        "Nobody is called Henrk; did you mean Henrik?",
    ]
    none = Shell(named_library.folder).run("search", "nothing like this")
    assert (none.returncode, none.stdout) == (0, "")
    assert none.stderr.strip() == (
        "Nobody is called nothing, like or this, and it is in no caption, keyword or name of a "
        "file or place."
    )
    none = Shell(named_library.folder).run("search", "only rosa faces:9")
    assert none.stderr.strip() == "No photo is like that."
    assert "No such option" in Shell(named_library.folder).fails(2, "search", "rosa", "--cuont")


@pytest.mark.skipif(os.name == "nt", reason="paths are text there")
def test_paths_are_handed_on_byte_by_byte(tmp_path: Path) -> None:
    path = b"/p/caf\xe9 noir.jpg"
    add(Library.create(tmp_path), photo(os.fsdecode(path), "a"))
    command = [sys.executable, "-m", "labeler.cli.main", "--library", str(tmp_path)]
    for option, end in ((), b"\n"), (("--null",), b"\0"):
        done = subprocess.run([*command, "search", "noir", *option], capture_output=True)
        assert done.stdout == path + end


# -- words that are nothing ----------------------------------------------------------------------


@pytest.fixture
def lind(tmp_path: Path) -> Library:
    """Photo 1 of Rosa Lind, photo 2 of Emil, photo 3 of nobody, called cake.jpg."""
    library = Library.create(tmp_path / "lind")
    add(library, photo("/p/1.jpg", "a", faces=1), photo("/p/2.jpg", "b", faces=1))
    add(library, photo("/p/cake.jpg", "c"))
    for face, name in ((1, "Rosa Lind"), (2, "Emil")):
        naming.name_faces(library, [face], name)
    return library


def test_a_part_of_a_name_finds_the_person_and_leaves_her_out(lind: Library) -> None:
    assert matching_photos(lind, "rosa") == {1}
    assert matching_photos(lind, "-rosa") == {2, 3}
    assert matching_photos(lind, "-lind | cake") == {2, 3}
    naming.name_faces(lind, [2], "Emil Lind")
    for text in ("lind", "-lind"):
        with pytest.raises(QueryError, match="lind may be Emil Lind or Rosa Lind"):
            matching_photos(lind, text)


@pytest.mark.parametrize("text", ["-rosaa", "cake -rosaa", "-(rosaa 2008)", "without rosaa"])
def test_nobody_is_left_out_in_silence(lind: Library, text: str) -> None:
    with pytest.raises(QueryError) as caught:
        matching_photos(lind, text)
    assert str(caught.value) == (
        "Nobody and nothing is called rosaa, so there is nothing to leave out; did you mean "
        "Rosa Lind?"
    )
    assert caught.value.instead == text.replace("rosaa", '"Rosa Lind"')
    assert matching_photos(lind, "-text:rosaa") == {1, 2, 3}  # it was said to be a mere word


def test_a_word_that_is_nothing_is_said_to_be(lind: Library) -> None:
    found = search_photos(lind, "emil | xyzzy")
    assert len(found.photos) == 1
    said = "Nobody is called xyzzy, and it is in no caption, keyword or name of a file or place."
    assert found.notes == (said,)
    done = Shell(lind.folder).run("search", "emil | xyzzy")
    assert (done.stdout, done.stderr) == (f"/p/2.jpg{os.linesep}", f"{said}\n")
    assert Shell(lind.folder).run("search", "xyzzy").stderr == f"{said}\n"
    assert search_photos(lind, "emil | cake").notes == ()
