"""Who is on a photo, or in a video, that need not be in the library; sorting and look-alikes ask.

Where the photo is one that the library has, in whatever size, what is said there of a face holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from labeler.faces.descriptors import DescriptorModel, comparable
from labeler.faces.steps import library_finder as finders
from labeler.faces.steps.same_photos import SamePhotos
from labeler.library.store import Library
from labeler.people.bands import automatic_from
from labeler.people.calibration import at_share
from labeler.people.classifier import Matches, Pairs, PersonClassifier
from labeler.people.steps import bands
from labeler.people.steps.recognize import once_per_moment, train
from labeler.people.steps.stand import stand
from labeler.positions import positions_of_all
from labeler.tracks import seen_together
from labeler.types import AnalysedPhoto, FloatArray, IntArray, Labels, Recognition


@dataclass(frozen=True)
class OnPhoto:
    """Who a face on a photo is. known: the library says so of this face, on this very photo."""

    person: str
    probability: float
    known: bool


@dataclass(frozen=True)
class Judge:
    """What tells who is on a photo, and from which probability on that counts.

    automatic: the names that the program has given, by face. ids, X, photos: all faces that have a
    descriptor, (n, …) each.
    """

    library: Library
    classifier: PersonClassifier
    model: DescriptorModel
    known_share: float
    least_probability: float
    labels: Labels
    automatic: Mapping[int, Recognition]
    ids: IntArray
    X: FloatArray
    photos: IntArray
    same_photos: SamePhotos


def make_judge(library: Library) -> Judge:
    """Return what tells who is on a photo, from the names that the library has now.

    Raises:
        LabelerError: nobody has a name yet.
    """
    with library.reading():
        ids, X = finders.descriptors(library)
        now = stand(library, with_away=True)
        photos = now.table.photo_ids[positions_of_all(now.table.ids, ids)]
        classifier = train(library, ids, X, now.labels, now.table, now.clusters)
        share = bands.known_share(library, now.labels, now.table)
        precision, model = bands.wanted_precision(library), finders.descriptor_model(library)
    trials = classifier.trials_
    probabilities = at_share(classifier.calibration_.probability(trials.scores), share)
    least = automatic_from(probabilities, precision, trials.weights(share))
    same = SamePhotos(library, model, X, photos)
    return Judge(
        library, classifier, model, share, least, now.labels, now.automatic, ids, X, photos, same
    )


def people_on(
    judge: Judge, photo: AnalysedPhoto, least: float, same: Mapping[int, Mapping[int, int]]
) -> dict[int, OnPhoto]:
    """Return the people on a photo by the place of their face, nobody twice.

    Nobody is twice at one moment of a video, and may be in it several times.

    Args:
        least: who a face is with a lower probability is left out.
        same: the photos that are this one, see `SamePhotos.of`.
    """
    if not photo.faces:
        return {}
    known, nobody = _said(judge, same)
    X = comparable(np.array([face.descriptor for face in photo.faces]), judge.model)
    codes = {str(name): code for code, name in enumerate(judge.classifier.classes_)}
    excluded = _excluded(judge, photo, same, codes)
    there = [(row, codes[one.person]) for row, one in known.items() if one.person in codes]
    sure = _likely(judge, judge.classifier.matches(X, excluded=excluded), judge.least_probability)
    # Who is surely there says something about the others.
    there += [(row, person) for row, person, _ in sure if row not in known]
    moments = _moments(photo)
    beside = [
        (row, person)
        for row in range(len(X))
        for other, person in there
        if other != row and moments[other] == moments[row]
    ]
    company = np.array(beside) if beside else None
    found = judge.classifier.matches(X, excluded=excluded, company=company)
    settled = {one.person for one in known.values()}
    likely = [
        Recognition(row, name, probability)
        for row, who, probability in _likely(judge, found, least)
        if row not in known
        and row not in nobody
        and (name := str(judge.classifier.classes_[who])) not in settled
    ]
    kept = once_per_moment(likely, dict(enumerate(moments)))
    by_face = known | {one.face_id: OnPhoto(one.person, one.probability, False) for one in kept}
    return dict(sorted(by_face.items()))


def _moments(photo: AnalysedPhoto) -> list[int]:
    """Return a number for each face, the same for those that are seen together."""
    if photo.video is None:
        return [0] * len(photo.faces)
    return seen_together([(track.start, track.end) for track in photo.video.tracks]).tolist()


def _said(
    judge: Judge, same: Mapping[int, Mapping[int, int]]
) -> tuple[dict[int, OnPhoto], set[int]]:
    """Return who faces are that the library knows on this photo, and which are said to be nobody.

    The user's word goes before the program's, and a likelier photo before another.
    """
    known: dict[int, OnPhoto] = {}
    nobody: set[int] = set()
    pairs = [(face, row) for faces in same.values() for face, row in faces.items()]
    for face, row in pairs:
        if row in known or row in nobody:
            continue
        if face in judge.labels.names:
            known[row] = OnPhoto(judge.labels.names[face], 1.0, True)
        elif face in judge.labels.ignored:
            nobody.add(row)
    taken = {one.person for one in known.values()}
    for face, row in pairs:
        one = judge.automatic.get(face)
        if one is not None and row not in known and row not in nobody and one.person not in taken:
            known[row] = OnPhoto(one.person, one.probability, True)
            taken.add(one.person)
    return known, nobody


def _likely(judge: Judge, found: Matches, least: float) -> list[tuple[int, int, float]]:
    """Return the row of each face that is likely somebody, who that is, and the probability."""
    probabilities = at_share(found.probabilities, judge.known_share)
    rows, columns = np.nonzero(probabilities >= least)
    return [
        (row, int(found.people[row, column]), float(probabilities[row, column]))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    ]


def _excluded(
    judge: Judge,
    photo: AnalysedPhoto,
    same: Mapping[int, Mapping[int, int]],
    codes: Mapping[str, int],
) -> Pairs:
    """Return who the faces cannot be, see `PersonClassifier.matches`: those not yet born, and those
    whom the user has refused on this photo."""
    labels, taken = judge.labels, photo.facts.metadata.date
    later = [
        code
        for name, code in codes.items()
        if taken and taken.date() < labels.births.get(name, date.min)
    ]
    pairs = [(row, code) for row in range(len(photo.faces)) for code in later]
    for faces in same.values():
        for face, row in faces.items():
            refused = labels.rejected.get(face, ())
            pairs += [(row, codes[person]) for person in refused if person in codes]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
