"""Report how well the user's own people are recognized: each named face asks who it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labeler.errors import LabelerError
from labeler.faces.steps import library_finder
from labeler.groups.steps import numbering
from labeler.io import files
from labeler.io.files import whole_file
from labeler.library.steps import standing
from labeler.library.store import Library
from labeler.metrics import answer_scores
from labeler.metrics.answer_scores import Answers
from labeler.people.calibration import Trials, at_share
from labeler.people.classifier import NOBODY, PersonClassifier
from labeler.people.steps import bands
from labeler.people.steps.recognize import train
from labeler.photos.steps.thumbnails import face_thumbnail
from labeler.positions import positions_of_all
from labeler.reports import report_page
from labeler.reports.label_report import LabelReport, PersonFaces, Suspect
from labeler.types import FaceTable, FloatArray, IntArray, Labels

LEAST_SUSPICIOUS = 0.5
"""A face that shows somebody else with at least this probability may have a wrong name."""
_EVEN = 0.5
"""So many of the faces without a name are taken to be of known people until that is estimated."""


def report(library: Library) -> LabelReport:
    """Ask each named face who it is, without its own photo and burst, and again as a stranger.

    Raises:
        LabelerError: nobody has a name, or nobody on two photos.
    """
    with library.reading():
        return _report(library)


def _report(library: Library) -> LabelReport:
    asked = _ask(library)
    answers, names = asked.answers, asked.classifier.classes_.tolist()
    wanted = bands.wanted_precision(library)
    threshold = answer_scores.threshold_for(answers, wanted)
    bins, error = answer_scores.reliability(answers)
    return LabelReport(
        faces=len(asked.named),
        photos=len(np.unique(_photos(asked.table, asked.named))),
        people=tuple(_people(asked)),
        asked=int(answers.mated.sum()),
        known_share=asked.known_share,
        share_is_estimated=bands.share_of_the_rest(library) is not None,
        wanted_precision=wanted,
        at_knob=answer_scores.rates(answers, threshold),
        people_scores=tuple(answer_scores.people_scores(answers, threshold, names)),
        confusion=tuple(answer_scores.confusion_cells(answers, threshold, names)),
        confusions=tuple(answer_scores.confusions(answers, threshold, names)),
        knob=answer_scores.knob_curve(answers),
        thresholds=tuple(answer_scores.rates(answers, at) for at in answer_scores.THRESHOLDS),
        reliability=bins,
        calibration_error=error,
        mislabelled=tuple(_suspects(library, asked)),
    )


@dataclass(frozen=True)
class _Asked:
    """The named faces and what they were told.

    named: (n,) ids, ascending, of the faces with the descriptors X (n, d), as the classifier got
    them. rows: which of them each of the answers is about.
    """

    classifier: PersonClassifier
    labels: Labels
    table: FaceTable
    named: IntArray
    X: FloatArray
    rows: IntArray
    answers: Answers
    known_share: float


def _ask(library: Library) -> _Asked:
    ids, X = library_finder.descriptors(library)
    labels, table = standing.labels(library), library.faces(with_away=True)
    classifier = train(library, ids, X, labels, table, numbering.clusters(library, table, labels))
    trials = classifier.named_trials()
    _check(trials)
    is_named = np.array([face in labels.names for face in ids.tolist()])
    named = ids[is_named]
    names = [labels.names[face] for face in named.tolist()]
    kept = bands.share_of_the_rest(library)
    share = _EVEN if kept is None else kept
    answers = Answers(
        truth=np.append(positions_of_all(classifier.classes_, names), NOBODY)[trials.rows],
        people=trials.people,
        probability=at_share(classifier.calibration_.probability(trials.scores), share),
        mated=trials.mated,
        weights=trials.weights(share),
    )
    return _Asked(classifier, labels, table, named, X[is_named], trials.rows, answers, share)


def _check(trials: Trials) -> None:
    if not trials.mated.any():
        raise LabelerError(
            "Nobody has a name on two photos yet (those of one burst count as one); name more "
            "faces of the same people."
        )


def _photos(table: FaceTable, faces: IntArray) -> IntArray:
    return table.photo_ids[positions_of_all(table.ids, faces)]


def _people(asked: _Asked) -> Iterator[PersonFaces]:
    who = [asked.labels.names[face] for face in asked.named.tolist()]
    places = set(zip(who, _photos(asked.table, asked.named).tolist(), strict=True))
    faces, photos = Counter(who), Counter(person for person, _ in places)
    for person in sorted(faces, key=lambda person: (-faces[person], person)):
        yield PersonFaces(person, faces[person], photos[person])


def _suspects(library: Library, asked: _Asked) -> Iterator[Suspect]:
    """Yield faces whose name may be wrong, but for those of which the user has said it is not."""
    answers = asked.answers
    rows = answer_scores.likely_mislabelled(answers, asked.rows, LEAST_SUSPICIOUS)
    nearest = asked.classifier.nearest_named(asked.X[asked.rows[rows]], answers.people[rows])
    faces = asked.named[asked.rows[rows]]
    photos = library.photos()
    for row, resembles, face, photo in zip(
        rows, nearest, faces.tolist(), _photos(asked.table, faces).tolist(), strict=True
    ):
        looks_like = str(asked.classifier.classes_[answers.people[row]])
        if looks_like in asked.labels.rejected.get(face, ()) or photo not in photos:
            continue  # nobody can look at one that is away
        yield Suspect(
            face=face,
            photo=photos[photo].path,
            person=asked.labels.names[face],
            looks_like=looks_like,
            probability=float(answers.probability[row]),
            resembles=int(asked.named[resembles]),
            only=not answers.mated[row],
        )


def write_page(library: Library, report: LabelReport, out: Path, pictures: bool = False) -> None:
    """Write the report as one page for the browser, which needs nothing else.

    Args:
        out: a new file ending in .html, or an older report, which is replaced.
        pictures: show the faces whose names may be wrong. They are in the file then.

    Raises:
        LabelerError: `out` is another file, has another ending, or cannot be written.
    """
    check_page(out)
    thumbnails = _thumbnails(library, report) if pictures else {}
    page = report_page.render(report, thumbnails)
    with whole_file(out, files.is_page(report_page.MARK)) as temporary:
        temporary.write_text(page, encoding="utf-8")


def check_page(out: Path) -> None:
    """Make sure that nothing but an older report is replaced.

    Raises:
        LabelerError: as for `write_page`.
    """
    files.check_page(out, report_page.MARK, "report")


def _thumbnails(library: Library, report: LabelReport) -> dict[int, bytes]:
    """Return a JPEG of each face that the page shows; without those that cannot be read."""
    shown = report.mislabelled[: report_page.MOST_SUSPECTS]
    found: dict[int, bytes] = {}
    for face in {face for one in shown for face in (one.face, one.resembles)}:
        with suppress(LabelerError):
            found[face] = face_thumbnail(library, face).read_bytes()
    return found
