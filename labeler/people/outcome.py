"""What is said of a recognition: how many faces got a name, or why none did."""

from __future__ import annotations

from labeler.wording import count


def why_none(to_ask: int, unknown: int, precision: float) -> str:
    """Return why no face got an automatic name.

    Args:
        to_ask: faces that resemble somebody. unknown: faces that resemble nobody. precision: how
            many of the names have to be right.

    >>> why_none(0, 12, 0.99)
    'none of the other 12 faces looks like anybody who has a name, so name somebody else first'
    >>> why_none(0, 0, 0.99)
    'no face is left without a name'
    """
    if to_ask:
        look = "looks" if to_ask == 1 else "look"
        return (
            f"{count(to_ask, 'face')} {look} like somebody who has a name, but not so surely that "
            f"{100 * precision:g} of 100 names would be right, so name a few more of each person, "
            "or answer questions about them"
        )
    if unknown == 1:
        return "the face that is left looks like nobody who has a name"
    if unknown:
        others = f"none of the other {unknown:,} faces"
        return f"{others} looks like anybody who has a name, so name somebody else first"
    return "no face is left without a name"
