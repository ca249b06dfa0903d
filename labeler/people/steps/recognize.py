"""Tell who the faces are that nobody has named, from those that were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from labeler.errors import LabelerError
from labeler.faces.io.impostors import strangers
from labeler.faces.steps import library_finder
from labeler.groups.steps import numbering
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.people.bands import Effect
from labeler.people.calibration import at_share, known_share
from labeler.people.classifier import NOTHING, Matches, Pairs, PersonClassifier
from labeler.people.company import beside
from labeler.people.named_groups import people_without_name, seen_apart
from labeler.people.outcome import why_none
from labeler.people.steps import bands
from labeler.positions import positions, positions_of_all
from labeler.types import FaceTable, FloatArray, InGroups, IntArray, Labels, Recognition
from labeler.wording import count, listed

LEAST_KEPT = 0.005
"""Who a face is with a lower probability is not worth remembering."""
LEAST_ASKED = 0.1
"""Nor is it, with a lower one than this, worth a question: the face is unknown."""
BURST_SECONDS = 10
"""Photos that follow each other so closely tell little about how alike a person's photos are."""

_NAMED = 5
"""So many names that were taken back are in a sentence."""
_SAID = "recognized_up_to"
"""Setting: the entry of the journal up to which it was read when faces were recognized."""

Codes = Mapping[str, int]
"""The index of each person in `PersonClassifier.classes_`."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A face that had an automatic name, which is not sure enough any more or another one now.

    now: the other name; None = it has none.
    """

    face: int
    person: str
    now: str | None


@dataclass(frozen=True)
class RecognizeReport:
    """Faces that got an automatic name, faces to be asked about, and faces left without any.

    precision: wanted. least_probability: of the automatic names; None = there are none.
    answers: so many answers of the user's own faces the probabilities are based on; 0 = on other
    people's only. offer: a lower precision that can be had for many more faces; None = there is
    nothing to be gained. taken_back: faces that had another automatic name before.
    """

    recognized: int
    to_ask: int
    unknown: int
    precision: float
    least_probability: float | None
    answers: int
    offer: Effect | None = None
    taken_back: tuple[TakenBack, ...] = ()

    @property
    def why_none(self) -> str:
        """Why no face got an automatic name, if none did."""
        return why_none(self.to_ask, self.unknown, self.precision)


def recognize(library: Library, precision: float | None = None) -> RecognizeReport:
    """Replace the automatic names by those that follow from the user's names now.

    A face is judged together with the other faces of its group: look-alikes such as a daughter
    whom nobody has named yet then stay unnamed, though one photo of her may resemble her mother.
    A person is on a photo once: of two faces on a photo that look like Rosa, the surer one is
    Rosa, and neither is if the user has named a third. Who is often seen with those whom the user
    has named on the photo is likelier to be there. Nobody is recognized on photos from before
    their birth. A face of which the user said that it is not Rosa never becomes Rosa, nor do those
    that resemble it more than any named face of hers. All probabilities are the lower, the fewer
    of the faces seem to be of people with a name.

    Args:
        precision: how many of the automatic names shall be right from now on; None = as before.

    Raises:
        LabelerError: no face has a name yet, or the precision is out of bounds.
    """
    if precision is not None:
        bands.check_precision(precision)
    with library.reading():
        said = library.state().entry
        ids, X = library_finder.descriptors(library)
        labels, table = standing.labels(library), library.faces(with_away=True)
        clusters = numbering.clusters(library, table, labels)
        classifier = train(library, ids, X, labels, table, clusters)
        people = {name: code for code, name in enumerate(classifier.classes_.tolist())}
        is_open = [i not in labels.names and i not in labels.ignored for i in ids.tolist()]
        asked = np.flatnonzero(np.array(is_open, dtype=bool))
        places = positions_of_all(table.ids, ids[asked])
        clusters, moments = clusters[places], table.moments[places]
        not_them = _excluded(library, labels, ids[asked], table.photo_ids[places], people)
    company = _company(labels, table, moments, people)
    excluded = [company, not_them]
    found = NOTHING
    if len(asked):
        found = classifier.matches(X[asked], clusters, np.concatenate(excluded), company)
    share = known_share(found.probabilities[:, 0])
    found = replace(found, probabilities=at_share(found.probabilities, share))
    seen = dict(zip(ids[asked].tolist(), moments.tolist(), strict=True))
    kept = once_per_moment(_recognitions(classifier, ids[asked], found), seen)
    kept = _with_evidence(kept, classifier, ids, X, labels)
    before = bands.automatic(library, labels, table)
    if precision is not None:
        bands.want_precision(library, precision)
    with library.writing():
        bands.remember_share(library, share)
        library.write_setting(_SAID, said)
        library.write_recognitions(kept)
    answers = classifier.calibration_.answers
    return _report(library, labels, table, len(asked), answers, before)


