"""Which photos somebody asks for: who is on them, when and where they were taken, what they say."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from labeler.errors import LabelerError, UsageError
from labeler.photos.albums import is_album
from labeler.photos.dates import YEARS
from labeler.slideshows import captions
from labeler.slideshows.slideshow import Candidate

_DAY = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for. Empty fields ask for nothing.

    people: any of them, or with `all_of_them` all on one photo; with `nobody_else`, no other face
    may be on it. since, until: first and last day; photos without a date are left out then.
    albums, not_albums: patterns for the name of the photo's folder or of one above it, with or
    without a year before it; one of them must match, or none. texts, not_texts: parts of caption,
    keywords or file name; one of them must be found, or none. Capitals do not matter. search: what
    `labeler search` would find; `labeler.slideshows.steps.slideshow` looks it up.
    """

    people: tuple[str, ...]
    all_of_them: bool = False
    nobody_else: bool = False
    since: date | None = None
    until: date | None = None
    albums: tuple[str, ...] = ()
    not_albums: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    not_texts: tuple[str, ...] = ()
    search: str = ""


def filtered(candidates: Iterable[Candidate], choice: Choice) -> list[Candidate]:
    """Return the photos that are asked for. Each of them shows at least one of the people.

    Raises:
        LabelerError: none is left; the sentence says after which filter.
    """
    left = list(candidates)
    for keeps, what in _filters(choice):
        before, left = left, [candidate for candidate in left if keeps(candidate)]
        if not left:
            raise _none_left(len(before), choice, what)
    return left


def day(text: str, last: bool = False) -> date:
    """Return the first, or the last, day of '2003', '2003-12' or '2003-12-24'.

    Raises:
        UsageError: it is none of these.
    """
    match = _DAY.fullmatch(text.strip())
    try:
        if not match or int(match[1]) not in YEARS:
            raise ValueError
        year = int(match[1])
        month = int(match[2]) if match[2] else 12 if last else 1
        if match[3]:
            return date(year, month, int(match[3]))
        return date(year, month, calendar.monthrange(year, month)[1] if last else 1)
    except ValueError as error:  # IllegalMonthError is one, too
        raise UsageError(f"{text} is no date; write 2003, 2003-12 or 2003-12-24.") from error


def _filters(choice: Choice) -> Iterator[tuple[Callable[[Candidate], bool], str]]:
    """Yield the tests in the order in which they are made, and what to say if none passes."""
    if choice.all_of_them and len(choice.people) > 1:
        everybody = set(choice.people)
        yield lambda photo: everybody == set(photo.people), "shows all of them (--all)"
    if choice.nobody_else:
        yield lambda photo: not photo.others, "shows nobody else (--only)"
    since, until = choice.since, choice.until
    if since is not None:
        yield lambda photo: _taken(photo) >= since, f"was taken since {since} (--from)"
    if until is not None:
        # Without a date, date.min would pass.
        yield (
            lambda photo: photo.taken is not None and _taken(photo) <= until,
            f"was taken until {until} (--to)",
        )
    if choice.albums:
        yield lambda p: _in_album(p, choice.albums), f"is in {_either(choice.albums)} (--album)"
    if choice.not_albums:
        outside = f"is outside {_either(choice.not_albums)} (--not-album)"
        yield lambda photo: not _in_album(photo, choice.not_albums), outside
    if choice.texts:
        yield lambda photo: _says(photo, choice.texts), f"says {_either(choice.texts)} (--text)"
    if choice.not_texts:
        silent = f"does not say {_either(choice.not_texts)} (--not-text)"
        yield lambda photo: not _says(photo, choice.not_texts), silent


def _taken(photo: Candidate) -> date:
    return photo.taken.date() if photo.taken else date.min


def _in_album(photo: Candidate, patterns: Sequence[str]) -> bool:
    names = {photo.album, *photo.folders}
    return any(is_album(pattern, name) for name in names for pattern in patterns)


def _says(photo: Candidate, texts: Sequence[str]) -> bool:
    name = re.split(r"[\\/]", photo.photo_path)[-1]
    said = "\n".join((photo.caption, *photo.keywords, name)).casefold()
    return any(text.casefold() in said for text in texts)


def _either(texts: Sequence[str]) -> str:
    return " or ".join(f"'{text}'" for text in texts)


def _none_left(before: int, choice: Choice, what: str) -> LabelerError:
    who = captions.together(choice.people)
    if before == 1:
        return LabelerError(
            f"The only photo of {who} that was left is none that {what}; ask for less."
        )
    return LabelerError(
        f"Of the {before:,} photos of {who} that were left, none {what}; ask for less."
    )
