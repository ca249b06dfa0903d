"""A rectangle on a photo with what it is said to show, whichever program drew it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from labeler.exchange.frames import Area, clipped
from labeler.people.nobody import is_nobody

FACE = "Face"
WHOLE = 0.95
"""A region with so much of both sides of a photo is the whole photo, and nobody's face."""
LEAST_INSIDE = 0.5
"""So much of a region, at least, lies on the photo; programs draw a little over its edge."""

NoName = Literal["contact without a name", "placeholder", "no name", "of another kind"]


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle on a photo, with what it is said to show.

    kind: MWG's type, such as Face or Pet; '' = not said. applied_to: size of the picture that the
    area is in fractions of; None = not said. area: None if it makes no sense; then `trouble` says
    why, as the end of a sentence. somewhere: it says who is on the photo, and not where.
    is_around: it shows a person, whose face is a part of it. is_contact: it is given to somebody
    whose name stands elsewhere.
    """

    name: str
    kind: str
    area: Area | None
    applied_to: tuple[float, float] | None = None
    trouble: str = ""
    somewhere: bool = False
    is_around: bool = False
    is_contact: bool = False

    @property
    def names_somebody(self) -> bool:
        """Tell whether it claims to be a face (or does not say what it is) and has a name."""
        return self.no_name is None

    @property
    def no_name(self) -> NoName | None:
        """Return why it gives nobody a name; None if it does."""
        if self.kind.casefold() not in ("", FACE.casefold()):
            return "of another kind"
        if not self.name.split():
            return "contact without a name" if self.is_contact else "no name"
        return "placeholder" if is_nobody(self.name) else None


def placed(
    name: str,
    kind: str,
    area: Area | None,
    applied_to: tuple[float, float] | None = None,
    trouble: str = "",
    is_around: bool = False,
) -> Region:
    """Return a region whose area was looked at: what is on the photo of it, or why that is nothing.

    Args:
        trouble: why there is no area.
    """
    if area is None:
        return Region(name, kind, None, applied_to, trouble, somewhere=trouble == NO_AREA)
    sides = (area.left, area.top, area.width, area.height)
    inside = clipped(area)
    if not all(map(math.isfinite, sides)):
        trouble = "its area is not made of numbers"
    elif area.width <= 0 or area.height <= 0:
        trouble = "its area is empty"
    elif inside is None:
        trouble = "it lies outside the photo"
    elif inside.width >= WHOLE and inside.height >= WHOLE:
        return Region(name, kind, None, applied_to, "it is the whole photo", somewhere=True)
    elif inside.width * inside.height < LEAST_INSIDE * area.width * area.height:
        trouble = "it lies mostly outside the photo"
    else:
        return Region(name, kind, inside, applied_to, is_around=is_around)
    return Region(name, kind, None, applied_to, trouble)


NO_AREA = "it has no area"