def is_current(library: Library) -> bool:
    """Tell whether the user has said nothing since faces were recognized last."""
    return library.setting(_SAID) == library.state().entry


def _report(
    library: Library,
    labels: Labels,
    table: FaceTable,
    asked: int,
    answers: int,
    before: Mapping[int, Recognition],
) -> RecognizeReport:
    """Return what came of a recognition; before: the automatic names until then, by face."""
    with library.reading():
        likely = bands.likely(library, labels, table)
        given = bands.sure_enough(library, likely)
        offer = bands.offered(library, likely)
        precision = bands.wanted_precision(library)
    to_ask = sum(
        one.probability >= LEAST_ASKED for face, one in likely.items() if face not in given
    )
    return RecognizeReport(
        recognized=len(given),
        to_ask=to_ask,
        unknown=asked - len(given) - to_ask,
        precision=precision,
        least_probability=min((one.probability for one in given.values()), default=None),
        answers=answers,
        offer=offer,
        taken_back=tuple(_taken_back(before, given)),
    )


def in_words(report: RecognizeReport) -> str:
    """Return what came of a recognition in a sentence, and why, if nothing did."""
    back = taken_back(report)
    if not report.recognized:
        return f"Recognized no face: {report.why_none}{back}"
    rest = f"{report.to_ask:,} to be asked about, {report.unknown:,} left unknown"
    return f"Recognized {count(report.recognized, 'face')}; {rest}{back}"


def taken_back(report: RecognizeReport) -> str:
    """Return what is said in short of names that were taken back, '' if none was."""
    names = [f"{one.person} (face {one.face})" for one in report.taken_back]
    return f"; taken back: {listed(names, most=_NAMED)}" if names else ""


def _taken_back(
    before: Mapping[int, Recognition], after: Mapping[int, Recognition]
) -> Iterator[TakenBack]:
    for face, one in sorted(before.items()):
        now = after[face].person if face in after else None
        if now != one.person:
            yield TakenBack(face, one.person, now)


def train(
    library: Library,
    ids: IntArray,
    X: FloatArray,
    labels: Labels,
    table: InGroups,
    clusters: IntArray,
) -> PersonClassifier:
    """Return a classifier of the named, the rejected and the ignored faces among those given.

    Args:
        ids, X: of all faces, as `library_finder.descriptors` gives them.
        clusters: of the faces of the table, with what the user has said.

    Raises:
        LabelerError: none of them has a name.
    """
    named = np.isin(ids, np.fromiter(labels.names, dtype=np.int64))
    if not named.any():
        raise LabelerError(
            "Nobody has a name yet; name a few faces first, in the dashboard or with "
            "`labeler name`."
        )
    rejected: dict[str, list[int]] = {}
    refused = np.isin(ids, np.fromiter(labels.rejected, dtype=np.int64))
    for position in np.flatnonzero(refused).tolist():
        for person in labels.rejected[int(ids[position])]:
            rejected.setdefault(person, []).append(position)
    places = positions_of_all(table.ids, ids)
    groups = clusters[places]
    settled = named | np.isin(ids, list(labels.ignored))
    elsewhere = ~np.isin(groups, groups[named & (groups >= 0)]) & ~settled
    names = [labels.names.get(face, "") for face in ids.tolist()]
    codes = positions(np.unique(np.array(names)[named]), names)
    model = PersonClassifier(
        strangers(library_finder.descriptor_model(library)),
        others=people_without_name(X[elsewhere], groups[elsewhere]),
    )
    return model.fit(
        X[named],
        np.array(names)[named],
        photos=occasions(library, table)[places[named]],
        rejected={person: X[positions] for person, positions in rejected.items()},
        nobody=X[np.isin(ids, list(labels.ignored))],
        groups=groups[named],
        unnamed=X[elsewhere],
        apart=seen_apart(table.moments[places], groups, codes),
    )


