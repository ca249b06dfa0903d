"""Open-set identification: who is it, or nobody we know? And does the probability tell the truth?

    python -m benchmarks.openset PHOTOS LIBRARY [PHOTOS LIBRARY …] [--fit]
    python -m benchmarks.openset --speed

For each folder of photos and the library made of it by benchmarks.library. People with at least
5 photos (a folder per person) or 4 (a table of faces) are named with 3 photos each; the rest of
their faces ask who they are, and so do all people with 1 or 2, the strangers. Printed: how many
know the right person best (rank 1), how many get the right name at the threshold that gives 1 % of
the strangers a name, and the expected calibration error (ECE, 10 bins); each for faces alone, with
the library's groups, and with these and the people who have a name on the same photo. Then, where
a given share of the faces is of known people: the share as estimated from the probabilities, the
calibration error without and with regard to it, and the precision and recall of the names that are
given where 99 % are wanted to be right.

`--fit` prints the constants of `recognition.calibration`, fitted to these and to smaller libraries
of 1 to 40 people with 1 to 10 photos each. `--speed` tells how long 10,000 faces take that ask who
they are among 100,000 named faces of made-up people.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.truth import in_pairs, named_descriptors, truth_table
from labeler.faces.io.face_finder import DLIB_MODELS, FinderSettings
from labeler.faces.io.impostors import strangers
from labeler.faces.steps.library_finder import descriptor_model
from labeler.library.store import Library
from labeler.metrics.evaluation import identification_at_fpir
from labeler.people.bands import automatic_from
from labeler.people.calibration import at_share, known_share
from labeler.people.classifier import PersonClassifier
from labeler.people.company import beside

TRIALS = 5
PHOTOS_PER_PERSON = 3
MOST_OF_A_STRANGER = 2
FPIR = 0.01
MOST_STRANGERS = 3000
SHARES = (0.1, 0.5, 0.9)
ALONE, IN_GROUPS, IN_COMPANY = "alone", "with its group", "with its group and company"


@dataclass(frozen=True)
class Faces:
    """The true faces of a library: descriptors (n, d), names, clusters, photos (n,), and made-up
    strangers."""

    X: np.ndarray
    y: np.ndarray
    clusters: np.ndarray
    photos: np.ndarray
    strangers: np.ndarray | None


@dataclass(frozen=True)
class Answers:
    """What faces were told (n,): probability, if it is right, and if they are known people."""

    probability: np.ndarray
    right: np.ndarray
    mated: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """Known people and strangers weigh the same."""
        return np.where(self.mated, 0.5 / self.mated.sum(), 0.5 / (~self.mated).sum())

    def __getitem__(self, rows: np.ndarray) -> Answers:
        return Answers(self.probability[rows], self.right[rows], self.mated[rows])

    def adapted(self) -> Answers:
        """Regard how many of the faces seem to be of known people."""
        probability = at_share(self.probability, known_share(self.probability))
        return replace(self, probability=probability)


def faces_of(photos: Path, folder: Path) -> Faces:
    library = Library(folder)
    with tempfile.TemporaryDirectory() as temporary:
        X, y, clusters, photo_ids = named_descriptors(library, truth_table(photos, Path(temporary)))
    return Faces(X, y, clusters, photo_ids, strangers(descriptor_model(library)))


def chosen(
    y: np.ndarray, known: np.ndarray, photos: int, random: np.random.Generator
) -> np.ndarray:
    """Tell which faces are named: so many, at random, of each of these people."""
    named = np.zeros(len(y), dtype=bool)
    for person in known:
        named[random.permutation(np.flatnonzero(y == person))[:photos]] = True
    return named


def ask(faces: Faces, named: np.ndarray, asked: np.ndarray, way: str) -> Answers:
    model = PersonClassifier(faces.strangers)
    model.fit(faces.X[named], faces.y[named], photos=faces.photos[named])
    groups = None if way == ALONE else faces.clusters[asked]
    there = None
    if way == IN_COMPANY:
        codes = np.searchsorted(model.classes_, faces.y[named])
        there = beside(faces.photos[asked], faces.photos[named], codes)
    best, probability = model.identify(faces.X[asked], groups, excluded=there, company=there)
    right = model.classes_[best] == faces.y[asked]
    return Answers(probability, right, np.isin(faces.y[asked], model.classes_))


def trial(faces: Faces, least: int, seed: int, way: str) -> Answers:
    names, counts = np.unique(faces.y, return_counts=True)
    named = chosen(faces.y, names[counts >= least], PHOTOS_PER_PERSON, np.random.default_rng(seed))
    rare = np.isin(faces.y, names[counts <= MOST_OF_A_STRANGER])
    mated = np.isin(faces.y, names[counts >= least]) & ~named
    return ask(faces, named, np.flatnonzero(mated | rare), way)


def mixed(answers: Answers, share: float) -> Answers:
    """Leave out so many that a share of the faces are of known people."""
    random = np.random.default_rng(0)
    known = random.permutation(np.flatnonzero(answers.mated))
    others = random.permutation(np.flatnonzero(~answers.mated))
    total = min(len(known) / share, len(others) / (1 - share))
    return answers[
        np.concatenate([known[: int(total * share)], others[: int(total * (1 - share))]])
    ]


def calibration_error(answers: list[Answers], even: bool = False, bins: int = 10) -> float:
    """Return the ECE. `even`: known people and strangers weigh the same, however many there are."""
    probability = np.concatenate([one.probability for one in answers])
    weights = [
        one.weights if even else np.full(len(one.mated), 1 / len(one.mated)) for one in answers
    ]
    right = np.concatenate([one.right for one in answers])
    gap = np.concatenate(weights) * (probability - right)
    places = np.minimum((probability * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(places, gap, bins)).sum() / len(answers))


def given_names(answers: list[Answers]) -> tuple[float, float]:
    """Return the precision and the recall of the names given at the default wanted precision."""
    given = [one.probability >= automatic_from(one.probability) for one in answers]
    right = sum((g & one.right).sum() for g, one in zip(given, answers, strict=True))
    known = sum(one.mated.sum() for one in answers)
    return right / sum(g.sum() for g in given), right / known


def report(name: str, faces: Faces, least: int) -> None:
    for way in (ALONE, IN_GROUPS, IN_COMPANY):
        answers = [trial(faces, least, seed, way) for seed in range(TRIALS)]
        rank = np.mean([one.right[one.mated].mean() for one in answers])
        rates = [
            identification_at_fpir(one.probability, one.right, one.mated, FPIR) for one in answers
        ]
        hits = np.mean([rate.tpir for rate in rates if rate and rate.tpir is not None])
        print(
            f"{name}, {way}: rank 1 {rank:.3f}, at "
            f"{FPIR:.0%} of strangers {hits:.3f}, ECE {calibration_error(answers, True):.3f}"
        )
        for share in (None, *SHARES):
            report_share([one if share is None else mixed(one, share) for one in answers])


def report_share(answers: list[Answers]) -> None:
    share = np.mean([one.mated.mean() for one in answers])
    adapted = [one.adapted() for one in answers]
    estimate = np.mean([known_share(one.probability) for one in answers])
    precision, recall = given_names(adapted)
    print(
        f"  share of known people {share:.2f}, estimated {estimate:.2f}: "
        f"ECE {calibration_error(answers):.3f}, with regard to it "
        f"{calibration_error(adapted):.3f}; precision {precision:.4f}, recall {recall:.3f}"
    )


def small_tasks(faces: Faces) -> Iterator[tuple[Answers, int]]:
    """Yield the answers in libraries with few names, and how many people have one."""
    names, counts = np.unique(faces.y, return_counts=True)
    for photos in (1, 3, 10):
        for people in (1, 3, 10, 40, None):
            for seed in range(6 if people else 2):
                random = np.random.default_rng(seed)
                known = names[counts > photos]
                if people:
                    known = random.choice(known, min(people, len(known)), replace=False)
                named = chosen(faces.y, known, photos, random)
                is_known = np.isin(faces.y, known)
                others = np.flatnonzero(~is_known)
                others = random.choice(others, min(len(others), MOST_STRANGERS), replace=False)
                probes = np.flatnonzero(is_known & ~named)
                if len(probes) >= PHOTOS_PER_PERSON and len(others):
                    yield ask(faces, named, np.concatenate([probes, others]), ALONE), len(known)


def fit(libraries: list[Faces]) -> None:
    """Print the curve that fits best; what `ask` says is brought back to scores by its inverse.

    All faces weigh the same, so that the curve is right where strangers are nearly as alike as the
    people are; what is known of their number and of the number of people is taken off again.
    """
    import labeler.people.classifier as classifier
    from labeler.people.calibration import general

    known = general(1)
    classifier.calibrated = lambda _trials, _people: known
    tasks = [task for faces in libraries for task in small_tasks(faces)]
    p = np.concatenate([one.probability for one, _ in tasks]).astype(np.float64)
    p = p.clip(1e-12, 1 - 1e-7)
    scores = (np.log(p / (1 - p)) - known.intercept) / known.slope
    right = np.concatenate([one.right for one, _ in tasks])
    shares = [(one.mated.mean(), people) for one, people in tasks]
    offsets = [np.log(share / (1 - share)) - np.log(people) for share, people in shares]
    offset = np.repeat(offsets, [len(one.mated) for one, _ in tasks])
    slope, intercept = curve(scores, right, offset)
    print(f"slope {slope:.1f}, intercept {intercept:.2f}")


def curve(scores: np.ndarray, right: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Return slope and intercept of a logistic curve, by Newton's method."""
    X = np.stack([scores, np.ones(len(scores))], axis=1)
    found = np.array([100.0, -27.0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(X @ found + offset, -40, 40)))
        found -= np.linalg.solve((X * (p * (1 - p))[:, None]).T @ X, X.T @ (p - right))
    return found


