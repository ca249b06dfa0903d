"""What do small questions cost in a large library?

    python -m benchmarks.questions [LIBRARY]

The library (if none is named: the 100,000 made-up faces of the tests) is copied, and gets dates,
folders, automatic names and pairs of groups that may be one person. Reported is the CPU time of
each question: in this process, all of whose threads count, with a library that was just opened, so
that nothing is remembered of the question before. The disk is warm. The network does not run: the
photo whose look-alikes are asked for is made up. First: nothing is in the library's cache. Then:
what was kept there by questions before, and the user has decided something since.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from unittest import mock

import numpy as np

from dashboard.photo import callbacks as photo_page
from dashboard.photo import views as photo_views
from dashboard.review.interviewer import Interviewer
from dashboard.shell.snapshot import read_snapshot
from labeler.errors import LabelerError
from labeler.faces.steps import drawing, library_finder, outside
from labeler.family.steps import lookalike
from labeler.library.connecting import FILE_NAME
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.steps import bands, history, listing, merging, naming, people, split, status
from labeler.types import (
    AnalysedPhoto,
    Box,
    FoundFace,
    MergeCandidates,
    PhotoFacts,
    PhotoFile,
    Recognition,
)
from tests.crowd import write_crowd

WRITING = ("drawing a face", "hiding a person")
GUESSED, PAIRS = 20_000, 3_000
DIVIDED = 40
"""So many faces has the person who is divided, or nearly so many."""
_SECONDS_APART, _IN_A_FOLDER = 3601, 100


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", type=Path, nargs="?", metavar="LIBRARY")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "library"
        if arguments.library:
            shutil.copytree(arguments.library, folder)
        else:
            write_crowd(folder)
        complete(folder)
        print(f"{'CPU seconds':<48}  first   then")
        for question, *seconds in costs(folder):
            print(f"{question:<48}" + "".join(f"{one:7.3f}" for one in seconds), flush=True)


def complete(folder: Path) -> None:
    """Write into a library of groups and names what follows from them, drawn or by rule."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection, connection:
        connection.execute(
            "UPDATE photos SET taken_from = 'exif', taken = "
            "strftime('%Y-%m-%dT%H:%M:%S', 946684801 + ? * id, 'unixepoch')",
            [_SECONDS_APART],
        )
        connection.execute(
            "UPDATE files SET folder = '/drawn/' || (photo_id / ?1), "
            "path = '/drawn/' || (photo_id / ?1) || '/' || photo_id || '.jpg'",
            [_IN_A_FOLDER],
        )
    library, random = Library(folder), np.random.default_rng(0)
    labels, table = standing.labels(library), library.faces()
    evidence = {person: face for face, person in labels.names.items()}
    known = sorted(evidence)
    nameless = np.array([face for face in table.ids.tolist() if face not in labels.names])
    chosen = np.sort(random.permutation(nameless)[:GUESSED]).tolist()
    chances = random.beta(4, 1, len(chosen)).tolist()
    who = [known[place] for place in random.integers(len(known), size=len(chosen)).tolist()]
    library.write_recognitions(
        Recognition(face, person, chance, evidence[person])
        for face, person, chance in zip(chosen, who, chances, strict=True)
    )
    _, firsts = np.unique(table.clusters, return_index=True)
    pairs = table.ids[np.stack([firsts[-PAIRS - 1 : -1], firsts[-PAIRS:]], axis=1)]
    closeness = random.exponential(0.005, len(pairs)).astype(np.float32)
    library.write_merge_candidates(MergeCandidates(pairs, closeness))
    library.close()


def costs(folder: Path) -> Iterator[tuple[str, float, float]]:
    """Yield each question, and the CPU seconds that its answer took at first, and then."""
    library = Library(folder)
    snapshot = read_snapshot(library)
    sizes = {row.person: len(snapshot.of_person[row.person]) for row in snapshot.people}
    divided = min(sizes, key=lambda person: (abs(sizes[person] - DIVIDED), person))
    face = snapshot.groups[len(snapshot.groups) // 2].faces[0]
    photo = snapshot.by_id[face].photo_id
    seen, X = _seen(library, face)
    library.close()

    def look_alikes(library: Library) -> object:
        with (
            mock.patch.object(outside, "look_at", return_value=seen),
            mock.patch.object(outside, "comparable_descriptors", return_value=X),
        ):
            return lookalike.look_alikes(library, Path(seen.file.path), finder=mock.Mock())

    def page(library: Library) -> object:
        return photo_page.layout(library, snapshot, photo_views.address(photo, face))

    def draw(library: Library) -> None:
        with suppress(LabelerError):  # there is no file: the face waits for it
            drawing.draw_on(library, photo, Box(500, 0, 80, 90), mock.Mock())

    questions: dict[str, Callable[[Library], object]] = {
        "looking for damage (status, and what writes)": Library.check,
        "labeler status": status.status,
        "labeler people": listing.list_people,
        "opening Review": lambda library: Interviewer(library).ask(),
        "merge proposals": merging.merges,
        f"dividing a person of {sizes[divided]} faces": lambda library: split.propose(
            library, person=divided
        ),
        "look-alikes of a photo": look_alikes,
        "whom a face resembles (photo page)": page,
        "Settings' effects": lambda library: bands.effects(library, (0.95, 0.98, 0.99, 0.995)),
        "photos of one folder": lambda library: library.photos_in("/drawn/7"),
        "drawing a face": draw,
        "hiding a person": lambda library: people.hide_person(library, divided),
    }
    alone = snapshot.groups[-1].faces[-1:]
    for question, ask in questions.items():
        shutil.rmtree(folder / "cache", ignore_errors=True)
        first = _cost(folder, question, ask)
        library = Library(folder)
        standing.labels(library)
        naming.ignore_faces(library, alone)
        library.close()
        yield question, first, _cost(folder, question, ask)


def _cost(folder: Path, question: str, ask: Callable[[Library], object]) -> float:
    library = Library(folder)
    if question in WRITING:
        library.check()  # which has a line of its own
    started = time.process_time()
    ask(library)
    seconds = time.process_time() - started
    if question in WRITING:
        history.undo(library)
    library.close()
    return seconds


def _seen(library: Library, face: int) -> tuple[AnalysedPhoto, np.ndarray]:
    """Return a photo with one face that looks like another one, and its descriptor (1, d)."""
    _, X = library_finder.descriptors(library, [face])
    X = X + 0.05 * np.random.default_rng(1).standard_normal(X.shape, dtype=np.float32)
    found = FoundFace(Box(0, 0, 80, 90), 0.9, np.zeros((5, 2), dtype=np.float32), X[0])
    file = PhotoFile("/elsewhere/new.jpg", 1, 1)
    return AnalysedPhoto(file, "f" * 64, PhotoFacts(1000, 100), (found,)), X


if __name__ == "__main__":
    main()
