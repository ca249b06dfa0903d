"""How similar are a face's nearest strangers? What counts as similar depends on it.

Some faces resemble everybody: babies, blurred ones, faces of a group that a network saw little of.
For others even a weak resemblance means something. So a similarity is compared with what the same
face reaches with people who are certainly somebody else, its cohort: the S-norm of speaker
recognition (Shum et al. 2010, "Unsupervised speaker adaptation based on the cosine similarity"),
with the nearest of the cohort only, as in its adaptive form.
"""

from __future__ import annotations

import numpy as np

from labeler.types import FloatArray, IntArray

NEAREST = 10
"""So many strangers make the level."""
MOST_OWN = 4096
"""More faces of the library than this do not make the level any surer."""
LEAST_LEVEL = 0.92
"""Without made-up strangers, a small library says too little about how similar strangers are: what
is missing counts this."""
_SEED = 20


def levels(X: FloatArray, clusters: IntArray, strangers: FloatArray | None = None) -> FloatArray:
    """Return for each face the mean similarity of its nearest strangers, (n,) float32.

    The cohort is one face of each cluster but the face's own, and the strangers.

    Args:
        X: (n, d) float32.
        clusters: (n,) any labels; faces with the same label are no strangers to each other.
        strangers: (s, d) descriptors of people who are not in the library; see
            `labeler.models.strangers`.
    """
    import faiss

    cohort, people = _cohort(X, clusters)
    if strangers is not None:
        cohort = np.concatenate([cohort, strangers.astype(np.float32)])
        people = np.concatenate([people, np.full(len(strangers), -1)])
    k = min(NEAREST + 1, len(cohort))
    if k < 2:
        return np.full(len(X), LEAST_LEVEL, dtype=np.float32)
    index = faiss.IndexFlatL2(X.shape[1])
    index.add(cohort)
    squared, found = index.search(np.ascontiguousarray(X), k)
    similarity = 1 - squared / 2
    # A face's own cluster is no stranger; where it is not among the found, the last one goes.
    own = people[found] == _codes(clusters)[:, None]
    own[~own.any(axis=1), -1] = True
    total = similarity[~own].reshape(len(X), k - 1).sum(axis=1)
    level = (total + (NEAREST - (k - 1)) * LEAST_LEVEL) / NEAREST
    return level if strangers is not None else np.maximum(level, LEAST_LEVEL)


def _cohort(X: FloatArray, clusters: IntArray) -> tuple[FloatArray, IntArray]:
    """Return a random face of each cluster, at most MOST_OWN, and the codes of their clusters."""
    rng = np.random.default_rng(_SEED)
    shuffled = rng.permutation(len(X))
    codes, first = np.unique(_codes(clusters)[shuffled], return_index=True)
    chosen = shuffled[first]
    if len(chosen) > MOST_OWN:
        kept = np.sort(rng.choice(len(chosen), MOST_OWN, replace=False))
        codes, chosen = codes[kept], chosen[kept]
    return np.ascontiguousarray(X[chosen], dtype=np.float32), codes


def _codes(clusters: IntArray) -> IntArray:
    return np.unique(clusters, return_inverse=True)[1].reshape(-1)
