"""Who is believed about a photo: the one table of sources for every fact, and what follows from it.

What the user wrote last goes first. Beside the photo stand the corrections: programs that do not
touch photos write there what people say in them (darktable, digiKam, Immich), and Google's JSON
holds what was said in Google Photos. Inside, EXIF goes before XMP before IPTC, as the Metadata
Working Group wants it. The file's own name and time come last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time

from labeler.photos import dates
from labeler.types import Fact, Metadata, Source

ORDER: Mapping[Fact, tuple[Source, ...]] = {
    "date": ("sidecar", "takeout", "exif", "xmp", "iptc", "video", "file name", "file time"),
    "place": ("sidecar", "takeout", "exif", "xmp", "video"),
    "caption": ("sidecar", "takeout", "exif", "xmp", "iptc", "video"),
    "keywords": ("sidecar", "exif", "xmp", "iptc", "video"),  # all of them count, in this order
    "rating": ("sidecar", "exif", "xmp"),
    "orientation": ("sidecar", "exif"),  # EXIF's own is applied when the picture is decoded
}
"""Who is asked about each fact, the first first."""
MOST_KEYWORDS = 1_000
_HAS: Mapping[Fact, Callable[[Metadata], bool]] = {
    "date": lambda known: known.taken is not None,
    "place": lambda known: known.latitude is not None,
    "caption": lambda known: bool(known.caption),
    "keywords": lambda known: bool(known.keywords),
    "rating": lambda known: known.rating is not None,
    "orientation": lambda known: known.orientation is not None,
}


def said_by(source: Source, known: Metadata) -> Metadata:
    """Return facts with the note that one source says all of them for which none is noted."""
    whence = dict(known.whence)
    for fact, has in _HAS.items():
        if fact != "date" and has(known):
            whence.setdefault(fact, source)
    taken_from = known.taken_from or source if known.taken else None
    return replace(known, taken_from=taken_from, whence=whence)


def merged(readings: Iterable[Metadata], latest: datetime | None = None) -> Metadata:
    """Return what is known from several readings, each with its sources noted.

    Of one source, the first reading goes first. A date that repeats one which a reading has put
    aside, because only a clock can have given it that was never set, is put aside as well; then the
    next source is asked.

    Args:
        latest: nothing can have been taken later; None = not known.
    """
    said = list(readings)

    def of(fact: Fact) -> list[Metadata]:
        rank = ORDER[fact].index
        having = [known for known in said if _HAS[fact](known)]
        return sorted(having, key=lambda known: rank(source_of(known, fact)))

    dated, doubted = _believed(of("date"), said, latest)
    facts: dict[Fact, Metadata] = {}
    for fact in ORDER:
        if fact != "date":
            facts[fact] = next(iter(of(fact)), Metadata())
    keywords = dict.fromkeys(word for known in of("keywords") for word in known.keywords)
    return Metadata(
        dated.taken,
        dated.taken_from,
        facts["caption"].caption,
        tuple(keywords)[:MOST_KEYWORDS],
        facts["place"].latitude,
        facts["place"].longitude,
        facts["rating"].rating,
        facts["orientation"].orientation,
        doubted,
        {fact: source_of(known, fact) for fact, known in facts.items() if _HAS[fact](known)},
    )


def source_of(known: Metadata, fact: Fact) -> Source:
    """Return who says a fact that is known."""
    source = known.taken_from if fact == "date" else known.whence.get(fact)
    return source or "exif"


def _believed(
    dated: list[Metadata], said: list[Metadata], latest: datetime | None
) -> tuple[Metadata, datetime | None]:
    """Return the reading whose date counts, and the first date that was put aside."""
    unset = {known.doubted.date() for known in said if known.doubted}
    aside = next((known.doubted for known in said if known.doubted), None)
    believed = None
    for known in dated:
        assert known.taken is not None
        if known.taken.date() in unset or (latest and known.taken > latest):
            aside = aside or known.taken
        elif believed is None or _tells_the_hour_there(known, believed):
            believed = known
    return believed or Metadata(), aside


def _tells_the_hour_there(known: Metadata, before: Metadata) -> bool:
    """Tell whether a date is the moment that Google gives, in the time of where it was taken.

    Google writes all moments in Greenwich's time. If what the camera wrote is that very moment,
    nobody has corrected it.
    """
    if not (known.taken and before.taken) or before.taken_from != "takeout":
        return False
    tells_no_hour = known.taken_from == "file time" or known.taken.time() == time()
    return not tells_no_hour and dates.are_one_moment(known.taken, before.taken)