def speed(people: int, named: int = 100_000, asked: int = 10_000) -> None:
    random = np.random.default_rng(0)
    others = strangers(DLIB_MODELS[FinderSettings().views])
    assert others is not None
    middles = others[random.integers(0, len(others), people)] + random.normal(
        scale=0.02, size=(people, others.shape[1])
    )
    y = random.integers(0, people, named + asked)
    X = middles[y] + random.normal(scale=0.035, size=(len(y), middles.shape[1]))
    X = (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)
    started = time.perf_counter()
    model = PersonClassifier(others).fit(X[:named], y[:named].astype(str))
    built = time.perf_counter()
    model.identify(X[named:])
    print(
        f"{people:,} people: {time.perf_counter() - built:.2f} s, after {built - started:.2f} s "
        "for building the classifier"
    )


def main(arguments: list[str]) -> None:
    if "--speed" in arguments:
        for people in (1000, 5000):
            speed(people)
        return
    pairs = in_pairs(argument for argument in arguments if argument != "--fit")
    libraries = [faces_of(photos, folder) for photos, folder in pairs]
    if "--fit" in arguments:
        fit(libraries)
        return
    for (photos, _), faces in zip(pairs, libraries, strict=True):
        report(photos.name, faces, 4 if (photos / "faces.csv").is_file() else 5)


if __name__ == "__main__":
    main(sys.argv[1:])
