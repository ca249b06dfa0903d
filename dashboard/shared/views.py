"""What the pages say about groups and people, worked out from a snapshot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from labeler.people.steps.listing import FaceRow, GroupRow
from labeler.wording import count

from ..shell.snapshot import Snapshot

NO_GROUP = -1
MOST_CANDIDATES = 3
LEAST_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class LikelyPerson:
    """Somebody whom a group may show. share: of its open faces, so many are likely to be theirs."""

    person: str
    share: float


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group on the page.

    open: the faces that wait for the user's word, those that fit best first. person: the name that
    most of the others carry. candidates: who the open ones may be, unless the user has said that
    one of them is not this person. doubtful: they may be several people.
    """

    cluster: int
    open: tuple[int, ...]
    faces: tuple[int, ...]
    person: str | None
    named: int
    ignored: int
    candidates: tuple[LikelyPerson, ...]
    years: str
    doubtful: bool = False

    @property
    def suggestion(self) -> str | None:
        """Return who most of the open faces are, as it seems."""
        best = self.candidates[0] if self.candidates else None
        return best.person if best and (best.person == self.person or best.share > 0.5) else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the naming has come. recognized: faces that only the program has named, which wait to
    be confirmed; they are not open any more."""

    faces: int
    named: int
    ignored: int
    recognized: int

    @property
    def left(self) -> int:
        """How many faces nobody has named: what Home, Groups and Review all call open."""
        return self.faces - self.named - self.ignored - self.recognized


def progress(snapshot: Snapshot) -> Progress:
    """Count the faces that the user has named and ignored, and those that were recognized."""
    sources = Counter(row.source for row in snapshot.faces)
    ignored = sum(row.ignored for row in snapshot.faces) + len(snapshot.attracted)
    return Progress(len(snapshot.faces), sources["user"], ignored, sources["auto"])


def work_left(snapshot: Snapshot, groups: int) -> str:
    """Return how much is open, '485 faces in 118 groups and 147 in none'.

    Args:
        groups: how many `groups_to_name` there are.
    """
    left = progress(snapshot).left
    loose = ungrouped(snapshot)
    alone = len(loose.open) if loose else 0
    if not alone or left == alone:
        return f"{count(left, 'face')} in {count(groups, 'group') if groups else 'no group'}"
    return f"{count(left - alone, 'face')} in {count(groups, 'group')} and {alone:,} in none"


def groups_to_name(snapshot: Snapshot) -> list[GroupRow]:
    """Return the groups with faces that nobody has named: nameless first, doubtful last, then by
    size."""
    nobody = snapshot.unnamed
    groups = (group for group in snapshot.groups if not nobody.isdisjoint(group.faces))
    return sorted(groups, key=_what_to_name_first)


def finished_groups(snapshot: Snapshot) -> list[GroupRow]:
    """Return the groups that the user has named and that have no open faces, largest first."""
    return [group for group in snapshot.groups if not group.open and group.person is not None]


def ungrouped(snapshot: Snapshot) -> GroupView | None:
    """Return the faces that nobody has named and that are in no group; None = there are none."""
    by_id = snapshot.by_id
    faces = tuple(face for face in sorted(snapshot.unnamed) if by_id[face].cluster is None)
    if not faces:
        return None
    return GroupView(NO_GROUP, faces, faces, None, 0, 0, (), years(snapshot, faces))


def view_group(snapshot: Snapshot, group: GroupRow) -> GroupView:
    """Return what the page says about a group."""
    waiting = tuple(face for face in group.faces if snapshot.is_open(face))
    return GroupView(
        cluster=group.cluster,
        open=waiting,
        faces=group.faces,
        person=group.person,
        named=group.named,
        ignored=group.ignored,
        candidates=_candidates(snapshot, group.person, waiting),
        years=years(snapshot, waiting or group.faces),
        doubtful=group.doubtful,
    )


def cover(snapshot: Snapshot, person: str) -> int:
    """Return the face that stands for a person: the user's choice, or the most clearly detected."""
    chosen = snapshot.covers.get(person)
    if chosen in snapshot.by_id:
        return chosen
    return most_telling(snapshot.of_person[person])


def most_telling(rows: Iterable[FaceRow]) -> int:
    """Return the face that stands for others: named by the user, and the most clearly detected."""
    return max(rows, key=lambda row: (row.source == "user", row.score, -row.face)).face


def file_name(path: str) -> str:
    """Return the name of a file, whichever system its path is of."""
    return path.replace("\\", "/").rpartition("/")[2]


def album(row: FaceRow) -> str:
    """Return the folder that the photo of a face is in."""
    return row.photo.replace("\\", "/").rpartition("/")[0]


def faces_like_ignored(snapshot: Snapshot) -> list[FaceRow]:
    """Return the faces that came later to groups that the user ignores."""
    return [snapshot.by_id[face] for face in sorted(snapshot.attracted)]


def ignored_faces(snapshot: Snapshot) -> list[FaceRow]:
    """Return the faces that the user does not care about."""
    return [row for row in snapshot.faces if row.ignored]


def years(snapshot: Snapshot, faces: Iterable[int]) -> str:
    """Return '2003–2019', '2003', or '' if no photo has a date."""
    taken = [row.taken for face in faces if (row := snapshot.by_id[face]).taken is not None]
    dates = [date for date in taken if date is not None]
    return span(min(dates, default=None), max(dates, default=None))


def span(first: datetime | None, last: datetime | None) -> str:
    """Return the years between two dates as text, '' if they are unknown."""
    if first is None or last is None:
        return ""
    return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"


def make_up(snapshot: Snapshot, faces: Iterable[int]) -> str:
    """Say who faces are: 'Rosa 7 · Emil 2 · unnamed 3 · ignored 1'."""
    labels = (label(snapshot.by_id[face]) for face in faces)
    return " · ".join(f"{who} {number}" for who, number in Counter(labels).most_common())


def label(row: FaceRow) -> str:
    """Return a face's name, or 'ignored', or 'unnamed'."""
    return "ignored" if row.ignored else row.person or "unnamed"


def _candidates(
    snapshot: Snapshot, person: str | None, faces: tuple[int, ...]
) -> tuple[LikelyPerson, ...]:
    """Return who faces may be: first whom most others of their group show, then the likeliest."""
    shares: Counter[str] = Counter()
    for face in faces:
        if face in snapshot.likely:
            one = snapshot.likely[face]
            shares[one.person] += one.probability / len(faces)  # type: ignore[assignment]
    refused = frozenset().union(*(snapshot.by_id[face].rejected for face in faces))
    likely = [name for name, share in shares.most_common() if share >= LEAST_SHARE]
    people = [name for name in dict.fromkeys([person, *likely]) if name and name not in refused]
    return tuple(LikelyPerson(name, shares[name]) for name in people[:MOST_CANDIDATES])


def _what_to_name_first(group: GroupRow) -> tuple[bool, bool, int]:
    return group.person is not None, group.doubtful, -group.open
