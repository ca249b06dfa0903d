"""How long does an answer take in a large library where thousands have a name?

    python -m benchmarks.answering LIBRARY [--people 3000]

The library must be grouped (`python -m benchmarks.joining … --keep LIBRARY` makes one of made-up
faces). It is copied, and its largest groups get a name each. Then every kind of answer is given and
taken back, and the next question asked for, five times: printed is the median in milliseconds,
and how long the dashboard's pages take to know of it.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from dashboard.shell.snapshot import Snapshots
from labeler.library.store import Library
from labeler.people.steps import history, naming, people
from labeler.people.steps.interview import Interview

TIMES = 5


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", type=Path, metavar="LIBRARY")
    parser.add_argument("--people", type=int, default=3000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "library"
        shutil.copytree(arguments.library, folder)
        library = Library(folder)
        if not (library.faces().clusters >= 0).any():
            raise SystemExit(f"{arguments.library} has no groups; run labeler cluster first.")
        groups = largest_groups(library, arguments.people)
        for number, faces in enumerate(groups):
            naming.name_faces(library, faces, f"Person {number}")
        print(f"{len(library.faces()):,} faces, {len(groups):,} people with a name", flush=True)
        time_answers(library, groups)
        time_questions(library)


def largest_groups(library: Library, most: int) -> list[list[int]]:
    """Return the ids of the faces of the largest groups, the largest first."""
    table = library.faces()
    grouped = table.clusters >= 0
    ids, numbers = table.ids[grouped], table.clusters[grouped]
    order = np.argsort(numbers, kind="stable")
    parts = np.split(ids[order], np.flatnonzero(np.diff(numbers[order])) + 1)
    return [part.tolist() for part in sorted(parts, key=len, reverse=True)[:most]]


def time_answers(library: Library, groups: list[list[int]]) -> None:
    some, other = groups[0][:30], groups[1][:1]
    answers: dict[str, Callable[[], object]] = {
        "name 30 faces": lambda: naming.name_faces(library, some, "Rosa"),
        "reject a face": lambda: naming.reject_faces(library, other, "Person 1"),
        "rename a person": lambda: people.rename_person(library, "Person 2", "Clara"),
    }
    snapshots = Snapshots(library)
    print(f"everything read  {milliseconds(snapshots.current) / 1000:7.1f} s", flush=True)
    for what, answer in answers.items():
        given, undone, seen = [], [], []
        for _ in range(TIMES):
            given.append(milliseconds(answer))
            seen.append(milliseconds(snapshots.current))
            undone.append(milliseconds(lambda: history.undo(library)))
            snapshots.current()
        took = [f"{median(times):.1f} ms" for times in (given, undone, seen)]
        print(f"{what:16} {took[0]:>10}, undo {took[1]}; seen after {took[2]}", flush=True)


def time_questions(library: Library) -> None:
    """Time the interview: reading it, its answers and questions, and reading it again."""
    started = time.perf_counter()
    interview = Interview(library)
    print(f"questions read   {time.perf_counter() - started:7.1f} s", flush=True)
    answered, asked = [], []
    for number in range(TIMES):
        group = interview.questions(1)[0].groups[0]
        answered.append(milliseconds(lambda g=group, n=number: interview.name(g, f"Zoe {n}")))
        asked.append(milliseconds(lambda: interview.questions(1)))
    print(f"answer           {median(answered):7.1f} ms, next question {median(asked):.1f} ms")
    started = time.perf_counter()
    interview.refresh()
    print(f"recognized anew  {time.perf_counter() - started:7.1f} s", flush=True)


def milliseconds(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
