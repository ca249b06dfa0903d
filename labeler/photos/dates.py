"""Dates as cameras, programs and people write them: in EXIF and XMP, in file names, on files."""

from __future__ import annotations

import re
from datetime import datetime

YEARS = range(1826, 2101)
"""No photo is older than Niépce's; a later year comes from a broken clock."""

_DATE = re.compile(
    r"(\d{4})(?:[-:/.](\d\d?)(?:[-:/.](\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d))?(?!\d).*)?)?)?",
    re.ASCII | re.DOTALL,
)
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


def date_in_name(name: str) -> datetime | None:
    """Return the date that a file's name tells, such as IMG_20190704_153012.jpg.

    A name without a time, such as IMG-20190704-WA0001.jpg, gives midnight, as partial dates do
    elsewhere. Digits that touch the date make it a mere number.
    """
    for match in _DATE_IN_NAME.finditer(name):
        year, _, month, day, *twelve, half, hour, _, minute, second = match.groups()
        if half:
            hour, minute, second = twelve
            hour = str(int(hour) % 12 + (12 if half in "pP" else 0))
        date = _datetime(year, month, day, hour, minute, second)
        if date:
            return date
    return None


def read(text: str) -> datetime | None:
    """Read the dates of EXIF and of XMP (ISO 8601), which programs mix up.

    Fractions of seconds and time zones are dropped: the local time of the camera is what counts.
    Partial dates, '2008' or '2008-07' or '2008:00:00', are what people write on scans of old
    prints. The year is worth keeping, so what is missing counts as the beginning: 1 January,
    midnight.
    """
    match = _DATE.fullmatch(text.replace("\0", "").strip().rstrip(" :-"))  # EXIF's unknown: blanks
    return _datetime(*match.groups()) if match else None


def _datetime(year: str, *rest: str | None) -> datetime | None:
    month, day, hour, minute, second = (int(part or 0) for part in rest)
    try:
        date = datetime(int(year), month or 1, day or 1, hour, minute, second)
    except ValueError:
        return None
    return date if date.year in YEARS else None


def file_time(modified_ns: int) -> datetime | None:
    seconds = modified_ns // 10**9
    if abs(seconds) < 86400:  # 1 January 1970 is what remains when a file's time got lost
        return None
    try:
        date = datetime.fromtimestamp(seconds)
    except (ValueError, OverflowError, OSError):
        return None
    return date if date.year in YEARS else None
