"""Who is often on one photo with whom: what the company of a face tells about it.

Beside Rosa, her daughter is likelier than somebody who was never seen with her. How much likelier
the named photos tell: the lift of a person beside another is the share of the other's photos that
show both, divided by the share of all photos that show the person. Both count as if there were a
few photos more (`_PHOTOS_BEFORE`) on which people come together by chance, so that little is
concluded from few photos, and nothing where everybody is seen with everybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from labeler.types import FloatArray, IntArray

SUGGESTED = 8
"""So many people, at most, are thought of for the company of a face, however it looks."""
_PHOTOS_BEFORE = 4.0  # 2 to 8 make no difference on the families of benchmarks/openset.py


def beside(asked: IntArray, photos: IntArray, people: IntArray) -> IntArray:
    """Return who is on the photo of each face, (k, 2): the row of the face, and a code.

    Args:
        asked: (n,) what the faces were taken from.
        photos, people: (m,) what others were taken from, and the codes of whom they show.
    """
    there: dict[int, set[int]] = defaultdict(set)
    for photo, person in zip(photos.tolist(), people.tolist(), strict=True):
        there[photo].add(person)
    pairs = [
        (row, person)
        for row, photo in enumerate(asked.tolist())
        for person in sorted(there.get(photo, ()))
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


class Company:
    """Counts who is on one photo with whom.

    Args:
        photos: (n,) what each named face was taken from; n > 0.
        people: (n,) codes, 0…count − 1, of whom the faces show.
    """

    def __init__(self, photos: NDArray[np.generic], people: IntArray, count: int) -> None:
        from scipy.sparse import csr_array

        _, rows = np.unique(photos, return_inverse=True)
        number = int(rows.max()) + 1
        shown = csr_array((np.ones(len(rows)), (rows, people)), shape=(number, count))
        shown.data[:] = 1  # a person may be on a photo twice, in a mirror
        on = np.asarray(shown.sum(axis=0)).ravel()
        together = csr_array(shown.T @ shown)
        together.setdiag(0)  # nobody is in their own company
        together.eliminate_zeros()
        self._starts, self._beside = together.indptr, together.indices
        chance = ((on + 0.5) / number)[self._beside]
        photos_of_other = np.repeat(on, np.diff(together.indptr))
        share = (together.data + _PHOTOS_BEFORE * chance) / (photos_of_other + _PHOTOS_BEFORE)
        self._lifts = np.log(share / chance)
        self._never = np.log(_PHOTOS_BEFORE / (on + _PHOTOS_BEFORE))
        self._count = count

    def suggested(self, pairs: IntArray, faces: int) -> IntArray:
        """Return the people whom the company of each face suggests most, (faces, SUGGESTED).

        Args:
            pairs: (k, 2) the row of a face, and the code of somebody on the same photo.
        """
        found = np.zeros((faces, min(SUGGESTED, self._count)), dtype=np.int64)
        for rows, lifts in self._of(pairs):
            found[rows] = np.argsort(-lifts, kind="stable")[: found.shape[1]]
        return found

    def log_lifts(self, pairs: IntArray, people: IntArray) -> FloatArray:
        """Return how much likelier people are in the company of faces: logarithms, (n, m).

        Of several who are on the photo, the one counts with whom the person is seen most. Faces
        without company get 0.

        Args:
            pairs: as of `suggested`. people: (n, m) codes.
        """
        found = np.zeros(people.shape, dtype=np.float32)
        for rows, lifts in self._of(pairs):
            found[rows] = lifts[people[rows]]
        return found

    def _of(self, pairs: IntArray) -> Iterator[tuple[IntArray, FloatArray]]:
        """Yield the faces that are in the same company, and the log-lift of everybody in it."""
        company: dict[int, list[int]] = defaultdict(list)
        for row, person in pairs.tolist():
            company[row].append(person)
        faces: dict[frozenset[int], list[int]] = defaultdict(list)
        for row, there in company.items():
            faces[frozenset(there)].append(row)
        for people, rows in faces.items():
            lifts = np.full(self._count, self._never[list(people)].max())
            for person in people:
                some = slice(self._starts[person], self._starts[person + 1])
                seen = self._beside[some]
                lifts[seen] = np.maximum(lifts[seen], self._lifts[some])
            yield np.array(rows, dtype=np.int64), lifts.astype(np.float32)
