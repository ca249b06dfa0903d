"""What Google Photos knows of a photo, as Google Takeout writes it into a JSON file beside it."""

from __future__ import annotations

import html
import json
import math
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class TakeoutNote:
    """What such a file says; what it does not say is None or empty.

    taken: seconds since 1970 began in Greenwich. latitude, longitude: degrees, zero and zero where
    Google knows no place. people: who is on the photo, nobody says where.
    """

    taken: int | None = None
    description: str = ""
    latitude: float = math.nan
    longitude: float = math.nan
    people: tuple[str, ...] = ()


def read(data: bytes) -> TakeoutNote | None:
    """Return what a JSON file says, None if it is none of Google Takeout about a photo.

    Other programs write JSON beside photos, too; Google's has the time at which a photo was taken.
    """
    if len(data) > MOST_BYTES:
        return None
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("photoTakenTime"), dict):
        return None
    places = (_place(found.get(name)) for name in ("geoData", "geoDataExif"))
    latitude, longitude = next((one for one in places if one is not None), (math.nan, math.nan))
    description = found.get("description")
    people = found.get("people")
    return TakeoutNote(
        _seconds(found["photoTakenTime"].get("timestamp")),
        html.unescape(description) if isinstance(description, str) else "",
        latitude,
        longitude,
        tuple(
            html.unescape(person["name"])
            for person in (people if isinstance(people, list) else ())
            if isinstance(person, dict) and isinstance(person.get("name"), str)
        ),
    )


def _seconds(value: Any) -> int | None:
    """Read a number of seconds. Zero is what stands there when Google knows none."""
    try:
        return int(value) or None
    except (TypeError, ValueError, OverflowError):
        return None


def _place(value: Any) -> tuple[float, float] | None:
    if not isinstance(value, dict):
        return None
    latitude, longitude = value.get("latitude"), value.get("longitude")
    if not isinstance(latitude, (int, float)) or not isinstance(longitude, (int, float)):
        return None
    return None if latitude == longitude == 0 else (float(latitude), float(longitude))
