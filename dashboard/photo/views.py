"""What the page of a photo says, worked out from a snapshot and from what is known of the photo."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime

from labeler.people.steps.listing import FaceRow
from labeler.photos.dates import is_start_of_a_clock
from labeler.types import Fact, Metadata, Photo
from labeler.videos.clock import clock
from labeler.wording import certainty

from ..shared.addresses import number_in
from ..shared.views import MOST_CANDIDATES, LikelyPerson
from ..shell.snapshot import Snapshot

PATH = "/photo"
POSITION = "Position"
"""Heading of the fact that stands behind the place."""
FACES_ALIKE = 12
_SOURCES = {
    "exif": "from the camera (EXIF)",
    "xmp": "from the XMP in the file",
    "iptc": "from the IPTC in the file",
    "sidecar": "from the XMP file beside it",
    "takeout": "from Google Photos",
    "video": "from the video itself",
    "file name": "read from the file name",
    "file time": "only the time of the file, which may be wrong",
}


def address(photo: int, face: int | None = None) -> str:
    """Return the address of a photo's page, with a face selected if given."""
    return f"{PATH}/{photo}" if face is None else f"{PATH}/{photo}/{face}"


def ids_of(path: str) -> tuple[int | None, int]:
    """Return which photo an address means, None = none, and which face is selected, 0 = none."""
    parts = [*path.strip("/").split("/")[1:], "", ""]
    photo, face = map(number_in, parts[:2])
    return photo, face or 0


def faces_on(snapshot: Snapshot, photo: int) -> list[FaceRow]:
    """Return the faces on a photo from left to right."""
    rows = [row for row in snapshot.faces if row.photo_id == photo]
    return sorted(rows, key=lambda row: (row.box.left, row.box.top))


def kind(row: FaceRow) -> str:
    """Return how a face is marked: 'ignored', 'user', 'auto' or 'open'."""
    return "ignored" if row.ignored else row.source or "open"


def short_label(row: FaceRow) -> str:
    """Return who stands at a face on the photo: 'Rosa', '?', 'ignored'."""
    return "ignored" if row.ignored else row.person or "?"


def sureness(row: FaceRow) -> str:
    """Return how sure an automatic name is, '83%'; '' for all others."""
    automatic = row.source == "auto" and not row.ignored
    return certainty(row.probability or 0) if automatic else ""


def spoken_label(row: FaceRow) -> str:
    """Return what a screen reader says about a face on the photo."""
    if row.ignored or row.person is None:
        return "Ignored face" if row.ignored else "Face without a name"
    return f"{row.person}, {how_known(row)}"


def how_known(row: FaceRow) -> str:
    """Say where a face's name comes from."""
    if row.ignored:
        return "ignored: not a face, or nobody you care about"
    if row.source == "user":
        return "named by you"
    if row.source == "auto":
        return f"recognized automatically, {sureness(row)} sure"
    return "nobody has said who this is"


def suggestion(snapshot: Snapshot, row: FaceRow) -> str | None:
    """Return the name to offer for a face: the automatic one, or that of its group."""
    if not snapshot.is_open(row.face):
        return None
    group = next((g for g in snapshot.groups if g.cluster == row.cluster), None)
    name = row.person or (group.person if group else None)
    return None if name in row.rejected else name


def candidates(snapshot: Snapshot, row: FaceRow, resembled: Iterable[str]) -> list[LikelyPerson]:
    """Return who else a face may be: those it resembles most and whom the user has not ruled out.

    Those who have another face on the photo come last.

    Args:
        resembled: whom it resembles, the most first.
    """
    there = {other.person for other in faces_on(snapshot, row.photo_id)}
    others = [person for person in resembled if person not in {*row.rejected, row.person}]
    others.sort(key=lambda person: person in there)
    return [LikelyPerson(person, 0) for person in others[:MOST_CANDIDATES]]


