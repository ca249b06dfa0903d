"""How similar are a face's nearest strangers? What counts as similar depends on it.

Some faces resemble everybody: babies, blurred ones, faces of a group that a network saw little of.
For others even a weak resemblance means something. So a similarity is compared with what the same
face reaches with people who are certainly somebody else, its cohort: the S-norm of speaker
recognition (Shum et al. 2010, "Unsupervised speaker adaptation based on the cosine similarity"),
with the nearest of the cohort only, as in its adaptive form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.groups.neighbours import nearest
from labeler.types import FloatArray, IntArray

NEAREST = 10
"""So many strangers make the level."""
MOST_OWN = 4096
"""More faces of the library than this do not make the level any surer."""
CROWDING = 0.0042
"""Nearer strangers than those in the cohort exist where it holds only a part of the people: so much
nearer where there are ten times as many people, four times as much where there are a hundred times
as many. Found on made-up libraries of 10,000 to 1,000,000 faces (benchmarks/RESULTS.md)."""
LEAST_LEVEL = 0.92
"""Without made-up strangers, a small library says too little about how similar strangers are: what
is missing counts this."""
_SEED = 20


def crowding(labels: IntArray) -> float:
    """Return how much more a similarity must be where there are more people than a cohort holds.

    Args:
        labels: (n,) faces with the same one are one person.
    """
    return CROWDING * float(np.log10(max(len(np.unique(labels)) / MOST_OWN, 1))) ** 2


@dataclass(frozen=True)
class Cohort:
    """Some people, one face of each, with whom faces are compared.

    faces: (c, d) float32. labels: (c,) whose face it is, as the faces to be compared are labelled;
    −1 = a made-up stranger. has_strangers: tells if there are any of those.
    """

    faces: FloatArray
    labels: IntArray
    has_strangers: bool

    def levels(self, X: FloatArray, labels: IntArray) -> FloatArray:
        """Return for each face the mean similarity of its nearest strangers, (n,) float32.

        Args:
            X: (n, d) float32.
            labels: (n,) whose each is: faces of the cohort with the same label are no strangers.
        """
        found, distances = nearest(X, self.faces, NEAREST + 1)
        k = found.shape[1]
        if k < 2:
            return np.full(len(X), LEAST_LEVEL, dtype=np.float32)
        similarity = 1 - distances**2 / 2
        # A face's own people are no strangers; where none is among the found, the last one goes.
        own = self.labels[found] == labels[:, None]
        own[~own.any(axis=1), -1] = True
        total = similarity[~own].reshape(len(X), k - 1).sum(axis=1)
        level = (total + (NEAREST - (k - 1)) * LEAST_LEVEL) / NEAREST
        return level if self.has_strangers else np.maximum(level, LEAST_LEVEL)


def cohort(X: FloatArray, labels: IntArray, strangers: FloatArray | None = None) -> Cohort:
    """Return a random face of each cluster, at most `MOST_OWN`, and the strangers.

    Args:
        X: (n, d) float32.
        labels: (n,) from 0 on; faces with the same one are one person.
        strangers: (s, d) descriptors of people who are not in the library; see
            `labeler.faces.io.impostors`.
    """
    rng = np.random.default_rng(_SEED)
    shuffled = rng.permutation(len(X))
    people, first = np.unique(labels[shuffled], return_index=True)
    chosen = shuffled[first]
    if len(chosen) > MOST_OWN:
        kept = np.sort(rng.choice(len(chosen), MOST_OWN, replace=False))
        people, chosen = people[kept], chosen[kept]
    faces = X[chosen].astype(np.float32)
    if strangers is not None:
        faces = np.concatenate([faces, strangers.astype(np.float32)])
        people = np.concatenate([people, np.full(len(strangers), -1)])
    return Cohort(faces, people, strangers is not None)
