"""Regions in XMP: rectangles with names, as the Metadata Working Group and Microsoft write them.

MWG: `mwg-rs:Regions` holds `AppliedToDimensions` and a `RegionList`; an area is given by its
centre, in fractions of the stored picture (or in pixels, if its unit says so). Microsoft:
`MP:RegionInfo` holds `MPRI:Regions`, with rectangles 'left, top, width, height' in fractions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from labeler.exchange.frames import Area, clipped
from labeler.photos.xmp import RDF, Element

MWG = "{http://www.metadataworkinggroup.com/schemas/regions/}"
ST_AREA = "{http://ns.adobe.com/xmp/sType/Area#}"
ST_DIM = "{http://ns.adobe.com/xap/1.0/sType/Dimensions#}"
MP = "{http://ns.microsoft.com/photo/1.2/}"
MPRI = "{http://ns.microsoft.com/photo/1.2/t/RegionInfo#}"
MPREG = "{http://ns.microsoft.com/photo/1.2/t/Region#}"
FACE = "Face"
MOST_REGIONS = 1_000
NOBODY = frozenset(
    {"unknown", "unknown person", "unnamed", "unconfirmed", "ignored", "untagged", "?"}
)
"""What programs write where a name would stand (digiKam, Picasa, Windows), in small letters."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle on a photo, with what it is said to show.

    kind: MWG's type, such as Face or Pet; '' = not said. applied_to: size of the picture that the
    area is in fractions of; None = not said. area: None if it makes no sense; then `trouble` says
    why, as the end of a sentence.
    """

    name: str
    kind: str
    area: Area | None
    applied_to: tuple[float, float] | None = None
    trouble: str = ""

    @property
    def names_somebody(self) -> bool:
        """Tell whether it claims to be a face (or does not say what it is) and has a name."""
        name = " ".join(self.name.split()).casefold()
        return self.kind.casefold() in ("", FACE.casefold()) and bool(name) and name not in NOBODY


def of_packet(about: tuple[Element, ...]) -> list[Region]:
    """Return the regions of a packet, MWG's before Microsoft's, at most 1,000 of each."""
    mwg = [region for description in about for _, region in mwg_items(description)]
    microsoft = [region for description in about for _, region in microsoft_items(description)]
    return mwg[:MOST_REGIONS] + microsoft[:MOST_REGIONS]


def mwg_items(description: Element) -> Iterator[tuple[Element, Region]]:
    """Yield MWG's regions with the list items that they are."""
    for info in description.findall(MWG + "Regions"):
        size = None
        for dimensions in _fields(info, MWG + "AppliedToDimensions"):
            width, height = (_number(_text(dimensions, ST_DIM + side)) for side in "wh")
            size = (width, height) if width > 0 and height > 0 else None
        for item in _items(info, MWG + "RegionList"):
            name, kind = _text(item, MWG + "Name"), _text(item, MWG + "Type").strip()
            area, trouble = _mwg_area(item, size)
            yield item, Region(name, kind, area, size, trouble)


def _mwg_area(item: Element, size: tuple[float, float] | None) -> tuple[Area | None, str]:
    found = next(_fields(item, MWG + "Area"), None)
    if found is None:
        return None, "it has no area"
    x, y, width, height = (_number(_text(found, ST_AREA + side)) for side in "xywh")
    across = _number(_text(found, ST_AREA + "d"))
    if math.isnan(width) and across > 0 and size:  # a circle: in fractions of the shorter side
        width, height = across * min(size) / size[0], across * min(size) / size[1]
    if _text(found, ST_AREA + "unit").strip().casefold() == "pixel":
        if size is None:
            return None, "it is in pixels of a picture whose size is not said"
        x, width, y, height = x / size[0], width / size[0], y / size[1], height / size[1]
    return _sensible(Area(x - width / 2, y - height / 2, width, height))


def microsoft_items(description: Element) -> Iterator[tuple[Element, Region]]:
    """Yield Microsoft's regions with the list items that they are."""
    for info in description.findall(MP + "RegionInfo"):
        for item in _items(info, MPRI + "Regions"):
            name = _text(item, MPREG + "PersonDisplayName")
            area, trouble = _rectangle(_text(item, MPREG + "Rectangle"))
            yield item, Region(name, FACE, area, None, trouble)


def _rectangle(text: str) -> tuple[Area | None, str]:
    parts = text.split(",")
    if not text.strip():  # somebody is on the photo, nobody said where
        return None, "it has no area"
    if len(parts) != 4:
        return None, "its rectangle is not four numbers"
    return _sensible(Area(*map(_number, parts)))


def _sensible(area: Area) -> tuple[Area | None, str]:
    sides = (area.left, area.top, area.width, area.height)
    if not all(map(math.isfinite, sides)):
        return None, "its area is not made of numbers"
    if area.width <= 0 or area.height <= 0:
        return None, "its area is empty"
    inside = clipped(area)
    return inside, "" if inside else "it lies outside the photo"


def _structs(element: Element) -> list[Element]:
    """Return where RDF may put a structure's fields: in the element, or one description deeper."""
    return [element, *element.findall(RDF + "Description")]


def _fields(element: Element, name: str) -> Iterator[Element]:
    for struct in _structs(element):
        yield from struct.findall(name)


def _items(element: Element, name: str) -> Iterator[Element]:
    for found in _fields(element, name):
        for container in found:
            yield from container.findall(RDF + "li")


def _text(element: Element, name: str) -> str:
    """Return a field, written as an attribute or as an element; '' if there is none."""
    for struct in _structs(element):
        child = struct.find(name)
        value = struct.get(name) if child is None else "".join(child.itertext())
        if value is not None:
            return value
    return ""


def _number(text: str) -> float:
    """Return a number, NaN if it is none. Some programs write a decimal comma."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return math.nan
