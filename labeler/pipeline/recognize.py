"""Give names to the faces that nobody has named, where the named ones make it sure enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from labeler.classifier import LEAST_PROBABILITY, OpenSetKNN
from labeler.errors import LabelerError
from labeler.pipeline import finder, naming
from labeler.store import Library
from labeler.types import FloatArray, IntArray, Labels, Recognition

LEAST_POOLED_PROBABILITY = 0.85
"""Names below this are not given to faces that are judged together with their group."""


@dataclass(frozen=True)
class RecognizeReport:
    """Faces that got an automatic name, and faces that are left without any."""

    recognized: int
    unknown: int


def recognize(library: Library) -> RecognizeReport:
    """Replace the automatic names by those that follow from the user's names now.

    A face is judged together with the other faces of its group: look-alikes such as a daughter
    whom nobody has named yet then stay unnamed, though one photo of her may resemble her mother.
    A person is on a photo once: of two faces on a photo that look like Rosa, the surer one is
    Rosa, and neither is if the user has named a third. A face of which the user said that it is
    not Rosa never becomes Rosa, nor do those that resemble it more than any named face of hers.

    Raises:
        LabelerError: no face has a name yet.
    """
    ids, X = finder.descriptors(library)
    labels = naming.labels(library)
    classifier = train(ids, X, labels)
    table = library.faces()
    photos = dict(zip(table.ids.tolist(), table.photo_ids.tolist(), strict=True))
    clusters = naming.clusters(library, table, labels)[np.searchsorted(table.ids, ids)]
    open_faces = np.array([i not in labels.names and i not in labels.ignored for i in ids.tolist()])
    found = confident_in_groups(classifier, ids[open_faces], X[open_faces], clusters[open_faces])
    taken = {(photos[face], name) for face, name in labels.names.items() if face in photos}
    allowed = [r for r in found if r.person not in labels.rejected.get(r.face_id, ())]
    kept = once_per_photo(allowed, photos, taken)
    library.write_recognitions(kept)
    return RecognizeReport(len(kept), int(open_faces.sum()) - len(kept))


def train(ids: IntArray, X: FloatArray, labels: Labels) -> OpenSetKNN:
    """Return a classifier of the named and the rejected faces among those given.

    Raises:
        LabelerError: none of them has a name.
    """
    named = np.array([face_id in labels.names for face_id in ids.tolist()], dtype=bool)
    if not named.any():
        raise LabelerError(
            "Nobody has a name yet; name a few faces first, in the dashboard or with "
            "`labeler name`."
        )
    rejected: dict[str, list[int]] = {}
    for position, face_id in enumerate(ids.tolist()):
        for person in labels.rejected.get(face_id, ()):
            rejected.setdefault(person, []).append(position)
    return OpenSetKNN().fit(
        X[named],
        [labels.names[face_id] for face_id in ids[named].tolist()],
        {person: X[positions] for person, positions in rejected.items()},
    )


def confident(classifier: OpenSetKNN, ids: Iterable[int], X: FloatArray) -> list[Recognition]:
    """Return the names that are sure enough to be given."""
    if not len(X):
        return []
    best, probability = classifier.identify(X)
    return [
        Recognition(int(face_id), str(classifier.classes_[person]), float(p))
        for face_id, person, p in zip(ids, best, probability, strict=True)
        if p >= LEAST_PROBABILITY
    ]


def confident_in_groups(
    classifier: OpenSetKNN, ids: IntArray, X: FloatArray, clusters: IntArray
) -> list[Recognition]:
    """Return the names that are sure enough when each face is judged together with its group.

    The probability becomes the mean of the face's own and the group's: the average over the faces
    in its cluster of the probability that they give to the same person, 0 if they prefer another.
    A face in no cluster (−1) stands for itself. Against judging each face alone, precision was
    higher on both libraries tried, and recall on one of them (benchmarks/RESULTS.md).
    """
    if not len(X):
        return []
    best, own = classifier.identify(X)
    group = own.copy()
    for members in _members(clusters):
        same = best[members][:, None] == best[members][None]
        group[members] = (same * own[members]).mean(axis=1)
    pooled = (own + group) / 2
    return [
        Recognition(int(ids[face]), str(classifier.classes_[best[face]]), float(pooled[face]))
        for face in np.flatnonzero(pooled >= LEAST_POOLED_PROBABILITY)
    ]


def _members(clusters: IntArray) -> list[IntArray]:
    """Return the positions of the faces in each cluster; faces in no cluster (−1) are left out."""
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order])) + 1
    return [part for part in np.split(order, starts) if len(part) and clusters[part[0]] >= 0]


def once_per_photo(
    found: Iterable[Recognition],
    photos: Mapping[int, int],
    taken: Iterable[tuple[int, str]] = (),
) -> list[Recognition]:
    """Keep the surest recognition of each person on each photo, in the order of the face ids.

    Args:
        found: recognitions, in any order.
        photos: the photo of each face.
        taken: pairs of photo and person that are settled already.
    """
    seen = set(taken)
    kept = []
    for recognition in sorted(found, key=lambda r: (-r.probability, r.face_id)):
        place = (photos[recognition.face_id], recognition.person)
        if place not in seen:
            seen.add(place)
            kept.append(recognition)
    return sorted(kept, key=lambda r: r.face_id)
