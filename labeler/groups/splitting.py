"""Divide one group into people: average linkage over all pairs of its faces.

Two faces on one photo count as far apart, unless they are one picture twice. The tree of the
linkage is cut in several places, because the highest cut often takes off one odd face only: of a
finer cut, the largest pieces are the parts, and the strays go to the part that they are nearest to.
Of all these divisions the one is taken that has the best silhouette (Rousseeuw 1987), the mean of
two kinds: that over all faces, and that over all parts, in which a face that is a part of its own
counts 0. How similar the faces are to strangers (`groups.cohort`) was tried and is of no help
here: they are all of one group.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.errors import LabelerError
from labeler.groups.clusters import DOUBLE, by_size
from labeler.types import FloatArray, IntArray

MOST_PARTS = 8
"""More are only made when they are asked for."""
MOST_LINKED = 4000
"""Of a larger group so many faces, evenly spread, decide, and the others follow them."""
ONE_PHOTO = 1.0
"""So much farther apart are two faces on one photo; two strangers have a distance of some 0.2."""
STRAYS = 12
"""A cut may leave so many pieces over."""


def split(X: FloatArray, photos: IntArray, parts: int | None = None) -> IntArray:
    """Return the part of each face, (n,) int64: numbered by falling size, then by first member.

    Every part has a face. The same faces in the same order always give the same parts.

    Args:
        X: (n, d) float32 descriptors, comparable (see `labeler.faces.descriptors`).
        photos: (n,) the photo that each face is on.
        parts: how many parts to make; None = between 2 and `MOST_PARTS`, as the faces suggest.

    Raises:
        LabelerError: there are fewer faces than parts.
    """
    n = len(X)
    if n < 2:
        raise LabelerError("A single face cannot be divided; choose a group of two or more.")
    if n < (parts or 2):
        raise LabelerError(f"{n:,} faces cannot become {parts} people; ask for {n:,} at most.")
    some = np.arange(0, n, -(-n // MOST_LINKED))
    distances = _distances(X[some], photos[some])
    numbers = [parts] if parts else range(2, min(MOST_PARTS, len(some)) + 1)
    tree = _tree(distances)
    divisions = [division for k in numbers for division in _divisions(tree, distances, k)]
    # Of equally good divisions, the first: that with the fewest parts and pieces.
    best = max(divisions, key=lambda division: _quality(distances, division))
    if len(some) < n:
        best = _to_parts(X, X[some], best).argmin(axis=1)
    return by_size(_apart_on_photos(X, photos, best))


def distinctness(X: FloatArray, photos: IntArray, parts: IntArray) -> float:
    """Return how clearly parts differ, see the top of this file: −1…1, 0.5 and less = hardly.

    Args:
        X, photos: as for `split`. parts: (n,) the part of each face, from 0 on, two at least.
    """
    some = np.arange(0, len(X), -(-len(X) // MOST_LINKED))
    part = np.unique(parts[some], return_inverse=True)[1].reshape(-1)
    if part.max() < 1:
        return 0.0
    return _quality(_distances(X[some], photos[some]), part)


def _distances(X: FloatArray, photos: IntArray) -> FloatArray:
    """Return the distances d²/2 of all faces, (n, n) float32, with what one photo adds."""
    squares = np.einsum("ij,ij->i", X, X)
    distances = np.maximum((squares[:, None] + squares[None]) / 2 - X @ X.T, 0)
    one_photo = (photos[:, None] == photos[None]) & (distances > 1 - DOUBLE)
    distances[one_photo] += ONE_PHOTO
    np.fill_diagonal(distances, 0)
    return distances.astype(np.float32)


def _tree(distances: FloatArray) -> IntArray:
    """Return the merges of average linkage, (n − 1, 2): the i-th makes the node n + i."""
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    merges: NDArray[Any] = linkage(squareform(distances, checks=False), "average")
    return merges[:, :2].astype(np.int64)


def _cut(tree: IntArray, pieces: int) -> IntArray:
    """Return the piece of each face, (n,) from 0 on, before the last merges: exactly so many."""
    n = len(tree) + 1
    merged = tree[: n - pieces]
    root = np.arange(n + len(merged))
    root[merged] = n + np.arange(len(merged))[:, None]
    while not np.array_equal(root, root[root]):
        root = root[root]
    return np.unique(root[:n], return_inverse=True)[1].reshape(-1)


def _divisions(tree: IntArray, distances: FloatArray, k: int) -> Iterator[IntArray]:
    """Yield divisions into k parts, each (n,) from 0 on: of the coarsest cut first."""
    for pieces in range(k, min(k + STRAYS, len(distances)) + 1):
        part = by_size(_cut(tree, pieces))
        strays = part >= k
        if strays.any():
            part[strays] = _mean_distances(distances[strays], part, k).argmin(axis=1)
        yield part


def _mean_distances(distances: FloatArray, part: IntArray, k: int) -> FloatArray:
    """Return the mean of the distances, (m, n), to the faces of the first k parts, (m, k)."""
    members = (part[:, None] == np.arange(k)).astype(np.float32)
    return distances @ members / members.sum(axis=0)


def _quality(distances: FloatArray, part: IntArray) -> float:
    """Return the mean of the silhouettes over faces and over parts, in −1…1."""
    sizes = np.bincount(part)
    rows = np.arange(len(part))
    means = _mean_distances(distances, part, len(sizes))
    others = np.maximum(sizes[part] - 1, 1)
    own = means[rows, part] * sizes[part] / others
    means[rows, part] = np.inf
    next_ = means.min(axis=1)
    silhouettes = (next_ - own) / np.maximum(np.maximum(own, next_), np.finfo(np.float32).tiny)
    silhouettes[sizes[part] == 1] = 0
    over_parts = (np.bincount(part, weights=silhouettes) / sizes).mean()
    return float(silhouettes.mean() + over_parts) / 2


def _to_parts(X: FloatArray, Y: FloatArray, part: IntArray) -> FloatArray:
    """Return the mean distance of each x, (n, d), to the faces y, (m, d), of each part, (n, k).

    Less what is the same for all parts of one x.
    """
    sizes = np.bincount(part)
    sums = np.zeros((len(sizes), X.shape[1]), dtype=np.float32)
    np.add.at(sums, part, Y)
    squares = np.bincount(part, weights=np.einsum("ij,ij->i", Y, Y)) / sizes
    return (squares / 2 - X @ (sums / sizes[:, None]).T).astype(np.float32)


def _apart_on_photos(X: FloatArray, photos: IntArray, part: IntArray) -> IntArray:
    """Return the division after the faces of each photo went to different parts, as far as it has
    as many parts as faces; each photo so that its faces stay as near to their parts as can be."""
    from scipy.optimize import linear_sum_assignment

    order = np.argsort(photos, kind="stable")
    together = np.split(order, np.flatnonzero(np.diff(photos[order])) + 1)
    to_parts = _to_parts(X, X, part)
    moved = part.copy()
    for faces in together:
        if len(faces) < 2 or len(np.unique(part[faces])) == len(faces):
            continue
        squares = ((X[faces][:, None] - X[faces][None]) ** 2).sum(axis=2)
        twice = (squares / 2 <= 1 - DOUBLE).sum() > len(faces)
        if not twice and len(faces) <= to_parts.shape[1]:
            rows, columns = linear_sum_assignment(to_parts[faces])
            moved[faces[rows]] = columns
    return moved if len(np.unique(moved)) == to_parts.shape[1] else part
