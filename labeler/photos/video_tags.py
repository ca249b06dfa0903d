"""What the tags of a video say about it: when and where it was taken, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from labeler.photos import dates, sources
from labeler.types import Metadata

_LOCAL = "com.apple.quicktime.creationdate"
"""Apple's phones write the time of the place here, with its zone."""
_WHERE = ("com.apple.quicktime.location.iso6709", "location", "location-eng")
_CAPTIONS = (
    "title",
    "com.apple.quicktime.title",
    "description",
    "com.apple.quicktime.description",
    "comment",
)
_ISO_6709 = re.compile(r"\s*([+-]\d+(?:\.\d*)?)([+-]\d+(?:\.\d*)?)", re.ASCII)
_EPOCH = datetime(1970, 1, 1)


def read(tags: Mapping[str, str]) -> Metadata:
    """Return what tags say, by FFmpeg's names, in capitals or not.

    A time is that of the place if the tags give it; else Greenwich's, turned into the local time
    of this computer.
    """
    known = {name.lower(): text.strip() for name, text in tags.items()}
    taken, doubted = _date(known)
    latitude, longitude = _place(known)
    caption = next((known[name] for name in _CAPTIONS if known.get(name)), "")
    said = Metadata(
        taken=taken, doubted=doubted, latitude=latitude, longitude=longitude, caption=caption
    )
    return sources.said_by("video", said)


def _date(tags: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """Return the date, and one that only a clock can have given that was never set."""
    local = dates.read(tags.get(_LOCAL, ""))
    if local is not None:
        return local, None
    text = tags.get("creation_time", "")
    greenwich = dates.read(text)
    if greenwich is None:
        return None, None
    if dates.is_of_unset_clock(text):
        return None, greenwich
    if not text.upper().endswith("Z"):
        return greenwich, None
    return dates.from_seconds((greenwich - _EPOCH) // timedelta(seconds=1)), None


def _place(tags: Mapping[str, str]) -> tuple[float | None, float | None]:
    for name in _WHERE:
        found = _ISO_6709.match(tags.get(name, ""))
        if found and (place := _degrees(*found.groups())):
            return place
    return None, None


def _degrees(latitude: str, longitude: str) -> tuple[float, float] | None:
    """Return ISO 6709's numbers in degrees: ±DD.D, ±DDMM.M or ±DDMMSS.S."""
    place = _angle(latitude, 2), _angle(longitude, 3)
    if abs(place[0]) > 90 or abs(place[1]) > 180 or place == (0, 0):
        return None
    return place


def _angle(text: str, digits: int) -> float:
    sign = -1 if text[0] == "-" else 1
    whole, _, fraction = text[1:].partition(".")
    if len(whole) <= digits:
        return sign * float(text[1:])
    smaller = f"{whole[digits:]}.{fraction}0"
    if len(whole) <= digits + 2:
        return sign * (int(whole[:digits]) + float(smaller) / 60)
    minutes, seconds = whole[digits : digits + 2], f"{whole[digits + 2 :]}.{fraction}0"
    return sign * (int(whole[:digits]) + int(minutes) / 60 + float(seconds) / 3600)
