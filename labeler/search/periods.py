"""Dates as people write them in a search: 2008, summer 2008, 24.12.2003, before March 2008."""

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
_OTHER = (
    re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<month>\d\d?)[./](?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})([./])(?P<month>\d\d?)(?:\2(?P<day>\d\d?))?", re.ASCII),
)
"""Ways to write a day or a month of which the order is plain."""
_EITHER_ORDER = re.compile(r"(\d\d?)([/-])(\d\d?)\2(\d{4})", re.ASCII)
"""Day or month first, as the country has it."""
_OF_MONTH = re.compile(r"(\d\d?)(?:st|nd|rd|th|\.)?", re.ASCII)
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
    if len(lowered) > 2 and (year := _year(lowered[2])):
        for month, number in ((lowered[1], lowered[0]), (lowered[0], lowered[1])):
            if month in _MONTH and (found := _OF_MONTH.fullmatch(number)):
                day = _day(year, _MONTH[month], int(found[1]), " ".join(words[:3]))
                return (day, day), 3
    return None


def _year(word: str) -> int | None:
    return int(word) if re.fullmatch(r"\d{4}", word, re.ASCII) and int(word) in YEARS else None


def _literal(word: str) -> tuple[date, date] | None:
    """Read 2008, 2008-03 or 2008-03-05, and the other ways to write these; a number is a year only
    if there are photos of it."""
    match = _LITERAL.fullmatch(word)
    if not match:
        return _otherwise(word)
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


def _otherwise(word: str) -> tuple[date, date] | None:
    """Read 24.12.2003, 12/2003 and their like."""
    match = next(filter(None, (form.fullmatch(word) for form in _OTHER)), None)
    if match:
        year, month = int(match["year"]), int(match["month"])
        day = match.groupdict().get("day")
        if year not in YEARS:
            return None
        first = _day(year, month, int(day or 1), word)
        return (first, first) if day else _months(year, month, 1)
    match = _EITHER_ORDER.fullmatch(word)
    if not match or int(match[4]) not in YEARS:
        return None
    one, other, year = int(match[1]), int(match[3]), int(match[4])
    if one != other and one <= 12 and other <= 12:
        raise ValueError(
            f"{word} may be two days; write year-month-day, as {year}-{other:02}-{one:02}."
        )
    only = _day(year, min(one, other), max(one, other), word)
    return only, only


def _day(year: int, month: int, day: int, written: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"There is no {written}; write year-month-day, as 2008-03-05.") from None


def _months(year: int, month: int, number: int) -> tuple[date, date]:
    """Return the first and last day of some months in a row."""
    end_year, end_month = year + (month + number - 2) // 12, (month + number - 2) % 12 + 1
    return date(year, month, 1), date(end_year, end_month, monthrange(end_year, end_month)[1])
