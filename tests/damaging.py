"""Small libraries with many decisions, and the ways in which a disk damages their file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from labeler.faces.io.face_finder import DLIB_MODELS, FinderSettings
from labeler.faces.steps import library_finder
from labeler.library.store import Library
from labeler.types import AnalysedPhoto, Box, FaceKey, FoundFace, PhotoFacts, PhotoFile

PAGE = 4096
PHOTOS, FACES_EACH, DECISIONS = 150, 2, 900
MODEL = DLIB_MODELS[FinderSettings().views].id


def write_library(folder: Path, decisions: int = DECISIONS) -> None:
    """Write a library whose journal fills many pages, in two levels."""
    library = Library.create(folder)
    random = np.random.default_rng(0)
    library.add_photos([_photo(number, random) for number in range(PHOTOS)], "finder", MODEL)
    library_finder.remember(library, None, DLIB_MODELS[FinderSettings().views])
    for number in range(decisions):
        decide(library, number)
    library.close()


def decide(library: Library, number: int) -> int:
    """Say something; every tenth time, take it back."""
    if number % 10 == 9:
        return library.append("undo", undoes=library.last_entry())
    key = FaceKey(f"{number % PHOTOS:064x}", Box(100.0 * (number % FACES_EACH), 10, 50, 60))
    return library.append("name", [key], f"Person {number % 17} {'x' * (number % 40)}")


def decide_and_crash(folder: Path) -> None:
    """Say something in another process, which is killed before its log is in the file."""
    code = (
        "import os, sys; from pathlib import Path; from labeler.library import database;"
        "from labeler.library.store import Library; database.checkpoint = lambda _: None;"
        "library = Library(Path(sys.argv[1])); library.append('born', person='Newcomer');"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True)


def _photo(number: int, random: np.random.Generator) -> AnalysedPhoto:
    landmarks = random.random((5, 2), dtype=np.float32)
    faces = tuple(
        FoundFace(Box(100.0 * n, 10, 50, 60), 0.75, landmarks, random.random(128, dtype=np.float32))
        for n in range(FACES_EACH)
    )
    file = PhotoFile(f"/photos/{number:05}.jpg", 100, 200)
    return AnalysedPhoto(file, f"{number:064x}", PhotoFacts(640, 480), faces)


def zeros(data: bytearray, page: int, random: np.random.Generator) -> None:
    data[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)


def noise(data: bytearray, page: int, random: np.random.Generator) -> None:
    data[page * PAGE : (page + 1) * PAGE] = random.bytes(PAGE)


def another_page(data: bytearray, page: int, random: np.random.Generator) -> None:
    other = int(random.integers(len(data) // PAGE - 1))
    other += other >= page
    data[page * PAGE : (page + 1) * PAGE] = data[other * PAGE : (other + 1) * PAGE]


WAYS: dict[str, Callable[[bytearray, int, np.random.Generator], None]] = {
    "zeros": zeros,
    "noise": noise,
    "another page": another_page,
}


def damage(path: Path, page: int, way: str, seed: int = 0) -> None:
    """Spoil a page, numbered from 1."""
    data = bytearray(path.read_bytes())
    WAYS[way](data, page - 1, np.random.default_rng(seed))
    path.write_bytes(data)


def pages_of(path: Path, table: str) -> dict[int, str]:
    """Return the pages of a table with what they are: 'internal', 'leaf' or 'overflow'."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT pageno, pagetype FROM dbstat WHERE name = ?", [table])
        return dict(rows.fetchall())


def entries(path: Path) -> dict[int, tuple[object, ...]]:
    """Return all of the journal by number, with the faces of each entry."""
    with closing(sqlite3.connect(path)) as connection:
        faces: dict[int, list[tuple[object, ...]]] = {}
        for row in connection.execute("SELECT * FROM journal_faces ORDER BY rowid"):
            faces.setdefault(row[0], []).append(row[1:])
        return {
            row[0]: (*row[1:], tuple(faces.get(row[0], ())))
            for row in connection.execute("SELECT * FROM journal")
        }
