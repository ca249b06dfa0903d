"""Dates as people write them in a search: 2008, summer 2008, before March 2008, 2005..2010."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from labeler.photos.dates import YEARS

Days = tuple[date | None, date | None]
"""The first and the last day, both included; None = no bound."""

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = {
    **{name[:3]: number for number, name in enumerate(_MONTHS, 1)},
    **{name: number for number, name in enumerate(_MONTHS, 1)},
    "sept": 9,
}
_SEASON = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""Their first months in the north, as meteorologists count; winter ends in the next year."""
_LITERAL = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?", re.ASCII)
_DAY = timedelta(days=1)


def read_period(words: Sequence[str]) -> tuple[Days, int] | None:
    """Return the period that words begin with and how many words it takes, None if there is none.

    Raises:
        ValueError: it is written like a date, but there is no such day; or it ends before it
            begins. The message is a sentence.
    """
    first = words[0].casefold() if words else ""
    if first in ("before", "until", "after", "since"):
        found = _simple(words[1:])
        return (_beyond(first, found[0]), found[1] + 1) if found else None
    if ".." in first:
        between = _between(first)
        return (between, 1) if between else None
    return _simple(words)


def _beyond(which: str, days: tuple[date, date]) -> Days:
    first, last = days
    try:
        if which == "before":
            return None, first - _DAY
        if which == "after":
            return last + _DAY, None
    except OverflowError:
        raise ValueError(f"No day is {which} that; write another date.") from None
    return (None, last) if which == "until" else (first, None)


def _between(word: str) -> Days | None:
    start, _, end = word.partition("..")
    first, last = _literal(start), _literal(end)
    if (start and not first) or (end and not last) or not (first or last):
        return None
    if first and last and last[1] < first[0]:
        raise ValueError(f"{word} ends before it begins; write the earlier date first.")
    return (first[0] if first else None, last[1] if last else None)


def _simple(words: Sequence[str]) -> tuple[tuple[date, date], int] | None:
    lowered = [word.casefold() for word in words[:3]]
    if lowered and (days := _literal(lowered[0])):
        return days, 1
    if len(lowered) > 1 and (year := _year(lowered[1])):
        if lowered[0] in _MONTH:
            return _months(year, _MONTH[lowered[0]], 1), 2
        if lowered[0] in _SEASON:
            return _months(year, _SEASON[lowered[0]], 3), 2
    if len(lowered) > 2 and lowered[1] in _MONTH and (year := _year(lowered[2])):
        number = re.fullmatch(r"\d\d?", lowered[0], re.ASCII)
        if number:
            day = _day(year, _MONTH[lowered[1]], int(number[0]), " ".join(words[:3]))
            return (day, day), 3
    return None


def _year(word: str) -> int | None:
    return int(word) if re.fullmatch(r"\d{4}", word, re.ASCII) and int(word) in YEARS else None


def _literal(word: str) -> tuple[date, date] | None:
    """Read 2008, 2008-03 or 2008-03-05; a number is a year only if there are photos of it."""
    match = _LITERAL.fullmatch(word)
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if month is not None and day is not None:
        only = _day(year, month, day, word)
        return only, only
    if year not in YEARS:
        return None
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    _day(year, month, 1, word)
    return _months(year, month, 1)


def _day(year: int, month: int, day: int, written: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"There is no {written}; write year-month-day, as 2008-03-05.") from None


def _months(year: int, month: int, number: int) -> tuple[date, date]:
    """Return the first and last day of some months in a row."""
    end_year, end_month = year + (month + number - 2) // 12, (month + number - 2) % 12 + 1
    return date(year, month, 1), date(end_year, end_month, monthrange(end_year, end_month)[1])
