"""How many answers name a library? A simulated user who knows the truth answers what is asked.

    python -m benchmarks.effort PHOTOS LIBRARY [--mistakes 0.01] [--refresh 25]

The library (made by benchmarks.library) is copied and its journal left out. Actions are counted as
in the dashboard: a name or a chip = 1, a face clicked out of a group = 1, a page of proposals = 1,
and 1 more for each wrong one on it. Printed are the actions per 1,000 faces of the library until
50, 80, 90 and 95 % of the faces of people with at least 3 photos have the right name, and the
precision of all names then, which should be 99 % at least; the ways:

- asked: `labeler.people.steps.interview`, with automatic names in between.
- clusters: every cluster of 3 faces and more is named, largest first, wrong faces clicked out; a
  name given twice unites the two; then the other faces one by one. Mixed clusters are left to that
  if they hold so many people that it is less work; where naming those, too, was better at last, it
  is what counts.
- the same with what other programs' grouping makes of the same descriptors, see benchmarks.peers.
- faces: one by one with a proposal each, photo after photo.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.peers import METHODS, settings
from benchmarks.truth import all_descriptors, truth_table
from labeler.library.store import Library
from labeler.people.steps.interview import Interview
from labeler.people.steps.listing import list_faces
from labeler.people.suggestions import OpenGroup, Question

LEAST_PHOTOS = 3
GOALS = (0.5, 0.8, 0.9, 0.95)
PRECISION = 0.99
SMALLEST_CLUSTER = 3
LOOK_AGAIN = 10
"""The score is computed after so many answers."""


@dataclass
class User:
    """Knows who everybody is (`truth`, by face; who is not in it is nobody), and errs sometimes."""

    truth: dict[int, str]
    mistakes: float
    random: np.random.Generator
    actions: int = 0
    names: list[str] = field(default_factory=list)

    def errs(self) -> bool:
        return self.random.random() < self.mistakes

    def majority(self, faces: tuple[int, ...]) -> str | None:
        counts = Counter(self.truth[face] for face in faces if face in self.truth)
        return max(counts, key=lambda name: (counts[name], name)) if counts else None

    def is_worth_it(self, faces: tuple[int, ...]) -> bool:
        """Tell whether naming a cluster is less work than naming all its faces one by one.

        Who is clicked out of it needs an answer later all the same.
        """
        person = self.majority(faces)
        others = sum(self.truth.get(face) != person for face in faces) if person else 0
        return 1 + 2 * others < len(faces)

    def who(self, faces: tuple[int, ...]) -> tuple[str | None, list[int]]:
        """Return the person whom most faces show, None = nobody, and which are somebody else."""
        person = self.majority(faces)
        self.actions += 1
        if person is None:
            return None, []
        others = [face for face in faces if self.truth.get(face) != person and not self.errs()]
        self.actions += len(others)
        if self.names and self.errs():
            person = str(self.random.choice(self.names))
        self.names.append(person)
        return person, others

    def is_wrong(self, group: OpenGroup) -> bool:
        wrong = (self.majority(group.faces) != group.person) != self.errs()
        self.actions += wrong
        return wrong


def asked(library: Library, user: User, refresh: int) -> Iterator[dict[int, str] | None]:
    """Answer the questions of the interview, which starts anew after so many answers."""
    interview = Interview(library)
    while questions := interview.questions(refresh):
        for question in questions:
            answer(interview, question, user)
            yield None  # what the library says
        interview.refresh()


def answer(interview: Interview, question: Question, user: User) -> None:
    if question.kind == "same":
        user.actions += 1
        one, other = (user.majority(group.faces) for group in question.groups)
        interview.tell_same(question, (one is not None and one == other) != user.errs())
        return
    if question.kind == "which":
        user.actions += 1
        interview.confirm(question, [group for group in question.groups if user.is_wrong(group)])
        return
    (group,) = question.groups
    person, others = user.who(group.faces)
    if person is None:
        interview.ignore(group)
    else:
        interview.name(group, person, others)


def by_clusters(
    library: Library, user: User, clusters: np.ndarray, mixed: bool
) -> Iterator[dict[int, str]]:
    """Name clusters, (n,) of all faces; −1 = in none.

    Args:
        mixed: name also those where this is more work than to name their faces one by one.
    """
    ids = library.faces().ids
    members = [
        tuple(ids[clusters == number].tolist()) for number in np.unique(clusters[clusters >= 0])
    ]
    large = sorted((c for c in members if len(c) >= SMALLEST_CLUSTER), key=len, reverse=True)
    named: dict[int, str] = {}
    for faces in large:
        if not mixed and not user.is_worth_it(faces):
            continue
        person, others = user.who(faces)
        named.update((face, person or "") for face in faces if face not in others)
        yield named
    yield from by_faces(library, user, named)


def by_faces(
    library: Library, user: User, named: dict[int, str] | None = None
) -> Iterator[dict[int, str]]:
    named = {} if named is None else named
    for face in library.faces().ids.tolist():
        if face not in named:
            named[face] = user.who((face,))[0] or ""
            yield named


Goals = dict[float, tuple[int, float]]
"""Actions until a share of the faces has the right name, and the precision of all names then."""
Way = Callable[[Library, User], Iterator[dict[int, str] | None]]
"""Yields, after each answer, who everybody is by then; None = ask the library."""


class Score:
    """How many faces of the people who count are named right, and how right all names are."""

    def __init__(self, truth: dict[int, str], photos: dict[int, int]) -> None:
        on = Counter(dict.fromkeys((name, photos[face]) for face, name in truth.items()))
        count = Counter(name for name, _ in on)
        self.truth = truth
        self.wanted = {face for face, name in truth.items() if count[name] >= LEAST_PHOTOS}

    def __call__(self, names: dict[int, str]) -> tuple[float, float]:
        right = {face for face, name in names.items() if name and self.truth.get(face) == name}
        known = [face for face, name in names.items() if name and face in self.truth]
        return len(right & self.wanted) / len(self.wanted), len(right) / max(len(known), 1)


def without_journal(source: Path, folder: Path) -> Library:
    """Copy a library as if nothing had been said in it."""
    folder.mkdir()
    shutil.copytree(source / "cache" / "graph", folder / "cache" / "graph")
    with sqlite3.connect(source / "library.sqlite") as old:
        old.execute("VACUUM INTO ?", [str(folder / "library.sqlite")])
    library = Library(folder)
    if library.journal():
        raise SystemExit(f"Somebody has named faces in {source}; take a fresh one.")
    library.write_recognitions([])
    return library


def report(name: str, goals: Goals, faces: int, seconds: float) -> None:
    told = [
        f"{goal:.0%}: {1000 * goals[goal][0] / faces:.0f} ({goals[goal][1]:.4f}"
        f"{'' if goals[goal][1] >= PRECISION else ', too low'})"
        if goal in goals
        else f"{goal:.0%}: –"
        for goal in GOALS
    ]
    print(f"{name:16} {', '.join(told)}   [{seconds:.0f} s]", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photos", type=Path)
    parser.add_argument("library", type=Path)
    parser.add_argument("--mistakes", type=float, default=0.0)
    parser.add_argument("--refresh", type=int, default=25, help="answers between two refreshes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        library = without_journal(arguments.library, Path(temporary) / "library")
        table = truth_table(arguments.photos, Path(temporary))
        X, photos, found, names = all_descriptors(library, table)
        ids = library.faces().ids
        truth = dict(zip(ids[found].tolist(), names.tolist(), strict=True))
        score = Score(truth, dict(zip(ids.tolist(), photos.tolist(), strict=True)))
        print(f"{len(ids):,} faces, {len(score.wanted):,} of people with {LEAST_PHOTOS} photos")
        for name, alternatives in ways(library, X, photos, arguments.refresh):
            started = time.perf_counter()
            tried = []
            for work in alternatives:
                user = User(truth, arguments.mistakes, np.random.default_rng(0))
                tried.append(reached(work, library, user, score))
            best = min(tried, key=lambda goals: goals.get(GOALS[-1], (np.inf, 0))[0])
            report(name, best, len(ids), time.perf_counter() - started)


def ways(
    library: Library, X: np.ndarray, photos: np.ndarray, refresh: int
) -> Iterator[tuple[str, list[Way]]]:
    """Yield the ways to work by their names; where a user has the choice, all of them."""
    groupings = {"clusters": library.faces().clusters}
    for peer in settings(len(X)):
        if peer.usual and not peer.method.startswith("ours"):
            groupings[peer.method] = METHODS[peer.method](X, photos, **peer.values)
    for name, clusters in groupings.items():
        work = partial(by_clusters, clusters=clusters)
        yield name, [partial(work, mixed=mixed) for mixed in (False, True)]
    yield "faces", [by_faces]
    yield "asked", [partial(asked, refresh=refresh)]


def reached(work: Way, library: Library, user: User, score: Score) -> Goals:
    """Let a user work until the last goal is reached; return what each of them cost."""
    goals: Goals = {}
    for number, named in enumerate(work(library, user)):
        if number % LOOK_AGAIN:
            continue
        if named is None:
            named = {row.face: row.person for row in list_faces(library) if row.person}
        share, precision = score(named)
        for goal in GOALS:
            if share >= goal:
                goals.setdefault(goal, (user.actions, precision))
        if GOALS[-1] in goals:
            break
    return goals


if __name__ == "__main__":
    main()
