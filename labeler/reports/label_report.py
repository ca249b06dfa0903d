"""What a report on the user's own names says. `labeler report --json` prints it with these keys."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.metrics.answer_scores import Bin, Cell, Confusion, KnobRates, PersonScores, Rates

FEW = 100
"""Fewer faces than this say little in per cent."""


@dataclass(frozen=True, slots=True)
class PersonFaces:
    """How many faces, on how many photos, have a person's name."""

    person: str
    faces: int
    photos: int


@dataclass(frozen=True, slots=True)
class Suspect:
    """A face whose name may be wrong: `probability` that it shows `looks_like` instead.

    resembles: the named face of that person which is most like it. only: no other photo of the
    person has a name, so that nothing else speaks for or against the name.
    """

    face: int
    photo: str
    person: str
    looks_like: str
    probability: float
    resembles: int
    only: bool


@dataclass(frozen=True)
class LabelReport:
    """How well the people are recognized whom the user has named.

    faces, people, photos: what it is based on. asked: the faces that could ask who they are as
    somebody known, because another photo (of another burst) shows the person; all asked as
    strangers. known_share: of the faces without a name, so many are taken to be of people who have
    one; share_is_estimated: by the last recognition, else half of them are assumed to be.
    wanted_precision: the knob. at_knob: what happens there, `threshold` being the least probability
    of a name; all that depends on a threshold has this one. people_scores: worst first.
    confusion: the cells that are not empty. confusions: who is taken for whom, most often first.
    knob, thresholds: what other settings would lead to. reliability, calibration_error: do the
    probabilities tell the truth? mislabelled: the surest first.
    """

    faces: int
    photos: int
    people: tuple[PersonFaces, ...]
    asked: int
    known_share: float
    share_is_estimated: bool
    wanted_precision: float
    at_knob: Rates
    people_scores: tuple[PersonScores, ...]
    confusion: tuple[Cell, ...]
    confusions: tuple[Confusion, ...]
    knob: tuple[KnobRates, ...]
    thresholds: tuple[Rates, ...]
    reliability: tuple[Bin, ...]
    calibration_error: float
    mislabelled: tuple[Suspect, ...]


def few(report: LabelReport) -> str:
    """Return a warning if the report is based on few faces, else ''."""
    if report.asked >= FEW:
        return ""
    return (
        f"So few faces say little: one more or less is {100 / report.asked:.0f} per cent of them."
    )
