"""Ask of some faces which of a few people they show, whoever else has a name."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from labeler.faces.steps import library_finder
from labeler.groups.steps import numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.bands import automatic_from
from labeler.people.calibration import at_share, known_share
from labeler.people.steps.bands import share_of_the_rest, wanted_precision
from labeler.people.steps.naming import one_of, people_with_faces
from labeler.people.steps.recognize import once_per_moment, train
from labeler.positions import positions_of_all
from labeler.types import Recognition


def cast_of(library: Library, given: Iterable[str]) -> tuple[str, ...]:
    """Return the people who are called so.

    Raises:
        UnknownPersonError: somebody is not, or several people are.
    """
    everybody = people_with_faces(library)
    return tuple(dict.fromkeys(one_of(name, everybody) for name in given))


def cast(
    library: Library, faces: Collection[int], people: Collection[str]
) -> tuple[dict[int, Recognition], float]:
    """Return who faces may be among some people, by face id, and the least probability of a name.

    As `labeler.people.steps.recognize`, but nothing is remembered. Faces that the user has named or
    ignored are not asked about.

    Args:
        people: with a name each; see `cast_of`.
    """
    with library.reading():
        ids, X = library_finder.descriptors(library)
        labels, table = standing.labels(library), library.faces(with_away=True)
        # The others take part, so that the probabilities are as well calibrated as always.
        clusters = numbering.clusters(library, table, labels)
        classifier = train(library, ids, X, labels, table, clusters)
    settled = labels.names.keys() | labels.ignored
    asked = np.flatnonzero(np.isin(ids, [face for face in faces if face not in settled]))
    if not len(asked):
        return {}, 1.0
    places = positions_of_all(table.ids, ids[asked])
    others = np.flatnonzero(~np.isin(classifier.classes_, [*people]))
    rows = np.arange(len(asked))
    excluded = np.stack([np.repeat(rows, len(others)), np.tile(others, len(rows))], axis=1)
    found = classifier.matches(X[asked], clusters[places], excluded)
    share = share_of_the_rest(library)
    if share is None:
        share = known_share(found.probabilities[:, 0])
    chances = at_share(found.probabilities, share)
    likely = [
        Recognition(face, str(classifier.classes_[person]), float(chance))
        for face, row, own_chances in zip(ids[asked].tolist(), found.people, chances, strict=True)
        for person, chance in zip(row, own_chances, strict=True)
        if classifier.classes_[person] not in labels.rejected.get(face, ())
    ]
    moments = dict(zip(ids[asked].tolist(), table.moments[places].tolist(), strict=True))
    kept = once_per_moment(likely, moments)
    least = automatic_from(np.array([one.probability for one in kept]), wanted_precision(library))
    return {one.face_id: one for one in kept}, least
