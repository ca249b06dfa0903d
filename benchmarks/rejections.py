"""Should the trials that calibrate the probabilities heed the user's rejections? With and without.

    python -m benchmarks.rejections PHOTOS LIBRARY [PHOTOS LIBRARY …] [--rejections 300]

As in benchmarks.openset, people are named with 3 photos each. All other faces are divided at
random: on one half the user rejects the surest wrong names, so many as are asked for; the other
half is measured. The ways: nothing rejected; rejected, and the trials know nothing of it, as in
`OpenSetKNN`; and rejected, and without those trials in which a rejected face is closer than all
of the person who was told. Printed for faces alone and with the library's groups: the expected
calibration error where known people and strangers weigh the same, and as the faces are mixed; how
much surer the probabilities are than right, on average; precision and recall of the names that are
given where 99 % are wanted to be right.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from benchmarks.openset import (
    PHOTOS_PER_PERSON,
    TRIALS,
    Answers,
    Faces,
    calibration_error,
    chosen,
    faces_of,
    given_names,
)
from benchmarks.truth import in_pairs
from labeler.people.calibration import Trials
from labeler.people.classifier import PersonClassifier
from labeler.types import FloatArray

LEAST_PHOTOS = 4


class Heeding(PersonClassifier):
    """Leaves out the trials in which a rejected face is closer than the person who was told."""

    def named_trials(self, most: int | None = None) -> Trials:
        trials = super().named_trials(most)
        X = self._references[np.argsort(self._order)[trials.rows]]
        told = ~self._are_rejected(X, trials.people[:, None])[:, 0]
        return Trials(trials.scores[told], trials.right[told], trials.mated[told])


def rejections(
    faces: Faces, model: PersonClassifier, rows: np.ndarray, most: int
) -> dict[str, FloatArray]:
    """Return the faces with the surest wrong names, by the name."""
    best, probability = model.identify(faces.X[rows])
    names = model.classes_[best]
    wrong = np.flatnonzero(names != faces.y[rows])
    wrong = wrong[np.argsort(-probability[wrong], kind="stable")][:most]
    return {
        str(name): faces.X[rows[wrong[names[wrong] == name]]] for name in np.unique(names[wrong])
    }


def trial(faces: Faces, seed: int, most: int, together: bool) -> list[Answers]:
    random = np.random.default_rng(seed)
    people, counts = np.unique(faces.y, return_counts=True)
    named = chosen(faces.y, people[counts >= LEAST_PHOTOS], PHOTOS_PER_PERSON, random)
    X, y = faces.X[named], faces.y[named]
    open_faces = random.permutation(np.flatnonzero(~named))
    seen, asked = np.array_split(open_faces, 2)
    first = PersonClassifier(faces.strangers).fit(X, y)
    rejected = rejections(faces, first, seen, most)
    found = []
    for model in (
        first,
        PersonClassifier(faces.strangers).fit(X, y, rejected=rejected),
        Heeding(faces.strangers).fit(X, y, rejected=rejected),
    ):
        groups = faces.clusters[asked] if together else None
        best, probability = model.identify(faces.X[asked], groups)
        right = model.classes_[best] == faces.y[asked]
        found.append(Answers(probability, right, np.isin(faces.y[asked], model.classes_)))
    return found


def report(faces: Faces, most: int, together: bool) -> None:
    trials = [trial(faces, seed, most, together) for seed in range(TRIALS)]
    ways = ("nothing rejected", "trials as they are", "trials heed it")
    for way, raw in zip(ways, map(list, zip(*trials, strict=True)), strict=True):
        answers = [one.adapted() for one in raw]
        surer = np.mean([(one.probability - one.right).mean() for one in answers])
        precision, recall = given_names(answers)
        print(
            f"  {'groups' if together else 'alone':6}  {way:18}  ECE even "
            f"{calibration_error(raw, even=True):.3f}, mixed {calibration_error(answers):.3f}; "
            f"surer by {surer:+.3f}; precision {precision:.3f}, recall {recall:.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--rejections", type=int, default=300)
    options = parser.parse_args()
    for photos, library in in_pairs(options.paths):
        faces = faces_of(photos, library)
        print(f"{photos.name}, {options.rejections} rejections")
        for together in (False, True):
            report(faces, options.rejections, together)


if __name__ == "__main__":
    main()
