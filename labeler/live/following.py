"""Faces that are followed from picture to picture, each with what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from labeler.faces.tracking import FEWEST_SURE, SURE, SURE_AT_ONCE, Look, Tracker, Trail
from labeler.live.answers import UNKNOWN, Answer
from labeler.live.evidence import Evidence
from labeler.types import Detection, FloatArray

PAST = 4
"""Sights of a face that are kept: where it goes follows from the last two."""


@dataclass
class Followed:
    """A face that is followed. number: from 1 on, of no other face."""

    number: int
    since: float
    trail: Trail[float]
    evidence: Evidence = field(default_factory=Evidence)
    answer: Answer = UNKNOWN
    names: int = -1
    """Of which state of the names the answer is."""
    pattern: FloatArray | None = None
    """What it looked like a moment ago."""
    surest: float = 0.0
    sure: int = 0

    @property
    def is_face(self) -> bool:
        """Tell whether this is no mistake of the detector's."""
        return self.surest >= SURE_AT_ONCE or self.sure >= FEWEST_SURE


class Following:
    """Follows all faces in the picture. What it remembers does not grow with time."""

    def __init__(self) -> None:
        self._tracker: Tracker[float] = Tracker()
        self._followed: dict[int, Followed] = {}
        self._number = 0

    def add(
        self, at: float, faces: Sequence[Detection], qualities: Sequence[float]
    ) -> list[Followed]:
        """Take the faces on the next picture; return for each of them which followed one it is.

        Args:
            at: seconds, more than before.
        """
        looks = [Look(at, face, q, q) for face, q in zip(faces, qualities, strict=True)]
        self._tracker.add(at, looks)
        for gone in self._tracker.ended(at):
            self._followed.pop(id(gone), None)
        by_face = {id(trail.kept[-1].face): trail for trail in self._tracker.trails if trail.kept}
        return [self._of(by_face[id(look.face)], look, at) for look in looks]

    def _of(self, trail: Trail[float], look: Look[float], at: float) -> Followed:
        one = self._followed.get(id(trail))
        if one is None:
            self._number += 1
            one = self._followed[id(trail)] = Followed(self._number, at, trail)
        one.surest = max(one.surest, look.face.score)
        one.sure += look.face.score >= SURE
        for past in (trail.times, trail.boxes, trail.scores):
            del past[:-PAST]
        trail.kept[:] = [look]
        return one
