"""What is printed and written arrives: in every encoding, at readers that go, in spreadsheets."""

from __future__ import annotations

import ast
import csv
import io
import os
import subprocess
import sys
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from dashboard.shared import addresses
from labeler.cli import main
from labeler.cli.streams import write
from labeler.exchange.steps.tables_out import tables_of
from labeler.family.steps import kin
from labeler.family.steps.pair_lists import read_pairs
from labeler.io import csv_cells
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import naming, people

from .commanding import command
from .conftest import in_clusters, people_named
from .test_store import add, found_face, photo

CLI = Path(main.__file__).parent
ODD = "Zoë 李 ✓ Łukasz"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Six faces in two groups; two people whose names no code page has."""
    made = Library.create(tmp_path / "library")
    for number in range(6):
        add(made, photo(f"/p/{number}–é.jpg", f"hash-{number}", found_face(0, number)))
    made.write_clusters(in_clusters(made.faces().ids, [0, 0, 0, 1, 1, 1]))
    naming.name_faces(made, [1, 2, 3], ODD)
    naming.name_faces(made, [4, 5], "Åsa → Öberg")
    people.set_birth(made, ODD, None)
    return made


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "shift_jis", "utf-16"])
@pytest.mark.parametrize(
    "words",
    [
        *(["people"], ["history"], ["split", "--cluster", 0, "--into", 2], ["merges"], ["kin"]),
        *(["hide", ODD], ["search", "person:nobody’s"], ["--help"], ["search", "--help"]),
        *(["name", "--face", 6, ODD], ["born", ODD, "1990-01-02"], ["status"], ["faces"]),
    ],
    ids=lambda words: " ".join(map(str, words)) if isinstance(words, list) else None,
)
def test_no_encoding_stops_a_command(library: Library, encoding: str, words: list[object]) -> None:
    expected = command(library.folder, *words).returncode
    if words[0] in ("hide", "name", "born"):
        command(library.folder, "undo")
    done = command(library.folder, *words, encoding=encoding)
    assert done.returncode == expected
    assert "Something went wrong" not in done.stderr
    assert done.stdout or done.stderr


def test_names_stay_apart_and_signs_become_plain(library: Library) -> None:
    out = command(library.folder, "people", encoding="ascii").stdout
    assert "Zo\\xeb \\u674e * \\u0141ukasz" in out
    assert "\\xc5sa -> \\xd6berg" in out
    out = command(library.folder, "people", encoding="cp1252").stdout
    assert "Åsa -> Öberg" in out


def test_all_is_printed_in_one_place() -> None:
    for path in CLI.glob("*.py"):
        if path.name == "streams.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert not calls & {"print", "typer.echo", "sys.stdout.write", "sys.stderr.write"}, path
        consoles = "Console" in calls and path.name != "output.py"  # there is the progress bar
        assert not consoles, path


@pytest.mark.skipif(os.name == "nt", reason="there, pipes break otherwise")
@pytest.mark.parametrize("words", [["people"], ["history"], ["--help"], ["search", "faces:1"]])
def test_a_reader_that_goes_is_no_error(library: Library, words: list[str]) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    line = [sys.executable, "-m", "labeler.cli.main", "--library", str(library.folder), *words]
    done = subprocess.run(line, stdout=writes, stderr=subprocess.PIPE, text=True)
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="there, pipes break otherwise")
def test_complaints_that_nobody_reads_are_dropped() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "w") as gone, redirect_stderr(gone):
        write("nobody", to_stderr=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), writes)  # so that it can be closed


# -- tables --------------------------------------------------------------------------------------

FORMULAS = ["=1+1", "+49 30", "-rosa", "@rosa", "'=x", "'rosa'"]


def test_no_cell_of_a_table_is_a_formula(library: Library, tmp_path: Path) -> None:
    for name in FORMULAS:
        people.rename_person(library, people_named(library)[0], name)
        naming.name_faces(library, [5, 6], "Åsa → Öberg")
        naming.name_faces(library, [1, 2], name)
        files = tables_of(library, tmp_path / "out")
        texts = {path.name: content.decode() for path, content in files.items()}
        for table in ("people.csv", "faces.csv", "journal.csv", "kin.csv"):
            for row in csv.reader(io.StringIO(texts[table])):
                assert not [cell for cell in row if cell[:1] in ("=", "+", "@", "\t", "\r")]
                assert not [cell for cell in row if cell[:1] == "-" and not number(cell)]
        rows = list(csv.DictReader(io.StringIO(texts["people.csv"])))
        assert name in {csv_cells.meant(row["person"]) for row in rows}


def number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_a_table_of_ours_means_the_same_when_it_is_read(library: Library, tmp_path: Path) -> None:
    people.rename_person(library, ODD, "=1+1")
    people.rename_person(library, "Åsa → Öberg", "'-x")
    kin.add_kin(library, "=1+1", [("parent", "'-x")])
    said_of = standing.labels(library).kin
    (table,) = (
        content
        for path, content in tables_of(library, tmp_path / "out").items()
        if path.name == "kin.csv"
    )
    (tmp_path / "kin.csv").write_bytes(table)
    report = kin.import_kin(library, tmp_path / "kin.csv")
    assert set(report.unchanged) == said_of
    assert not report.unknown
    (tmp_path / "pairs.csv").write_text("path1,path2,same\n'-a.jpg,'b.jpg,1\n")
    (pair,) = read_pairs(tmp_path / "pairs.csv", Path("/p"))
    assert (pair.one, pair.other) == ("/p/-a.jpg", "/p/'b.jpg")


# -- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["..", ".", "~..", "~~.", "...", "a/..", "~", "Rosa", "%2E%2E"])
def test_every_name_has_an_address_of_its_own(name: str) -> None:
    address = addresses.address(name)
    assert addresses.person_of(address) == name
    assert address.rsplit("/", 1)[1].casefold().replace("%2e", ".") not in (".", "..")