def alike(snapshot: Snapshot, row: FaceRow) -> tuple[list[int], int]:
    """Return other faces of a face's group, those that fit best first, and how many there are."""
    group = next((g for g in snapshot.groups if g.cluster == row.cluster), None)
    others = [face for face in group.faces if face != row.face] if group else []
    return others[:FACES_ALIKE], len(others)


def is_cover(snapshot: Snapshot, row: FaceRow) -> bool:
    """Tell whether the user chose a face as the picture of the person."""
    return any(p.person == row.person and p.cover == row.face for p in snapshot.people)


def what(photo: Photo) -> str:
    """Return what it is: 'photo' or 'video'."""
    return "video" if photo.facts.is_video else "photo"


def file_name(photo: Photo) -> str:
    return os.path.basename(photo.path)


def named(photo: Photo) -> str:
    """Return the name of the file; of a video, with its length: 'party.mp4, 0:24'."""
    seconds = photo.facts.seconds
    return file_name(photo) if seconds is None else f"{file_name(photo)}, {clock(seconds)}"


def album(photo: Photo) -> str:
    """Return the name of the folder that a photo is in."""
    return os.path.basename(os.path.dirname(photo.path))


def facts(photo: Photo) -> list[tuple[str, str]]:
    """Return what is known about a photo, each fact under its heading and with who says so.

    What is not known is left out.
    """
    known = photo.facts.metadata
    width, height = photo.facts.width, photo.facts.height
    lines = [
        ("Taken", when(known)),
        ("Not believed", doubted(known)),
        ("Caption", _told(known.caption, known, "caption")),
        ("Keywords", _told(", ".join(known.keywords), known, "keywords")),
        ("Rating", _told(stars(known), known, "rating")),
        (POSITION, _told(position(known), known, "place")),
        ("Turned", "as the XMP file beside it says" if known.orientation else ""),
        ("Length", clock(photo.facts.seconds) if photo.facts.seconds is not None else ""),
        ("Size", f"{width:,} × {height:,} pixels"),
        ("Album", album(photo)),
        ("File", photo.path),
    ]
    return [(heading, text) for heading, text in lines if text]


def when(known: Metadata) -> str:
    """Return date and time with where they are known from, '' if they are not."""
    if known.taken is None:
        return ""
    source = _SOURCES.get(known.taken_from or "", "")
    return f"{date_and_time(known.taken)}, {source}" if source else date_and_time(known.taken)


def _told(text: str, known: Metadata, fact: Fact) -> str:
    """Return a fact with who says so, as far as that is known."""
    source = _SOURCES.get(known.whence.get(fact, ""), "")
    return f"{text} ({source})" if text and source else text


def doubted(known: Metadata) -> str:
    """Return a date that somebody gives and nobody should believe, and why; '' = there is none."""
    if known.doubted is None:
        return ""
    is_start = is_start_of_a_clock(known.doubted)
    why = "where a clock begins that was never set" if is_start else "which is still to come"
    return f"{date_and_time(known.doubted)}, {why}"


def stars(known: Metadata) -> str:
    """Return '★★★☆☆', '' without a rating."""
    if known.rating is None:
        return ""
    return "rejected" if known.rating < 0 else "★" * known.rating + "☆" * (5 - known.rating)


def date_and_time(taken: datetime) -> str:
    """Return '24 December 2003, 11:14'; midnight stands for a day of which no time is known."""
    day = f"{taken.day} {taken:%B} {taken.year}"
    return day if (taken.hour, taken.minute) == (0, 0) else f"{day}, {taken:%H:%M}"


def position(known: Metadata) -> str:
    """Return '38.72230° N, 9.13930° W', '' if it is not known."""
    if known.latitude is None or known.longitude is None:
        return ""
    north = "N" if known.latitude >= 0 else "S"
    east = "E" if known.longitude >= 0 else "W"
    return f"{abs(known.latitude):.5f}° {north}, {abs(known.longitude):.5f}° {east}"
