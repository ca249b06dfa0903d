"""What indices of the library's file are worth: `python -m benchmarks.indices`.

The library is the made-up one of `tests.crowd`, with automatic names for all faces without one.
Each question is asked of a copy of it without the indices of migration 12, and of one with them.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from labeler.library.connecting import FILE_NAME
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.types import MergeCandidates, Recognition
from tests.crowd import write_crowd

INDICES = (
    "recognitions_by_evidence",
    "merge_candidates_by_second",
    "files_by_folder",
    "journal_faces_by_content",
)
GONE = 200
CANDIDATES = 5000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made"
        write_crowd(made)
        recognize_all(Library(made))
        for name in ("without", "with"):
            copy = Path(folder) / name
            copy.mkdir()
            shutil.copyfile(made / FILE_NAME, copy / FILE_NAME)
            if name == "without":
                with closing(sqlite3.connect(copy / FILE_NAME)) as connection:
                    for index in INDICES:
                        connection.execute(f"DROP INDEX {index}")
            print(f"{name} the indices, {(copy / FILE_NAME).stat().st_size / 1e6:.1f} MB:")
            ask(Library(copy))
            shutil.rmtree(copy)


def recognize_all(library: Library) -> None:
    """Give every face without a name an automatic one, for which some named face speaks."""
    named = sorted(standing.labels(library).names)
    ids = library.faces().ids
    rest = ids[~np.isin(ids, named)].tolist()
    library.write_recognitions(
        Recognition(face, "Person 0", 0.5, named[place % len(named)])
        for place, face in enumerate(rest)
    )
    pairs = np.random.default_rng(0).choice(ids, (CANDIDATES, 2))
    library.write_merge_candidates(MergeCandidates(pairs, np.zeros(CANDIDATES, np.float32)))
    print(f"{len(ids):,} faces, {len(rest):,} of them with an automatic name")
    library.close()


def ask(library: Library) -> None:
    library.check()  # which the first write does
    photo = next(iter(library.photos().values()))
    gone = library.faces().ids[-GONE:].tolist()
    timed("the photos of a folder that has none", lambda: library.photos_in("/no"))
    timed("the journal about one photo", lambda: library.journal([photo.content_hash]))
    timed("writing all recognitions", lambda: rewrite(library))
    timed(f"removing {GONE} faces", lambda: library.remove_faces(gone))
    library.close()


def rewrite(library: Library) -> None:
    library.write_recognitions(library.recognitions().values())


def timed(what: str, work: Callable[[], object]) -> None:
    started = time.perf_counter()
    work()
    print(f"  {what}: {time.perf_counter() - started:.4f} s")


if __name__ == "__main__":
    main()
