"""Which photo of the library a photo is, even if saved again, and which face on it is which."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from labeler.faces import editions
from labeler.faces.descriptors import DescriptorModel, distances
from labeler.faces.editions import Comparison, Edition
from labeler.faces.steps.editions import as_edition
from labeler.library.editions import StoredEdition
from labeler.library.store import Library
from labeler.photos import likeness
from labeler.types import AnalysedPhoto, FloatArray, IntArray

NEARLY_THE_SAME = 0.13
"""Copies of a face, saved again at half the size or a third of the quality, are closer; 99 % of
the pairs of photos of one person in LFW are not."""
LEAST_FACES = 2
"""So many faces, nearly the same and in the same arrangement, show that a photo is a part of
another one. A single one does not: some people are as much alike on two photos of theirs."""


class SamePhotos:
    """Compares photos with those of a library that show some faces.

    Args:
        X, photos: (n, d) and (n,): the descriptors of the faces, on the common scale, and their
            photos.
    """

    def __init__(
        self, library: Library, model: DescriptorModel, X: FloatArray, photos: IntArray
    ) -> None:
        self._library, self._model, self._X, self._photos = library, model, X, photos
        self._looks: tuple[list[int], NDArray[np.uint8]] | None = None

    def of(self, photo: AnalysedPhoto) -> dict[int, dict[int, int]]:
        """Return the photos that are this one, the likeliest first: by each, which of its faces
        (id) are which of this one's (place).

        A photo is this one if its file or its pixels are, if the whole picture looks the same, be
        it turned or mirrored, or if several faces on both are the same in the same arrangement.
        """
        size, faces = (photo.facts.width, photo.facts.height), dict(enumerate(photo.faces))
        new = as_edition(StoredEdition(size, photo.look, faces, frozenset()), self._model)
        like = self._library.photo_like(photo)
        whole = [*([] if like is None else [like]), *self._by_look(photo.look)]
        found: dict[int, dict[int, int]] = {}
        for one in dict.fromkeys([*whole, *self._by_faces(new.X)]):
            stored = self._library.edition(one, self._model.id)
            old = as_edition(stored, self._model)
            said = editions.compare(old, new)
            if (one in whole and _may_be_whole(old, new)) or _is_part(said, old, new):
                ids = list(stored.faces)
                found[one] = {ids[i]: j for i, j in said.pairs}
        return found

    def _by_look(self, look: str) -> list[int]:
        """Return the photos that look alike in any orientation, the most alike first."""
        if self._looks is None:
            looks = self._library.looks(np.unique(self._photos).tolist())
            known = [one for one, text in looks.items() if text]
            self._looks = known, likeness.packed([looks[one] for one in known])
        photos, table = self._looks
        if not look or not photos:
            return []
        turned = [likeness.turned(look, *how) for how in editions.ORIENTATIONS]
        away = np.min([likeness.distances(one, table) for one in turned], axis=0)
        near = np.flatnonzero(away <= likeness.MOST_DIFFERENT)
        return [photos[at] for at in near[np.argsort(away[near], kind="stable")].tolist()]

    def _by_faces(self, X: FloatArray) -> list[int]:
        """Return the photos several of whose faces are nearly the same as some of these."""
        if len(X) < LEAST_FACES or not len(self._X):
            return []
        seen: defaultdict[int, set[int]] = defaultdict(set)
        for face, row in enumerate(distances(X, self._X)):
            for photo in self._photos[row < NEARLY_THE_SAME].tolist():
                seen[photo].add(face)
        return [photo for photo, faces in seen.items() if len(faces) >= LEAST_FACES]


def _may_be_whole(old: Edition, new: Edition) -> bool:
    """Tell whether one picture may be the other one, scaled, upright or turned."""
    return any(
        likeness.may_be_scaled(size, new.size) for size in (old.size, (old.size[1], old.size[0]))
    )


def _is_part(said: Comparison, old: Edition, new: Edition) -> bool:
    """Tell whether enough faces are nearly the same where one photo lies on the other."""
    apart = [float(np.linalg.norm(old.X[i] - new.X[j])) for i, j in said.pairs]
    near = sum(one < NEARLY_THE_SAME for one in apart)
    return said.transform is not None and near >= LEAST_FACES
