"""Dates as cameras, programs and people write them: in EXIF and XMP, in file names, on files."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

YEARS = range(1826, 2101)
"""No photo is older than Niépce's; a later year comes from a broken clock."""

_DATE = re.compile(
    r"(\d{4})(?:[-:/.] ?(\d\d?)(?:[-:/.] ?(\d\d?)"
    r"(?:[T ]+(\d\d?)(?:: ?(\d\d?)(?:: ?(\d\d?))?)?(?!\d).*)?)?)?",
    re.ASCII | re.DOTALL,
)
_CLOCK_STARTS = (1904, 1970, 1980)
"""Years with whose beginning clocks start that lost the time: of Macintosh, Unix, and DOS."""
_SHIFT = timedelta(minutes=15)
"""All time zones differ by a multiple of this."""
_DATE_IN_NAME = re.compile(
    r"""
    (?<!\d) (\d{4}) ([-_.:\ ]?) (0[1-9]|1[0-2]) \2 (0[1-9]|[12]\d|3[01])
    (?:
        (?: \ at\ | [-_.,T\ ]{0,3} )
        (?: (0?[1-9]|1[0-2]) [-_.:] ([0-5]\d) [-_.:] ([0-5]\d) [\ \u00a0\u202f]? ([AP])M
          | ([01]\d|2[0-3]) ([-_.:\ ]?) ([0-5]\d) \10 ([0-5]\d) (?: [-_.]? \d{3} )?
        )
    )?
    (?!\d)
    """,
    re.ASCII | re.VERBOSE | re.IGNORECASE,
)


_MILLISECONDS_IN_NAME = re.compile(r"[A-Za-z]_?(1\d{12})(?!\d)", re.ASCII)
"""Since 1970, of what Facebook's, WeChat's and other programs save: FB_IMG_1495279388123.jpg."""


def date_in_name(name: str) -> datetime | None:
    """Return the date that a file's name tells, such as IMG_20190704_153012.jpg.

    So do milliseconds since 1970, such as FB_IMG_1495279388123.jpg. A name without a time, such as
    IMG-20190704-WA0001.jpg, gives midnight, as partial dates do elsewhere. Digits that touch the
    date make it a mere number.
    """
    for match in _DATE_IN_NAME.finditer(name):
        year, _, month, day, *twelve, half, hour, _, minute, second = match.groups()
        if half:
            hour, minute, second = twelve
            hour = str(int(hour) % 12 + (12 if half in "pP" else 0))
        date = _datetime(year, month, day, hour, minute, second)
        if date:
            return date
    saved = _MILLISECONDS_IN_NAME.search(name)
    return from_seconds(int(saved[1]) // 1000) if saved else None


def read(text: str) -> datetime | None:
    """Read the dates of EXIF and of XMP (ISO 8601), which programs mix up.

    Fractions of seconds and time zones are dropped: the local time of the camera is what counts.
    Partial dates, '2008' or '2008-07' or '2008:00:00', are what people write on scans of old
    prints. The year is worth keeping, so what is missing counts as the beginning: 1 January,
    midnight. So does what no clock shows, such as the second 60 or the hour 24: the day stays.
    """
    fields = _fields(text)
    if fields is None:
        return None
    year, month, day, *time = fields
    for known in range(len(time), -1, -1):
        date = _datetime(year, month, day, *time[:known], *[None] * (len(time) - known))
        if date is not None:
            return date
    return None


def is_of_unset_clock(text: str) -> bool:
    """Tell whether EXIF has a date that a clock shows which was never set.

    Of a year alone, '1970:00:00' or '1970', no clock knows anything: somebody has written it.
    """
    date = read(text)
    return date is not None and "00" not in _day(text) and is_start_of_a_clock(date)


def _day(text: str) -> tuple[str, ...]:
    """Return month and day as they are written, '00' where they are not."""
    return tuple((part or "0").zfill(2) for part in (_fields(text) or ())[1:3])


def _fields(text: str) -> tuple[str | Any, ...] | None:
    """Return the year to the second as they are written, None for each that is not."""
    match = _DATE.fullmatch(text.replace("\0", "").strip().rstrip(" :-"))  # EXIF's unknown: blanks
    return None if match is None else match.groups()


def _datetime(year: str, *rest: str | None) -> datetime | None:
    month, day, hour, minute, second = (int(part or 0) for part in rest)
    try:
        date = datetime(int(year), month or 1, day or 1, hour, minute, second)
    except ValueError:
        return None
    return date if date.year in YEARS else None


def is_start_of_a_clock(date: datetime) -> bool:
    """Tell whether a date is one that a clock shows which was never set, in whatever time zone.

    >>> is_start_of_a_clock(datetime(1980, 1, 1, 0, 3)), is_start_of_a_clock(datetime(1980, 1, 2))
    (True, False)
    """
    if (date.month, date.day) == (1, 1):
        return date.year in _CLOCK_STARTS
    is_zero = date.minute % 15 == 0 == date.second and date.hour >= 10
    return (date.month, date.day) == (12, 31) and date.year + 1 in _CLOCK_STARTS and is_zero


def are_one_moment(local: datetime, other: datetime) -> bool:
    """Tell whether two dates may be one moment that two time zones tell, to two seconds."""
    apart = abs(local - other)
    over = apart % _SHIFT
    return apart <= timedelta(hours=26) and min(over, _SHIFT - over) <= timedelta(seconds=2)


def file_time(modified_ns: int) -> datetime | None:
    date = from_seconds(modified_ns // 10**9)
    # The beginning of a clock is what remains when a file's time got lost, on its way in a ZIP.
    return None if date is None or is_start_of_a_clock(date) else date


def from_seconds(seconds: int) -> datetime | None:
    """Return the local time of this computer, so many seconds after 1970 began in Greenwich."""
    try:
        date = datetime.fromtimestamp(seconds)
    except (ValueError, OverflowError, OSError):  # Windows knows none before 1970
        try:
            date = datetime(1970, 1, 1) + timedelta(seconds=seconds)
        except OverflowError:
            return None
    return date if date.year in YEARS else None
