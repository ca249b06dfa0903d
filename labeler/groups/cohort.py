"""How similar are a face's nearest strangers? What counts as similar depends on it.

Some faces resemble everybody: babies, blurred ones, faces of a group that a network saw little of.
For others even a weak resemblance means something. So a similarity is compared with what the same
face reaches with people who are certainly somebody else, its cohort: the S-norm of speaker
recognition (Shum et al. 2010, "Unsupervised speaker adaptation based on the cosine similarity"),
with the nearest of the cohort only, as in its adaptive form.

Who is a stranger is told by clusters, and a person may still be in several of them. Then the
nearest strangers of a face are its own person's other parts, and whoever is judged by them falls
into ever more parts. So there is a bound on the level that does not depend on clusters: made-up
strangers are never parts of anybody.
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
ABOVE_MADE_UP = 0.037
"""So much more similar than the ten nearest made-up strangers are the ten nearest real ones at
most. On LFW and families 3 faces in 100 have nearer ones (0.017 is the mean); where clusters are
parts of one person, most have. Chosen on ten halves of both (benchmarks/RESULTS.md)."""
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

    def levels(self, X: FloatArray, labels: IntArray, most: FloatArray | None = None) -> FloatArray:
        """Return for each face the mean similarity of its nearest strangers, (n,) float32.

        With made-up strangers, at most what `highest_levels` says.

        Args:
            X: (n, d) float32.
            labels: (n,) whose each is: faces of the cohort with the same label are no strangers.
            most: (n,) what `highest_levels` says, if that is known already.
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
        if not self.has_strangers:
            return np.maximum(level, LEAST_LEVEL)
        if most is None:
            most = highest_levels(X, self.faces[self.labels < 0])
        return np.minimum(level, most)


def highest_levels(X: FloatArray, strangers: FloatArray) -> FloatArray:
    """Return how similar the nearest strangers of each face are at most, (n,) float32.

    Where many real people look alike, children above all, made-up strangers are not as near: so
    they do not say what the level is, but what is too much.

    Args:
        X: (n, d) float32.
        strangers: (s, d) made-up ones; fewer than ten set no bound.
    """
    if len(strangers) < NEAREST:
        return np.ones(len(X), dtype=np.float32)
    _, distances = nearest(X, strangers, NEAREST)
    similarity: FloatArray = (1 - distances**2 / 2).mean(axis=1)
    return similarity + np.float32(ABOVE_MADE_UP)


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
