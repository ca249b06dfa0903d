"""What is written in a show: dates, ages, captions, the title."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from labeler.folding import says
from labeler.slideshows.slideshow import Candidate
from labeler.wording import count

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
MONTHS_UNTIL = 2
"""Years up to which an age is told in months."""
_CAMERA_FOLDER = re.compile(r"(?:DCIM|\d{3}[A-Z_][A-Z0-9_]{4}|Camera( Roll)?)", re.IGNORECASE)
"""How cameras and phones call folders: the rule of DCF, and what is common besides."""
Births = Mapping[str, date]


def date_text(taken: datetime) -> str:
    """Return a date in words, whatever the system's language: '24 December 2003'.

    Midnight of 1 January is how a mere year is stored, as on scans of old prints: '1974'.
    """
    if is_only_a_year(taken):
        return str(taken.year)
    return f"{taken.day} {MONTHS[taken.month - 1]} {taken.year}"


def is_only_a_year(taken: datetime) -> bool:
    """Tell whether no more than the year seems to be known."""
    return (taken.month, taken.day, taken.time()) == (1, 1, time())


def age_text(born: date, taken: datetime) -> str:
    """Return how old somebody was: 'aged 60', 'aged 5 months'; '' if not born or not known.

    Example:
        >>> age_text(date(1943, 3, 11), datetime(2003, 3, 10))
        'aged 59'
    """
    if is_only_a_year(taken) or taken.date() < born:
        return ""
    months = (taken.year - born.year) * 12 + taken.month - born.month - (taken.day < born.day)
    if months >= MONTHS_UNTIL * 12:
        return f"aged {months // 12}"
    if months == 0:
        days = (taken.date() - born).days
        return "born today" if days == 0 else f"aged {count(days, 'day')}"
    return f"aged {count(months, 'month')}"


def caption_lines(candidate: Candidate, births: Births | None = None) -> tuple[str, ...]:
    """Return up to two lines: the caption (else the album), then date, album and age.

    The place is told where the user has written nothing better: instead of an album whose name is
    a camera's, and behind the date of a photo that has no caption.

    births: of people; where several are on the photo, names are told with the ages.
    """
    caption, album, place = " ".join(candidate.caption.split()), album_text(candidate), ""
    if not _says_something(album):
        album = candidate.place or album
    elif not caption and not _is_told(candidate.place, album):
        place = candidate.place
    when = date_text(candidate.taken) if candidate.taken else ""
    ages = _ages(candidate, births or {})
    first, second = (caption, [when, album, ages]) if caption else (album, [when, place, ages])
    lines = [first, " · ".join(part for part in second if part)]
    return tuple(line for line in lines if line)


def growing_lines(candidate: Candidate, births: Births) -> tuple[str, ...]:
    """Return the year and the age, or what is known of them."""
    if candidate.taken is None:
        return ()
    lines = (str(candidate.taken.year), _ages(candidate, births))
    return tuple(line for line in lines if line)


def album_text(candidate: Candidate) -> str:
    """Return the album's name without the year before it, if that is the photo's."""
    album = candidate.album
    if candidate.taken is None:
        return album
    return album.removeprefix(str(candidate.taken.year)).lstrip(" -_") or album


def _says_something(album: str) -> bool:
    """Tell whether an album's name is somebody's, not of a camera ('100CANON') or a mere date."""
    if _CAMERA_FOLDER.fullmatch(album):
        return False
    return any(letter.isalpha() for letter in album)


def _is_told(place: str, album: str) -> bool:
    """Tell whether the name of an album tells the town of a place already."""
    return says(album, place.split(",")[0])


def together(names: Sequence[str]) -> str:
    """Return 'Rosa', 'Rosa & Emil' or 'Rosa, Emil & Clara'."""
    return " & ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def subtitle(photos: Sequence[Candidate]) -> str:
    """Return the first and last year, and the number of photos."""
    years = [photo.taken.year for photo in photos if photo.taken]
    number = count(len(photos), "photo")
    if not years:
        return number
    first, last = min(years), max(years)
    return f"{first} · {number}" if first == last else f"{first} – {last} · {number}"


def clock(seconds: float) -> str:
    """Return a length as minutes and seconds: '2:05'."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _ages(candidate: Candidate, births: Births) -> str:
    if candidate.taken is None:
        return ""
    ages = {
        person: age_text(births[person], candidate.taken)
        for person in candidate.people
        if person in births
    }
    known = {person: age for person, age in ages.items() if age}
    if len(candidate.people) == 1:
        return "".join(known.values())
    return ", ".join(f"{person} {age}" for person, age in known.items())