def occasions(library: Library, table: InGroups) -> IntArray:
    """Return a number for the photo of each face, the same for photos of one burst."""
    dates = library.dates().items()
    dated = sorted((date.timestamp(), photo) for photo, date in dates if has_time(date))
    first_of: dict[int, int] = {}
    last, first = -np.inf, 0
    for time, photo in dated:
        first = first if time - last <= BURST_SECONDS else photo
        first_of[photo], last = first, time
    photos = table.photo_ids.tolist()
    return np.array([first_of.get(photo, photo) for photo in photos], dtype=np.int64)


def has_time(date: datetime) -> bool:
    """Tell whether more than the day is known: a mere day is stored as its midnight."""
    return (date.hour, date.minute, date.second) != (0, 0, 0)


def _company(labels: Labels, table: FaceTable, moments: IntArray, people: Codes) -> Pairs:
    """Return whom the user has named beside each of the faces, (k, 2)."""
    names = (labels.names.get(face, "") for face in table.ids.tolist())
    codes = np.array([people.get(name, -1) for name in names], dtype=np.int64)
    return beside(moments, table.moments[codes >= 0], codes[codes >= 0])


def _excluded(
    library: Library, labels: Labels, ids: IntArray, photo_ids: IntArray, people: Codes
) -> Pairs:
    """Return who each of the faces cannot be, (k, 2): the rejected, and those not yet born."""
    births = {person: born for person, born in labels.births.items() if person in people}
    dates = library.dates() if births else {}
    pairs = []
    for row, (face, photo) in enumerate(zip(ids.tolist(), photo_ids.tolist(), strict=True)):
        out = set(labels.rejected.get(face, ()))
        taken = dates.get(photo)
        if taken:
            out |= {person for person, born in births.items() if taken.date() < born}
        pairs += [(row, people[person]) for person in out if person in people]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _recognitions(
    classifier: PersonClassifier, ids: IntArray, found: Matches
) -> Iterator[Recognition]:
    """Yield the people whom each face may be."""
    rows, columns = np.nonzero(found.probabilities >= LEAST_KEPT)
    people = classifier.classes_[found.people[rows, columns]]
    probabilities = found.probabilities[rows, columns]
    for face, person, p in zip(ids[rows], people, probabilities, strict=True):
        yield Recognition(int(face), str(person), float(p))


def _with_evidence(
    found: list[Recognition],
    classifier: PersonClassifier,
    ids: IntArray,
    X: FloatArray,
    labels: Labels,
) -> list[Recognition]:
    named = ids[np.array([face in labels.names for face in ids.tolist()], dtype=bool)]
    places = positions_of_all(ids, [one.face_id for one in found])
    people = positions_of_all(classifier.classes_, [one.person for one in found])
    evidence = named[classifier.nearest_named(X[places], people)].tolist() if found else []
    return [replace(one, evidence=face) for one, face in zip(found, evidence, strict=True)]


def once_per_moment(found: Iterable[Recognition], moments: Mapping[int, int]) -> list[Recognition]:
    """Give each face one person at most, and each person one face of each moment; surest first.

    Args:
        found: who the faces may be, in any order. moments: of each face, see `FaceTable`.

    Returns:
        What is kept, in the order of the face ids.
    """
    taken: set[tuple[int, str]] = set()
    kept: dict[int, Recognition] = {}
    for one in sorted(found, key=lambda r: (-r.probability, r.face_id, r.person)):
        place = (moments[one.face_id], one.person)
        if place not in taken and one.face_id not in kept:
            taken.add(place)
            kept[one.face_id] = one
    return [kept[face] for face in sorted(kept)]
