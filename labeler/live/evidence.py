"""What is known of a face that is followed: a few looks at it, and when another one is wanted.

Times are seconds of any clock that does not go back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from labeler.faces.descriptors import mean_direction
from labeler.types import FloatArray

MOST_LOOKS = 12
"""Looks of a face that are kept; a better one takes the place of the worst."""
FEW = 3
"""With fewer looks, each next one is wanted at once."""
SOON, LATER, SELDOM = 0.12, 1.0, 3.0
"""Seconds until the next look: of a face that is new, that is known by few looks, and by many. The
last is for finding out that somebody else has taken the place."""
BETTER = 1.2
"""So much better than the best one, a look is wanted before its time."""
WORTH = 0.5
"""Quality, in parts of the best look's, below which a look only blurs what is known."""
SAME, SAME_AT_ONCE = 0.9, 0.7
"""Distance of a look from what is known, in parts of the one up to which two faces are one person,
from which on it may be somebody else; and from which on it is, if the picture of the face changed,
too. In composed videos, looks at one person within 2 s were nearer in 99 of 100 cases, those at two
people of two families in less than one of 100."""
ALIKE = 0.6
"""Correlation of a face with itself a moment ago below which it may be another one."""
CHANGED = 2
"""So many looks in a row that may be somebody else are somebody else."""


@dataclass(frozen=True, slots=True)
class LiveLook:
    """A face at a time. descriptor: (d,) as its network gives it. quality: higher is better."""

    at: float
    descriptor: FloatArray
    quality: float


@dataclass
class Evidence:
    """The looks at one face, never more than `MOST_LOOKS`."""

    looks: list[LiveLook] = field(default_factory=list)
    odd: list[LiveLook] = field(default_factory=list)
    last: float = -np.inf
    """When the last look was taken."""

    @property
    def best(self) -> float:
        """Return the quality of the best look, 0 = there is none."""
        return max((look.quality for look in self.looks), default=0.0)

    def wants(self, at: float, quality: float, changed: bool = False) -> bool:
        """Tell whether a look of this quality would tell more than is known.

        Args:
            changed: the face does not look as it did a moment ago.
        """
        if changed:
            return True
        since = at - self.last
        if self.odd or len(self.looks) < FEW:
            return since >= SOON
        if quality > BETTER * self.best:
            return since >= SOON
        return since >= (LATER if len(self.looks) < MOST_LOOKS else SELDOM)

    def add(self, look: LiveLook, threshold: float, changed: bool = False) -> bool:
        """Take a look; tell whether it is somebody else by now, of whom nothing else is known.

        Args:
            threshold: the distance between descriptors of length 1 up to which two faces are rather
                one person.
            changed: the face does not look as it did a moment ago: one odd look is enough then.
        """
        self.last = look.at
        same = (SAME_AT_ONCE if changed else SAME) * threshold
        if self.looks and _distance(look.descriptor, self.together()) > same:
            self.odd.append(look)
            if len(self.odd) < CHANGED and not changed:
                return False
            self.looks, self.odd = self.odd, []
            return True
        self.odd = []
        self.looks.append(look)
        if len(self.looks) > MOST_LOOKS:
            self.looks.remove(min(self.looks, key=lambda one: one.quality))
        return False

    def together(self) -> FloatArray:
        """Return the mean descriptor (d,) of the looks that are worth it. There must be one."""
        return mean_direction([look.descriptor for look in _good(self.looks)])


def has_changed(before: FloatArray | None, now: FloatArray) -> bool:
    """Tell whether a face looks another than a moment ago.

    Args:
        before, now: (n,) brightness of the face in few pixels, with mean 0 and length 1; None = it
            was not seen before.
    """
    return before is not None and float(before @ now) < ALIKE


def _good(looks: Sequence[LiveLook]) -> list[LiveLook]:
    best = max(look.quality for look in looks)
    return [look for look in looks if look.quality >= WORTH * best]


def _distance(one: FloatArray, other: FloatArray) -> float:
    lengths = max(float(np.linalg.norm(one)), 1e-9), max(float(np.linalg.norm(other)), 1e-9)
    return float(np.linalg.norm(one / lengths[0] - other / lengths[1]))
