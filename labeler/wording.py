"""Numbers as people read them: 1 photo, 2 photos, 99.3%. And text that stays where it is put."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

_MOVING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Moves the cursor, colours a terminal, breaks a line, or turns the order of letters around."""


def count(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number of things.

    >>> count(1, "photo"), count(1234, "photo"), count(2, "person", "people")
    ('1 photo', '1,234 photos', '2 people')
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def photos_and_videos(all_of_them: int, videos: int) -> str:
    """Return how many photos and videos there are.

    >>> photos_and_videos(3, 0), photos_and_videos(3, 1), photos_and_videos(2, 2)
    ('3 photos', '2 photos and 1 video', '2 videos')
    """
    photos = all_of_them - videos
    parts = [count(photos, "photo")] if photos or not videos else []
    return " and ".join([*parts, *([count(videos, "video")] if videos else [])])


def listed(names: Sequence[str], last: str = "and", most: int | None = None) -> str:
    """Return names as a sentence has them.

    Args:
        most: of more names, only the first so many; None = all.

    >>> listed(["Rosa Lind", "Rosa Maier"], "or"), listed(["a", "b", "c"]), listed(["a"])
    ('Rosa Lind or Rosa Maier', 'a, b and c', 'a')
    >>> listed(["a", "b", "c", "d"], most=2)
    'a, b and 2 more'
    """
    if most is not None and len(names) > most:
        return f"{', '.join(names[:most])} {last} {len(names) - most:,} more"
    *before, end = names
    return f"{', '.join(before)} {last} {end}" if before else end


def percent(share: float | None) -> str:
    """Return a measured share with one decimal, rounded down so that only all is 100%; – = none.

    >>> percent(0.99972), percent(1), percent(0.5), percent(None)
    ('99.9%', '100%', '50%', '–')
    """
    if share is None:
        return "–"
    return f"{math.floor(share * 1000 + 1e-6) / 10:g}%"


def certainty(probability: float) -> str:
    """Return a probability, rounded down: only what is certain is 100%.

    >>> certainty(0.978), certainty(1)
    ('97%', '100%')
    """
    return f"{math.floor(probability * 100)}%"


def how_sure(probability: float) -> str:
    """Return how sure a name is, in words.

    >>> how_sure(0.995), how_sure(0.95), how_sure(0.8), how_sure(0.5)
    ('almost certain', 'very likely', 'likely', 'perhaps')
    """
    steps = ((0.99, "almost certain"), (0.9, "very likely"), (0.7, "likely"))
    return next((words for least, words in steps if probability >= least), "perhaps")


def exactly(share: float) -> str:
    """Return a wanted share with all its decimals.

    >>> exactly(0.9999), exactly(0.8)
    ('99.99%', '80%')
    """
    return f"{share * 100:.6g}%"


def spelled(text: str, but_for: str = "") -> str:
    r"""Return a text in which nothing moves what stands around it: such letters are spelled.

    Args:
        but_for: letters that may stay as they are.

    >>> spelled("a" + chr(27) + "[2J" + chr(0x202E) + "b")
    'a\\x1b[2J\\u202eb'
    """
    return _MOVING.sub(
        lambda found: found[0] if found[0] in but_for else repr(found[0])[1:-1], text
    )


def moves(text: str) -> bool:
    """Tell whether a text has letters in it that would move what stands around it."""
    return _MOVING.search(text) is not None
