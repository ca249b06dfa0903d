"""What the pages about people say, worked out from a snapshot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from labeler.folding import fold
from labeler.people.steps.listing import FaceRow, PersonRow
from labeler.wording import count, photos_and_videos

from ..shared import views
from ..shared.addresses import UNDATED
from ..shell.snapshot import Snapshot

MONTHS = 12
ORDERS = {"photos": "Photos", "name": "Name", "first": "First date", "last": "Last seen"}
"""What people can be sorted by, and how that is called."""


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person on the page of all. unconfirmed: so many faces carry the name automatically."""

    row: PersonRow
    cover: int
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class YearOfFaces:
    """The photos of a person in a year, and in each of its months; without a date in none.

    Of these photos, so many are `videos`.
    """

    year: int
    photos: int
    months: tuple[int, ...]
    videos: int = 0


def people_cards(
    snapshot: Snapshot, query: str = "", order: str = "photos", hidden: bool = False
) -> list[PersonCard]:
    """Return the people to show.

    Args:
        query: only those whose name contains this, whatever the case and the accents.
        order: one of `ORDERS`. hidden: those whom the user has hidden as well.
    """
    wanted = fold(query)
    rows = [row for row in snapshot.people if hidden or not row.hidden]
    rows = [row for row in rows if wanted in fold(row.person)]
    return [
        PersonCard(
            row,
            _cover(snapshot, row, snapshot.of_person[row.person]),
            sum(face.source == "auto" for face in snapshot.of_person[row.person]),
        )
        for row in sorted(rows, key=_ORDERINGS.get(order, _by_photos))
    ]


def people_away(snapshot: Snapshot, query: str, hidden: bool) -> list[str]:
    """Return who is on photos only that are away just now; for the rest see `people_cards`."""
    wanted, there = fold(query), {row.person for row in snapshot.people}
    return [
        name
        for name in sorted(snapshot.away.keys() - there, key=str.casefold)
        if wanted in fold(name) and (hidden or not snapshot.away[name].hidden)
    ]


def hidden_people(snapshot: Snapshot) -> int:
    """Return how many people are hidden."""
    return sum(row.hidden for row in snapshot.people)


def person_row(snapshot: Snapshot, person: str) -> PersonRow | None:
    """Return what is known of a person; None = nobody is called so."""
    return next((row for row in snapshot.people if row.person == person), None)


def to_confirm(snapshot: Snapshot, person: str) -> list[FaceRow]:
    """Return the faces that carry a name automatically, the least certain first."""
    rows = (r for r in snapshot.faces if r.person == person and r.source == "auto")
    return sorted(rows, key=lambda row: (row.probability or 0.0, row.face))


def faces_in_time(
    snapshot: Snapshot, person: str, year: int | None = None, company: str | None = None
) -> list[tuple[int, list[FaceRow]]]:
    """Return a person's faces by year in the order of time, those without a date at the end.

    Args:
        year: only those of this year, `UNDATED` = only those without a date; None = all.
        company: only those on photos with this person, too.
    """
    rows = snapshot.of_person.get(person, [])
    if company is not None:
        photos = {row.photo for row in snapshot.of_person.get(company, [])}
        rows = [row for row in rows if row.photo in photos]
    years: dict[int, list[FaceRow]] = {}
    for row in sorted(rows, key=lambda row: (row.taken or datetime.max, row.face)):
        own = row.taken.year if row.taken else UNDATED
        if year is None or year == own:
            years.setdefault(own, []).append(row)
    return list(years.items())


def photos_in_time(
    snapshot: Snapshot, person: str, year: int | None = None, company: str | None = None
) -> list[int]:
    """Return the photos of a person in the order of time, without videos; see `faces_in_time`."""
    years = faces_in_time(snapshot, person, year, company)
    return list(dict.fromkeys(row.photo_id for _, rows in years for row in rows if row.at is None))


def timeline(snapshot: Snapshot, person: str) -> list[YearOfFaces]:
    """Count a person's photos by year and month, in the order of time; undated ones last."""
    found = []
    for year, rows in faces_in_time(snapshot, person):
        taken = {row.photo: row.taken for row in rows}
        months = Counter(when.month for when in taken.values() if when)
        counts = tuple(months[month] for month in range(1, MONTHS + 1))
        found.append(YearOfFaces(year, len(taken), counts, videos_of(rows)))
    return found


def together(snapshot: Snapshot, person: str) -> list[tuple[str, int]]:
    """Return who is on photos of a person, and on how many, the most frequent first."""
    photos = {row.photo for row in snapshot.of_person.get(person, [])}
    pairs = {(r.person, r.photo) for r in snapshot.faces if r.person and r.photo in photos}
    counts = Counter(other for other, _ in pairs if other != person)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0].casefold()))


def ages(born: date | None, first: datetime | None, last: datetime | None) -> str:
    """Return how old somebody is on the first and the last photo: '60–77 years old', or ''.

    Photos that seem to be from before the birth are dated wrongly; they tell nothing.
    """
    if born is None or first is None or last is None:
        return ""
    oldest, youngest = age(born, last.date()), max(age(born, first.date()), 0)
    if oldest < 0:
        return ""
    if oldest == 1 and youngest == 1:
        return "1 year old"
    return f"{oldest} years old" if youngest == oldest else f"{youngest}–{oldest} years old"


def age(born: date, day: date) -> int:
    """Return the age in years on a day, negative before the birth."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def long_date(day: date) -> str:
    """Return '20 May 1942'."""
    return f"{day.day} {day:%B %Y}"


def photos_of(faces: Iterable[FaceRow]) -> int:
    """Return on how many photos faces are."""
    return len({row.photo for row in faces})


def videos_of(faces: Iterable[FaceRow]) -> int:
    """Return in how many videos faces are."""
    return len({row.photo for row in faces if row.at is not None})


def faces_on_photos(snapshot: Snapshot, row: PersonRow) -> str:
    """Return '12 photos and 1 video', or '13 faces on 12 photos' where somebody is on one twice."""
    photos = photos_and_videos(row.photos, videos_of(snapshot.of_person.get(row.person, ())))
    return photos if row.faces == row.photos else f"{count(row.faces, 'face')} on {photos}"


def year_name(year: int) -> str:
    """Return what the photos of a year are called."""
    return "No date" if year == UNDATED else str(year)


def _cover(snapshot: Snapshot, row: PersonRow, faces: Sequence[FaceRow]) -> int:
    if row.cover in snapshot.by_id:
        return row.cover
    return views.most_telling(faces)


def _by_photos(row: PersonRow) -> tuple[int, str]:
    return -row.photos, row.person


def _by_name(row: PersonRow) -> tuple[str, str]:
    return fold(row.person), row.person


def _by_first(row: PersonRow) -> tuple[bool, datetime, str]:
    return row.first is None, row.first or datetime.min, row.person


def _by_last(row: PersonRow) -> tuple[bool, float, str]:
    # The latest first; a number, as a date has no opposite.
    days = row.last.toordinal() + row.last.hour / 24 if row.last else 0.0
    return row.last is None, -days, row.person


_ORDERINGS: dict[str, Callable[[PersonRow], tuple[object, ...]]] = {
    "photos": _by_photos,
    "name": _by_name,
    "first": _by_first,
    "last": _by_last,
}
